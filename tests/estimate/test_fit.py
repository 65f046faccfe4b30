"""An estimate carries its flags, a table that cannot answer is refused, and the same seed gives the same numbers."""

import json
import math

import pytest
from estimate_tables import APART, FOUR, INVENTED, QUICK, TWO, overlap_tables
from hypothesis import given, settings
from hypothesis import strategies as st
from mse_tables import reordered

from panah import estimate
from panah.errors import NoOverlap, NotConfigured, NotEstimable, NotIdentified
from panah.estimate.answer import BEYOND_BELIEF
from panah.model.estimate import Estimate, Flag
from panah.model.overlap import OverlapTable


@pytest.mark.parametrize("method", estimate.METHODS)
def test_same_seed_same_numbers_and_json_round_trip(method: str) -> None:
    first, second = (estimate.fit(INVENTED, method=method, seed=5, **QUICK.get(method, {})) for _ in range(2))
    assert first.population_size == second.population_size
    assert Estimate.from_json(first.to_json()).population_size == first.population_size
    assert Estimate.from_json(first.to_json()).flags == first.flags
    assert first.population_size.lower <= first.population_size.point
    assert first.n_unobserved.point == pytest.approx(first.population_size.point - INVENTED.n_observed)
    assert first.assumption
    assert first.model
    assert first.settings["seed"] == 5
    assert json.loads(first.to_json())["table"]["hash"] == INVENTED.digest
    if method != "doubly_robust":
        assert sum(one.observed for one in first.patterns) in {0, INVENTED.n_observed}


@pytest.mark.parametrize("method", estimate.METHODS)
def test_without_overlap_every_method_refuses(method: str) -> None:
    with pytest.raises(NoOverlap) as told:
        estimate.fit(APART, method=method)
    assert str(told.value)
    assert told.value.hint
    assert told.value.value == Flag.NO_OVERLAP


@pytest.mark.parametrize("method", estimate.METHODS)
def test_one_list_is_refused(method: str) -> None:
    with pytest.raises(NoOverlap, match="only one list"):
        estimate.fit(OverlapTable.from_patterns(("A", "B"), {1: 20}), method=method)


def test_two_lists_are_flagged() -> None:
    assert Flag.FEW_LISTS in estimate.fit(TWO, method="chao").flags
    with pytest.raises(NotEstimable) as told:
        estimate.fit(TWO, method="loglinear")
    assert told.value.value == Flag.FEW_LISTS


def test_flags_of_the_table_itself() -> None:
    apart = OverlapTable.from_patterns(("A", "B", "C", "D"), {1: 9, 2: 8, 3: 6, 4: 7, 8: 9, 12: 5})
    assert Flag.DISCONNECTED_LISTS in estimate.fit(apart, "chao").flags
    tiny = OverlapTable.from_patterns(("A", "B", "C"), {1: 30, 2: 30, 4: 30, 3: 2, 5: 1, 6: 2})
    assert Flag.TINY_OVERLAP in estimate.fit(tiny, "chao").flags
    empty = OverlapTable.from_patterns(("A", "B", "C", "D"), dict(INVENTED.counts))
    answer = estimate.fit(empty, "loglinear", replicates=100)
    assert Flag.EMPTY_LIST in answer.flags
    assert answer.table.left_out == ("D",)
    assert answer.population_size.point == pytest.approx(
        estimate.fit(INVENTED, "loglinear", replicates=100).population_size.point
    )


def test_a_structural_zero_is_left_out_and_told() -> None:
    closed = OverlapTable.from_patterns(("A", "B", "C", "D"), dict(INVENTED.counts), inactive=["D"])
    answer = estimate.fit(closed, "independence")
    assert answer.table.left_out == ("D",)
    assert Flag.EMPTY_LIST in answer.flags


def test_wrong_settings_are_named() -> None:
    for words in ({"method": "magic"}, {"method": "chao", "nonsense": 3}, {"seed": -1}, {"level": 1.2},
                  {"method": "loglinear", "criterion": "dic"}, {"method": "loglinear", "model": "[19]"},
                  {"method": "loglinear", "order": 9}, {"method": "stepwise", "p_threshold": 7},
                  {"method": "decomposable", "prior": "flat"}, {"method": "decomposable", "delta": 0},
                  {"method": "decomposable", "grid": (5, 2, 1)}, {"method": "latent_class", "classes": 1},
                  {"method": "latent_class", "inclusion_prior": (0, 1)}, {"method": "latent_class", "ladder": "up"},
                  {"method": "bayes_threshold", "threshold": -1}, {"method": "chao", "estimator": "x"},
                  {"method": "independence", "interval": "x"}, {"method": "stepwise", "interval": "x"},
                  {"method": "doubly_robust", "learner": "x"}, {"method": "doubly_robust", "folds": 1}):  # fmt: skip
        with pytest.raises(NotConfigured):
            estimate.fit(INVENTED, **words)  # type: ignore[arg-type]


def test_more_lists_than_a_method_takes_is_a_refusal_that_says_so() -> None:
    many = OverlapTable.from_patterns(
        [f"L{i}" for i in range(25)], {1 << i: 20 for i in range(25)} | {3: 9, 1 << 24 | 1: 8}
    )
    for method in ("loglinear", "stepwise", "bayes_threshold", "decomposable"):
        with pytest.raises(NotEstimable, match="25 have anybody"):
            estimate.fit(many, method)
    for method in ("chao", "independence"):
        assert estimate.fit(many, method).population_size.point > many.n_observed


def test_a_statement_never_comes_without_its_doubts() -> None:
    answer = estimate.fit(TWO, method="chao")
    assert all(text in answer.statement() for text in answer.flag_texts())
    assert answer.statement().startswith("At least 60 were recorded; the true number is probably no less than")
    assert estimate.explain("few_lists") in answer.flag_texts()


def test_a_number_beyond_belief_is_refused_and_an_end_beyond_it_is_open() -> None:
    runs_off = OverlapTable.from_patterns(("A", "B", "C"), {1: 20000, 2: 15000, 4: 9000, 3: 0, 5: 3, 6: 3, 7: 2})
    with pytest.raises(NotIdentified):
        estimate.fit(runs_off, "loglinear", model="[12,13,23]")
    nearly = OverlapTable.from_patterns(("A", "B", "C"), {1: 9000, 2: 9000, 4: 7000, 3: 1})
    answer = estimate.fit(nearly, "independence")
    assert answer.population_size.upper is None
    assert Flag.NOT_IDENTIFIED in answer.flags
    assert "no upper end" in answer.statement()
    assert answer.to_json()


@given(
    table=overlap_tables(most=40),
    method=st.sampled_from(["chao", "independence", "loglinear", "stepwise", "decomposable"]),
)
@settings(max_examples=120, deadline=None)
def test_any_table_gives_a_number_or_a_named_refusal(table: OverlapTable, method: str) -> None:
    quick = {"interval": "profile"} if method in {"loglinear", "stepwise"} else {}
    try:
        answer = estimate.fit(table, method=method, **quick)
    except NotEstimable as refusal:
        assert str(refusal)  # noqa: PT017 either end is right, and both are checked
        assert refusal.hint  # noqa: PT017
        return
    size = answer.population_size
    assert table.n_observed - 1e-9 <= size.lower <= size.point + 1e-9
    assert size.point <= BEYOND_BELIEF * table.n_observed
    assert size.upper is None or size.point - 1e-6 <= size.upper <= BEYOND_BELIEF * table.n_observed
    assert (size.upper is not None) or Flag.NOT_IDENTIFIED in answer.flags
    assert math.isfinite(json.loads(answer.to_json())["estimates"][0]["n_unobserved"]["point"])


DETERMINISTIC = st.sampled_from(["chao", "independence", "loglinear", "stepwise", "decomposable", "doubly_robust"])


def point(table: OverlapTable, method: str) -> float:
    quick = {"interval": "profile"} if method in {"loglinear", "stepwise"} else {}
    if method == "doubly_robust":
        quick = {"pair": ("A", "B")}  # type: ignore[dict-item]
    return estimate.fit(table, method, seed=3, **quick).population_size.point


@given(order=st.permutations(range(4)), method=DETERMINISTIC)
@settings(max_examples=25, deadline=None)
def test_the_order_of_lists_does_not_matter(order: list[int], method: str) -> None:
    assert point(reordered(FOUR, order), method) == pytest.approx(point(FOUR, method), rel=1e-8)


@given(order=st.permutations(list(FOUR.counts)), method=DETERMINISTIC)
@settings(max_examples=15, deadline=None)
def test_the_order_of_patterns_does_not_matter(order: list[int], method: str) -> None:
    shuffled = OverlapTable.from_patterns(FOUR.lists, {pattern: FOUR.counts[pattern] for pattern in order})
    assert point(shuffled, method) == point(FOUR, method)


@pytest.mark.parametrize("method", estimate.METHODS)
def test_rows_given_twice_over_are_added_not_counted_anew(method: str) -> None:
    rows = [
        [pattern >> index & 1 for index in range(3)] for pattern, count in INVENTED.counts.items() for _ in range(count)
    ]
    one = estimate.fit(OverlapTable.from_matrix(INVENTED.lists, rows[::-1]), method, seed=2, **QUICK.get(method, {}))
    assert one.population_size == estimate.fit(INVENTED, method, seed=2, **QUICK.get(method, {})).population_size


@pytest.mark.parametrize("factor", [2, 7])
@pytest.mark.parametrize("method", ["independence", "loglinear"])
def test_a_table_as_many_times_as_large_gives_a_number_as_many_times_as_large(method: str, factor: int) -> None:
    scaled = OverlapTable.from_patterns(FOUR.lists, {p: factor * count for p, count in FOUR.counts.items()})
    given_model = {"model": "[12,34]"} if method == "loglinear" else {}
    one = estimate.fit(FOUR, method, **given_model).population_size
    many = estimate.fit(scaled, method, **given_model).population_size
    assert many.point == pytest.approx(factor * one.point, rel=1e-7)
    assert many.upper is not None
    assert one.upper is not None
    assert many.upper - many.lower < factor * (one.upper - one.lower)  # more units, relatively narrower


def test_exports() -> None:
    answer = estimate.fit(INVENTED, "decomposable", seed=1, draws=200)
    frame = answer.to_frame()
    assert frame.loc[0, "method"] == "decomposable"
    assert frame.loc[0, "n_observed"] == INVENTED.n_observed
    with pytest.raises(NotEstimable):
        estimate.fit(INVENTED, "chao").to_inference_data()


def test_importing_is_light() -> None:
    import subprocess
    import sys

    code = "import sys, panah.estimate; print([n for n in ('numba','scipy','pandas','arviz','sklearn','altair') if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
