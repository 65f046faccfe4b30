"""Times told by several words ("two days later", "le lendemain", "i fredags"), by language, from a table."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from .phrases import rows_of
from .words import fold

SLOTS: Final = frozenset("NUWMS")
"""Where a number, a unit, a weekday, a month or a season stands."""


@dataclass(frozen=True, slots=True)
class TimePhrase:
    """One row of ``data/time_phrases.csv``."""

    elements: tuple[frozenset[str], ...]
    optional: tuple[bool, ...]
    relation: str
    count: int | None
    unit: str

    def after(self, opening: str) -> frozenset[str]:
        """What can stand right after the word or slot with which it begins; nothing when it can be the last."""
        following: set[str] = set()
        for number, element in enumerate(self.elements):
            if opening in element:
                for each, optional in zip(self.elements[number + 1 :], self.optional[number + 1 :], strict=True):
                    following |= each
                    if not optional:
                        return frozenset(following)
                return frozenset()
        return frozenset(following)

    def match(self, at: int, slot: Slot, said: Said) -> tuple[int, dict[str, int | str]] | None:
        """The word after it, and what its slots hold, when it begins at a word."""
        held: dict[str, int | str] = {}
        for element, optional in zip(self.elements, self.optional, strict=True):
            name = next(iter(element)) if len(element) == 1 else ""
            if name in SLOTS:
                value = slot(name, at)
                if value is not None:
                    held[name] = value
                    at += 1
                    continue
            elif said(at) in element:
                at += 1
                continue
            if not optional:
                return None
        return at, held


Slot = Callable[[str, int], int | str | None]
Said = Callable[[int], str]


@lru_cache(maxsize=16)
def time_phrases(language: str) -> Mapping[str, tuple[TimePhrase, ...]]:
    """The phrases of a language by the words, or the slots, with which they can begin."""
    by_word: dict[str, list[TimePhrase]] = {}
    for row in rows_of("time_phrases"):
        if row["language"] == language:
            phrase = _compiled(row)
            for word in _openings(phrase):
                by_word.setdefault(word, []).append(phrase)
    return {word: tuple(sorted(found, key=lambda each: -len(each.elements))) for word, found in by_word.items()}


def _openings(phrase: TimePhrase) -> Iterator[str]:
    for element, optional in zip(phrase.elements, phrase.optional, strict=True):
        yield from sorted(element)
        if not optional:
            return


def _compiled(row: Mapping[str, str]) -> TimePhrase:
    elements, optional = [], []
    for part in row["phrase"].split():
        name = part.rstrip("?")
        slots = name in SLOTS
        elements.append(frozenset({name}) if slots else frozenset(fold(each) for each in name.split("|")))
        optional.append(part.endswith("?"))
    count = int(row["count"]) if row["count"] else None
    return TimePhrase(tuple(elements), tuple(optional), row["relation"], count, row["unit"])
