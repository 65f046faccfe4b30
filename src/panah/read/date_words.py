"""Dates in words, read one word at a time: single dates, intervals, and what stands before them."""

from __future__ import annotations

import itertools
from dataclasses import replace
from typing import Final

from .date_lookup import ARTICLES, ORDINALS, Found
from .date_printed import FIRST_YEAR, LAST_YEAR, PrintedDate
from .date_relative import RelativeDates
from .word_classes import word_class

_ACCUSATIVE: Final = frozenset(["u", "ü", "ı", "i", "yi", "yı"])
_DASHES: Final = frozenset("-–—/")
MAX_TO_WILL: Final = 5
MAX_CASE_ENDING: Final = 6
"""Letters from a date to the word behind its ending ("3 Mayıs'tan beri")."""


class DateWords(RelativeDates):
    """A reader of the dates among some words of a text."""

    def dates(self) -> list[PrintedDate]:
        """Every date in order."""
        found: list[PrintedDate] = []
        at = 0
        while at < len(self.words):
            if not self._can_begin(at):
                at += 1
                continue
            date, used = self._interval(at)
            if date is not None:
                found.append(self._marked(date, at))
            at += max(used, 1)
        return found

    def _marked(self, date: PrintedDate, at: int) -> PrintedDate:
        """Take what stands before the date into account: "since", "until", "early", "will", "the night to"."""
        if date.unit == "month" and date.relation in {"last", "this"} and not self.english:
            date = self._day_of(date, at)
        before = self._before(at)
        meaning = self._meaning(before)
        if meaning == "in" and (
            self._meaning(before - 1) == "since"
            or (date.month is None and self._meaning(before - 1) in {"early", "mid", "late"})
        ):
            before, meaning = before - 1, self._meaning(before - 1)  # "late in 2021", "siden i vår"
        if meaning in {"early", "mid", "late"} and date.day is None and date.weekday is None:
            date = replace(
                date, approximate=date.month is None and date.unit != "month", start=self.words[before].start
            )
            meaning = self._meaning(self._before(before))
        near, follows = word_class("date_near", self.language), self._after(date, at)
        about = near & {self._text(each) for each in (before, at - 1, at - 2)}
        if (
            (about or follows in word_class("date_near_last", self.language))
            and date.day is not None
            and date.until is None
        ):
            date = replace(date, approximate=True)
        if date.day is not None and date.until is None and (week := self._week_of(at)):
            return replace(date, relation="week of", unit=week)
        if date.relation in {"ago", "later", "earlier"} and self._text(before) in word_class("date_about", "mul"):
            date = replace(date, approximate=True)
        nights, to = word_class("night", "mul"), word_class("night_to", "mul")
        if date.until is None and self._text(before) in to and self._text(before - 1) in nights:
            return replace(date, night_before=True)
        if date.until is None and (meaning == "since" or follows in word_class("since_last", self.language)):
            return replace(date, open_end=True)
        if date.until is None and meaning == "until":
            return replace(date, open_start=True)
        will = any(self._meaning(each) == "ahead" for each in range(max(0, at - MAX_TO_WILL), at))
        return replace(date, ahead=True) if will and date.year is None and not date.unit else date

    def _after(self, date: PrintedDate, at: int) -> str:
        """The word right after a date ("marttan beri", "3-مايدىن بۇيان") and the ending written apart from it."""
        near = itertools.takewhile(lambda word: word.start < date.end + MAX_CASE_ENDING, self.words[at:])
        cases = word_class("from_case", self.language)
        return next((word.text for word in near if word.start >= date.end and word.text not in cases), "")

    def _week_of(self, at: int) -> str:
        """ "the week of 3 June", "in der Woche vom 3. Juni": the unit in which the day lies."""
        if self._text(at - 1) not in word_class("week_of", "mul"):
            return ""
        unit = self._meaning(at - 2)
        unit = "unit:weekend" if self._text(at - 2) == "weekend" else unit
        return unit[5:] if unit in {"unit:week", "unit:weekend"} else ""

    def _day_of(self, date: PrintedDate, at: int) -> PrintedDate:
        """ "le 25 du mois dernier", "Geçen ayın 25'inde": the day that stands beside a month that is counted."""
        beside = [self._number_before(at)]
        if self.language in {"tr", "ug"}:
            beside.append(
                next((each for each in range(at, len(self.words)) if self.words[each].start >= date.end), None)
            )
        for number in beside:
            day = self._number(number, 1, 31) if number is not None else None
            if number is not None and day is not None:
                start, end = min(date.start, self.words[number].start), max(date.end, self.words[number].end)
                return PrintedDate(start, end, day=day, within=date)
        return date

    def _number_before(self, at: int) -> int | None:
        """The word before "du", "des" or "числа", where one of them parts it from a month."""
        before = at - 1
        while self._text(before) in {"числа", *ORDINALS}:
            before -= 1
        if self._text(before) in {"du", "des", "van", "i"}:
            return before - 1
        return before if before < at - 1 else None

    def _interval(self, at: int) -> Found:
        """ "between January and June 2015", "from 3 to 5 May 2019", "2015-2017", else one date."""
        date, used = self._days(at)
        if date is not None:
            return date, used
        date, used = self._one(at)
        joint = at + used
        if date is None or date.hangs_on_another or joint >= len(self.words):
            return date, used
        if self.turkish and self._text(joint) in _ACCUSATIVE:
            second, more = self._one(joint + 1)
            if second is None and date.day is not None and (day := self._number(joint + 1, 1, 31)) is not None:
                second, more = replace(date, day=day, end=self.words[joint + 1].end), 2  # "12 Temmuz'u 13'üne bağlayan"
            binds = "bağlayan" in {self._text(joint + 1 + more), self._text(joint + 2 + more)}
            if second is not None and second.day is not None and binds:
                return replace(date, end=second.end, until=second), used + 1 + more
        opened = self._meaning(at - 1) in {"between", "since"} or self._text(at - 1) in {"between", "from"}
        if (found := self._to_a_case(date, joint))[0] is not None:
            return found[0], used + found[1]
        dashed = self._between(joint - 1, joint).strip() in _DASHES
        worded = opened and (
            self._meaning(joint) in {"and", "until"} or self._text(joint) in word_class("date_to", "mul")
        )
        if not dashed and not worded and (found := self._either(date, joint))[0] is not None:
            return found[0], used + found[1]
        if not dashed and not worded:
            return date, used
        joint += worded and not dashed and self._text(joint + 1) in ARTICLES | {"zum"}
        second, more = self._second(date, joint + (0 if dashed else 1), dashed=dashed)
        if second is None or second.hangs_on_another or (date.weekday is None) != (second.weekday is None):
            return date, used
        year = date.year if date.year is not None or date.relation else second.year
        return replace(date, year=year, end=second.end, until=second), joint - at + more + (0 if dashed else 1)

    def _to_a_case(self, date: PrintedDate, joint: int) -> Found:
        """ "5-مارتتىن 9-مارتقىچە", "5 Mart'tan 9 Mart'a": from and to are told by the endings."""
        from_case, to_case = word_class("from_case", self.language), word_class("to_case", self.language)
        if not from_case:
            return None, 1
        at = joint + (self._text(joint) in from_case)
        if not self._text(at - 1).endswith(tuple(from_case)):
            return None, 1
        second, more = self._one(at)
        last = at + more - 1
        ends = self._text(last + 1) in to_case or self._text(last).endswith(
            tuple(each for each in to_case if len(each) > 1)
        )
        if second is None or second.hangs_on_another or not ends:
            return None, 1
        return replace(date, end=second.end, until=second), last + 1 - joint

    def _either(self, date: PrintedDate, joint: int) -> Found:
        """ "in May or June", "in 2019 and 2020": two months or years that follow each other are one time."""
        plain = date.day is None and date.weekday is None and date.season is None and not date.relation
        if not plain:
            return None, 1
        year = self._number(joint + 1, FIRST_YEAR, LAST_YEAR)
        if date.month is None and year is not None and year - 1 == date.year:
            if self._meaning(joint) != "and" and self._text(joint) not in word_class("date_or", "mul"):
                return None, 1
            second, more = self._made(joint + 1, joint + 1, year=year)
            return replace(date, end=second.end, until=second), more + 1
        month = self._month(joint + 1, beside_number=True)
        if date.month is None or month is None or self._text(joint) not in word_class("date_or", "mul"):
            return None, 1
        year, last = self._year_after(joint + 1)
        second, more = self._made(joint + 1, last, month=month, year=year)
        return replace(date, end=second.end, until=second, year=date.year or year), more + 1

    def _second(self, first: PrintedDate, at: int, *, dashed: bool) -> Found:
        """The end of an interval: a date, or the bare or shortened year in "2015-2017" and "2015-17"."""
        if dashed and (first.year is None) and first.month is None:
            return None, 1
        if first.year is not None and first.month is None and first.season is None and at < len(self.words):
            short = self._number(at, 0, 99) if dashed and len(self._text(at)) == 2 else None
            year = self._number(at, FIRST_YEAR, LAST_YEAR)
            year = first.year // 100 * 100 + short if short is not None else year
            if year is not None and year > first.year:
                return self._made(at, at, year=year)
        second, used = self._one(at)
        if second is None and (month := self._month(at)) is not None:
            year, last = self._year_after(at)
            return self._made(at, last, month=month, year=year)
        return second, used

    def _days(self, at: int) -> Found:
        """ "3 to 5 May", "the night of 3-4 May", "vom 3. auf den 4. Mai", "May 3-5, 2020": days of one month."""
        first = self._number(at, 1, 31)
        joint = at + 1
        if first is None:
            return self._days_after_month(at)
        while self._text(joint) in ORDINALS:
            joint += 1
        dashed = joint < len(self.words) and self._between(joint - 1, joint).strip(" .") in _DASHES
        if not dashed and self._text(joint) not in word_class("date_to", "mul"):
            return None, 1
        following = joint if dashed else joint + 1
        if self._text(following) in ARTICLES | {"zum"}:
            following += 1
        second, used = self._day_month(following)
        if second is None or second.day is None or second.day <= first:
            return None, 1
        start = replace(second, start=self.words[at].start, day=first, until=second)
        return start, following - at + used

    def _days_after_month(self, at: int) -> Found:
        to = self._text(at + 2) in {"to", "through"}
        month, first, second = self._month(at), self._number(at + 1, 1, 31), self._number(at + 2 + to, 1, 31)
        if month is None or first is None or second is None or second <= first:
            return None, 1
        dashed = self._between(at + 1, at + 2).strip() in _DASHES
        if not (to or dashed) or not self._adjacent(at, at + 1):
            return None, 1
        year, last = self._year_after(at + 2 + to)
        until, _ = self._made(at, last, day=second, month=month, year=year)
        return self._made(at, last, day=first, month=month, year=year, until=until)
