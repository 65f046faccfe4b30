"""An estimate carries its flags, a table that cannot answer is refused, and the same seed gives the same numbers."""

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panah import estimate
from panah.errors import NoOverlap, NotEstimable, PanahError
from panah.model.estimate import Estimate, Flag
from panah.model.overlap import OverlapTable

INVENTED = OverlapTable.from_patterns(
    ("A", "B", "C"), {0b001: 60, 0b010: 55, 0b100: 40, 0b011: 22, 0b101: 15, 0b110: 17, 0b111: 8}
)


@pytest.mark.parametrize("method", estimate.METHODS)
def test_same_seed_same_numbers_and_json_round_trip(method: str) -> None:
    first, second = (estimate.fit(INVENTED, method=method, seed=5) for _ in range(2))
    assert first.population_size == second.population_size
    assert Estimate.from_json(first.to_json()).population_size == first.population_size
    assert first.population_size.lower <= first.population_size.point
    assert first.n_unobserved.point == pytest.approx(first.population_size.point - INVENTED.n_observed)
    assert first.assumption
    assert json.loads(first.to_json())["table"]["hash"] == INVENTED.digest


@pytest.mark.parametrize("method", estimate.METHODS)
def test_without_overlap_every_method_refuses(method: str) -> None:
    apart = OverlapTable.from_patterns(("A", "B", "C"), {0b001: 10, 0b010: 12, 0b100: 9})
    with pytest.raises(NotEstimable) as told:
        estimate.fit(apart, method=method)
    assert str(told.value)
    assert told.value.hint


def test_two_lists_are_flagged() -> None:
    two = OverlapTable.from_patterns(("A", "B"), {1: 30, 2: 20, 3: 10})
    assert Flag.FEW_LISTS in estimate.fit(two, method="chao").flags
    with pytest.raises(NoOverlap):
        estimate.fit(OverlapTable.from_patterns(("A", "B"), {1: 30, 2: 20}), method="chao")


def test_a_statement_never_comes_without_its_doubts() -> None:
    two = OverlapTable.from_patterns(("A", "B"), {1: 30, 2: 20, 3: 10})
    answer = estimate.fit(two, method="chao")
    assert all(text in answer.statement() for text in answer.flag_texts())


def test_comparison_tells_refusals() -> None:
    found = estimate.compare(INVENTED, ["chao", "independence", "loglinear"], seed=1)
    assert [one.method for one in found.estimates] == ["chao", "independence", "loglinear"]
    assert found.document()["estimates"][0]["population_size"]["level"] == 0.95


@given(counts=st.lists(st.integers(0, 40), min_size=7, max_size=7), seed=st.integers(0, 3))
@settings(max_examples=40, deadline=None)
def test_any_table_gives_a_number_or_a_named_refusal(counts: list[int], seed: int) -> None:
    try:
        table = OverlapTable.from_patterns(("A", "B", "C"), dict(enumerate(counts, start=1)))
        answer = estimate.fit(table, method="chao", seed=seed)
    except PanahError as refusal:
        assert str(refusal)  # noqa: PT017 either end is right, and both are checked
        return
    assert answer.population_size.point >= table.n_observed - 1e-9
