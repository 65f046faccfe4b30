"""Scored pairs -> clusters: the strongest first, at most one record of a list in a cluster unless lists hold repeats.

Invariant: a pair is linked only when its probability reaches the threshold and an attribute besides the name agrees.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Candidate:
    """A scored pair by the positions of its records; ``reason`` says why it may not be linked, if it may not."""

    left: int
    right: int
    weight: float
    reason: str = ""


def assign(candidates: Sequence[Candidate], list_of: Sequence[int], *, within: bool) -> tuple[list[str], list[int]]:
    """Join records greedily by descending weight; equal weights by position, so that the order of input is no matter.

    Args:
        candidates: Scored pairs.
        list_of: List number of each record.
        within: Whether one list may have several records in a cluster.

    Returns:
        For each candidate why it was not linked (``""`` when it was), and for each record its cluster's first record.
    """
    parent = list(range(len(list_of)))
    lists = [{number} for number in list_of]
    reasons = [candidate.reason for candidate in candidates]
    order = sorted(
        (index for index, reason in enumerate(reasons) if not reason),
        key=lambda index: (-candidates[index].weight, candidates[index].left, candidates[index].right),
    )
    for index in order:
        one, other = sorted((_root(parent, candidates[index].left), _root(parent, candidates[index].right)))
        if one == other:
            continue
        if not within and lists[one] & lists[other]:
            reasons[index] = "rival"
            continue
        parent[other] = one
        lists[one] |= lists[other]
    return reasons, [_root(parent, record) for record in range(len(list_of))]


def _root(parent: list[int], record: int) -> int:
    while parent[record] != record:
        parent[record] = parent[parent[record]]
        record = parent[record]
    return record
