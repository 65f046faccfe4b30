"""Two lists independent given covariates: an estimator whose error is a product of the learners' errors.

Of the recorded units, the chance ``q1(x)`` to be on list 1, ``q2(x)`` on list 2 and ``q12(x)`` on both are learned from
covariates by cross-fitting; ``q1 q2 / q12`` is the inverse of the chance to be recorded. The learned chances are then moved
until the first-order error of the learners is nil (targeted learning), which unlike adding a correction once stays
in bounds where few units are on both lists. The one-step estimate is in the diagnostics.

Source:
    Das, Kennedy and Jewell (2023), Doubly robust capture-recapture methods for estimating population size,
    Journal of the American Statistical Association 119(546), 1309-1321.
"""

from __future__ import annotations

import itertools
import math
from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, Final, Literal

from panah.errors import NoOverlap, NotConfigured, NotIdentified
from panah.i18n import gettext_noop
from panah.model.estimate import Flag
from panah.model.overlap import OverlapRecords

from .answer import Answer, within_belief
from .chao import log_normal_interval

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

ASSUMPTION: Final = gettext_noop("two of the lists are independent among units that are alike in the covariates")
LEAST_SHARE: Final = 0.01
"""Learned shares are kept off 0: one unit alike to none on both lists would otherwise stand for thousands."""
CLIPPED_SHARE: Final = 0.02
MOST_STEPS: Final = 200
LONGEST_STEP: Final = 0.5
NEAR_NIL: Final = 0.01
"""The correction is nil when it is so small a part of its own standard error."""
MANY_VALUES: Final = 12
LEARNERS: Final = ("logistic", "boosting")


def estimate_doubly_robust(
    records: OverlapRecords,
    *,
    seed: int,
    level: float,
    pair: tuple[str, str] | None = None,
    learner: Literal["logistic", "boosting"] = "logistic",
    folds: int = 5,
) -> Answer:
    """Population size from two lists that are independent given covariates.

    Args:
        records: Units with covariates; without any, this is the estimator of two independent lists.
        seed: For the folds and the learner.
        level: Of the confidence interval.
        pair: The two lists; by default the pair that shares most units. Other lists only add recorded units.
        learner: ``logistic`` regression with interactions of pairs, or gradient ``boosting``.
        folds: Of the cross-fitting.

    Returns:
        The estimate with a log-normal interval of the unseen; every other pair's estimate in the diagnostics, since
        the choice of the pair is the assumption. The flag ``prior_bound`` when many learned shares had to be kept off 0.

    Raises:
        NoOverlap: The pair shares nobody.
        NotIdentified: Fewer units than were recorded: the two lists share more than independence allows.

    Source:
        Das, Kennedy and Jewell (2023), JASA 119(546), sections 3 and 4.
    """
    if learner not in LEARNERS:
        raise NotConfigured(f"no learner {learner}", where="method doubly_robust", hint="logistic or boosting")
    if folds < 2:
        raise NotConfigured("folds must be from 2", where="method doubly_robust", hint="write 5")
    table = records.table()
    sizes = table.list_sizes
    active = [name for name in records.lists if sizes[name]]
    pairs = [one for one in itertools.combinations(active, 2) if table.at_least(_mask(records, one)) > 0]
    chosen = pair or max(pairs, key=lambda one: table.at_least(_mask(records, one)), default=None)
    if chosen is None or tuple(chosen) not in {*pairs, *((b, a) for a, b in pairs)}:
        raise NoOverlap("the two lists share nobody", where="method doubly_robust", hint="choose another pair",
                        value=Flag.NO_OVERLAP)  # fmt: skip
    features = _features(records)
    found = {one: _fit_pair(records, features, one, learner, folds, seed) for one in {*pairs, (chosen[0], chosen[1])}}
    main = found[(chosen[0], chosen[1])]
    if not main.point >= table.n_observed:
        raise NotIdentified(
            f"{' and '.join(chosen)} share more units than lists that are independent given the covariates can",
            where="method doubly_robust",
            hint="name another pair, add covariates, or take chao",
            value=Flag.NOT_IDENTIFIED,
        )
    lower, upper = _interval(table.n_observed, main, level)
    names = " and ".join(chosen)
    covariates = ", ".join(records.covariates) or "nothing"
    return Answer(
        main.point,
        lower,
        upper,
        f"{names} independent given {covariates}; {learner}, {folds} folds",
        ASSUMPTION,
        flags=frozenset({Flag.PRIOR_BOUND} if main.clipped > CLIPPED_SHARE else set()),
        diagnostics={
            "pair": list(chosen),
            "standard_error": main.standard_error,
            "plug_in": within_belief(main.plug_in, table.n_observed),
            "one_step": within_belief(main.one_step, table.n_observed),
            "share_kept_off_zero": main.clipped,
            "pairs": [
                {
                    "pair": list(one),
                    "point": within_belief(each.point, table.n_observed),
                    "standard_error": within_belief(each.standard_error, table.n_observed),
                }
                for one, each in sorted(found.items())
            ],
        },
        settings={"pair": list(chosen), "learner": learner, "folds": folds, "covariates": list(records.covariates)},
    )


def _interval(n_observed: int, fit: _PairFit, level: float) -> tuple[float, float]:
    if fit.point - n_observed >= 1:
        return log_normal_interval(n_observed, fit.point, fit.standard_error**2, level)
    z = NormalDist().inv_cdf(0.5 + level / 2)
    return float(n_observed), fit.point + z * fit.standard_error


@dataclass(frozen=True, slots=True)
class _PairFit:
    point: float
    standard_error: float
    plug_in: float
    one_step: float
    clipped: float


def _fit_pair(
    records: OverlapRecords,
    features: npt.NDArray[np.float64],
    pair: tuple[str, str],
    learner: str,
    folds: int,
    seed: int,
) -> _PairFit:
    import numpy as np

    patterns = np.array(records.patterns)
    weights = _folds(records, folds, seed)
    bits = [1 << records.lists.index(name) for name in pair]
    on = [(patterns & bit > 0).astype(float) for bit in bits]
    # one law of neither, first, second and both, so that the learned shares never contradict each other
    kinds = (on[0] + 2 * on[1]).astype(int)
    chances = _cross_fitted(features, kinds, weights, learner, seed)
    n = float(weights.sum())
    chances, kinds, units = _used(chances, kinds, weights)
    clipped = float(units[chances[3] < LEAST_SHARE].sum() / n)
    start = _kept_off_zero(chances)
    first, influence = _influence(start, kinds)
    one_step = float(units @ influence)
    aimed = _targeted(start, kinds, units)
    inverse, influence = _influence(aimed, kinds)
    mean = float(units @ inverse) / n
    variance = float(units @ (influence - mean) ** 2) / n
    spread = n * (variance + mean**2 - mean)  # of the estimator given the truth, and of how many units are recorded
    return _PairFit(n * mean, math.sqrt(max(spread, 0.0)), float(units @ first), one_step, clipped)


def _used(
    chances: npt.NDArray[np.float64], kinds: npt.NDArray[np.int64], weights: npt.NDArray[np.float64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Only the rows and folds that hold units: chances of shape (4, M), kinds and units of shape (M,)."""
    rows, folds = weights.nonzero()
    return chances[:, rows, folds], kinds[rows], weights[rows, folds]


def _kept_off_zero(chances: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """The chance of both at least the least share, the others made smaller for it."""
    import numpy as np

    both = np.clip(chances[3], LEAST_SHARE, 1.0)
    rest = chances[:3].sum(axis=0)
    scaled = chances[:3] * ((1 - both) / np.maximum(rest, 1e-12))
    return np.vstack([scaled, both])


def _influence(
    chances: npt.NDArray[np.float64], kinds: npt.NDArray[np.int64]
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """The inverse of the chance to be recorded of each unit, and that with its first-order correction."""
    import numpy as np

    slopes, inverse = _slopes(chances)
    seen = slopes[kinds, np.arange(len(kinds))]
    return inverse, inverse + seen - (chances * slopes).sum(axis=0)


def _slopes(chances: npt.NDArray[np.float64]) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    """Derivative of ``q1 q2 / q12`` by the chance of each kind, shape (4, M), and its value."""
    import numpy as np

    both = chances[3]
    first, second = chances[1] + both, chances[2] + both
    inverse = first * second / both
    return np.vstack([np.zeros_like(both), second / both, first / both, (first + second - inverse) / both]), inverse


def _targeted(
    chances: npt.NDArray[np.float64], kinds: npt.NDArray[np.int64], units: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    """Move the chances along the derivative until the correction is nil on average: it stays a law, and a bound holds."""
    import numpy as np

    for _step in range(MOST_STEPS):
        slopes, _inverse = _slopes(chances)
        expected = (chances * slopes).sum(axis=0)
        correction = slopes[kinds, np.arange(len(kinds))] - expected
        score = float(units @ correction)
        if abs(score) < NEAR_NIL * math.sqrt(float(units @ correction**2)):
            break
        information = float(units @ ((chances * slopes**2).sum(axis=0) - expected**2))
        step = score / max(information, 1e-12)
        step *= min(1.0, LONGEST_STEP / max(abs(step) * float(np.abs(slopes).max()), 1e-12))
        moved = chances * np.exp(step * slopes)
        chances = _kept_off_zero(moved / moved.sum(axis=0))
    return chances


def _cross_fitted(
    features: npt.NDArray[np.float64],
    kinds: npt.NDArray[np.int64],
    weights: npt.NDArray[np.float64],
    learner: str,
    seed: int,
) -> npt.NDArray[np.float64]:
    """Chances of each kind (0 to 3) for each row in each fold, learned from the units of the other folds.

    Shape (4, rows, folds).
    """
    import numpy as np

    chances = np.zeros((4, *weights.shape))
    if features.shape[1] == 0:  # nothing is learned, so nothing has to be held back
        units = weights.sum(axis=1)
        chances += (np.bincount(kinds, weights=units, minlength=4) / units.sum())[:, None, None]
        return chances
    for fold in range(weights.shape[1]):
        others = weights.sum(axis=1) - weights[:, fold]
        train = others > 0
        if not train.any():
            raise NotIdentified(
                "too few units to learn from some and judge the others",
                where="method doubly_robust",
                hint="take fewer folds, or chao",
                value=Flag.NOT_IDENTIFIED,
            )
        present = np.unique(kinds[train])
        if len(present) < 2:
            shares = np.bincount(kinds[train], weights=others[train], minlength=4) / others.sum()
            chances[:, :, fold] = shares[:, None]
            continue
        model = _learner(learner, seed)
        model.fit(features[train], kinds[train], **_weights_of(model, others[train]))
        chances[present, :, fold] = model.predict_proba(features).T
    return chances


def _learner(name: str, seed: int) -> Any:
    if name == "boosting":
        from sklearn.ensemble import HistGradientBoostingClassifier

        return HistGradientBoostingClassifier(
            max_iter=60,
            learning_rate=0.1,
            max_leaf_nodes=6,
            min_samples_leaf=40,
            l2_regularization=5.0,
            random_state=seed,
        )
    from sklearn.linear_model import LogisticRegression
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import PolynomialFeatures, StandardScaler

    return make_pipeline(
        StandardScaler(), PolynomialFeatures(2, include_bias=False), LogisticRegression(C=10.0, max_iter=1000)
    )


def _weights_of(model: Any, weights: npt.NDArray[np.float64]) -> dict[str, Any]:
    last = f"{model.steps[-1][0]}__" if hasattr(model, "steps") else ""
    return {f"{last}sample_weight": weights}


def _folds(records: OverlapRecords, folds: int, seed: int) -> npt.NDArray[np.float64]:
    """Units of each row in each fold, shape (rows, folds): units are dealt out, not rows, which may hold many."""
    import numpy as np

    rng = np.random.default_rng(seed)
    return rng.multinomial(np.array(records.weights), [1 / folds] * folds).astype(float)


def _features(records: OverlapRecords) -> npt.NDArray[np.float64]:
    """Covariates as numbers: numeric columns as they are, others one column a value; missing has a column too."""
    import numpy as np

    columns: list[npt.NDArray[np.float64]] = []
    for values in records.covariates.values():
        numbers = [_number(value) for value in values]
        present = [one for value, one in zip(values, numbers, strict=True) if value]
        if present and all(one is not None for one in present) and len(set(values)) > 2:
            known = np.array([np.nan if one is None else one for one in numbers])
            columns.append(np.where(np.isnan(known), np.nanmean(known), known))
            if np.isnan(known).any():
                columns.append(np.isnan(known).astype(float))
            continue
        kinds = sorted(set(values), key=lambda value: (-values.count(value), value))[:MANY_VALUES]
        columns += [np.array([value == kind for value in values], float) for kind in kinds[1:]]
    return np.column_stack(columns) if columns else np.empty((len(records.patterns), 0))


def _number(value: str) -> float | None:
    try:
        number = float(value)
    except ValueError:
        return None
    return number if math.isfinite(number) else None


def _mask(records: OverlapRecords, names: tuple[str, ...]) -> int:
    return sum(1 << records.lists.index(name) for name in names)
