"""Signs that a document is a copy, and one that was changed on its way: broken numbers, glued words, damaged marks …

The absence of signs proves nothing, and no caller may say that it does.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from panah.model.reading import CopyNote, Signal, Verdict

from .phrases import rows_of
from .quotations import Quotation
from .words import fold

ALTERING_KINDS: Final = 2
"""From so many different kinds of damage on, the document counts as altered."""
MAX_SIGNALS: Final = 200

_BROKEN_NUMBER = re.compile(
    r"\b\d{1,3},\d{1,2} \d{1,2}\b|(?<![\d.,])(?:1[89]|20)\d ?\d?(?<=\d) \d\b(?! ?[\d:%])|\b\d{1,3}, \d{3}\b(?=\s+[a-z])"
)
_FOOTER = re.compile(
    r"^(?:the post .{3,200}? (?:first )?appeared (?:first )?on .{2,80}|(?:this (?:article|story|post) )?(?:was )?"
    r"(?:originally|first) (?:published|appeared|posted) (?:on|in|at|by) .{2,80}|read (?:the )?(?:original|full) "
    r"(?:article|story) .{0,80}|source ?: ?\S.{1,80}|reprinted (?:from|with permission).{0,80})$",
    re.IGNORECASE | re.MULTILINE,
)
_GLUED = re.compile(
    r"\b(?:he|she|it|they|this|that|the|we|in|of|at)(?:said|added|stated|told|website|security|government|embassy|case|"
    r"country|group|report)\b",
    re.IGNORECASE,
)
_GLUED_CASE = re.compile(r"\b[a-z]{3,}[A-Z][a-z]{3,}\b")
_DOUBLED: Final = re.compile(r"\b(of|the|to|in|and|a) \1\b|\bOf of\b", re.IGNORECASE)
_PLAIN = re.compile(r"\b[A-Za-z]{3,40}\b")


def find_damage(text: str, quotations: Sequence[Quotation], language: str = "en") -> CopyNote:
    """Every structural sign in the text, in order, and the verdict they add up to.

    A reprint footer alone makes a reprint; two different kinds of damage make an altered copy.
    """
    signals = sorted(_signals(text, quotations, language), key=lambda each: (each.start, each.end))[:MAX_SIGNALS]
    return CopyNote(verdict=verdict_of(signals), signals=tuple(signals))


def verdict_of(signals: Sequence[Signal]) -> Verdict:
    """``altered``, ``reprint`` or ``no_sign``, by the kinds of signal alone."""
    kinds = {signal.kind for signal in signals}
    damage = kinds - {"reprint_footer", "contradicting_date"}
    if damage and "contradicting_date" in kinds:
        return "altered"
    if len(damage) >= ALTERING_KINDS or (damage and "reprint_footer" in kinds):
        return "altered"
    return "reprint" if "reprint_footer" in kinds else "no_sign"


def _signals(text: str, quotations: Sequence[Quotation], language: str) -> Iterator[Signal]:
    for match in _BROKEN_NUMBER.finditer(text):
        yield _signal("broken_number", text, match.start(), match.end(), "a number with a gap in it")
    for match in _FOOTER.finditer(text):
        yield _signal("reprint_footer", text, match.start(), match.end(), "names another place of publication")
    yield from _glued(text, language)
    for quotation in quotations:
        if quotation.damaged and text[quotation.outer_start] in '”"«»':
            end = quotation.outer_start + 1
            yield _signal("damaged_quote", text, quotation.outer_start, end, "a closing mark where one should open")
    if language == "en":
        for match in _DOUBLED.finditer(text):
            yield _signal("doubled_word", text, match.start(), match.end(), "a word printed twice")
        yield from _odd_phrases(text)


def _signal(kind: str, text: str, start: int, end: int, note: str) -> Signal:
    return Signal(kind=kind, start=start, end=end, text=text[start:end], note=note)


def _glued(text: str, language: str) -> Iterator[Signal]:
    if language != "en":
        return
    for match in _GLUED.finditer(text):
        yield _signal("glued_word", text, match.start(), match.end(), "two words without a space")
    known = set(_PLAIN.findall(text))
    for match in _GLUED_CASE.finditer(text):
        if _splits_into_words(known, match.group()):
            yield _signal("glued_word", text, match.start(), match.end(), "two words without a space")


def _splits_into_words(known: set[str], glued: str) -> bool:
    """Whether both halves stand as words elsewhere in the document; a camel-case brand name does not."""
    middle = next(at for at, character in enumerate(glued) if character.isupper())
    halves = (glued[:middle], glued[middle:])
    return all(half in known for half in halves)


@lru_cache(maxsize=1)
def _odd() -> tuple[re.Pattern[str], dict[str, dict[str, str]]]:
    rows = {fold(row["printed"]): row for row in rows_of("spun")}
    words = "|".join(re.escape(printed) for printed in sorted(rows, key=len, reverse=True))
    return re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE), rows


def _odd_phrases(text: str) -> Iterator[Signal]:
    """Names and set phrases with a word exchanged, as spinning programmes leave them."""
    pattern, rows = _odd()
    for match in pattern.finditer(text):
        row = rows[fold(match.group())]
        yield _signal(row["kind"], text, match.start(), match.end(), f"usually: {row['usual']}")
