"""Average over decomposable graphs, exact on a grid of the unseen count.

Each graph says which lists are independent given which others; with a hyper-Dirichlet prior its marginal likelihood
has a closed form for every number of unseen units, so that the posterior of the population size is a sum.

Source:
    Madigan and York (1997), Biometrika 84(1), 19-31.
    Dawid and Lauritzen (1993), Annals of Statistics 21(3), 1272-1317 (hyper-Dirichlet laws).
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from panah.errors import NotConfigured
from panah.i18n import gettext_noop
from panah.model.estimate import Flag
from panah.model.overlap import OverlapTable

from .answer import Answer
from .cells import cell_counts
from .graphs import Graphs, decomposable_graphs

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

ASSUMPTION: Final = gettext_noop(
    "the lists depend on each other in a way that a decomposable graph can say, and not through all of them at once"
)
SEARCH_END: Final = 100_000
"""The coarse look for the posterior ends at so many times the observed units."""
STEPS_PER_FACTOR: Final = 2000
"""Every whole number up to this one, then steps of one in two thousand: interval ends are off by 0.05 % at most."""
COARSE_STEPS: Final = 40
TAIL: Final = 1e-6
BOUND_MASS: Final = 0.005
"""More mass than this in the last tenth of a grid, or beyond it, leans on where the grid ends."""
SATURATED_SHARE: Final = 0.05
BLOCK: Final = 1 << 20
SHOWN_GRAPHS: Final = 10


@dataclass(frozen=True)
class Grid:
    """Numbers of unseen units: a point for each bin, and how many whole numbers the bin holds."""

    points: npt.NDArray[np.float64] = field(repr=False)
    widths: npt.NDArray[np.float64] = field(repr=False)
    first: int
    last: int
    words: str

    def as_dict(self) -> dict[str, Any]:
        return {"first_unseen": self.first, "last_unseen": self.last, "points": len(self.points), "steps": self.words}


def estimate_decomposable(
    table: OverlapTable,
    *,
    seed: int,
    level: float,
    delta: float | None = None,
    prior: str = "1/N",
    prior_shape: float = 13.14,
    prior_scale: float = 55.17,
    grid: tuple[int, int, int] | None = None,
    draws: int = 4000,
) -> Answer:
    """Posterior of the population size, averaged over all decomposable graphs of the lists.

    Args:
        table: Three to six lists.
        seed: For the draws; the posterior itself is exact on the grid.
        level: Of the credible interval (equal tails).
        delta: Prior units in each of the ``2**L`` cells; by default ``2**-L``, one unit in all.
        prior: Of the population size: ``1/N``, ``uniform``, or ``negative_binomial`` with shape and scale (its mean is
            their product).
        prior_shape: Of the negative binomial. ``prior_scale`` likewise.
        grid: First and last number of unseen units and the step; by default chosen by the code, and reported.
        draws: From the posterior.

    Returns:
        Median as the point; mean, mode and the estimate under relative squared loss in the diagnostics. The flag
        ``prior_bound`` when mass lies at the end of the grid, or the saturated graph, which only knows the prior,
        has more than 5 %.

    Source:
        Madigan and York (1997), Biometrika 84(1), 19-31.
    """
    import numpy as np

    if prior not in {"1/N", "uniform", "negative_binomial"}:
        raise NotConfigured(f"no prior {prior}", where="method decomposable", hint="1/N, uniform or negative_binomial")
    weight = 2.0**-table.n_lists if delta is None else float(delta)
    if not weight > 0:
        raise NotConfigured("delta must be above 0", where="method decomposable", hint="write 1 or leave it out")
    law = _Prior(prior, prior_shape, prior_scale)
    likelihood = GraphLikelihood(table, weight, law)
    beyond = 0.0
    if grid is None:
        chosen, beyond = _chosen_grid(likelihood, table.n_observed)
    else:
        chosen = _regular_grid(*grid)
    mass, graph_mass = likelihood.posterior(chosen)
    sizes = table.n_observed + chosen.points
    graphs = likelihood.graphs
    tail = float(mass[chosen.points >= chosen.last - 0.1 * (chosen.last - chosen.first)].sum())
    saturated = float(graph_mass[graphs.saturated])
    flags = {Flag.PRIOR_BOUND} if max(tail, beyond) > BOUND_MASS or saturated > SATURATED_SHARE else set()
    below = np.cumsum(mass)
    lower, median, upper = (_quantile(sizes, below, share) for share in ((1 - level) / 2, 0.5, (1 + level) / 2))
    order = np.argsort(-graph_mass, kind="stable")
    sampled = _draws(chosen, mass, table.n_observed, draws, seed)
    best = graphs.name(int(order[0]))
    return Answer(
        median,
        lower,
        upper,
        f"average of {len(graphs):,} decomposable graphs, the best being {best}",
        ASSUMPTION,
        median=median,
        mean=float(mass @ sizes),
        flags=frozenset(flags),
        diagnostics={
            "mode": float(sizes[int(np.argmax(mass / chosen.widths))]),
            "relative_squared_loss": float(mass @ (1 / sizes)) / float(mass @ (1 / sizes**2)),
            "graphs": [
                {"graph": graphs.name(int(one)), "posterior": float(graph_mass[one])} for one in order[:SHOWN_GRAPHS]
            ],
            "saturated_posterior": saturated,
            "grid": chosen.as_dict(),
            "mass_at_grid_end": tail,
            "mass_beyond_grid": beyond,
        },
        settings={
            "delta": weight,
            "prior": prior,
            **({"prior_shape": prior_shape, "prior_scale": prior_scale} if prior == "negative_binomial" else {}),
            "grid": list(grid) if grid else "auto",
            "draws": draws,
        },
        fitted=likelihood.fitted(int(order[0]), median - table.n_observed),
        draws=sampled,
    )


@dataclass(frozen=True)
class _Prior:
    name: str
    shape: float
    scale: float

    def log(self, sizes: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Log prior of population sizes, up to a constant."""
        import numpy as np
        from scipy.special import gammaln

        if self.name == "1/N":
            return -np.log(sizes)
        if self.name == "uniform":
            return np.zeros_like(sizes)
        share = math.log(self.scale / (1 + self.scale))
        return np.asarray(gammaln(sizes + self.shape) - gammaln(sizes + 1) + sizes * share)


class GraphLikelihood:
    """Marginal likelihood of every graph at every number of unseen units."""

    def __init__(self, table: OverlapTable, delta: float, prior: _Prior) -> None:
        import numpy as np

        self.graphs: Graphs = decomposable_graphs(table.n_lists)
        self.prior = prior
        self.delta = delta
        self._n = table.n_observed
        self._n_lists = table.n_lists
        self._counts = np.append(0.0, cell_counts(table))

    def posterior(self, grid: Grid) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Probability of each bin of the grid, and of each graph; each adds up to 1."""
        import numpy as np

        parts = self._subset_likelihoods(grid.points)
        common = self._common(grid.points) + np.log(grid.widths)
        signs = self.graphs.signs
        rows = max(1, BLOCK // len(grid.points))
        by_point, by_graph = np.zeros(len(grid.points)), np.zeros(len(signs))
        reference = -math.inf
        scores = np.empty((min(rows, len(signs)), len(grid.points)))
        for start in range(0, len(signs), rows):
            block = signs[start : start + rows].astype(float)
            out = scores[: len(block)]
            np.matmul(block, parts, out=out)
            out += common
            highest = float(out.max())
            if highest > reference:  # keep the largest term at one
                scale = math.exp(reference - highest) if reference > -math.inf else 0.0
                by_point *= scale
                by_graph *= scale
                reference = highest
            out -= reference
            np.exp(out, out=out)
            by_point += out.sum(axis=0)
            by_graph[start : start + len(block)] = out.sum(axis=1)
        total = by_point.sum()
        return by_point / total, by_graph / total

    def fitted(self, graph: int, unseen: float) -> dict[int, float]:
        """Expected units of each pattern under one graph, given the unseen: cliques over separators."""
        import numpy as np

        cells = np.arange(1 << self._n_lists)
        completed = self._counts.copy()
        completed[0] = unseen
        total = self._n + unseen
        log_share = np.zeros(len(cells))
        for subset in np.flatnonzero(self.graphs.signs[graph]):
            margin = np.bincount(cells & subset, weights=completed + self.delta, minlength=len(cells))
            share = margin / (total + self.delta * len(cells))
            log_share += self.graphs.signs[graph, subset] * np.log(share[cells & subset])
        units = total * np.exp(log_share)
        return dict(zip(cells[1:].tolist(), units[1:].tolist(), strict=True))

    def _common(self, unseen: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Prior and multinomial coefficient, the same for every graph."""
        import numpy as np
        from scipy.special import gammaln

        sizes = self._n + unseen
        shared = gammaln(sizes + 1) - gammaln(unseen + 1)
        return np.asarray(self.prior.log(sizes) + shared)

    def _subset_likelihoods(self, unseen: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        """Log marginal likelihood of each subset's table, shape (2**L, points).

        Without the normaliser of the total, which cancels since every row of signs adds up to 0.
        """
        import numpy as np
        from scipy.special import gammaln

        cells = np.arange(1 << self._n_lists)
        parts = np.zeros((len(cells), len(unseen)))
        for subset in cells:
            alpha = self.delta * 2.0 ** (self._n_lists - int(subset).bit_count())
            margin = np.bincount(cells & subset, weights=self._counts, minlength=len(cells))
            others = np.unique(cells & subset)[1:]
            known = float((gammaln(margin[others] + alpha) - gammaln(alpha)).sum())
            parts[subset] = known + gammaln(margin[0] + unseen + alpha) - gammaln(alpha)
        return parts


def _regular_grid(first: int, last: int, step: int) -> Grid:
    import numpy as np

    if not (0 <= first < last and step >= 1):
        raise NotConfigured("the grid must have 0 <= first < last and a step from 1", where="grid")
    points = np.arange(first, last + 1, step, dtype=float)
    return Grid(points, np.full(len(points), float(step)), first, last, f"every {step}")


def _geometric_grid(first: int, last: int, steps: int) -> Grid:
    """Bins of one whole number below ``steps``, then bins of one part in ``steps``."""
    import numpy as np

    edges = [first]
    while edges[-1] <= last:
        edges.append(edges[-1] + max(1, edges[-1] // steps))
    bounds = np.array(edges, float)
    widths = np.diff(bounds)
    points = bounds[:-1] + (widths - 1) / 2
    return Grid(points, widths, first, int(bounds[-1]) - 1, f"every number to {steps:,}, then one part in {steps:,}")


def _chosen_grid(likelihood: GraphLikelihood, n_observed: int) -> tuple[Grid, float]:
    """The grid that holds all but a millionth of the posterior at each end, and the mass beyond what was looked at."""
    import numpy as np

    coarse = _geometric_grid(0, SEARCH_END * n_observed, COARSE_STEPS)
    mass, _graphs = likelihood.posterior(coarse)
    below = np.cumsum(mass)
    start = int(np.searchsorted(below, TAIL))
    end = min(int(np.searchsorted(below, 1 - TAIL)) + 1, len(mass) - 1)
    first = int(coarse.points[max(start - 2, 0)])
    # the posterior falls like a power at least: what lies beyond is judged by the last factor of two
    beyond = float(mass[coarse.points > coarse.last / 2].sum())
    return _geometric_grid(first, int(coarse.points[end]) + 1, STEPS_PER_FACTOR), beyond


def _quantile(sizes: npt.NDArray[np.float64], below: npt.NDArray[np.float64], share: float) -> float:
    import numpy as np

    return float(sizes[min(int(np.searchsorted(below, share)), len(sizes) - 1)])


def _draws(grid: Grid, mass: npt.NDArray[np.float64], n_observed: int, draws: int, seed: int) -> npt.NDArray[np.int64]:
    import numpy as np

    rng = np.random.default_rng(seed)
    bins = rng.choice(len(mass), size=draws, p=mass / mass.sum())
    inside = np.floor(rng.random(draws) * grid.widths[bins]) - (grid.widths[bins] - 1) / 2
    return (n_observed + np.floor(grid.points[bins] + inside)).astype(np.int64)[None, :]
