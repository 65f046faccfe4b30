"""Quotation marks around a word that is named, not said: "so-called", a foreign term, a title."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from .cues import Cue
from .quotations import Quotation
from .sentences import Page, Sentence
from .stance import NEGATIVE, stance_hits
from .word_classes import word_class
from .words import Word, words_in

MAX_TERM_WORDS: Final = 4
MIN_SPOKEN_OF: Final = 3
_SPEAKS_OF: Final = frozenset(["speaks", "speak", "spoke", "talks", "talked"])
_OBJECTS: Final = frozenset(["it", "this", "that", "him", "her", "them"])
"""Called it "a lie": somebody says so; a thing called "Night Bus" is only named."""


def is_term(page: Page, sentence: Sentence, quotation: Quotation, cues: Sequence[Cue]) -> bool:
    """Whether a short quotation only names something: no one is said to have spoken it."""
    inside = words_in(page.text, quotation.start, quotation.end)
    if not inside:
        return True
    if len(inside) > MAX_TERM_WORDS or _ends_a_clause(page.text, quotation):
        return False
    if quotation.outer_start == quotation.start:
        return False  # speech that a dash takes up again
    naming = word_class("naming", page.language)
    before = [word.text for word in sentence.words if word.end <= quotation.outer_start][-6:]
    articles = word_class("determiner", page.language) | {"of", "for", "as"}
    named = before[-2:] if before[-1:] and before[-1] in articles - _OBJECTS else before[-1:]
    if naming & set(named) or (not cues and naming & {word.text for word in sentence.words}):
        return True
    if len(inside) < MIN_SPOKEN_OF and before[-1:] == ["of"] and before[-2:-1] and before[-2] in _SPEAKS_OF:
        return True
    folded = " ".join(word.text for word in inside)
    if _quoted_terms(page).get(folded, 0) > 1:
        return True
    denied = any(hit.rule.meaning in NEGATIVE for hit in stance_hits(sentence.all_words, page.language))
    bare = len(inside) >= MIN_SPOKEN_OF or not (before[-1:] and before[-1] in articles)
    return not (cues or denied or (bare and _is_wording(page.text, inside, quotation)))


def _is_wording(text: str, inside: Sequence[Word], quotation: Quotation) -> bool:
    """ "blamed “idlers from the south”": several words that begin small are somebody's, whatever the verb; a title begins large."""
    return len(inside) >= MIN_WORDING and text[quotation.start].islower()


MIN_WORDING: Final = 2


def _ends_a_clause(text: str, quotation: Quotation) -> bool:
    return text[quotation.end - 1] in ",.!?。，！？…"


@lru_cache(maxsize=4)
def _quoted_terms(page: Page) -> dict[str, int]:
    counted: dict[str, int] = {}
    for quotation in page.quotations:
        words = words_in(page.text, quotation.start, quotation.end)
        if len(words) <= MAX_TERM_WORDS:
            folded = " ".join(word.text for word in words)
            counted[folded] = counted.get(folded, 0) + 1
    return counted
