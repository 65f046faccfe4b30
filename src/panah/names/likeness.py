"""How alike two written names are, in whatever scripts. A likeness is evidence for linkage, never a decision."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from .alignment import nearness
from .folding import fold, tokens
from .readings import Reading
from .words import Word, words

UNPAIRED: Final = 0.35
"""How much a word without partner counts: a middle name, a father's name and a title come and go."""
RUN_TOGETHER: Final = 0.98
"""What words written as one may at most reach."""
READINGS_TRIED: Final = 3


@lru_cache(maxsize=65536)
def similarity(one: str, other: str) -> float:
    """Likeness of two names from 0 to 1, whatever their scripts and the order of their parts; 1 when the folded parts
    are equal.

    Each word is read as sounds, by the rules of its script; the words are paired one to one, most alike first, and each
    pair counts by its consonants. Vowels count less where one side hardly writes them (Arabic, Hebrew) or must (Han).
    Titles and articles are left out, ``-jan``, ``-gül`` and the like are optional, and words written as one are tried.

    Args:
        one, other: Names as written. Beyond 8 parts the rest is ignored.

    Returns:
        Above about 0.75 two spellings are more likely one name than two; two names in one script can be as near.

    Source:
        See :mod:`panah.names.alignment`; the tables in ``names/data`` say where their rows come from.
    """
    left, right = words(one), words(other)
    if not left or not right:
        return 1.0 if fold(one) and fold(one) == fold(other) else 0.0
    if sorted(tokens(one)) == sorted(tokens(other)):
        return 1.0
    if (_order(left), one) > (_order(right), other):  # the same answer whichever comes first
        left, right = right, left
    best = _paired(left, right)
    if len(left) != len(right) and best < 1:
        best = max(best, RUN_TOGETHER * _together(left, right))
    return best


def _order(some: tuple[Word, ...]) -> tuple[str, ...]:
    return tuple(word.readings[0][0].sounds for word in some)


def _paired(left: tuple[Word, ...], right: tuple[Word, ...]) -> float:
    scored = sorted(
        ((_words_alike(a, b), a.mass + b.mass, i, j) for i, a in enumerate(left) for j, b in enumerate(right)),
        key=lambda item: (-item[0] * item[1], item[2], item[3]),
    )
    free_left, free_right = set(range(len(left))), set(range(len(right)))
    alike = weight = 0.0
    for score, both, i, j in scored:
        if i in free_left and j in free_right:
            free_left.remove(i)
            free_right.remove(j)
            alike += score * both
            weight += both
    rest = sum(left[i].mass for i in free_left) + sum(right[j].mass for j in free_right)
    return alike / (weight + UNPAIRED * rest) if weight else 0.0


def _words_alike(one: Word, other: Word) -> float:
    return max(
        max(0.0, nearness(a, b) - penalty - other_penalty)
        for a, penalty in one.readings
        for b, other_penalty in other.readings
    )


def _together(left: tuple[Word, ...], right: tuple[Word, ...]) -> float:
    return max(nearness(a, b) for a in _joined(left) for b in _joined(right))


def _joined(some: tuple[Word, ...]) -> list[Reading]:
    """All words as one, in their order and with the last one first."""
    out = []
    for order in {some, (some[-1], *some[:-1])}:
        for index in range(min(READINGS_TRIED, max(len(word.readings) for word in order))):
            parts = [word.readings[min(index, len(word.readings) - 1)][0] for word in order]
            kind = max((part.kind for part in parts), key=("letters", "syllables", "consonants").index)
            out.append(Reading("".join(part.sounds for part in parts), kind))
    return list(dict.fromkeys(out))
