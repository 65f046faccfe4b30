"""What people decide binds every cluster and draw, and enough answers calibrate the probabilities."""

from __future__ import annotations

import itertools
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from link_simulation import simulate

from panah.errors import BadRow, BadTable
from panah.link import files, link, read_decisions
from panah.link.calibrating import LEAST_ANSWERS, calibrate
from panah.model.linkage import Decision, Linkage, RecordList

HEADER = "list_a,id_a,list_b,id_b,decision\n"


@pytest.fixture(scope="module")
def simulated() -> tuple[list[RecordList], list[list[int]]]:
    return simulate(150, 2, 0.2, seed=5)


@pytest.fixture(scope="module")
def linkage(simulated: tuple[list[RecordList], list[list[int]]]) -> Linkage:
    return link(simulated[0], n_draws=20)


def _decided(pair: object, same: bool) -> Decision:
    return Decision(pair.list_a, pair.id_a, pair.list_b, pair.id_b, same)  # type: ignore[attr-defined]


def _cluster(linkage: Linkage, name: str, record_id: str) -> set[tuple[str, str]]:
    return next(set(one.members) for one in linkage.clusters if (name, record_id) in one.members)


def test_an_answer_binds_clusters_and_draws(simulated: tuple, linkage: Linkage) -> None:
    link_to_break = linkage.links[0]
    used = {(one.list_a, one.id_a) for one in linkage.links} | {(one.list_b, one.id_b) for one in linkage.links}
    alone = [
        next(record.record_id for record in one.records if (one.name, record.record_id) not in used)
        for one in simulated[0]
    ]
    made = Decision("a", alone[0], "b", alone[1], True)
    again = link(simulated[0], n_draws=20, decisions=[_decided(link_to_break, False), made])
    assert ("b", alone[1]) in _cluster(again, "a", alone[0])
    assert (link_to_break.list_b, link_to_break.id_b) not in _cluster(again, link_to_break.list_a, link_to_break.id_a)
    broken = again.pair(link_to_break.list_a, link_to_break.id_a, link_to_break.list_b, link_to_break.id_b)
    assert broken is not None
    assert (broken.reason, broken.draw_share, broken.effect) == ("decided_different", 0.0, 0.0)
    joined = again.pair("a", alone[0], "b", alone[1])
    assert joined is not None
    assert (joined.linked, joined.draw_share, joined.match_probability) == (True, 1.0, 1.0)
    assert "too_few_answers" in again.flags


def test_the_review_file_comes_back_as_decisions(linkage: Linkage, tmp_path: Path) -> None:
    path = tmp_path / "review.csv"
    files.write_review(linkage, path, ".csv")
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("decision,list_a,id_a,list_b,id_b")
    words = itertools.cycle(["same", "different", "", "unsure"])
    path.write_text("\n".join([lines[0], *(next(words) + line for line in lines[1:])]) + "\n", encoding="utf-8")
    decisions = read_decisions(path)
    n = len(lines) - 1
    assert len(decisions) == sum(
        word in {"same", "different"} for word, _ in zip(itertools.cycle(["same", "different", "", "unsure"]), range(n))
    )


def test_enough_answers_calibrate(simulated: tuple, linkage: Linkage) -> None:
    lists, truth = simulated
    unit = {(name, str(row)): one for name, units in zip("ab", truth, strict=True) for row, one in enumerate(units, 1)}
    decisions = [
        _decided(pair, unit[pair.list_a, pair.id_a] == unit[pair.list_b, pair.id_b])
        for pair in sorted(linkage.pairs, key=lambda one: abs(one.match_weight))[:60]
    ]
    again = link(lists, decisions=decisions)
    told = again.settings["calibration"]
    assert told["n_answers"] == 60
    assert told["brier_after"] <= told["brier_before"]
    probabilities = [pair.match_probability for pair in again.pairs if pair.answer is None]
    assert probabilities == sorted(probabilities, reverse=True)  # the order of weights is kept
    assert "too_few_answers" not in again.flags


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.floats(-20, 20), st.booleans()), min_size=LEAST_ANSWERS, max_size=60), st.randoms())
def test_calibration_never_turns_the_order_round(answers: list[tuple[float, bool]], rng: random.Random) -> None:
    found = calibrate([weight for weight, _same in answers], [same for _weight, same in answers])
    if found is None:
        return
    weights = sorted(rng.uniform(-30, 30) for _ in range(50))
    chances = [found.probability(weight) for weight in weights]
    assert all(0 <= one <= 1 for one in chances)
    assert chances == sorted(chances)


@pytest.mark.parametrize(
    ("text", "error", "message"),
    [
        ("list_a,id_a,list_b,decision\na,1,b,same\n", BadTable, "no column id_b"),
        (HEADER + "a,1,b,2,perhaps\n", BadRow, "row 2, column decision: neither same nor different"),
    ],
)
def test_a_file_that_is_none_is_refused(tmp_path: Path, text: str, error: type[Exception], message: str) -> None:
    path = tmp_path / "d.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(error, match=message):
        read_decisions(path)


@pytest.mark.parametrize(
    ("decisions", "message"),
    [
        ([Decision("c", "1", "b", "1", True)], "no list c"),
        ([Decision("a", "none", "b", "1", True)], "no record none in list a"),
        ([Decision("a", "1", "a", "1", True)], "a record with itself"),
        ([Decision("a", "1", "a", "2", True)], "two records of one list"),
        ([Decision("a", "1", "b", "1", True), Decision("b", "1", "a", "1", False)], "two answers to one pair"),
    ],
)
def test_answers_that_cannot_be_are_refused(simulated: tuple, decisions: list[Decision], message: str) -> None:
    with pytest.raises(BadTable, match=message):
        link(simulated[0], decisions=decisions)


def test_answers_that_contradict_each_other_by_way_of_a_third_are_refused() -> None:
    lists, _truth = simulate(60, 3, 0.1, seed=2)
    one, other, third = ("a", "1"), ("b", "1"), ("c", "1")
    decisions = [Decision(*one, *other, True), Decision(*other, *third, True), Decision(*one, *third, False)]
    with pytest.raises(BadTable, match="told apart"):
        link(lists, decisions=decisions)


def test_a_pair_that_was_asked_for_is_weighed_and_takes_no_part(simulated: tuple, linkage: Linkage) -> None:
    kept = {(pair.id_a, pair.id_b) for pair in linkage.pairs}
    asked = next((("a", a), ("b", b)) for a in ("1", "2", "3") for b in ("1", "2", "3", "4") if (a, b) not in kept)
    again = link(simulated[0], also=[asked], n_draws=20)
    pair = again.pair(*asked[0], *asked[1])
    assert pair is not None
    assert (pair.reason, pair.linked, pair.draw_share) == ("not_compared", False, 0.0)
    assert set(pair.levels) == set(pair.parts)
    assert again.clusters == linkage.clusters
    assert again.draws == linkage.draws


def test_a_cluster_of_three_may_not_join_what_was_told_apart() -> None:
    lists, _truth = simulate(120, 3, 0.05, seed=8)
    first = link(lists)
    trio = next(one for one in first.clusters if len(one.members) == 3)
    (list_a, id_a), (list_c, id_c) = trio.members[0], trio.members[2]
    again = link(lists, decisions=[Decision(list_a, id_a, list_c, id_c, False)], n_draws=20)
    assert (list_c, id_c) not in _cluster(again, list_a, id_a)
    assert "told_apart" in {pair.reason for pair in again.pairs}
    pair = again.pair(list_a, id_a, list_c, id_c)
    assert pair is not None
    assert pair.draw_share == 0
