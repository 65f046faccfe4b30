"""Which tactics a sentence tells, by weights over its words: for wordings that no rule of the lexicons foresaw.

The weights (``data/tactic_weights.csv``) are fitted by ``tools/train_read_tactics.py`` on English sentences that were invented
and labelled, kept beside it. A feature is the stem of a word, a class of words, or a rule that holds, so a person can read why
a sentence was taken for an assault; names and places are no features. Other languages are read by the same weights, through the
English stems that their words render (:mod:`renderings`). With the extra ``multilingual`` the sense of the whole sentence is
asked too (:mod:`meaning`).
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from functools import lru_cache
from typing import Final

from .phrases import Hit, lexicon, rows_of_files
from .renderings import LANGUAGES as RENDERED
from .renderings import renderings
from .weights import shares, weights_of
from .words import Word

LANGUAGE: Final = "en"
LANGUAGES: Final = frozenset({LANGUAGE, *RENDERED})
NOTHING: Final = "none"
WEIGHTS: Final = "tactic_weights"
WEIGHT_OF_WORDS, WEIGHT_OF_CLASSES = 2.0, 0.5
"""All words of a sentence weigh together as one vector of this length; each class and rule as much as this."""
_ENDINGS: Final = (
    ("ies", "y"),
    ("sses", "ss"),
    ("edly", ""),
    ("ing", ""),
    ("ed", ""),
    ("es", ""),
    ("ly", ""),
    ("s", ""),
)
_CLASSES_TOO: Final = ("kin", "threat", "message", "people", "official", "vehicle", "grab", "hold")


def told_by(language: str, words: Sequence[Word], hits: Iterable[Hit]) -> dict[str, float]:
    """How probable each tactic is for one sentence or quotation, :data:`NOTHING` among them; together they are 1.

    Args:
        language: :data:`LANGUAGE`, or one of :data:`renderings.LANGUAGES`.
        words: Its words.
        hits: The rules of the lexicon of tactics that hold in it.
    """
    return shares(WEIGHTS, features(language, words, hits))


def strongest_word(language: str, words: Sequence[Word], tactic: str) -> int:
    """The number of the word that says most of a tactic: where it is told."""
    weights = weights_of(WEIGHTS)
    said = {
        at: max(weights.get(f"w:{stem(each)}", {}).get(tactic, 0.0) for each in english)
        for at, english in _english(language, words)
    }
    return max(said, key=lambda at: (said[at], -at), default=0)


def features(language: str, words: Sequence[Word], hits: Iterable[Hit]) -> dict[str, float]:
    """Stems of words, classes of words and rules, each with its weight; names are left out."""
    told = _english(language, words)
    found = {f"w:{name}": WEIGHT_OF_WORDS * value for name, value in _stems(told).items()}
    found |= {f"c:{name}": WEIGHT_OF_CLASSES for _, english in told for each in english for name in _classes_of(each)}
    found |= {f"r:{hit.rule.meaning}": WEIGHT_OF_CLASSES for hit in hits}
    if lexicon("context", language).hits(words):
        found["r:context"] = WEIGHT_OF_CLASSES
    return found


_English = list[tuple[int, tuple[str, ...]]]


def _english(language: str, words: Sequence[Word]) -> _English:
    """The numbers of the words that are no names, with the English words that each renders (or is)."""
    if language != LANGUAGE:
        return renderings(language).of(words)
    return [(at, (word.text,)) for at, word in enumerate(words) if not word.capital or at == 0]


def _stems(told: _English) -> dict[str, float]:
    """Their stems as a vector of length 1; a word that can render several says less of each."""
    weighed: dict[str, float] = {}
    for _, english in told:
        stems = {each for word in english if (each := stem(word))[:1].isalpha() and each not in _common()}
        for each in stems:
            weighed[each] = max(weighed.get(each, 0.0), 1 / math.sqrt(len(stems)))
    length = math.sqrt(sum(value * value for value in weighed.values())) or 1.0
    return {each: value / length for each, value in weighed.items()}


@lru_cache(maxsize=16384)
def stem(word: str) -> str:
    """An English word without its ending: enough to see that "phoned" and "phoning" are one."""
    for ending, instead in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= 3 and not word.endswith("ss"):
            word = word[: len(word) - len(ending)] + instead
            break
    if len(word) > 4 and word[-1] == word[-2] and word[-1] not in "lse":
        word = word[:-1]
    return word[:-1] if len(word) > 4 and word.endswith("e") else word


@lru_cache(maxsize=1)
def _common() -> frozenset[str]:
    """Words that stand in every sentence."""
    row = next(row for row in rows_of_files("classes") if row["name"] == "x_common")
    return frozenset(row["words"].split())


@lru_cache(maxsize=16384)
def _classes_of(word: str) -> tuple[str, ...]:
    return tuple(
        name
        for name, (exact, beginnings) in _classes().items()
        if word in exact or (beginnings and word.startswith(beginnings))
    )


@lru_cache(maxsize=1)
def _classes() -> dict[str, tuple[frozenset[str], tuple[str, ...]]]:
    found = {}
    for row in rows_of_files("classes"):
        name = row["name"]
        if row["language"] == LANGUAGE and name != "x_common" and (name.startswith("x_") or name in _CLASSES_TOO):
            words = row["words"].split()
            exact = frozenset(word for word in words if not word.endswith("*"))
            found[name] = (exact, tuple(word[:-1] for word in words if word.endswith("*")))
    return found
