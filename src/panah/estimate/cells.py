"""From an overlap table to arrays of cells: every pattern of the lists that recorded somebody, zeros included."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from panah.errors import NotConfigured
from panah.model.overlap import OverlapTable

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

MAX_FULL_LISTS: Final = 20
"""Methods that look at every pattern stop here: 2**20 cells are a million."""


def working_table(table: OverlapTable) -> tuple[OverlapTable, tuple[str, ...]]:
    """The table without empty and inactive lists, and their names."""
    sizes = table.list_sizes
    left_out = tuple(name for name in table.lists if not sizes[name])
    return (table.without(*left_out) if left_out and len(left_out) < table.n_lists else table), left_out


def all_cells(n_lists: int) -> npt.NDArray[np.int64]:
    """Every pattern but 0, ascending, shape (2**n_lists - 1,).

    Raises:
        NotConfigured: More lists than can be looked at in full.
    """
    import numpy as np

    if n_lists > MAX_FULL_LISTS:
        raise NotConfigured(
            f"{n_lists} lists have too many patterns for this method",
            where="lists",
            hint=f"merge lists until there are at most {MAX_FULL_LISTS}, or use chao or latent_class",
        )
    return np.arange(1, 1 << n_lists, dtype=np.int64)


def cell_counts(table: OverlapTable) -> npt.NDArray[np.float64]:
    """Units of every cell of :func:`all_cells`."""
    import numpy as np

    counts = np.zeros((1 << table.n_lists) - 1)
    for pattern, count in table.counts.items():
        counts[pattern - 1] = count
    return counts
