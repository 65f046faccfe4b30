"""ODS workbooks (LibreOffice), streamed from ``content.xml``; OpenDocument 1.3, part 3, section 9.

Cells and rows are written once with a count of how often they repeat. The count may be a trap: an empty one is skipped
whatever it says, and one with a value runs into the limits of a table.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Final
from xml.etree.ElementTree import Element, ParseError

from panah.errors import BadTable, PanahError

from .table import MAX_COLUMNS, MAX_ROWS, RawRow, Table, assemble
from .zipped import refuse_document_type, refuse_traps

MIMETYPE: Final = b"application/vnd.oasis.opendocument.spreadsheet"
DAMAGED_HINT: Final = "open it in a spreadsheet program and save it again"
_TABLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE: Final = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT: Final = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_STYLE: Final = "{urn:oasis:names:tc:opendocument:xmlns:style:1.0}"
_CALC: Final = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_CELLS: Final = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_NOT_SHOWN: Final = frozenset({f"{_OFFICE}annotation", f"{_TABLE}shapes"})
_TIME: Final = re.compile(r"PT(\d+)H(\d+)M(\d+)(?:[.,]\d+)?S\Z")
_SKIPPED_AT_MOST: Final = 1_100_000


def is_ods(archive: zipfile.ZipFile) -> bool:
    """Whether a zip is an OpenDocument spreadsheet."""
    try:
        with archive.open("mimetype") as stream:
            return stream.read(len(MIMETYPE) + 16).strip().startswith(MIMETYPE)
    except KeyError:
        return False


def read_ods(data: bytes, name: str, sheet: str | None = None) -> Table:
    """Read one sheet; formulas give the values that were stored with them.

    Raises:
        BadTable: A trap (huge when unpacked, a document type declaration), damaged, encrypted, or no such sheet.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            refuse_traps(archive.infolist(), name)
            content = archive.getinfo("content.xml")
            refuse_document_type(archive, content, name)
            if _is_encrypted(archive):
                raise BadTable("a workbook with a password", where=name, hint="save it without a password")
            return _read(archive, content, name, sheet)
    except PanahError:
        raise
    except (ParseError, ValueError) as error:  # defusedxml's refusals are ValueErrors
        raise BadTable("a damaged workbook", where=name, hint=DAMAGED_HINT) from error
    except Exception as error:  # zipfile lets errors of zlib, bz2, lzma and struct through
        raise BadTable("a damaged or encrypted archive", where=name, hint=DAMAGED_HINT) from error


def _is_encrypted(archive: zipfile.ZipFile) -> bool:
    try:
        with archive.open("META-INF/manifest.xml") as stream:
            return b"encryption-data" in stream.read(1 << 20)
    except KeyError:
        return False


def _read(archive: zipfile.ZipFile, content: zipfile.ZipInfo, name: str, sheet: str | None) -> Table:
    """The first visible sheet that holds anything, or the named one; the others are only named."""
    chosen: _Sheet | None = None
    header: tuple[str, ...] = ()
    rows: tuple[object, ...] = ()
    problems: tuple[object, ...] = ()
    others: list[str] = []
    with archive.open(content) as stream:
        for found in _sheets(stream, name):
            wanted = found.name == sheet if sheet is not None else True
            if chosen is None and wanted and found.starts():
                chosen = found
                header, rows, problems = assemble(name, found.rows(), short_rows=True)
            elif found.starts():
                others.append(found.name)
    if chosen is None and sheet is not None:
        raise BadTable("no sheet of that name", where=name, hint="name one of its visible sheets")
    if chosen is None:
        raise BadTable("the workbook is empty", where=name, hint="the first row must hold the column names")
    return Table(name, "ods", "utf-8", header, rows, problems, sheet=chosen.name, other_sheets=tuple(others))  # type: ignore[arg-type]


@dataclass(slots=True)
class _Sheet:
    """One sheet while it streams by: its rows can be taken once, in order."""

    name: str
    source: Iterator[RawRow]
    first: list[RawRow] = field(default_factory=list)

    def starts(self) -> bool:
        """Whether it holds anything."""
        if not self.first and (row := next(self.source, None)) is not None:
            self.first.append(row)
        return bool(self.first)

    def rows(self) -> Iterator[RawRow]:
        yield from self.first
        yield from self.source


def _sheets(stream: IO[bytes], name: str) -> Iterator[_Sheet]:
    from defusedxml.ElementTree import iterparse  # type: ignore[import-untyped]

    events = iter(iterparse(stream, events=("start", "end"), forbid_dtd=True))
    hidden: set[str] = set()
    for event, element in events:
        if event == "end" and element.tag == f"{_STYLE}style":
            properties = element.find(f"{_STYLE}table-properties")
            if properties is not None and properties.get(f"{_TABLE}display") == "false":
                hidden.add(element.get(f"{_STYLE}name", ""))
        elif event == "start" and element.tag == f"{_TABLE}table":
            title = element.get(f"{_TABLE}name", "")
            visible = element.get(f"{_TABLE}style-name", "") not in hidden
            rows = _rows(events, element, name)
            if visible:
                yield _Sheet(title, rows)
            for _ in rows:  # what was not taken streams by
                pass


def _rows(events: Iterator[tuple[str, Element]], table: Element, name: str) -> Iterator[RawRow]:
    """Rows that hold anything, with the numbers a spreadsheet shows."""
    number = 1
    depth = 0
    for event, element in events:
        if event == "start":
            depth += element.tag == f"{_TABLE}table"  # a table inside of a cell is no row of ours
            continue
        if element.tag == f"{_TABLE}table":
            if not depth:
                table.clear()
                return
            depth -= 1
        if element.tag != f"{_TABLE}table-row" or depth:
            continue
        repeated = _count(element, f"{_TABLE}number-rows-repeated")
        cells, problem = _cells(element)
        element.clear()
        table.clear()
        if not any(cells) and not problem:
            number += min(repeated, _SKIPPED_AT_MOST)
            continue
        for _ in range(repeated):
            if number > MAX_ROWS:
                raise BadTable(f"more than {MAX_ROWS:,} rows", where=name, hint="split the file")
            yield RawRow(number, tuple(cells), problem, "correct it in the spreadsheet" if problem else "")
            number += 1


def _cells(row: Element) -> tuple[list[str], str]:
    """The cells up to the last that holds anything, and what is wrong with one of them."""
    cells: list[str] = []
    empty = 0
    for cell in row:
        if cell.tag not in _CELLS:
            continue
        repeated = _count(cell, f"{_TABLE}number-columns-repeated")
        text = _value(cell)
        if cell.get(f"{_CALC}value-type") == "error":
            return [], f"the cell in column {len(cells) + empty + 1} shows an error"
        if not text:
            empty += min(repeated, _SKIPPED_AT_MOST)
            continue
        if len(cells) + empty + repeated > 40 * MAX_COLUMNS:
            return [], f"more than {40 * MAX_COLUMNS:,} cells in one row"
        cells += [""] * empty + [text] * repeated
        empty = 0
    return cells, ""


def _count(element: Element, attribute: str) -> int:
    written = element.get(attribute, "1")
    return max(1, int(written[:9])) if written.isdecimal() else 1


def _value(cell: Element) -> str:
    """A cell's value as text, the same as that of a CSV or XLSX which shows the same thing."""
    kind = cell.get(f"{_OFFICE}value-type", "")
    if kind in ("float", "percentage", "currency"):
        return _number(cell.get(f"{_OFFICE}value", ""))
    if kind == "date":
        return cell.get(f"{_OFFICE}date-value", "").removesuffix("T00:00:00")
    if kind == "boolean":
        return cell.get(f"{_OFFICE}boolean-value", "")
    if kind == "time":
        written = cell.get(f"{_OFFICE}time-value", "")
        match = _TIME.match(written)
        return f"{int(match[1]):02}:{match[2]}:{match[3]}" if match else written
    return "\n".join(_paragraph(one) for one in cell if one.tag == f"{_TEXT}p").strip()


def _number(written: str) -> str:
    try:
        value = float(written)
    except ValueError:
        return written
    return str(int(value)) if value.is_integer() and abs(value) < 1e15 else str(value)


def _paragraph(element: Element) -> str:
    """The words of a paragraph, with the blanks and line ends that are written as elements."""
    parts = [element.text or ""]
    for child in element:
        if child.tag == f"{_TEXT}s":
            parts.append(" " * min(_count(child, f"{_TEXT}c"), 1000))
        elif child.tag == f"{_TEXT}tab":
            parts.append("\t")
        elif child.tag == f"{_TEXT}line-break":
            parts.append("\n")
        elif child.tag not in _NOT_SHOWN:
            parts.append(_paragraph(child))
        parts.append(child.tail or "")
    return "".join(parts)
