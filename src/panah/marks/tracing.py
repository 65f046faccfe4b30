"""Whose copy was it? Reads the choices out of a text and gives each copy the probability of being accused wrongly.

Invariant: what is read does not depend on any seed. So an innocent copy's choices are independent of it, whatever was
done to the text and by however many together, and the bound is exact: with w ways at a place it agrees there with
probability 1/w. The chance that it agrees at so many of the places that were read is a tail of a Poisson binomial
distribution; times the number of copies it bounds the chance that anybody is named wrongly.

Two recipients who mix their copies are still found in a whole note: at each place at least one of the two agrees, so
that one of them agrees at five of eight places where an innocent one does at two. Three who outvote each other are
not; nor is anybody in an excerpt of a few sentences.

Source:
    Boneh and Shaw (1998), Collusion-secure fingerprinting for digital data, IEEE Transactions on Information Theory
    44(5), 1897-1905, for the marking assumption; Tardos (2008), Optimal probabilistic fingerprint codes, Journal of
    the ACM 55(2), article 10, for independence as the ground of the bound. Their codes bear more recipients together
    and need some thousand places; a note has 48, so each place is drawn evenly here.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from rapidfuzz import fuzz

from .copies import Copy
from .notes import Note, note_in

WRONGLY: Final = 1e-6
"""Somebody is named only if anybody would be named wrongly at most so often."""
GRAM: Final = 6
LEAST_GRAMS: Final = 6
"""Pieces of a sentence that must stand at one place before it is looked at closely."""
SLACK: Final = 40
LEAST_LIKENESS: Final = 80.0
LEAST_LEAD: Final = 3.0
"""How much better the best way must fit than the next one, in points of a hundred; else the place is not read."""
_CONFUSED: Final = str.maketrans({"0": "o", "1": "l", "i": "l", "|": "l", "!": "l", "5": "s", "ı": "l"})


@dataclass(frozen=True, slots=True)
class Lead:
    """One copy that agrees with a text."""

    seed: str
    n_agree: int
    wrongly: float
    """An upper bound of the probability that any innocent copy, of all that were compared, agrees so often."""
    shows_code: bool

    @property
    def is_named(self) -> bool:
        """Whether the agreement is beyond chance."""
        return self.wrongly <= WRONGLY


@dataclass(frozen=True, slots=True)
class Trace:
    """What was found in a text. ``leads``: copies that are named, or whose code it shows; the surest first."""

    n_places: int
    n_read: int
    n_copies: int
    leads: tuple[Lead, ...]


def trace(text: str, seeds: Iterable[str], *, language: str = "en") -> Trace:
    """Find the copies that a text was made from.

    Args:
        text: The leaked text: pasted, extracted from a PDF, or read from a picture.
        seeds: Those of every copy that was given out.
        language: Of the reading note.
    """
    note, copies = note_in(language), [Copy(seed) for seed in dict.fromkeys(seeds)]
    letters = letters_of(text)
    read = read_choices(letters, note) if note else {}
    chances = _tail([1 / note.n_ways[place] for place in read]) if note else [1.0]
    leads = []
    for copy in copies:
        choices = copy.choices(note) if note else []
        agree = sum(choices[place] == way for place, way in read.items())
        lead = Lead(copy.seed, agree, min(1.0, chances[agree] * len(copies)), letters_of(copy.code) in letters)
        if lead.is_named or lead.shows_code:
            leads.append(lead)
    leads.sort(key=lambda lead: (lead.wrongly, lead.seed))
    return Trace(len(note.n_ways) if note else 0, len(read), len(copies), tuple(leads))


def letters_of(text: str) -> str:
    """What survives copying, line breaks, other typesetting and an honest misreading: letters and digits, no case.

    Compatibility forms become plain ones, accents and invisible characters go, and what a reading machine confuses is
    made equal.
    """
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    kept = "".join(char for char in plain.translate(_CONFUSED) if char.isalnum())
    return kept.replace("rn", "m").replace("vv", "w")


def read_choices(letters: str, note: Note) -> dict[int, int]:
    """Place -> way, for every place that can be told; nothing here knows a copy."""
    sentences = _prepared(note)
    known = {gram: found for sentence in sentences for gram, found in sentence.grams.items()}
    votes: Counter[tuple[int, int]] = Counter()
    for at in range(len(letters) - GRAM + 1):
        for number, offset in known.get(letters[at : at + GRAM], ()):
            votes[number, (at - offset) // SLACK] += 1
    read: dict[int, int] = {}
    for sentence in sentences:
        heard = {bucket: n for (number, bucket), n in votes.items() if number == sentence.number}
        if heard and max(heard.values()) >= LEAST_GRAMS:
            start = max(heard, key=lambda bucket: (heard[bucket], -bucket)) * SLACK
            window = letters[max(0, start - SLACK) : start + sentence.length + 3 * SLACK]
            read |= _choices_in(window, sentence)
    return read


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A sentence as letters, with the places of its pieces."""

    number: int
    first_place: int
    n_ways: tuple[int, ...]
    variants: Mapping[tuple[int, ...], str]
    grams: Mapping[str, tuple[tuple[int, int], ...]]
    length: int


@lru_cache(maxsize=8)
def _prepared(note: Note) -> tuple[_Prepared, ...]:
    made, place = [], 0
    everywhere: dict[str, set[tuple[int, int]]] = {}
    for number, sentence in enumerate(note.sentences):
        for variant in sentence.variants.values():
            text = letters_of(variant)
            for at in range(len(text) - GRAM + 1):
                everywhere.setdefault(text[at : at + GRAM], set()).add((number, at // SLACK * SLACK))
    for number, sentence in enumerate(note.sentences):
        variants = {choices: letters_of(variant) for choices, variant in sentence.variants.items()}
        own = {gram: tuple(sorted(found)) for gram, found in everywhere.items() if any(n == number for n, _ in found)}
        longest = max(len(text) for text in variants.values())
        made.append(_Prepared(number, place, tuple(map(len, sentence.ways)), variants, own, longest))
        place += len(sentence.ways)
    return tuple(made)


def _choices_in(window: str, sentence: _Prepared) -> dict[int, int]:
    """The way at each place of one sentence, where one fits clearly better than every other."""
    least = LEAST_LIKENESS - LEAST_LEAD  # below it a way counts as nothing: the best one leads by enough anyway
    likeness = {
        choices: fuzz.partial_ratio(text, window, score_cutoff=least) for choices, text in sentence.variants.items()
    }
    read: dict[int, int] = {}
    for index, n in enumerate(sentence.n_ways):
        best = [max(value for choices, value in likeness.items() if choices[index] == way) for way in range(n)]
        order = sorted(range(n), key=lambda way: -best[way])
        if best[order[0]] >= LEAST_LIKENESS and best[order[0]] - best[order[1]] >= LEAST_LEAD:
            read[sentence.first_place + index] = order[0]
    return read


def _tail(chances: Sequence[float]) -> list[float]:
    """For k = 0, 1, …: the probability of at least k agreements of independent ones with these chances."""
    exactly = [1.0]
    for chance in chances:
        exactly = [
            (exactly[k] if k < len(exactly) else 0.0) * (1 - chance) + (exactly[k - 1] * chance if k else 0.0)
            for k in range(len(exactly) + 1)
        ]
    tail, above = [], 0.0
    for value in reversed(exactly):
        above += value
        tail.append(min(1.0, above))
    return tail[::-1]
