"""Dates in digits, whatever the language, and those that Uyghur writes with digits and hyphens."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace

from .date_printed import PrintedDate

MONTH_FIRST = frozenset(["en", "zh", "und"])
_NUMERIC = re.compile(
    r"(?<![\d./-])(?:(?P<iso>(?P<y>(?:19|20)\d\d)-(?P<m>\d\d)(?:-(?P<d>\d\d))?)"
    r"|(?P<a>\d{1,2})(?P<sep>[./-])(?P<b>\d{1,2})(?P=sep)(?P<year>(?:19|20)\d\d|(?<=[./])[012]\d(?!\.\d)))(?![\d/-])"
)
_GERMAN_DAY = re.compile(r"(?<=\b[av]m )(?P<d>\d{1,2})\.\s?(?P<m>\d{1,2})(?!\d)")
_UYGHUR = re.compile(
    r"(?:(?P<y>(?:19|20)\d\d)\s?-?\s?(?P<of_year>(?:يىل|yil)\w*)"
    r"|(?P<relation>ئۆتكەن يىلى|بۇ يىل|شۇ يىلى|بۇلتۇر)(?=\s\d))?"
    r"(?:\s?(?<!\d)(?P<m>\d{1,2})\s?-?\s?(?:ئاي|ay)\w*(?:\s?(?P<d>\d{1,2})\s?-?\s?(?:كۈن|kün)\w*)?)?"
)
_UYGHUR_YEARS = {"ئۆتكەن يىلى": ("last", 1), "بۇلتۇر": ("last", 1), "بۇ يىل": ("this", 0), "شۇ يىلى": ("same", 0)}
_UYGHUR_SINCE = re.compile(r"\s(?:بېرى|باشلاپ|تارتىپ)")


def numeric_dates(text: str, start: int, end: int, language: str) -> Iterator[PrintedDate]:
    """Dates such as 2019-06-22, 22.06.2019 and 22/06/2019; the last one can be read month first in English only."""
    for match in _NUMERIC.finditer(text, start, end):
        if match["iso"]:
            day = int(match["d"]) if match["d"] else None
            date = PrintedDate(*match.span(), int(match["y"]), int(match["m"]), day)
        else:
            first, second = int(match["a"]), int(match["b"])
            ambiguous = (
                match["sep"] != "." and language in MONTH_FIRST and first <= 12 and second <= 12 and first != second
            )
            if second > 12:
                first, second = second, first
            short = len(match["year"]) == 2
            if short and language in MONTH_FIRST:
                continue
            year = int(match["year"]) + (2000 if short else 0)
            date = PrintedDate(*match.span(), year, second, first, day_month_swapped=ambiguous)
        if date.can_be:
            yield date
    for match in _GERMAN_DAY.finditer(text, start, end) if language == "de" else ():
        date = PrintedDate(*match.span(), None, int(match["m"]), int(match["d"]))
        if date.can_be:
            yield date


def uyghur_dates(text: str, start: int, end: int) -> Iterator[PrintedDate]:
    """Dates such as "2021-yil 11-ayning 20-küni" in Arabic or Latin letters, with or without the year."""
    for match in _UYGHUR.finditer(text, start, end):
        year, month, day = (int(match[name]) if match[name] else None for name in "ymd")
        if year is None and month is None:
            continue
        date = PrintedDate(match.start() + len(match[0]) - len(match[0].lstrip()), match.end(), year, month, day)
        if match["relation"]:
            relation, count = _UYGHUR_YEARS[match["relation"]]
            told = PrintedDate(match.start(), match.end(), relation=relation, count=count, unit="year")
            date = replace(date, within=told)
        if _UYGHUR_SINCE.match(text, match.end()):
            date = replace(date, open_end=True)
        if date.can_be:
            yield date
