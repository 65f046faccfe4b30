"""The family of methods on one table: who disagrees, who refuses, and what is said of it."""

import json
from dataclasses import replace

import pytest
from estimate_tables import APART, FOUR, INVENTED, QUICK

from panah import estimate
from panah.estimate import comparing
from panah.estimate.comparing import _in_doubt, fitting_methods
from panah.model.estimate import Estimate, Flag, Quantity
from panah.model.overlap import OverlapRecords, OverlapTable


def made(method: str, point: float, lower: float, upper: float | None, *, bound: bool = False) -> Estimate:
    base = estimate.fit(INVENTED, "chao")
    return replace(
        base, method=method, population_size=Quantity(point, lower, upper, 0.95), lower_bound_only=bound, flags=()
    )


@pytest.mark.parametrize(
    ("one", "other", "disagree"),
    [
        (made("loglinear", 1000, 900, 1200), made("stepwise", 1100, 950, 1300), False),
        (
            made("loglinear", 1000, 900, 1200),
            made("stepwise", 1400, 1150, 1700),
            True,
        ),  # each excludes the other's point
        (made("loglinear", 1000, 900, 1500), made("stepwise", 1400, 1150, 1700), False),  # only one does
        (made("loglinear", 1000, 300, 4000), made("stepwise", 2100, 400, 4000), True),  # a factor of two
        (made("loglinear", 1000, 900, None), made("stepwise", 1400, 1150, 1700), False),
        (made("chao", 1500, 1300, 1700, bound=True), made("stepwise", 1000, 900, 1200), True),  # below a lower bound
        (made("chao", 1100, 1000, 1300, bound=True), made("stepwise", 5000, 4000, 6000), False),
    ],
)
def test_what_disagreement_is(one: Estimate, other: Estimate, disagree: bool) -> None:
    assert _in_doubt([one, other]) == ({one.method, other.method} if disagree else set())
    assert _in_doubt([other, one]) == _in_doubt([one, other])


def test_the_independence_model_standing_apart_is_flagged_alone() -> None:
    apart = made("independence", 500, 450, 550)
    assert _in_doubt([apart, made("loglinear", 1000, 900, 1200), made("stepwise", 1100, 950, 1300)]) == {"independence"}


def test_comparison_tells_estimates_refusals_and_disagreement() -> None:
    found = estimate.compare(FOUR, ["chao", "independence", "loglinear", "decomposable"], seed=1,
                             settings={"loglinear": {"replicates": 100}})  # fmt: skip
    assert [one.method for one in found.estimates] == ["chao", "independence", "loglinear", "decomposable"]
    document = json.loads(found.to_json())
    assert document["estimates"][0]["population_size"]["level"] == 0.95
    assert document["n_linkage_draws"] == 1
    assert found.statement() == document["statement"]
    assert not found.disagree


def test_when_all_refuse_no_number_is_told() -> None:
    found = estimate.compare(APART, seed=1)
    assert not found.estimates
    assert {one.flag for one in found.refusals} == {Flag.NO_OVERLAP}
    assert len(found.refusals) == len(fitting_methods(APART))
    words = found.statement()
    assert words.startswith("At least 31 were recorded; no method can say how many were not.")
    assert "link the lists again" in words


def test_which_methods_a_table_is_given_to() -> None:
    everything = [name for name in estimate.METHODS if name != "doubly_robust"]
    assert fitting_methods(FOUR) == everything
    with_covariates = OverlapRecords(("A", "B"), (1, 2, 3), {"age": ("1", "2", "3")}, (5, 5, 5))
    assert fitting_methods(with_covariates) == ["chao", "independence", "doubly_robust"]
    many = OverlapTable.from_patterns([f"L{i}" for i in range(12)], {1 << i: 20 for i in range(12)} | {3: 9})
    assert fitting_methods(many) == ["chao", "independence", "loglinear", "latent_class"]


def test_draws_of_a_linkage_are_pooled_method_by_method() -> None:
    draws = [
        OverlapTable.from_patterns(INVENTED.lists, {**INVENTED.counts, 3: 22 + shift, 1: 60 - shift})
        for shift in range(4)
    ]
    told: list[str] = []
    found = estimate.compare(draws, ["chao", "decomposable"], seed=1, tell=told.append)
    assert found.n_linkage_draws == 4
    assert sorted(told) == ["chao"] * 4 + ["decomposable"] * 4
    assert found.table.n_observed == 217
    assert found.document()["table"]["hash"] == found.estimates[0].table.digest
    assert found.estimates[1].draws is not None
    assert found.estimates[1].draws.shape[0] == 4
    with pytest.raises(estimate.comparing.NotConfigured):
        estimate.compare([], ["chao"])


def test_quick_settings_are_known_to_their_methods() -> None:
    for method, settings in QUICK.items():
        assert comparing.fit(INVENTED, method, **settings).method == method
