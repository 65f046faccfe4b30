"""Compiled moves between matchings; private. A plain twin in ``tests/link`` must visit the same matchings.

Invariant: a cluster holds at most one record of a list, and hangs together by pairs that may be linked.

The pairs of a cluster of ``n`` records weigh ``sqrt(2 / n)`` of their sum. They are not independent: what makes a third
record like the first makes it like the second. The whole sum counts agreement too often and draws strangers of a common
name into clusters; ``2 / n`` of it, a tree of ``n - 1`` mean pairs, counts a slip in one record against all the others.

The units of a component (records that could be one, by way of others) stand side by side, and so do its slots: a slot
is a cluster or free. ``members[slot, list]`` is a unit or -1, ``pattern[slot]`` the bit mask of its lists, and
``counts`` how many clusters of all components, and outside them, have each pattern. Weights are natural logarithms
of m / u, for every pair of a component; ``edge`` says which pairs may be linked.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba
import numpy as np
import numpy.typing as npt

Compiled = TypeVar("Compiled", bound=Callable[..., Any])
Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bytes = npt.NDArray[np.uint8]


def compiled(function: Compiled) -> Compiled:
    """Compile on first call and keep the result on disk where that is possible."""
    try:
        kept: Any = numba.njit(cache=True, nogil=True, error_model="numpy")(function)
    except RuntimeError:  # read-only installation and no home: no place to keep it
        kept = numba.njit(nogil=True, error_model="numpy")(function)
    return cast("Compiled", kept)


@compiled
def _hangs_together(group: Ints, n: int, first: int, offset: int, size: int, edge: Bytes) -> bool:
    """Whether the first ``n`` units of ``group`` are connected by edges among themselves."""
    if n <= 1:
        return True
    seen, before = 1, 0
    while seen != before:
        before = seen
        for a in range(n):
            if seen >> a & 1:
                row = offset + (group[a] - first) * size - first
                for b in range(n):
                    if not seen >> b & 1 and edge[row + group[b]]:
                        seen |= 1 << b
    return seen == (1 << n) - 1


@compiled
def _others(members: Ints, slot: int, without: int, group: Ints) -> int:
    """Put the units of a slot other than ``without`` into ``group``; how many."""
    n = 0
    for number in range(members.shape[1]):
        if members[slot, number] >= 0 and members[slot, number] != without:
            group[n] = members[slot, number]
            n += 1
    return n


@compiled
def _affinity(unit: int, group: Ints, n: int, row: int, weight: Floats, edge: Bytes) -> tuple[float, int]:
    """Sum of a unit's weights to a group, and how many of the group it may be linked with directly."""
    total, n_edges = 0.0, 0
    for index in range(n):
        total += weight[row + group[index]]
        n_edges += edge[row + group[index]]
    return total, n_edges


@compiled
def _inside(group: Ints, n: int, first: int, offset: int, size: int, weight: Floats) -> float:
    """Sum of the weights of all pairs of a group."""
    total = 0.0
    for a in range(n):
        row = offset + (group[a] - first) * size - first
        for b in range(a + 1, n):
            total += weight[row + group[b]]
    return total


@compiled
def _move(
    unit: int,
    uniform: float,
    first: int,
    offset: int,
    size: int,
    list_of: Ints,
    neighbour_start: Ints,
    neighbours: Ints,
    weight: Floats,
    edge: Bytes,
    cluster_of: Ints,
    members: Ints,
    pattern: Ints,
    free: Ints,
    n_free: Ints,
    component: int,
    counts: Ints,
    group: Ints,
    option: Ints,
    odds: Floats,
) -> None:
    """Gibbs: take a unit out of its cluster and draw where it goes, alone or to a cluster without its list."""
    number = list_of[unit]
    bit = 1 << number
    home = cluster_of[unit]
    n = _others(members, home, unit, group)
    if not _hangs_together(group, n, first, offset, size, edge):
        return
    members[home, number] = -1
    counts[pattern[home]] -= 1
    pattern[home] ^= bit
    if n:
        counts[pattern[home]] += 1
    else:
        free[first + n_free[component]] = home
        n_free[component] += 1
    row = offset + (unit - first) * size - first
    option[0] = -1
    odds[0] = np.log(counts[bit] + 1.0)
    n_options = 1
    for index in range(neighbour_start[unit], neighbour_start[unit + 1]):
        slot = cluster_of[neighbours[index]]
        known = pattern[slot] & bit != 0
        for earlier in range(1, n_options):
            known |= option[earlier] == slot
        if known:
            continue
        n_group = _others(members, slot, -1, group)
        total, _n_edges = _affinity(unit, group, n_group, row, weight, edge)
        inside = _inside(group, n_group, first, offset, size, weight)
        option[n_options] = slot
        gain = (inside + total) * np.sqrt(2.0 / (n_group + 1)) - inside * np.sqrt(2.0 / n_group)
        odds[n_options] = gain + np.log((counts[pattern[slot] | bit] + 1.0) / counts[pattern[slot]])
        n_options += 1
    chosen = option[_drawn(odds, n_options, uniform)]
    if chosen < 0:
        n_free[component] -= 1
        chosen = free[first + n_free[component]]
    else:
        counts[pattern[chosen]] -= 1
    members[chosen, number] = unit
    pattern[chosen] |= bit
    counts[pattern[chosen]] += 1
    cluster_of[unit] = chosen


@compiled
def _drawn(odds: Floats, n: int, uniform: float) -> int:
    """Which of ``n`` options, by the logarithms of their weights."""
    highest = odds[0]
    for index in range(1, n):
        highest = max(highest, odds[index])
    total = 0.0
    for index in range(n):
        odds[index] = np.exp(odds[index] - highest)
        total += odds[index]
    below = uniform * total
    for index in range(n - 1):
        below -= odds[index]
        if below < 0:
            return index
    return n - 1


@compiled
def _swap(
    unit: int,
    uniform_neighbour: float,
    uniform_accept: float,
    first: int,
    offset: int,
    size: int,
    list_of: Ints,
    neighbour_start: Ints,
    neighbours: Ints,
    weight: Floats,
    edge: Bytes,
    cluster_of: Ints,
    members: Ints,
    here: Ints,
    there: Ints,
) -> bool:
    """Metropolis-Hastings: a unit and the unit of its list in a neighbour's cluster change places; no pattern moves.

    The unit was chosen at random, so the same exchange may be proposed from either side: both ways stand in the ratio.
    """
    degree = neighbour_start[unit + 1] - neighbour_start[unit]
    if degree == 0:
        return False
    neighbour = neighbours[neighbour_start[unit] + min(int(uniform_neighbour * degree), degree - 1)]
    home, target = cluster_of[unit], cluster_of[neighbour]
    number = list_of[unit]
    other = members[target, number]
    if target == home or other < 0:
        return False
    n_here, n_there = _others(members, home, unit, here), _others(members, target, other, there)
    here[n_here], there[n_there] = other, unit
    if not (
        _hangs_together(here, n_here + 1, first, offset, size, edge)
        and _hangs_together(there, n_there + 1, first, offset, size, edge)
    ):
        return False
    row, other_row = offset + (unit - first) * size - first, offset + (other - first) * size - first
    unit_here, edges_here = _affinity(unit, here, n_here, row, weight, edge)
    unit_there, edges_there = _affinity(unit, there, n_there, row, weight, edge)
    other_here, other_edges_here = _affinity(other, here, n_here, other_row, weight, edge)
    other_there, other_edges_there = _affinity(other, there, n_there, other_row, weight, edge)
    other_degree = max(neighbour_start[other + 1] - neighbour_start[other], 1)
    forth = edges_there / degree + other_edges_here / other_degree
    back = edges_here / degree + other_edges_there / other_degree
    there_share, here_share = np.sqrt(2.0 / (n_there + 1)), np.sqrt(2.0 / (n_here + 1))
    gain = (unit_there - other_there) * there_share + (other_here - unit_here) * here_share
    if back <= 0.0 or np.log(max(uniform_accept, 1e-300)) >= gain + np.log(back / forth):
        return False
    members[home, number], members[target, number] = other, unit
    cluster_of[unit], cluster_of[other] = target, home
    return True


@compiled
def sweep(
    uniforms: Floats,
    component_start: Ints,
    matrix_start: Ints,
    list_of: Ints,
    neighbour_start: Ints,
    neighbours: Ints,
    weight: Floats,
    edge: Bytes,
    cluster_of: Ints,
    members: Ints,
    pattern: Ints,
    free: Ints,
    n_free: Ints,
    counts: Ints,
    scratch: Ints,
    odds: Floats,
) -> int:
    """Move every unit once, and offer as many exchanges; changes the state in place.

    Args:
        uniforms: In [0, 1), shape (units, 4).
        scratch: Shape (3, most neighbours + lists + 2).

    Returns:
        How many exchanges were accepted.
    """
    accepted = 0
    for component in range(len(component_start) - 1):
        first, last = component_start[component], component_start[component + 1]
        offset, size = matrix_start[component], last - first
        for unit in range(first, last):
            _move(
                unit, uniforms[unit, 0], first, offset, size, list_of, neighbour_start, neighbours, weight, edge,
                cluster_of, members, pattern, free, n_free, component, counts, scratch[0], scratch[1], odds,
            )  # fmt: skip
            if size > 2:
                chosen = first + min(int(uniforms[unit, 1] * size), size - 1)
                accepted += _swap(
                    chosen, uniforms[unit, 2], uniforms[unit, 3], first, offset, size, list_of, neighbour_start,
                    neighbours, weight, edge, cluster_of, members, scratch[0], scratch[2],
                )  # fmt: skip
    return accepted
