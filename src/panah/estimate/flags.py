"""Doubts that the table itself gives rise to, whatever the method."""

from __future__ import annotations

from typing import Final

from panah.model.estimate import Flag
from panah.model.overlap import OverlapTable

FEW_LISTS: Final = 2
TINY_OVERLAP_UNITS: Final = 10
"""Fewer units than this on two lists or more: the relative error of a capture-recapture estimate is about
1/sqrt(overlap), a third at ten."""


def table_flags(table: OverlapTable, left_out: tuple[str, ...] = ()) -> set[Flag]:
    """The flags of a working table (no empty lists); ``left_out`` are the lists taken away before."""
    flags = set()
    if left_out:
        flags.add(Flag.EMPTY_LIST)
    if table.n_overlap == 0:
        flags.add(Flag.NO_OVERLAP)
    if table.n_lists <= FEW_LISTS:
        flags.add(Flag.FEW_LISTS)
    if table.n_overlap < TINY_OVERLAP_UNITS:
        flags.add(Flag.TINY_OVERLAP)
    if len(groups_of_lists(table)) > 1:
        flags.add(Flag.DISCONNECTED_LISTS)
    return flags


def groups_of_lists(table: OverlapTable) -> list[set[str]]:
    """Lists in groups that share units, directly or through other lists."""
    groups: list[set[str]] = [{name} for name in table.lists]
    for pattern in table.counts:
        names = set(table.names_of(pattern))
        touched = [group for group in groups if group & names]
        groups = [group for group in groups if not group & names] + [set().union(*touched)]
    return groups
