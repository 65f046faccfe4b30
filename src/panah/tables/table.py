"""A table as read: rows with their place in the file, and every row that could not be read."""

from __future__ import annotations

import itertools
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final, Literal

from panah.errors import BadRow, BadTable

Kind = Literal["csv", "xlsx", "ods"]

MAX_BYTES: Final = 64 * 1024 * 1024
MAX_ROWS: Final = 500_000
MAX_COLUMNS: Final = 500
MAX_CELLS: Final = 5_000_000
MAX_CELL_CHARS: Final = 32_767
"""The longest text of a spreadsheet cell; more is a quotation mark that was never closed."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number in the file (the header is row 1, empty rows count) and its cells by column name."""

    number: int
    cells: dict[str, str] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Table:
    """What one file held. ``problems`` are the rows left out, in order, each with its place."""

    name: str
    kind: Kind
    encoding: str
    header: tuple[str, ...]
    rows: tuple[Row, ...] = field(repr=False)
    problems: tuple[BadRow, ...] = ()
    encoding_guessed: bool = False
    delimiter: str = ""
    sheet: str = ""
    other_sheets: tuple[str, ...] = ()
    """Further visible sheets of the workbook, which were not read."""

    def place(self, row: int | Row, column: str = "") -> str:
        """Where in the file: ``list_b.csv, row 812, column date``."""
        return place(self.name, row.number if isinstance(row, Row) else row, column)


@dataclass(frozen=True, slots=True)
class RawRow:
    """A row before the header gives its cells names, or the reason why it cannot be read."""

    number: int
    cells: tuple[str, ...] = field(repr=False)
    problem: str = ""
    hint: str = ""


def place(name: str, row: int, column: str = "") -> str:
    """Where in a file, for an error's ``where``."""
    return ", ".join(part for part in (name, f"row {row}", f"column {column}" if column else "") if part)


def assemble(
    name: str, raw_rows: Iterable[RawRow], *, short_rows: bool = False
) -> tuple[tuple[str, ...], tuple[Row, ...], tuple[BadRow, ...]]:
    """Name the cells of each row by the header, and set aside the rows that do not fit it.

    Args:
        name: What to call the file in errors.
        raw_rows: Its rows in order.
        short_rows: Whether a row may end before the header does; workbooks leave out cells at the end of a row.

    Raises:
        BadTable: No header, a column without a name that holds values, two columns of one name, or too much of it.
    """
    rows: list[Row] = []
    problems: list[BadRow] = []
    header: tuple[str, ...] | None = None
    n_cells = 0
    for raw in raw_rows:
        if raw.number > MAX_ROWS:
            raise BadTable(f"more than {MAX_ROWS:,} rows", where=name, hint="split the file")
        if not raw.problem and not any(raw.cells):
            continue
        if header is None:
            header = _header(name, raw)
            continue
        n_cells += len(header)
        if n_cells > MAX_CELLS:
            raise BadTable(f"more than {MAX_CELLS:,} cells", where=name, hint="split the file")
        problem = _problem(name, raw, header, short_rows)
        if problem:
            problems.append(problem)
        else:
            rows.append(Row(raw.number, dict(itertools.zip_longest(header, raw.cells[: len(header)], fillvalue=""))))
    if header is None:
        raise BadTable("the table is empty", where=name, hint="the first row must hold the column names")
    return header, tuple(rows), tuple(problems)


def _header(name: str, raw: RawRow) -> tuple[str, ...]:
    # column names stay out of the messages: a file without a header has a person in its first row
    where = place(name, raw.number)
    if raw.problem:
        raise BadTable(raw.problem, where=where, hint=raw.hint)
    names = list(raw.cells)
    while names and not names[-1]:
        names.pop()
    if len(names) > MAX_COLUMNS:
        raise BadTable(f"more than {MAX_COLUMNS} columns", where=where, hint="keep the columns that are needed")
    if "" in names:
        number = names.index("") + 1
        raise BadTable(f"column {number} has no name", where=where, hint="give every column a name")
    seen: dict[str, int] = {}
    for number, column in enumerate(names, start=1):
        first = seen.setdefault(column.casefold(), number)
        if first != number:
            raise BadTable(f"columns {first} and {number} have the same name", where=where, hint="rename one of them")
    return tuple(names)


def _problem(name: str, raw: RawRow, header: tuple[str, ...], short_rows: bool) -> BadRow | None:
    where = place(name, raw.number)
    if raw.problem:
        return BadRow(raw.problem, where=where, hint=raw.hint)
    too_short = len(raw.cells) < len(header) and not short_rows
    if too_short or any(raw.cells[len(header) :]):
        return BadRow(
            f"the number of cells is {len(raw.cells)}, the header has {len(header)}",
            where=where,
            hint="check for a missing or doubled delimiter",
        )
    if any(len(cell) > MAX_CELL_CHARS for cell in raw.cells):
        return BadRow(f"a cell of more than {MAX_CELL_CHARS:,} characters", where=where, hint="shorten it")
    return None
