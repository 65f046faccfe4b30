"""Bias-corrected and accelerated (BCa) bootstrap over a whole procedure, its selection of a model included.

Source:
    Efron (1987), Journal of the American Statistical Association 82(397), 171-185.
    Chan, Silverman and Vincent (2021), Journal of the American Statistical Association 116(535), 1297-1306, section 3.3
    (resampling units by pattern, acceleration by leaving out one unit of each pattern).
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, Final

from panah.errors import NotIdentified

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

MOST_FAILURES: Final = 0.05
"""A larger share of replicates without an estimate is a doubt about the interval."""


@dataclass(frozen=True)
class BootstrapInterval:
    """An interval, and what stands behind it."""

    lower: float
    upper: float | None
    replicates: npt.NDArray[np.float64] = field(repr=False)
    """Estimates of the replicates that had one."""
    n_failed: int
    bias_correction: float
    acceleration: float
    shares: tuple[float, float] = (0.0, 1.0)
    """Shares of the replicates below the ends; beyond the second outermost replicate they cannot be told."""

    @property
    def is_doubtful(self) -> bool:
        """Whether too many replicates had no estimate."""
        return self.n_failed > MOST_FAILURES * (len(self.replicates) + self.n_failed)

    def as_dict(self) -> dict[str, Any]:
        return {
            "replicates": len(self.replicates) + self.n_failed,
            "replicates_without_estimate": self.n_failed,
            "bias_correction": self.bias_correction,
            "acceleration": self.acceleration,
            "replicates_below_ends": list(self.shares),
        }


def bca_interval(
    counts: npt.NDArray[np.float64],
    point: float,
    estimates_of: Callable[[npt.NDArray[np.float64]], npt.NDArray[np.float64]],
    *,
    n_replicates: int,
    seed: int,
    level: float,
) -> BootstrapInterval:
    """The BCa interval of a population size.

    Args:
        counts: Units by cell, shape (C,).
        point: The estimate on the table itself.
        estimates_of: The whole procedure on tables of shape (B, C): estimates of shape (B,), NaN where there is none.
        n_replicates: Resampled tables.
        seed: Non-negative.
        level: Of the interval.

    Raises:
        NotIdentified: Fewer than half of the replicates can be estimated.
    """
    import numpy as np

    rng = np.random.default_rng(seed)
    total = int(counts.sum())
    tables = rng.multinomial(total, counts / counts.sum(), size=n_replicates).astype(float)
    estimates = estimates_of(tables)
    found = np.sort(estimates[np.isfinite(estimates)])
    n_failed = n_replicates - len(found)
    if len(found) < max(n_replicates / 2, 1):
        raise NotIdentified(
            f"{n_failed} of {n_replicates} resampled tables have no estimate",
            where="bootstrap",
            hint="the table is too sparse for an interval; merge small lists, or take the lower bound (chao)",
        )
    filled = np.flatnonzero(counts > 0)
    jackknife = np.repeat(counts[None, :], len(filled), axis=0)
    jackknife[np.arange(len(filled)), filled] -= 1
    bias = _bias_correction(found, point)
    acceleration = _acceleration(estimates_of(jackknife), counts[filled])
    shares = [_adjusted(share, bias, acceleration) for share in ((1 - level) / 2, (1 + level) / 2)]
    lower, upper = (_quantile(found, share) for share in shares)
    return BootstrapInterval(
        lower, upper if math.isfinite(upper) else None, found, n_failed, bias, acceleration, (shares[0], shares[1])
    )


def _bias_correction(found: npt.NDArray[np.float64], point: float) -> float:
    # ties count half: with a selection many replicates can give the same number
    below = float((found < point).mean() + (found == point).mean() / 2)
    edge = 0.5 / len(found)
    return NormalDist().inv_cdf(min(max(below, edge), 1 - edge))


def _acceleration(jackknife: npt.NDArray[np.float64], weights: npt.NDArray[np.float64]) -> float:
    import numpy as np

    usable = np.isfinite(jackknife)
    if usable.sum() < 2:
        return 0.0
    values, units = jackknife[usable], weights[usable]
    deviation = np.average(values, weights=units) - values
    squares = float((units * deviation**2).sum())
    return float((units * deviation**3).sum()) / (6 * squares**1.5) if squares > 0 else 0.0


def _adjusted(share: float, bias: float, acceleration: float) -> float:
    normal = NormalDist()
    z = bias + normal.inv_cdf(share)
    return normal.cdf(bias + z / max(1 - acceleration * z, 1e-6))


def _quantile(found: npt.NDArray[np.float64], share: float) -> float:
    import numpy as np

    # with a strong bias the share can lie beyond one in all replicates, and the outermost of these is only noise:
    # the second stands for it
    edge = 1 / max(len(found) - 1, 2)
    return float(np.quantile(found, min(max(share, edge), 1 - edge)))
