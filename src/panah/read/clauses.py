"""Parts of a sentence that may each hold one statement: cut at semicolons and before "and said", "but would not say".

A part without a verb of saying or denying belongs to the part before it.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from .attribution import Attribution
from .cues import Cue, cues_in
from .people import Who
from .phrases import Hit
from .quotations import Quotation
from .sentences import Page, Sentence
from .stance import NEGATIVE, stance_hits
from .word_classes import word_class
from .words import Word

Said = tuple[int, int, Who | None]
"""Where what is said begins and ends, and who says it."""
Claimed = Sequence[tuple[Quotation, Attribution, str]]


@dataclass(frozen=True, slots=True)
class Clause:
    """A part of a sentence that may hold one statement."""

    start: int
    end: int
    words: tuple[Word, ...]
    cues: tuple[Cue, ...]
    hits: tuple[Hit, ...]
    quotes: bool = False

    @property
    def says(self) -> bool:
        """Whether somebody says or denies something in it."""
        return self.quotes or bool(self.hits) or any(cue.meaning != "quote_only" for cue in self.cues)


def clauses_of(page: Page, sentence: Sentence, cues: Sequence[Cue], claimed: Claimed) -> list[Clause]:
    """Cut where a new subject says or denies something: at a semicolon, or an "and" that another statement follows."""
    bounds = [sentence.start, *_cuts(page, sentence), sentence.end]
    pieces = [_piece(page, sentence, cues, claimed, *pair) for pair in itertools.pairwise(bounds)]
    merged: list[Clause] = []
    for piece in pieces:
        if merged and not (piece.says and merged[-1].says) and not _speaks_further(page, merged[-1], piece):
            merged[-1] = _piece(page, sentence, cues, claimed, merged[-1].start, piece.end)
        else:
            merged.append(piece)
    return merged


def _speaks_further(page: Page, before: Clause, piece: Clause) -> bool:
    """ "He said that …; his client had fetched a paper", "… “a lie” and that the man was safe": what stands there is told too."""
    if before.quotes and not piece.says and opens_with_that(page.language, piece.words):
        return True
    parted = page.filled[max(0, piece.start - 3) : piece.start].rstrip()[-1:] == ";"
    return parted and before.says and bool(piece.words) and piece.words[0].text in GOES_ON_WITH


GOES_ON_WITH: Final = frozenset(["he", "she", "it", "they", "his", "her", "their", "its"])


@lru_cache(maxsize=32)
def joints(language: str) -> re.Pattern[str]:
    """What may part two statements of a sentence: a semicolon, "and" and "but" in the document's language."""
    words = "|".join(sorted(word_class("joint", language)))
    plain = rf"|,? (?:{words})(?= )" if words else ""
    return re.compile(rf";\s{plain}|，而|；|，(?=指|称|稱|并|並|但)")


# after these words "and" goes on with the same subject or the same clause
_SUBORDINATE: Final = word_class("goes_on", "mul")


def _cuts(page: Page, sentence: Sentence) -> list[int]:
    cuts = []
    for match in joints(page.language).finditer(page.filled, sentence.start, sentence.end):
        following = [word for word in sentence.words if word.start >= match.end()]
        if following and (
            following[0].text not in _SUBORDINATE
            or _speaks_on(page, following)
            or (_is_quoted_before(sentence, match.start()) and opens_with_that(page.language, following))
        ):
            cuts.append(match.end())
    return cuts


def opens_with_that(language: str, words: Sequence[Word]) -> bool:
    """Whether a clause goes on under the verb of saying before it: "that the man was safe", not "that was all"."""
    if len(words) < MIN_AFTER_THAT or words[0].text not in word_class("that", language):
        return False
    return words[1].text not in word_class("auxiliary", "mul") | {"same", "very"}


MIN_AFTER_THAT: Final = 4


def _is_quoted_before(sentence: Sentence, end: int) -> bool:
    return any(quotation.outer_end <= end for quotation in sentence.quotations)


def _speaks_on(page: Page, words: Sequence[Word]) -> bool:
    """Whether a clause without a subject says or denies something: "…, but would not say which", "and said that …"."""
    begins = [hit for hit in stance_hits(words[:8], page.language) if hit.first == 0 and hit.rule.meaning in NEGATIVE]
    return bool(begins) or any(cue.first == 0 and cue.meaning == "verb" for cue in cues_in(words[:3], page.language))


def _piece(page: Page, sentence: Sentence, cues: Sequence[Cue], claimed: Claimed, start: int, end: int) -> Clause:
    words = tuple(word for word in sentence.words if start <= word.start < end)
    inside = tuple(cue for cue in cues if start <= cue.start < end)
    hits = tuple(hit for hit in stance_hits(words, page.language) if hit.rule.meaning in NEGATIVE)
    quotes = any(by.cue is not None and start <= by.cue.start < quotation.start < end for quotation, by, _ in claimed)
    return Clause(start, end, words, inside, hits, quotes)


@lru_cache(maxsize=32)
def _last_joint(language: str) -> re.Pattern[str]:
    words = "|".join(sorted(word_class("joint", language) | {"and"}))
    return re.compile(rf"[ ,;](?:{words})$")


def last_word(page: Page, end: int) -> int:
    while end > 0 and page.text[end - 1] in " \n.,;:!?—–-。，；":
        end -= 1
    joint = _last_joint(page.language).search(page.filled, max(0, end - 8), end)
    return last_word(page, joint.start()) if joint else end


HE: Final = frozenset(["he", "she"])
FINITE: Final = word_class("auxiliary", "mul") | word_class("goes_on", "mul")
