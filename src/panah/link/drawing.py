"""Candidates -> draws of the linkage: records become units, pairs become edges, rules and answers stay in force."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from .clusters import Candidate, root
from .deciding import DECIDED_BITS, NOT_COMPARED
from .matchings import Draws, Edge, draw


def draw_linkage(
    lists: Sequence[str],
    list_of: Sequence[int],
    candidates: Sequence[Candidate],
    roots: Sequence[int],
    *,
    names_only: bool,
    weigh: Callable[[Sequence[tuple[int, int]]], Sequence[float]],
    n_draws: int,
    seed: int,
) -> Draws:
    """Sample matchings of the candidates.

    Repeats inside a list are joined first, by the hard links inside it: a unit is all of them, and the best of its
    pairs speaks for it. The rules that keep a pair from being merged without a person do not hold here: a draw merges
    nobody, and leaving out the true ones among such pairs would bias the overlap. Without any second attribute the
    rule on names holds all the same. A person's answers hold in every draw.

    Args:
        roots: Cluster of each record in the hard linkage.
        names_only: No attribute but names was compared.
        weigh: log2(m / u) of further pairs of records, in the order given.
    """
    unit_of, units = _units(list_of, candidates)
    fixed = {
        _key(unit_of, one): DECIDED_BITS if one.answer else -DECIDED_BITS
        for one in candidates
        if one.answer is not None
    }
    best: dict[tuple[int, int], Edge] = {}
    for one in candidates:
        key = _key(unit_of, one)
        left_out = one.answer is None and (names_only or one.guard == NOT_COMPARED)
        if left_out or list_of[one.left] == list_of[one.right] or fixed.get(key, 0) < 0:
            continue
        edge = Edge(*key, one.bits, DECIDED_BITS if one.answer else one.weight)
        if key not in best or edge.bits > best[key].bits:
            best[key] = edge

    def weigh_units(pairs: Sequence[tuple[int, int]]) -> list[Edge]:
        bits = weigh([(units[one], units[other]) for one, other in pairs])
        return [Edge(*pair, fixed.get(pair, found), 0.0) for pair, found in zip(pairs, bits, strict=True)]

    drawn = draw(
        lists,
        [list_of[first] for first in units],
        [best[key] for key in sorted(best)],
        [roots[first] for first in units],
        weigh=weigh_units,
        n_draws=n_draws,
        seed=seed,
    )
    return replace(drawn, unit_of=unit_of)


def _key(unit_of: Sequence[int], one: Candidate) -> tuple[int, int]:
    left, right = unit_of[one.left], unit_of[one.right]
    return min(left, right), max(left, right)


def _units(list_of: Sequence[int], candidates: Sequence[Candidate]) -> tuple[list[int], list[int]]:
    """The unit of each record, and the first record of each unit: repeats that are linked inside their list are one."""
    parent = list(range(len(list_of)))
    for one in candidates:
        if not one.reason and list_of[one.left] == list_of[one.right]:
            first, second = sorted((root(parent, one.left), root(parent, one.right)))
            parent[second] = first
    firsts = sorted({root(parent, record) for record in range(len(list_of))})
    number: Mapping[int, int] = {first: index for index, first in enumerate(firsts)}
    return [number[root(parent, record)] for record in range(len(list_of))], firsts
