"""Clusters keep their promises whatever the weights are."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from panah.link.clusters import Candidate, assign


@st.composite
def scored(draw: st.DrawFn) -> tuple[list[Candidate], list[int]]:
    list_of = draw(st.lists(st.integers(0, 3), min_size=2, max_size=14))
    index = st.integers(0, len(list_of) - 1)
    found = draw(st.lists(st.tuples(index, index, st.integers(-3, 9)), max_size=25))
    unique = {tuple(sorted((a, b))): w for a, b, w in found if a != b}
    return [Candidate(a, b, float(w)) for (a, b), w in unique.items()], list_of


@given(scored())
def test_no_list_stands_twice_in_a_cluster(case: tuple[list[Candidate], list[int]]) -> None:
    candidates, list_of = case
    candidates = [one for one in candidates if list_of[one.left] != list_of[one.right]]
    _reasons, roots = assign(candidates, list_of, within=False)
    members = [(root, number) for root, number in zip(roots, list_of, strict=True)]
    assert len(set(members)) == len(members)


@given(scored(), st.randoms())
def test_the_order_of_the_pairs_does_not_matter(case: tuple[list[Candidate], list[int]], rng: object) -> None:
    candidates, list_of = case
    shuffled = list(candidates)
    rng.shuffle(shuffled)  # type: ignore[attr-defined]
    for within in (False, True):
        assert assign(candidates, list_of, within=within)[1] == assign(shuffled, list_of, within=within)[1]


@given(scored())
def test_within_lists_every_pair_is_joined(case: tuple[list[Candidate], list[int]]) -> None:
    candidates, list_of = case
    reasons, roots = assign(candidates, list_of, within=True)
    assert not any(reasons)
    assert all(roots[one.left] == roots[one.right] for one in candidates)


def test_the_stronger_pair_wins_and_the_other_is_a_rival() -> None:
    candidates = [Candidate(0, 1, 3.0), Candidate(0, 2, 8.0), Candidate(1, 2, 9.0, "name_alone")]
    reasons, roots = assign(candidates, [0, 1, 1], within=False)
    assert reasons == ["rival", "", "name_alone"]
    assert roots == [0, 1, 0]
