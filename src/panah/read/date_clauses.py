"""To which part of its sentence a date belongs: the clause it stands in, a charge, or somebody's speaking."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from typing import Final

from .word_classes import word_class
from .words import Word

LEADING: Final = 3
"""A date that begins within so many words of the sentence speaks for the whole of it."""
CROSSED_CLAUSE, CROSSED_AND, CROSSED_COMMA = 4, 2, 1
MAX_CLAUSE: Final = 14


class Clauses:
    """The words of one unit (a sentence without its long quotations, or one quotation), cut by what joins clauses."""

    def __init__(self, text: str, words: Sequence[Word], language: str) -> None:
        self.text, self.words, self.language = text, words, language
        self._starts = [word.start for word in words]

    def index(self, position: int) -> int:
        """The number of the word in which a character stands, or of the one before it."""
        return max(0, bisect_right(self._starts, position) - 1)

    @cached_property
    def _openers(self) -> frozenset[int]:
        """Words that open a subordinate clause: not "after 3 May", where a date follows at once."""
        named = word_class("subordinator", self.language)
        return frozenset(
            at
            for at, word in enumerate(self.words)
            if word.text in named and at + 1 < len(self.words) and not self.words[at + 1].text[0].isdigit()
        )

    def crossed(self, start: int, end: int) -> int:
        """What stands between two words (``start`` before ``end``): clauses opened, "and", commas, by weight."""
        coordinators = word_class("coordinator", self.language)
        weight = 0
        for at in range(start + 1, end + 1):
            between = self.text[self.words[at - 1].end : self.words[at].start]
            weight += CROSSED_AND * any(mark in between for mark in ";:—–") + CROSSED_COMMA * ("," in between)
            if at < end:
                weight += CROSSED_AND * (self.words[at].text in coordinators)
            if at in self._openers:
                weight += CROSSED_CLAUSE
        return weight

    def opener_of(self, at: int) -> int | None:
        """The word that opens the subordinate clause around a word, if one does."""
        for each in range(at, max(-1, at - MAX_CLAUSE), -1):
            if each in self._openers:
                return each
            if each < at and self._ends_clause(each):
                return None
        return None

    def _ends_clause(self, at: int) -> bool:
        """Whether a comma or semicolon follows a word and no other word of the clause needs it."""
        following = self.text[self.words[at].end : self.words[at + 1].start]
        return any(mark in following for mark in ",;:—–")

    def is_background(self, first: int, last: int, anchor: int, anchor_last: int) -> bool:
        """Whether a date stands in a clause about the person ("who fled in 2016") that does not hold the anchor."""
        opener = self.opener_of(first)
        if opener is None or self.words[opener].text in word_class("meanwhile", "mul"):
            return False
        if (anchor <= last and opener <= anchor_last) or self._anchor_in_clause(last, anchor):
            return False
        inside = {word.text for word in self.words[opener:first]}
        return bool(inside & word_class("background", self.language))

    def is_of_another(self, first: int, last: int, anchor: int, anchor_last: int) -> bool:
        """Whether a date stands beyond a semicolon, or is past where the act is told in the present."""
        low, high = (last, anchor) if last < anchor else (anchor_last, first)
        if low >= high or (last < anchor and first < LEADING):
            return False
        if any(";" in self.text[self.words[each].end : self.words[each + 1].start] for each in range(low, high)):
            return True
        told = {word.text for word in self.words[max(0, anchor - 1) : anchor + 2]}
        return bool(told & word_class("present", self.language)) and self.crossed(low, high) >= CROSSED_AND

    def is_after(self, last: int, anchor: int) -> bool:
        """ "3月10日参加游行后，": the clause says after what the act was done."""
        if self.language != "zh" or last >= anchor:
            return False
        return any(
            self.words[each].text in {"后", "後"} and self.text[self.words[each].end : self.words[each].end + 1] == "，"
            for each in range(last + 2, anchor)
        )

    def _anchor_in_clause(self, last: int, anchor: int) -> bool:
        """Whether the clause goes on from a date to the anchor: "who fled in 2016 and was beaten"."""
        return (
            last < anchor
            and any(word.text in word_class("coordinator", self.language) for word in self.words[last + 1 : anchor])
            and not any(self._ends_clause(each) for each in range(last, anchor))
        )

    def charge_before(self, anchor: int) -> int | None:
        """The word after which a charge is named ("charged on Monday with"), when the anchor is what is charged."""
        named = word_class("proceeding", self.language)
        joins = word_class("charge_of", self.language)
        verb = max((at for at in range(anchor) if self.words[at].text in named), default=None)
        if verb is None:
            return None
        return next(
            (at for at in range(verb + 1, anchor) if self.words[at].text in joins and self._opens_charge(at)), None
        )

    def _opens_charge(self, at: int) -> bool:
        """A verb in -ing or the like follows, not a day or a place."""
        following = self.words[at + 1] if at + 1 < len(self.words) else None
        if following is None or following.capital or following.text[0].isdigit():
            return False
        return self.language != "en" or following.text.endswith("ing") or self.words[at].text in {"of", "with", "over"}

    def cost(self, first: int, last: int, anchor: int, anchor_last: int) -> int:
        """How far a date (its first and last word) is from what tells an act, in clauses."""
        if last < anchor:
            weight = self.crossed(last, anchor)
            if first < LEADING:
                return CROSSED_CLAUSE * (";" in self.text[self.words[last].end : self.words[anchor].start])
            opener = self.opener_of(first)
            in_clause = opener is not None and opener < first - 1
            return weight + CROSSED_CLAUSE * (in_clause and not self._anchor_in_clause(last, anchor))
        if first > anchor_last:
            return self.crossed(anchor_last, first)
        return 0
