"""How far to believe an estimate: hidden lists with known truth, lists left out and merged, subsamples, patterns, sensitivity."""

import json

import pytest
from estimate_tables import APART, FOUR, INVENTED, TWO
from estimate_worlds import World, product

from panah import estimate
from panah.errors import NotEstimable
from panah.estimate.reliability import MULTIPLIERS, pattern_check


@pytest.fixture(scope="module")
def checked() -> estimate.Reliability:
    return estimate.reliability(FOUR, "independence", seed=1)


def test_every_list_is_hidden_and_its_size_is_known(checked: estimate.Reliability) -> None:
    assert {one.what: one.known for one in checked.hidden_lists} == FOUR.list_sizes
    hidden = next(one for one in checked.hidden_lists if one.what == "A")
    own = estimate.fit(FOUR.within("A"), "independence").population_size
    assert hidden.point == pytest.approx(own.point)
    assert hidden.covers == (own.lower <= FOUR.list_sizes["A"] <= (own.upper or 0))


def test_lists_left_out_merged_and_thinned(checked: estimate.Reliability) -> None:
    assert {one.what for one in checked.without_list} == set("ABCD")
    assert {one.what for one in checked.merged_lists} == {"A+B", "A+C", "A+D", "B+C", "B+D", "C+D"}
    without = next(one for one in checked.without_list if one.what == "B")
    assert without.point == pytest.approx(estimate.fit(FOUR.without("B"), "independence").population_size.point)
    whole = checked.estimate.population_size.point
    for one in checked.subsamples:
        assert one.point == pytest.approx(whole, rel=0.5)
        assert one.n_observed == pytest.approx(float(one.what) * FOUR.n_observed, abs=1)


def test_independent_lists_pass_their_own_checks() -> None:
    table = World("independent", 4000, product((0.4, 0.35, 0.3, 0.35)), ()).table(1)
    result = estimate.reliability(table, "independence", seed=1)
    assert sum(bool(one.covers) for one in result.hidden_lists) >= 3
    assert result.pattern_p is not None
    assert result.pattern_p > 0.01
    whole = result.estimate.population_size.point
    assert all(one.point == pytest.approx(whole, rel=0.1) for one in (*result.without_list, *result.merged_lists))


def test_a_model_that_does_not_fit_fails_on_its_patterns() -> None:
    tied = World(
        "two kinds", 4000, 0.5 * product((0.8, 0.8, 0.8, 0.8)) + 0.5 * product((0.1, 0.1, 0.1, 0.1)), ()
    ).table(1)
    answer = estimate.fit(tied, "independence")
    p = pattern_check(tied, answer, 1)
    assert p is not None
    assert p < 0.01
    assert pattern_check(tied, estimate.fit(tied, "chao"), 1) is None


def test_no_table_can_show_an_interaction_of_all_lists(checked: estimate.Reliability) -> None:
    curve = {one["multiplier"]: one["point"] for one in checked.sensitivity}
    n, unseen = FOUR.n_observed, checked.estimate.n_unobserved.point
    assert list(curve) == list(MULTIPLIERS)
    assert curve[2.0] == pytest.approx(n + 2 * unseen)
    assert curve[1.0] == pytest.approx(checked.estimate.population_size.point)


def test_document_statement_and_figures(checked: estimate.Reliability) -> None:
    document = json.loads(checked.to_json())
    assert set(document["reliability"]) == {
        "hidden_lists", "without_list", "merged_lists", "subsamples", "pattern_p", "sensitivity"
    }  # fmt: skip
    assert "intervals hold the truth" in document["statement"]
    assert "No table can show an interaction of all lists" in document["statement"]
    assert set(checked.figures()) == {"sensitivity", "subsamples", "overlap"}


def test_a_table_that_cannot_be_estimated_is_refused() -> None:
    with pytest.raises(NotEstimable):
        estimate.reliability(APART, "independence")


def test_with_two_or_three_lists_less_is_asked() -> None:
    two = estimate.reliability(TWO, "independence", seed=1)
    assert two.hidden_lists == two.without_list == two.merged_lists == ()
    three = estimate.reliability(INVENTED, "loglinear", seed=1, replicates=100)
    assert len(three.hidden_lists) == 3
    assert three.statement()


def test_parts_that_refuse_say_why() -> None:
    sparse = INVENTED.keeping(["A", "B"])
    table = type(sparse).from_patterns(("A", "B", "C"), {**sparse.counts, 4: 30, 5: 3})
    result = estimate.reliability(table, "independence", seed=1)
    refused = [one for one in result.without_list if one.refused]
    assert [one.what for one in refused] == ["A"]
    assert "no unit stands on two lists" in refused[0].refused
    assert json.loads(result.to_json())["reliability"]["without_list"][0]["point"] is None
