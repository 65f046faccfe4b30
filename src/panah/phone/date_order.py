"""Day first or month first? Only from proof, else it is asked.

Proof is a number that can be no month, or that one order makes time run backwards and the other does not. Dots, Arabic
digits and 年 decide too, since no locale of Unicode CLDR writes a month first with them; that reason is told.
"""

from __future__ import annotations

import itertools
import operator
from array import array
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import lru_cache
from typing import Any, Final, NamedTuple

from .calendars import calendar_of, midnight

ORDERS: Final = ("day-first", "month-first", "year-first")
_CONTRADICTED: Final = 20
"""Lines for each contrary one which make an order proved: a forged line in a chat must not undo a thousand real ones."""


_A_DATE: Final = 100_000
_NO_TIME: Final = 99_999


class Decision(NamedTuple):
    """``order`` is None when it has to be asked."""

    order: str | None
    reason: str


@lru_cache(maxsize=1024)
def _day(order: str, a: int, b: int, c: int) -> datetime | None:
    if order == "day-first":
        day, month, year = a, b, c
    elif order == "month-first":
        month, day, year = a, b, c
    else:
        year, month, day = a, b, c
    if year < 100:
        year += 2000
    return midnight(year, month, day)


def moment(order: str, parts: Sequence[Any]) -> datetime | None:
    """The printed time under an order; None when that is no date, or of another calendar.

    Args:
        order: One of ``ORDERS``.
        parts: The date's three numbers as written, hour, minute, second.
    """
    day = _day(order, parts[0], parts[1], parts[2])
    hour, minute, second = parts[3], parts[4], parts[5]
    if day is None or hour > 23 or minute > 59 or second > 59:
        return None
    return day.replace(hour=hour, minute=minute, second=second)


class Evidence:
    """Takes the numbers of every header of a file; memory is eight bytes a header."""

    def __init__(self, *, year: str, separators: str) -> None:
        self.year, self.separators = year, separators
        self.dates: list[tuple[int, int, int]] = []
        self.ids: dict[tuple[int, int, int], int] = {}
        self.packed = array("q")
        self.unsound = False

    def add(self, parts: Sequence[Any]) -> tuple[int, int]:
        """Take one; gives the id of its date and its seconds, with which :meth:`again` takes the same once more."""
        date = parts[0], parts[1], parts[2]
        found = self.ids.get(date)
        if found is None:
            found = self.ids[date] = len(self.dates)
            self.dates.append(date)
        hour, minute, second = parts[3], parts[4], parts[5]
        sound = hour < 24 and minute < 60 and second < 60
        self.unsound = self.unsound or not sound
        seconds = hour * 3600 + minute * 60 + second if sound else _NO_TIME
        self.packed.append(found * _A_DATE + seconds)
        return found, seconds

    @staticmethod
    def start_of(day: int) -> int:
        """What an id of a date adds to ``packed``; the seconds come on top."""
        return day * _A_DATE

    def _above_12(self) -> tuple[int, int]:
        """Headers whose first, and whose second number can be no month."""
        counts = [0] * len(self.dates)
        for packed in self.packed:
            counts[packed // _A_DATE] += 1
        pairs = list(zip(self.dates, counts, strict=True))
        return sum(n for date, n in pairs if date[0] > 12), sum(n for date, n in pairs if date[1] > 12)

    def decide(self, said: str | None, hint: str = "", *, sorted_by_time: bool = True) -> Decision:
        """The order of the file.

        Args:
            said: What the reader of the export said, which goes before inference but not before proof.
            hint: A reason why the locale puts the day first, when the file shows one.
            sorted_by_time: Whether the lines of the file follow the clock, so that running backwards disproves.
        """
        if self.year == "first":
            return Decision("year-first", "the year stands first")
        day, month = self._above_12()
        if day and day >= _CONTRADICTED * month:
            return Decision("day-first", "proved: the first number is above 12")
        if month and month >= _CONTRADICTED * day:
            return Decision("month-first", "proved: the second number is above 12")
        if said:
            return Decision(said, "said by the reader")
        if day or month:
            return Decision(None, "lines contradict each other on the order of day and month")
        if self.separators.startswith(".."):
            return Decision("day-first", "dates with dots put the day first in every locale")
        if hint:
            return Decision("day-first", hint)
        if not sorted_by_time:
            return Decision(None, "day and month cannot be told apart")
        back = {order: self._backward(order) for order in ORDERS[:2]}
        if back["day-first"] == 0 < back["month-first"]:
            return Decision("day-first", "proved: with the month first, time would run backwards")
        if back["month-first"] == 0 < back["day-first"]:
            return Decision("month-first", "proved: with the day first, time would run backwards")
        return Decision(None, "day and month cannot be told apart")

    def calendar(self, order: str) -> str:
        """The calendar of the file's first date, when it is not the Gregorian one."""
        return calendar_of(self.dates[0][0 if order == "year-first" else 2]) if self.dates else ""

    def in_order(self, order: str) -> bool:
        """Whether every header is a date and time never goes back; seen without making the times of a million headers."""
        starts = [_day(order, *date) for date in self.dates]
        if self.unsound or None in starts:
            return False
        known = [day for day in starts if day is not None]
        forward = all(earlier < later for earlier, later in itertools.pairwise(known))
        return forward and all(map(operator.le, self.packed, itertools.islice(self.packed, 1, None)))

    def times(self, order: str) -> array[int]:
        """Seconds of each header on a clock without zone, -1 where it is no date."""
        starts = [-1 if (day := _day(order, *date)) is None else day.toordinal() * 86_400 for date in self.dates]
        seconds = array("q")
        for packed in self.packed:
            date, clock = divmod(packed, _A_DATE)
            start = starts[date]
            seconds.append(start + clock if start >= 0 and clock != _NO_TIME else -1)
        return seconds

    def _backward(self, order: str) -> int:
        return sum(later < earlier - 3600 for earlier, later in _pairs(self.times(order)))


def _pairs(values: array[int]) -> Iterator[tuple[int, int]]:
    return itertools.pairwise(value for value in values if value >= 0)


def out_of_order(times: array[int], *, seconds: bool) -> frozenset[int]:
    """Indexes of the headers that are not part of the longest run of headers in which time never goes back.

    One forged time in the future must not turn all that follows into forgeries, so the largest set that fits is kept.
    A step back over a clock change (an hour, between midnight and four) is none, nor, where the export prints
    seconds, one of a minute.
    """
    level = array("q")
    held = -1
    clean = True
    no_dates = sum(value < 0 for value in times)
    if no_dates * 2 > len(times):
        return frozenset()  # a calendar that is not known here: the order of the lines is not told by it
    for value in times:
        if value < 0:
            clean = False
            level.append(value)
            continue
        if value < held:
            slack = 3600 if value % 86_400 < 4 * 3600 else 60 if seconds else 0
            if value >= held - slack:
                level.append(held)
                continue
            clean = False
        held = value
        level.append(value)
    return frozenset() if clean else _not_in_longest(level)


def _not_in_longest(level: array[int]) -> frozenset[int]:
    """From the end, so that of two headers that contradict each other the earlier is kept."""
    tails: list[int] = []
    tail_index: list[int] = []
    before = array("q", bytes(8 * len(level)))
    for index in range(len(level) - 1, -1, -1):
        value = level[index]
        if value < 0:
            continue
        length = bisect_right(tails, -value)
        before[index] = tail_index[length - 1] if length else -1
        if length == len(tails):
            tails.append(-value)
            tail_index.append(index)
        else:
            tails[length] = -value
            tail_index[length] = index
    kept = set()
    index = tail_index[-1] if tail_index else -1
    while index >= 0:
        kept.add(index)
        index = before[index]
    return frozenset(set(range(len(level))) - kept)
