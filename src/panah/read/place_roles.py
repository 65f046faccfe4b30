"""Of the states that a text names: which one stands behind an incident, and in which its target lives.

Every state named near an incident is a candidate for both, and so is "none of them". Weights (``data/place_weights.csv``,
fitted by ``tools/train_read_places.py`` as conditional logits, McFadden 1974) say how much each way of naming a state
(:mod:`place_votes`) speaks for it; the likeliest pair of two different states is proposed. Which states are known to reach
people abroad (``data/origin_states.csv``) is one feature: where words leave it open, a reader relies on that too.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from .phrases import rows_of
from .place_votes import ORIGIN_OF, Vote

ORIGIN, HOST = "origin", "host"
TIERS: Final = {"sentence": 1.0, "paragraph": 0.6, "near": 0.4, "document": 0.25}
"""How near a place stands to the incident, and what one naming there counts."""
ENOUGH: Final = 2.0
"""Namings in one way beyond this many say nothing more."""
CANDIDATES: Final = 3
"""Of how many likeliest states in each part the best pair is taken: one may be taken by the other part, one be its territory."""

Features = dict[str, float]


@dataclass(frozen=True, slots=True)
class Near:
    """One place named near an incident: how it is used, and in which of :data:`TIERS`."""

    vote: Vote
    tier: str


@dataclass(frozen=True, slots=True)
class Told:
    """What a document says of places round one incident."""

    near: Sequence[Near]
    answering: Collection[str] = ()
    """States one of whose bodies speaks."""
    denying: Collection[str] = ()
    """States one of whose bodies denies something."""
    scope: str = "event"


def state_of(code: str) -> str:
    """The state of a territory."""
    return ORIGIN_OF.get(code, code)


def features(part: str, told: Told) -> dict[str | None, Features]:
    """What speaks for each candidate in one part (:data:`ORIGIN` or :data:`HOST`); ``None`` stands for no state of the text.

    For the origin a territory counts as its state.
    """
    found: dict[str | None, Features] = {}
    for each in told.near:
        code = each.vote.mention.country
        named = found.setdefault(state_of(code) if part == ORIGIN else code, {})
        named[each.vote.use] = min(ENOUGH, named.get(each.vote.use, 0.0) + TIERS[each.tier])
        named[f"in {each.tier}"] = 1.0
    first = told.near[0].vote.mention.country if told.near else ""
    for country, named in found.items():
        for use in [each for each in named if not each.startswith("in ")]:
            named[use] **= 0.5
        state = state_of(country or "")
        named[f"recorded {_recorded().get(state, 'never')}"] = 1.0
        named |= {"answers": 1.0} if state in told.answering else {}
        named |= {"denies": 1.0} if state in told.denying else {}
        named |= {"first": 1.0} if state == state_of(first) else {}
        named |= {"territory": 1.0} if country != state else {}
    found[None] = {"none": 1.0, f"none {told.scope}": 1.0, "none of how many": len(found) / 5}
    return found


def likeliest(told: Told, weights: Mapping[str, Mapping[str, float]] | None = None) -> tuple[str | None, str | None]:
    """The state behind an incident and the country of its target, each ``None`` where no state named is likely."""
    weights = weights or _weights()
    origins, hosts = (_best(features(part, told), weights[part]) for part in (ORIGIN, HOST))
    pairs = ((a + b, origin, host) for a, origin in origins for b, host in hosts if not _is_one(origin, host))
    _, origin, host = max(pairs, key=lambda each: each[0])
    return origin, host


def _is_one(origin: str | None, host: str | None) -> bool:
    return origin is not None and host is not None and state_of(host) == origin


def _best(candidates: Mapping[str | None, Features], weights: Mapping[str, float]) -> list[tuple[float, str | None]]:
    """The likeliest candidates, and that it is none, each with its weight; of equals those named first."""
    weighed = [
        (sum(weights.get(name, 0.0) * value for name, value in each.items()), country)
        for country, each in candidates.items()
    ]
    likely = sorted(weighed[:-1], key=lambda each: -each[0])[:CANDIDATES]
    return [*likely, weighed[-1]]


@lru_cache(maxsize=1)
def _recorded() -> dict[str, str]:
    return {code: row["recorded"] for row in rows_of("origin_states") for code in row["codes"].split(";")}


@lru_cache(maxsize=1)
def _weights() -> dict[str, dict[str, float]]:
    """Of each part the weight of each feature."""
    found: dict[str, dict[str, float]] = {ORIGIN: {}, HOST: {}}
    for row in rows_of("place_weights"):
        found[row["part"]][row["feature"]] = float(row["weight"])
    return found
