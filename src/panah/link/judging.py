"""From scores to a decision on every pair: answers of people, calibration, rules, clusters, and draws."""

from __future__ import annotations

from collections.abc import Callable, Sequence, Set
from dataclasses import dataclass

from . import em
from .calibrating import Calibration, calibrate
from .clusters import Candidate, assign
from .comparisons import Comparison
from .deciding import NAMES, candidates
from .drawing import draw_linkage
from .labels import Decisions
from .matchings import Draws
from .scoring import Scores


@dataclass(frozen=True, slots=True)
class Judged:
    """Candidates with why each was not linked, the first record of each record's cluster, and the draws."""

    candidates: Sequence[Candidate]
    reasons: Sequence[str]
    roots: Sequence[int]
    calibration: Calibration | None
    draws: Draws | None

    def share(self, candidate: Candidate) -> float | None:
        """In how many of the draws both records stood in one cluster."""
        if self.draws is None:
            return None
        unit_of = self.draws.unit_of
        left, right = unit_of[candidate.left], unit_of[candidate.right]
        if left == right:
            return 1.0
        return self.draws.together.get((min(left, right), max(left, right)), 0.0)


def judge(
    list_names: Sequence[str],
    list_of: Sequence[int],
    comparisons: Sequence[Comparison],
    scores: Scores,
    decisions: Decisions,
    *,
    threshold: float,
    within: bool,
    n_draws: int,
    seed: int,
    weigh: Callable[[Sequence[tuple[int, int]]], Scores],
    not_compared: Set[tuple[int, int]] = frozenset(),
) -> Judged:
    """Decide on every scored pair; those not compared are weighed only, and take no part."""
    answered = [(weight, decisions[pair]) for weight, pair in _weights(scores) if pair in decisions]
    calibration = calibrate([weight for weight, _answer in answered], [answer for _weight, answer in answered])
    prior_weight = em.log2_odds(scores.fit.match_share)
    found = candidates(
        comparisons,
        scores,
        prior_weight=prior_weight,
        threshold=threshold,
        calibration=calibration,
        decisions=decisions,
        not_compared=not_compared,
    )
    reasons, roots = assign(found, list_of, within=within)
    draws = None
    if n_draws:
        draws = draw_linkage(
            list_names,
            list_of,
            found,
            roots,
            names_only=all(one.name in NAMES for one in comparisons),
            weigh=lambda pairs: [weight - prior_weight for weight in weigh(pairs).weight],
            n_draws=n_draws,
            seed=seed,
        )
    return Judged(found, reasons, roots, calibration, draws)


def _weights(scores: Scores) -> list[tuple[float, tuple[int, int]]]:
    return list(zip(scores.weight, zip(scores.left, scores.right, strict=True), strict=True))
