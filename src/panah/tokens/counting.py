"""Links -> what the estimator gets: how many units have each inclusion pattern, one table a draw. No row, no token.

The draws come from whoever can sample matchings (``panah.link``); this room gives the edges and checks the tables.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from panah.errors import NotConfigured, SmallCell
from panah.home import whole_or_nothing
from panah.model.overlap import OverlapTable

from .agreement import Agreement
from .matching import Links


@dataclass(frozen=True, slots=True)
class Edges:
    """The problem a sampler of matchings needs: units, the list of each, and the pairs that may be linked.

    Attributes:
        list_of: List of each unit; rows that share no token come last in each list.
        pairs: Unit, unit, log2(m / u), match weight.
        roots: First unit of each unit's cluster among the accepted links.
        apart_bits: log2(m / u) of a pair that shares no token.
    """

    lists: tuple[str, ...]
    list_of: tuple[int, ...]
    pairs: tuple[tuple[int, int, float, float], ...]
    roots: tuple[int, ...]
    apart_bits: float


def edges(links: Links, sizes: Mapping[str, int]) -> Edges:
    """Lay out the links for drawing.

    Args:
        sizes: Party -> records on its list, made-up ones not counted: only the holder knows, and tells the number.

    Raises:
        NotConfigured: A size is missing, of no party, or less than the rows that stand in links.
    """
    _check_sizes(links, sizes)
    lists = tuple(sorted(links.parties))
    unit: dict[tuple[str, int], int] = {}
    list_of: list[int] = []
    for number, party in enumerate(lists):
        rows = sorted(
            {one.row_a for one in links.links if one.party_a == party}
            | {one.row_b for one in links.links if one.party_b == party}
        )
        if len(rows) > sizes[party]:
            raise NotConfigured(
                f"{len(rows):,} rows of {party} stand in links, its list is said to have {sizes[party]:,}",
                where="--size",
                hint="ask the holder for the number of records, made-up ones not counted",
            )
        for row in rows:
            unit[party, row] = len(list_of)
            list_of.append(number)
        list_of.extend([number] * (sizes[party] - len(rows)))
    prior = float(links.settings["prior_weight"])
    roots = list(range(len(list_of)))
    pairs = []
    for one in links.links:
        a, b = unit[one.party_a, one.row_a], unit[one.party_b, one.row_b]
        pairs.append((min(a, b), max(a, b), one.match_weight - prior, one.match_weight))
        if one.linked:
            first, second = sorted((_root(roots, a), _root(roots, b)))
            roots[second] = first
    ends = tuple(_root(roots, one) for one in range(len(list_of)))
    return Edges(lists, tuple(list_of), tuple(pairs), ends, float(links.settings["no_token_weight"]))


def _root(roots: list[int], one: int) -> int:
    while roots[one] != one:
        roots[one] = roots[roots[one]]
        one = roots[one]
    return one


def _check_sizes(links: Links, sizes: Mapping[str, int]) -> None:
    for party in links.parties:
        if party not in sizes:
            raise NotConfigured(f"no size for {party}", where="--size", hint=f"say --size {party}=1234")
    for party in sizes:
        if party not in links.parties:
            raise NotConfigured(f"no party {party} in the links", where="--size", hint=", ".join(links.parties))


def counts_of(problem: Edges) -> OverlapTable:
    """The table of the accepted links alone, without draws: for looking, not for estimating (hard links bias it)."""
    patterns: dict[int, int] = {}
    for unit, root in enumerate(problem.roots):
        patterns[root] = patterns.get(root, 0) | 1 << problem.list_of[unit]
    counts: dict[int, int] = {}
    for pattern in patterns.values():
        counts[pattern] = counts.get(pattern, 0) + 1
    return OverlapTable.from_patterns(problem.lists, counts)


def check_cells(tables: Sequence[OverlapTable], agreement: Agreement) -> None:
    """Refuse tables with a count below the agreed minimum.

    Raises:
        SmallCell: Some pattern of some draw has a count from 1 to one less than the minimum.
    """
    small = {pattern for table in tables for pattern, n in table.counts.items() if 0 < n < agreement.minimum_cell}
    if small:
        lists = " and ".join(tables[0].names_of(min(small)))
        raise SmallCell(
            f"{len(small)} inclusion patterns have fewer than {agreement.minimum_cell} units in some draw, first: {lists}",
            where="counts",
            hint="take lists or periods together; the minimum is in the agreement",
        )


def write_counts(tables: Sequence[OverlapTable], path: Path) -> None:
    """Columns ``draw``, one of 0 and 1 a list, ``count``: what ``panah estimate`` reads."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    lists = tables[0].lists
    rows = [
        (number, *(pattern >> bit & 1 for bit in range(len(lists))), count)
        for number, table in enumerate(tables)
        for pattern, count in sorted(table.counts.items())
        if pattern and count
    ]
    names = ("draw", *lists, "count")
    columns = {name: pa.array(column, pa.int64()) for name, column in zip(names, zip(*rows, strict=True), strict=True)}
    with whole_or_nothing(path) as part:
        pq.write_table(pa.table(columns), part)
