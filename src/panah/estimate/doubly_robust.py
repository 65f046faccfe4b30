"""Two lists independent given covariates: a one-step estimator that is right when either nuisance is, nearly.

Of the recorded units, the chance ``q1(x)`` to be on list 1, ``q2(x)`` on list 2 and ``q12(x)`` on both are learned from
covariates by cross-fitting; ``q1 q2 / q12`` is the inverse of the chance to be recorded, and the one-step correction
takes away the first-order error of the learners.

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

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

ASSUMPTION: Final = gettext_noop("two of the lists are independent among units that are alike in the covariates")
LEAST_SHARE: Final = 0.01
"""Learned shares are kept off 0: one unit alike to none on both lists would otherwise stand for thousands."""
CLIPPED_SHARE: Final = 0.02
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
        The one-step estimate with a Wald interval; every other pair's estimate in the diagnostics, since the choice
        of the pair is the assumption. The flag ``prior_bound`` when many learned shares had to be kept off 0.

    Raises:
        NoOverlap: The pair shares nobody.
        NotIdentified: The correction overshoots: fewer units than were recorded.

    Source:
        Das, Kennedy and Jewell (2023), JASA 119(546), equations 5 to 9.
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
    found = {one: _one_step(records, features, one, learner, folds, seed) for one in {*pairs, (chosen[0], chosen[1])}}
    main = found[(chosen[0], chosen[1])]
    if not main.point >= table.n_observed:
        raise NotIdentified(
            "the covariates leave units that are almost never on both lists, and the correction overshoots",
            where="method doubly_robust",
            hint="take fewer covariates or the other learner",
            value=Flag.NOT_IDENTIFIED,
        )
    z = NormalDist().inv_cdf(0.5 + level / 2)
    names = " and ".join(chosen)
    covariates = ", ".join(records.covariates) or "nothing"
    return Answer(
        main.point,
        max(main.point - z * main.standard_error, float(table.n_observed)),
        main.point + z * main.standard_error,
        f"{names} independent given {covariates}; {learner}, {folds} folds",
        ASSUMPTION,
        flags=frozenset({Flag.PRIOR_BOUND} if main.clipped > CLIPPED_SHARE else set()),
        diagnostics={
            "pair": list(chosen),
            "standard_error": main.standard_error,
            "plug_in": main.plug_in,
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


@dataclass(frozen=True, slots=True)
class _OneStep:
    point: float
    standard_error: float
    plug_in: float
    clipped: float


def _one_step(
    records: OverlapRecords,
    features: npt.NDArray[np.float64],
    pair: tuple[str, str],
    learner: str,
    folds: int,
    seed: int,
) -> _OneStep:
    import numpy as np

    patterns = np.array(records.patterns)
    weights = _folds(records, folds, seed)
    bits = [1 << records.lists.index(name) for name in pair]
    on = [(patterns & bit > 0).astype(float) for bit in bits]
    both = on[0] * on[1]
    shares = [_cross_fitted(features, target, weights, learner, seed) for target in (*on, both)]
    n = float(weights.sum())
    q12 = np.maximum(shares[2], LEAST_SHARE)
    clipped = float(weights[shares[2] < LEAST_SHARE].sum() / n)
    q1, q2 = (np.clip(one, q12, 1.0) for one in shares[:2])
    inverse = np.maximum(q1 * q2 / q12, 1.0)  # the inverse of a chance is at least one
    influence = inverse * (on[0][:, None] / q1 + on[1][:, None] / q2 - both[:, None] / q12)
    mean = float((weights * influence).sum() / n)
    variance = float((weights * (influence - mean) ** 2).sum() / n)
    spread = n * (variance + max(mean, 1.0) ** 2 - max(mean, 1.0))
    return _OneStep(n * mean, math.sqrt(max(spread, 0.0)), float((weights * inverse).sum()), clipped)


def _cross_fitted(
    features: npt.NDArray[np.float64],
    target: npt.NDArray[np.float64],
    weights: npt.NDArray[np.float64],
    learner: str,
    seed: int,
) -> npt.NDArray[np.float64]:
    """Shares of each row in each fold, learned from the units of the other folds; shape (rows, folds)."""
    import numpy as np

    shares = np.empty_like(weights)
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
        if features.shape[1] == 0 or len(np.unique(target[train])) < 2:
            shares[:, fold] = np.average(target[train], weights=others[train])
            continue
        model = _learner(learner, seed)
        model.fit(features[train], target[train].astype(int), **_weights_of(model, others[train]))
        shares[:, fold] = model.predict_proba(features)[:, 1]
    return shares


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
