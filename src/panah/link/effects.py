"""How much a person's answer about a pair would change the result: what a reviewer should look at first.

The result is taken to be the estimate of Chapman from the two lists concerned; an answer that overturns what stands
moves their overlap by one. The effect is that move times the chance of it.

Source:
    Chapman (1951), Univ. California Publ. Statistics 1, 131-160.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from itertools import combinations
from typing import Final

from panah.model.linkage import Linkage, LinkedPair

DECIMALS: Final = 6


def with_effects(linkage: Linkage) -> tuple[LinkedPair, ...]:
    """The pairs, each with its effect in units of the estimate; a pair that a person decided on has none."""
    on_list: Counter[str] = Counter()
    on_both: Counter[frozenset[str]] = Counter()
    for cluster in linkage.clusters:
        names = sorted({name for name, _record in cluster.members})
        on_list.update(names)
        on_both.update(frozenset(pair) for pair in combinations(names, 2))

    def units(pair: LinkedPair) -> float:
        if pair.list_a == pair.list_b:
            return 1.0
        both = on_both[frozenset((pair.list_a, pair.list_b))]
        return (on_list[pair.list_a] + 1) * (on_list[pair.list_b] + 1) / ((both + 1) * (both + 2))

    return tuple(replace(pair, effect=round(_chance(pair) * units(pair), DECIMALS)) for pair in linkage.pairs)


def _chance(pair: LinkedPair) -> float:
    """How probable it is that an answer overturns what stands."""
    if pair.answer is not None:
        return 0.0
    same = pair.match_probability if pair.draw_share is None else pair.draw_share
    return 1 - same if pair.linked else same
