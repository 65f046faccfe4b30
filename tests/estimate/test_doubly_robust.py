"""Two lists independent given covariates: right where the naive estimate is wrong, in bounds, and open about the pair."""

import numpy as np
import pytest
from estimate_tables import FOUR, TWO
from estimate_worlds import records_with_covariates

from panah import estimate
from panah.errors import NoOverlap, NotIdentified
from panah.estimate.doubly_robust import _features, _influence, _slopes, _targeted
from panah.model.overlap import OverlapRecords, OverlapTable

TRUTH = 3000


def test_without_covariates_it_is_lincoln_and_petersen() -> None:
    assert estimate.fit(TWO, "doubly_robust").population_size.point == pytest.approx(120)
    pair = estimate.fit(FOUR, "doubly_robust", pair=("A", "B"))
    sizes = FOUR.list_sizes
    assert pair.population_size.point == pytest.approx(sizes["A"] * sizes["B"] / FOUR.at_least(3))


@pytest.mark.parametrize("learner", ["logistic", pytest.param("boosting", marks=pytest.mark.slow)])
def test_covariates_take_the_bias_away(learner: str) -> None:
    records = records_with_covariates(2)
    blind = estimate.fit(records.table(), "doubly_robust").population_size
    seeing = estimate.fit(records, "doubly_robust", learner=learner).population_size
    assert blind.upper is not None
    assert blind.upper < TRUTH  # what makes one likely to be on both lists hides those who are on none
    assert abs(seeing.point - TRUTH) < abs(blind.point - TRUTH) / 2
    assert seeing.upper is not None
    assert seeing.lower < TRUTH < seeing.upper


def test_same_seed_same_numbers_and_every_pair_is_told() -> None:
    records = records_with_covariates(3, 800)
    one, two = (estimate.fit(records, "doubly_robust", seed=4) for _ in range(2))
    assert one.population_size == two.population_size
    assert [entry["pair"] for entry in one.diagnostics["pairs"]] == [["A", "B"]]
    assert one.settings["covariates"] == ["age", "city"]
    assert "A and B independent given age, city" in one.model


def test_the_slopes_are_those_of_the_inverse() -> None:
    chances = np.array([[0.1], [0.3], [0.35], [0.25]])
    slopes, inverse = _slopes(chances)
    assert inverse[0] == pytest.approx(0.55 * 0.6 / 0.25)
    for kind in range(4):
        step = np.zeros((4, 1))
        step[kind] = 1e-6
        difference = (_slopes(chances + step)[1] - _slopes(chances - step)[1]) / 2e-6
        assert slopes[kind] == pytest.approx(difference, rel=1e-6)


def test_targeting_ends_where_the_correction_is_nil() -> None:
    rng = np.random.default_rng(1)
    chances = rng.dirichlet([2, 5, 4, 3], size=400).T
    kinds = np.array([rng.choice(4, p=one) for one in np.roll(chances, 3, axis=1).T])
    units = np.ones(400)
    aimed = _targeted(chances, kinds, units)
    assert aimed.sum(axis=0) == pytest.approx(np.ones(400))
    inverse, influence = _influence(aimed, kinds)
    correction = influence - inverse
    assert abs(correction.sum()) <= 0.011 * np.sqrt((correction**2).sum())


def test_covariates_become_numbers() -> None:
    records = OverlapRecords(
        ("A", "B"), (1, 2, 3, 3), {"age": ("30", "", "50", "40"), "city": ("x", "y", "x", "")}, (1, 1, 1, 1)
    )
    features = _features(records)
    assert features[:, 0].tolist() == [30, 40, 50, 40]
    assert features[:, 1].tolist() == [0, 1, 0, 0]  # age is missing
    assert features.shape == (4, 4)  # age, its missing sign, and two of three kinds of city


def test_a_pair_that_shares_nobody_and_one_that_shares_too_much() -> None:
    table = OverlapTable.from_patterns(("A", "B", "C"), {1: 20, 2: 20, 5: 6, 6: 7, 4: 30})
    with pytest.raises(NoOverlap, match="share nobody"):
        estimate.fit(table, "doubly_robust", pair=("A", "B"))
    tied = OverlapTable.from_patterns(("A", "B", "C"), {3: 60, 1: 1, 2: 1, 4: 300, 5: 4})
    with pytest.raises(NotIdentified, match="share more units"):
        estimate.fit(tied, "doubly_robust", pair=("A", "B"))
