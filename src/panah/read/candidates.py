"""Tactic hits of a document: which sentence or quotation tells of which tactic, before they are joined to incidents."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final

from panah.model.reading import Count, Statement

from .geo import Mention
from .meaning import both
from .paragraphs import Stretch
from .phrases import Hit, Rule, lexicon, rows_of
from .sentences import Page, Sentence
from .stance import NEGATIVE
from .telling import LANGUAGES, NOTHING, strongest_word, told_by
from .words import Word

LONG_QUOTATION: Final = {"tr": 3, "ug": 3, "ru": 4}
"""From so many words on a quotation tells something by itself; six where words carry less each."""


LEAST_SHARE: Final = 0.55
"""From this probability on a tactic is told by the words of a sentence together."""
RULE_SHARE: Final = 0.02
"""Below this share of what the likely tactics leave a rule that holds is not believed: the other words speak against it."""
MIN_WORDS: Final = 5
MIN_WORDS_BY_WEIGHT: Final = {"tr": 4, "ug": 4, "ru": 4, "zh": 8}
"""From so many words on the weights are asked; a Chinese character counts as a word."""


@dataclass(slots=True)
class Candidate:
    """One tactic told by one unit: the writer's words of a sentence, or one quotation in it."""

    tactic: str
    sentence: Sentence
    unit: Stretch
    words: tuple[Word, ...]
    hits: tuple[Hit, ...]
    quoted: bool
    told_in: int
    """The number of its paragraph among those that are no caption, heading or byline."""
    mentions: tuple[Mention, ...] = ()
    counts: tuple[Count, ...] = field(default=())

    @property
    def paragraph(self) -> int:
        """The number of its paragraph."""
        return self.sentence.paragraph

    @property
    def anchor(self) -> int:
        """The character at which the tactic is told."""
        return self.words[self.hits[0].first].start if self.hits else self.unit.start

    @property
    def anchor_end(self) -> int:
        """Where the words that tell the tactic end."""
        return self.words[self.hits[0].last - 1].end if self.hits else self.unit.end

    @property
    def said_in(self) -> tuple[int, int]:
        """The first and the last character of the first phrase that tells it."""
        if not self.hits:
            return self.unit.start, self.unit.end - 1
        first, last = self.hits[0].anchors[0]
        return self.words[first].start, self.words[last - 1].end - 1


def find_candidates(page: Page, statements: Sequence[Statement], counts: Sequence[Count]) -> list[Candidate]:
    """Every tactic that a sentence or quotation tells of, in order; denials, policy and headings tell of none."""
    starts = [each.start for each in counts]
    units = list(_telling_units(page, statements))
    found: list[Candidate] = []
    for unit, sense in zip(units, _senses(page, units), strict=True):
        inside = counts[bisect_left(starts, unit.stretch.start) : bisect_left(starts, unit.stretch.end)]
        found += _of_unit(page, unit, sense, inside)
    return found


def _telling_units(page: Page, statements: Sequence[Statement]) -> Iterator[_Unit]:
    denied = _denied_by_sentence(page, statements)
    spoken = {each.start for each in statements if each.kind != "indirect"}
    told = narrative_numbers(page)
    for at, sentence in enumerate(page.sentences):
        number = told.get(sentence.paragraph)
        if number is None:
            continue
        for unit in _units(page, sentence, spoken, number):
            if not _is_denial(unit.stretch, denied.get(at, ())) and not lexicon("context", page.language).hits(
                unit.words
            ):
                yield unit


def _senses(page: Page, units: Sequence[_Unit]) -> list[dict[str, float]]:
    """What the sense of each unit tells, where the extra for it is installed; else nothing."""
    least = MIN_WORDS_BY_WEIGHT.get(page.language, MIN_WORDS)
    asked = [each for each in units if page.language in LANGUAGES and len(each.words) >= least]
    known = dict(zip(map(id, asked), page.senses.tactics([each.text for each in asked]), strict=True))
    return [known.get(id(each), {}) for each in units]


def _denied_by_sentence(page: Page, statements: Sequence[Statement]) -> dict[int, list[Statement]]:
    """For each sentence the denials and refusals that touch it."""
    found: dict[int, list[Statement]] = {}
    for each in statements:
        if each.stance in NEGATIVE:
            for number in range(page.number_at(each.start), page.number_at(each.end - 1) + 1):
                found.setdefault(number, []).append(each)
    return found


def narrative_numbers(page: Page) -> dict[int, int]:
    """Numbers of the paragraphs that tell something: captions, headings and bylines are left out."""
    telling = [number for number in range(len(page.paragraphs)) if number not in page.captions]
    return {paragraph: number for number, paragraph in enumerate(telling)}


def _is_denial(unit: Stretch, denied: Sequence[Statement]) -> bool:
    """Whether most of a unit lies inside a denial: what is denied there is not told as happened."""
    covered = sum(
        min(each.end, unit.end) - max(each.start, unit.start)
        for each in denied
        if each.start < unit.end and unit.start < each.end
    )
    return covered * 2 > unit.end - unit.start


@dataclass(frozen=True, slots=True)
class _Unit:
    """What is read at once: the writer's words of a sentence, or a quotation in it."""

    sentence: Sentence
    told_in: int
    stretch: Stretch
    words: tuple[Word, ...]
    text: str
    quoted: bool


def _units(page: Page, sentence: Sentence, spoken: set[int], number: int) -> Iterator[_Unit]:
    """The writer's words with short spoken fragments (a quoted term is no telling), and each longer quotation."""
    long = [
        quotation
        for quotation in sentence.quotations
        if quotation.start not in spoken
        or len(page.words_between(quotation.start, quotation.end)) >= LONG_QUOTATION.get(page.language, 6)
    ]
    own = tuple(word for word in sentence.all_words if not any(q.outer_start <= word.start < q.outer_end for q in long))
    if own:
        text = _without(page.text, sentence.stretch, [(each.outer_start, each.outer_end) for each in long])
        yield _Unit(sentence, number, Stretch(sentence.start, sentence.end), own, text, quoted=False)
    for quotation in [each for each in long if each.start in spoken]:
        words, stretch = page.words_between(quotation.start, quotation.end), Stretch(quotation.start, quotation.end)
        yield _Unit(sentence, number, stretch, words, stretch.of(page.text), quoted=True)


def _without(text: str, stretch: Stretch, left_out: Sequence[tuple[int, int]]) -> str:
    """What a stretch of text says without some parts of it."""
    pieces, at = [], stretch.start
    for start, end in left_out:
        pieces.append(text[at : max(at, start)])
        at = max(at, end)
    return " ".join([*pieces, text[at : max(at, stretch.end)]]).strip()


def _of_unit(page: Page, unit: _Unit, sense: Mapping[str, float], counts: Sequence[Count]) -> list[Candidate]:
    by_tactic = _told(page.language, unit.words, sense)
    here = {word.start for word in unit.words}
    mentions = tuple(m for m in unit.sentence.mentions if m.start in here) if by_tactic else ()
    return [
        Candidate(
            tactic,
            unit.sentence,
            unit.stretch,
            unit.words,
            tuple(by_tactic[tactic]),
            unit.quoted,
            unit.told_in,
            mentions,
            tuple(counts),
        )
        for tactic in most_specific(by_tactic)
    ]


def _told(language: str, words: tuple[Word, ...], sense: Mapping[str, float]) -> dict[str, list[Hit]]:
    """Each tactic that some words tell, with the places where they do: by rules, by all words together and by their sense."""
    hits = lexicon("tactics", language).hits(words)
    by_tactic: dict[str, list[Hit]] = {}
    for hit in hits:
        by_tactic.setdefault(hit.rule.meaning, []).append(hit)
    if language not in LANGUAGES or (not hits and len(words) < MIN_WORDS_BY_WEIGHT.get(language, MIN_WORDS)):
        return by_tactic
    probable = both(told_by(language, words, hits), sense)
    likely = {tactic for tactic, share in probable.items() if tactic != NOTHING and share >= LEAST_SHARE}
    left = RULE_SHARE * (1.0 - sum(probable[tactic] for tactic in likely))
    kept = {tactic: found for tactic, found in by_tactic.items() if tactic in likely or probable[tactic] >= left}
    return kept | {tactic: [_by_weight(language, words, tactic)] for tactic in likely - set(kept)}


def _by_weight(language: str, words: tuple[Word, ...], tactic: str) -> Hit:
    at = strongest_word(language, words, tactic)
    return Hit(Rule(tactic, (), ()), at, at + 1, ((at, at + 1),))


@lru_cache(maxsize=1)
def groups() -> dict[str, tuple[str, ...]]:
    """Tactics that can be one act told twice: group name to its tactics, the most general first."""
    return {row["group"]: tuple(row["tactics"].split(";")) for row in rows_of("families_of_tactics")}


@lru_cache(maxsize=1)
def _absorbing() -> dict[str, frozenset[str]]:
    rows = [row for row in rows_of("families_of_tactics") if row["absorbs"]]
    return {tactic: frozenset(row["absorbs"].split(";")) for row in rows for tactic in row["tactics"].split(";")}


def absorbs(earlier: str, later: str) -> bool:
    """Whether a tactic spoken of in a quotation belongs to the act told just before (what the caller said)."""
    return later in _absorbing().get(earlier, frozenset())


def group_of(one: str, other: str) -> tuple[str, ...] | None:
    """The group that holds both tactics, if there is one."""
    return next((tactics for tactics in groups().values() if one in tactics and other in tactics), None)


def more_specific(one: str, other: str) -> str:
    """The more specific of two tactics of one group (the first when they share none)."""
    tactics = group_of(one, other)
    return max(one, other, key=tactics.index) if tactics else one


def most_specific(tactics: dict[str, list[Hit]]) -> list[str]:
    """Of the tactics told in one unit: those that no more specific one of their group stands beside."""
    names = list(tactics)
    kept = [
        one
        for one in names
        if not any(other != one and more_specific(one, other) == other and group_of(one, other) for other in names)
    ]
    return [one for one in kept if not any(_is_told_as(tactics, one, other) for other in kept)]


def _is_told_as(tactics: Mapping[str, list[Hit]], weaker: str, stronger: str) -> bool:
    """Whether the words that tell one tactic are those of another that says more of them ("his brother was beaten")."""
    return weaker in _outranked().get(stronger, frozenset()) and any(
        one.first < other.last and other.first < one.last for one in tactics[weaker] for other in tactics[stronger]
    )


@lru_cache(maxsize=1)
def _outranked() -> dict[str, frozenset[str]]:
    return {row["tactic"]: frozenset(row["instead_of"].split(";")) for row in rows_of("told_as")}
