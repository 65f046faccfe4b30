"""The stance of a speaker, by the words that report it and the words that are spoken."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from .attribution import Attribution
from .people import Who
from .phrases import Hit, lexicon
from .quotations import Quotation
from .sentences import Page, Sentence
from .words import Word, words_in

NEGATIVE: Final = frozenset(
    [
        "denies",
        "denies_responsibility",
        "alternative_explanation",
        "declines_to_comment",
        "no_knowledge",
        "refuses_to_name",
    ]
)
_ACCUSED_KINDS: Final = frozenset({"embassy", "authority", "unknown", "organisation"})


def stance_hits(words: Sequence[Word], language: str) -> list[Hit]:
    """The stance rules that hold in some words, in the order of the file."""
    return lexicon("stance", language).hits(words)


def introduced_stance(page: Page, sentence: Sentence, quotation: Quotation, attribution: Attribution) -> str:
    """The stance that the writer's words before a quotation give it: "rejected the account, stating: …".

    Empty when they give none.
    """
    if attribution.side == "after" or (attribution.cue is None and attribution.side == "none"):
        return ""
    words = words_in(page.text, sentence.start, quotation.end)
    governing = [hit for hit in stance_hits(words, page.language) if _governs(page, words, hit, quotation)]
    return governing[0].rule.meaning if governing else ""


def _governs(page: Page, words: Sequence[Word], hit: Hit, quotation: Quotation) -> bool:
    """Whether the denial leads to the quotation: nothing between them starts a new statement."""
    first, last = words[hit.first], words[hit.last - 1]
    if first.start >= quotation.outer_start:
        return False
    if last.start >= quotation.start:
        return True
    between = page.filled[last.end : quotation.outer_start]
    return " and " not in between and ";" not in between


def spoken_stance(page: Page, quotation: Quotation, who: Who | None, *, after_denial: str = "") -> str:
    """The stance that the spoken words themselves show.

    Only an authority, an embassy or an unnamed speaker denies by its words alone: a victim who says "it is not true
    that I was safe" asserts. ``after_denial`` is the stance of the same speaker's sentence just before.
    """
    if who is not None and who.kind in _ACCUSED_KINDS:
        hits = stance_hits(words_in(page.text, quotation.start, quotation.end), page.language)
        if hits:
            return hits[0].rule.meaning
        if after_denial in {"denies", "denies_responsibility"}:
            return after_denial
    return "asserts"
