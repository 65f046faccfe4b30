"""Days that are counted or named within a month or year: "the second Sunday of May", a quarter, an Islamic feast, the days of Easter."""

from __future__ import annotations

import calendar
from datetime import date, timedelta
from typing import TYPE_CHECKING

from .date_printed import PrintedDate

if TYPE_CHECKING:
    from .date_reading import Anchor

_Read = tuple[str | None, list[str], str]


def named_day(printed: PrintedDate, anchor: Anchor) -> _Read:
    """The reading of one of them; the last one not after publication when no year is printed."""
    if printed.relation == "part":
        return _part(printed), [], ""
    found = [(year, each) for year in _years(printed, anchor) if (each := _in_year(printed, year)) is not None]
    if not found:
        return None, [], "the year is not printed and the day of publication is not known"
    return found[-1][1], [], "" if printed.year else "the year is not printed; the last one not after publication"


def _years(printed: PrintedDate, anchor: Anchor) -> list[int]:
    if printed.year is not None:
        return [printed.year]
    if anchor.published is None:
        return [anchor.frame[0].year] if anchor.frame else []
    years = (anchor.published.year - 1, anchor.published.year)
    return [year for year in years if (_begins(printed, year) or anchor.published) <= anchor.published]


def _begins(printed: PrintedDate, year: int) -> date | None:
    read = _in_year(printed, year)
    return date.fromisoformat(read.rstrip("~").partition("/")[0]) if read else None


def _in_year(printed: PrintedDate, year: int) -> str | None:
    if printed.relation == "feast":
        return _islamic(printed.unit, year)
    if printed.relation == "easter":
        return _of_easter(printed, year)
    assert printed.month is not None
    assert printed.weekday is not None
    weeks = calendar.Calendar().monthdatescalendar(year, printed.month)
    days = [week[printed.weekday] for week in weeks if week[printed.weekday].month == printed.month]
    number = printed.count - 1 if printed.count > 0 else printed.count
    return days[number].isoformat() if number < len(days) else None


def _of_easter(printed: PrintedDate, year: int) -> str:
    """A day counted from Easter Sunday, of the Western churches or the Orthodox."""
    from dateutil.easter import EASTER_ORTHODOX, EASTER_WESTERN, easter

    sunday = easter(year, EASTER_ORTHODOX if printed.unit == "orthodox" else EASTER_WESTERN)
    return (sunday + timedelta(days=printed.count)).isoformat() + "~" * printed.approximate


def _part(printed: PrintedDate) -> str:
    months = int(printed.unit)
    first = (printed.count - 1) * months + 1
    return f"{printed.year:04d}-{first:02d}/{printed.year:04d}-{first + months - 1:02d}"


def _islamic(month_and_day: str, year: int) -> str | None:
    """A day or month of the Islamic calendar in a Gregorian year, by Umm al-Qura; sightings differ by a day."""
    from hijridate import Gregorian, Hijri

    month, _, day = month_and_day.partition("-")
    for hijri in range(Gregorian(year, 1, 1).to_hijri().year, Gregorian(year, 12, 31).to_hijri().year + 1):
        first = Hijri(hijri, int(month), int(day or 1)).to_gregorian()
        if first.year == year:
            if day:
                return f"{first.isoformat()}~"
            last = Hijri(hijri, int(month), Hijri(hijri, int(month), 1).month_length()).to_gregorian()
            return f"{first.isoformat()}/{last.isoformat()}"
    return None
