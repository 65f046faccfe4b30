"""Closed forms: Chao's lower bound, and sample coverage.

The lower bound needs no model of the dependence: units seen once and twice tell the least there can be, as long
as dependence between lists or differences between units are not negative. It is a lower bound, not an estimate.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from statistics import NormalDist
from typing import Final, Literal

from panah.errors import NoOverlap, NotConfigured
from panah.i18n import gettext_noop
from panah.model.estimate import Flag
from panah.model.overlap import OverlapTable

from .answer import Answer

LOWER_BOUND_ASSUMPTION: Final = gettext_noop(
    "being on one list does not make it less likely to be on another, so that this is the least there can be"
)
COVERAGE_ASSUMPTION: Final = gettext_noop(
    "those that the lists share tell how much of the whole they cover, list by list"
)


def estimate_chao(
    table: OverlapTable,
    *,
    seed: int,
    level: float,
    estimator: Literal["lower_bound", "sample_coverage"] = "lower_bound",
) -> Answer:
    """Lower bound of the population size, or the sample coverage estimate.

    With ``Z_i`` units on list i alone and ``f_2`` on exactly two lists, the unseen are at least
    ``sum_{i<j} Z_i Z_j / (f_2 + 1)``. The interval is log-normal.

    Args:
        table: Two lists or more, any number.
        seed: Not used: nothing is drawn.
        level: Of the interval.
        estimator: ``lower_bound``, or ``sample_coverage`` (adjusted for dependence with three lists).

    Raises:
        NoOverlap: No unit stands on exactly two lists (lower bound), or the lists cover nothing.

    Source:
        Chao (1989), Biometrics 45(2), 427-438, estimator for time variation and heterogeneity.
        Chao and Tsay (1998), Journal of the American Statistical Association 93(441), 283-293.
    """
    counts = {pattern: float(count) for pattern, count in table.counts.items()}
    coverage = sample_coverage(counts, table.n_lists)
    bound = lower_bound(counts, table.n_lists)
    diagnostics = {
        "seen_once": sum(count for pattern, count in counts.items() if pattern.bit_count() == 1),
        "seen_twice": sum(count for pattern, count in counts.items() if pattern.bit_count() == 2),
        "sample_coverage": coverage,
        "lower_bound": bound,
    }
    chosen: Callable[[Mapping[int, float], int], float]
    if estimator == "lower_bound":
        if not diagnostics["seen_twice"]:
            raise NoOverlap(
                "no unit stands on exactly two lists",
                where=table.stratum or "overlap table",
                hint="the bound needs some; use another method",
                value=Flag.NO_OVERLAP,
            )
        chosen, model, assumption = lower_bound, "Chao's lower bound", LOWER_BOUND_ASSUMPTION
    elif estimator == "sample_coverage":
        chosen, assumption = coverage_estimate, COVERAGE_ASSUMPTION
        adjusted = "adjusted for dependence" if table.n_lists == 3 else "not adjusted for dependence"
        model = f"sample coverage, {adjusted}"
        diagnostics["coverage_estimate"] = coverage_estimate(counts, table.n_lists)
    else:
        raise NotConfigured(
            f"no estimator {estimator}", where="method chao", hint="choose lower_bound or sample_coverage"
        )
    point = chosen(counts, table.n_lists)
    n = table.n_observed
    lower, upper = log_normal_interval(n, point, _variance(chosen, counts, table.n_lists, point), level)
    return Answer(
        point,
        lower,
        upper,
        model,
        assumption,
        diagnostics=diagnostics,
        settings={"estimator": estimator},
        lower_bound_only=estimator == "lower_bound",
    )


def lower_bound(counts: Mapping[int, float], n_lists: int) -> float:
    """Chao (1989): observed units and the least number of unseen ones, bias-corrected."""
    alone = [counts.get(1 << index, 0.0) for index in range(n_lists)]
    twice = sum(count for pattern, count in counts.items() if pattern.bit_count() == 2)
    products = (sum(alone) ** 2 - sum(one * one for one in alone)) / 2
    return sum(counts.values()) + products / (twice + 1)


def sample_coverage(counts: Mapping[int, float], n_lists: int) -> float:
    """Share of each list that other lists know too, on average over the lists."""
    missing = 0.0
    for index in range(n_lists):
        on_list = sum(count for pattern, count in counts.items() if pattern >> index & 1)
        missing += counts.get(1 << index, 0.0) / on_list if on_list else 0.0
    return 1 - missing / n_lists


def coverage_estimate(counts: Mapping[int, float], n_lists: int) -> float:
    """Chao and Tsay (1998): with three lists adjusted for dependence, otherwise units per coverage."""
    coverage = sample_coverage(counts, n_lists)
    alone = sum(counts.get(1 << index, 0.0) for index in range(n_lists))
    observed = sum(counts.values())
    if n_lists != 3:
        return (observed - alone / n_lists) / coverage

    def on(mask: int, not_on: int = 0) -> float:
        return sum(count for cell, count in counts.items() if cell & mask == mask and not cell & not_on)

    pairs = ((1, 2, 4), (1, 4, 2), (2, 4, 1))
    shared = sum(on(first | second) for first, second, _third in pairs)
    dependence = sum(
        (on(first, third) + on(second, third)) * on(first | second) / (on(first) * on(second))
        for first, second, third in pairs
    )
    return shared / (3 * coverage) / (1 - dependence / (3 * coverage))


def log_normal_interval(n_observed: int, point: float, variance: float, level: float) -> tuple[float, float]:
    """Interval of a population size whose unseen part is log-normal (Chao 1987, Biometrics 43(4), 783-791)."""
    unseen = point - n_observed
    if unseen <= 0:
        return float(n_observed), point
    z = NormalDist().inv_cdf(0.5 + level / 2)
    factor = math.exp(z * math.sqrt(math.log1p(max(variance, 0.0) / unseen**2)))
    return n_observed + unseen / factor, n_observed + unseen * factor


def _variance(
    estimator: Callable[[Mapping[int, float], int], float],
    counts: Mapping[int, float],
    n_lists: int,
    point: float,
) -> float:
    """Delta method over the multinomial cells, the unseen one included."""
    total, squares = 0.0, 0.0
    for pattern, count in counts.items():
        step = 1e-4 * max(count, 1.0)
        up = estimator({**counts, pattern: count + step}, n_lists)
        down = estimator({**counts, pattern: count - step}, n_lists)
        slope = (up - down) / (2 * step)
        total += slope * count
        squares += slope * slope * count
    return squares - total**2 / point
