"""HRDsAttack: articles as a user would have them, labels as the paper normalises them, and the paper's scores.

In the paper's code (``dataminr-ai/HRDsAttack``, ``src/models/utils.py``) an answer is right when it equals the label as a
string, every article counts, and a label that is missing can never be answered: the model says "None", the label is
``None``. The figures here are given that way (``paper``) and, beside it, with "none" as an answer that can be right, and
with countries compared by code rather than by spelling (``by code``).
"""

from __future__ import annotations

import html
import json
import random
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from panah.model.reading import EventNote
from panah.places import find_country
from panah.read import read_document
from panah.read.event_place import STATE_OF

FOLDER = Path(__file__).parents[3] / "shared" / "data" / "hrdsattack"
PUBLISHED_BEST = {"violation types F1": 71.4, "country": 66, "city": 23, "year": 50, "month": 33}
MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_NONE = {"", "none", "n/a", "unknown", "null"}


@dataclass(frozen=True)
class Article:
    title: str
    paragraphs: tuple[str, ...]
    published: str
    violation_types: frozenset[str]
    country: str | None
    city: str | None
    year: int | None
    month: int | None

    @property
    def text(self) -> str:
        """Title and paragraphs, a blank line between."""
        return "\n\n".join([" ".join(self.title.split()), *self.paragraphs])


def load(name: str) -> list[Article]:
    """``train`` or ``dev``, read where it lies."""
    return [_article(each) for each in json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))]


def _article(record: dict[str, Any]) -> Article:
    sample, label = record["sample"], record["annotations"][0]["annotation"]
    pieces = (re.sub(r"<[^>]+>", "", each) for each in sample["Input.article_interface"].split("</p>"))
    types = set(label["violation_types"])
    return Article(
        title=sample["Input.title"] or "",
        paragraphs=tuple(shown for each in pieces if (shown := html.unescape(each).strip())),
        published=sample["Input.publish_date"][:10],
        violation_types=frozenset(types - {"unknown"} if len(types) > 1 else types),
        country=_told(label["country"]),
        city=_told(label["city"]),
        year=_number(label["year"]),
        month=_month(label["month"]),
    )


def _told(value: str | None) -> str | None:
    return None if value is None or value.strip().lower() in _NONE else value.strip()


def _number(value: str | None) -> int | None:
    try:
        return int(float(value)) if _told(value) else None  # type: ignore[arg-type]
    except ValueError:
        return None


def _month(value: str | None) -> int | None:
    number = _number(value)
    if number is not None:
        return number
    shown = (_told(value) or "").lower()[:3]
    return MONTHS.index(shown) + 1 if shown in MONTHS else None


def country_code(name: str | None) -> str | None:
    """The code of the state that a label names; the label itself when it names none ("Africa")."""
    code = find_country(name) if name else None
    return STATE_OF.get(code, code) if code else name


def events(articles: Sequence[Article]) -> list[EventNote]:
    """What the reader says of each article."""
    notes = (read_document(each.text, published=each.published).document.event for each in articles)
    return [note if note is not None else EventNote() for note in notes]


def figures(articles: Sequence[Article], found: Sequence[EventNote]) -> dict[str, float]:
    """All scores in per cent."""
    pairs = list(zip(articles, found, strict=True))
    shared = sum(len(set(note.violation_types) & article.violation_types) for article, note in pairs)
    told = sum(len(note.violation_types) + len(article.violation_types) for article, note in pairs)
    scores = {"violation types F1": 200 * shared / told}
    answers = {
        "country": [(a.country, n.country_name or None) for a, n in pairs],
        "country by code": [(country_code(a.country), n.country) for a, n in pairs],
        "city": [(a.city, n.city or None) for a, n in pairs],
        "year": [(a.year, n.year) for a, n in pairs],
        "month": [(a.month, n.month) for a, n in pairs],
    }
    for name, each in answers.items():
        scores[name] = 100 * sum(label == said and label is not None for label, said in each) / len(each)
        scores[f"{name}, none can be right"] = 100 * sum(label == said for label, said in each) / len(each)
    return scores


SAME_ARTICLE = 0.6
"""Share of the shorter text's runs of four words that stand in the other, from which two records hold one article."""


def repeats(articles: Sequence[Article]) -> list[tuple[int, int]]:
    """Pairs of records that hold one article, reprinted or printed twice: what two annotators say of it can be compared."""
    runs = []
    for article in articles:
        words = re.findall(r"\w+", article.text.lower())
        runs.append(set(zip(words, words[1:], words[2:], words[3:], strict=False)))
    return [
        (first, second)
        for second in range(len(runs))
        for first in range(second)
        if len(runs[first] & runs[second]) > SAME_ARTICLE * min(len(runs[first]), len(runs[second]))
    ]


def agreement(articles: Sequence[Article]) -> dict[str, float]:
    """How far the annotations of one article agree with each other, in per cent: no reader can be expected to do better."""
    pairs = [(articles[first], articles[second]) for first, second in repeats(articles)]
    shared = sum(len(a.violation_types & b.violation_types) for a, b in pairs)
    told = sum(len(a.violation_types) + len(b.violation_types) for a, b in pairs)
    return {
        "pairs": len(pairs),
        "violation types F1": 200 * shared / told,
        "country": 100 * sum(a.country == b.country for a, b in pairs) / len(pairs),
        "country by code": 100 * sum(country_code(a.country) == country_code(b.country) for a, b in pairs) / len(pairs),
    }


def intervals(
    articles: Sequence[Article], found: Sequence[EventNote], times: int = 500
) -> dict[str, tuple[float, float]]:
    """95 % bootstrap intervals, articles drawn with replacement."""
    rng = random.Random(7)
    pairs = list(zip(articles, found, strict=True))
    drawn = []
    for _ in range(times):
        sample = rng.choices(pairs, k=len(pairs))
        drawn.append(figures([a for a, _ in sample], [n for _, n in sample]))
    return {
        name: (values[int(times * 0.025)], values[int(times * 0.975) - 1])
        for name in drawn[0]
        for values in [sorted(each[name] for each in drawn)]
    }
