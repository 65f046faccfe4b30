"""A bundle out of cases of an installation: the same questions as on the web, by the same functions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from panah.cli.member import sign_in
from panah.cli.output import emit, note
from panah.errors import NoGrant

from .files import check_target

if TYPE_CHECKING:
    from panah.web.accounts.models import Member


@dataclass(frozen=True, slots=True)
class HowAsked:
    """What was asked for on the command line."""

    recipients: tuple[str, ...]
    purpose: str
    receiver: str
    redact: bool
    bagit: bool


def seal_cases(
    cases: Sequence[str],
    how: HowAsked,
    target: Path,
    *,
    email: str,
    password_fd: int | None,
    data: Path | None,
    replace: bool,
    json: bool,
) -> int:
    """Make the bundle if a second member agreed to exactly this; else ask for that, and leave with 1."""
    check_target(target, (), replace=replace)
    member, keys = sign_in(data, email, password_fd, page="desk:bundle")
    from panah.web.cases import dual_control
    from panah.web.outflow.actions import HowBundled, ask_for_bundle, is_approved, is_waiting, make_bundle

    incidents = _incidents(member, cases)
    options: dict[str, Any] = {
        "recipients": list(how.recipients),
        "purpose": how.purpose,
        "how": HowBundled(how.receiver, how.redact, how.bagit),
    }
    if is_approved(member, incidents, **options):
        outflow = make_bundle(member, keys, incidents, target=target, **options)
        _tell_made(outflow, target, len(incidents), json)
        return 0
    if is_waiting(member, incidents, **options):
        request = None
    else:
        request = ask_for_bundle(member, keys, incidents, **options)
        holders = min(dual_control.n_holders(case) for case in request.cases.all())
        if holders < 2:
            note("nobody else holds all of these cases yet: let a second member in first")
    if json:
        emit({"bundle": None, "waits_for": "a second member", "asked_now": request is not None})
    note("asked a second member" if request else "a second member was asked already and has not answered")
    note("when they have agreed, on the page of what two do together, run this again within a day")
    return 1


def _incidents(member: Member, cases: Sequence[str]) -> list[Any]:
    """The confirmed incidents of these cases; a case that is not granted and one that does not exist look the same."""
    from panah.web.cases.queries import cases_of
    from panah.web.register.queries import incidents_of

    held = set(cases_of(member).filter(pk__in=cases).values_list("pk", flat=True))
    for number, case in enumerate(cases, start=1):
        if case not in held:
            raise NoGrant("this case was not granted to you", where=f"case {number}", hint="ask a member of the case")
    return list(incidents_of(member).filter(case__in=held))


def _tell_made(outflow: Any, target: Path, n_incidents: int, as_json: bool) -> None:
    told = {
        "bundle": str(target),
        "sha256": outflow.sha256,
        "size_bytes": target.stat().st_size,
        "n_incidents": n_incidents,
        "mark": outflow.copy.code,
        "is_redacted": outflow.copy.is_redacted,
    }
    if as_json:
        emit(told)
        return
    click.echo(f"{target}: {n_incidents} incidents, mark {outflow.copy.code}")
    click.echo(f"SHA-256 of the bundle  {outflow.sha256}")
    note("it stands in the register with who got it; read a redacted one before it goes")
