"""Dates with their own place in the calendar: "22 June 2020", "Monday (22 June)", "the second Sunday of May", "2015"."""

from __future__ import annotations

from dataclasses import replace

from .calendar_words import in_months
from .date_lookup import ARTICLES, BRIDGES, ORDINALS, PREPOSITIONS, DateLookup, Found
from .date_printed import FIRST_YEAR, LAST_YEAR
from .word_classes import word_class


class CalendarDates(DateLookup):
    """Reads dates that name a day, a month or a year."""

    def _weekday_date(self, at: int) -> Found:
        """ "Monday (22 June)", "on Friday", "Montag, 22. Juni 2020"; not "every Friday", "Friday prayers", "a Friday"."""
        weekday = self._weekday(at)
        if weekday is None:
            return None, 1
        if self._text(at - 1) in word_class("each", self.language) or self._text(at + 1) in word_class("rite", "en"):
            return None, 1
        if (found := self._nth_weekday(at, weekday))[0] is not None:
            return found
        if at + 1 < len(self.words) and self._adjacent(at, at + 1, 6):
            following = (
                at + 2 if self._text(at + 1) in {"the", "den", "dem", "le"} and at + 2 < len(self.words) else at + 1
            )
            for read in (self._day_month, self._month_day):
                date, used = read(following)
                if date is not None and date.day is not None:
                    last = following + used - 1
                    closing = 1 if self.text[date.end : date.end + 1] == ")" else 0
                    return replace(
                        date, start=self.words[at].start, end=date.end + closing, weekday=weekday
                    ), last - at + 1
        if self._text(at - 1) in word_class("indefinite", self.language):
            return None, 1  # "21 September, a Friday"
        return self._made(at, at, weekday=weekday, relation="this")

    def _nth_weekday(self, at: int, weekday: int) -> Found:
        """ "the second Sunday of May", "a Sunday in July": the month, and which one of its Sundays."""
        if self._text(at + 1) not in BRIDGES | {"i", "av", "en", "im"}:
            return None, 1
        following = at + 2 + (self._text(at + 2) in ARTICLES)
        month, used = self._month_day(following)
        if month is None or month.day is not None or month.relation:
            return None, 1
        ordinal = self._meaning(at - 1)
        end = following + used - 1
        closing = self._text(at - 1) in word_class("last_of", "mul")
        if ordinal.startswith("ordinal:") or closing:
            count = -1 if closing else int(ordinal[8:])
            return self._made(at, end, month=month.month, year=month.year, weekday=weekday, relation="nth", count=count)
        if self._text(at - 1) in word_class("indefinite", self.language):
            return self._made(at, end, month=month.month, year=month.year)
        return None, 1

    def _part_of_year(self, at: int) -> Found:
        """ "the last quarter of 2022", "the first half of last year"."""
        ordinal, text = self._meaning(at), self._text(at + 1)
        parts = 4 if text in word_class("quarter", "mul") else 2 if text in word_class("half_year", "mul") else 0
        number = int(ordinal[8:]) if ordinal.startswith("ordinal:") else parts if ordinal == "last" else None
        if not parts or not number or number > parts or (self.english and self._text(at + 2) != "of"):
            return None, 1
        year, last = self._year_after(at + 1)
        return (
            self._made(at, last, year=year, relation="part", count=number, unit=f"{12 // parts}") if year else (None, 1)
        )

    def _day_month(self, at: int) -> Found:
        """ "22 June 2020", "22nd of June", "22. Juni", "the third of May"."""
        day, following = self._day(at)
        if day is None:
            return None, 1
        while self._text(following) in ORDINALS | BRIDGES and following < at + 5:
            following += 1
        month = self._month(following, beside_number=True)
        if month is None or not self._adjacent(at, following, 24 if following > at + 2 else 12):
            return None, 1
        year, last = self._year_after(following)
        return self._made(at, last, day=day, month=month, year=year)

    def _day(self, at: int) -> tuple[int | None, int]:
        """A day of the month at a word, in figures or as an ordinal in words, and the word after it."""
        day, meaning = self._number(at, 1, 31), self._meaning(at)
        named = not self.english and self._month(at + 1, beside_number=True) is not None
        if day is None and meaning.startswith("ordinal:") and (named or self._text(at + 1) == "of"):
            return int(meaning[8:]), at + 1
        tens = {"twenty": 20, "thirty": 30}.get(self._text(at))
        units = self._meaning(at + 1)
        if tens and units.startswith("ordinal:") and int(units[8:]) < 10 and tens + int(units[8:]) <= 31:
            return tens + int(units[8:]), at + 2
        return day, at + 1

    def _month_day(self, at: int) -> Found:
        """ "June 22, 2020", "June 2020", "in June"."""
        before, after = self._meaning(at - 1), self._meaning(at + 1)
        told = (before in PREPOSITIONS and not self.english) or self._text(at + 1) in word_class("month_suffix", "tr")
        month = self._month(at, beside_number=told or "unit:" in before + after)
        if month is None:
            return None, 1
        day = self._number(at + 1, 1, 31)
        if day is not None and self._adjacent(at, at + 1) and self.english and not self._short_year(at, at + 1):
            last = at + 2 if self._text(at + 2) in ORDINALS and self._adjacent(at + 1, at + 2, 0) else at + 1
            year, last = self._year_after(last)
            return self._made(at, last, day=day, month=month, year=year)
        year, last = self._year_after(at)
        if year is not None:
            return self._made(at, last, month=month, year=year)
        if self.turkish and (year := self._number(at - 1, FIRST_YEAR, LAST_YEAR)) is not None:
            return self._made(at, at, month=month, year=year)  # "2020 Mart ayında"
        if (
            before in PREPOSITIONS
            or self._text(at) in in_months(self.language)
            or self._text(at + 1) in word_class("month_suffix", self.language)
            or after in {"last", "this"}
            or "unit:" in before + after
            or self._text(at - 1) in {"and", "between"}
        ):
            return self._made(at, at, month=month, relation="this" if before == "this" else "")
        return None, 1

    def _year(self, at: int) -> Found:
        """A bare year counts as a date only after a preposition, in brackets, beside "year", or before "report"."""
        year = self._number(at, FIRST_YEAR, LAST_YEAR)
        if year is None:
            return None, 1
        word = self.words[at]
        if self._text(at + 1) == "s" and year % 10 == 0 and self._between(at, at + 1) in {"", "'", "’"}:
            return self._made(at, at + 1, year=year, decade=True)
        before, after = self._meaning(at - 1), self._meaning(at + 1)
        bracketed = self.text[max(0, word.start - 1) : word.start] == "("
        beside = before == "unit:year" or (after == "unit:year" and not self.english)
        suffixed = self.turkish and self._text(at + 1) in {"te", "de", "ta", "da", "den", "dan", "ten", "tan"}
        if (part := self._part_after(at)) is not None:
            return self._made(at, part, year=year, approximate=True)
        if (found := self._years_between(at, year))[0] is not None:
            return found
        if before in PREPOSITIONS - {"this", "next"} or before == "last" or bracketed or beside or suffixed:
            last = at + 1 if after == "unit:year" and not self.english else at
            return self._made(at, last, year=year)
        return None, 1

    def _years_between(self, at: int, year: int) -> Found:
        """ "2019-2020 yıllarında", "2019 ile 2020 arasında": what makes them a date comes last."""
        second_at = at + 1 + (self._meaning(at + 1) == "and")
        second = self._number(second_at, FIRST_YEAR, LAST_YEAR)
        if second is None or second <= year or self._text(second_at + 1) not in word_class("years_last", self.language):
            return None, 1
        until, _ = self._made(second_at, second_at + 1, year=second)
        return self._made(at, second_at + 1, year=year, until=until)

    def _part_after(self, at: int) -> int | None:
        """ "2022 başında", "2022-يىلنىڭ بېشىدا": the word that tells the part of the year."""
        following = at + 1
        while self._text(following) in word_class("year_of", self.language):
            following += 1
        return following if self._text(following) in word_class("year_part", self.language) else None
