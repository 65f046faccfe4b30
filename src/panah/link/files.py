"""A linkage as files: links and clusters as Parquet or CSV, the overlap table, the model as JSON."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from panah import tables
from panah.errors import BadTable
from panah.model.linkage import Linkage

LINK_COLUMNS = ("list_a", "id_a", "list_b", "id_b", "match_weight", "match_probability")


def write_links(linkage: Linkage, path: Path, ending: str) -> None:
    """The accepted pairs, strongest first."""
    rows = [tuple(getattr(pair, column) for column in LINK_COLUMNS) for pair in linkage.links]
    _write(path, ending, LINK_COLUMNS, rows)


def write_review(linkage: Linkage, path: Path, ending: str) -> None:
    """The pairs that need a person: all that were not linked and are not surely different, with the parts of their
    weight, those nearest to even odds first."""
    doubtful = sorted(
        (pair for pair in linkage.pairs if not pair.linked),
        key=lambda pair: (abs(pair.match_weight), pair.list_a, pair.id_a, pair.list_b, pair.id_b),
    )
    parts = list(linkage.pairs[0].parts) if linkage.pairs else []
    header = (*LINK_COLUMNS, "reason", *(f"weight_{part}" for part in parts))
    rows = [
        (*(getattr(pair, column) for column in LINK_COLUMNS), pair.reason, *(pair.parts[part] for part in parts))
        for pair in doubtful
    ]
    _write(path, ending, header, rows)


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


def _write(path: Path, ending: str, header: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    if ending.lower() == ".csv":
        tables.write_csv(path, header, rows)
        return
    import pyarrow as pa
    import pyarrow.parquet as parquet

    columns = zip(*rows, strict=True) if rows else [()] * len(header)
    arrays = {name: pa.array(column, _kind(name)) for name, column in zip(header, columns, strict=True)}
    parquet.write_table(pa.table(arrays), path)


def _kind(column: str) -> Any:
    import pyarrow as pa

    if column in {"match_weight", "match_probability"} or column.startswith("weight_"):
        return pa.float64()
    return pa.int64() if column == "cluster" else pa.string()
