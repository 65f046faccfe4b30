"""Which day a printed date means: EDTF with its precision, every other reading that fits, and the reason.

A date without a year is read against the day of publication; "Monday (22 June)" fits only some years, and all of
them are candidates. Nothing is read from the clock, so the same document always gives the same dates.
"""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Final

from panah.dates import bounds
from panah.model.reading import DateReading

from .date_counting import counted_back, counted_on, month_after, week_of
from .date_named import named_day
from .date_printed import PrintedDate

YEARS_BACK = 15
"""How far before the publication the years of "Monday (22 June)" are looked for."""
DAYS_AHEAD = 8
"""A day without its year that lies so near after the publication is that one, not the one a year before."""
DAYS_RECENT = 45
"""In a later paragraph, a day without its year so near before the publication is that one."""
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
    frame: tuple[date, date] | None = None
    """What the text tells of here, when a date with its year has said so: later dates without a year lie near it."""
    frame_is_near: bool = True
    """It was said in the same paragraph."""

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
    if printed.night_before:
        edtf, candidates = _night(printed, edtf), []
    if edtf is not None and printed.approximate and "/" not in edtf:
        edtf = f"{edtf.rstrip('~')}~"
    if edtf is not None and "/" not in edtf:
        edtf = f"{edtf}/.." if printed.open_end else f"../{edtf}" if printed.open_start else edtf
    return DateReading(
        edtf=edtf,
        printed=text[printed.start : printed.end],
        candidates=tuple(dict.fromkeys(candidates or ([edtf] if edtf else []))),
        reason=reason,
        start=printed.start,
        end=printed.end,
    )


def _night(printed: PrintedDate, edtf: str | None) -> str | None:
    """The day before and the day itself, for a night that ends in it."""
    if edtf is None or not printed.night_before:
        return edtf
    first, last = bounds(edtf)
    return f"{(first - timedelta(days=1)).isoformat()}/{last.isoformat()}" if first == last else edtf


_Read = tuple[str | None, list[str], str]
_HANGS: Final = "read against the day of publication"
_NO_PUBLICATION: Final = "the day of publication is not known"
_NO_YEAR: Final = "the year is not printed and the day of publication is not known"


def _read(printed: PrintedDate, anchor: Anchor) -> _Read:
    if printed.relation == "vague":
        return None, [], "a time that cannot be told"
    if printed.relation == "week of":
        day, _, reason = _read(replace(printed, relation="", unit=""), anchor)
        return (_around(day, printed.unit) if day else None), [], reason
    if printed.relation == "edge":
        return _edge(printed, anchor)
    if printed.relation in {"nth", "part", "feast", "easter"}:
        return named_day(printed, anchor)
    if printed.until is not None:
        return _interval(printed, anchor)
    if printed.within is not None:
        return _inside(printed, anchor)
    if printed.relation in {"yesterday", "today", "ago"}:
        return counted_back(printed, anchor)
    if printed.hangs_on_another:
        return counted_on(printed, anchor)
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
    """The end is read first; a beginning without a year is the last one before it, and the other way round."""
    assert printed.until is not None
    start, end = replace(printed, until=None, open_end=False), printed.until
    if start.year is not None and end.year is None and not end.relation and end.month is not None:
        end = replace(end, year=start.year + ((start.month or 0) > end.month))
    second, _, reason = _read(end, anchor)
    before = Anchor(bounds(second)[1], exact=True) if second and start.year is None else anchor
    first, _, _ = _read(start, before)
    if first is None or second is None or bounds(first)[0] > bounds(second)[1]:
        return None, [], "an interval whose ends cannot be told"
    return f"{first}/{second}", [], reason


def _inside(printed: PrintedDate, anchor: Anchor) -> _Read:
    """ "3 May last year", "Tuesday of last week", "two days after 3 May": from the date that is told with it."""
    assert printed.within is not None
    told, _, reason = _read(printed.within, anchor)
    if told is None:
        return None, [], reason
    first, last = bounds(told)
    if printed.hangs_on_another:
        read, candidates, reason = counted_on(replace(printed, within=None), replace(anchor, last=(first, last)))
        unsure = read is not None and told.endswith("~") and "/" not in read
        return (f"{(read or '').rstrip('~')}~" if unsure else read), candidates, reason
    if printed.weekday is not None and printed.month is None:
        days = (first + timedelta(days=each) for each in range((last - first).days + 1))
        day = next((each for each in days if each.weekday() == printed.weekday), None)
        return (day.isoformat() if day else None), [], reason
    month = printed.month if printed.month is not None or printed.season is not None else first.month
    read, candidates, _ = _read(replace(printed, within=None, year=first.year, month=month), anchor)
    return read, candidates, reason


def _edge(printed: PrintedDate, anchor: Anchor) -> _Read:
    """ "the last day of July": that of the month, whichever is meant."""
    month, _, reason = _read(replace(printed, relation="", count=0), anchor)
    first, last = bounds(month) if month else (None, None)
    day = first if printed.count > 0 else last
    return (day.isoformat() if day else None), [], reason


def _with_year(printed: PrintedDate) -> _Read:
    assert printed.year is not None
    if printed.decade:
        return f"{printed.year // 10:03d}X", [], ""
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
    fits = _days_that_fit(printed, anchor)
    shown = [day.isoformat() for day in fits] if printed.weekday is not None else []
    if anchor.published is None:
        named = anchor.named_months.get(printed.month or 0) or (anchor.frame[0].year if anchor.frame else None)
        chosen = next((day for day in fits if day.year == named), None) if printed.weekday is None else None
        if chosen is not None:
            return chosen.isoformat(), shown, "the year stands elsewhere in the text"
        return None, shown, _NO_YEAR
    if printed.ahead:
        coming = next((day for day in fits if day >= anchor.published), None)
        return (coming.isoformat() if coming else None), shown, "the next one after publication"
    past = [day for day in fits if day <= anchor.published]
    near = [day for day in fits if abs((day - anchor.published).days) <= DAYS_AHEAD]
    framed = _framed(past, anchor) if _is_exact(anchor) and not near else None
    if framed is not None and printed.weekday is None:
        others = [day.isoformat() for day in dict.fromkeys((framed, past[-1]))]
        return framed.isoformat(), others, "the year is that of the date told before it"
    chosen = near[0] if near else (past[-1] if past else None)
    reason = "the year is not printed; the last one not after publication"
    if printed.weekday is not None:
        reason = "the years in which the day falls on that weekday; the last one not after publication"
    return (chosen.isoformat() if chosen else None), shown, reason


def _is_exact(anchor: Anchor) -> bool:
    """Whether what the text tells of here is told to the day: a year alone says little of a later day."""
    return anchor.frame is not None and (anchor.frame[1] - anchor.frame[0]).days <= DAYS_AHEAD


def _days_that_fit(printed: PrintedDate, anchor: Anchor) -> list[date]:
    assert printed.month is not None
    assert printed.day is not None
    days = (
        date(year, printed.month, printed.day) for year in _years(anchor) if _exists(year, printed.month, printed.day)
    )
    return [day for day in days if printed.weekday is None or day.weekday() == printed.weekday]


def _framed(days: Sequence[date], anchor: Anchor) -> date | None:
    """Of some days, the one nearest to what the text tells of here; none when a recent one is as likely meant."""
    if anchor.frame is None or not days:
        return None
    if not anchor.frame_is_near and anchor.published and (anchor.published - days[-1]).days <= DAYS_RECENT:
        return None
    first, last = anchor.frame
    return min(days, key=lambda day: (max((first - day).days, (day - last).days, 0), day < first, day))


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
        named = named or (anchor.frame[0].year if anchor.frame else None)
        if named is not None and not printed.relation:
            return f"{named:04d}-{printed.month:02d}", [], "the year stands elsewhere in the text"
        return None, [], _NO_YEAR
    year, this_month = anchor.published.year, anchor.published.month
    if printed.relation == "last":
        before = year if printed.month < this_month else year - 1
        readings = [f"{before:04d}-{printed.month:02d}", f"{year - 1:04d}-{printed.month:02d}"]
        return readings[0], readings, "the last such month before publication"
    if printed.ahead or printed.relation == "next":
        coming = year if printed.month >= this_month else year + 1
        return f"{coming:04d}-{printed.month:02d}", [], "the next such month after publication"
    latest = year if printed.month <= this_month else year - 1
    reading = f"{latest:04d}-{printed.month:02d}"
    first_days = [date(each, printed.month, 1) for each in _years(anchor) if each <= latest]
    framed = _framed(first_days, anchor)
    other_year = named if named is not None else framed.year if framed is not None else latest
    if other_year != latest and not printed.relation:
        other = f"{other_year:04d}-{printed.month:02d}"
        return other, [other, reading], "the year is told elsewhere in the text"
    return reading, [], "the year is not printed; the last such month not after publication"


def _season(printed: PrintedDate, anchor: Anchor) -> _Read:
    """The season of a year; without one that of the text around it, else the last one that had begun."""
    assert printed.season is not None
    if printed.year is not None:
        return f"{printed.year:04d}-{printed.season}", [], ""
    if anchor.published is None:
        return (f"{anchor.frame[0].year:04d}-{printed.season}" if anchor.frame else None), [], _NO_YEAR
    year = anchor.published.year
    if printed.relation == "last":
        readings = [f"{year - 1:04d}-{printed.season}"]
        if bounds(f"{year:04d}-{printed.season}")[1] < anchor.published:
            readings = [f"{year:04d}-{printed.season}", *readings]
        return readings[0], readings, _HANGS
    begun = bounds(f"{year:04d}-{printed.season}")[0] <= anchor.published
    year = year if begun or printed.relation == "this" else year - 1
    if anchor.frame is not None and anchor.frame_is_near and anchor.frame[0].year < year and not printed.relation:
        year = anchor.frame[0].year
    return f"{year:04d}-{printed.season}", [], _HANGS


def _unit(printed: PrintedDate, anchor: Anchor) -> _Read:
    """ "last year", "this month", "last week", "over the weekend"."""
    if anchor.published is None:
        return None, [], _NO_PUBLICATION
    step = {"last": -max(1, printed.count), "this": 0, "next": 1}[printed.relation]
    if printed.unit in {"year", "decade"}:
        return f"{anchor.published.year + step:04d}", [], _HANGS
    if printed.unit == "month":
        return month_after(anchor.published, step), [], _HANGS
    if not anchor.exact:
        return None, [], _NO_PUBLICATION
    if printed.unit == "weekend":
        return _weekend(anchor.published, step), [], _HANGS
    if printed.unit == "day":
        return (anchor.published + timedelta(days=step)).isoformat(), [], _HANGS
    return week_of(anchor.published + timedelta(days=7 * step)), [], _HANGS


def _around(day: str, unit: str) -> str:
    """The week, or the weekend, in which a day lies."""
    first, _ = bounds(day)
    if unit == "week":
        return week_of(first)
    saturday = first - timedelta(days=first.weekday() - 5)
    return f"{saturday.isoformat()}/{(saturday + timedelta(days=1)).isoformat()}"


def _weekend(published: date, step: int) -> str:
    """The weekend that ended last (for a step back), else the one of the same week."""
    saturday = published - timedelta(days=published.weekday() - 5)
    if step < 0 and saturday + timedelta(days=1) > published:
        saturday -= timedelta(days=7)
    saturday -= timedelta(days=7 * max(0, -step - 1))
    return f"{saturday.isoformat()}/{(saturday + timedelta(days=1)).isoformat()}"


def _weekday(printed: PrintedDate, anchor: Anchor) -> _Read:
    """ "on Friday", "last Thursday": the last one not after publication."""
    if printed.weekday is None:
        return None, [], _NO_PUBLICATION
    if anchor.published is None or not anchor.exact:
        return None, [], _NO_PUBLICATION
    back = (anchor.published.weekday() - printed.weekday) % 7
    if printed.relation in {"last", "before last"} and back == 0:
        back = 7
    back += 7 * (printed.relation == "before last")
    if printed.relation == "next" or printed.ahead:
        return (anchor.published + timedelta(days=(7 - back) % 7 or 7)).isoformat(), [], "the next such weekday"
    return (anchor.published - timedelta(days=back)).isoformat(), [], "the last such weekday not after publication"
