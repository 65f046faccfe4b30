"""The main event of an article in a few words: kinds of violation, country, town, day. A help for sorting, no claim.

It answers the questions of the HRDsAttack data set (Ran et al. 2023, arXiv 2306.17695): what was done, where, when, by
the article as a whole. It knows English only; in other languages it is left out rather than guessed.
"""

from __future__ import annotations

from functools import lru_cache

from panah.dates import bounds
from panah.model.reading import EventNote
from panah.places import country_name

from .event_date import When, choose
from .event_place import choose_country, choose_town
from .event_types import plain_weights, violation_types
from .event_words import EventText
from .incident_dates import DatedText
from .phrases import rows_of
from .sentences import Page

LANGUAGES = frozenset({"en"})
MAX_CHARACTERS = 200_000
"""A longer document is no article with one main event."""


def main_event(page: Page, title: str, dated: DatedText, published: str | None) -> EventNote | None:
    """The main event of an article, or ``None`` in a language, or at a length, at which it is not looked for.

    Year and month are answered each for itself, as the data set asks; ``date`` holds only what the text tells together.
    """
    if page.language not in LANGUAGES or len(page.text) > MAX_CHARACTERS:
        return None
    event = EventText(page, title)
    country = choose_country(event, plain_weights("country"))
    town = choose_town(event, country, plain_weights("town"))
    year, month = choose(event, dated, published, {"year": plain_weights("year"), "month": plain_weights("month")})
    return EventNote(
        violation_types=violation_types(event),
        country=country,
        country_name=press_name(country) if country else "",
        city=town or "",
        date=_edtf(year, month),
        year=year.year if year else None,
        month=month.month if month else _month_of_publication(published),
        day=month.day if month else None,
    )


def _month_of_publication(published: str | None) -> int | None:
    """The month of publication, where the text tells none: of the training articles with a label it is then right in two of three."""
    first, last = bounds(published) if published else (None, None)
    return last.month if first and last and (first.year, first.month) == (last.year, last.month) else None


@lru_cache(maxsize=1)
def _press_names() -> dict[str, str]:
    return {row["code"]: row["name"] for row in rows_of("press_names")}


def press_name(code: str) -> str:
    """A state's English name as newspapers write it, without CLDR's additions in brackets."""
    return _press_names().get(code) or country_name(code).partition(" (")[0]


def _edtf(year: When | None, month: When | None) -> str | None:
    if month is not None and month.month is not None:
        day = f"-{month.day:02d}" if month.day is not None else ""
        return f"{month.year:04d}-{month.month:02d}{day}"
    return f"{year.year:04d}" if year is not None else None
