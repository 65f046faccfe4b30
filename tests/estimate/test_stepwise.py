"""Stepwise choice of pairs: the p value of a total, the steps, pairs without overlap."""

import numpy as np
import pytest
from estimate_tables import FOUR
from scipy.stats import poisson

from panah import estimate
from panah.estimate.stepwise import StepwiseSearch, _one_sided_p
from panah.model.overlap import OverlapTable


def test_p_values_are_those_of_the_poisson_law() -> None:
    observed, expected = np.array([0.0, 3, 12, 7]), np.array([4.0, 3, 5, 7.5])
    by_hand = [min(poisson.cdf(x, m), poisson.sf(x - 1, m)) for x, m in zip(observed, expected, strict=True)]
    assert _one_sided_p(observed, expected) == pytest.approx(by_hand)


def test_threshold_nil_keeps_the_lists_alone() -> None:
    alone = estimate.fit(FOUR, "stepwise", p_threshold=0, interval="profile")
    assert alone.population_size.point == pytest.approx(estimate.fit(FOUR, "independence").population_size.point)
    assert alone.diagnostics["steps"] == []


def test_a_dependent_pair_enters_and_one_without_overlap_is_told() -> None:
    tied = OverlapTable.from_patterns(("A", "B", "C"), {1: 80, 2: 70, 4: 90, 3: 60, 5: 9, 6: 8, 7: 7})
    assert tuple(estimate.fit(tied, "stepwise", interval="profile").diagnostics["steps"][0]["pair"]) == ("A", "B")
    kept_apart = OverlapTable.from_patterns(
        ("A", "B", "C", "D"), {1: 300, 2: 310, 4: 280, 8: 200, 5: 60, 6: 70, 9: 40, 10: 45, 12: 40, 13: 8, 14: 9}
    )
    told = estimate.fit(kept_apart, "stepwise", interval="profile").diagnostics
    assert told["pairs_without_overlap_in_model"] == [["A", "B"]]


def test_each_replicate_makes_its_own_choice() -> None:
    search = StepwiseSearch(2, 0.02)
    tables = np.array([[30.0, 20, 10], [30, 20, 0]])
    totals = search.totals(tables)
    assert totals[0] == pytest.approx(120)
    assert np.isnan(totals[1])
