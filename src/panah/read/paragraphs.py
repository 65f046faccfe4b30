"""Paragraphs and sentences as spans of the canonical text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from .marks import FILLER
from .word_classes import word_class

_BLANK = re.compile(r"\n[ \t\u00a0\u3000]*\n")
_END = re.compile(r"[.!?…](?=[\s\"”»’)\]]|$)|[。！？؟۔།]")
_MONTH_NEXT = re.compile(r"\s+(?:jan|feb|m[äa]r|apr|ma[ij]|jun|jul|aug|sep|o[kc]t|nov|de[zsc])", re.IGNORECASE)
_AFTER_END: Final = frozenset('"”»’)]」』“«')
_ABBREVIATIONS: Final = word_class("abbreviation", "mul")


@dataclass(frozen=True, slots=True)
class Stretch:
    """A half-open stretch of the canonical text."""

    start: int
    end: int

    def of(self, text: str) -> str:
        """The characters themselves."""
        return text[self.start : self.end]

    def holds(self, position: int) -> bool:
        """Whether a character position lies in it."""
        return self.start <= position < self.end


def split_paragraphs(text: str) -> tuple[Stretch, ...]:
    """Paragraphs in order, without the white space around them.

    A blank line ends a paragraph; in a text without any blank line every line is one.
    """
    separator = _BLANK if _BLANK.search(text) else re.compile(r"\n")
    stretches, start = [], 0
    for gap in separator.finditer(text):
        stretches.append((start, gap.start()))
        start = gap.end()
    stretches.append((start, len(text)))
    trimmed = (_trim(text, first, last) for first, last in stretches)
    return tuple(stretch for stretch in trimmed if stretch.start < stretch.end)


def _trim(text: str, start: int, end: int) -> Stretch:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    return Stretch(start, end)


def trim(text: str, start: int, end: int) -> Stretch:
    """The stretch without the white space around it."""
    return _trim(text, start, end)


def nonempty(text: str, stretch: Stretch) -> Stretch | None:
    """The stretch without the white space around it, or ``None`` when nothing is left."""
    trimmed = _trim(text, stretch.start, stretch.end)
    return trimmed if trimmed.start < trimmed.end else None


def split_sentences(text: str, within: Stretch) -> tuple[Stretch, ...]:
    """Sentences of one paragraph.

    ``text`` may be a copy of the canonical text in which quotations are filled in (:func:`quotations.filled`), so
    that a full stop inside a quotation does not end the sentence around it.
    """
    sentences, start = [], within.start
    for match in _END.finditer(text, within.start, within.end):
        if match.start() < start:
            continue
        end = match.end()
        while end < within.end and text[end] in _AFTER_END and text[end + 1 : end + 2] != FILLER:
            end += 1
        if _is_boundary(text, match, end, within):
            sentences.append(_trim(text, start, end))
            start = end
    sentences.append(_trim(text, start, within.end))
    return tuple(sentence for sentence in sentences if sentence.start < sentence.end)


MAX_SAYING: Final = 16


def _says_after(text: str, match: re.Match[str], within: Stretch) -> bool:
    """Whether a quotation ended and the same sentence says who spoke: ``“…。”陈小明说。``."""
    if text[match.end() : match.end() + 1] not in set("”」』"):
        return False
    rest = re.split("[。！？，]", text[match.end() + 1 : min(within.end, match.end() + 2 + MAX_SAYING)], maxsplit=1)
    return len(rest) > 1 and any(verb in rest[0] for verb in word_class("saying_after", "zh"))


def _is_boundary(text: str, match: re.Match[str], end: int, within: Stretch) -> bool:
    if end >= within.end:
        return True
    if match.group() in "。！？؟۔།":
        return not _says_after(text, match, within)
    if not text[end].isspace():
        return False
    following = text[end : within.end].lstrip()[:1]
    if following.islower() or following in {",", ";"}:
        return False
    if match.group() != ".":
        return match.group() != "…" or following.isupper()
    word = re.split(r"[\s(\[“\"«]", text[max(within.start, match.start() - 20) : match.start()])[-1]
    is_initial = len(word) == 1 and word.isupper()
    is_ordinal = word.isdecimal() and len(word) <= 2 and _MONTH_NEXT.match(text, end, within.end) is not None
    is_short = word.lower() in _ABBREVIATIONS and word != "hon"  # Swedish "she"
    return not (is_initial or is_ordinal or is_short)


MAX_HEADING: Final = 60
_CAPTION = re.compile(r"^[•▪◦]|\((?:image|photo|picture|foto|bild|source)s?:", re.IGNORECASE)


def is_caption(text: str, paragraph: Stretch) -> bool:
    """Whether a paragraph is a caption, heading or byline: its people are not who "he" and "she" are later."""
    words = paragraph.of(text)
    is_heading = len(words) < MAX_HEADING and words[-1] not in ".!?。؟\"”»'’"
    return is_heading or _CAPTION.search(words[:400]) is not None
