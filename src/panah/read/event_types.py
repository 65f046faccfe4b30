"""Which kinds of violation an article tells of, by seven names of the OHCHR's guidance on SDG indicator 16.10.1.

One logistic model a kind over the features of :mod:`event_words`; the weights stand in ``data/event_weights.csv`` and
say of each group how much it speaks for the kind. It decides about a whole article; incidents are found sentence by
sentence in :mod:`incidents`, without it.
"""

from __future__ import annotations

import csv
import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from typing import Final

from .event_words import EventText

KINDS: Final = ("arbitrary detention", "enforced disappearance", "kidnapping", "killing", "other", "torture")
UNKNOWN: Final = "unknown"


@dataclass(frozen=True, slots=True)
class Weight:
    """One weight: features are centred and scaled before they are weighed."""

    value: float
    mean: float = 0.0
    scale: float = 1.0


@lru_cache(maxsize=1)
def weights() -> Mapping[str, Mapping[str, Weight]]:
    """Model name to feature to weight, from ``data/event_weights.csv``."""
    text = (resources.files("panah.read") / "data" / "event_weights.csv").read_text(encoding="utf-8")
    models: dict[str, dict[str, Weight]] = {}
    for row in csv.DictReader(line for line in text.splitlines() if not line.startswith("#")):
        weight = Weight(float(row["weight"]), float(row["mean"] or 0), float(row["scale"] or 1))
        models.setdefault(row["model"], {})[row["feature"]] = weight
    return models


def plain_weights(model: str) -> Mapping[str, float]:
    """The weights of a model whose features are weighed as they are."""
    return {name: weight.value for name, weight in weights()[model].items()}


def probabilities(event: EventText) -> dict[str, float]:
    """How likely each kind is, by its own model."""
    features = event.features()
    return {kind: _probability(weights()[kind], features) for kind in KINDS}


def _probability(model: Mapping[str, Weight], features: Mapping[str, float]) -> float:
    total = model["bias"].value
    for name, value in features.items():
        if weight := model.get(name):
            total += weight.value * (value - weight.mean) / weight.scale
    return 1 / (1 + math.exp(-max(-50.0, min(50.0, total))))


def violation_types(event: EventText) -> tuple[str, ...]:
    """The kinds likelier than their threshold, the likeliest first; ``unknown`` when nothing is done to anybody.

    An article that speaks of something done to people, but of no kind clearly enough, gets its likeliest kind.
    """
    if not event.occurrences:
        return (UNKNOWN,)
    found = probabilities(event)
    thresholds = plain_weights("threshold")
    likely = [kind for kind in KINDS if found[kind] > thresholds[kind]]
    likely = likely or [max(KINDS, key=lambda kind: found[kind] - thresholds[kind])]
    return tuple(sorted(likely, key=lambda kind: -found[kind]))
