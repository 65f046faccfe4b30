"""Rows of a counts table or of a 0/1 record matrix in CSV, each wrong cell named by row and column."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from panah.errors import BadTable

COUNT_COLUMN: Final = "count"
MAX_BYTES: Final = 256 * 1024 * 1024
MAX_COUNT: Final = 10**12


@dataclass(frozen=True, slots=True)
class PatternRow:
    """One row: its bit mask, how many units it stands for, and the cells of the columns that are no lists."""

    pattern: int
    count: int
    extra: dict[str, str]


def read_rows(
    path: Path, *, extra: Sequence[str] = (), ignore: Sequence[str] = ()
) -> tuple[tuple[str, ...], list[PatternRow]]:
    """The lists of a file and its rows.

    Args:
        path: CSV in UTF-8, with commas, semicolons or tabs. With a column ``count`` each row is a pattern;
            without it each row is one unit.
        extra: Columns to hand back as text: labels, covariates.
        ignore: Columns to leave out.

    Raises:
        BadTable: No such file, not a table, a column missing, or a cell that cannot be.
    """
    return parse_rows(_text(path), name=path.name, extra=extra, ignore=ignore)


def parse_rows(
    text: str, *, name: str = "table", extra: Sequence[str] = (), ignore: Sequence[str] = ()
) -> tuple[tuple[str, ...], list[PatternRow]]:
    """As :func:`read_rows`, on text; ``name`` is what errors call it."""
    reader = csv.reader(io.StringIO(text), delimiter=_delimiter(text))
    try:
        header = [cell.strip() for cell in next(reader, [])]
        _check_header(name, header, (*extra, *ignore))
        lists = [column for column in header if column not in {*extra, *ignore, COUNT_COLUMN}]
        if not lists:
            raise BadTable("no column is a list", where=name, hint="columns with 0 and 1, then the column count")
        rows = [_row(f"{name}, row {reader.line_num}", header, cells, lists, extra) for cells in reader if any(cells)]
    except csv.Error as error:
        raise BadTable(f"not a table: {error}", where=f"{name}, row {reader.line_num}", hint="save it as CSV") from None
    _check_unknown_zero(name, rows)
    return tuple(lists), [row for row in rows if row.pattern]


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise BadTable(f"more than {MAX_BYTES:,} bytes", where=path.name, hint="count the patterns first")
        return path.read_text(encoding="utf-8-sig")
    except FileNotFoundError:
        raise BadTable("no such file", where=str(path), hint="check the path") from None
    except (OSError, UnicodeDecodeError):
        raise BadTable("cannot be read as text in UTF-8", where=str(path), hint="save it as CSV in UTF-8") from None


def _delimiter(text: str) -> str:
    first = text.split("\n", 1)[0]
    return max(",;\t", key=first.count)


def _check_header(name: str, header: list[str], named: Sequence[str]) -> None:
    where = f"{name}, row 1"
    if not any(header):
        raise BadTable("the table is empty", where=name, hint="the first row must hold the column names")
    for number, column in enumerate(header, start=1):
        if not column:
            raise BadTable(f"column {number} has no name", where=where, hint="give every column a name")
        if header.index(column) != number - 1:
            raise BadTable(f"two columns are named {column}", where=where, hint="rename one of them")
    for column in named:
        if column not in header:
            raise BadTable(f"no column {column}", where=where, hint=f"the columns are {', '.join(header)}")


def _row(where: str, header: list[str], cells: list[str], lists: list[str], extra: Sequence[str]) -> PatternRow:
    if len(cells) != len(header):
        raise BadTable(f"{len(cells)} cells, the header has {len(header)}", where=where, hint="check the delimiters")
    cell = {column: value.strip() for column, value in zip(header, cells, strict=True)}
    pattern = 0
    for index, column in enumerate(lists):
        if cell[column] not in {"0", "1"}:
            raise BadTable(
                "neither 0 nor 1",
                where=f"{where}, column {column}",
                hint="if the column is no list, name it with --by, --covariate or --ignore",
            )
        pattern |= (cell[column] == "1") << index
    count = _count(where, cell[COUNT_COLUMN]) if COUNT_COLUMN in cell else 1
    return PatternRow(pattern, count, {column: cell[column] for column in extra})


def _count(where: str, text: str) -> int:
    if not (text.isascii() and text.isdigit() and int(text[:20]) <= MAX_COUNT and len(text) <= 20):
        raise BadTable(
            f"not a whole number from 0 to {MAX_COUNT:,}",
            where=f"{where}, column {COUNT_COLUMN}",
            hint="write 17",
        )
    return int(text)


def _check_unknown_zero(name: str, rows: list[PatternRow]) -> None:
    """Units on no list are what is estimated: a file that counts them is no overlap table."""
    unseen = sum(row.count for row in rows if not row.pattern)
    if unseen:
        raise BadTable(
            f"{unseen:,} units stand on no list",
            where=name,
            hint="leave out that row: it is what is estimated",
        )
    if not any(row.count for row in rows):
        raise BadTable("no unit stands on any list", where=name, hint="check the count column")
