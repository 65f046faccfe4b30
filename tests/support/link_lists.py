"""Small lists written for one test, and how well a linkage did against a known truth."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from panah.link import read_list
from panah.model.linkage import Linkage, RecordList

HEADER = ("id", "name", "date", "city", "host country", "tactic")


def write_list(path: Path, rows: Sequence[Sequence[str]], header: Sequence[str] = HEADER) -> Path:
    with path.open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([header, *rows])
    return path


def a_list(path: Path, rows: Sequence[Sequence[str]], header: Sequence[str] = HEADER) -> RecordList:
    return read_list(write_list(path, rows, header))


def pairs_of(groups: Iterable[Iterable[tuple[str, str]]]) -> set[tuple[tuple[str, str], tuple[str, str]]]:
    """Every pair of records inside each group."""
    pairs = set()
    for group in groups:
        members = sorted(group)
        pairs |= {(one, other) for index, one in enumerate(members) for other in members[index + 1 :]}
    return pairs


def pairwise_f1(linkage: Linkage, truth: Mapping[tuple[str, str], object]) -> float:
    """Harmonic mean of precision and recall over pairs of records in one cluster.

    Args:
        truth: (list, record id) -> what it truly is.
    """
    together: dict[object, list[tuple[str, str]]] = {}
    for member, what in truth.items():
        together.setdefault(what, []).append(member)
    true, found = pairs_of(together.values()), pairs_of(one.members for one in linkage.clusters)
    return 2 * len(true & found) / (len(true) + len(found))
