"""Classes of words, kept as data: kin, roles, titles, prepositions of place, …"""

from __future__ import annotations

from functools import lru_cache

from .phrases import rows_of_files
from .words import fold


@lru_cache(maxsize=256)
def word_class(name: str, language: str) -> frozenset[str]:
    """The words of a class in ``data/classes.csv``, with those that hold in every language."""
    rows = (row for row in _rows() if row["name"] == name and row["language"] in {language, "mul"})
    return frozenset(fold(word) for row in rows for word in row["words"].split())


@lru_cache(maxsize=1)
def _rows() -> tuple[dict[str, str], ...]:
    return tuple(rows_of_files("classes"))
