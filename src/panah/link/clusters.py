"""Scored pairs -> clusters: the strongest first, at most one record of a list in a cluster unless lists hold repeats.

Invariant: a pair is linked only when its probability reaches the threshold and no rule forbids it, or a person said so.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Candidate:
    """A scored pair by the positions of its records.

    Attributes:
        weight: Match weight in bits, by the model.
        reason: Why it may not be linked, if it may not.
        guard: The rule that forbids it however likely it is, or empty.
        probability: Match probability, calibrated when there were enough answers.
        bits: log2(m / u): the weight without its prior, calibrated likewise.
        answer: What a person decided, if anybody did.
    """

    left: int
    right: int
    weight: float
    reason: str = ""
    guard: str = ""
    probability: float = 0.5
    bits: float = 0.0
    answer: bool | None = None


def assign(candidates: Sequence[Candidate], list_of: Sequence[int], *, within: bool) -> tuple[list[str], list[int]]:
    """Join records greedily by descending weight; equal weights by position, so that the order of input is no matter.

    What a person said comes first, and records that a person told apart stay apart even by way of others.

    Args:
        candidates: Scored pairs.
        list_of: List number of each record.
        within: Whether one list may have several records in a cluster.

    Returns:
        For each candidate why it was not linked (``""`` when it was), and for each record its cluster's first record.
    """
    parent = list(range(len(list_of)))
    lists = [{number} for number in list_of]
    apart: dict[int, set[int]] = {}
    for candidate in candidates:
        if candidate.answer is False:
            apart.setdefault(candidate.left, set()).add(candidate.right)
            apart.setdefault(candidate.right, set()).add(candidate.left)
    reasons = [candidate.reason for candidate in candidates]
    order = sorted(
        (index for index, reason in enumerate(reasons) if not reason),
        key=lambda index: (
            candidates[index].answer is None,
            -candidates[index].weight,
            candidates[index].left,
            candidates[index].right,
        ),
    )
    for index in order:
        one, other = sorted((root(parent, candidates[index].left), root(parent, candidates[index].right)))
        if one == other:
            continue
        told_apart = any(root(parent, record) == other for record in apart.get(one, ()))
        if told_apart or (not within and lists[one] & lists[other]):
            reasons[index] = "told_apart" if told_apart else "rival"
            continue
        parent[other] = one
        lists[one] |= lists[other]
        if other in apart:
            apart.setdefault(one, set()).update(apart[other])
    return reasons, [root(parent, record) for record in range(len(list_of))]


def root(parent: list[int], record: int) -> int:
    """The first record of the cluster that a record stands in."""
    while parent[record] != record:
        parent[record] = parent[parent[record]]
        record = parent[record]
    return record
