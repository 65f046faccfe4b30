"""The arrays that the moves work on: components, their weights, and the matching as it stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from . import matching_kernels as kernels

if TYPE_CHECKING:
    import numpy.typing as npt

    from .matchings import Edge

    Ints = npt.NDArray[np.int64]
    Floats = npt.NDArray[np.float64]


@dataclass(slots=True)
class State:
    """See :mod:`.matching_kernels` for the arrays; ``original`` gives each unit's number outside."""

    original: Ints
    component_start: Ints
    matrix_start: Ints
    list_of: Ints
    neighbour_start: Ints
    neighbours: Ints
    weight: Floats
    edge: npt.NDArray[np.uint8]
    cluster_of: Ints
    members: Ints
    pattern: Ints
    free: Ints
    n_free: Ints
    counts: Ints
    scratch: Ints
    odds: Floats

    @property
    def n_units(self) -> int:
        return len(self.original)

    def sweep(self, uniforms: Floats) -> int:
        """Move every unit; gives the number of accepted exchanges."""
        accepted = kernels.sweep(
            uniforms,
            self.component_start,
            self.matrix_start,
            self.list_of,
            self.neighbour_start,
            self.neighbours,
            self.weight,
            self.edge,
            self.cluster_of,
            self.members,
            self.pattern,
            self.free,
            self.n_free,
            self.counts,
            self.scratch,
            self.odds,
        )
        return int(accepted)

    def pattern_counts(self) -> dict[int, int]:
        """How many clusters have each pattern of lists, units outside all components included."""
        found = np.flatnonzero(self.counts)
        return dict(zip(found.tolist(), self.counts[found].tolist(), strict=True))

    def edge_units(self) -> tuple[Ints, Ints]:
        """Both ends of every edge, once."""
        left = np.repeat(np.arange(self.n_units), np.diff(self.neighbour_start))
        once = left < self.neighbours
        return left[once], self.neighbours[once]


def prepare(
    n_lists: int,
    list_of: Sequence[int],
    edges: Sequence[Edge],
    roots: Sequence[int],
    weigh: Callable[[Sequence[tuple[int, int]]], Sequence[Edge]],
    largest: int,
) -> tuple[State, dict[str, Any]]:
    """Lay out components side by side, with the weights of all their pairs, and the hard linkage to start from."""
    kept, groups = _components(len(list_of), edges, largest)
    units = np.array([unit for group in groups for unit in group], dtype=np.int64)
    place = np.full(len(list_of), -1, dtype=np.int64)
    place[units] = np.arange(len(units))
    sizes = np.array([len(group) for group in groups], dtype=np.int64)
    component_start = np.concatenate([[0], np.cumsum(sizes)]).astype(np.int64)
    matrix_start = np.concatenate([[0], np.cumsum(sizes**2)]).astype(np.int64)
    component = np.repeat(np.arange(len(groups)), sizes)
    weight, edge = np.zeros(int(matrix_start[-1])), np.zeros(int(matrix_start[-1]), dtype=np.uint8)

    def where(one: Ints, other: Ints) -> Ints:
        group = component[one]
        start = component_start[group]
        return matrix_start[group] + (one - start) * sizes[group] + other - start

    a, b = place[[one.left for one in kept]], place[[one.right for one in kept]]
    edge[where(a, b)] = edge[where(b, a)] = 1
    missing = list(weigh(_not_edges(groups, list_of, kept))) if n_lists > 2 else []
    pairs = [*kept, *missing]
    left, right = place[[one.left for one in pairs]], place[[one.right for one in pairs]]
    there, back = where(left, right), where(right, left)
    weight[there] = weight[back] = np.array([one.bits for one in pairs]) * np.log(2)
    order = np.lexsort((np.concatenate([b, a]), np.concatenate([a, b])))
    neighbours = np.concatenate([b, a])[order].astype(np.int64)
    degrees = np.bincount(np.concatenate([a, b]), minlength=len(units))
    lists = np.asarray(list_of, dtype=np.int64)
    widest = int(degrees.max(initial=0)) + n_lists + 2
    state = State(
        original=units,
        component_start=component_start,
        matrix_start=matrix_start,
        list_of=lists[units],
        neighbour_start=np.concatenate([[0], np.cumsum(degrees)]).astype(np.int64),
        neighbours=neighbours,
        weight=weight,
        edge=edge,
        cluster_of=np.arange(len(units), dtype=np.int64),
        members=np.full((max(len(units), 1), n_lists), -1, dtype=np.int64),
        pattern=np.zeros(len(units), dtype=np.int64),
        free=np.zeros(len(units), dtype=np.int64),
        n_free=np.zeros(max(len(groups), 1), dtype=np.int64),
        counts=np.zeros(1 << n_lists, dtype=np.int64),
        scratch=np.zeros((3, widest), dtype=np.int64),
        odds=np.zeros(widest),
    )
    _start(state, lists, place, component, roots)
    told = {
        "n_components": len(groups),
        "largest_component": int(sizes.max(initial=0)),
        "n_edges": len(kept),
        "n_edges_left_out": len(edges) - len(kept),
    }
    return state, told


def _start(state: State, lists: Ints, place: Ints, component: Ints, roots: Sequence[int]) -> None:
    """The clusters of the hard linkage, unless one is held together by a pair outside; then its units stand alone."""
    first: dict[tuple[int, int], int] = {}
    for unit, original in enumerate(state.original.tolist()):
        slot = first.setdefault((int(component[unit]), roots[original]), unit)
        number = state.list_of[unit]
        linked = [other for other in state.members[slot].tolist() if other >= 0]
        if state.members[slot, number] >= 0 or (linked and not _touches(state, component, unit, linked)):
            slot = unit
        state.cluster_of[unit] = slot
        state.members[slot, number] = unit
        state.pattern[slot] |= 1 << int(number)
    for slot in np.flatnonzero(state.pattern == 0).tolist():
        group = component[slot]
        state.free[state.component_start[group] + state.n_free[group]] = slot
        state.n_free[group] += 1
    patterns = state.pattern[state.pattern > 0]
    np.add.at(state.counts, patterns, 1)
    np.add.at(state.counts, 1 << lists[np.flatnonzero(place < 0)], 1)


def _touches(state: State, component: Ints, unit: int, linked: Sequence[int]) -> bool:
    return any(
        other in state.neighbours[state.neighbour_start[unit] : state.neighbour_start[unit + 1]] for other in linked
    )


def _components(n_units: int, edges: Sequence[Edge], largest: int) -> tuple[list[Edge], list[list[int]]]:
    """Groups of units connected by edges; a group that is too large loses its weakest edges, halving by halving."""
    from scipy.sparse import coo_array
    from scipy.sparse.csgraph import connected_components

    kept = sorted(edges, key=lambda one: (-one.match_weight, one.left, one.right))
    while True:
        left = np.array([one.left for one in kept], dtype=np.int64)
        right = np.array([one.right for one in kept], dtype=np.int64)
        graph = coo_array((np.ones(len(kept)), (left, right)), shape=(n_units, n_units))
        _n, labels = connected_components(graph, directed=False)
        sizes = np.bincount(labels, minlength=1)
        too_large = sizes > largest
        if not too_large.any():
            break
        inside = np.flatnonzero(too_large[labels[left]])
        dropped = set(inside[len(inside) - max(1, len(inside) // 4) :].tolist())
        kept = [one for index, one in enumerate(kept) if index not in dropped]
    groups: dict[int, list[int]] = {}
    for unit in np.flatnonzero(sizes[labels] > 1).tolist():
        groups.setdefault(int(labels[unit]), []).append(unit)
    return kept, list(groups.values())


def _not_edges(groups: Sequence[Sequence[int]], list_of: Sequence[int], edges: Sequence[Edge]) -> list[tuple[int, int]]:
    """Pairs across lists inside a component that are no edges: they may come into one cluster by way of others."""
    known = {(min(one.left, one.right), max(one.left, one.right)) for one in edges}
    return [
        (one, other)
        for group in groups
        for index, one in enumerate(group)
        for other in group[index + 1 :]
        if list_of[one] != list_of[other] and (one, other) not in known
    ]
