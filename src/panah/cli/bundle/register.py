"""``panah bundle register`` and ``trace``: who got which copy, and whose copy a leaked text was made from."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from panah.cli.output import check_readable, emit, existing_file, json_option, note
from panah.errors import UnknownFormat

if TYPE_CHECKING:
    from collections.abc import Iterable

LARGEST_TEXT_BYTES = 64 << 20

_data = click.option("--data", type=existing_file(), help="The data folder; PANAH_DATA, else your user data directory.")
_member = click.option("--member", "email", required=True, help="The e-mail address you sign in with.")
_password = click.option("--password-fd", type=int, help="Read the password from this file descriptor.")


@click.command("register")
@_member
@_password
@_data
@json_option
def register_command(email: str, password_fd: int | None, data: Path | None, as_json: bool) -> None:
    """Tell who got which report or bundle of your cases, newest first."""
    from panah.cli.member import sign_in

    member, _keys = sign_in(data, email, password_fd, page="desk:outflow")
    from panah.web.outflow.queries import outflows_of

    rows = [_row(each) for each in outflows_of(member)]
    if as_json:
        emit([_shown(row) for row in rows])
        return
    for row in rows:
        redacted = ", redacted" if row["is_redacted"] else ""
        click.echo(
            f"{row['hour']:%Y-%m-%d}  {row['kind']:8}  {row['mark'] or '-':9}  {row['sha256'][:16]}  "
            f"{row['receiver'] or '-'} ({row['purpose']}{redacted}), by {row['by']}"
        )
    note(f"{len(rows)} in the register" if rows else "nothing has left yet")


@click.command("trace")
@click.argument("path", metavar="FILE", type=existing_file())
@_member
@_password
@_data
@json_option
def trace_command(path: Path, email: str, password_fd: int | None, data: Path | None, as_json: bool) -> int:
    """Tell whose copy FILE was made from: the file itself, a PDF, or a text copied or read from a picture.

    Compares with every copy in your register. Leaves with 1 when nobody is named. A trace is a lead, not proof: show
    it to a second member before anything is done, and accuse nobody in public.
    """
    from panah.cli.member import sign_in

    check_readable(path, at_most=LARGEST_TEXT_BYTES)
    content = path.read_bytes()
    member, _keys = sign_in(data, email, password_fd, page="desk:outflow")
    from panah.marks import trace
    from panah.web.outflow.queries import outflows_of

    rows = [_row(each) for each in outflows_of(member)]
    digest = hashlib.sha256(content).hexdigest()
    same = [row for row in rows if row["sha256"] == digest]
    found = trace(_text(content, path), (row["seed"] for row in rows if row["seed"]))
    leads = [
        {
            **_shown(next(row for row in rows if row["seed"] == lead.seed)),
            "n_agree": lead.n_agree,
            "wrongly_at_most": lead.wrongly,
            "is_named": lead.is_named,
            "shows_code": lead.shows_code,
        }
        for lead in found.leads
    ]
    if as_json:
        emit(
            {
                "same_file": [_shown(row) for row in same],
                "n_places": found.n_places,
                "n_read": found.n_read,
                "n_copies": found.n_copies,
                "leads": leads,
            }
        )
    else:
        _tell(same, leads, found.n_read, found.n_places, found.n_copies)
    return 0 if same or any(lead["is_named"] for lead in leads) else 1


def _tell(same: Iterable[Any], leads: list[dict[str, Any]], n_read: int, n_places: int, n_copies: int) -> None:
    for row in same:
        click.echo(f"the very file that {_who(row)} got")
    for lead in leads:
        if lead["is_named"]:
            click.echo(
                f"the copy of {_who(lead)}: {lead['n_agree']} of {n_read} places agree; anybody would be named wrongly "
                f"in at most {lead['wrongly_at_most']:.1g} of such cases"
            )
        else:
            click.echo(f"shows the code of the copy of {_who(lead)}; anybody can type a code")
    note(f"{n_read} of {n_places} places could be read, {n_copies} copies compared")
    note(
        "a lead, not proof: show it to a second member first, and accuse nobody in public" if leads else "nobody named"
    )


def _row(outflow: Any) -> dict[str, Any]:
    copy = outflow.copy
    return {
        "kind": outflow.kind,
        "hour": outflow.hour,
        "purpose": outflow.purpose,
        "receiver": copy.receiver,
        "mark": copy.code,
        "is_redacted": copy.is_redacted,
        "sha256": outflow.sha256,
        "by": str(outflow.member),
        "seed": copy.seed,
    }


def _shown(row: dict[str, Any]) -> dict[str, Any]:
    """Without the seed: who has it can write a text that looks like this copy."""
    return {name: value for name, value in row.items() if name != "seed"}


def _who(row: dict[str, Any]) -> str:
    return f"{row['receiver'] or 'a receiver without a name'} ({row['mark']}, {row['hour']:%Y-%m-%d})"


def _text(content: bytes, path: Path) -> str:
    """Its text, whatever it is; a picture has to be read by a machine first."""
    from panah.read.formats import open_document

    try:
        return open_document(content, path.name).text
    except UnknownFormat:
        return content.decode("utf-8", "replace")
