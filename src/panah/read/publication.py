"""The day of publication: said by the user, by the file itself, by a line of the page, or inferred from weekdays.

What the user says counts. Everything else is a proposal with its reason.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from .date_grammar import PrintedDate, printed_dates
from .date_reading import Anchor, read_date
from .paragraphs import is_caption
from .sentences import Page

HEAD_PARAGRAPHS: Final = 8
MAX_LINE: Final = 160
MAX_DATELINE: Final = 110
_DATELINE = re.compile(
    r"[^\W\d_](?:[^\W\d_a-z]|[ .'’-]){2,40}(?:[,/(][^—–\n]{0,60}?)?(?:\s?[—–]|\s-\s|\s--\s)"
    r"|[^\W\d_](?:[^\W\d_a-zа-я]|[ '’-]){2,40},\s\d{1,2}\.?\s[^\W\d_]{3,}\.?(?:\s\d{4})?(?:\s\([^)\n]{1,40}\))?[.:]\s"
)
"""A place in capitals, its day, and a dash; or the place, the day and a full stop."""
_PLACE_AND_DAY = re.compile(r"[^\W\d_a-z][\w .'’-]{1,30}, (?:the |le |den |am )?[\w .]{6,30}")
"""The line at the head of a letter: "Boudha, 14 March 2019"."""
_SAYS_PUBLISHED = re.compile(
    r"\b(?:published|updated|posted|recorded|aufgezeichnet|recueilli|opgetekend|nedtecknad|veröffentlicht|publié|gepubliceerd|publicerad|publisert|yayın\w*|опубликовано)\b"
    r"|发布|發布|发表|發表",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Publication:
    """The day (or month) of publication in EDTF, and how it is known."""

    edtf: str | None = None
    reason: str = ""


def publication_of(page: Page, told: str | None, stated: str | None) -> Publication:
    """The day of publication.

    Args:
        page: The cut-up document.
        told: What the user says, in EDTF.
        stated: What the file's metadata say, in EDTF.
    """
    if told:
        return Publication(told, "said by the user")
    if stated:
        return Publication(stated, "stated in the file")
    return _printed_in_head(page) or _in_dateline(page) or _inferred(page) or Publication()


def _printed_in_head(page: Page) -> Publication | None:
    """A full date in a byline or beside "published" among the first paragraphs."""
    for paragraph in page.paragraphs[:HEAD_PARAGRAPHS]:
        shown = paragraph.of(page.text)
        is_line = len(shown) <= MAX_LINE and (
            _PLACE_AND_DAY.fullmatch(shown)
            or _SAYS_PUBLISHED.search(shown)
            or is_caption(page.text, paragraph)
            or shown.lower().startswith("by ")
        )
        if not is_line:
            continue
        words = [word for word in page.words if paragraph.start <= word.start < paragraph.end]
        for printed in printed_dates(page.text, words, page.language):
            reading = read_date(printed, page.text, Anchor())
            if printed.day is not None and printed.year is not None and reading.edtf is not None:
                return Publication(reading.edtf, "printed at the head of the text")
    return None


def dateline_end(page: Page) -> int:
    """Where "BATUMI, Sept 14, 2018 (Agency) —" at the head of the text ends; 0 when there is none."""
    for paragraph in page.paragraphs[:HEAD_PARAGRAPHS]:
        if match := _DATELINE.match(page.text, paragraph.start, min(paragraph.end, paragraph.start + MAX_DATELINE)):
            return match.end()
    return 0


def _in_dateline(page: Page) -> Publication | None:
    end = dateline_end(page)
    words = [word for word in page.words if word.start < end]
    for printed in printed_dates(page.text, words, page.language):
        reading = read_date(printed, page.text, Anchor())
        if printed.day is not None and printed.year is not None and reading.edtf is not None:
            return Publication(reading.edtf, "printed at the head of the text")
    return None


def _inferred(page: Page) -> Publication | None:
    """From "Monday (22 June)": the first year in which it fits that is not before the latest year in the text."""
    dates: Sequence[PrintedDate] = page.dates
    with_weekday = [date for date in dates if date.weekday is not None and date.day is not None and date.year is None]
    latest = max((date.year for date in dates if date.year is not None), default=None)
    if not with_weekday or latest is None:
        return None
    anchor = Anchor.of(None, dates)
    fits = [set(_years(date, page.text, anchor)) for date in with_weekday]
    common = sorted(year for year in set.intersection(*fits) if year >= latest)
    if not common or common[0] > latest + 2:
        return None
    month = max(date.month or 0 for date in with_weekday)
    return Publication(f"{common[0]:04d}-{month:02d}~", "inferred from a weekday and the latest year in the text")


def _years(date: PrintedDate, text: str, anchor: Anchor) -> list[int]:
    return [int(candidate[:4]) for candidate in read_date(date, text, anchor).candidates]
