"""Does a log-linear model have a maximum likelihood estimate in this table, and only one?

A term whose margin is empty is taken as minus infinity and its cells leave the model (extended estimate). In the
rest the estimate exists when some table without zeros has the same margins, found by a linear programme; it is
unique when the design has full rank. The answer depends on which cells are zero only, never on the counts.

Source:
    Fienberg and Rinaldo (2012), Annals of Statistics 40(2), 996-1023.
    Chan, Silverman and Vincent (2021), Journal of the American Statistical Association 116(535), 1297-1306, section 3.
"""

from __future__ import annotations

from enum import IntEnum
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

SMALLEST: Final = 1e-7
"""Below this, the linear programme's least cell is zero."""


class Existence(IntEnum):
    """What can be said of a model; the codes of Chan et al. (2021)."""

    FINE = 0
    DOES_NOT_EXIST = 1
    NOT_IDENTIFIED = 2


def split_terms(
    cells: npt.NDArray[np.int64], counts: npt.NDArray[np.float64], terms: tuple[int, ...]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Terms with a margin, and terms whose margin is empty (their parameter is minus infinity)."""
    alive = tuple(term for term in terms if counts[cells & term == term].sum() > 0)
    return alive, tuple(term for term in terms if term not in set(alive))


def living_cells(cells: npt.NDArray[np.int64], dead: tuple[int, ...]) -> npt.NDArray[np.bool_]:
    """Which cells have no term of minus infinity."""
    import numpy as np

    alive = np.ones(len(cells), bool)
    for term in dead:
        alive &= cells & term != term
    return alive


def check(cells: npt.NDArray[np.int64], counts: npt.NDArray[np.float64], terms: tuple[int, ...]) -> Existence:
    """The existence code of a model (its terms as bit masks, the intercept 0 first)."""
    alive, dead = split_terms(cells, counts, terms)
    kept = living_cells(cells, dead)
    return _check(tuple(cells[kept].tolist()), tuple((counts[kept] > 0).tolist()), alive)


@lru_cache(maxsize=65536)
def _check(cells: tuple[int, ...], support: tuple[bool, ...], terms: tuple[int, ...]) -> Existence:
    import numpy as np

    design = design_matrix(np.array(cells), terms)
    if np.linalg.matrix_rank(design) < len(terms):
        return Existence.NOT_IDENTIFIED
    if all(support) or _has_positive_table(design, np.array(support, float)):
        return Existence.FINE
    return Existence.DOES_NOT_EXIST


def design_matrix(cells: npt.NDArray[np.int64], terms: tuple[int, ...]) -> npt.NDArray[np.float64]:
    """1.0 where a term acts on a cell, shape (cells, terms)."""
    import numpy as np

    masks = np.array(terms)
    return np.asarray((cells[:, None] & masks[None, :]) == masks[None, :], dtype=float)


def _has_positive_table(design: npt.NDArray[np.float64], table: npt.NDArray[np.float64]) -> bool:
    """Whether a table with every cell above zero has the margins of ``table``: maximise its least cell."""
    import numpy as np
    from scipy.optimize import linprog

    n_cells = len(design)
    equal = np.hstack([design.T, design.sum(axis=0)[:, None]])  # x = y + least, y >= 0
    answer = linprog(
        np.append(np.zeros(n_cells), -1.0),
        A_eq=equal,
        b_eq=design.T @ table,
        bounds=[(0, None)] * n_cells + [(0, 1)],
        method="highs",
    )
    return bool(answer.status == 0 and answer.x[-1] > SMALLEST)
