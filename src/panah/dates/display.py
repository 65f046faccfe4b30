"""An EDTF date in a reader's language: the calendar words by CLDR (Babel), the doubt by our own messages."""

from __future__ import annotations

from datetime import date
from typing import Final

from panah.i18n import gettext_noop, locale_folder, translate

from .edtf_dates import EdtfDate, parse

SEASONS: Final = {
    21: gettext_noop("spring {year}"),
    22: gettext_noop("summer {year}"),
    23: gettext_noop("autumn {year}"),
    24: gettext_noop("winter {year}"),
}
OPEN_ENDS: Final = (gettext_noop("until {end}"), gettext_noop("from {start}"), gettext_noop("{start} to {end}"))
ABOUT: Final = gettext_noop("about {date}")
UNSURE: Final = gettext_noop("{date} (uncertain)")
DECADE: Final = gettext_noop("between {first} and {last}")
UNKNOWN: Final = gettext_noop("date unknown")


def display(text: str, language: str = "en") -> str:
    """Say a date for a reader: ``2019-07~`` is "about July 2019".

    Args:
        text: An EDTF date or interval.
        language: A tag as in :data:`panah.i18n.LANGUAGES`.

    Raises:
        BadDate: It is not EDTF.
    """
    if "/" in text:
        parse(text)
        start, _, end = text.partition("/")
        ends = {name: display(part, language) for name, part in (("start", start), ("end", end)) if part.strip(".")}
        pattern = OPEN_ENDS[2] if len(ends) == 2 else OPEN_ENDS[1 if "start" in ends else 0]
        return translate(pattern, language).format(**ends)
    return _doubt(parse(text), language)


def _doubt(read: EdtfDate, language: str) -> str:
    said = _plain(read, language)
    if read.approximate:
        said = translate(ABOUT, language).format(date=said)
    return translate(UNSURE, language).format(date=said) if read.uncertain else said


def _plain(read: EdtfDate, language: str) -> str:
    if read.precision == "unknown":
        return translate(UNKNOWN, language)
    if read.precision in {"decade", "century"}:
        return translate(DECADE, language).format(first=read.lower.year, last=read.upper.year)
    if read.season is not None:
        return translate(SEASONS[read.season], language).format(year=read.lower.year)
    return _calendar(read.lower, read.precision, language)


def _calendar(day: date, precision: str, language: str) -> str:
    from babel.dates import format_date, format_skeleton

    locale = locale_folder(language)
    if precision == "day":
        return format_date(day, "long", locale=locale)
    return format_skeleton("yMMMM" if precision == "month" else "y", day, locale=locale)
