"""A linkage as files: links, pairs, clusters and draws as Parquet or CSV, the overlap table, the model as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence, Set
from pathlib import Path
from typing import Any, Final

from panah import tables
from panah.errors import BadTable
from panah.model.linkage import Linkage, LinkedPair

LINK_COLUMNS = ("list_a", "id_a", "list_b", "id_b", "match_weight", "match_probability")
LEAST_EFFECT: Final = 0.01
"""A pair whose answer is expected to move an estimate by less need not be looked at."""


def write_links(linkage: Linkage, path: Path, ending: str) -> None:
    """The accepted pairs, strongest first."""
    rows = [tuple(getattr(pair, column) for column in LINK_COLUMNS) for pair in linkage.links]
    _write(path, ending, LINK_COLUMNS, rows)


def write_pairs(linkage: Linkage, path: Path, ending: str) -> None:
    """Every scored pair that was kept, strongest first: its outcome, and each comparison's level and weight."""
    header, rows = _with_parts(linkage, linkage.pairs)
    _write(path, ending, header, rows)


def write_review(linkage: Linkage, path: Path, ending: str) -> None:
    """The pairs that need a person, those first whose answer would change the result most, with a column to fill in.

    Links in doubt stand among them; a pair whose answer can hardly change anything, or is known, does not.
    """
    doubtful = sorted(
        (pair for pair in linkage.pairs if pair.effect >= LEAST_EFFECT),
        key=lambda pair: (-pair.effect, abs(pair.match_weight), pair.list_a, pair.id_a, pair.list_b, pair.id_b),
    )
    header, rows = _with_parts(linkage, doubtful)
    _write(path, ending, ("decision", *header), [("", *row) for row in rows])


def _with_parts(linkage: Linkage, pairs: Sequence[LinkedPair]) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    names = list(linkage.pairs[0].parts) if linkage.pairs else []
    parts = [column for name in names for column in (f"level_{name}", f"weight_{name}")]
    header = (*LINK_COLUMNS, "outcome", "effect", "draw_share", *parts)
    rows = [
        (
            *(getattr(pair, column) for column in LINK_COLUMNS),
            pair.reason or "linked",
            pair.effect,
            pair.draw_share,
            *(cell for name in names for cell in (pair.levels[name], pair.parts[name])),
        )
        for pair in pairs
    ]
    return header, rows


def write_draws(linkage: Linkage, path: Path, ending: str) -> None:
    """One overlap table a draw: ``draw``, a column of 0 and 1 per list, and the ``count`` of each pattern."""
    header = ("draw", *linkage.lists, "count")
    rows = [
        (number, *(pattern >> bit & 1 for bit in range(len(linkage.lists))), count)
        for number, table in enumerate(linkage.draws, start=1)
        for pattern, count in table.counts.items()
    ]
    _write(path, ending, header, rows, whole=frozenset(header))


def write_clusters(linkage: Linkage, path: Path, ending: str) -> None:
    """Every record of every list with the number of its cluster."""
    rows = [(name, record_id, cluster.id) for cluster in linkage.clusters for name, record_id in cluster.members]
    _write(path, ending, ("list", "id", "cluster"), rows)


def write_overlap(linkage: Linkage, path: Path) -> None:
    """The overlap table: one column of 0 and 1 per list, and the count of each inclusion pattern.

    Raises:
        BadTable: Fewer than two lists.
    """
    if len(linkage.lists) < 2:
        raise BadTable("one list has no overlap", where="--table", hint="name another list")
    table = linkage.overlap_table()
    header = (*table.lists, "count")
    rows = [
        (*(pattern >> bit & 1 for bit in range(len(table.lists))), count)
        for pattern, count in sorted(table.counts.items())
        if pattern
    ]
    _write(path, ".csv", header, rows)


def write_model(linkage: Linkage, path: Path) -> None:
    """Settings and probabilities, for a reviewer and for Splink (``splink_model``)."""
    path.write_text(json.dumps(linkage.settings, ensure_ascii=False, indent=1) + "\n", encoding="utf-8")


def _write(
    path: Path,
    ending: str,
    header: Sequence[str],
    rows: Sequence[Sequence[Any]],
    whole: Set[str] = frozenset({"cluster"}),
) -> None:
    if ending.lower() == ".csv":
        tables.write_csv(path, header, [["" if cell is None else cell for cell in row] for row in rows])
        return
    import pyarrow as pa
    import pyarrow.parquet as parquet

    columns = zip(*rows, strict=True) if rows else [()] * len(header)
    arrays = {name: pa.array(column, _kind(name, whole)) for name, column in zip(header, columns, strict=True)}
    parquet.write_table(pa.table(arrays), path)


def _kind(column: str, whole: Set[str]) -> Any:
    import pyarrow as pa

    if column in whole:
        return pa.int64()
    numbers = {"match_weight", "match_probability", "effect", "draw_share"}
    return pa.float64() if column in numbers or column.startswith("weight_") else pa.string()
