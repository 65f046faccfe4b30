"""Rows of a CSV in constant memory, with the lines they stand on."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterator
from typing import Final, NamedTuple

from panah.model.phone import Place

from .report import Report
from .source import Source
from .text_lines import head_text, lines

DELIMITERS: Final = (",", ";", "\t", "|")
_TITLE_LINES: Final = 5
_MAX_CELL: Final = 1 << 20
MAX_LINES_IN_ROW: Final = 500


class Row(NamedTuple):
    """Cells as written, and their lines."""

    cells: list[str]
    place: Place


def head_rows(source: Source, n: int = 20) -> tuple[str, list[list[str]]]:
    """The delimiter that gives the most cells in one of the first lines (an app may write a title above the header),
    and the first rows; empty when it is no text."""
    if source.is_container:
        return "", []
    found = [line for line in head_text(source).replace("\r\n", "\n").split("\n")[: n + 1] if line.strip()]
    whole = found[:-1] if len(found) > n else found
    if not whole or len(whole[0]) > 4000:
        return "", []
    if whole[0].casefold().startswith("sep="):
        whole = whole[1:]
    counts = {one: max((line.count(one) for line in whole[:_TITLE_LINES]), default=0) for one in DELIMITERS}
    delimiter = max(counts, key=lambda one: counts[one])
    if not counts[delimiter]:
        return "", []
    try:
        return delimiter, list(csv.reader(whole, delimiter=delimiter))
    except csv.Error:
        return "", []


def rows(source: Source, delimiter: str, report: Report | None = None) -> Iterator[Row]:
    """Every row that holds anything; one whose quotation mark is never closed is told, and reading goes on after it."""
    csv.field_size_limit(_MAX_CELL)
    feed = _Feed(lines(source, report))
    while (start := feed.start_row()) is not None:
        try:
            cells = next(csv.reader(feed, delimiter=delimiter, strict=True), None)
        except csv.Error as error:
            first = feed.give_back()
            if report is not None:
                report.doubt(Place("line", start, start + 1, source.member), f"not a row: {error}", first)
            continue
        if cells and any(cell.strip() for cell in cells):
            yield Row(cells, Place("line", start, feed.next_number, source.member))


class _Feed:
    """Lines for one row; it ends early, so that a quotation mark left open cannot swallow the file."""

    def __init__(self, numbered: Iterator[tuple[int, str]]) -> None:
        self.numbered = numbered
        self.waiting: deque[tuple[int, str]] = deque()
        self.taken: list[tuple[int, str]] = []
        self.next_number = 1

    def start_row(self) -> int | None:
        """The number of the next line; None at the end of the file."""
        self.taken = []
        if not self.waiting and (found := next(self.numbered, None)) is not None:
            self.waiting.append(found)
        return self.waiting[0][0] if self.waiting else None

    def give_back(self) -> str:
        """Take only the first line of a row that is none; the others are read again."""
        first, *others = self.taken
        self.waiting.extendleft(reversed(others))
        return first[1]

    def __iter__(self) -> _Feed:
        return self

    def __next__(self) -> str:
        if len(self.taken) >= MAX_LINES_IN_ROW:
            raise StopIteration
        found = self.waiting.popleft() if self.waiting else next(self.numbered, None)
        if found is None:
            raise StopIteration
        self.taken.append(found)
        self.next_number = found[0] + 1
        return found[1] + "\n"
