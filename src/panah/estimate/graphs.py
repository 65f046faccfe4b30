"""Decomposable graphs of up to six lists, by the subsets that their likelihood is made of.

Taking away vertices whose neighbours are all joined, one after another, writes the likelihood of a decomposable graph
as a product over vertices of p(v and its neighbours) / p(neighbours); what cancels is left out, and cliques over
separators remain.

Source:
    Lauritzen (1996), Graphical Models, section 4.4. The numbers of graphs: OEIS A048193 counts 8, 61, 822, 18154.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt

MAX_LISTS: Final = 6


@dataclass(frozen=True)
class Graphs:
    """All decomposable graphs over some lists.

    Attributes:
        n_lists: Vertices.
        neighbours: Bit mask of each vertex' neighbours, shape (G, n_lists).
        signs: How often the marginal likelihood of each subset enters, shape (G, 2**n_lists): 1 for a clique,
            less the times that it separates (the empty set too, where parts are not joined). Rows add up to 0.
    """

    n_lists: int
    neighbours: npt.NDArray[np.int64] = field(repr=False)
    signs: npt.NDArray[np.int8] = field(repr=False)

    def __len__(self) -> int:
        return len(self.signs)

    def cliques(self, graph: int) -> list[int]:
        """The largest sets of lists that are all joined, as masks; they name the graph."""
        near = self.neighbours[graph].tolist()
        full = [
            mask
            for mask in range(1, 1 << self.n_lists)
            if all((near[v] | 1 << v) & mask == mask for v in range(self.n_lists) if mask >> v & 1)
        ]
        top = [mask for mask in full if not any(mask != other and mask & other == mask for other in full)]
        return sorted(top, key=lambda mask: (-mask.bit_count(), mask & -mask, mask))

    def name(self, graph: int) -> str:
        """``[12,3]``: cliques, lists by number."""
        words = ["".join(str(v + 1) for v in range(self.n_lists) if mask >> v & 1) for mask in self.cliques(graph)]
        return f"[{','.join(words)}]"

    @property
    def saturated(self) -> int:
        """The graph in which all lists are joined: it says nothing about the unseen, the prior answers."""
        return int(self.signs[:, -1].argmax())


@lru_cache(maxsize=4)
def decomposable_graphs(n_lists: int) -> Graphs:
    """Every decomposable graph over ``n_lists`` labelled vertices (8, 61, 822, 18,154 with 3 to 6)."""
    import numpy as np

    pairs = list(itertools.combinations(range(n_lists), 2))
    edges = np.arange(1 << len(pairs), dtype=np.int64)
    neighbours = np.zeros((len(edges), n_lists), np.int64)
    for bit, (a, b) in enumerate(pairs):
        joined = edges >> bit & 1
        neighbours[:, a] |= joined << b
        neighbours[:, b] |= joined << a
    signs, is_decomposable = _decomposed(neighbours)
    return Graphs(n_lists, neighbours[is_decomposable], signs[is_decomposable])


def _decomposed(
    neighbours: npt.NDArray[np.int64],
) -> tuple[npt.NDArray[np.int8], npt.NDArray[np.bool_]]:
    """Take vertices with joined neighbours away from all graphs at once, and note the subsets that remain.

    Returns:
        Signs of shape (G, 2**V), and whether every vertex of a graph could be taken away.
    """
    import numpy as np

    n_graphs, n_vertices = neighbours.shape
    signs = np.zeros((n_graphs, 1 << n_vertices), np.int8)
    left = np.full(n_graphs, (1 << n_vertices) - 1)
    closed = neighbours | 1 << np.arange(n_vertices)
    rows = np.arange(n_graphs)
    for _taken in range(n_vertices):
        found = np.zeros(n_graphs, bool)
        for v in range(n_vertices):
            near = neighbours[:, v] & left
            joined = ~found & (left >> v & 1 > 0)
            for u in range(n_vertices):
                joined &= (near >> u & 1 == 0) | (closed[:, u] & near == near)
            one = rows[joined]
            signs[one, near[one] | 1 << v] += 1
            signs[one, near[one]] -= 1
            left[one] &= ~(1 << v)
            found |= joined
    return signs, left == 0
