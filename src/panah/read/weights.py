"""What weights over readable features say: how probable each of some answers is, by a multinomial logistic model.

A file of weights holds one feature a line and, for each answer that it speaks for or against, a weight; the feature without
a name holds what each answer starts from. The scripts that fit them (``tools/train_read_*.py``) write them by ``tools/fitted.py``.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from functools import lru_cache

from .phrases import rows_of


@lru_cache(maxsize=8)
def weights_of(name: str) -> Mapping[str, Mapping[str, float]]:
    """Feature to answer to weight, of ``data/<name>.csv``."""
    return {
        row["feature"]: {
            answer: float(weight) for answer, _, weight in (part.partition(" ") for part in row["weights"].split(";"))
        }
        for row in rows_of(name)
    }


def shares(name: str, features: Mapping[str, float]) -> dict[str, float]:
    """How probable each answer is for one thing with these features; together they are 1."""
    weights = weights_of(name)
    sums = dict(weights[""])
    for feature, value in features.items():
        for answer, weight in weights.get(feature, {}).items():
            sums[answer] += weight * value
    most = max(sums.values())
    powers = {answer: math.exp(each - most) for answer, each in sums.items()}
    whole = sum(powers.values())
    return {answer: each / whole for answer, each in powers.items()}
