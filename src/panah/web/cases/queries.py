"""What a member may see of cases without opening one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Subquery

from panah.errors import NotVerified
from panah.vault.keys import Grant, MemberPublic, verify_grant
from panah.web.accounts.models import Member

from .actions import require_member
from .models import Case, CaseKeyWrap, CaseLog, this_hour


def cases_of(member: Member) -> QuerySet[Case]:
    """The cases that are granted to the member, newest first; none for a closed account."""
    if not member.is_active:
        return Case.objects.none()
    held = CaseKeyWrap.objects.filter(case=OuterRef("pk"), member=member, version=OuterRef("key_version"))
    return Case.objects.filter(Exists(held))


def case_of(member: Member, case_id: str) -> Case | None:
    """One granted case; None alike for a case that is not granted and for one that does not exist."""
    return cases_of(member).filter(pk=case_id).first()


def log_of(member: Member, case: Case) -> QuerySet[CaseLog]:
    """The log of a granted case, oldest first.

    Raises:
        NoGrant: The case was not granted to the member.
    """
    require_member(member, case)
    return CaseLog.objects.filter(case=case).select_related("member", "subject")


KEY_LIFE: Final = timedelta(days=365)


def due_for_a_new_key(member: Member) -> list[Case]:
    """The member's cases whose key is older than a year, or which somebody holds whose account is closed."""
    made = CaseLog.objects.filter(case=OuterRef("pk"), act__in=(CaseLog.Act.CREATED, CaseLog.Act.ROTATED))
    newest = made.order_by("-id").values("hour")[:1]
    gone = CaseKeyWrap.objects.filter(case=OuterRef("pk"), version=OuterRef("key_version"), member__is_active=False)
    cases = cases_of(member).annotate(key_hour=Subquery(newest), somebody_left=Exists(gone))
    return list(cases.filter(Q(key_hour__lt=this_hour() - KEY_LIFE) | Q(somebody_left=True)))


@dataclass(frozen=True, slots=True)
class Holder:
    """A member who can open the case, with the fingerprint to compare by voice and whether the grant verifies."""

    member: Member
    granted_by: Member | None
    fingerprint: str
    verified: bool
    words: str = ""
    """The same fingerprint in ten words."""
    granted_hour: datetime | None = None
    reason: str = ""
    """Why this member was let in, in words of the reader's language; empty for who was there from the start."""


def holders_of(member: Member, case: Case) -> list[Holder]:
    """Who holds a key of a granted case, each grant's signature checked.

    Raises:
        NoGrant: The case was not granted to the member.
    """
    require_member(member, case)
    wraps = CaseKeyWrap.objects.filter(case=case, version=F("case__key_version")).select_related("member", "granted_by")
    granted = CaseLog.objects.filter(case=case, act=CaseLog.Act.GRANTED).order_by("id")
    reasons = {entry.subject_id: entry.get_reason_display() for entry in granted}
    return [_holder(wrap, reasons.get(wrap.member_id, "")) for wrap in wraps.order_by("id")]


def _holder(wrap: CaseKeyWrap, reason: str) -> Holder:
    public = MemberPublic(bytes(wrap.member.box_public), bytes(wrap.member.sign_public))
    return Holder(
        wrap.member,
        wrap.granted_by,
        public.fingerprint,
        _is_signed(wrap),
        public.fingerprint_words,
        wrap.granted_hour,
        reason,
    )


def _is_signed(wrap: CaseKeyWrap) -> bool:
    granter = wrap.granted_by
    if granter is None:
        return False
    grant = Grant.of(
        bytes(wrap.sealed_key),
        case_id=wrap.case_id,
        version=wrap.version,
        member_id=wrap.member_id,
        box_public=bytes(wrap.member.box_public),
        granted_by=granter.pk,
        granted_at=wrap.granted_hour,
    )
    try:
        verify_grant(grant, bytes(wrap.signature), MemberPublic(bytes(granter.box_public), bytes(granter.sign_public)))
    except NotVerified:
        return False
    return True
