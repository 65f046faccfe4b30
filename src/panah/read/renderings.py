"""Words of other languages as the English words they render: so one set of weights reads ten languages.

``data/renderings_<language>.csv`` holds, for each English word that says something of a tactic, the words of a language
that say the same in texts on this subject; ``bedroh*`` stands for every word that begins so. In a script without spaces a
rendering is a run of characters.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from .phrases import rows_of
from .words import Word

LANGUAGES: Final = ("de", "fr", "nb", "nl", "ru", "sv", "tr", "ug", "zh")
UNSPACED: Final = frozenset({"zh"})
SHORTEST_BEGINNING: Final = 2
MOST_KNOWN: Final = 20_000
"""Words remembered of each language; hostile text has many."""


class Renderings:
    """The English words that the words of one language render."""

    def __init__(self, language: str) -> None:
        self.unspaced = language in UNSPACED
        self._exact: dict[str, list[str]] = {}
        self._beginnings: dict[str, list[str]] = {}
        for row in rows_of(f"renderings_{language}"):
            for rendering in row["words"].split():
                begins = rendering.endswith("*")
                table = self._beginnings if begins else self._exact
                table.setdefault(rendering.removesuffix("*"), []).append(row["english"])
        self._longest = max(map(len, (*self._exact, *self._beginnings)), default=0)
        self._known: dict[str, tuple[str, ...]] = {}

    def of(self, words: Sequence[Word]) -> list[tuple[int, tuple[str, ...]]]:
        """For each word that renders something its number and the English words; of a run of characters that of the first."""
        if self.unspaced:
            return self._of_characters([word.text for word in words])
        return [(at, english) for at, word in enumerate(words) if (english := self._of_word(word.text))]

    def _of_word(self, word: str) -> tuple[str, ...]:
        known = self._known.get(word)
        if known is None:
            lengths = range(min(len(word), self._longest), SHORTEST_BEGINNING - 1, -1)
            begins = next((self._beginnings[word[:n]] for n in lengths if word[:n] in self._beginnings), [])
            known = tuple(dict.fromkeys((*self._exact.get(word, ()), *begins)))
            if len(self._known) >= MOST_KNOWN:
                self._known.clear()
            self._known[word] = known
        return known

    def _of_characters(self, characters: Sequence[str]) -> list[tuple[int, tuple[str, ...]]]:
        found, at = [], 0
        while at < len(characters):
            runs = ("".join(characters[at : at + n]) for n in range(self._longest, 0, -1))
            run = next((each for each in runs if each in self._exact), "")
            if run:
                found.append((at, tuple(dict.fromkeys(self._exact[run]))))
            at += max(1, len(run))
        return found


@lru_cache(maxsize=len(LANGUAGES))
def renderings(language: str) -> Renderings:
    """Those of one of :data:`LANGUAGES`, read once."""
    return Renderings(language)
