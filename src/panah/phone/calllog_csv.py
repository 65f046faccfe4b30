"""Call logs as CSV, as many apps write them; there is no standard.

Columns are known by their names in eight languages (``data/calllog_words.csv``), and how they were taken is told, so
that a person can object. Times have no zone, and whether the day or the month comes first is asked where it cannot be
proved. The presentation of a number is only a word here ("Private number"); its reasons are kept apart.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from panah.errors import Unreadable
from panah.identifiers import read_number
from panah.model.phone import Direction, PhoneEvent, Place, Presentation, TimeZone

from .csv_rows import Row, head_rows, rows
from .date_order import Evidence
from .identity import PRESENTATIONS, read_identity
from .printed_times import Printed, read_duration, read_printed
from .report import Options, Report
from .source import Source
from .whatsapp_words import DATA, plain

_NEEDED: Final = (("number", "to"), ("date", "datetime"), ("type", "duration"))
_HEADER_WITHIN: Final = 10
"""Rows that an app may write above the header."""


@lru_cache(maxsize=1)
def _words() -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {"column": {}, "type": {}}
    for row in csv.DictReader((DATA / "calllog_words.csv").read_text(encoding="utf-8").splitlines()):
        found[row["kind"]].setdefault(row["word"].casefold(), row["meaning"])
    return found


def _key(cell: str) -> str:
    return re.sub(r"[\s_]+", " ", plain(cell)).strip(" \ufeff\"'").casefold().replace("i\u0307", "i")  # Turkish İ


def _columns(header: list[str]) -> dict[str, int]:
    """Fields by the index of their column; the first column of a name counts."""
    known = _words()["column"]
    found: dict[str, int] = {}
    for index, cell in enumerate(header):
        if field := known.get(_key(cell)):
            found.setdefault(field, index)
    return found


def recognises(source: Source) -> bool:
    return _header(head_rows(source)[1]) is not None


def _header(head: list[list[str]]) -> list[str] | None:
    """The row that names the columns."""
    for cells in head[:_HEADER_WITHIN]:
        columns = _columns(cells)
        if len(cells) >= 3 and all(any(one in columns for one in needed) for needed in _NEEDED):
            return cells
    return None


def read(source: Source, options: Options, report: Report) -> Iterator[PhoneEvent]:
    """Events in the order of the file.

    Raises:
        Unreadable: There is no row below the header.
    """
    delimiter, head = head_rows(source)
    header = _header(head)
    assert header is not None
    columns = _columns(header)
    order, reason = _order(source, delimiter, header, options)
    taken = ", ".join(f"{field} from column {index + 1}" for field, index in columns.items())
    report.notes.append(f"columns taken: {taken}; there is no standard, check them")
    report.time_zone = TimeZone(known=False, source="the table prints local times without a zone")
    n_read = n_unordered = n_local = 0
    last = 1
    for row in _body(source, delimiter, header, report):
        n_read += 1
        last = row.place.end
        event = _event(row, header, columns, order, options, report)
        n_local += event.at is None or event.at.tzinfo is None
        n_unordered += "date_order_unknown" in event.flags
        yield event
    if not n_read:
        raise Unreadable("a header without calls", where=source.name, hint="export it again")
    if not n_local:
        report.time_zone = TimeZone(known=True, source="every row prints a moment, or its offset from UTC")
    if n_unordered:
        why = f"{reason}, in {n_unordered:,} rows; say --date-order day-first or month-first"
        report.doubt(Place("line", 2, last, source.member), why)
    else:
        report.notes.append(f"order of the date: {order or 'as printed'}, {reason}")


def _body(source: Source, delimiter: str, header: list[str], report: Report | None) -> Iterator[Row]:
    seen_header = False
    for row in rows(source, delimiter, report):
        if seen_header:
            yield row
        elif row.cells == header:
            seen_header = True
        elif report is not None and not row.cells[0].casefold().startswith("sep="):
            report.doubt(row.place, "a row above the header", delimiter.join(row.cells))


def _cell(row: Row, columns: dict[str, int], field: str) -> str:
    index = columns.get(field, -1)
    return row.cells[index].strip() if 0 <= index < len(row.cells) else ""


def _printed(row: Row, columns: dict[str, int]) -> Printed | None:
    date = _cell(row, columns, "datetime") or _cell(row, columns, "date")
    time = "" if "datetime" in columns else _cell(row, columns, "time")
    return read_printed(date, time)


def _order(source: Source, delimiter: str, header: list[str], options: Options) -> tuple[str | None, str]:
    evidence: Evidence | None = None
    columns = _columns(header)
    for row in _body(source, delimiter, header, None):
        printed = _printed(row, columns)
        if printed and printed.year in ("last", "short"):
            evidence = evidence or Evidence(year=printed.year, separators=printed.separators)
            evidence.add(printed.parts)
    if evidence is None:
        return options.date_order, "every date says its order"
    # tables are often sorted newest first, so that time running backwards proves nothing here
    return evidence.decide(options.date_order, sorted_by_time=False)


def _event(
    row: Row, header: list[str], columns: dict[str, int], order: str | None, options: Options, report: Report
) -> PhoneEvent:
    written = _cell(row, columns, "type")
    direction, status = _type(written)
    raw = _cell(row, columns, "number") or _cell(row, columns, "to" if direction == "outgoing" else "from")
    code = _cell(row, columns, "presentation")
    presentation: Presentation = PRESENTATIONS.get(code, "allowed")
    if presentation == "allowed":
        presentation = read_number(raw, options.region).presentation
    counterpart = read_identity(raw, options.region) if presentation == "allowed" else None
    if written and status.startswith("other"):
        report.doubt(row.place, "a type of call that is not known", written)
    printed = _printed(row, columns)
    at = printed.at(order) if printed else None
    flags: tuple[str, ...] = ()
    if printed is None:
        report.doubt(
            row.place, "no date that can be read", _cell(row, columns, "date") or _cell(row, columns, "datetime")
        )
    elif at is None and order is None:
        flags = ("date_order_unknown",)
    elif at is None:
        report.doubt(row.place, "not a date", _cell(row, columns, "date"))
    length = _cell(row, columns, "duration")
    duration = read_duration(length)
    if length and duration is None:
        report.doubt(row.place, "a duration that is not known", length)
    used = {index for field, index in columns.items() if field not in ("from", "to", "presentation")}
    extra = {
        header[index] if index < len(header) else f"column {index + 1}": cell
        for index, cell in enumerate(row.cells)
        if cell.strip() and index not in used
    }
    if at is None:
        extra["printed"] = " ".join(
            cell for field in ("datetime", "date", "time") if (cell := _cell(row, columns, field))
        )
    return PhoneEvent(
        "call", at, direction, "phone", row.place, counterpart, presentation,
        counterpart if direction == "incoming" else options.owner_number if direction == "outgoing" else None,
        _cell(row, columns, "name"), raw, status, None, duration, (), flags, extra,
    )  # fmt: skip


def _type(written: str) -> tuple[Direction, str]:
    meaning = _words()["type"].get(_key(written), "")
    if not meaning:
        return "unknown", f"other: {written}" if written else "unknown"
    direction, status = meaning.split()
    return ("outgoing" if direction == "outgoing" else "incoming"), status
