"""When an article's main event happened: every date it prints is a candidate, and so is the day of publication.

Weights in ``data/event_weights.csv``. The year can be told far more often than the month: an article that names no
date tells of its own year. The day is the chosen date's, when it has one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from panah.dates import bounds

from .event_place import score
from .event_words import EventText
from .incident_dates import DatedText

MAX_CANDIDATES: Final = 60


@dataclass(frozen=True, slots=True)
class When:
    """One candidate: its parts, and where it is printed (-1 for the day of publication)."""

    year: int
    month: int | None
    day: int | None
    start: int = -1
    end: int = -1
    sentence: int = -1
    relative: bool = False
    of_speech: bool = False
    open_end: bool = False


def candidates(event: EventText, dated: DatedText, published: str | None) -> list[When]:
    """Every date of the text that can be told at least to the year, then the day of publication."""
    found = []
    for each in dated.dates[:MAX_CANDIDATES]:
        if each.reading.edtf is None:
            continue
        first, last = bounds(each.reading.edtf)
        if first.year != last.year and not each.printed.open_end:
            continue
        same_month = (first.year, first.month) == (last.year, last.month)
        printed = each.printed
        found.append(
            When(
                year=first.year,
                month=first.month if same_month or printed.month else None,
                day=first.day if first == last or (printed.day is not None and printed.open_end) else None,
                start=printed.start,
                end=printed.end,
                sentence=each.sentence,
                relative=bool(printed.relation),
                of_speech=each.of_speech,
                open_end=printed.open_end,
            )
        )
    if published:
        _, day = bounds(published)
        found.append(When(day.year, day.month, day.day))
    return found


def features(event: EventText, when: When, all_of: list[When], published: str | None) -> dict[str, float]:
    """The features of one candidate."""
    if when.start < 0:
        return {"publication": 1.0, "publication_only": float(len(all_of) == 1)}
    latest = bounds(published)[1] if published else None
    same_year = sum(each.year == when.year for each in all_of) / len(all_of)
    ago = latest.year - when.year if latest else 0
    same_month = latest is not None and (latest.year, latest.month) == (when.year, when.month)
    violent = event.near_violence(when.sentence)
    return {
        "printed": 1.0,
        "violent": violent,
        "violent_own": float(violent == 1),
        "first": 1 / (1 + max(0, when.start - event.body_start) / 400),
        "earliest_printed": float(when == all_of[0]),
        "title": float(when.start < event.body_start),
        "has_month": float(when.month is not None),
        "has_day": float(when.day is not None),
        "relative": float(when.relative),
        "relative_violent": float(when.relative and violent == 1),
        "of_speech": float(when.of_speech),
        "since": float(when.open_end),
        "same_year": same_year,
        "this_year": float(ago == 0),
        "last_year": float(ago == 1),
        "long_ago": float(ago > 5),
        "this_month": float(same_month),
        "future": float(ago < 0),
    }


def choose(
    event: EventText, dated: DatedText, published: str | None, weights: Mapping[str, Mapping[str, float]]
) -> tuple[When | None, When | None]:
    """The candidate that gives the year, and the one (of that year) that gives month and day; ``None`` for neither."""
    all_of = candidates(event, dated, published)
    if not all_of:
        return None, None
    seen = [features(event, each, all_of, published) for each in all_of]
    by_year: dict[int, list[float]] = {}
    for each, values in zip(all_of, seen, strict=True):
        by_year.setdefault(each.year, []).append(score(weights["year"], values))
    year = max(by_year, key=lambda each: max(by_year[each]))
    of_year = next(each for each in all_of if each.year == year)
    scored = [
        (score(weights["month"], values) + weights["month"].get("bias", 0.0), -at, each)
        for at, (each, values) in enumerate(zip(all_of, seen, strict=True))
        if each.year == year and each.month is not None
    ]
    best = max(scored, key=lambda each: each[:2], default=None)
    return of_year, best[2] if best is not None and best[0] > 0 else None
