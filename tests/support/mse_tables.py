"""The public overlap tables of ../shared/data/mse, and the mark of tests that need them."""

import os
from pathlib import Path

import pytest

from panah.model.overlap import OverlapTable

SHARED = Path(os.environ.get("SHARED", Path(__file__).parents[2].parent / "shared"))
DATA = SHARED / "data" / "mse"
needs_tables = [
    pytest.mark.shared,
    pytest.mark.skipif(not DATA.is_dir(), reason="needs the public tables in ../shared/data/mse"),
]


def mse_table(name: str, **options: object) -> OverlapTable:
    """One of the tables, by the name of its file."""
    return OverlapTable.from_csv(DATA / f"{name}.csv", **options)  # type: ignore[arg-type]


def reordered(table: OverlapTable, order: list[int]) -> OverlapTable:
    """The same table with its lists in another order."""
    return OverlapTable.from_patterns(
        [table.lists[old] for old in order],
        {
            sum(1 << new for new, old in enumerate(order) if pattern >> old & 1): count
            for pattern, count in table.counts.items()
        },
    )
