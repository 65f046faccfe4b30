"""Words of a text, folded for matching, each with its place."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

# one Han, Tibetan-punctuated or kana character is a word of its own: those scripts put no space between words
_UNSPACED: Final = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
_WORD = re.compile(
    rf"[{_UNSPACED}]|\d+(?:[.,]\d{{3}})+(?!\d)|\d+|['’](?:s|t|re|ve|ll|d|m)\b|[^\W\d_{_UNSPACED}]+", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Word:
    """One word: ``text`` lower case with straight apostrophes, and where it stands."""

    text: str
    start: int
    end: int
    capital: bool


def words_in(text: str, start: int = 0, end: int | None = None) -> tuple[Word, ...]:
    """The words between two character positions, in order; a possessive ``'s`` is a word of its own."""
    words = []
    for match in _WORD.finditer(text, start, len(text) if end is None else end):
        shown = match.group()
        first, last = match.span()
        words.append(Word(fold(shown), first, last, shown[0].isupper()))
    return tuple(words)


def fold(word: str) -> str:
    """Lower case, straight apostrophe; a Turkish dotted capital loses its combining dot."""
    return word.lower() if word.isascii() else word.lower().replace("’", "'").replace("i\u0307", "i")


_GLUED_TO: Final = ("he", "she", "it", "they")
_GLUED = re.compile(r"(he|she|it|they)(said|says|added|stated|told|informed|noted|wrote|explained)")


def unglued(words: tuple[Word, ...]) -> tuple[Word, ...]:
    """The words, with a pronoun that a broken copy glued to its verb ("headded") taken apart again."""
    if not any(word.text.startswith(_GLUED_TO) and _GLUED.fullmatch(word.text) for word in words):
        return words
    apart: list[Word] = []
    for word in words:
        if match := _GLUED.fullmatch(word.text):
            middle = word.start + match.end(1)
            apart += [Word(match[1], word.start, middle, word.capital), Word(match[2], middle, word.end, False)]
        else:
            apart.append(word)
    return tuple(apart)
