"""The lower bound and the sample coverage, by hand and from the literature."""

import pytest
from estimate_tables import INVENTED, TWO

from panah import estimate
from panah.errors import NoOverlap
from panah.estimate.chao import coverage_estimate, log_normal_interval, sample_coverage
from panah.model.overlap import OverlapTable

HEPATITIS = OverlapTable.from_patterns(("P", "Q", "E"), {1: 69, 2: 55, 4: 63, 3: 21, 5: 17, 6: 18, 7: 28})
"""Hepatitis A, Taiwan 1995: Chao, Tsay, Lin, Shau, Chao (2001), Statistics in Medicine 20, 3123-3157, table 1."""


def test_the_bound_by_hand() -> None:
    size = estimate.fit(INVENTED, "chao").population_size
    assert size.point == pytest.approx(217 + (60 * 55 + 60 * 40 + 55 * 40) / (22 + 15 + 17 + 1))
    answer = estimate.fit(TWO, "chao")
    assert answer.lower_bound_only
    assert answer.population_size.point == pytest.approx(60 + 30 * 20 / 11)  # Chapman's two-list estimator, nearly


def test_hepatitis_by_sample_coverage() -> None:
    """The paper: coverage 0.513, estimate 971."""
    counts = {pattern: float(count) for pattern, count in HEPATITIS.counts.items()}
    assert sample_coverage(counts, 3) == pytest.approx(0.513, abs=5e-4)
    assert round(coverage_estimate(counts, 3)) == 971
    answer = estimate.fit(HEPATITIS, "chao", estimator="sample_coverage")
    assert not answer.lower_bound_only
    assert round(answer.population_size.point) == 971


def test_nobody_on_exactly_two_lists_is_refused() -> None:
    with pytest.raises(NoOverlap, match="exactly two"):
        estimate.fit(OverlapTable.from_patterns(("A", "B", "C"), {1: 5, 2: 5, 4: 5, 7: 3}), "chao")


def test_the_interval_is_log_normal_about_the_unseen() -> None:
    lower, upper = log_normal_interval(100, 200.0, 900.0, 0.95)
    assert (lower - 100) * (upper - 100) == pytest.approx(100.0**2)
    assert log_normal_interval(100, 100.0, 900.0, 0.95) == (100.0, 100.0)
