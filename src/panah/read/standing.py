"""What a speaker is, by the words of its name and those beside it: "Vice-minister X", "X, who represents the defendant".

Roles are told by parts of words (``data/speaker_roles.csv``), so that "Polizeisprecher" and "regjeringstalsmannen" need no
entry of their own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Final

from .people import Who
from .phrases import rows_of
from .sentences import Page, Sentence
from .words import Word, words_in

MOST_MENTIONS: Final = 4
"""Of how many places where a name stands the words beside it are read."""
BEFORE, AFTER, AFTER_HAN, BEFORE_HAN = 5, 6, 4, 12
"""Words, and Han characters, beside a name."""
NEAR: Final = 60
"""Characters between a name and the country beside it."""
_OFFICIAL: Final = frozenset({"mission", "spokes", "minister", "government", "police", "prosecution"})
_WRONGED: Final = frozenset({"kin", "victim", "ngo"})
_CHARGED: Final = frozenset({"defendant", "counsel"})
UNSPACED: Final = "zh"
SHORTEST: Final = 3
"""Letters of a word whose parts are read."""


def standing_of(page: Page, who: Who) -> tuple[frozenset[str], frozenset[str], str]:
    """The roles a speaker's own name shows, those that words beside it show, and what they come to in one word.

    That word is ``official``, ``charged``, ``wronged``, ``company`` or ``unknown``.
    """
    own, beside, _ = _standing(page, who.name, who.start)
    roles = own | beside
    if roles & _OFFICIAL:
        whole = "official"
    elif roles & _CHARGED:
        whole = "charged"
    elif roles & _WRONGED:
        whole = "wronged"
    else:
        whole = "company" if "company" in roles else "unknown"
    return own, beside - own, whole


def countries_beside(page: Page, who: Who) -> frozenset[str]:
    """The states named beside a speaker."""
    return _standing(page, who.name, who.start)[2]


@lru_cache(maxsize=512)
def _standing(page: Page, name: str, start: int) -> tuple[frozenset[str], frozenset[str], frozenset[str]]:
    key = _key(name, page.language)
    beside: set[str] = set()
    countries: set[str] = set()
    for at in _mentions(page, name, key, start):
        sentence = page.sentence_at(at)
        beside |= _roles_beside(page, sentence, at, at + len(key))
        countries |= {each.country for each in sentence.mentions if abs(each.start - at) < NEAR}
    return frozenset(_roles_in(page.language, name, words_in(name))), frozenset(beside), frozenset(countries)


def _key(name: str, language: str) -> str:
    """The part of a name by which its other mentions are found."""
    parts = name.split()
    return name if language == UNSPACED or not parts else parts[-1]


def _mentions(page: Page, name: str, key: str, start: int) -> Iterator[int]:
    last = words_in(key)[:1]
    places = _places(page).get(last[0].text, ()) if last else ()
    found = [at for at in places if page.text.startswith(key, at)][:MOST_MENTIONS]
    own = start + len(name) - len(key) if start >= 0 else -1
    if own >= 0 and own not in found and page.text.startswith(key, own):
        found.append(own)
    yield from found


@lru_cache(maxsize=4)
def _places(page: Page) -> Mapping[str, Sequence[int]]:
    """Where each word stands first, second, …"""
    most = MOST_MENTIONS * (10 if page.language == UNSPACED else 2)
    found: dict[str, list[int]] = defaultdict(list)
    for word in page.words:
        places = found[word.text]
        if len(places) < most:
            places.append(word.start)
    return found


def _roles_beside(page: Page, sentence: Sentence, start: int, end: int) -> set[str]:
    if page.language == UNSPACED:
        before = page.filled[max(sentence.start, start - BEFORE_HAN) : start]
        return _roles_in(page.language, before + page.filled[end : min(sentence.end, end + AFTER_HAN)], ())
    words = [word for word in sentence.words if word.end <= start][-BEFORE:]
    if page.text[end : end + 1] == ",":  # an apposition
        words += [word for word in sentence.words if word.start >= end][:AFTER]
    return _roles_in(page.language, "", words)


def _roles_in(language: str, text: str, words: Iterable[Word]) -> set[str]:
    if language == UNSPACED:
        return {role for role, _, parts in _rows() if any(not part.isascii() and part in text for part in parts)}
    return {role for word in words for role in _roles_of(word.text)}


@lru_cache(maxsize=16384)
def _roles_of(word: str) -> tuple[str, ...]:
    return tuple(
        role
        for role, exact, parts in _rows()
        if word in exact or (len(word) >= SHORTEST and any(part in word for part in parts))
    )


@lru_cache(maxsize=1)
def _rows() -> tuple[tuple[str, frozenset[str], tuple[str, ...]], ...]:
    """Role, whole words, parts of words."""
    return tuple(
        (
            row["role"],
            frozenset(word[1:] for word in row["words"].split() if word.startswith("=")),
            tuple(word for word in row["words"].split() if not word.startswith("=")),
        )
        for row in rows_of("speaker_roles")
    )
