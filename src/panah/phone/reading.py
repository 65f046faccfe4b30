"""The way in: open, recognise, read, and make printed times absolute where the zone was said."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import UTC, datetime, tzinfo

from panah.errors import NotConfigured, PanahError
from panah.model.phone import PhoneEvent, PhoneExport, TimeZone, printed_time

from .formats import Format, recognise
from .identity import region_of
from .report import KeepAttachment, Options, Report
from .source import open_source


def read_export(
    path: str | os.PathLike[str],
    *,
    owner_number: str | None = None,
    region: str | None = None,
    time_zone: str | None = None,
    date_order: str | None = None,
    password: str | None = None,
    keep_attachment: KeepAttachment | None = None,
) -> PhoneExport:
    """Read one export, whichever app made it.

    Args:
        path: A file, a zip, or a backup folder.
        owner_number: The phone's own number, international; its country is the ``region`` when that is not given.
        region: ISO 3166 alpha-2 code by which national numbers become international ones.
        time_zone: IANA name of the phone's zone, for exports that print local times.
        date_order: ``day-first``, ``month-first`` or ``year-first``, for exports where it cannot be proved.
        password: Opens an encrypted backup.
        keep_attachment: Called with each attachment and its bytes, which are kept nowhere else.

    Returns:
        Events in the order of the file. A file that was cut gives what was whole, and says where it breaks.

    Raises:
        UnknownFormat: No format of ours.
        Unreadable: Nothing in it is whole, or it is hostile.
        NotConfigured: The zone is not known, or what cannot be proved was not said.
    """
    found, events, report = stream(
        path,
        owner_number=owner_number,
        region=region,
        time_zone=time_zone,
        date_order=date_order,
        password=password,
        keep_attachment=keep_attachment,
    )
    taken = tuple(events)
    return PhoneExport(
        path=os.fspath(path),
        format=found.slug,
        grade=found.grade,
        events=taken,
        time_zone=report.time_zone,
        not_understood=tuple(report.not_understood),
        notes=report.all_notes(),
        contacts=tuple(report.contacts),
    )


def stream(
    path: str | os.PathLike[str],
    *,
    owner_number: str | None = None,
    region: str | None = None,
    time_zone: str | None = None,
    date_order: str | None = None,
    password: str | None = None,
    keep_attachment: KeepAttachment | None = None,
) -> tuple[Format, Iterator[PhoneEvent], Report]:
    """As :func:`read_export`, but the events come one by one; the report is complete when they are all taken."""
    source = open_source(path, password)
    found = recognise(source)
    options = Options(
        owner_number=owner_number,
        region=region or region_of(owner_number),
        zone=_zone(time_zone),
        zone_name=time_zone or "",
        date_order=date_order,
        password=password,
        keep_attachment=keep_attachment,
    )
    report = Report()
    events = found.read(source, options, report)
    if options.zone is not None:
        events = _placed(events, options.zone, options, report)
    return found, _named(source.name, events), report


def _named(name: str, events: Iterator[PhoneEvent]) -> Iterator[PhoneEvent]:
    """Give an error on the way the name of its file."""
    try:
        yield from events
    except PanahError as error:
        if error.where:
            raise
        raise type(error)(error.what, where=name, hint=error.hint, value=error.value) from error


def _placed(events: Iterator[PhoneEvent], zone: tzinfo, options: Options, report: Report) -> Iterator[PhoneEvent]:
    """Make printed local times absolute where the reader said in which zone the phone was."""
    for event in events:
        if event.at is None or event.at.tzinfo is not None:
            yield event
            continue
        yield _absolute(event, event.at, zone)
    if not report.time_zone.known:
        report.time_zone = TimeZone(known=True, source="said by the reader", name=options.zone_name)


def _absolute(event: PhoneEvent, printed: datetime, zone: tzinfo) -> PhoneEvent:
    """The moment in UTC. One that the clock change printed twice, or never, stays an interval: the time before the
    change is taken, the other one stands beside it."""
    before, after = (printed.replace(tzinfo=zone, fold=fold).astimezone(UTC) for fold in (0, 1))
    if before == after:
        return event._replace(at=before)
    extra = {**event.extra, "or_at": printed_time(after) or ""}
    return event._replace(at=before, flags=(*event.flags, "clock_change"), extra=extra)


def _zone(name: str | None) -> tzinfo | None:
    if name is None:
        return None
    from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise NotConfigured("no such time zone", where="--time-zone", hint="write Europe/Stockholm or UTC") from error
