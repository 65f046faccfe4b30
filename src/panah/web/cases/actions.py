"""Making cases, and letting members in and out. The first argument says who acts."""

from __future__ import annotations

from collections.abc import Iterable

from django.db import transaction

from panah.errors import NoGrant, Refused
from panah.model.base import new_id
from panah.vault.keys import CaseKey, Grant, MemberKeys, sign_grant
from panah.web.accounts.models import Member, Role

from . import log
from .models import Case, CaseKeyWrap, CaseLog, DualRequest, this_hour
from .sealing import CaseWriter

CONTENT_ROLES = (Role.INTAKE, Role.CASE_WORKER, Role.DATA_STEWARD, Role.PUBLISHER)
"""Who may hold a key at all: an administrator sees accounts, an analyst coded fields."""


@transaction.atomic
def create_case(
    actor: Member | None, keys: MemberKeys | None, kind: str, *, members: Iterable[Member] = ()
) -> CaseWriter:
    """Make a case with a new key, sealed to the actor and to ``members``.

    Args:
        actor: Who makes it; None at the public door, where nobody is signed in.
        keys: The actor's keys, which sign the grants; None at the public door.
        kind: A value of ``Case.Kind``.
        members: Who else may open it.

    Raises:
        NoGrant: Somebody in it may hold no case key.
        Refused: Nobody could open it.
    """
    holders = {member.pk: member for member in ([actor] if actor else []) + list(members)}
    if not holders:
        raise Refused("a case needs somebody who can open it", where="case", hint="give a member the role of intake")
    case_id = new_id()
    case = Case.objects.create(id=case_id, kind=Case.Kind(kind))
    writer = CaseWriter(case=case, key=CaseKey.generate(case_id))
    log.write(actor, case, CaseLog.Act.CREATED, CaseLog.Reason.INTAKE)
    for member in holders.values():
        wrap_for(actor, keys, writer, member)
    return writer


@transaction.atomic
def grant(
    actor: Member, keys: MemberKeys, writer: CaseWriter, member: Member, reason: str = CaseLog.Reason.TEAM
) -> CaseKeyWrap:
    """Let another member into a case that the actor has opened; signed and logged.

    Args:
        actor: Who lets in.
        keys: The actor's keys, which sign the grant.
        writer: The opened case.
        member: Who comes in.
        reason: One of ``CaseLog.GRANT_REASONS``; all members of the case see it.

    Raises:
        NoGrant: The actor is not in the case, or the member's roles allow no case.
        Refused: The case is sealed and no second member of it has approved this; or it follows another case.
    """
    require_member(actor, writer.case)
    along = followers_in_hand(writer)
    if Case.objects.get(pk=writer.case.pk).is_sealed:
        from . import dual_control

        dual_control.use(actor, DualRequest.Act.GRANT, cases=[writer.case], subject=member)
    for each in along:
        log.write(actor, each.case, CaseLog.Act.GRANTED, reason, subject=member)
        wrap_for(actor, keys, each, member)
    log.write(actor, writer.case, CaseLog.Act.GRANTED, reason, subject=member)
    return wrap_for(actor, keys, writer, member)


def followers_in_hand(writer: CaseWriter) -> tuple[CaseWriter, ...]:
    """The cases that follow this one, each with its key, since who holds it must hold them too.

    Raises:
        Refused: The case follows another itself, or one that follows it was not opened along.
    """
    fresh = Case.objects.get(pk=writer.case.pk)
    if fresh.follows_id:
        raise Refused("this case follows another", where="case", hint="let people in or take them out there")
    held = writer.opened_along()
    if {each.case.pk for each in held} != set(fresh.followers.values_list("pk", flat=True)):
        raise Refused("a conversation that belongs to it was not opened", where="case", hint="load the page again")
    return held


def require_member(actor: Member, case: Case) -> None:
    """Refuse who holds no key of the case's present version.

    Raises:
        NoGrant: The actor holds none.
    """
    held = CaseKeyWrap.objects.filter(case=case, member=actor, version=case.key_version)
    if not actor.is_active or not held.exists():
        raise NoGrant("this case was not granted to you", where="case", hint="ask a member of the case for a grant")


def wrap_for(actor: Member | None, keys: MemberKeys | None, writer: CaseWriter, member: Member) -> CaseKeyWrap:
    """Seal the case key to one member, with the actor's signed grant; part of a larger act.

    Raises:
        NoGrant: The member's roles allow no case, or the account is closed.
    """
    if not member.is_active or not member.has_role(*CONTENT_ROLES):
        raise NoGrant("this member's role opens no case", where="case", hint="choose somebody who works on cases")
    sealed, hour = writer.key.seal_to(bytes(member.box_public)), this_hour()
    signature = b""
    if actor is not None and keys is not None:
        signature = sign_grant(_grant(sealed, writer, member, actor, hour), keys)
    wrap, _created = CaseKeyWrap.objects.update_or_create(
        case=writer.case,
        member=member,
        version=writer.key.version,
        defaults={
            "sealed_key": sealed,
            "granted_by": actor if signature else None,
            "granted_hour": hour,
            "signature": signature,
        },
    )
    return wrap


def _grant(sealed: bytes, writer: CaseWriter, member: Member, actor: Member, hour: object) -> Grant:
    return Grant.of(
        sealed,
        case_id=writer.case.pk,
        version=writer.key.version,
        member_id=member.pk,
        box_public=bytes(member.box_public),
        granted_by=actor.pk,
        granted_at=hour,
    )


@transaction.atomic
def set_status(actor: Member, case: Case, status: str) -> None:
    """Close a case or open it again.

    Raises:
        NoGrant: The actor is not in the case.
    """
    require_member(actor, case)
    closed = Case.Status(status) is Case.Status.CLOSED
    log.write(actor, case, CaseLog.Act.CLOSED if closed else CaseLog.Act.REOPENED, CaseLog.Reason.REVIEW)
    Case.objects.filter(pk=case.pk).update(status=status)


@transaction.atomic
def set_sealed(actor: Member, case: Case, *, sealed: bool) -> None:
    """Seal a case, so that two of its members must agree before another enters; or end that.

    Ending it would let one member do alone what two had agreed to do together: it needs the same approval as a grant.

    Raises:
        NoGrant: The actor is not in the case.
        Refused: No second member approved that the seal ends.
    """
    from . import dual_control

    require_member(actor, case)
    if not sealed and Case.objects.get(pk=case.pk).is_sealed:
        dual_control.use(actor, DualRequest.Act.GRANT, cases=[case], details={"unseal": True})
    log.write(actor, case, CaseLog.Act.SEALED if sealed else CaseLog.Act.UNSEALED, CaseLog.Reason.SHARING)
    Case.objects.filter(pk=case.pk).update(is_sealed=sealed)
