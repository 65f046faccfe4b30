"""Verbs of saying: where they stand in a sentence, and which uses of the same words say nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from .people import ADVERBS
from .phrases import lexicon
from .word_classes import word_class
from .words import Word

_BE: Final = frozenset(["am", "was", "were", "is", "are", "been", "being", "be", "got", "wurde", "werd", "a"])


@dataclass(frozen=True, slots=True)
class Cue:
    """A verb of saying in a sentence: its run of words, and how it takes its subject."""

    first: int
    last: int
    meaning: str
    passive: bool
    start: int
    end: int

    def first_word_of(self, words: Sequence[Word]) -> bool:
        """Whether some words begin with it."""
        return bool(words) and words[0].start == self.start


def cues_in(words: Sequence[Word], language: str) -> list[Cue]:
    """The verbs of saying among the writer's words, none overlapping another."""
    cues: list[Cue] = []
    for first, last, rule in lexicon("speech", language).occurrences(words):
        if cues and first < cues[-1].last:
            continue
        passive = rule.meaning == "told" and _is_told(words, first, language)
        if (
            rule.meaning == "noun_like"
            and not words[first].text.endswith(("ed", "found", "ing"))
            and not _is_verb(words, first)
        ):
            continue
        used_to = first > 1 and words[first - 2].text == "used"
        if first and words[first - 1].text == "to" and rule.meaning != "according" and not used_to:
            continue
        if language == "en" and rule.meaning not in {"told", "according"} and _is_passive(words, first):
            continue  # "is believed to be", "found him guilty": nobody speaks
        if rule.meaning == "quote_only" and last < len(words) and words[last].text in _ASKS_FOR:
            continue  # "who asked not to be named": no speech
        cues.append(Cue(first, last, rule.meaning, passive, words[first].start, words[last - 1].end))
    return cues


def _is_told(words: Sequence[Word], at: int, language: str) -> bool:
    """ "was told", "has already been told": somebody else spoke."""
    be = _BE - {"a"} if language == "en" else _BE
    before = [word.text for word in words[max(0, at - 3) : at]]
    while before and before[-1] in ADVERBS - be:
        before.pop()
    return before[-1:] != [] and before[-1] in be


_AUXILIARY: Final = word_class("auxiliary", "mul")
_NOUN_BEFORE: Final = word_class("before_noun", "mul")


def _is_verb(words: Sequence[Word], at: int) -> bool:
    """Whether a word that may be a noun ("claims", "reports", "states") stands as a verb here."""
    if at == 0:
        return False
    is_base = not words[at].text.endswith("s")
    if is_base and not (words[at - 1].text.endswith("s") or words[at - 1].text in {"they", "we", "i", "you"}):
        return False
    follows = words[at + 1].text if at + 1 < len(words) else ""
    return words[at - 1].text not in _NOUN_BEFORE and not words[at].capital and follows not in _AUXILIARY


_THOUGHT: Final = frozenset(["said", "thought", "found", "understood", "known"])


def _is_passive(words: Sequence[Word], at: int) -> bool:
    """Whether a form of "be" makes a participle of the verb, or "found … guilty" a verdict."""
    text = words[at].text
    if text == "found" and "guilty" in {word.text for word in words[at + 1 : at + 8]}:
        return True
    if not (text.endswith("ed") or text in _THOUGHT):
        return False
    before = [word.text for word in words[max(0, at - 2) : at]]
    return before[-1:] != [] and (
        before[-1] in _TO_BE or (len(before) > 1 and before[0] in _TO_BE and before[1] in ADVERBS)
    )


_TO_BE: Final = frozenset(["was", "were", "is", "are", "been", "being", "be"])
_ASKS_FOR: Final = frozenset(["not", "to", "for", "that"])
