"""Where an article speaks of killing, arrest, abduction …: groups of words, and how much of the article is theirs.

The features of the models in ``data/event_weights.csv``. They are few and can be read: how often a group occurs, how
densely, how early, and whether the title and the lead have it.
"""

from __future__ import annotations

import math
from bisect import bisect_left
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from .phrases import lexicon, rows_of
from .sentences import Page

LEAD: Final = 600
"""Characters of the article, after its heading, that count as its lead."""
MAX_HEADING: Final = 200
VIOLENT: Final = frozenset(
    ["kill", "was_killed", "kidnap", "arrest", "was_held", "disappear", "torture", "beat", "assault", "rape", "threat"]
)
"""Groups that tell of something done to people: the places and dates beside them are the event's."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One place at which a group of words stands."""

    group: str
    start: int
    sentence: int


class EventText:
    """One document, looked at for its main event.

    Args:
        page: The cut-up document.
        title: Its title, where the file states one that does not stand in the text.
    """

    def __init__(self, page: Page, title: str = "") -> None:
        self.page = page
        first = page.paragraphs[0]
        shown = first.of(page.text)
        heads = len(page.paragraphs) > 1 and len(shown) <= MAX_HEADING and shown[-1] not in ".!。"
        self.body_start = page.paragraphs[1].start if heads else 0
        self.title = title if not heads else shown

    @cached_property
    def occurrences(self) -> tuple[Occurrence, ...]:
        """Every occurrence in the order of the text, the heading's too."""
        found: list[Occurrence] = []
        rules = lexicon("event_words", self.page.language)
        for number, sentence in enumerate(self.page.sentences):
            words = sentence.all_words
            runs = {(rule.meaning, words[first].start) for first, _, rule in rules.occurrences(words)}
            found += [Occurrence(group, start, number) for group, start in runs]
        return tuple(sorted(found, key=lambda each: (each.start, each.group)))

    @cached_property
    def violent_sentences(self) -> frozenset[int]:
        """Numbers of the sentences that tell of something done to people."""
        return frozenset(each.sentence for each in self.occurrences if each.group in VIOLENT)

    def near_violence(self, sentence: int) -> float:
        """1 for a sentence that tells of it, a half beside one, else 0."""
        if sentence in self.violent_sentences:
            return 1.0
        return 0.5 if {sentence - 1, sentence + 1} & self.violent_sentences else 0.0

    @cached_property
    def n_words(self) -> int:
        """Words of the article below its heading."""
        starts = [word.start for word in self.page.words]
        return max(1, len(starts) - bisect_left(starts, self.body_start))

    def features(self) -> dict[str, float]:
        """The features of the models of violation types, by name."""
        found: dict[str, float] = {"words": math.log(self.n_words)}
        counts: dict[str, int] = {}
        for group in groups():
            all_starts = [each.start for each in self.occurrences if each.group == group]
            starts = [start for start in all_starts if start >= self.body_start]
            counts[group] = len(starts)
            found[f"{group}.count"] = math.log1p(len(starts))
            found[f"{group}.density"] = math.log1p(1000 * len(starts) / self.n_words)
            found[f"{group}.any"] = float(bool(starts))
            found[f"{group}.lead"] = float(bool(starts) and starts[0] < self.body_start + LEAD)
            found[f"{group}.title"] = float(len(all_starts) > len(starts))
            found[f"{group}.early"] = 1 / (1 + (starts[0] - self.body_start) / 500) if starts else 0.0
        told = 1 + sum(counts[group] for group in VIOLENT)
        for group in sorted(VIOLENT):
            found[f"{group}.share"] = counts[group] / told
        return found


def groups() -> tuple[str, ...]:
    """The names of the groups, in the order of the file."""
    return tuple(dict.fromkeys(row["meaning"] for row in rows_of("event_words")))
