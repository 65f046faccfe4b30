"""Viber, "Send chat history by e-mail": a zip of CSV without a header, a file for each chat.

Rows are date, time, name, number, text, as users describe them; no real file was seen: provisional. The owner is "Me".
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from panah.errors import Unreadable
from panah.model.phone import PhoneEvent, Place, TimeZone

from .csv_rows import Row, head_rows, rows
from .date_order import Evidence
from .identity import read_identity
from .printed_times import Printed, read_printed
from .report import Options, Report
from .source import Source
from .whatsapp_words import plain

_DATE: Final = re.compile(r"\d{1,4}[./-]\d{1,2}[./-]\d{1,4}\Z")
_TIME: Final = re.compile(r"\d{1,2}[:.]\d{2}([:.]\d{2})?( ?[AaPp]\.?[Mm]\.?)?\Z")
_NUMBER: Final = re.compile(r"\+?[\d ()./-]{4,25}\Z|\Z")
_OWNER: Final = frozenset({"me", "ich", "moi", "yo", "я", "ben", "我", "أنا"})
_CALL: Final = re.compile(r"(?:missed |incoming |outgoing )?(?:viber )?(?:video )?call\b", re.IGNORECASE)


def recognises(source: Source) -> bool:
    _, head = head_rows(source)
    head = head[1:] if head and not any(char.isdigit() for char in "".join(head[0])) else head
    return len(head) > 0 and sum(_fits(cells) for cells in head) * 5 >= len(head) * 4


def _fits(cells: list[str]) -> bool:
    if len(cells) < 5:
        return False
    date, time, _, number = (plain(cell).strip() for cell in cells[:4])
    return bool(_DATE.match(date) and _TIME.match(time) and _NUMBER.match(number))


def read(source: Source, options: Options, report: Report) -> Iterator[PhoneEvent]:
    """Events in the order of the file.

    Raises:
        Unreadable: No row of it fits.
    """
    report.notes.append("the layout of this format is provisional: it was described, not seen; compare with the app")
    report.time_zone = TimeZone(known=False, source="the export prints local times without a zone")
    delimiter, _ = head_rows(source)
    evidence: Evidence | None = None
    for row in rows(source, delimiter):
        if (printed := _printed(row)) and printed.year in ("last", "short"):
            evidence = evidence or Evidence(year=printed.year, separators=printed.separators)
            evidence.add(printed.parts)
    order, reason = evidence.decide(options.date_order) if evidence else (options.date_order, "years first")
    n_read = 0
    for row in rows(source, delimiter, report):
        if not _fits(row.cells):
            report.doubt(row.place, "a row without date, time, name, number and text", ",".join(row.cells))
            continue
        n_read += 1
        yield _event(row, order, options, report)
    if not n_read:
        raise Unreadable("no row in it is a message", where=source.name, hint="export the chat again")
    if evidence and order is None:
        why = f"{reason}; say --date-order day-first or month-first"
        report.doubt(Place("line", 1, 2, source.member), why)


def _printed(row: Row) -> Printed | None:
    return read_printed(row.cells[0], row.cells[1]) if _fits(row.cells) else None


def _event(row: Row, order: str | None, options: Options, report: Report) -> PhoneEvent:
    name, number = (plain(cell).strip() for cell in row.cells[2:4])
    text = ",".join(row.cells[4:])
    printed = _printed(row)
    at = printed.at(order) if printed else None
    flags = ["date_order_unknown"] if order is None and at is None else []
    if at is None and not flags:
        report.doubt(row.place, "not a date", row.cells[0])
    if _CALL.match(text):
        flags.append("call")
    mine = name.casefold() in _OWNER
    sender = read_identity(number, options.region) or name or None
    return PhoneEvent(
        "message", at, "outgoing" if mine else "incoming", "viber", row.place, None if mine else sender, "allowed",
        (options.owner_number or name) if mine else sender, "" if mine else name, number, "", text, None, (),
        tuple(flags), {} if at else {"printed": " ".join(row.cells[:2])},
    )  # fmt: skip
