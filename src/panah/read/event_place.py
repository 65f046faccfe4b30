"""Country and town of an article's main event: every place it names is a candidate, weighed by how it is named.

The weights are in ``data/event_weights.csv``. A town need not stand in the gazetteer: "in Jangebe" is enough.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from .event_words import LEAD, EventText
from .geo import recordable
from .people import runs_in
from .place_votes import vote_of
from .sentences import Page, Sentence
from .word_classes import word_class

STATE_OF: Final = {"HK": "CN", "MO": "CN"}
"""Territories are told by their town; the country of an event is the state."""
MAX_CANDIDATES: Final = 40


@dataclass(slots=True)
class Place:
    """One candidate: all its mentions, and what they weigh."""

    name: str
    country: str
    starts: list[int] = field(default_factory=list)
    sentences: list[int] = field(default_factory=list)
    located: int = 0
    """How often it stands after "in" and the like."""
    towns: int = 0
    known: bool = True
    """The gazetteer knows it."""
    host: list[float] = field(default_factory=list)
    """Of a state: how much each mention says that something happened there rather than who did it (:mod:`place_votes`)."""


def located(sentence: Sentence, start: int) -> bool:
    """Whether a place stands right after a preposition of place."""
    before = [word.text for word in sentence.all_words if word.end <= start][-1:]
    return bool(before) and before[0] in word_class("place_preposition", "mul")


def countries(event: EventText) -> list[Place]:
    """Every state that the document names, the most often named first."""
    found: dict[str, Place] = {}
    for number, sentence in enumerate(event.page.sentences):
        for mention in sentence.mentions:
            code = STATE_OF.get(mention.country, mention.country)
            place = found.setdefault(code, Place(code, code))
            place.starts.append(mention.start)
            place.sentences.append(number)
            place.located += located(sentence, mention.start)
            place.towns += mention.kind == "town"
            place.host.append(vote_of(event.page, sentence, number, mention).host)
    return sorted(found.values(), key=lambda each: -len(each.starts))[:MAX_CANDIDATES]


def towns(event: EventText) -> list[Place]:
    """Every town that the document names, and every unknown name that stands where a town would."""
    found: dict[str, Place] = {}
    for number, sentence in enumerate(event.page.sentences):
        for mention in sentence.mentions:
            shown = _town_name(event.page.text[mention.start : mention.end])
            # a capital can stand for its state ("Minsk said"), and is the town all the same
            if (
                mention.kind == "town"
                or mention.country in STATE_OF
                or (mention.kind == "organ" and _is_town(event, shown))
            ):
                _add(found, shown, mention.country, sentence, number, mention.start)
        for start, end in _unknown(event.page, sentence):
            name = event.page.text[start:end]
            if name not in found:
                _add(found, name, "", sentence, number, start).known = False
            else:
                _add(found, name, "", sentence, number, start)
    return sorted(found.values(), key=lambda each: -len(each.starts))[:MAX_CANDIDATES]


def _town_name(shown: str) -> str:
    """As a town is written within a sentence: "MANILA, Philippines" of a dateline is Manila."""
    name = shown.partition(",")[0].strip()
    return name.title() if name.isupper() and len(name) > 3 else name


def _is_town(event: EventText, name: str) -> bool:
    return event.page.names.town(name) is not None


def _add(found: dict[str, Place], name: str, country: str, sentence: Sentence, number: int, start: int) -> Place:
    place = found.setdefault(name, Place(name, country))
    place.starts.append(start)
    place.sentences.append(number)
    place.located += located(sentence, start)
    return place


def _unknown(page: Page, sentence: Sentence) -> list[tuple[int, int]]:
    """Capitalised names after "in", "at", "near" that are no country, person, body or time."""
    taken = [(mention.start, mention.end) for mention in sentence.mentions]
    found = []
    for run in runs_in(page.text, sentence.all_words, page.language):
        if (
            not located(sentence, run.start)
            or len(run.words) > 3
            or any(a < run.end and run.start < b for a, b in taken)
        ):
            continue
        texts = {word.text for word in run.words}
        if texts & (
            word_class("calendar", "mul") | word_class("institution", page.language) | word_class("no_town", "mul")
        ):
            continue
        if page.names.person(run) is not None or run.of(page.text).isupper():
            continue
        found.append((run.start, run.end))
    return found


def features(event: EventText, place: Place, n_all: int, rank: int) -> dict[str, float]:
    """The features of one candidate among all of its kind."""
    n = len(place.starts)
    first = max(0, place.starts[0] - event.body_start)
    return {
        "count": math.log1p(n),
        "share": n / max(1, n_all),
        "first": 1 / (1 + first / 400),
        "title": float(place.starts[0] < event.body_start),
        "lead": float(any(event.body_start <= start < event.body_start + LEAD for start in place.starts)),
        "dateline": float(any(event.body_start <= start < event.body_start + 25 for start in place.starts)),
        "violent": math.log1p(sum(event.near_violence(number) for number in place.sentences)),
        "violent_share": sum(event.near_violence(number) for number in place.sentences) / n,
        "located": place.located / n,
        "located_violent": float(place.located > 0 and any(event.near_violence(s) == 1 for s in place.sentences)),
        "towns": place.towns / n,
        "known": float(place.known),
        "top": float(rank == 0),
    }


def country_features(event: EventText, all_of: list[Place]) -> list[dict[str, float]]:
    """Those of every state: also its share of what speaks for a host, all of it, and the early of it."""
    n_all = sum(len(each.starts) for each in all_of)
    early = [
        sum(
            host / (1 + max(0, start - event.body_start) / LEAD)
            for host, start in zip(each.host, each.starts, strict=True)
        )
        for each in all_of
    ]
    host_all, early_all = max(1.0, sum(sum(each.host) for each in all_of)), max(0.5, sum(early))
    return [
        {
            **features(event, each, n_all, rank),
            "host_share": sum(each.host) / host_all,
            "host_early": early[rank] / early_all,
        }
        for rank, each in enumerate(all_of)
    ]


def town_features(event: EventText, place: Place, n_all: int, rank: int, country: str | None) -> dict[str, float]:
    """Those of a town, with whether it lies in the country chosen before."""
    found = features(event, place, n_all, rank)
    found["in_country"] = float(bool(place.country) and STATE_OF.get(place.country, place.country) == country)
    found["abroad"] = float(bool(place.country) and STATE_OF.get(place.country, place.country) != country)
    return found


def score(weights: Mapping[str, float], values: Mapping[str, float]) -> float:
    """The weighed sum of some features."""
    return sum(weights.get(name, 0.0) * value for name, value in values.items())


def choose_country(event: EventText, weights: Mapping[str, float]) -> str | None:
    """The state in which the main event most likely happened, or ``None`` when the document names none."""
    candidates = countries(event)
    scored = [
        (score(weights, values), -rank, each.country)
        for rank, (each, values) in enumerate(zip(candidates, country_features(event, candidates), strict=True))
        if recordable(each.country)
    ]
    return max(scored)[2] if scored else None


def choose_town(event: EventText, country: str | None, weights: Mapping[str, float]) -> str | None:
    """The town in which it most likely happened, as it is printed; ``None`` when none is likely enough."""
    candidates = towns(event)
    n_all = sum(len(each.starts) for each in candidates)
    scored = [
        (score(weights, town_features(event, each, n_all, rank, country)), -rank, each.name)
        for rank, each in enumerate(candidates)
    ]
    best = max(scored, default=None)
    return best[2] if best is not None and best[0] + weights.get("bias", 0.0) > 0 else None
