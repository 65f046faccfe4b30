"""Speech that a dash opens, as Nordic, Russian, French and Turkish print it: "– Jag visste inget, säger hon."

A paragraph that begins with a dash is speech. What the writer says inside it begins at a verb of saying after a comma, a
full stop or another dash, and goes on to the end of the sentence, or to the next dash; the rest is speech again.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from .cues import cues_in
from .marks import DASHES
from .paragraphs import Stretch
from .quotations import Quotation
from .words import words_in

LANGUAGES: Final = frozenset({"sv", "nb", "fr", "ru", "tr", "ug"})
INSIDE_MARKS: Final = frozenset({"ru", "ug"})
"""Languages that put "he said" between dashes inside the quotation marks."""
MIN_WORDS: Final = 2
MAX_BEFORE_VERB: Final = 24
MAX_PARAGRAPH: Final = 4_000
"""Characters; a longer one is no line of talk."""
_OPENS = re.compile(rf"[{DASHES}][ \u00a0]?(?=[^\s\d{DASHES}])")
_ENDS = re.compile(rf"[.!?…؟](?:\s+(?:[{DASHES}]\s)?|$)|[,;،؛]?\s[{DASHES}]\s")
"""Where the writer's words end: at a full stop, or where the next dash takes up the speech."""
_INVERTED = r"(?:s['’]|m['’])?(?:a|est|ai|ont)(?:-t)?(?:-(?:il|elle|on|je|ils|elles))? "
"""French: "a-t-elle dit", "s'est-il écrié"."""
_BEFORE_WRITER = re.compile(rf"[,.!?…،؟][”»\"]?(?P<gap>\s+)(?:[{DASHES}]\s)?(?:{_INVERTED})?(?:s['’]|se )?$")


def dash_quotations(text: str, paragraphs: Sequence[Stretch], language: str) -> list[Quotation]:
    """Every stretch of speech in paragraphs that begin with a dash.

    Only where the document says of one who speaks in it, or where two follow each other and one of them asks: a list has
    dashes too.
    """
    if language not in LANGUAGES:
        return []
    found: list[Quotation] = []
    told, before = False, -1
    asked = False
    for number, paragraph in enumerate(paragraphs):
        opening = _OPENS.match(text, paragraph.start, paragraph.end)
        if opening is None or len(paragraph.of(text)) > MAX_PARAGRAPH:
            continue
        asks = paragraph.of(text).rstrip()[-1:] in {"?", "؟"}
        told = told or (before == number - 1 and (asks or asked))
        before, asked = number, asks
        own = list(_writers_words(text, Stretch(opening.end(), paragraph.end), language))
        told = told or bool(own)
        found += _speech(text, paragraph, opening.end(), own, number)
    return found if told else []


def without_asides(text: str, marked: Sequence[Quotation], language: str) -> list[Quotation]:
    """Quotations cut where the writer speaks inside the marks: "«Мы уехали, — сказал он. — Никто не знал»" is two."""
    if language not in INSIDE_MARKS:
        return list(marked)
    return [piece for each in marked for piece in _cut(text, each, language)]


def _cut(text: str, quotation: Quotation, language: str) -> list[Quotation]:
    inside = Stretch(quotation.start, quotation.end)
    if quotation.paragraph != quotation.last_paragraph or not any(dash in inside.of(text) for dash in DASHES[:-1]):
        return [quotation]
    asides = [each for each in _writers_words(text, inside, language) if _is_between_dashes(text, each)]
    pieces, start, outer = [], quotation.start, quotation.outer_start
    for aside in asides:
        end = _speech_end(text, start, aside.start)
        pieces.append(Quotation(start, end, outer, end, quotation.paragraph, quotation.paragraph, quotation.damaged))
        start = outer = aside.end
    last = replace(quotation, start=start, outer_start=outer)
    return [each for each in (*pieces, last) if each.start < each.end]


def _is_between_dashes(text: str, aside: Stretch) -> bool:
    opened = text[aside.start : aside.end].lstrip()[:1]
    return bool(opened) and opened in DASHES and text[aside.end - 2 : aside.end].strip()[-1:] in DASHES


def beside(marked: Sequence[Quotation], dashed: Sequence[Quotation]) -> tuple[Quotation, ...]:
    """Both kinds in order; marks inside speech that a dash opens quote within it, and a dash inside marks opens nothing."""
    spoken = [each for each in dashed if not _overlaps(each, marked, inside=False)]
    kept = [each for each in marked if not _overlaps(each, spoken, inside=True)]
    return tuple(sorted((*kept, *spoken), key=lambda each: each.start))


def _overlaps(one: Quotation, others: Sequence[Quotation], *, inside: bool) -> bool:
    """Whether it lies inside one of some others that stand in order; or else whether it is cut by one or lies inside one."""
    at = bisect_right(others, one.outer_start, key=lambda each: each.outer_start)
    before = others[at - 1] if at else None
    if before is not None and one.outer_start < before.outer_end:
        return True
    last = bisect_right(others, one.outer_end - 1, key=lambda each: each.outer_start)
    return not inside and last > at and others[last - 1].outer_end > one.outer_end


def _speech(text: str, paragraph: Stretch, start: int, own: Sequence[Stretch], number: int) -> Iterator[Quotation]:
    outer = paragraph.start
    for stretch in (*own, Stretch(paragraph.end, paragraph.end)):
        end = _speech_end(text, start, stretch.start)
        if len(words_in(text, start, end)) >= MIN_WORDS:
            again = text[max(paragraph.start, start - 2) : start].rstrip()[-1:]
            guessed = not again or again not in DASHES  # after "säger hon." no mark says that she goes on
            yield Quotation(start, end, outer, end, number, number, damaged=guessed)
        start = outer = stretch.end


def _speech_end(text: str, start: int, end: int) -> int:
    """Where speech ends before the writer's words: without the comma and the dash that lead to them."""
    while end > start and text[end - 1] in f" ,،{DASHES}\u00a0":
        end -= 1
    return end


def _writers_words(text: str, talk: Stretch, language: str) -> Iterator[Stretch]:
    """Where the writer says who speaks: from a verb of saying that a comma or full stop goes before."""
    end = talk.start
    for cue in cues_in(words_in(text, talk.start, talk.end), language):
        before = _BEFORE_WRITER.search(text, max(talk.start, cue.start - MAX_BEFORE_VERB), cue.start)
        if before is None or before.start("gap") < end:
            continue
        closing = _ENDS.search(text, cue.end, talk.end)
        end = closing.end() if closing else talk.end
        yield Stretch(before.start("gap"), end)
