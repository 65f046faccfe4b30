"""Did the chains settle: rank-normalised split R-hat, bulk and tail effective sample size.

Written out here, since ArviZ takes seconds to import and a command line must not; the tests compare with ArviZ.

Source:
    Vehtari, Gelman, Simpson, Carpenter and Bürkner (2021), Bayesian Analysis 16(2), 667-718.
    Geyer (1992), Statistical Science 7(4), 473-483 (initial monotone sequence).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

MOST_R_HAT: Final = 1.05
LEAST_ESS: Final = 400


@dataclass(frozen=True, slots=True)
class Convergence:
    """What the draws say about themselves."""

    r_hat: float
    ess_bulk: float
    ess_tail: float

    @property
    def is_settled(self) -> bool:
        """R-hat at most 1.05 and both effective sizes at least 400."""
        return self.r_hat <= MOST_R_HAT and min(self.ess_bulk, self.ess_tail) >= LEAST_ESS

    def as_dict(self) -> dict[str, Any]:
        return {"r_hat": self.r_hat, "ess_bulk": self.ess_bulk, "ess_tail": self.ess_tail}


def convergence(draws: npt.NDArray[Any]) -> Convergence:
    """Diagnostics of draws of shape (chains, draws), at least four draws a chain."""
    import numpy as np

    values = _split(np.asarray(draws, dtype=float))
    if np.ptp(values) == 0:  # nothing moved: nothing is known
        return Convergence(float("inf"), 0.0, 0.0)
    folded = np.abs(values - np.median(values))
    r_hat = max(_r_hat(_ranked(values)), _r_hat(_ranked(folded)))
    low, high = np.quantile(values, [0.05, 0.95])
    tails = [_ess((values <= end).astype(float)) for end in (low, high)]
    return Convergence(r_hat, _ess(_ranked(values)), min(tails))


def _split(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    import numpy as np

    half = values.shape[1] // 2
    return np.concatenate([values[:, :half], values[:, -half:]])


def _ranked(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Normal scores of the ranks over all chains."""
    import numpy as np
    from scipy.special import ndtri
    from scipy.stats import rankdata

    ranks = rankdata(values, method="average").reshape(values.shape)
    return np.asarray(ndtri((ranks - 0.375) / (values.size + 0.25)))


def _r_hat(values: npt.NDArray[np.float64]) -> float:
    draws = values.shape[1]
    within = float(values.var(axis=1, ddof=1).mean())
    between = float(values.mean(axis=1).var(ddof=1))
    if within == 0:
        return float("inf")
    return float(((draws - 1) / draws + between / within) ** 0.5)


def _ess(values: npt.NDArray[np.float64]) -> float:
    """Effective number of draws of split chains, by the initial monotone sequence of autocorrelations."""
    import numpy as np

    chains, draws = values.shape
    covariance = _autocovariance(values)
    within = float((covariance[:, 0] * draws / (draws - 1)).mean())
    if within == 0:
        return float(chains * draws)
    total = within * (draws - 1) / draws + float(values.mean(axis=1).var(ddof=1))
    correlation = 1 - (within - covariance.mean(axis=0) * draws / (draws - 1)) / total
    correlation[0] = 1.0
    pairs = correlation[: 2 * (draws // 2)].reshape(-1, 2).sum(axis=1)
    ends = np.flatnonzero(pairs < 0)
    last = int(ends[0]) if len(ends) else len(pairs)
    monotone = np.minimum.accumulate(pairs[:last])
    next_one = max(float(correlation[2 * last]), 0.0) if 2 * last < draws else 0.0
    time = max(-1 + 2 * float(monotone.sum()) + next_one, 1 / np.log10(chains * draws))
    return float(chains * draws / time)


def _autocovariance(values: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    import numpy as np

    draws = values.shape[1]
    centred = values - values.mean(axis=1, keepdims=True)
    size = 1 << (2 * draws - 1).bit_length()
    spectrum = np.fft.rfft(centred, size, axis=1)
    return np.asarray(np.fft.irfft(np.abs(spectrum) ** 2, size, axis=1)[:, :draws] / draws)
