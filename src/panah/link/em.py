"""Expectation-maximisation of a Fellegi-Sunter model with priors, on counted agreement patterns.

On a few hundred records plain EM invents probabilities of zero from levels that happened not to occur, and may take
the wrong cluster for the matches. Dirichlet priors on ``m`` and ``u`` keep it where a reviewer would; with many
matches the data outweigh them. Used where every pair is compared; larger lists use Splink's own EM.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from .comparisons import Comparison

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

    Floats = npt.NDArray[np.float64]
    Ints = npt.NDArray[np.int64]

M_PRIOR_PAIRS: Final = 12.0
"""The priors on ``m`` weigh as much as this many true matches."""
U_PRIOR_PAIRS: Final = 50.0
MAX_ITERATIONS: Final = 500
CONVERGED: Final = 1e-7


@dataclass(frozen=True, slots=True)
class Fit:
    """Probabilities of each comparison's levels, most alike first, and the share of pairs that match."""

    m: tuple[tuple[float, ...], ...]
    u: tuple[tuple[float, ...], ...]
    match_share: float
    n_iterations: int
    converged: bool
    n_expected_matches: float


def fit(comparisons: Sequence[Comparison], patterns: Ints, counts: Floats, *, most_matches: float) -> Fit:
    """Estimate the model from how often each pattern of agreement occurs.

    Args:
        patterns: Splink's comparison vector values, shape (patterns, comparisons): -1 missing, 0 the last level.
        counts: Pairs with each pattern, shape (patterns,).
        most_matches: Upper bound on the number of true matches, from the sizes of the lists.

    Source:
        Fellegi and Sunter (1969), JASA 64, 1183-1210; Winkler (1988), ASA Survey Research Methods, 667-671.
    """
    import numpy as np

    total = float(counts.sum())
    onehot = [_levels(patterns[:, index], len(one.levels)) for index, one in enumerate(comparisons)]
    prior_m = [np.array([level.m for level in one.levels]) for one in comparisons]
    prior_u = [np.array([level.u for level in one.levels]) for one in comparisons]
    m, u = prior_m, prior_u
    highest = min(0.5, most_matches / total)
    share = highest / 2
    n_iterations = 0
    change = 1.0
    while change >= CONVERGED and n_iterations < MAX_ITERATIONS:
        n_iterations += 1
        weight = _posterior(onehot, m, u, share)
        matches, others = counts * weight, counts * (1 - weight)
        m_new = [_level_shares(one, matches, p, M_PRIOR_PAIRS) for one, p in zip(onehot, prior_m, strict=True)]
        u_new = [_level_shares(one, others, p, U_PRIOR_PAIRS) for one, p in zip(onehot, prior_u, strict=True)]
        share_new = min(highest, max(float(matches.sum()) / total, 0.1 / total))
        moved = [float(np.abs(new - old).max()) for new, old in zip(m_new + u_new, m + u, strict=True)]
        change = max(abs(share_new - share) / share, *moved)
        m, u, share = m_new, u_new, share_new
    return Fit(
        tuple(tuple(float(x) for x in one) for one in m),
        tuple(tuple(float(x) for x in one) for one in u),
        share,
        n_iterations,
        change < CONVERGED,
        share * total,
    )


def _levels(gammas: Ints, n_levels: int) -> Floats:
    """Which level each pattern has, shape (patterns, levels), most alike first; missing is a row of zeros."""
    import numpy as np

    wanted = n_levels - 1 - np.arange(n_levels)
    levels: Floats = (gammas[:, None] == wanted[None, :]).astype(float)
    return levels


def _posterior(onehot: Sequence[Floats], m: Sequence[Floats], u: Sequence[Floats], share: float) -> Floats:
    import numpy as np

    log_odds = np.full(onehot[0].shape[0], np.log(share / (1 - share)))
    for levels, m_one, u_one in zip(onehot, m, u, strict=True):
        log_odds = log_odds + levels @ np.log(m_one / u_one)
    posterior: Floats = 1 / (1 + np.exp(-np.clip(log_odds, -700, 700)))
    return posterior


def _level_shares(levels: Floats, pairs: Floats, prior: Floats, prior_pairs: float) -> Floats:
    """Posterior mean of a comparison's level probabilities; pairs in which it is missing say nothing."""
    seen = levels.T @ pairs + prior * prior_pairs
    shares: Floats = seen / seen.sum()
    return shares


def prior_only(comparisons: Sequence[Comparison], n_matches: float, n_possible: int) -> Fit:
    """The model that believes the priors and learns nothing."""
    share = min(0.5, n_matches / n_possible)
    return Fit(
        tuple(tuple(level.m for level in one.levels) for one in comparisons),
        tuple(tuple(level.u for level in one.levels) for one in comparisons),
        share,
        0,
        True,
        share * n_possible,
    )


def log2_odds(probability: float) -> float:
    """The prior's share of a match weight, in bits."""
    return math.log2(probability / (1 - probability))


def match_share(weights: tuple[Floats, Floats], *, most_matches: float, n_possible: int) -> tuple[float, float]:
    """The share of all possible pairs that match, from the weights of the candidate pairs; and how many that are.

    ``m`` and ``u`` are taken as known; a match outside the candidates is not counted.

    Args:
        weights: log2(m / u) of the candidate pairs, and how many pairs have each.
    """
    import numpy as np

    bits, counts = weights
    total = float(counts.sum())
    highest = min(0.5, most_matches / n_possible)
    share = highest / 2
    for _iteration in range(MAX_ITERATIONS):
        odds = np.clip(bits + np.log2(share / (1 - share)), -1000, 1000)
        matches = float((counts / (1 + np.exp2(-odds))).sum()) if total else 0.0
        new = min(highest, max(matches, 0.1) / n_possible)
        if abs(new - share) < CONVERGED * share:
            break
        share = new
    return share, share * n_possible
