"""Estimates over draws of the linkage, and over imputations: pooled into one.

With draws, the pooled posterior is the mixture. Without, points and intervals are pooled on the log scale by Rubin's
rules, each side of the interval for itself, with a floor under the degrees of freedom.

Source:
    Rubin (1987), Multiple Imputation for Nonresponse in Surveys, chapter 3.
    Sadinle (2018), Annals of Applied Statistics 12(2), 1013-1038 (population size over draws of a linkage).
"""

from __future__ import annotations

import hashlib
import json
import math
import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from statistics import NormalDist
from typing import Any, Final

from panah.errors import NotConfigured, NotEstimable
from panah.model.estimate import Estimate, Quantity, TableSummary, in_order
from panah.model.overlap import OverlapTable

from .fitting import fit

LEAST_DEGREES: Final = 3.0
"""Fewer degrees of freedom would give intervals that say nothing of this table, only of the number of draws."""
KEPT_FITS: Final = 512
_kept: dict[str, Estimate | NotEstimable] = {}


def fit_many(
    tables: Sequence[OverlapTable],
    method: str = "loglinear",
    seed: int = 0,
    level: float = 0.95,
    *,
    workers: int | None = None,
    tell: Callable[[], None] = lambda: None,
    **settings: Any,
) -> Estimate:
    """Estimate from many draws of the same linkage, and pool.

    Args:
        tables: One overlap table a draw. Equal tables are fitted once; fits are kept by the table's hash, so that a
            later call with the same settings computes nothing again.
        method: A name in ``METHODS``; ``settings`` are its own.
        workers: Threads; by default one a core (the kernels let go of the interpreter). The numbers do not depend on it.
        tell: Called after each fit.

    Returns:
        One estimate. Draws are the mixture, shape (tables, draws). Flags are those of any of the fits. The share of
        variance between draws of the linkage is in the diagnostics.

    Raises:
        NotEstimable: More than half of the tables refuse; the first refusal is raised.
    """
    if not tables:
        raise NotConfigured("no table", where="fit_many", hint="give at least one draw of the linkage")
    keys = [_key(table, method, seed, level, settings) for table in tables]
    missing = {key: table for key, table in zip(keys, tables, strict=True) if key not in _kept}

    def one(item: tuple[str, OverlapTable]) -> None:
        key, table = item
        try:
            _kept[key] = fit(table, method, seed, level, **settings)
        except NotEstimable as refusal:
            _kept[key] = refusal
        tell()

    with ThreadPoolExecutor(workers or os.cpu_count() or 1) as pool:
        list(pool.map(one, missing.items()))
    outcomes = [_kept[key] for key in keys]
    while len(_kept) > KEPT_FITS:
        _kept.pop(next(iter(_kept)))
    estimates = [one for one in outcomes if isinstance(one, Estimate)]
    if len(estimates) * 2 < len(outcomes):
        raise next(one for one in outcomes if isinstance(one, NotEstimable))
    extra = {
        "tables": len(tables),
        "distinct_tables": len(set(keys)),
        "fitted_now": len(missing),
        "tables_refused": len(outcomes) - len(estimates),
    }
    return pool_estimates(estimates, level, extra)


def _key(table: OverlapTable, method: str, seed: int, level: float, settings: dict[str, Any]) -> str:
    # the order of lists is part of it: draws depend on it, though their law does not
    parts = [table.digest, list(table.lists), table.stratum, method, seed, level, sorted(settings.items())]
    return json.dumps(parts, default=str)


def pool_estimates(estimates: Sequence[Estimate], level: float, extra: dict[str, Any] | None = None) -> Estimate:
    """Pool several estimates of one quantity by one method: mixture of draws, else Rubin's rules on the log scale."""
    first = estimates[0]
    draws = None
    if all(one.draws is not None for one in estimates):
        size, draws, shares = _mixture(estimates, level)
    else:
        size, shares = _rubin(estimates, level)
    observed = sorted(one.table.n_observed for one in estimates)
    digests = "".join(sorted(one.table.digest for one in estimates))
    summary = TableSummary(
        n_observed=observed[len(observed) // 2],
        lists=first.table.lists,
        digest=first.table.digest
        if len({one.table.digest for one in estimates}) == 1
        else hashlib.sha256(digests.encode()).hexdigest(),
        n_overlap=sorted(one.table.n_overlap for one in estimates)[len(estimates) // 2],
        left_out=first.table.left_out,
        stratum=first.table.stratum,
    )
    models: dict[str, int] = {}
    for one in estimates:
        models[one.model] = models.get(one.model, 0) + 1
    common = max(models, key=lambda name: models[name])
    return Estimate(
        table=summary,
        method=first.method,
        population_size=size,
        model=common if len(models) == 1 else f"{len(models)} models, most often {common}",
        assumption=first.assumption,
        flags=in_order([flag for one in estimates for flag in one.flags]),
        diagnostics={
            "pooled": len(estimates),
            "n_observed_least": observed[0],
            "n_observed_most": observed[-1],
            **shares,
            **(extra or {}),
        },
        settings=first.settings,
        versions=first.versions,
        seconds=sum(one.seconds for one in estimates),
        lower_bound_only=first.lower_bound_only,
        draws=draws,
    )


def _mixture(estimates: Sequence[Estimate], level: float) -> tuple[Quantity, Any, dict[str, Any]]:
    import numpy as np

    each = [one.draws.ravel() for one in estimates if one.draws is not None]
    length = min(len(one) for one in each)
    # evenly spaced, so that every table weighs the same
    draws = np.array([one[np.linspace(0, len(one) - 1, length).astype(int)] for one in each])
    lower, median, upper = (float(q) for q in np.quantile(draws, [(1 - level) / 2, 0.5, (1 + level) / 2]))
    logs = np.log(draws)
    whole = float(logs.var())
    between = float(logs.mean(axis=1).var())
    size = Quantity(median, lower, upper, level, median=median, mean=float(draws.mean()))
    return size, draws, {"rule": "mixture of draws", "variance_between": between / whole if whole else 0.0}


def _rubin(estimates: Sequence[Estimate], level: float) -> tuple[Quantity, dict[str, Any]]:
    from scipy.stats import t as student

    m = len(estimates)
    z = NormalDist().inv_cdf(0.5 + level / 2)
    sizes = [one.population_size for one in estimates]
    logs = [math.log(max(size.point, 1.0)) for size in sizes]
    centre = sum(logs) / m
    between = sum((one - centre) ** 2 for one in logs) / (m - 1) if m > 1 else 0.0

    def end(sign: int, ends: list[float]) -> tuple[float, float]:
        within = sum(((math.log(max(e, 1.0)) - log) / z) ** 2 for e, log in zip(ends, logs, strict=True)) / m
        added = (1 + 1 / m) * between
        degrees = max((m - 1) * (1 + within / added) ** 2, LEAST_DEGREES) if added > 0 else math.inf
        width = float(student.ppf(0.5 + level / 2, degrees)) if math.isfinite(degrees) else z
        return math.exp(centre + sign * width * math.sqrt(within + added)), added / (within + added or 1.0)

    lower, share = end(-1, [size.lower for size in sizes])
    uppers = [size.upper for size in sizes if size.upper is not None]
    upper = end(1, uppers)[0] if len(uppers) == m else None
    least = min(one.table.n_observed for one in estimates)
    point = math.exp(centre)
    return Quantity(point, max(lower, float(least)), upper, level), {
        "rule": "Rubin on the log scale",
        "variance_between": share,
    }
