"""Strata: independent fits, totals with correct intervals, labels that are missing imputed, small strata helped.

Source:
    Sekar and Deming (1949), Journal of the American Statistical Association 44(245), 101-115 (why to stratify).
    DerSimonian and Laird (1986), Controlled Clinical Trials 7(3), 177-188 (variance between strata).
"""

from __future__ import annotations

import json
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from statistics import NormalDist
from typing import TYPE_CHECKING, Any, Final

from panah.errors import NotEstimable
from panah.i18n import gettext_noop, translate
from panah.model.estimate import (
    ESTIMATE_FORMAT,
    Estimate,
    Flag,
    Quantity,
    Refusal,
    in_order,
)
from panah.model.overlap import OverlapTable, StratifiedTable

from .answer import flag_of
from .fitting import fit, summary_of
from .pooling import pool_estimates

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

SUM_DRAWS: Final = 20_000
SUM_ASSUMPTION: Final = gettext_noop("what is assumed in each stratum holds there")
FEWEST_TO_POOL: Final = 2


@dataclass(frozen=True)
class StrataResult:
    """Estimates by stratum and their total.

    Attributes:
        by: What the strata are.
        pooled: All units in one table.
        estimates: Label -> estimate.
        refusals: Label -> why there is none; the total then has no upper end.
        total: The sum, or None when every stratum refuses.
        n_unlabelled: Units whose label was imputed.
        n_conflicting: Units whose label columns contradicted each other.
    """

    by: str
    pooled: OverlapTable
    estimates: Mapping[str, Estimate]
    refusals: Mapping[str, Refusal] = field(default_factory=dict)
    total: Estimate | None = None
    n_unlabelled: int = 0
    n_conflicting: int = 0

    def statement(self, language: str = "en") -> str:
        """The total in a sentence, and the strata that could not be estimated."""
        if self.total is None:
            form = gettext_noop("At least {n} were recorded; no stratum can say how many were not.")
            first = translate(form, language).format(n=f"{self.pooled.n_observed:,}")
        else:
            first = self.total.statement(language)
        missing = [
            translate(gettext_noop("Nothing can be said of {label}: {reason}."), language).format(
                label=label, reason=one.reason
            )
            for label, one in self.refusals.items()
        ]
        return " ".join([first, *missing])

    def document(self) -> dict[str, Any]:
        """The JSON document; ``strata`` holds an entry for each label."""
        return {
            "format": ESTIMATE_FORMAT,
            "table": summary_of(self.pooled).as_dict(),
            "by": self.by,
            "n_unlabelled": self.n_unlabelled,
            "n_conflicting": self.n_conflicting,
            "estimates": [self.total.as_dict()] if self.total else [],
            "refusals": [one.as_dict() for one in self.refusals.values()],
            "strata": [
                {"label": label, "table": one.table.as_dict(), "estimate": one.as_dict()}
                for label, one in self.estimates.items()
            ]
            + [{"label": label, "refusal": one.as_dict()} for label, one in self.refusals.items()],
            "statement": self.statement(),
        }

    def to_json(self) -> str:
        """One line of JSON, without draws."""
        return json.dumps(self.document(), ensure_ascii=False, allow_nan=False)


def fit_strata(
    strata: StratifiedTable,
    method: str = "loglinear",
    seed: int = 0,
    level: float = 0.95,
    *,
    imputations: int = 10,
    partial_pooling: bool = False,
    **settings: Any,
) -> StrataResult:
    """Estimate each stratum for itself, and the total.

    Lists without anybody in a stratum, or inactive there, are left out in it and flagged. Units without a label are
    given one ``imputations`` times, in the shares that their inclusion pattern has among the labelled, and the fits
    are pooled.

    Args:
        strata: Tables by label.
        method: A name in ``METHODS``; ``settings`` are its own.
        imputations: How often missing labels are imputed; nothing is imputed when none is missing.
        partial_pooling: Draw each stratum's log odds of being unseen towards their mean, by what the strata differ; a
            stratum that refuses gets the mean, flagged ``prior_bound``. Needs two strata with an estimate.

    Returns:
        Estimates, refusals and the total. When a stratum refuses, the total counts its recorded units only and has
        no upper end.
    """
    completed = _imputed(strata, imputations, seed) if strata.unlabelled else [dict(strata.tables)]
    outcomes: list[dict[str, Estimate | Refusal]] = []
    for tables in completed:
        one = {label: _try(table, method, seed, level, settings) for label, table in tables.items()}
        outcomes.append(_partially_pooled(one, tables, level) if partial_pooling else one)
    estimates, refusals = {}, {}
    for label in strata.tables:
        found = [one[label] for one in outcomes]
        good = [one for one in found if isinstance(one, Estimate)]
        if len(good) * 2 < len(found) or not good:
            refusals[label] = next(one for one in found if isinstance(one, Refusal))
        else:
            estimates[label] = pool_estimates(good, level) if len(completed) > 1 else good[0]
    pooled = strata.pooled()
    totals = [
        _total(one, tables, pooled, level, seed + number)
        for number, (one, tables) in enumerate(zip(outcomes, completed, strict=True))
        if any(isinstance(each, Estimate) for each in one.values())
    ]
    total = pool_estimates(totals, level) if len(totals) > 1 else (totals[0] if totals else None)
    if total is not None:
        total = replace(total, table=summary_of(pooled))
    n_unlabelled = strata.unlabelled.n_observed if strata.unlabelled else 0
    return StrataResult(strata.by, pooled, estimates, refusals, total, n_unlabelled, strata.n_conflicting)


def _try(table: OverlapTable, method: str, seed: int, level: float, settings: dict[str, Any]) -> Estimate | Refusal:
    try:
        return fit(table, method, seed, level, **settings)
    except NotEstimable as refusal:
        return Refusal(method, flag_of(refusal), str(refusal))


def _imputed(strata: StratifiedTable, imputations: int, seed: int) -> list[dict[str, OverlapTable]]:
    """Tables completed by draws of the missing labels, given the pattern (missing at random within a pattern)."""
    import numpy as np

    missing = strata.unlabelled
    assert missing is not None
    rng = np.random.default_rng(seed)
    labels = list(strata.tables)
    sizes = np.array([strata.tables[label].n_observed for label in labels], float)
    completed = []
    for _number in range(imputations):
        counts = {label: dict(strata.tables[label].counts) for label in labels}
        for pattern, units in missing.counts.items():
            seen = np.array([strata.tables[label].counts.get(pattern, 0) for label in labels], float)
            closed = np.array([_is_closed(strata.tables[label], pattern) for label in labels])
            weights = np.where(closed, 0.0, seen + sizes / sizes.sum())
            if weights.sum() == 0:
                continue
            shares = np.zeros(len(labels))
            shares[weights > 0] = rng.dirichlet(weights[weights > 0])
            for label, added in zip(labels, rng.multinomial(units, shares), strict=True):
                counts[label][pattern] = counts[label].get(pattern, 0) + int(added)
        completed.append(
            {
                label: OverlapTable.from_patterns(
                    missing.lists, counts[label], inactive=strata.tables[label].inactive, stratum=label
                )
                for label in labels
            }
        )
    return completed


def _is_closed(table: OverlapTable, pattern: int) -> bool:
    return bool(set(table.names_of(pattern)) & set(table.inactive))


def _total(
    outcomes: Mapping[str, Estimate | Refusal],
    tables: Mapping[str, OverlapTable],
    pooled: OverlapTable,
    level: float,
    seed: int,
) -> Estimate:
    """The sum over strata: draws are added in random order, intervals without draws as split log-normal laws."""
    import numpy as np

    rng = np.random.default_rng(seed)
    estimates = [one for one in outcomes.values() if isinstance(one, Estimate)]
    refusals = [one for one in outcomes.values() if isinstance(one, Refusal)]
    only_recorded = sum(tables[label].n_observed for label, one in outcomes.items() if isinstance(one, Refusal))
    draws = np.full(SUM_DRAWS, float(only_recorded))
    for one in estimates:
        draws += _draws_of(one, rng)
    lower, median, upper = (float(q) for q in np.quantile(draws, [(1 - level) / 2, 0.5, (1 + level) / 2]))
    open_end = bool(refusals) or any(one.population_size.upper is None for one in estimates)
    first = estimates[0]
    sampled = all(one.draws is not None for one in estimates)
    point = median if sampled else sum(one.population_size.point for one in estimates) + only_recorded
    flags = [flag for one in estimates for flag in one.flags] + [one.flag for one in refusals]
    return Estimate(
        table=summary_of(pooled),
        method=first.method,
        population_size=Quantity(
            point,
            lower,
            None if open_end else upper,
            level,
            median=median if sampled else None,
            mean=float(draws.mean()) if sampled else None,
        ),
        model=f"sum over {len(outcomes)} strata",
        assumption=SUM_ASSUMPTION,
        flags=in_order(flags),
        diagnostics={"strata": len(outcomes), "strata_refused": len(refusals)},
        settings=first.settings,
        versions=first.versions,
        seconds=sum(one.seconds for one in estimates),
        lower_bound_only=any(one.lower_bound_only for one in estimates),
        draws=np.rint(draws[None, :]).astype(np.int64) if sampled and not open_end else None,
    )


def _draws_of(one: Estimate, rng: np.random.Generator) -> npt.NDArray[np.float64]:
    import numpy as np

    if one.draws is not None:
        return np.asarray(rng.choice(one.draws.ravel(), size=SUM_DRAWS), float)
    centre, below, above = _log_odds(one)
    normal = rng.standard_normal(SUM_DRAWS)
    n = one.table.n_observed
    return np.asarray(n + n * np.exp(centre + np.where(normal < 0, below, above) * normal))


def _log_odds(one: Estimate) -> tuple[float, float, float]:
    """Log of unseen per recorded unit, and its standard deviation below and above."""
    z = NormalDist().inv_cdf(0.5 + one.population_size.level / 2)
    n = one.table.n_observed
    unseen = one.n_unobserved
    least = 0.01
    centre = math.log(max(unseen.point, least) / n)
    below = (centre - math.log(max(unseen.lower, least) / n)) / z
    upper = unseen.upper if unseen.upper is not None else max(unseen.point, 1.0) * math.exp(3 * z)
    above = (math.log(max(upper, least) / n) - centre) / z
    return centre, max(below, 0.0), max(above, 0.0)


def _partially_pooled(
    outcomes: dict[str, Estimate | Refusal], tables: Mapping[str, OverlapTable], level: float
) -> dict[str, Estimate | Refusal]:
    """Each stratum's log odds drawn towards the mean by the variance between strata; refusals get the mean."""
    known = {label: one for label, one in outcomes.items() if isinstance(one, Estimate)}
    if len(known) < FEWEST_TO_POOL:
        return outcomes
    odds = {label: _log_odds(one) for label, one in known.items()}
    values = [odds[label][0] for label in known]
    variances = [max(((odds[label][1] + odds[label][2]) / 2) ** 2, 1e-8) for label in known]
    mean, mean_variance, between = _random_effects(values, variances)
    result = dict(outcomes)
    for (label, one), value, variance in zip(known.items(), values, variances, strict=True):
        weight = between / (between + variance)
        spread = math.sqrt(weight * variance + (1 - weight) ** 2 * mean_variance)
        result[label] = _with_odds(one, weight * value + (1 - weight) * mean, spread, level, weight)
    pattern = next(iter(known.values()))
    for label, outcome in outcomes.items():
        if isinstance(outcome, Refusal) and tables[label].n_observed:
            borrowed = replace(
                pattern,
                table=summary_of(tables[label]),
                flags=in_order([outcome.flag, Flag.PRIOR_BOUND]),
                model="the mean of the other strata",
                patterns=(),
            )
            result[label] = _with_odds(borrowed, mean, math.sqrt(between + mean_variance), level, 0.0)
    return result


def _random_effects(values: Sequence[float], variances: Sequence[float]) -> tuple[float, float, float]:
    """Mean, its variance, and the variance between strata (DerSimonian and Laird)."""
    weights = [1 / one for one in variances]
    mean = sum(w * v for w, v in zip(weights, values, strict=True)) / sum(weights)
    q = sum(w * (v - mean) ** 2 for w, v in zip(weights, values, strict=True))
    scale = sum(weights) - sum(w * w for w in weights) / sum(weights)
    between = max((q - (len(values) - 1)) / scale, 1e-6)
    weights = [1 / (one + between) for one in variances]
    mean = sum(w * v for w, v in zip(weights, values, strict=True)) / sum(weights)
    return mean, 1 / sum(weights), between


def _with_odds(one: Estimate, centre: float, spread: float, level: float, weight: float) -> Estimate:
    z = NormalDist().inv_cdf(0.5 + level / 2)
    n = one.table.n_observed
    size = Quantity(
        n * (1 + math.exp(centre)),
        n * (1 + math.exp(centre - z * spread)),
        n * (1 + math.exp(centre + z * spread)),
        level,
    )
    return replace(
        one,
        population_size=size,
        model=f"{one.model}, drawn towards the mean of the strata",
        diagnostics={**one.diagnostics, "own_weight": weight},
        draws=None,
    )
