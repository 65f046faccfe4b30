"""Draws of the linkage: matchings sampled from their posterior, so that doubt about links travels into an estimate.

The weight of a link is log2(m / u), the match weight **without** its prior: rivals are weighed against each other by
the matching itself, and a probability of match would count them twice. Before weights, every table of overlaps is as
likely as any other, and every matching with one table of overlaps too; with two lists this is the beta(1, 1) prior on
bipartite matchings.

Source:
    Sadinle (2017), Bayesian estimation of bipartite matchings for record linkage, JASA 112, 600-612 (the prior).
    Sadinle (2018), Annals of Applied Statistics 12(2), 1013-1038 (draws of a linkage feed the population size).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from panah.model.overlap import OverlapTable

if TYPE_CHECKING:
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]

BURN_IN: Final = 100
"""Sweeps before the first draw; they start from the matching of the hard links."""
THIN: Final = 5
"""Sweeps from one draw to the next."""
LARGEST_COMPONENT: Final = 1500
"""Units that could be one, by way of others: beyond, the weakest pairs are left out until it falls apart."""
LEAST_EFFECTIVE: Final = 50
"""Below so many effective draws of the number of clusters a flag is raised."""


@dataclass(frozen=True, slots=True)
class Edge:
    """A pair of units that may be linked: log2(m / u), and its match weight, by which weak pairs are left out."""

    left: int
    right: int
    bits: float
    match_weight: float


@dataclass(frozen=True, slots=True)
class Draws:
    """Overlap tables, one a draw, how often each edge was in one cluster, and the unit of each record."""

    tables: tuple[OverlapTable, ...]
    together: Mapping[tuple[int, int], float] = field(repr=False)
    told: Mapping[str, Any]
    flags: tuple[str, ...] = ()
    unit_of: Sequence[int] = ()


Weigher = Callable[[Sequence[tuple[int, int]]], Sequence[Edge]]
"""Pairs that may not be linked, or not directly, but could stand in one cluster by way of others; in the same order."""


def draw(
    lists: Sequence[str],
    list_of: Sequence[int],
    edges: Sequence[Edge],
    roots: Sequence[int],
    *,
    weigh: Weigher,
    n_draws: int,
    seed: int,
    burn_in: int = BURN_IN,
    thin: int = THIN,
) -> Draws:
    """Sample matchings by Gibbs moves of single units and exchanges between clusters, component by component.

    Args:
        lists: Names of the lists.
        list_of: List of each unit (a record, or records of one list taken for one).
        edges: Pairs across lists that may be linked.
        roots: For each unit the first unit of its cluster in the hard linkage: where the chain starts.
        weigh: Asked once, for the pairs inside components that are no edges (three lists and more).

    Returns:
        Tables in the order of the chain. Flags: ``draws_not_mixed`` (few effective draws), ``component_cut`` (a
        component was too large, and its weakest pairs were left out).
    """
    from .matching_state import prepare

    state, told = prepare(len(lists), list_of, edges, roots, weigh, LARGEST_COMPONENT)
    rng = np.random.default_rng([seed, 17])
    left, right = state.edge_units()
    together = np.zeros(len(left))
    patterns: list[dict[int, int]] = []
    accepted = 0
    for sweep in range(burn_in + n_draws * thin):
        accepted += state.sweep(rng.random((state.n_units, 4)))
        if sweep >= burn_in and (sweep - burn_in) % thin == thin - 1:
            together += state.cluster_of[left] == state.cluster_of[right]
            patterns.append(state.pattern_counts())
    tables = tuple(OverlapTable.from_patterns(lists, counts) for counts in patterns)
    effective = _effective(np.array([table.n_observed for table in tables], dtype=float))
    told |= {
        "n_draws": n_draws,
        "burn_in": burn_in,
        "thin": thin,
        "effective_draws": round(effective, 1),
        "exchanges_accepted": int(accepted),
    }
    flags = ["draws_not_mixed"] if effective < min(LEAST_EFFECTIVE, n_draws / 2) else []
    flags += ["component_cut"] if told["n_edges_left_out"] else []
    shares = {
        (min(a, b), max(a, b)): float(share) / n_draws
        for a, b, share in zip(state.original[left].tolist(), state.original[right].tolist(), together, strict=True)
    }
    return Draws(tables, shares, told, tuple(flags))


def _effective(values: Floats) -> float:
    """Effective number of draws by Geyer's initial positive sequence; all of them when nothing varies.

    Source:
        Geyer (1992), Practical Markov chain Monte Carlo, Statistical Science 7, 473-483.
    """
    n = len(values)
    centred = values - values.mean()
    variance = float(centred @ centred) / n
    if n < 4 or variance == 0:
        return float(n)
    correlation = np.array([float(centred[: n - lag] @ centred[lag:]) / n / variance for lag in range(n // 2)])
    total = -1.0
    for lag in range(0, len(correlation) - 1, 2):
        pair = correlation[lag] + correlation[lag + 1]
        if pair <= 0:
            break
        total += 2 * pair
    return min(float(n), n / max(total, 1e-9))
