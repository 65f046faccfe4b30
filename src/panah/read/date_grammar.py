"""Dates as they are printed: what stands there, before anybody decides which day is meant.

A :class:`PrintedDate` keeps the parts that the words give (year, month, day, weekday, season, or a distance from the
day of publication) and where they stand. :mod:`date_reading` turns it into EDTF.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from .date_han import han_dates
from .date_numerals import numeric_dates, uyghur_dates
from .date_printed import FIRST_YEAR, LAST_YEAR, PrintedDate
from .date_words import DateWords
from .word_classes import word_class
from .words import Word, words_in

__all__ = ["FIRST_YEAR", "LAST_YEAR", "PrintedDate", "printed_dates"]

MAX_BRIDGE: Final = 12
_BRIDGE: Final = re.compile(r"(?:,? |[^\W\d_]|['’\u00a0])*")
"""What may stand between two parts of one date: words, and a comma ("last week, on Monday")."""
_TO_ITS_WEEKDAY: Final = frozenset([" ", ", ", " (", "（", ", в ", ", во "])
_INSIDE: Final = {"year": {"month", "day", "season"}, "week": {"weekday"}, "month": {"day"}}
"""Which parts lie in a year, a week, a month told beside them."""


def printed_dates(text: str, words: Sequence[Word], language: str) -> list[PrintedDate]:
    """Every date expression among some words of a text, in order, none overlapping another."""
    if not words:
        return []
    start, end = words[0].start, words[-1].end
    found = [*numeric_dates(text, start, end, language)]
    if language == "zh":
        found += han_dates(text, start, end)
    elif language == "ug":
        found += uyghur_dates(text, start, end)
    found += DateWords(text, words, language).dates()
    if len(found) < 2:
        return found
    return _joined(text, _apart(sorted(found, key=lambda date: (date.start, -date.end))))


def _apart(dates: Sequence[PrintedDate]) -> list[PrintedDate]:
    kept: list[PrintedDate] = []
    for date in dates:
        if not kept or date.start >= kept[-1].end:
            kept.append(date)
    return kept


def _joined(text: str, dates: Sequence[PrintedDate]) -> list[PrintedDate]:
    """ "3 May last year", "geçen yıl mart ayında", "Tuesday of last week": two that are one."""
    joined: list[PrintedDate] = []
    for date in dates:
        before = joined[-1] if joined else None
        together = _together(text, before, date) if before is not None else None
        if before is not None and _says_again(text, before, date):
            together = date
        if before is not None and together is None:
            together = _with_its_weekday(text, before, date) or _with_its_year(text, before, date)
        if together is not None:
            joined[-1] = together
        else:
            joined.append(date)
    return joined


def _says_again(text: str, first: PrintedDate, second: PrintedDate) -> bool:
    """ "two weeks earlier, on 3 September 2022": the second says exactly what the first counts."""
    between = text[first.end : second.start]
    if not first.hangs_on_another or second.month is None or second.hangs_on_another or "," not in between[:2]:
        return False
    return len(between) <= MAX_BRIDGE and len(words_in(between)) <= 1


def _together(text: str, first: PrintedDate, second: PrintedDate) -> PrintedDate | None:
    between = text[first.end : second.start]
    if len(between) > MAX_BRIDGE or not _BRIDGE.fullmatch(between):
        return None
    if {word.text for word in words_in(between)} - word_class("date_bridge", "mul"):
        return None
    for inner, outer in ((first, second), (second, first)):
        if _is_inside(inner, outer):
            told = replace(inner, start=first.start, end=second.end, within=outer, open_end=first.open_end)
            return replace(told, relation="", open_start=first.open_start, approximate=first.approximate)
    return None


def _with_its_weekday(text: str, first: PrintedDate, second: PrintedDate) -> PrintedDate | None:
    """ "3 Haziran Pazartesi", "3 June, Monday": a day and its weekday."""
    is_day = first.day is not None and first.month is not None and first.weekday is None and first.until is None
    is_weekday = second.weekday is not None and second.relation == "this" and second.month is None
    if is_day and is_weekday and not second.night_before and text[first.end : second.start] in _TO_ITS_WEEKDAY:
        return replace(first, end=second.end, weekday=second.weekday)
    return None


def _with_its_year(text: str, first: PrintedDate, second: PrintedDate) -> PrintedDate | None:
    """ "2022-يىلى ئەتىيازدا": a year, and a month or season in it."""
    is_year = first.year is not None and first.month is None and first.season is None and first.until is None
    is_part = second.year is None and not second.relation and (second.month or second.season)
    worded = not text[first.start : first.end].isdecimal()
    if second.day and not worded:
        return None
    if is_year and is_part and text[first.end : second.start] == " " and not first.relation:
        return replace(second, start=first.start, year=first.year)
    return None


def _is_inside(inner: PrintedDate, outer: PrintedDate) -> bool:
    """Whether one date is a part of the week, month or year that the other tells."""
    whole = outer.relation in {"last", "this", "next", "same", "later", "earlier"} and outer.unit in _INSIDE
    if not whole or outer.weekday is not None or outer.within is not None or inner.unit or inner.within is not None:
        return False
    if inner.year is not None or inner.until is not None or inner.relation not in {"", "this", "edge"}:
        return False
    parts = {name for name in ("month", "day", "season", "weekday") if getattr(inner, name) is not None}
    return bool(parts & _INSIDE[outer.unit])
