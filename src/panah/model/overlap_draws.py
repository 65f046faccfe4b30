"""Draws of the linkage as one Parquet file: one overlap table a draw, as ``panah link --draws`` writes them.

Columns: ``draw`` (whole numbers), one column of 0 and 1 a list, ``count`` (whole numbers). A row is one inclusion pattern
of one draw; patterns that are absent count 0. Without a column ``draw`` the file holds one table.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from panah.errors import BadTable

from .overlap import OverlapTable

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

DRAW_COLUMN: Final = "draw"
COUNT_COLUMN: Final = "count"
MAGIC: Final = b"PAR1"
MAX_BYTES: Final = 256 * 1024 * 1024
MAX_ROWS: Final = 50_000_000
MAX_COUNT: Final = 10**12
MAX_LISTS: Final = 62
"""Patterns are read as whole numbers of 64 bits; a file of draws from one linkage has a handful of lists."""


def is_parquet(path: str | Path) -> bool:
    """Whether a file starts as Parquet does; False for one that cannot be read."""
    try:
        with Path(path).open("rb") as stream:
            return stream.read(len(MAGIC)) == MAGIC
    except OSError:
        return False


def read_draws(path: str | Path) -> tuple[OverlapTable, ...]:
    """The overlap table of each draw, by ascending draw.

    Raises:
        BadTable: It is no such file; the message names the row (the first is 1) and the column of the first wrong cell.
    """
    place = Path(path)
    lists, columns = _columns(place)
    patterns = columns[lists[0]] * 0
    for index, name in enumerate(lists):
        wrong = (columns[name] != 0) & (columns[name] != 1)
        _refuse(place, wrong, name, "neither 0 nor 1", "1 is on the list, 0 is not")
        patterns |= columns[name] << index
    counts = columns[COUNT_COLUMN]
    _refuse(place, (counts < 0) | (counts > MAX_COUNT), COUNT_COLUMN, f"not from 0 to {MAX_COUNT:,}", "write 17")
    _refuse(
        place,
        (patterns == 0) & (counts > 0),
        COUNT_COLUMN,
        "units on no list",
        "leave out that row: it is what is estimated",
    )
    return _tables(place, lists, columns.get(DRAW_COLUMN), patterns, counts)


def _columns(path: Path) -> tuple[list[str], dict[str, npt.NDArray[np.int64]]]:
    """The lists, and every column as whole numbers."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        if path.stat().st_size > MAX_BYTES:
            raise BadTable(f"more than {MAX_BYTES:,} bytes", where=path.name, hint="keep fewer draws")
        with pq.ParquetFile(path) as source:
            rows, names = source.metadata.num_rows, list(source.schema_arrow.names)
            _check_header(path, names, rows)
            table = source.read()
    except FileNotFoundError:
        raise BadTable("no such file", where=str(path), hint="check the path") from None
    except (OSError, pa.ArrowException):
        raise BadTable("cannot be read as Parquet", where=path.name, hint="write it with panah link") from None
    columns = {}
    for name in names:
        column = table.column(name)
        if not (pa.types.is_integer(column.type) or pa.types.is_boolean(column.type)):
            raise BadTable(
                "does not hold whole numbers",
                where=f"{path.name}, column {name}",
                hint="columns are draw, one of 0 and 1 a list, and count",
            )
        if column.null_count:
            first = next(row for row, value in enumerate(column, start=1) if not value.is_valid)
            raise BadTable("no value", where=f"{path.name}, row {first}, column {name}", hint="write 0 or 1")
        try:
            columns[name] = column.cast(pa.int64()).to_numpy()
        except pa.ArrowException:
            raise BadTable(
                "a number is too large", where=f"{path.name}, column {name}", hint="check the file"
            ) from None
    return [name for name in names if name not in {DRAW_COLUMN, COUNT_COLUMN}], columns


def _check_header(path: Path, names: list[str], rows: int) -> None:
    if COUNT_COLUMN not in names:
        raise BadTable("no column count", where=path.name, hint="columns are draw, one of 0 and 1 a list, and count")
    if len(set(names)) < len(names):
        raise BadTable("two columns have one name", where=path.name, hint="rename one of them")
    n_lists = len(names) - 1 - (DRAW_COLUMN in names)
    if not 1 <= n_lists <= MAX_LISTS:
        raise BadTable(f"{n_lists} columns are lists", where=path.name, hint=f"have from 2 to {MAX_LISTS}")
    if not 0 < rows <= MAX_ROWS:
        raise BadTable(f"{rows:,} rows", where=path.name, hint=f"have from 1 to {MAX_ROWS:,}")


def _refuse(path: Path, wrong: npt.NDArray[np.bool_], column: str, what: str, hint: str) -> None:
    if wrong.any():
        raise BadTable(what, where=f"{path.name}, row {int(wrong.argmax()) + 1}, column {column}", hint=hint)


def _tables(
    path: Path,
    lists: list[str],
    draws: npt.NDArray[np.int64] | None,
    patterns: npt.NDArray[np.int64],
    counts: npt.NDArray[np.int64],
) -> tuple[OverlapTable, ...]:
    by_draw: dict[int, dict[int, int]] = {}
    numbers: Any = [0] * len(patterns) if draws is None else draws.tolist()
    for draw, pattern, count in zip(numbers, patterns.tolist(), counts.tolist(), strict=True):
        found = by_draw.setdefault(draw, {})
        found[pattern] = found.get(pattern, 0) + count
    for draw, found in by_draw.items():
        if not any(found.values()):
            raise BadTable(f"draw {draw} has nobody on any list", where=path.name, hint="check the column count")
    return tuple(OverlapTable.from_patterns(lists, by_draw[draw]) for draw in sorted(by_draw))
