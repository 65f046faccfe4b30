"""``panah phone``: what one or more phone and messenger exports hold."""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import click

from panah.errors import NotConfigured, PanahError, Unreadable

from .output import emit, emit_with_list, existing_file, json_option, note, progress, read_bytes

if TYPE_CHECKING:
    from collections.abc import Callable

    from panah.model.phone import PhoneEvent, PhoneExport

TOLD_AT_MOST: Final = 10
SHOWN_AT_MOST: Final = 40
LARGE_BYTES: Final = 8 << 20
"""From here on a file is read twice and its events are printed as they come."""
_DAY = re.compile(r"\d{4}(-\d{2}){0,2}")


@click.command(name="phone")
@click.argument("files", nargs=-1, required=True, type=existing_file())
@click.option("--owner-number", metavar="N", help="The phone's own number, with its country code.")
@click.option("--region", metavar="CC", help="Country by which national numbers are read, as in SE.")
@click.option(
    "--around",
    metavar="NUMBER|DATE",
    help="Only events of this number (or: restricted, unknown), day, month or year.",
)
@click.option("--time-zone", metavar="ZONE", help="Where the phone was, as in Europe/Stockholm, for local times.")
@click.option(
    "--date-order",
    type=click.Choice(["day-first", "month-first", "year-first"]),
    help="For exports where day and month cannot be told apart.",
)
@click.option("--password", metavar="P", help="Opens an encrypted backup or zip; others on this machine may see it.")
@click.option("--password-file", type=existing_file(), help="A file with the password of an encrypted backup.")
@json_option
def command(
    files: tuple[Path, ...],
    owner_number: str | None,
    region: str | None,
    around: str | None,
    time_zone: str | None,
    date_order: str | None,
    password: str | None,
    password_file: Path | None,
    as_json: bool,
) -> int:
    """Read phone and messenger exports: calls and messages, each with its place in the file.

    The format is recognised by content. With several files one JSON object a file is printed, in a list.
    """
    if password is not None and password_file is not None:
        raise NotConfigured("two passwords", where="--password", hint="give it or --password-file")
    if password_file is not None:
        password = read_bytes(password_file, at_most=65_536).decode("utf-8", "replace").rstrip("\r\n")
    options = {
        "owner_number": owner_number,
        "region": _region(region),
        "time_zone": time_zone,
        "date_order": date_order,
        "password": password,
    }
    if as_json and len(files) == 1 and _is_large(files[0]):
        _print_streamed(files[0], options, around)
        return 0
    documents, failed = _read_all(files, options, around, quiet=as_json)
    if as_json:
        emit(documents[0] if len(files) == 1 and documents else documents)
    return failed


def _is_large(path: Path) -> bool:
    """Whether the events of a file are too many to be held; a folder's size is not that of its events."""
    return path.is_file() and path.stat().st_size >= LARGE_BYTES


def _print_streamed(path: Path, options: dict[str, Any], around: str | None) -> None:
    """The same document in constant memory: read once to count, and once more to print."""
    from panah.model.phone import PhoneExport, Totals
    from panah.phone import stream

    totals = Totals()
    found, events, report = stream(path, **options)
    for event in events:
        totals.add(event)
    export = PhoneExport(
        str(path), found.slug, found.grade, (), report.time_zone, tuple(report.not_understood), report.all_notes(),
        tuple(report.contacts),
    )  # fmt: skip
    _, events, _ = stream(path, **options)
    chosen = filter(_chooser(around, options["region"]), events)
    emit_with_list(export.as_dict(totals), "events", (event.as_dict() for event in chosen))


def _read_all(
    files: tuple[Path, ...], options: dict[str, Any], around: str | None, *, quiet: bool
) -> tuple[list[dict[str, Any]], int]:
    """Read each file; one that cannot be read is told and does not stop the others, when there are others."""
    from panah.phone import read_export

    documents: list[dict[str, Any]] = []
    failed = 0
    with progress("reading exports", total=len(files), quiet=quiet) as advance:
        for path in files:
            try:
                export = read_export(path, **options)
            except PanahError as error:
                if len(files) == 1:
                    raise
                note(f"panah phone: {error}")
                failed = error.exit_code
                continue
            advance(1)
            chosen = _chosen(export, around, options["region"])
            documents.append(export.as_dict() | ({"events": [one.as_dict() for one in chosen]} if around else {}))
            if not quiet:
                _tell(export, chosen if around else ())
    return documents, failed


def _region(text: str | None) -> str | None:
    if text is None:
        return None
    import phonenumbers

    if text.upper() not in phonenumbers.SUPPORTED_REGIONS:
        raise NotConfigured("no such country code", where="--region", hint="write two letters, as in SE")
    return text.upper()


def _chosen(export: PhoneExport, around: str | None, region: str | None) -> tuple[PhoneEvent, ...]:
    return tuple(filter(_chooser(around, region), export.events))


def _chooser(around: str | None, region: str | None) -> Callable[[PhoneEvent], bool]:
    """Takes events with this number, or in this day, month or year (in the export's own terms: UTC or local)."""
    if around is None:
        return lambda _: True
    if _DAY.fullmatch(around):
        return lambda one: one.at is not None and one.at.isoformat().startswith(around)
    from panah.phone.identity import PRESENTATIONS, read_identity

    if around in PRESENTATIONS.values():
        return lambda one: one.presentation == around
    wanted = read_identity(around, region)
    if wanted is None:
        raise Unreadable("neither a number nor a date", where="--around", hint="write +46701740605 or 2025-05")
    return lambda one: wanted in {one.counterpart, one.sender}


def _tell(export: PhoneExport, events: tuple[PhoneEvent, ...]) -> None:
    zone = export.time_zone
    click.echo(f"{export.path}: {export.format}, grade {export.grade}")
    click.echo(
        f"  {export.n_messages:,} messages, {export.n_calls:,} calls, {export.n_system:,} system lines, "
        f"{export.n_attachments:,} attachments"
    )
    shown = ", ".join(f"{count:,} {reason}" for reason, count in export.presentations.items())
    click.echo(f"  numbers shown or not: {shown or 'none'}")
    click.echo(f"  from {_shown_time(export.first)} to {_shown_time(export.last)}")
    click.echo(f"  time zone {zone.name or ('known' if zone.known else 'not known')}: {zone.source}")
    for line in export.notes:
        click.echo(f"  note: {line}")
    for doubt in export.not_understood[:TOLD_AT_MOST]:
        click.echo(f"  not understood, {doubt.where}: {doubt.why}")
    if len(export.not_understood) > TOLD_AT_MOST:
        click.echo(f"  and {len(export.not_understood) - TOLD_AT_MOST:,} more; --json names them all")
    for event in events[:SHOWN_AT_MOST]:
        click.echo(f"  {_line(event)}")
    if len(events) > SHOWN_AT_MOST:
        click.echo(f"  and {len(events) - SHOWN_AT_MOST:,} more; --json prints them all")


def _line(event: PhoneEvent) -> str:
    who = event.counterpart or event.presentation
    text = " ".join((event.text or "").split())
    length = f" {event.duration_s} s" if event.duration_s is not None else ""
    return (
        f"{_shown_time(event.at)}  {event.direction:<8} {event.channel} {event.status}{length}  {who}  {text}".rstrip()
    )


def _shown_time(moment: datetime | None) -> str:
    from panah.model.phone import printed_time

    return printed_time(moment) or "no time"
