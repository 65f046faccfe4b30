"""Match probabilities that agree with what people decided: isotonic regression of their answers on the match weight.

The review file shows pairs by how much they matter, so its answers are no random sample of all pairs; of pairs of one
weight they are, and that is all the regression needs.

Source:
    Zadrozny and Elkan (2002), Transforming classifier scores into accurate multiclass probability estimates, KDD.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

LEAST_ANSWERS: Final = 20
"""Fewer answers, or only one kind of answer, calibrate nothing."""
LEAST_OF_A_KIND: Final = 3


@dataclass(frozen=True, slots=True)
class Calibration:
    """Probability by match weight: between the lowest and highest weight with an answer as people decided, beyond it
    as the model says, but never against the order."""

    weights: tuple[float, ...]
    probabilities: tuple[float, ...]
    n_answers: int
    n_same: int
    brier_before: float
    brier_after: float

    def probability(self, weight: float) -> float:
        """The calibrated match probability."""
        import numpy as np

        model = _model(weight)
        if weight < self.weights[0]:
            return min(model, self.probabilities[0])
        if weight > self.weights[-1]:
            return max(model, self.probabilities[-1])
        return _settled(np.interp(weight, self.weights, self.probabilities))

    def weight(self, weight: float) -> float:
        """The calibrated match weight, in bits."""
        chance = min(1 - 1e-15, max(1e-15, self.probability(weight)))
        return math.log2(chance / (1 - chance))

    def as_dict(self) -> dict[str, Any]:
        """For the settings document."""
        return {
            "n_answers": self.n_answers,
            "n_same": self.n_same,
            "brier_before": round(self.brier_before, 6),
            "brier_after": round(self.brier_after, 6),
            "match_weights": [round(weight, 4) for weight in self.weights],
            "match_probabilities": [round(chance, 6) for chance in self.probabilities],
        }


def calibrate(weights: Sequence[float], answers: Sequence[bool]) -> Calibration | None:
    """Fit the calibration; None when there are too few answers."""
    n_same = sum(answers)
    if len(answers) < LEAST_ANSWERS or min(n_same, len(answers) - n_same) < LEAST_OF_A_KIND:
        return None
    import numpy as np
    from sklearn.isotonic import IsotonicRegression

    # nobody is right for ever: a step of the curve never reaches 0 or 1
    edge = 0.5 / (len(answers) + 1)
    curve = IsotonicRegression(y_min=edge, y_max=1 - edge, out_of_bounds="clip")
    x, y = np.asarray(weights, dtype=float), np.asarray(answers, dtype=float)
    fitted = np.asarray(curve.fit_transform(x, y), dtype=float)
    model = np.array([_model(weight) for weight in weights])
    return Calibration(
        weights=tuple(float(value) for value in curve.X_thresholds_),
        probabilities=tuple(_settled(value) for value in curve.y_thresholds_),
        n_answers=len(answers),
        n_same=int(n_same),
        brier_before=float(((model - y) ** 2).mean()),
        brier_after=float(((fitted - y) ** 2).mean()),
    )


def _settled(chance: float) -> float:
    """Without the last bits, in which a flat step of the fitted curve can fall and so turn the order round."""
    return round(float(chance), 12)


def _model(weight: float) -> float:
    return 1 / (1 + math.exp2(-max(-1000.0, min(1000.0, weight))))
