"""What a member is told of sign-ins to their own account: how often, in which hour, and what was refused.

Kept without address or name of anything. Whose account it was is a keyed digest, the hour is sealed to the member's own
keys, and four weeks later it is gone: a copy of the database tells how often somebody signed in in a week. An address
that nobody has leaves the same kind of row, so that the time of an answer does not tell which addresses exist.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final

from django.db.models import F
from django.http import HttpRequest

from panah.errors import NotOpened
from panah.vault.keys import MemberKeys, MemberPublic
from panah.vault.notes import open_note, seal_note
from panah.web.base.deployment import deployment_key

from .models import Member, SignIn

KEPT: Final = timedelta(weeks=4)
BEGUN: Final = "_sign_in"
"""Where a session keeps the row of the sign-in that it began with."""
SHOWN: Final = 60
HOUR: Final = "%Y-%m-%dT%H"
LONG_AGO: Final = datetime.min.replace(tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class Told:
    """One line of the list; of refusals a week's, with the newest hour."""

    kind: str
    n: int
    week: date
    hour: datetime | None
    """None when it was written to keys that were replaced."""


def note_refused(member: Member | None) -> None:
    """A password was refused; ``None`` for an address that nobody has, or a closed account."""
    kind, week, owner = SignIn.Kind.REFUSED, _week(), _owner(member)
    row = SignIn.objects.filter(owner=owner, week=week, kind=kind).first() or SignIn(
        owner=owner, week=week, kind=kind, n=0
    )
    sealed = _sealed(member, row)
    if row.n:
        SignIn.objects.filter(pk=row.pk).update(n=F("n") + 1, sealed=sealed)
    else:
        SignIn.objects.create(pk=row.pk, owner=owner, week=week, kind=kind, n=1, sealed=sealed)


def note_begun(request: HttpRequest, member: Member) -> None:
    """The password was right; until :func:`note_done` it counts as one without the second factor."""
    row = SignIn(owner=_owner(member), week=_week(), kind=SignIn.Kind.HALF)
    row.sealed = _sealed(member, row)
    row.save(force_insert=True)
    request.session[BEGUN] = row.pk


def note_done(request: HttpRequest) -> None:
    """Everything that was asked was given."""
    SignIn.objects.filter(pk=request.session.pop(BEGUN, "")).update(kind=SignIn.Kind.DONE)


def recent(member: Member, keys: MemberKeys) -> list[Told]:
    """What happened at the member's own account, newest first; the keys must be the member's own."""
    rows = SignIn.objects.filter(owner=_owner(member), week__gte=_week() - KEPT)
    told = [Told(row.kind, row.n, row.week, _hour(row, keys)) for row in rows]
    return sorted(told, key=lambda each: (each.hour or LONG_AGO, each.week), reverse=True)


def n_tried(told: list[Told]) -> int:
    """How many refused and half sign-ins there are of the week in which something was tried since the visit before this one."""
    visits = [each.hour for each in told if each.kind == SignIn.Kind.DONE and each.hour]
    before = visits[1] if len(visits) > 1 else LONG_AGO
    return sum(each.n for each in told if each.kind != SignIn.Kind.DONE and (each.hour or LONG_AGO) >= before)


def forget_old() -> None:
    """Delete what is older than it is kept."""
    SignIn.objects.filter(week__lt=_week() - KEPT).delete()


def _owner(member: Member | None) -> str:
    return deployment_key().index(f"sign-in|{member.pk if member else 'nobody'}")


def _sealed(member: Member | None, row: SignIn) -> bytes:
    """The hour, for the member alone; for nobody, under a key that nobody has."""
    public = MemberPublic(bytes(member.box_public) if member else os.urandom(32), b"")
    return seal_note(_now().strftime(HOUR), public, row=row.pk)


def _hour(row: SignIn, keys: MemberKeys) -> datetime | None:
    try:
        return datetime.strptime(open_note(bytes(row.sealed), keys, row=row.pk), HOUR).replace(tzinfo=UTC)
    except NotOpened:
        return None


def _week() -> date:
    today = _now().date()
    return today - timedelta(days=today.weekday())


def _now() -> datetime:
    return datetime.now(UTC)
