"""Dates that an altered copy may have replaced, repaired with both readings kept.

Known replacements are data (``data/spun_dates.csv``): some programmes turned "last year" into "in 2015" for years on.
A repair is made only in an altered copy, only when the printed year cannot be meant (the sentence calls the event
recent, or the same replacement stands there several times), and it always keeps the printed form and its reason.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Final

from panah.dates import bounds, year_of
from panah.model.reading import DateReading

from .date_grammar import PrintedDate
from .phrases import rows_of
from .sentences import Page
from .word_classes import word_class
from .words import words_in

REPEATED: Final = 3
LONG_AGO_YEARS: Final = 3


class Repair:
    """Repairs for one document."""

    def __init__(self, page: Page, published: str | None, dates: Sequence[PrintedDate], *, copied: bool) -> None:
        self.page, self.copied = page, copied
        self.year = year_of(published) if published else None
        years = [date.year for date in dates if date.month is None and date.year is not None and date.until is None]
        self.times = Counter(years)
        self.replaced = {int(row["printed"]): row["usual"] for row in rows_of("spun_dates")}
        self.doubtful = {year for year in self.times if self._is_doubtful(year, dates)}

    def _is_doubtful(self, year: int, dates: Sequence[PrintedDate]) -> bool:
        if not self.copied or self.year is None or year not in self.replaced or year >= self.year - 1:
            return False
        called_recent = any(date.year == year and self.contradicts(date) for date in dates)
        return called_recent or self.times[year] >= REPEATED

    def contradicts(self, printed: PrintedDate) -> bool:
        """Whether a sentence calls recent what it dates years before the publication."""
        if printed.year is None or self.year is None or printed.year > self.year - LONG_AGO_YEARS:
            return False
        sentence = self.page.sentence_at(printed.start)
        before = words_in(self.page.text, sentence.start, printed.start)[-8:]
        return bool({word.text for word in before} & word_class("recent", self.page.language))

    def repaired(self, printed: PrintedDate, reading: DateReading) -> DateReading:
        """The reading, or the repaired one."""
        if printed.month is not None or printed.year not in self.doubtful or printed.until is not None:
            return reading
        assert self.year is not None
        assert printed.year is not None
        likely = f"{self.year - 1:04d}"
        reason = (
            f"an altered copy: “in {printed.year}” often stands for “{self.replaced[printed.year]}”, "
            f"and stands here {self.times[printed.year]} times"
        )
        return reading.model_copy(
            update={"edtf": f"{likely}?", "candidates": (likely, f"{printed.year:04d}"), "reason": reason}
        )


def contradictions(page: Page, dates: Sequence[PrintedDate], published: str | None) -> list[tuple[int, int, str]]:
    """Start, end and note of dates that contradict the text around them or the day of publication."""
    repair = Repair(page, published, dates, copied=False)
    found = [
        (date.start, date.end, "called recent, but dated years before the publication")
        for date in dates
        if repair.contradicts(date)
    ]
    if published:
        last = bounds(published)[1].year
        found += [
            (date.start, date.end, "after the day of publication")
            for date in dates
            if date.year is not None and date.year > last + 1
        ]
    return found
