"""Phrases written as data, and finding thousands of them in one pass.

A phrase is words with a space between them, where

========== ==============================================
``a|b``    one of several words
``word*``  any word that begins so
``@name``  any word of a class in ``data/classes.csv``
``#``      any number in digits (also ``#|word``, never first)
``^``      any word with a capital (also ``^|word``, never first)
``word?``  may be missing (also ``a|b?``)
``..3``    up to three words of any kind (``..`` is four), but never "said"
``..3~``   the same, and never into the next clause: "her brother learned that she was arrested"
========== ==============================================

A rule is one or several phrases that must stand in the same sentence: ``A & B & !C`` (C must not). No regular
expression is built from data, and every gap is bounded, so the time is linear in the length of the text.
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib import resources
from typing import Final

from .words import Word, fold, words_in

DEFAULT_GAP: Final = 4
MAX_REMEMBERED: Final = 50_000
"""Of how many words a lexicon remembers the phrases that begin with them."""
_SAYING: Final = frozenset({"said", "says"})
_CLAUSE: Final = _SAYING | {
    *("that", "he", "she", "they", "i", "we", "you", "because", "when", "while", "after", "before", "until"),
    *("reported", "learned", "learnt", "believes", "believed", "visiting", "since"),
}
_OPEN: Final = frozenset({"#", "^"})
_FILES: Final = {"tactics": ("tactics", "acts"), "classes": ("classes", "act_classes", "date_classes")}
"""Set phrases first, then what words of a class do to each other."""


@dataclass(frozen=True, slots=True)
class _Element:
    exact: frozenset[str] = frozenset()
    prefixes: tuple[str, ...] = ()
    gap: int = -1
    in_clause: bool = False
    optional: bool = False
    number: bool = False
    capital: bool = False

    def fits(self, word: Word) -> bool:
        text = word.text
        if text in self.exact or (self.prefixes and text.startswith(self.prefixes)):
            return True
        return (self.capital and word.capital) or (self.number and text[0].isdigit())

    def ends_at(self, word: str) -> bool:
        """Whether a gap may not reach over a word."""
        return word in (_CLAUSE if self.in_clause else _SAYING)

    @property
    def is_open(self) -> bool:
        """Whether it fits words that no list holds, so that no phrase can be found by them."""
        return self.number or self.capital


@dataclass(frozen=True, slots=True)
class Phrase:
    """One compiled phrase."""

    elements: tuple[_Element, ...]

    def match(self, words: Sequence[Word], at: int, element: int = 0) -> int:
        """The index after the last word when the phrase begins at word ``at``, else -1."""
        while element < len(self.elements):
            wanted = self.elements[element]
            if wanted.gap >= 0:
                return self._over_gap(words, at, element)
            fits = at < len(words) and wanted.fits(words[at])
            if wanted.optional:
                if fits and (end := self.match(words, at + 1, element + 1)) >= 0:
                    return end
            elif not fits:
                return -1
            else:
                at += 1
            element += 1
        return at

    def _over_gap(self, words: Sequence[Word], at: int, element: int) -> int:
        """The same for a phrase whose next element is a gap: the shortest gap after which the rest fits."""
        gap = self.elements[element]
        following = self.elements[element + 1] if element + 1 < len(self.elements) else None
        must_fit = following is not None and following.gap < 0 and not following.optional
        for skip in range(gap.gap + 1):
            here = at + skip
            if here > len(words) or (skip and gap.ends_at(words[here - 1].text)):
                return -1
            if must_fit and following is not None and (here == len(words) or not following.fits(words[here])):
                continue
            if (end := self.match(words, here, element + 1)) >= 0:
                return end
        return -1


@dataclass(frozen=True, slots=True)
class Rule:
    """A row of a lexicon: what it means, which phrases it needs, and which it must not see."""

    meaning: str
    needs: tuple[int, ...]
    forbids: tuple[int, ...]
    row: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Hit:
    """A rule that holds in a run of words: from the first word of its first phrase to the last of its last."""

    rule: Rule
    first: int
    last: int
    anchors: tuple[tuple[int, int], ...]
    """The half-open runs of words of each needed phrase."""


class Lexicon:
    """The rules of one file for one language."""

    def __init__(self, rows: Iterable[Mapping[str, str]], classes: Mapping[str, str]) -> None:
        self._phrases: list[Phrase] = []
        self._numbers: dict[str, int] = {}
        self._by_word: dict[str, list[int]] = {}
        self._by_prefix: dict[str, list[int]] = {}
        self.rules: list[Rule] = []
        for row in rows:
            parts = [part.strip() for part in row["rule"].split("&")]
            needs = tuple(self._number(part, classes) for part in parts if not part.startswith("!"))
            forbids = tuple(self._number(part[1:].strip(), classes) for part in parts if part.startswith("!"))
            self.rules.append(Rule(row["meaning"], needs, forbids, row))
        self._rules_of: dict[int, list[int]] = {}
        for number, rule in enumerate(self.rules):
            self._rules_of.setdefault(rule.needs[0], []).append(number)
        self._starting: dict[str, tuple[int, ...]] = {}
        self._longest_prefix = max((len(prefix) for prefix in self._by_prefix), default=0)

    def _number(self, text: str, classes: Mapping[str, str]) -> int:
        if text not in self._numbers:
            phrase = compile_phrase(text, classes)
            number = self._numbers[text] = len(self._phrases)
            self._phrases.append(phrase)
            for element in _starters(phrase):
                for word in element.exact:
                    self._by_word.setdefault(word, []).append(number)
                for prefix in element.prefixes:
                    self._by_prefix.setdefault(prefix, []).append(number)
        return self._numbers[text]

    def phrases_in(self, words: Sequence[Word]) -> dict[int, list[tuple[int, int]]]:
        """For each phrase that occurs, the half-open runs of words where it does."""
        found: dict[int, list[tuple[int, int]]] = {}
        for at, word in enumerate(words):
            for number in self._starting_with(word.text):
                end = self._phrases[number].match(words, at)
                if end > at:
                    found.setdefault(number, []).append((at, end))
        return found

    def _starting_with(self, word: str) -> tuple[int, ...]:
        """The phrases that can begin with a word; looked up once for each word of a text."""
        known = self._starting.get(word)
        if known is None:
            lengths = range(1, min(len(word), self._longest_prefix) + 1)
            by_prefix = (number for length in lengths for number in self._by_prefix.get(word[:length], ()))
            known = tuple(dict.fromkeys((*self._by_word.get(word, ()), *by_prefix)))
            if len(self._starting) >= MAX_REMEMBERED:
                self._starting.clear()
            self._starting[word] = known
        return known

    def occurrences(self, words: Sequence[Word]) -> list[tuple[int, int, Rule]]:
        """Every place where the first phrase of a rule stands, in the order of the words; longer runs first."""
        found = self.phrases_in(words)
        runs = [(first, last, rule) for rule in self.rules for first, last in found.get(rule.needs[0], ())]
        return sorted(runs, key=lambda run: (run[0], -run[1]))

    def hits(self, words: Sequence[Word]) -> list[Hit]:
        """The rules that hold in these words (one sentence), in the order of the file."""
        found = self.phrases_in(words)
        # only rules whose first phrase occurs can hold: most sentences have none
        possible = sorted({number for phrase in found for number in self._rules_of.get(phrase, ())})
        return [hit for number in possible if (hit := _hit(self.rules[number], found)) is not None]


def _hit(rule: Rule, found: Mapping[int, list[tuple[int, int]]]) -> Hit | None:
    if not all(number in found for number in rule.needs) or any(number in found for number in rule.forbids):
        return None
    runs = tuple(_first(found[number]) for number in rule.needs)
    return Hit(rule, min(run[0] for run in runs), max(run[1] for run in runs), runs)


def _first(runs: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """The first run, without what stands before the words that say it: "sister … her brother detained" """
    first, last = runs[0]
    return min((run for run in runs if first <= run[0] and run[1] <= last), key=lambda run: run[1] - run[0])


def _starters(phrase: Phrase) -> Iterator[_Element]:
    for element in phrase.elements:
        yield element
        if not element.optional:
            return


def compile_phrase(text: str, classes: Mapping[str, str]) -> Phrase:
    """Compile one phrase; a word that holds an apostrophe or hyphen becomes the words it is split into.

    Raises:
        ValueError: It is empty, begins with a gap, or names a class that does not exist.
    """
    elements: list[_Element] = []
    for part in text.split():
        if part.startswith(".."):
            width = part[2:].rstrip("~")
            elements.append(_Element(gap=int(width or DEFAULT_GAP), in_clause=part.endswith("~")))
            continue
        optional = part.endswith("?")
        alternatives = _alternatives(part.rstrip("?"), classes)
        opened = {each for each in alternatives if each in _OPEN}
        if len(alternatives) == 1 and not opened and not alternatives[0].endswith("*"):
            elements += [_Element(exact=frozenset({w.text}), optional=optional) for w in words_in(alternatives[0])]
        else:
            exact = frozenset(fold(each) for each in alternatives if not each.endswith("*") and each not in opened)
            prefixes = tuple(fold(each[:-1]) for each in alternatives if each.endswith("*"))
            elements.append(_Element(exact, prefixes, optional=optional, number="#" in opened, capital="^" in opened))
    if (
        not elements
        or elements[0].gap >= 0
        or elements[0].is_open
        or all(element.optional or element.is_open for element in elements)
    ):
        raise ValueError(f"not a phrase: {text!r}")
    return Phrase(tuple(elements))


def _alternatives(part: str, classes: Mapping[str, str]) -> list[str]:
    found: list[str] = []
    for each in part.split("|"):
        if each.startswith("@"):
            if each[1:] not in classes:
                raise ValueError(f"no such class of words: {each}")
            found += classes[each[1:]].split()
        else:
            found.append(each)
    return found


def rows_of(name: str) -> list[dict[str, str]]:
    """The rows of ``read/data/<name>.csv``; a line that begins with ``#`` is a remark."""
    text = (resources.files("panah.read") / "data" / f"{name}.csv").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return list(csv.DictReader(lines))


@lru_cache(maxsize=128)
def lexicon(name: str, language: str) -> Lexicon:
    """The rules of ``data/<name>.csv`` in one language, with those of ``mul`` that hold in every language."""
    spoken = {language, "mul"}
    classes = {row["name"]: row["words"] for row in rows_of_files("classes") if row["language"] in spoken}
    return Lexicon((row for row in rows_of_files(name) if row["language"] in spoken), classes)


def rows_of_files(name: str) -> list[dict[str, str]]:
    """The rows of a lexicon that is kept in several files."""
    return [row for file in _FILES.get(name, (name,)) for row in rows_of(file)]
