"""CSV and its relatives: which encoding, which delimiter, and records that survive a quotation mark left open."""

from __future__ import annotations

import codecs
import csv
from collections.abc import Iterator
from typing import Final

from panah.errors import BadTable

from .table import MAX_CELL_CHARS, RawRow, Table, assemble

BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
DELIMITERS: Final = (",", ";", "\t", "|")
SAMPLE_RECORDS: Final = 50
SAMPLE_BYTES: Final = 256 * 1024
MAX_LINES_IN_RECORD: Final = 200
"""A cell with more lines than this is a quotation mark that was never closed."""


def read_delimited(data: bytes, name: str, encoding: str | None = None) -> Table:
    """Read delimited text.

    Raises:
        BadTable: Not text, or see :func:`panah.tables.table.assemble`.
    """
    encoding, guessed = (encoding, False) if encoding else _encoding(data, name)
    try:
        text = data.decode(encoding)
    except (UnicodeDecodeError, LookupError) as error:
        raise BadTable(f"not readable as {encoding}", where=name, hint="save it as CSV in UTF-8") from error
    if "\0" in text:
        raise BadTable(
            "not a table: it has bytes that no text has", where=name, hint="a table is a CSV, XLSX or ODS file"
        )
    lines = text.splitlines(keepends=True) if "\n" not in text else text.split("\n")
    lines = lines or [""]  # a byte order mark and nothing else
    delimiter, first = _delimiter(lines)
    header, rows, problems = assemble(name, _records(lines, delimiter, first))
    return Table(name, "csv", encoding, header, rows, problems, encoding_guessed=guessed, delimiter=delimiter)


def _encoding(data: bytes, name: str) -> tuple[str, bool]:
    """The encoding and whether it had to be guessed."""
    for mark, encoding in BOMS:
        if data.startswith(mark):
            return encoding, False
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return _guessed_encoding(data, name), True
    return "utf-8", False


def _guessed_encoding(data: bytes, name: str) -> str:
    from charset_normalizer import from_bytes

    best = from_bytes(data[:SAMPLE_BYTES]).best()
    if best is None or (b"\0" in data[:SAMPLE_BYTES] and not best.encoding.startswith(("utf_16", "utf_32"))):
        raise BadTable("not text in any known encoding", where=name, hint="save it as CSV in UTF-8")
    return best.encoding.replace("_", "-")


def _delimiter(lines: list[str]) -> tuple[str, int]:
    """The delimiter, and the index of the first line of the table: spreadsheets may name theirs in a line before it."""
    first_line = lines[0].strip().lower()
    if first_line.startswith("sep=") and len(first_line) == len("sep=") + 1:
        return first_line[-1], 1
    if first_line == "sep=":
        return "\t", 1
    return max(DELIMITERS, key=lambda candidate: _fit(lines, candidate)), 0


def _fit(lines: list[str], delimiter: str) -> tuple[float, int]:
    """How well a delimiter explains the first records: the share of them that have as many cells as the header."""
    sample = [
        record.cells
        for record, _ in zip(_records(lines, delimiter, 0), range(SAMPLE_RECORDS), strict=False)
        if not record.problem and any(record.cells)
    ]
    width = len(sample[0]) if sample else 0
    if width < 2:
        return 0.0, 0
    return sum(len(cells) == width for cells in sample) / len(sample), width


def _records(lines: list[str], delimiter: str, first: int) -> Iterator[RawRow]:
    """Every record, numbered as a spreadsheet numbers rows.

    A record that is not sound is told, and reading goes on with the line after its first.
    """
    at, number = first, first
    csv.field_size_limit(MAX_CELL_CHARS * 4)
    while at < len(lines):
        feed = _Feed(lines, at)
        number += 1
        try:
            cells = next(csv.reader(feed, delimiter=delimiter, strict=True), None)
        except csv.Error:
            yield RawRow(number, (), "a quotation mark is not closed", "close it, or double it inside a quoted cell")
            at += 1
            continue
        at = feed.next_line
        if cells is None:
            return
        yield RawRow(number, tuple(cell.strip() for cell in cells))


class _Feed:
    """Lines for one record; ends early, so that a quotation mark left open cannot swallow the file."""

    def __init__(self, lines: list[str], start: int) -> None:
        self.lines, self.start, self.next_line = lines, start, start

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        if self.next_line >= len(self.lines) or self.next_line - self.start >= MAX_LINES_IN_RECORD:
            raise StopIteration
        line = self.lines[self.next_line]
        self.next_line += 1
        return line.removesuffix("\r") + "\n"
