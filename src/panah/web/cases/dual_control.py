"""What nobody does alone: originals leaving, letting somebody into a sealed case, recovery, opening a sealed reference,
deleting for good.

One member asks, a second one answers, both by signatures over exactly what is asked for; an approval lives 24 hours
and serves once. Invariant: :func:`use` checks both signatures and who the two are, each time, and marks the request
used in the transaction of the act itself.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from datetime import UTC, datetime
from typing import Any, Final

from django.db import transaction
from django.db.models import QuerySet

from panah.errors import NotVerified, Refused
from panah.model.base import new_id
from panah.vault import approvals
from panah.vault.keys import MemberKeys, MemberPublic
from panah.web.accounts.models import Member

from . import log
from .actions import CONTENT_ROLES, require_member
from .models import Case, CaseKeyWrap, CaseLog, DualRequest, this_hour

Witness = Callable[[DualRequest, str, Member], None]
_witnesses: list[Witness] = []
ENOUGH_PEOPLE: Final = 3
"""From so many people on, an account that the asker made does not approve what the asker asks for."""
_REASONS: Final = {
    DualRequest.Act.EXPORT: CaseLog.Reason.OUTFLOW,
    DualRequest.Act.GRANT: CaseLog.Reason.SHARING,
    DualRequest.Act.REFERENCE: CaseLog.Reason.REVIEW,
    DualRequest.Act.RECOVERY: CaseLog.Reason.SHARING,
}


def add_witness(witness: Witness) -> None:
    """Let a higher room repeat requests and answers: the evidence room writes both members into the custody log."""
    if witness not in _witnesses:
        _witnesses.append(witness)


@transaction.atomic
def ask(
    actor: Member,
    keys: MemberKeys,
    act: str,
    *,
    cases: Iterable[Case] = (),
    subject: Member | None = None,
    details: dict[str, Any] | None = None,
) -> DualRequest:
    """Ask for something that a second member must approve.

    Args:
        actor: Who asks; must hold every case it concerns.
        keys: The actor's keys.
        act: A value of ``DualRequest.Act``.
        cases: The cases it concerns.
        subject: Whom a grant or a recovery concerns.
        details: Ids, recipients and codes; nothing of a case's content.

    Raises:
        NoGrant: A case was not granted to the actor.
    """
    concerned = sorted(cases, key=lambda case: case.pk)
    for case in concerned:
        require_member(actor, case)
    row = DualRequest(
        id=new_id(),
        act=DualRequest.Act(act),
        subject=subject,
        details=json.dumps(details or {}, sort_keys=True),
        what=_digest(concerned, subject, details),
        asked_by=actor,
        hour=this_hour(),
    )
    row.signature = approvals.sign_request(request_of(row), keys)
    row.save(force_insert=True)
    row.cases.set(concerned)
    _tell(row, CaseLog.Act.ASKED, actor)
    return row


@transaction.atomic
def answer(actor: Member, keys: MemberKeys, row: DualRequest, *, approve: bool) -> None:
    """Approve or decline what another member asked for.

    Raises:
        NoGrant: The actor does not hold every case it concerns.
        Refused: The actor is the asker, or not a second person; or it was answered or has run out.
        NotVerified: The asker did not sign this request.
    """
    row = DualRequest.objects.select_for_update().get(pk=row.pk)
    _require_second_person(actor, row)
    request = request_of(row)
    approvals.verify_request(request, bytes(row.signature), _public(row.asked_by))
    if row.answered_by_id is not None:
        raise Refused("this was answered already", where="approval", hint="load the page again")
    if _now() >= request.runs_out_at:
        raise Refused("the request has run out", where="approval", hint="it has to be asked again")
    given = approvals.Answer.to(request, approved=approve, answered_by=actor.pk)
    row.answered_by, row.approved, row.answered_hour = actor, approve, this_hour()
    row.answer_signature = approvals.sign_answer(given, keys)
    row.save(update_fields=["answered_by", "approved", "answered_hour", "answer_signature"])
    _tell(row, CaseLog.Act.APPROVED if approve else CaseLog.Act.DECLINED, actor)


def use(
    actor: Member,
    act: str,
    *,
    cases: Iterable[Case] = (),
    subject: Member | None = None,
    details: dict[str, Any] | None = None,
) -> DualRequest:
    """Act on an approval, once; call it in the transaction of the act.

    Raises:
        Refused: Nobody approved exactly this for this member in the last 24 hours, or it was acted on already.
        NotVerified: A signature does not fit.
    """
    row = approval_of(actor, act, cases=cases, subject=subject, details=details)
    if row is None:
        raise Refused(
            "a second member must approve this first", where="approval", hint="ask for it; they find it on their page"
        )
    spend(row)
    return row


def approval_of(
    actor: Member,
    act: str,
    *,
    cases: Iterable[Case] = (),
    subject: Member | None = None,
    details: dict[str, Any] | None = None,
) -> DualRequest | None:
    """The approval of exactly this that :func:`use` would use up.

    Raises:
        NotVerified: A signature does not fit.
    """
    what = _digest(sorted(cases, key=lambda case: case.pk), subject, details)
    found = DualRequest.objects.filter(act=act, asked_by=actor, what=what, used_hour=None, approved=True)
    for row in found.select_related("asked_by", "answered_by", "subject"):
        if _now() < request_of(row).runs_out_at:
            check(row)
            return row
    return None


def approved_recovery_of(subject: Member) -> DualRequest | None:
    """An approved recovery of this member that was not used yet, both signatures checked."""
    found = DualRequest.objects.filter(act=DualRequest.Act.RECOVERY, subject=subject, approved=True, used_hour=None)
    for row in found.select_related("asked_by", "answered_by", "subject"):
        if json.loads(row.details) == {} and _now() < request_of(row).runs_out_at:
            check(row)
            return row
    return None


def spend(row: DualRequest) -> None:
    """Mark an approval used; part of the act.

    Raises:
        Refused: Somebody acted on it meanwhile.
    """
    if not DualRequest.objects.filter(pk=row.pk, used_hour=None).update(used_hour=this_hour()):
        raise Refused("this was acted on already", where="approval", hint="ask again")


def somebody_else_could_answer(asker: Member, subject: Member) -> bool:
    """Whether there is a second person at all; where there is none, nothing waits for one."""
    others = Member.objects.filter(is_active=True).exclude(pk__in=[asker.pk, subject.pk])
    return any(
        other.has_role(*CONTENT_ROLES) and not other.is_same_person(asker) and not other.is_same_person(subject)
        for other in others
    )


def check(row: DualRequest) -> None:
    """Check an approval as it stands: both signatures, two people, in time.

    Raises:
        Refused, NotVerified: See :func:`panah.vault.approvals.verify_approval`.
    """
    if row.answered_by is None:
        raise Refused("nobody approved this", where="approval", hint="ask a second member")
    request = request_of(row)
    if row.what != _digest(sorted(row.cases.all(), key=lambda case: case.pk), row.subject, json.loads(row.details)):
        raise NotVerified("the request was changed after it was signed", where="approval")
    approvals.verify_approval(
        request,
        bytes(row.signature),
        _public(row.asked_by),
        approvals.Answer.to(request, approved=bool(row.approved), answered_by=row.answered_by_id),
        bytes(row.answer_signature),
        _public(row.answered_by),
        now=_now(),
    )
    _require_second_person(row.answered_by, row)


def may_answer(member: Member, row: DualRequest) -> bool:
    """Whether this member is a second person for a request."""
    try:
        _require_second_person(member, row)
    except Refused:
        return False
    return True


def waiting_for(member: Member) -> list[DualRequest]:
    """Requests that this member may answer, newest first."""
    return [row for row in _open().filter(answered_by=None) if may_answer(member, row)]


def asked_by(member: Member) -> QuerySet[DualRequest]:
    """The member's own requests, newest first."""
    if not member.is_active:
        return DualRequest.objects.none()
    found = DualRequest.objects.filter(asked_by=member).select_related("answered_by", "subject")
    return found.prefetch_related("cases")


def request_of(row: DualRequest) -> approvals.Request:
    """The signed request that a row keeps."""
    return approvals.Request.of(row.pk, act=row.act, what=row.what, asked_by=row.asked_by_id, asked_at=row.hour)


def is_alive(row: DualRequest) -> bool:
    """Whether a request may still be answered or acted on."""
    return row.used_hour is None and _now() < request_of(row).runs_out_at


def _open() -> QuerySet[DualRequest]:
    rows = DualRequest.objects.filter(used_hour=None, hour__gt=_now() - approvals.LIFE)
    return rows.select_related("asked_by", "subject").prefetch_related("cases")


def _require_second_person(member: Member, row: DualRequest) -> None:
    asker = row.asked_by
    if member.is_same_person(asker) or (row.subject is not None and member.is_same_person(row.subject)):
        raise Refused("nobody approves their own request", where="approval", hint="ask a second member")
    # administrators make every account, and a reset by one opens nothing: there the asker's own accounts may answer
    if row.act != DualRequest.Act.RECOVERY and _is_puppet(member, asker):
        raise Refused("an account that the asker made is no second person", where="approval", hint="ask another member")
    if not member.is_active or not member.has_role(*CONTENT_ROLES):
        raise Refused("this account approves nothing", where="approval", hint="ask a member who works on cases")
    cases = [case.pk for case in row.cases.all()]
    if row.act != DualRequest.Act.RECOVERY and not cases:
        raise Refused("the request concerns no case", where="approval")
    for case in row.cases.all():
        require_member(member, case)


def _is_puppet(member: Member, asker: Member) -> bool:
    """Whether the asker made this account, where enough others could approve."""
    maker = Member.objects.filter(pk=member.made_by_id).first() if member.made_by_id else None
    if maker is None or not maker.is_same_person(asker):
        return False
    people = {each.second_account_of_id or each.pk for each in Member.objects.filter(is_active=True)}
    return len(people) >= ENOUGH_PEOPLE


def _digest(cases: Sequence[Case], subject: Member | None, details: dict[str, Any] | None) -> str:
    told = {
        "cases": [case.pk for case in cases],
        "subject": subject.pk if subject else None,
        "details": details or {},
    }
    return approvals.digest_of(told)


def _public(member: Member) -> MemberPublic:
    return MemberPublic(bytes(member.box_public), bytes(member.sign_public))


def _tell(row: DualRequest, act: str, actor: Member) -> None:
    # why something is to be deleted was asked; the other acts have one reason each
    reason = _REASONS.get(DualRequest.Act(row.act)) or json.loads(row.details)["reason"]
    for case in row.cases.all():
        log.write(actor, case, act, reason, subject=row.subject)
    for witness in _witnesses:
        witness(row, act, actor)


def _now() -> datetime:
    return datetime.now(UTC)


def n_holders(case: Case) -> int:
    """How many members hold the present key: below two, nothing of the case can be approved."""
    return CaseKeyWrap.objects.filter(case=case, version=case.key_version, member__is_active=True).count()
