"""Dates that are counted from another: back from the day of publication, on from the date told before."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from .date_printed import PrintedDate

if TYPE_CHECKING:
    from .date_reading import Anchor

_Read = tuple[str | None, list[str], str]
DAYS_OF: Final = {"day": 1, "week": 7, "fortnight": 14}
_YEARS_OF: Final = {"year": 1, "decade": 10}


def month_after(day: date, months: int) -> str:
    """The month that lies so many months after (or before) that of a day, in EDTF."""
    number = day.year * 12 + day.month - 1 + months
    return f"{number // 12:04d}-{number % 12 + 1:02d}"


def week_of(day: date) -> str:
    """The week from Monday to Sunday in which a day lies, in EDTF."""
    monday = day - timedelta(days=day.weekday())
    return f"{monday.isoformat()}/{(monday + timedelta(days=6)).isoformat()}"


def counted_back(printed: PrintedDate, anchor: Anchor) -> _Read:
    """ "yesterday", "three weeks ago": as exact as the unit."""
    if anchor.published is None:
        return None, [], "the day of publication is not known"
    reason = "counted back from the day of publication"
    if printed.unit in _YEARS_OF:
        return f"{max(1, anchor.published.year - printed.count * _YEARS_OF[printed.unit]):04d}~", [], reason
    if printed.unit == "month":
        return f"{month_after(anchor.published, -printed.count)}~", [], reason
    if not anchor.exact:
        return None, [], "the day of publication is not known"
    days = {"yesterday": 1, "today": 0}.get(printed.relation, printed.count * DAYS_OF.get(printed.unit, 1))
    day = (anchor.published - timedelta(days=days)).isoformat()
    return f"{day}~" if printed.unit in {"week", "fortnight"} else day, [], reason


def counted_on(printed: PrintedDate, anchor: Anchor) -> _Read:
    """ "two days later", "a month earlier", "the same week", "on the 20th": from the date told before."""
    reason = "counted from the date told before"
    if anchor.last is None:
        back = printed.relation == "earlier" and not printed.weekday and printed.month is None
        return counted_back(_ago(printed), anchor) if back else (None, [], "the date it is counted from is not known")
    first, last = anchor.last
    count = -printed.count if printed.relation == "earlier" else printed.count
    if printed.month is not None or printed.season is not None:
        return _named(printed, last if count >= 0 else first, reason)
    if printed.unit in _YEARS_OF and first.year == last.year:
        return f"{first.year + count * _YEARS_OF[printed.unit]:04d}", [], reason
    if printed.unit == "month" and (first.year, first.month) == (last.year, last.month):
        return _in_month(printed, first, count), [], reason
    if printed.relation == "same" and printed.unit == "day" and (last - first).days <= MAX_NIGHT:
        return (first.isoformat() if first == last else f"{first.isoformat()}/{last.isoformat()}"), [], reason
    if printed.weekday is not None and first == last:
        return (first + timedelta(days=(printed.weekday - first.weekday()) % 7 or 7)).isoformat(), [], reason
    if (last - first).days <= MAX_NIGHT:
        first = last = first if count <= 0 else last
    if first != last or printed.unit not in {*DAYS_OF, "weekend", "calendar week"}:
        return None, [], "the date it is counted from is not exact enough"
    if printed.unit == "calendar week" or (printed.unit in {"week", "weekend"} and printed.relation == "same"):
        return week_of(first + timedelta(days=7 * count)), [], reason
    day = first + timedelta(days=count * DAYS_OF[printed.unit])
    return f"{day.isoformat()}~" if printed.unit in {"week", "fortnight"} else day.isoformat(), [], reason


MAX_NIGHT: Final = 1
"""A night from one day to the next is still one day to come back to."""


def _ago(printed: PrintedDate) -> PrintedDate:
    unit = printed.unit.removeprefix("calendar ")
    return PrintedDate(printed.start, printed.end, relation="ago", unit=unit, count=printed.count)


def _in_month(printed: PrintedDate, day: date, count: int) -> str:
    month = month_after(day, count)
    if printed.day is None:
        return month
    try:
        return date.fromisoformat(f"{month}-{printed.day:02d}").isoformat()
    except ValueError:
        return month


def _named(printed: PrintedDate, day: date, reason: str) -> _Read:
    """ "the following March", "the previous summer": the next or last one from the date told before."""
    back = printed.relation == "earlier"
    if printed.month is not None:
        later = printed.month > day.month
        year = day.year + (not later and not back) - (back and printed.month >= day.month)
        year = day.year if printed.relation == "same" else year
        return f"{year:04d}-{printed.month:02d}", [], reason
    assert printed.season is not None
    starts = (printed.season - 20) * 3
    year = day.year + (starts <= day.month and not back) - (back and starts >= day.month)
    year = day.year if printed.relation == "same" else year
    return f"{year:04d}-{printed.season}", [], reason
