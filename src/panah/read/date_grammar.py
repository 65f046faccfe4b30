"""Dates as they are printed: what stands there, before anybody decides which day is meant.

A :class:`PrintedDate` keeps the parts that the words give (year, month, day, weekday, season, or a distance from the
day of publication) and where they stand. :mod:`date_reading` turns it into EDTF.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from .calendar_words import is_ambiguous, months, time_words, weekdays
from .words import Word

FIRST_YEAR, LAST_YEAR = 1900, 2099


@dataclass(frozen=True, slots=True)
class PrintedDate:
    """The parts of one date expression; ``None`` for what it does not say."""

    start: int
    end: int
    year: int | None = None
    month: int | None = None
    day: int | None = None
    weekday: int | None = None
    season: int | None = None
    relation: str = ""
    """last, this, next, ago, yesterday or today, for a date that hangs on the day of publication; later, earlier and
    same hang on the date told before it."""
    unit: str = ""
    count: int = 0
    until: PrintedDate | None = None
    """The end of an interval."""
    open_end: bool = False
    """Printed with "since"."""
    approximate: bool = False
    day_month_swapped: bool = False
    """A numeric date that can be read month first."""


_NUMERIC = re.compile(
    r"(?<![\d./-])(?:(?P<iso>(?P<y>(?:19|20)\d\d)-(?P<m>\d\d)(?:-(?P<d>\d\d))?)"
    r"|(?P<a>\d{1,2})(?P<sep>[./-])(?P<b>\d{1,2})(?P=sep)(?P<year>(?:19|20)\d\d))(?![\d/-])"
)
_HAN = re.compile(
    r"(?:(?P<y>(?:19|20)\d\d)\s?年)?(?:(?<=年)|(?<!\d))\s?(?:(?P<m>\d{1,2})\s?月)?(?:(?<=月)\s?(?P<d>\d{1,2})\s?[日号號])?"
)
_UYGHUR = re.compile(
    r"(?P<y>(?:19|20)\d\d)\s?-?\s?(?:يىل|yil)\w*"
    r"(?:\s?(?P<m>\d{1,2})\s?-?\s?(?:ئاي|ay)\w*(?:\s?(?P<d>\d{1,2})\s?-?\s?(?:كۈن|kün)\w*)?)?"
)


def printed_dates(text: str, words: Sequence[Word], language: str) -> list[PrintedDate]:
    """Every date expression among some words of a text, in order, none overlapping another."""
    if not words:
        return []
    start, end = words[0].start, words[-1].end
    found = [*_numeric(text, start, end)]
    if language == "zh":
        found += _with_numerals(_HAN, text, start, end)
    elif language == "ug":
        found += _with_numerals(_UYGHUR, text, start, end)
    found += _Worded(text, words, language).dates()
    return _apart(sorted(found, key=lambda date: (date.start, -date.end)))


def _apart(dates: Sequence[PrintedDate]) -> list[PrintedDate]:
    kept: list[PrintedDate] = []
    for date in dates:
        if not kept or date.start >= kept[-1].end:
            kept.append(date)
    return kept


def _numeric(text: str, start: int, end: int) -> Iterator[PrintedDate]:
    for match in _NUMERIC.finditer(text, start, end):
        if match["iso"]:
            day = int(match["d"]) if match["d"] else None
            date = PrintedDate(*match.span(), int(match["y"]), int(match["m"]), day)
        else:
            first, second = int(match["a"]), int(match["b"])
            ambiguous = match["sep"] != "." and first <= 12 and second <= 12 and first != second
            if second > 12:
                first, second = second, first
            date = PrintedDate(*match.span(), int(match["year"]), second, first, day_month_swapped=ambiguous)
        if _can_be(date):
            yield date


def _with_numerals(pattern: re.Pattern[str], text: str, start: int, end: int) -> Iterator[PrintedDate]:
    for match in pattern.finditer(text, start, end):
        year, month, day = (int(match[name]) if match[name] else None for name in "ymd")
        if year is None and month is None:
            continue
        date = PrintedDate(match.start() + len(match[0]) - len(match[0].lstrip()), match.end(), year, month, day)
        if _can_be(date):
            yield date


def _can_be(date: PrintedDate) -> bool:
    """Whether month and day exist (29 February in some year)."""
    longest = (31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
    if date.month is not None and not 1 <= date.month <= 12:
        return False
    return date.day is None or (date.month is not None and 1 <= date.day <= longest[date.month - 1])


_ORDINALS: Final = frozenset(["st", "nd", "rd", "th", "er", "e", "ème"])
_TIMES_OF_DAY: Final = frozenset(["evening", "night", "morning", "afternoon"])
_BRIDGES: Final = frozenset(["of", "de", "the", "den", "d", "года", "г"])


class _Worded:
    """A reader of dates in words, one word at a time."""

    def __init__(self, text: str, words: Sequence[Word], language: str) -> None:
        self.text, self.words = text, words
        self.months, self.weekdays = months(language), weekdays(language)
        self.time = time_words(language)
        self.english = language == "en"

    def dates(self) -> list[PrintedDate]:
        found: list[PrintedDate] = []
        at = 0
        while at < len(self.words):
            date, used = self._interval(at)
            if date is not None:
                found.append(self._marked(date, at))
            at += max(used, 1)
        return found

    def _marked(self, date: PrintedDate, at: int) -> PrintedDate:
        """Take "since", "early", "mid" and "late" before the date into account."""
        meaning = self._meaning(at - 1)
        if meaning == "since":
            return replace(date, open_end=True)
        if meaning in {"early", "mid", "late"} and date.day is None:
            return replace(date, approximate=True, start=self.words[at - 1].start)
        return date

    def _meaning(self, at: int) -> str:
        return self.time.get(self.words[at].text, "") if 0 <= at < len(self.words) else ""

    def _interval(self, at: int) -> tuple[PrintedDate | None, int]:
        """ "between January and June 2015", "from 3 to 5 May 2019", else one date."""
        date, used = self._one(at)
        if date is None or date.relation:
            return date, used
        joint = at + used
        opened = (at > 0 and self._meaning(at - 1) == "between") or self._text(at - 1) in {"between", "from"}
        if opened and self._text(joint) in {"and", "to", "until"}:
            second, more = self._one(joint + 1)
            if second is not None and not second.relation:
                year = date.year if date.year is not None else second.year
                first = replace(date, year=year)
                return replace(first, end=second.end, until=second), used + 1 + more
        return date, used

    def _text(self, at: int) -> str:
        return self.words[at].text if 0 <= at < len(self.words) else ""

    def _one(self, at: int) -> tuple[PrintedDate | None, int]:
        for read in (self._relative, self._weekday_date, self._day_month, self._month_day, self._season, self._year):
            date, used = read(at)
            if date is not None:
                return date, used
        return None, 1

    def _month(self, at: int, *, beside_number: bool = False) -> int | None:
        if not 0 <= at < len(self.words):
            return None
        word = self.words[at]
        number = self.months.get(word.text)
        if (
            number is None
            or (self.english and not word.capital)
            or (is_ambiguous(word.text) and not word.capital and not beside_number)
        ):
            return None
        return number

    def _number(self, at: int, low: int, high: int) -> int | None:
        text = self._text(at)
        return int(text) if text.isdecimal() and len(text) <= 4 and low <= int(text) <= high else None

    def _adjacent(self, left: int, right: int, most: int = 4) -> bool:
        between = self.text[self.words[left].end : self.words[right].start]
        marks = {character for character in between if not character.isalpha()}
        return len(between) <= most and not marks - set(" ,.()\u00a0-–'’")

    def _made(self, at: int, last: int, **parts: object) -> tuple[PrintedDate, int]:
        date = PrintedDate(self.words[at].start, self.words[last].end, **parts)  # type: ignore[arg-type]
        return date, last - at + 1

    def _year_after(self, at: int) -> tuple[int | None, int]:
        """A year right after word ``at``: its value and the last word used."""
        following = at + 1
        if self._text(following) in _BRIDGES:
            following += 1
        year = self._number(following, FIRST_YEAR, LAST_YEAR)
        if (
            year is not None
            and self._adjacent(at, following, 8)
            and ")" not in self.text[self.words[at].end : self.words[following].start]
        ):
            return year, following
        return None, at

    def _weekday_date(self, at: int) -> tuple[PrintedDate | None, int]:
        """ "Monday (22 June)", "on Friday", "Montag, 22. Juni 2020"."""
        weekday = self.weekdays.get(self._text(at))
        if (
            weekday is None
            or (self.english and not self.words[at].capital)
            or (is_ambiguous(self._text(at)) and len(self._text(at)) < 4)
        ):
            return None, 1
        if at + 1 < len(self.words) and self._adjacent(at, at + 1, 6):
            following = at + 2 if self._text(at + 1) in {"the", "den", "le"} and at + 2 < len(self.words) else at + 1
            for read in (self._day_month, self._month_day):
                date, used = read(following)
                if date is not None and date.day is not None:
                    last = following + used - 1
                    closing = 1 if self.text[date.end : date.end + 1] == ")" else 0
                    return replace(
                        date, start=self.words[at].start, end=date.end + closing, weekday=weekday
                    ), last - at + 1
        return self._made(at, at, weekday=weekday, relation="this")

    def _day_month(self, at: int) -> tuple[PrintedDate | None, int]:
        """ "22 June 2020", "22nd of June", "22. Juni"."""
        day = self._number(at, 1, 31)
        if day is None:
            return None, 1
        following = at + 1
        while self._text(following) in _ORDINALS | _BRIDGES and following < at + 4:
            following += 1
        month = self._month(following, beside_number=True)
        if month is None or not self._adjacent(at, following, 12):
            return None, 1
        year, last = self._year_after(following)
        return self._made(at, last, day=day, month=month, year=year)

    def _month_day(self, at: int) -> tuple[PrintedDate | None, int]:
        """ "June 22, 2020", "June 2020", "in June"."""
        month = self._month(at)
        if month is None:
            return None, 1
        day = self._number(at + 1, 1, 31)
        if day is not None and self._adjacent(at, at + 1) and self.english:
            last = at + 2 if self._text(at + 2) in _ORDINALS and self._adjacent(at + 1, at + 2, 0) else at + 1
            year, last = self._year_after(last)
            return self._made(at, last, day=day, month=month, year=year)
        year, last = self._year_after(at)
        if year is not None:
            return self._made(at, last, month=month, year=year)
        before = self._meaning(at - 1)
        if before in {"in", "since", "until", "early", "mid", "late", "between", "and", "this", "next"} or self._text(
            at - 1
        ) in {"and", "between"}:
            return self._made(at, at, month=month, relation="this" if before == "this" else "")
        return None, 1

    def _season(self, at: int) -> tuple[PrintedDate | None, int]:
        meaning = self._meaning(at)
        if not meaning.startswith("season:"):
            return None, 1
        year, last = self._year_after(at)
        if year is None:
            return None, 1
        return self._made(at, last, season=int(meaning[7:]), year=year)

    def _year(self, at: int) -> tuple[PrintedDate | None, int]:
        """A bare year counts as a date only after a preposition, in brackets, or before "report" and the like."""
        year = self._number(at, FIRST_YEAR, LAST_YEAR)
        if year is None:
            return None, 1
        word = self.words[at]
        before = self._meaning(at - 1)
        bracketed = self.text[max(0, word.start - 1) : word.start] == "("
        if before in {"in", "since", "until", "early", "mid", "late", "between", "and", "last"} or bracketed:
            return self._made(at, at, year=year)
        return None, 1

    def _relative(self, at: int) -> tuple[PrintedDate | None, int]:
        meaning = self._meaning(at)
        if meaning in {"yesterday", "today"}:
            return self._made(at, at, relation=meaning)
        if meaning in {"last", "this", "next"}:
            return self._after_relation(at, meaning)
        if meaning in {"same", "following"}:
            return self._beside(at, meaning)
        return self._ago(at) if self._text(at) != "the" else self._the_day(at)

    def _beside(self, at: int, meaning: str) -> tuple[PrintedDate | None, int]:
        """ "the same week", "the following year": counted from the date told before."""
        unit = self._meaning(at + 1)
        if not unit.startswith("unit:") and self._text(at + 1) not in _TIMES_OF_DAY:
            return None, 1
        unit = unit[5:] if unit.startswith("unit:") else "day"
        relation, count = ("same", 0) if meaning == "same" else ("later", 1)
        return self._made(at, at + 1, relation=relation, count=count, unit=unit)

    def _the_day(self, at: int) -> tuple[PrintedDate | None, int]:
        """ "the day after", "the week before"; "the 20th" of the month told before."""
        unit, way = self._meaning(at + 1), self._meaning(at + 2)
        if unit.startswith("unit:") and way in {"later", "earlier"} and not self._opens_clause(at + 2):
            return self._made(at, at + 2, relation=way, count=1, unit=unit[5:])
        day = self._number(at + 1, 1, 31)
        if day is not None and self._text(at + 2) in _ORDINALS and self._meaning(at - 1) == "in":
            if self._text(at + 3) in _BRIDGES or self._month(at + 3) is not None:
                return None, 1
            return self._made(at, at + 2, relation="same", day=day, unit="month")
        return None, 1

    def _after_relation(self, at: int, relation: str) -> tuple[PrintedDate | None, int]:
        """ "last June", "last Thursday", "last year", "this summer"."""
        following = at + 1
        if following >= len(self.words) or not self._adjacent(at, following, 2):
            return None, 1
        meaning, month = self._meaning(following), self._month(following)
        weekday = self.weekdays.get(self._text(following))
        if month is not None:
            year, last = self._year_after(following)
            return self._made(at, last, month=month, year=year, relation="" if year else relation)
        if weekday is not None and self.words[following].capital | (not self.english):
            return self._made(at, following, weekday=weekday, relation=relation)
        if relation == "next" and meaning == "unit:day":
            return self._made(at, following, relation="later", count=1, unit="day")  # "the next day": after that one
        if meaning.startswith("unit:") and (self._text(following)[-1] != "s" or not self.english):
            return self._made(at, following, unit=meaning[5:], relation=relation)
        if meaning.startswith("season:"):
            return self._made(at, following, season=int(meaning[7:]), relation=relation)
        return None, 1

    def _opens_clause(self, at: int) -> bool:
        """ "a week after he refused": counted from what the next words tell, not from the date told before."""
        if self._text(at) not in {"after", "before"} or at + 1 >= len(self.words):
            return False
        return self.text[self.words[at].end : self.words[at + 1].start].isspace()

    def _ago(self, at: int) -> tuple[PrintedDate | None, int]:
        """ "three weeks ago", "a year ago"."""
        meaning = self._meaning(at)
        count = int(meaning[7:]) if meaning.startswith("number:") else self._number(at, 1, 400)
        unit = self._meaning(at + 1)
        if count is None or not unit.startswith("unit:") or self._meaning(at + 2) not in {"ago", "later", "earlier"}:
            return None, 1
        if self._opens_clause(at + 2):
            return None, 1
        if self._meaning(at + 2) != "ago":
            return self._made(at, at + 2, relation=self._meaning(at + 2), count=count, unit=unit[5:])
        return self._made(at, at + 2, relation="ago", count=count, unit=unit[5:])
