"""Draws of the linkage: the mixture, Rubin's rules with a floor, the cache, and what is told."""

import math

import numpy as np
import pytest
from estimate_tables import APART, INVENTED
from scipy.stats import t as student

from panah import estimate
from panah.errors import NoOverlap, NotConfigured
from panah.estimate import pooling
from panah.model.estimate import Flag
from panah.model.overlap import OverlapTable


def drawn(*shifts: int) -> list[OverlapTable]:
    return [
        OverlapTable.from_patterns(INVENTED.lists, {**INVENTED.counts, 3: 22 + shift, 1: 60 - shift, 2: 55 - shift})
        for shift in shifts
    ]


def test_equal_draws_give_the_single_estimate() -> None:
    one = estimate.fit(INVENTED, "independence").population_size
    pooled = estimate.fit_many([INVENTED] * 5, "independence")
    assert pooled.population_size.point == pytest.approx(one.point)
    assert pooled.diagnostics["variance_between"] == 0
    assert pooled.diagnostics["distinct_tables"] == 1
    assert pooled.table.digest == INVENTED.digest


def test_rubin_on_the_log_scale_by_hand() -> None:
    tables = drawn(0, 3, 6)
    sizes = [estimate.fit(table, "independence").population_size for table in tables]
    logs = np.log([size.point for size in sizes])
    within = np.mean(
        [((math.log(size.upper or 0) - log) / 1.959964) ** 2 for size, log in zip(sizes, logs, strict=True)]
    )
    added = (1 + 1 / 3) * logs.var(ddof=1)
    degrees = max(2 * (1 + within / added) ** 2, pooling.LEAST_DEGREES)
    upper = math.exp(logs.mean() + student.ppf(0.975, degrees) * math.sqrt(within + added))
    pooled = estimate.fit_many(tables, "independence").population_size
    assert pooled.point == pytest.approx(math.exp(logs.mean()))
    assert pooled.upper == pytest.approx(upper, rel=1e-6)
    assert pooled.upper > max(size.upper or 0 for size in sizes) * 0.9


def test_degrees_of_freedom_have_a_floor() -> None:
    """Two draws far apart would give one degree of freedom, and an end in the millions."""
    far = estimate.fit_many(drawn(0, 18), "independence").population_size
    assert far.upper is not None
    assert far.upper < 20 * far.point


def test_posteriors_are_mixed() -> None:
    tables = drawn(0, 8)
    each = [estimate.fit(table, "decomposable", seed=1) for table in tables]
    pooled = estimate.fit_many(tables, "decomposable", seed=1)
    assert pooled.draws is not None
    assert pooled.draws.shape == (2, 4000)
    both = np.concatenate([one.draws.ravel() for one in each if one.draws is not None])
    assert pooled.population_size.median == pytest.approx(np.median(both), rel=0.01)
    assert 0 < pooled.diagnostics["variance_between"] < 1
    assert pooled.diagnostics["rule"] == "mixture of draws"


def test_nothing_is_computed_twice_and_numbers_do_not_depend_on_workers() -> None:
    pooling._kept.clear()
    tables = [*drawn(0, 1, 2, 1), *drawn(0)]
    first = estimate.fit_many(tables, "loglinear", seed=1, replicates=100, workers=2)
    assert first.diagnostics["distinct_tables"] == 3
    assert first.diagnostics["fitted_now"] == 3
    again = estimate.fit_many(tables, "loglinear", seed=1, replicates=100)
    assert again.diagnostics["fitted_now"] == 0
    assert again.population_size == first.population_size
    pooling._kept.clear()
    alone = estimate.fit_many(tables, "loglinear", seed=1, replicates=100, workers=1)
    assert alone.population_size == first.population_size
    other_seed = estimate.fit_many(tables, "loglinear", seed=2, replicates=100)
    assert other_seed.diagnostics["fitted_now"] == 3


def test_flags_of_any_draw_are_flags_of_the_pool_and_refusals_are_counted() -> None:
    tiny = OverlapTable.from_patterns(INVENTED.lists, {1: 60, 2: 55, 4: 40, 3: 5, 5: 2, 6: 1})
    pooled = estimate.fit_many([INVENTED, INVENTED, tiny], "independence")
    assert Flag.TINY_OVERLAP in pooled.flags
    partly = estimate.fit_many([INVENTED, INVENTED, APART], "independence")
    assert partly.diagnostics["tables_refused"] == 1
    with pytest.raises(NoOverlap):
        estimate.fit_many([INVENTED, APART, APART], "independence")
    with pytest.raises(NotConfigured):
        estimate.fit_many([], "independence")


def test_unseen_is_never_negative_when_draws_differ_in_what_they_record() -> None:
    small = OverlapTable.from_patterns(("A", "B"), {1: 5, 2: 5, 3: 100})
    large = OverlapTable.from_patterns(("A", "B"), {1: 40, 2: 40, 3: 60})
    pooled = estimate.fit_many([small, large, large], "independence")
    assert pooled.n_unobserved.lower >= 0
