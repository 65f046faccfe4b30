"""Interval of the population size by its profile likelihood under a log-linear model.

For each total the unseen count is taken as known, the model is fitted to the full table, and the multinomial
likelihood with the binomial coefficient of the total is compared with its maximum.

Source:
    Cormack (1992), Biometrics 48(2), 567-576; Rivest and Baillargeon (2014), package Rcapture.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from statistics import NormalDist
from typing import TYPE_CHECKING, Final

from .existence import living_cells
from .models import Terms

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

FARTHEST: Final = 1e9
"""Where the search for an upper end stops, in times the observed units."""


def profile_interval(
    cells: npt.NDArray[np.int64],
    counts: npt.NDArray[np.float64],
    alive: Terms,
    dead: Terms,
    unseen: float,
    level: float,
) -> tuple[float, float | None]:
    """Lower and upper end; the upper is None when the likelihood never falls far enough.

    Args:
        cells: All cells but the empty pattern, shape (C,).
        counts: Units in each.
        alive: Terms with a finite parameter; ``dead``: terms of minus infinity.
        unseen: Estimate of the units on no list, where the search starts.
        level: Of the interval.
    """
    import numpy as np

    kept = living_cells(cells, dead)
    likelihood = _profile(np.append(0, cells[kept]), np.append(0.0, counts[kept]), alive)
    n = float(counts.sum())
    lower, upper = interval_of(likelihood, unseen, n, level)
    return n + lower, None if upper is None else n + upper


def interval_of(
    likelihood: Callable[[float], float], unseen: float, n_observed: float, level: float
) -> tuple[float, float | None]:
    """Ends of the units on no list, by a profile log-likelihood of them; the search starts at ``unseen``."""
    from scipy.optimize import brentq, minimize_scalar

    start = max(unseen, 0.5)
    top = minimize_scalar(
        lambda log_unseen: -likelihood(math.exp(log_unseen)),
        bounds=(math.log(start) - 4, math.log(start) + 2),
        method="bounded",
        options={"xatol": 1e-8},
    )
    best_at, threshold = float(top.x), -float(top.fun) - NormalDist().inv_cdf(0.5 + level / 2) ** 2 / 2

    def above(log_unseen: float) -> float:
        return likelihood(math.exp(log_unseen)) - threshold

    lowest = _first_below(above, best_at, -0.5, math.log(1e-3))
    highest = _first_below(above, best_at, 0.5, math.log(FARTHEST * n_observed))
    lower = 0.0 if lowest is None else math.exp(float(brentq(above, lowest, best_at, xtol=1e-10)))
    upper = None if highest is None else math.exp(float(brentq(above, best_at, highest, xtol=1e-10)))
    return lower, upper


def _first_below(above: Callable[[float], float], start: float, step: float, end: float) -> float | None:
    place = start
    while (place > end) if step < 0 else (place < end):
        place += step
        if above(place) < 0:
            return place
    return None


def _profile(cells: npt.NDArray[np.int64], counts: npt.NDArray[np.float64], terms: Terms) -> Callable[[float], float]:
    import numpy as np
    from scipy.special import gammaln

    from . import kernels

    offset, masks = np.zeros(len(cells)), np.array(terms, np.int64)
    theta, fitted = np.zeros(len(terms)), np.empty(len(cells))
    observed = float(counts.sum())

    def likelihood(unseen: float) -> float:
        full = counts.copy()
        full[0] = unseen
        kernels.poisson_fit(cells, full, offset, masks, theta, fitted, False)
        total = observed + unseen
        chosen = float(gammaln(total + 1) - gammaln(unseen + 1))
        return chosen + float(full @ np.log(np.maximum(fitted, 1e-300) / total))

    return likelihood
