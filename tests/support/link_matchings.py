"""Matchings in plain Python: every one of a small problem with its probability, and the moves without compilation."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import numpy as np

Partition = tuple[tuple[int, ...], ...]


def partitions(units: Sequence[int]) -> Iterator[list[list[int]]]:
    """Every way to group units."""
    if not units:
        yield []
        return
    first, *rest = units
    for grouped in partitions(rest):
        yield [[first], *grouped]
        for index in range(len(grouped)):
            yield [*grouped[:index], [first, *grouped[index]], *grouped[index + 1 :]]


def posterior(
    list_of: Sequence[int], bits: Mapping[tuple[int, int], float], edges: set[tuple[int, int]]
) -> dict[Partition, float]:
    """Each allowed matching with its probability, by the definition: weights inside, and n! for each pattern."""
    logs: dict[Partition, float] = {}
    for groups in partitions(range(len(list_of))):
        if all(len({list_of[u] for u in group}) == len(group) and connected(group, edges) for group in groups):
            total = sum(
                bits.get((min(a, b), max(a, b)), 0.0) * math.log(2) * math.sqrt(2 / len(g))
                for g in groups
                for a in g
                for b in g
                if a < b
            )
            patterns = [sum(1 << list_of[u] for u in group) for group in groups]
            total += sum(math.lgamma(patterns.count(p) + 1) for p in set(patterns))
            logs[tuple(sorted(tuple(sorted(group)) for group in groups))] = total
    highest = max(logs.values())
    weights = {key: math.exp(value - highest) for key, value in logs.items()}
    return {key: value / sum(weights.values()) for key, value in weights.items()}


def connected(group: Sequence[int], edges: set[tuple[int, int]]) -> bool:
    """Whether a group hangs together by edges."""
    if not group:
        return True
    seen, fresh = {group[0]}, [group[0]]
    while fresh:
        one = fresh.pop()
        for other in group:
            if other not in seen and (min(one, other), max(one, other)) in edges:
                seen.add(other)
                fresh.append(other)
    return len(seen) == len(group)


class Twin:
    """The state of the compiled moves as sets, with the same uniforms leading to the same matching."""

    def __init__(self, state: Any) -> None:
        self.list_of = state.list_of.tolist()
        self.starts = state.component_start.tolist()
        self.neighbours = [
            state.neighbours[a:b].tolist()
            for a, b in zip(state.neighbour_start[:-1], state.neighbour_start[1:], strict=True)
        ]
        self.edges = {(min(a, b), max(a, b)) for a, near in enumerate(self.neighbours) for b in near}
        self.weight = {}
        for component, (first, last) in enumerate(zip(self.starts[:-1], self.starts[1:], strict=True)):
            size = last - first
            matrix = state.weight[state.matrix_start[component] :][: size * size].reshape(size, size)
            self.weight |= {(first + a, first + b): matrix[a, b] for a in range(size) for b in range(size)}
        self.outside = state.counts.copy()
        self.clusters: list[set[int]] = []
        for slot in sorted(set(state.cluster_of.tolist())):
            self.clusters.append(set(np.flatnonzero(state.cluster_of == slot).tolist()))
            self.outside[self.pattern(self.clusters[-1])] -= 1

    def pattern(self, group: set[int]) -> int:
        return sum(1 << self.list_of[unit] for unit in group)

    def n_of(self, pattern: int) -> int:
        return int(self.outside[pattern]) + sum(self.pattern(group) == pattern for group in self.clusters)

    def sweep(self, uniforms: np.ndarray) -> None:
        for first, last in zip(self.starts[:-1], self.starts[1:], strict=True):
            for unit in range(first, last):
                self.move(unit, uniforms[unit, 0])
                if last - first > 2:
                    self.swap(first + int(uniforms[unit, 1] * (last - first)), uniforms[unit, 2], uniforms[unit, 3])

    def weight_of(self, group: set[int]) -> float:
        return sum(self.weight[a, b] for a in group for b in group if a < b) * math.sqrt(2 / max(len(group), 1))

    def home_of(self, unit: int) -> set[int]:
        return next(group for group in self.clusters if unit in group)

    def move(self, unit: int, uniform: float) -> None:
        home = self.home_of(unit)
        if not connected(sorted(home - {unit}), self.edges):
            return
        home.remove(unit)
        self.clusters = [group for group in self.clusters if group]
        bit = 1 << self.list_of[unit]
        options: list[set[int]] = [set()]
        odds = [math.log(self.n_of(bit) + 1)]
        for near in self.neighbours[unit]:
            group = self.home_of(near)
            pattern = self.pattern(group)
            if pattern & bit or any(group is known for known in options):
                continue
            options.append(group)
            gain = self.weight_of(group | {unit}) - self.weight_of(group)
            odds.append(gain + math.log((self.n_of(pattern | bit) + 1) / self.n_of(pattern)))
        shares = np.exp(np.array(odds) - max(odds))
        chosen = options[
            min(int(np.searchsorted(np.cumsum(shares), uniform * shares.sum(), side="right")), len(odds) - 1)
        ]
        if not chosen:
            self.clusters.append(chosen)
        chosen.add(unit)

    def swap(self, unit: int, uniform_neighbour: float, uniform_accept: float) -> None:
        near = self.neighbours[unit]
        if not near:
            return
        home, target = self.home_of(unit), self.home_of(near[int(uniform_neighbour * len(near))])
        other = next((one for one in target if self.list_of[one] == self.list_of[unit]), None)
        if target is home or other is None:
            return
        here, there = home - {unit}, target - {other}
        if not (connected(sorted(here | {other}), self.edges) and connected(sorted(there | {unit}), self.edges)):
            return

        def ways(one: int, group: set[int]) -> float:
            return sum(each in group for each in self.neighbours[one]) / max(len(self.neighbours[one]), 1)

        forth, back = ways(unit, there) + ways(other, here), ways(unit, here) + ways(other, there)
        rise = self.weight_of(here | {other}) + self.weight_of(there | {unit})
        rise -= self.weight_of(home) + self.weight_of(target)
        if back > 0 and math.log(max(uniform_accept, 1e-300)) < rise + math.log(back / forth):
            home.remove(unit)
            home.add(other)
            target.remove(other)
            target.add(unit)

    def partition(self) -> Partition:
        return tuple(sorted(tuple(sorted(group)) for group in self.clusters))
