"""Which day a printed date means: EDTF with its precision, every other reading that fits, and the reason.

A date without a year is read against the day of publication; "Monday (22 June)" fits only some years, and all of
them are candidates. Nothing is read from the clock, so the same document always gives the same dates.
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from panah.dates import bounds
from panah.model.reading import DateReading

from .date_grammar import PrintedDate

YEARS_BACK = 15
"""How far before the publication the years of "Monday (22 June)" are looked for."""
NO_ANCHOR_YEARS = (2000, 2030)


@dataclass(slots=True)
class Anchor:
    """What dates hang on: the day of publication, if known, and the months that the document names with a year."""

    published: date | None = None
    exact: bool = False
    """The day itself is known, not only its month or year."""
    named_months: dict[int, int] = field(default_factory=dict)
    latest_year: int | None = None
    last: tuple[date, date] | None = None
    """The first and last day of the date told last, for "two days later"."""

    @classmethod
    def of(cls, published: str | None, dates: Sequence[PrintedDate] = ()) -> Anchor:
        """From an EDTF day, month or year, and the dates the document prints."""
        anchor = cls()
        if published:
            first, last = bounds(published)
            anchor.published, anchor.exact = last, first == last
        for printed in dates:
            anchor.note(printed)
        return anchor

    def note(self, printed: PrintedDate) -> None:
        """Remember a year that stands beside a month, and the latest year."""
        if printed.year is None:
            return
        self.latest_year = max(self.latest_year or printed.year, printed.year)
        if printed.month is not None:
            self.named_months[printed.month] = printed.year


def read_date(printed: PrintedDate, text: str, anchor: Anchor) -> DateReading:
    """The reading of one printed date; ``edtf`` is ``None`` when it cannot be told."""
    edtf, candidates, reason = _read(printed, anchor)
    if edtf is not None and printed.approximate:
        edtf = f"{edtf}~"
    if edtf is not None and printed.open_end:
        edtf = f"{edtf}/.."
    return DateReading(
        edtf=edtf,
        printed=text[printed.start : printed.end],
        candidates=tuple(dict.fromkeys(candidates or ([edtf] if edtf else []))),
        reason=reason,
        start=printed.start,
        end=printed.end,
    )


_Read = tuple[str | None, list[str], str]


def _read(printed: PrintedDate, anchor: Anchor) -> _Read:
    if printed.until is not None:
        return _interval(printed, anchor)
    if printed.relation in {"yesterday", "today", "ago"}:
        return _counted_back(printed, anchor)
    if printed.relation in {"later", "earlier", "same"}:
        return _counted_on(printed, anchor)
    if printed.season is not None:
        return _season(printed, anchor)
    if printed.unit:
        return _unit(printed, anchor)
    if printed.year is not None:
        return _with_year(printed)
    if printed.month is not None and printed.day is not None:
        return _day_without_year(printed, anchor)
    if printed.month is not None:
        return _month_without_year(printed, anchor)
    return _weekday(printed, anchor)


def _interval(printed: PrintedDate, anchor: Anchor) -> _Read:
    assert printed.until is not None
    second, _, _ = _read(printed.until, anchor)
    start = PrintedDate(printed.start, printed.end, printed.year, printed.month, printed.day)
    first, _, _ = _read(start, anchor)
    if first is None or second is None or bounds(first)[0] > bounds(second)[1]:
        return None, [], "an interval whose ends cannot be told"
    return f"{first}/{second}", [], ""


def _with_year(printed: PrintedDate) -> _Read:
    assert printed.year is not None
    if printed.month is None:
        return f"{printed.year:04d}", [], ""
    if printed.day is None:
        return f"{printed.year:04d}-{printed.month:02d}", [], ""
    if not _exists(printed.year, printed.month, printed.day):
        return f"{printed.year:04d}-{printed.month:02d}", [], "that day does not exist in that month"
    day = f"{printed.year:04d}-{printed.month:02d}-{printed.day:02d}"
    if printed.day_month_swapped:
        other = f"{printed.year:04d}-{printed.day:02d}-{printed.month:02d}"
        return None, [day, other], "day and month can be read either way"
    if printed.weekday is not None and date.fromisoformat(day).weekday() != printed.weekday:
        return day, [day], "the weekday does not fit this date"
    return day, [], ""


def _exists(year: int, month: int, day: int) -> bool:
    return day <= calendar.monthrange(year, month)[1]


def _day_without_year(printed: PrintedDate, anchor: Anchor) -> _Read:
    """Every year in which the day falls on the printed weekday; the last one not after publication is preferred."""
    assert printed.month is not None
    assert printed.day is not None
    fits = [
        day
        for year in _years(anchor)
        if _exists(year, printed.month, printed.day)
        and (printed.weekday is None or date(year, printed.month, printed.day).weekday() == printed.weekday)
        for day in [date(year, printed.month, printed.day)]
    ]
    if anchor.published is None:
        named = anchor.named_months.get(printed.month)
        chosen = next((day for day in fits if day.year == named), None) if printed.weekday is None else None
        shown = [day.isoformat() for day in fits] if printed.weekday is not None else []
        if chosen is not None:
            return chosen.isoformat(), shown, "the year stands elsewhere in the text"
        return None, shown, "the year is not printed and the day of publication is not known"
    near = [day for day in fits if abs((day - anchor.published).days) <= 8]
    past = [day for day in fits if day <= anchor.published]
    chosen = near[0] if near else (past[-1] if past else None)
    reason = "the year is not printed; the last one not after publication"
    if printed.weekday is not None:
        reason = "the years in which the day falls on that weekday; the last one not after publication"
    shown = [day.isoformat() for day in fits] if printed.weekday is not None else []
    return (chosen.isoformat() if chosen else None), shown, reason


def _years(anchor: Anchor) -> range:
    if anchor.published is not None:
        return range(anchor.published.year - YEARS_BACK, anchor.published.year + 2)
    if anchor.latest_year is not None:
        return range(anchor.latest_year - YEARS_BACK, anchor.latest_year + YEARS_BACK)
    return range(*NO_ANCHOR_YEARS)


def _month_without_year(printed: PrintedDate, anchor: Anchor) -> _Read:
    assert printed.month is not None
    named = anchor.named_months.get(printed.month)
    if anchor.published is None:
        if named is not None and not printed.relation:
            return f"{named:04d}-{printed.month:02d}", [], "the year stands elsewhere in the text"
        return None, [], "the year is not printed and the day of publication is not known"
    year, this_month = anchor.published.year, anchor.published.month
    if printed.relation == "last":
        before = year if printed.month < this_month else year - 1
        readings = [f"{before:04d}-{printed.month:02d}", f"{year - 1:04d}-{printed.month:02d}"]
        return readings[0], readings, "the last such month before publication"
    latest = year if printed.month <= this_month else year - 1
    reading = f"{latest:04d}-{printed.month:02d}"
    if named is not None and named != latest and not printed.relation:
        other = f"{named:04d}-{printed.month:02d}"
        return other, [other, reading], "the same month stands with its year elsewhere in the text"
    return reading, [], "the year is not printed; the last such month not after publication"


def _season(printed: PrintedDate, anchor: Anchor) -> _Read:
    assert printed.season is not None
    if printed.year is not None:
        return f"{printed.year:04d}-{printed.season}", [], ""
    if anchor.published is None:
        return None, [], "the year is not printed and the day of publication is not known"
    year = anchor.published.year - (1 if printed.relation == "last" else 0)
    readings = [f"{year:04d}-{printed.season}"]
    if printed.relation == "last" and bounds(f"{year + 1:04d}-{printed.season}")[1] < anchor.published:
        readings = [f"{year + 1:04d}-{printed.season}", *readings]
    return readings[0], readings, "read against the day of publication"


def _unit(printed: PrintedDate, anchor: Anchor) -> _Read:
    """ "last year", "this month", "last week"."""
    if anchor.published is None:
        return None, [], "the day of publication is not known"
    step = {"last": -1, "this": 0, "next": 1}[printed.relation]
    reason = "read against the day of publication"
    if printed.unit == "year":
        return f"{anchor.published.year + step:04d}", [], reason
    if printed.unit == "month":
        months = anchor.published.year * 12 + anchor.published.month - 1 + step
        return f"{months // 12:04d}-{months % 12 + 1:02d}", [], reason
    if not anchor.exact:
        return None, [], "the day of publication is not known"
    monday = anchor.published - timedelta(days=anchor.published.weekday() - 7 * step)
    if printed.unit == "day":
        return (anchor.published + timedelta(days=step)).isoformat(), [], reason
    return f"{monday.isoformat()}/{(monday + timedelta(days=6)).isoformat()}", [], reason


def _counted_back(printed: PrintedDate, anchor: Anchor) -> _Read:
    """ "yesterday", "three weeks ago": as exact as the unit."""
    if anchor.published is None:
        return None, [], "the day of publication is not known"
    reason = "counted back from the day of publication"
    if printed.unit == "year":
        return f"{anchor.published.year - printed.count:04d}~", [], reason
    if printed.unit == "month":
        months = anchor.published.year * 12 + anchor.published.month - 1 - printed.count
        return f"{months // 12:04d}-{months % 12 + 1:02d}~", [], reason
    if not anchor.exact:
        return None, [], "the day of publication is not known"
    days = {"yesterday": 1, "today": 0}.get(printed.relation, printed.count * (7 if printed.unit == "week" else 1))
    day = (anchor.published - timedelta(days=days)).isoformat()
    return f"{day}~" if printed.unit == "week" else day, [], reason


def _counted_on(printed: PrintedDate, anchor: Anchor) -> _Read:
    """ "two days later", "a month earlier", "the same week", "on the 20th": from the date told before."""
    reason = "counted from the date told before"
    count = -printed.count if printed.relation == "earlier" else printed.count
    if anchor.last is None:
        told = replace(printed, relation="ago") if printed.relation == "earlier" else None
        return _counted_back(told, anchor) if told else (None, [], "the date it is counted from is not known")
    first, last = anchor.last
    if printed.unit == "year" and first.year == last.year:
        return f"{first.year + count:04d}", [], reason
    if printed.unit == "month" and (first.year, first.month) == (last.year, last.month):
        months = first.year * 12 + first.month - 1 + count
        month = f"{months // 12:04d}-{months % 12 + 1:02d}"
        if printed.day is None or not _exists(months // 12, months % 12 + 1, printed.day):
            return month, [], reason
        return f"{month}-{printed.day:02d}", [], reason
    if first != last or printed.unit not in {"day", "week"}:
        return None, [], "the date it is counted from is not exact enough"
    if printed.unit == "week" and printed.relation == "same":
        monday = first - timedelta(days=first.weekday())
        return f"{monday.isoformat()}/{(monday + timedelta(days=6)).isoformat()}", [], reason
    day = first + timedelta(days=count * (7 if printed.unit == "week" else 1))
    return f"{day.isoformat()}~" if printed.unit == "week" else day.isoformat(), [], reason


def _weekday(printed: PrintedDate, anchor: Anchor) -> _Read:
    """ "on Friday", "last Thursday": the last one not after publication."""
    if anchor.published is None or not anchor.exact or printed.weekday is None:
        return None, [], "the day of publication is not known"
    back = (anchor.published.weekday() - printed.weekday) % 7
    if printed.relation == "last" and back == 0:
        back = 7
    if printed.relation == "next":
        back -= 7
    day = (anchor.published - timedelta(days=back)).isoformat()
    return day, [], "the last such weekday not after publication"
