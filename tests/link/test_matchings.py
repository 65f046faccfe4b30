"""Draws of the linkage come from the posterior they claim, and the compiled moves are the plain ones."""

from __future__ import annotations

import itertools
import random
from collections import Counter
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from link_matchings import Partition, Twin, posterior

from panah.link.matching_state import State, prepare
from panah.link.matchings import Edge, draw

LISTS = ("a", "b", "c", "d")


def _problem(sizes: tuple[int, ...], seed: int, density: float = 0.8) -> tuple[list[int], dict, list[Edge]]:
    """Units of lists of these sizes with weights of both signs; some pairs are no edges but have a weight."""
    rng = random.Random(seed)
    list_of = [number for number, size in enumerate(sizes) for _ in range(size)]
    bits, edges = {}, []
    for one, other in itertools.combinations(range(len(list_of)), 2):
        if list_of[one] != list_of[other]:
            bits[one, other] = rng.uniform(-2.0, 3.5)
            if rng.random() < density:
                edges.append(Edge(one, other, bits[one, other], bits[one, other]))
    return list_of, bits, edges


def _weigher(bits: dict) -> Callable[[list[tuple[int, int]]], list[Edge]]:
    return lambda pairs: [Edge(*pair, bits[pair], 0.0) for pair in pairs]


def _prepared(list_of: list[int], bits: dict, edges: list[Edge], n_lists: int) -> State:
    state, _told = prepare(n_lists, list_of, edges, range(len(list_of)), _weigher(bits), 100)
    return state


def _partition(state: State, n_units: int) -> Partition:
    groups: dict[int, list[int]] = {}
    for original, slot in zip(state.original.tolist(), state.cluster_of.tolist(), strict=True):
        groups.setdefault(slot, []).append(original)
    alone = [(unit,) for unit in range(n_units) if unit not in set(state.original.tolist())]
    return tuple(sorted([*(tuple(sorted(group)) for group in groups.values()), *alone]))


@pytest.mark.parametrize(
    ("sizes", "density"), [((3, 3), 1.0), ((2, 4), 0.8), ((2, 2, 2), 0.8), ((2, 1, 2), 0.6), ((1, 2, 1, 2), 0.9)]
)
def test_matchings_come_as_often_as_the_posterior_says(sizes: tuple[int, ...], density: float) -> None:
    list_of, bits, edges = _problem(sizes, seed=len(sizes), density=density)
    truth = posterior(list_of, bits, {(one.left, one.right) for one in edges})
    state = _prepared(list_of, bits, edges, len(sizes))
    rng = np.random.default_rng(1)
    n = 30_000
    seen: Counter[Partition] = Counter()
    for _ in range(n):
        state.sweep(rng.random((state.n_units, 4)))
        seen[_partition(state, len(list_of))] += 1
    assert set(seen) <= set(truth)
    distance = sum(abs(seen[key] / n - share) for key, share in truth.items()) / 2
    assert distance < 0.025


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([(4, 5), (3, 4, 3), (2, 3, 2, 3)]))
def test_compiled_moves_are_the_plain_ones(seed: int, sizes: tuple[int, ...]) -> None:
    list_of, bits, edges = _problem(sizes, seed, density=0.5)
    state = _prepared(list_of, bits, edges, len(sizes))
    twin = Twin(state)
    rng = np.random.default_rng(seed)
    for _ in range(12):
        uniforms = rng.random((state.n_units, 4))
        state.sweep(uniforms)
        twin.sweep(uniforms)
        slots: dict[int, list[int]] = {}
        for unit, slot in enumerate(state.cluster_of.tolist()):
            slots.setdefault(slot, []).append(unit)
        assert tuple(sorted(tuple(group) for group in slots.values())) == twin.partition()


@settings(max_examples=25, deadline=None)
@given(st.integers(0, 10**6), st.sampled_from([(6, 5), (4, 4, 4), (3, 3, 3, 3)]), st.floats(0.1, 1.0))
def test_a_table_keeps_the_sizes_of_the_lists(seed: int, sizes: tuple[int, ...], density: float) -> None:
    list_of, bits, edges = _problem(sizes, seed, density)
    names = LISTS[: len(sizes)]
    found = draw(names, list_of, edges, range(len(list_of)), weigh=_weigher(bits), n_draws=5, seed=seed)
    assert len(found.tables) == 5
    for table in found.tables:
        assert table.list_sizes == dict(zip(names, sizes, strict=True))
    again = draw(names, list_of, edges, range(len(list_of)), weigh=_weigher(bits), n_draws=5, seed=seed)
    assert again.tables == found.tables
    assert all(0 <= share <= 1 for share in found.together.values())


def test_two_lists_have_the_beta_prior_on_bipartite_matchings() -> None:
    """Without any evidence the number of links is uniform, and each matching of that number as likely (Sadinle 2017)."""
    edges = {(one, 3 + other) for one in range(3) for other in range(3)}
    by_links: Counter[int] = Counter()
    for partition, share in posterior([0] * 3 + [1] * 3, {}, edges).items():
        by_links[6 - len(partition)] += share
    assert [by_links[n] for n in range(4)] == pytest.approx([0.25] * 4)


def test_a_component_that_is_too_large_loses_its_weakest_pairs() -> None:
    edges = [Edge(unit, 50 + unit, 9.0, 9.0) for unit in range(50)]
    edges += [Edge(unit, 51 + unit, 1.0, -float(unit)) for unit in range(49)]
    state, told = prepare(2, [0] * 50 + [1] * 50, edges, range(100), lambda _pairs: [], 20)
    assert told["largest_component"] <= 20
    assert told["n_edges_left_out"] > 0
    assert state.n_units == 100  # every strong pair is still there


def test_no_edge_gives_one_table_again_and_again() -> None:
    found = draw(("a", "b"), [0, 0, 1], [], [0, 1, 2], weigh=lambda _pairs: [], n_draws=3, seed=0)
    assert [dict(table.counts) for table in found.tables] == [{1: 2, 2: 1}] * 3
    assert not found.flags
