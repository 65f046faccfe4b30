"""The cells of a table with all its totals.

A key has one entry per dimension: a value, or None for "all of them". A table of two dimensions has inner cells
``("BE", "abduction")``, totals ``("BE", None)`` and ``(None, "abduction")``, and the grand total ``(None, None)``.
A cell that is not there is zero, and everybody knows it.
"""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

Key = tuple[str | None, ...]


def generalisations(key: Key) -> Iterator[Key]:
    """The key itself and every total that contains it."""
    return itertools.product(*((value, None) if value is not None else (None,) for value in key))


def with_totals(inner: Mapping[Key, int]) -> dict[Key, int]:
    """All cells that are not zero, totals included; the grand total always, even when it is zero."""
    counts: Counter[Key] = Counter()
    for key, count in inner.items():
        for cell in generalisations(key):
            counts[cell] += count
    return {key: counts[key] for key in sorted(counts, key=order)}


def is_inner(key: Key) -> bool:
    """Whether no dimension is summed over."""
    return None not in key


def order(key: Key) -> tuple[tuple[bool, str], ...]:
    """Totals stand after their parts."""
    return tuple((value is None, value or "") for value in key)


def parts(total: Key, inner: Iterable[Key]) -> list[Key]:
    """The inner cells below a cell."""
    return [key for key in inner if all(want in (None, value) for want, value in zip(total, key, strict=True))]


def lines(key: Key, cells: Iterable[Key]) -> list[list[Key]]:
    """The sums that a cell stands in: for each dimension, the cells that differ from it there alone, total included.

    The cell itself is part of each.
    """
    found: list[list[Key]] = [[] for _ in key]
    for other in cells:
        differs = [i for i, (a, b) in enumerate(zip(key, other, strict=True)) if a != b]
        if len(differs) <= 1:
            for i in differs or range(len(key)):
                found[i].append(other)
    return found
