"""Which scored pairs may be linked: the rules that hold however likely a pair is, and what a person decided.

Invariant: a name alone never links two records; a person's answer outweighs every rule.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence, Set
from typing import Final

from .calibrating import Calibration
from .clusters import Candidate
from .comparisons import NAME, Comparison, Level
from .labels import Decisions
from .scoring import Scores

NAMES: Final = frozenset({"name", "given_name", "family_name"})
ADDRESS: Final = frozenset({"street", "street_number", "postcode", "address_detail", "suburb"})
DIFFERENT: Final = "decided_different"
NOT_COMPARED: Final = "not_compared"
DECIDED_BITS: Final = 500.0
"""A person's answer as a weight: nothing outweighs it."""


def probability_of(weight: float) -> float:
    """The match probability of a match weight in bits."""
    return 1 / (1 + math.exp2(-max(-1000.0, min(1000.0, weight))))


def candidates(
    comparisons: Sequence[Comparison],
    scores: Scores,
    *,
    prior_weight: float,
    threshold: float,
    calibration: Calibration | None,
    decisions: Decisions,
    not_compared: Set[tuple[int, int]] = frozenset(),
) -> list[Candidate]:
    """The scored pairs with their probability, and why a pair may not be linked if it may not."""
    found = []
    for index, weight in enumerate(scores.weight):
        left, right = scores.left[index], scores.right[index]
        guard = _guard({one.name: _level(one, scores.gammas[one.name][index]) for one in comparisons})
        probability = calibration.probability(weight) if calibration else probability_of(weight)
        bits = (calibration.weight(weight) if calibration else weight) - prior_weight
        answer = decisions.get((left, right))
        if answer is None:
            reason = "below_threshold" if probability < threshold else guard
        elif answer:
            reason, guard, bits, probability = "", "", DECIDED_BITS, 1.0
        else:
            reason, guard, bits, probability = DIFFERENT, DIFFERENT, -DECIDED_BITS, 0.0
        if answer is None and (left, right) in not_compared:
            reason = guard = NOT_COMPARED
        found.append(Candidate(left, right, weight, reason, guard, probability, bits, answer))
    return found


def _level(comparison: Comparison, gamma: int) -> Level | None:
    """The level of a pair; None where a side is missing."""
    return comparison.level_of(gamma) if gamma >= 0 else None


def _guard(levels: Mapping[str, Level | None]) -> str:
    """Why a pair must not be linked without a person, however likely it is."""
    agreeing = {name for name, level in levels.items() if level is not None and level.agrees}
    if not agreeing - NAMES:
        return "name_alone"
    name = levels.get("name")
    differs = name is not None and name is NAME.levels[-1]
    return "names_differ" if differs and not _same_person_but_for_the_name(agreeing) else ""


def _same_person_but_for_the_name(agreeing: set[str]) -> bool:
    """Two people may be threatened in one town on one day; they do not share a passport, a birthday or a door."""
    return bool(agreeing & {"identifier", "birth_date"}) or len(agreeing & ADDRESS) >= 2
