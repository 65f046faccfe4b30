"""Finding quotations, damaged ones included.

One pass over each paragraph with one open quotation at most: a mark opens when none is open, and closes or nests
when one is. That is why a damaged opening mark (``”I know,” he said``) still opens, and why a text of nothing but
quotation marks takes linear time.

A quotation that is still open at the end of its paragraph goes on when the next paragraph begins with a mark: the
printers' rule for speech of several paragraphs. It is then one quotation.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from .marks import CLOSERS, CORNER_PAIRS, DOUBLE, FILLER, ONLY_CLOSES, ONLY_OPENS, SPACES
from .paragraphs import Stretch
from .word_classes import word_class

_EVERY_MARK = re.compile("[" + "".join(sorted(DOUBLE | ONLY_CLOSES | set(CORNER_PAIRS))) + "]")
_OPENING_SIDE: Final = SPACES | frozenset("([{—–-…:/,：")
_CLOSING_SIDE: Final = SPACES | frozenset(")]}—–-….,;:!?/，。：；！？、")


@dataclass(frozen=True, slots=True)
class Quotation:
    """A quoted stretch; ``start`` and ``end`` leave the marks out, ``outer_start`` and ``outer_end`` keep them."""

    start: int
    end: int
    outer_start: int
    outer_end: int
    paragraph: int
    last_paragraph: int
    damaged: bool = False
    """An opening mark of the wrong kind, or no closing mark."""


@dataclass(slots=True)
class _Open:
    mark: int
    glyph: str
    paragraph: int
    damaged: bool
    depth: int = 0


def find_quotations(text: str, paragraphs: Sequence[Stretch]) -> tuple[Quotation, ...]:
    """Every outermost quotation between double marks, guillemets or corner brackets, and else between single ones."""
    text = _in_one_glyph(text)
    found: list[Quotation] = []
    open_: _Open | None = None
    swedish = _closes_at_both_ends(text)
    for number, paragraph in enumerate(paragraphs):
        marks = [match.start() for match in _EVERY_MARK.finditer(text, paragraph.start, paragraph.end)]
        if open_ is not None and not (marks and marks[0] == paragraph.start):
            found.append(_unclosed(text, open_, paragraphs[number - 1], number - 1))
            open_ = None
        if open_ is not None:
            marks = marks[1:]
        closers_left = _closers_left(text, marks, paragraph)
        for at, mark in enumerate(marks):
            if open_ is None:
                open_ = _opened(text, mark, number, paragraph, closers_left[at + 1], swedish)
            elif (closed := _step(text, open_, mark, number, paragraph, closers_left[at])) is not None:
                found.append(closed)
                open_ = None
    if open_ is not None:
        found.append(_unclosed(text, open_, paragraphs[-1], len(paragraphs) - 1))
    found += _single_quotations(text, paragraphs, found)
    return tuple(sorted((each for each in found if each.start < each.end), key=lambda each: each.start))


_TYPED: Final = ("''", "``", ",,", "<<")
_TYPED_OPENS = re.compile(r"(?<![^\s(\[{—–:,\"“«])(?:''|``|,,(?=\w)|<<)(?=[^\s'`,<>])")
_TYPED_CLOSES = re.compile(r"(?<=[^\s'`,<>])(?:''|>>)(?!\w)")


def _in_one_glyph(text: str) -> str:
    """The text with marks typed as two characters (``''so''``, ``,,so''``, ``<<so>>``) as one and a space: nothing moves."""
    if not any(mark in text for mark in _TYPED):
        return text
    opened = _TYPED_OPENS.sub(lambda match: " «" if match.group() == "<<" else ' "', text)
    return _TYPED_CLOSES.sub(lambda match: "» " if match.group() == ">>" else '" ', opened)


def _closes_at_both_ends(text: str) -> bool:
    """Whether the document opens with ``”`` throughout, as Swedish and Finnish print it."""
    return "”" in text and "“" not in text and '"' not in text and "„" not in text


def _sides(text: str, mark: int, paragraph: Stretch) -> tuple[bool, bool]:
    """Whether white space or opening (closing) punctuation stands before (after) the mark."""
    before = text[mark - 1] if mark > paragraph.start else " "
    after = text[mark + 1] if mark + 1 < paragraph.end else " "
    return before in _OPENING_SIDE, after in _CLOSING_SIDE


def _closers_left(text: str, marks: Sequence[int], paragraph: Stretch) -> list[int]:
    """For each mark, how many marks from it to the paragraph's end look like closing ones."""
    left = [0] * (len(marks) + 1)
    for at in range(len(marks) - 1, -1, -1):
        free_before, free_after = _sides(text, marks[at], paragraph)
        looks_closing = text[marks[at]] in ONLY_CLOSES or (not free_before or free_after)
        left[at] = left[at + 1] + (looks_closing and text[marks[at]] not in ONLY_OPENS)
    return left


def _opened(text: str, mark: int, number: int, paragraph: Stretch, closers_left: int, swedish: bool) -> _Open | None:
    glyph = text[mark]
    free_before, free_after = _sides(text, mark, paragraph)
    if glyph in CORNER_PAIRS or glyph in "“„‟〝":
        return _Open(mark, glyph, number, damaged=False)
    if glyph in ONLY_CLOSES or (free_after and not free_before):
        return None
    if glyph in "«»":
        return _Open(mark, glyph, number, damaged=False)
    at_start = mark == paragraph.start
    if free_before and free_after and not at_start and not closers_left:
        return None
    glued = not free_before
    if glued and not closers_left:
        return None
    damaged = glued or (free_after and text[mark + 1 : mark + 2] not in _OPENING_SIDE - SPACES)
    return _Open(mark, glyph, number, damaged=damaged or (glyph == "”" and not swedish))


def _step(text: str, open_: _Open, mark: int, number: int, paragraph: Stretch, closers_left: int) -> Quotation | None:
    """Let one mark nest in the open quotation, or close it."""
    glyph = text[mark]
    free_before, free_after = _sides(text, mark, paragraph)
    looks_opening = free_before and not free_after and (open_.glyph, glyph) != ("“", "”")
    same_kind = glyph == open_.glyph or (glyph in DOUBLE and open_.glyph in DOUBLE)
    if glyph in CLOSERS[open_.glyph] and not (looks_opening and closers_left >= open_.depth + 2):
        if open_.depth:
            open_.depth -= 1
            return None
        return Quotation(
            *_inner(text, open_.mark + 1, mark), open_.mark, mark + 1, open_.paragraph, number, open_.damaged
        )
    if same_kind and (glyph in ONLY_OPENS or looks_opening) and closers_left >= open_.depth + 2:
        open_.depth += 1
    return None


def _inner(text: str, start: int, end: int) -> tuple[int, int]:
    while start < end and text[start] in SPACES:
        start += 1
    while end > start and text[end - 1] in SPACES:
        end -= 1
    return start, end


def _unclosed(text: str, open_: _Open, last: Stretch, number: int) -> Quotation:
    start, end = _inner(text, open_.mark + 1, last.end)
    return Quotation(start, end, open_.mark, last.end, open_.paragraph, number, damaged=True)


_SINGLE = re.compile(r"(?<![^\s(\[{—–:,\"“«：，。（])(?P<mark>[‘‚'‹])(?=[^\s'’])")
_SAYS_NEXT: Final = "|".join(sorted(word_class("says_after_mark", "mul")))
_SINGLE_END = re.compile(
    rf"(?P<strong>(?<=[.,!?…。，！？])[’‘'›](?!\w)|(?<=\w)'(?= (?:{_SAYS_NEXT})\b))"
    r"|(?P<weak>(?<=\w)[’‘'›](?=[\s.,;:!?)。，！？；]|$))"
)


def _single_quotations(text: str, paragraphs: Sequence[Stretch], found: Sequence[Quotation]) -> list[Quotation]:
    """Quotations between single marks, where no other quotation stands.

    An apostrophe looks like a closing mark; the first mark that follows a comma or full stop closes, else the last
    one before the next opening mark.
    """
    singles: list[Quotation] = []
    taken = iter(sorted((each.outer_start, each.outer_end) for each in found))
    busy = next(taken, None)
    for number, paragraph in enumerate(paragraphs):
        position = paragraph.start
        for match in _SINGLE.finditer(text, paragraph.start, paragraph.end):
            while busy is not None and busy[1] <= match.start():
                busy = next(taken, None)
            inside = busy is not None and busy[0] <= match.start()
            if match.start() < position or inside:
                continue
            limit = min(paragraph.end, busy[0] if busy else paragraph.end, match.start() + 2000)
            end = _single_end(text, match.end(), limit, strict=match["mark"] == "'")
            if end is not None:
                start, stop = _inner(text, match.end(), end)
                singles.append(Quotation(start, stop, match.start(), end + 1, number, number))
                position = end + 1
    return singles


def _single_end(text: str, start: int, limit: int, *, strict: bool) -> int | None:
    weak = None
    for match in _SINGLE_END.finditer(text, start, limit):
        if match.lastgroup == "strong":
            return match.start()
        if weak is None and not (strict and text[match.start() + 1 : match.start() + 2].isspace()):
            weak = match.start()
    return weak


def filled(text: str, quotations: Sequence[Quotation]) -> str:
    """The text with the inside of every quotation replaced, character for character.

    A last ``.``, ``!`` or ``?`` stays, because the sentence around it may end there.
    """
    pieces, position = [], 0
    for quotation in quotations:
        last = text[quotation.end - 1]
        kept = last if last in ".!?。！？" else FILLER
        pieces += [text[position : quotation.start], FILLER * (quotation.end - quotation.start - 1), kept]
        position = quotation.end
    pieces.append(text[position:])
    return "".join(pieces)
