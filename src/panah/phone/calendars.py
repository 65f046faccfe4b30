"""Dates that a phone prints in its own calendar: Gregorian, Buddhist (Thai), Solar Hijri (Iran, Afghanistan), Islamic.

Which one it is shows by the year alone: no export is older than 2005, so that the years of the four do not meet before
2050. Solar Hijri and Buddhist dates are exact. The Islamic calendar of phones is that of Umm al-Qura, but some count
otherwise and are a day off: that is told.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

FIRST_YEAR: Final = 2005
LAST_YEAR: Final = 2099
BUDDHIST: Final = "Buddhist"
SOLAR: Final = "Solar Hijri"
ISLAMIC: Final = "Islamic (Umm al-Qura; a day may be off)"
_BUDDHIST_AHEAD: Final = 543
_YEARS: Final = {SOLAR: range(1384, 1426), ISLAMIC: range(1426, 1473), BUDDHIST: range(2548, 2643)}
"""From 2005 on: to 2046, to 2049, to 2099."""


def calendar_of(year: int) -> str:
    """The calendar that a year belongs to; empty when it is the Gregorian one, or none that a phone prints."""
    return next((name for name, years in _YEARS.items() if year in years), "")


def midnight(year: int, month: int, day: int) -> datetime | None:
    """The start of a printed day, without a zone; None when it is no day of an export."""
    try:
        found = _gregorian(year, month, day)
    except (ValueError, OverflowError):
        return None
    if not FIRST_YEAR <= found.year <= LAST_YEAR:
        return None
    return datetime(found.year, found.month, found.day)  # noqa: DTZ001  # printed without a zone


def _gregorian(year: int, month: int, day: int) -> date:
    calendar = calendar_of(year)
    if calendar == SOLAR:
        from persiantools.jdatetime import JalaliDate

        return JalaliDate(year, month, day).to_gregorian()  # type: ignore[no-untyped-call]
    if calendar == ISLAMIC:
        from hijridate import Hijri

        return Hijri(year, month, day).to_gregorian()
    return date(year - _BUDDHIST_AHEAD if calendar == BUDDHIST else year, month, day)
