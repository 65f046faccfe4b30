"""How many units stand on which lists: the overlap table, its strata, and records with covariates.

A pattern is a bit mask: bit ``i`` is set when the unit stands on list ``i``. The pattern 0 (on no list) is what
an estimate is about and never stands in a table. All are aggregate counts or 0/1 rows; no row names anybody.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Self

from panah.errors import BadTable

if TYPE_CHECKING:
    import pandas as pd

OVERLAP_FORMAT: Final = "panah.overlap/1"


@dataclass(frozen=True)
class OverlapTable:
    """Counts of units by inclusion pattern, for one population or stratum.

    Attributes:
        lists: Names of the L lists; bit ``i`` of a pattern is ``lists[i]``.
        counts: Pattern -> number of units, only counts above 0, by ascending pattern. Absent is 0.
        inactive: Lists that could not record anybody here (structural zeros), as opposed to lists that are empty.
        stratum: Label of the stratum, or empty.
    """

    lists: tuple[str, ...]
    counts: Mapping[int, int] = field(repr=False)
    inactive: tuple[str, ...] = ()
    stratum: str = ""

    def __post_init__(self) -> None:
        _check_lists(self.lists)
        kept = {}
        for pattern, count in sorted(self.counts.items()):
            _check_count(pattern, count, len(self.lists))
            if count:
                kept[int(pattern)] = int(count)
        object.__setattr__(self, "counts", MappingProxyType(kept))
        object.__setattr__(self, "inactive", tuple(name for name in self.lists if name in set(self.inactive)))
        closed = sum(1 << self.lists.index(name) for name in self.inactive)
        if any(pattern & closed for pattern in kept):
            raise BadTable(
                f"a unit stands on a list said to be inactive ({', '.join(self.inactive)})",
                where=self.stratum or "overlap table",
                hint="name as inactive only lists that could not record anybody",
            )

    @classmethod
    def from_patterns(
        cls,
        lists: Sequence[str],
        counts: Mapping[int, int],
        *,
        inactive: Iterable[str] = (),
        stratum: str = "",
    ) -> Self:
        """The table of counts by bit mask; patterns that are absent count 0, the pattern 0 is refused unless 0.

        Raises:
            BadTable: A list name is empty or doubled, or a pattern or count cannot be.
        """
        return cls(tuple(lists), dict(counts), tuple(inactive), stratum)

    @classmethod
    def from_csv(cls, path: str | Path, *, ignore: Sequence[str] = ()) -> Self:
        """Read a counts table (0/1 list columns, last column ``count``) or a 0/1 record matrix (no such column).

        Args:
            path: A CSV file in UTF-8.
            ignore: Columns that are neither lists nor counts.

        Raises:
            BadTable: It is no such table; the message names the row and the column of the first wrong cell.
        """
        from .overlap_csv import read_rows

        lists, rows = read_rows(Path(path), ignore=ignore)
        return cls.from_patterns(lists, _added((row.pattern, row.count) for row in rows))

    @classmethod
    def from_matrix(cls, lists: Sequence[str], rows: Iterable[Sequence[int]]) -> Self:
        """The table of a 0/1 matrix, one row a unit, shape (n, L); rows without any 1 are refused.

        Raises:
            BadTable: A row has another length, a cell is neither 0 nor 1, or a row has only zeros.
        """
        counts: Counter[int] = Counter()
        for number, row in enumerate(rows, start=1):
            counts[_pattern_of(row, lists, number)] += 1
        return cls.from_patterns(lists, counts)

    @classmethod
    def from_frame(cls, frame: pd.DataFrame, column: str = "lists", *, separator: str = ";") -> Self:
        """The table of linked records: one row a unit, ``column`` names its lists (``"a;b"`` or a sequence).

        Lists are taken in alphabetical order.

        Raises:
            BadTable: The column is missing, or a row names no list.
        """
        if column not in frame.columns:
            raise BadTable(f"no column {column}", where="data frame", hint="name the column that holds the lists")
        units = []
        for number, cell in enumerate(frame[column].tolist(), start=1):
            parts = cell.split(separator) if isinstance(cell, str) else cell if isinstance(cell, Iterable) else ()
            names = {str(part).strip() for part in parts} - {""}
            if not names:
                raise BadTable("no list is named", where=f"row {number}, column {column}", hint="leave out such rows")
            units.append(names)
        lists = sorted(set().union(*units)) if units else []
        return cls.from_patterns(lists, Counter(_mask(names, lists) for names in units))

    @property
    def n_lists(self) -> int:
        """How many lists, inactive ones included."""
        return len(self.lists)

    @property
    def n_observed(self) -> int:
        """Units on at least one list."""
        return sum(self.counts.values())

    @property
    def n_overlap(self) -> int:
        """Units on at least two lists."""
        return sum(count for pattern, count in self.counts.items() if pattern & (pattern - 1))

    @property
    def list_sizes(self) -> dict[str, int]:
        """Units on each list."""
        return {name: self.at_least(1 << index) for index, name in enumerate(self.lists)}

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical table, the same for every order of lists, rows and patterns."""
        order = sorted(self.lists)
        place = [order.index(name) for name in self.lists]
        counts = sorted((_moved(pattern, place), count) for pattern, count in self.counts.items())
        canonical = {
            "format": OVERLAP_FORMAT,
            "lists": order,
            "inactive": sorted(self.inactive),
            "counts": [[hex(pattern), count] for pattern, count in counts],
        }
        text = json.dumps(canonical, ensure_ascii=False, separators=(",", ":"), sort_keys=True)
        return hashlib.sha256(text.encode()).hexdigest()

    def at_least(self, mask: int) -> int:
        """Units that stand on every list of the mask, whatever else they stand on."""
        return sum(count for pattern, count in self.counts.items() if pattern & mask == mask)

    def names_of(self, pattern: int) -> tuple[str, ...]:
        """The lists of a pattern."""
        return tuple(name for index, name in enumerate(self.lists) if pattern >> index & 1)

    def keeping(self, names: Iterable[str]) -> OverlapTable:
        """The table of these lists only, in this order; units that stand on none of them are left out."""
        kept = tuple(names)
        unknown = [name for name in kept if name not in self.lists]
        if unknown:
            raise BadTable(f"no list named {unknown[0]}", where=self.stratum or "overlap table", hint="check its name")
        source = [self.lists.index(name) for name in kept]
        counts = _added((_picked(pattern, source), count) for pattern, count in self.counts.items())
        counts.pop(0, None)
        return OverlapTable(kept, counts, tuple(set(self.inactive) & set(kept)), self.stratum)

    def without(self, *names: str) -> OverlapTable:
        """The table without these lists."""
        return self.keeping(name for name in self.lists if name not in names)

    def merging(self, first: str, second: str) -> OverlapTable:
        """The table with two lists taken as one: a unit stands on it when it stands on either."""
        bit, other = 1 << self.lists.index(first), 1 << self.lists.index(second)
        joined = _added(
            ((pattern | bit | other if pattern & (bit | other) else pattern), count)
            for pattern, count in self.counts.items()
        )
        whole = OverlapTable(self.lists, joined, (), self.stratum)
        name = f"{first}+{second}"
        kept = whole.without(second)
        return OverlapTable(tuple(name if one == first else one for one in kept.lists), kept.counts, (), self.stratum)

    def within(self, name: str) -> OverlapTable:
        """The units of one list, by the other lists: those on that list only are left out, and thus known truth."""
        bit = 1 << self.lists.index(name)
        others = [other for other in self.lists if other != name]
        inside = {pattern & ~bit: count for pattern, count in self.counts.items() if pattern & bit and pattern != bit}
        return OverlapTable(self.lists, inside, (), self.stratum).keeping(others)

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON; patterns as lists of names."""
        return {
            "format": OVERLAP_FORMAT,
            "lists": list(self.lists),
            "inactive": list(self.inactive),
            "stratum": self.stratum,
            "n_observed": self.n_observed,
            "hash": self.digest,
            "counts": [
                {"lists": list(self.names_of(pattern)), "count": count} for pattern, count in self.counts.items()
            ],
        }

    def to_json(self) -> str:
        """One line of JSON; :meth:`from_json` reads it back to an equal table."""
        return json.dumps(self.as_dict(), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read a table.

        Raises:
            BadTable: It is not one, or its hash does not fit its counts.
        """
        try:
            value = json.loads(text)
            lists = [str(name) for name in value["lists"]]
            pairs = [(_mask(cell["lists"], lists), cell["count"]) for cell in value["counts"]]
            stratum, inactive = (
                str(value.get("stratum", "")),
                [str(name) for name in value.get("inactive", ())],
            )
            known = value.get("hash")
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise BadTable("not an overlap table", where="json", hint="write it with to_json") from None
        table = cls.from_patterns(lists, _added(pairs), inactive=inactive, stratum=stratum)
        if known not in (None, table.digest):
            raise BadTable("the hash does not fit the counts", where="json", hint="the table was changed by hand")
        return table


@dataclass(frozen=True)
class StratifiedTable:
    """One overlap table for each stratum, over the same lists.

    Attributes:
        by: Name of what the strata are (a column).
        tables: Label -> table, by label.
        unlabelled: Units whose label is missing, or None.
        n_conflicting: Units whose label columns contradict each other; the first column was believed.
    """

    by: str
    tables: Mapping[str, OverlapTable]
    unlabelled: OverlapTable | None = None
    n_conflicting: int = 0

    @classmethod
    def from_csv(
        cls,
        path: str | Path,
        by: str | Sequence[str],
        *,
        ignore: Sequence[str] = (),
        inactive: Mapping[str, Iterable[str]] | None = None,
    ) -> Self:
        """Read a counts table or record matrix with one or more columns of labels; an empty label is missing.

        Args:
            path: A CSV file in UTF-8.
            by: The column of labels; with several, the first that is not empty decides.
            ignore: Columns to leave out.
            inactive: Label -> lists that could not record anybody in that stratum.

        Raises:
            BadTable: As :meth:`OverlapTable.from_csv`, or the column is missing, or every label is.
        """
        from .overlap_csv import read_rows

        columns = [by] if isinstance(by, str) else list(by)
        lists, rows = read_rows(Path(path), extra=columns, ignore=ignore)
        counts: dict[str, dict[int, int]] = {}
        n_conflicting = 0
        for row in rows:
            labels = [row.extra[column] for column in columns if row.extra[column]]
            n_conflicting += row.count * (len(set(labels)) > 1)
            stratum = counts.setdefault(labels[0] if labels else "", {})
            stratum[row.pattern] = stratum.get(row.pattern, 0) + row.count
        missing = counts.pop("", None)
        if not counts:
            raise BadTable("every label is missing", where=f"{Path(path).name}, column {columns[0]}")
        closed = {label: tuple(names) for label, names in (inactive or {}).items()}
        tables = {
            label: OverlapTable.from_patterns(lists, counts[label], inactive=closed.get(label, ()), stratum=label)
            for label in sorted(counts)
        }
        rest = OverlapTable.from_patterns(lists, missing) if missing and any(missing.values()) else None
        return cls("+".join(columns), tables, rest, n_conflicting)

    def pooled(self) -> OverlapTable:
        """All units in one table, those without a label included."""
        parts = [*self.tables.values(), *([self.unlabelled] if self.unlabelled else [])]
        return OverlapTable.from_patterns(parts[0].lists, _added(item for one in parts for item in one.counts.items()))


@dataclass(frozen=True)
class OverlapRecords:
    """Units with covariates: row ``i`` stands for ``weights[i]`` units of one pattern and one set of values.

    Attributes:
        lists: Names of the lists.
        patterns: Bit mask of each row, never 0.
        covariates: Name -> value of each row, as text; numbers are told by their look.
        weights: Units of each row.
    """

    lists: tuple[str, ...]
    patterns: tuple[int, ...] = field(repr=False)
    covariates: Mapping[str, tuple[str, ...]] = field(repr=False)
    weights: tuple[int, ...] = field(repr=False)

    @classmethod
    def from_csv(cls, path: str | Path, covariates: Sequence[str], *, ignore: Sequence[str] = ()) -> Self:
        """Read a counts table or record matrix with covariates.

        Raises:
            BadTable: As :meth:`OverlapTable.from_csv`, or a covariate is missing.
        """
        from .overlap_csv import read_rows

        lists, rows = read_rows(Path(path), extra=covariates, ignore=ignore)
        values = {name: tuple(row.extra[name] for row in rows) for name in covariates}
        return cls(lists, tuple(row.pattern for row in rows), values, tuple(row.count for row in rows))

    @classmethod
    def from_table(cls, table: OverlapTable) -> Self:
        """Units without any covariate."""
        return cls(table.lists, tuple(table.counts), {}, tuple(table.counts.values()))

    def table(self) -> OverlapTable:
        """The counts alone."""
        return OverlapTable.from_patterns(self.lists, _added(zip(self.patterns, self.weights, strict=True)))


def _check_lists(lists: tuple[str, ...]) -> None:
    if not lists:
        raise BadTable("no list", where="overlap table", hint="name at least two lists")
    seen: set[str] = set()
    for number, name in enumerate(lists, start=1):
        if not isinstance(name, str) or not name.strip():
            raise BadTable(f"list {number} has no name", where="overlap table", hint="give every list a name")
        if name in seen:
            raise BadTable(f"two lists are named {name}", where="overlap table", hint="rename one of them")
        seen.add(name)


def _check_count(pattern: int, count: int, n_lists: int) -> None:
    import operator

    try:
        pattern, count = operator.index(pattern), operator.index(count)
    except TypeError:
        raise BadTable("patterns and counts must be whole numbers", where="overlap table") from None
    if isinstance(count, bool) or count < 0:
        raise BadTable(f"the count of pattern {pattern} is negative or no number", where="overlap table")
    if pattern < 0 or pattern >> n_lists or (pattern == 0 and count):
        raise BadTable(
            f"pattern {pattern} cannot be with {n_lists} lists",
            where="overlap table",
            hint="a pattern is a bit mask with at least one list; units on no list are what is estimated",
        )


def _added(pairs: Iterable[tuple[int, int]]) -> dict[int, int]:
    total: dict[int, int] = {}
    for pattern, count in pairs:
        total[pattern] = total.get(pattern, 0) + count
    return total


def _mask(names: Iterable[str], lists: Sequence[str]) -> int:
    return sum(1 << lists.index(name) for name in set(names))


def _moved(pattern: int, place: Sequence[int]) -> int:
    return sum(1 << new for old, new in enumerate(place) if pattern >> old & 1)


def _picked(pattern: int, source: Sequence[int]) -> int:
    return sum((pattern >> old & 1) << new for new, old in enumerate(source))


def _pattern_of(row: Sequence[int], lists: Sequence[str], number: int) -> int:
    if len(row) != len(lists):
        raise BadTable(f"{len(row)} cells for {len(lists)} lists", where=f"row {number}", hint="one cell a list")
    for name, cell in zip(lists, row, strict=True):
        if cell not in (0, 1):
            raise BadTable("neither 0 nor 1", where=f"row {number}, column {name}", hint="1 is on the list, 0 is not")
    pattern = sum(1 << index for index, cell in enumerate(row) if cell)
    if not pattern:
        raise BadTable("a unit on no list", where=f"row {number}", hint="leave out units on no list")
    return pattern
