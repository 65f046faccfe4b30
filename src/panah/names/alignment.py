"""How near two rows of sounds are: the cheapest way to turn one into the other, by the tables of sounds.

Source: Needleman and Wunsch (1970), J. Mol. Biol. 48, 443-453; weighting by phonetic features after Kondrak (2000),
A New Algorithm for the Alignment of Phonetic Sequences, NAACL, 288-295.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from .phonemes import VOWELS, costs, skeletons, weights
from .readings import Kind, Reading

VOWEL_WEIGHT: Final[dict[Kind, float]] = {"letters": 0.35, "syllables": 0.16, "consonants": 0.06}
"""What a vowel more or less costs, by the poorer of the two writings."""
_POORER: Final[tuple[Kind, ...]] = ("letters", "syllables", "consonants")
WEAK_VOWEL: Final = 0.04
UNLIKE: Final = 1.0
"""Cost of two sounds that are not near, per unit of weight."""


@lru_cache(maxsize=262144)
def nearness(one: Reading, other: Reading) -> float:
    """1 for the same sounds, 0 for nothing in common; symmetric."""
    if one.sounds == other.sounds:
        return 1.0
    if _hopeless(one.sounds, other.sounds):
        return 0.0
    kind = max(one.kind, other.kind, key=_POORER.index)
    left, right = _weighed(one.sounds, kind), _weighed(other.sounds, kind)
    mass = (sum(left) + sum(right)) / 2
    return max(0.0, 1 - _distance(one.sounds, other.sounds, left, right) / mass) if mass else 0.0


def mass(reading: Reading) -> float:
    """How much a word says: its consonants, mostly."""
    return sum(_weighed(reading.sounds, reading.kind))


@lru_cache(maxsize=65536)
def _weighed(sounds: str, kind: Kind) -> tuple[float, ...]:
    table, vowel = weights(), VOWEL_WEIGHT[kind]
    return tuple(WEAK_VOWEL if one in "AE" else vowel if one in VOWELS else table.get(one, 1.0) for one in sounds)


def _hopeless(one: str, other: str) -> bool:
    """Long skeletons without two consonants in common need no alignment."""
    left, right = skeletons(one), skeletons(other)
    if min(map(len, left)) < 3 or min(map(len, right)) < 3:
        return False
    return len(set("".join(left)) & set("".join(right))) < 2


def _distance(one: str, other: str, left: tuple[float, ...], right: tuple[float, ...]) -> float:
    near = costs()
    row = [0.0]
    for weight in right:
        row.append(row[-1] + weight)
    for i, sound in enumerate(one):
        gone = left[i]
        diagonal, row[0] = row[0], row[0] + gone
        before = row[0]
        for j, partner in enumerate(other, start=1):
            weight = right[j - 1]
            changed = (
                diagonal
                if sound == partner
                else diagonal + _change(near.get((sound, partner)), sound, partner, gone, weight)
            )
            diagonal = row[j]
            before = row[j] = min(changed, diagonal + gone, before + weight)
    return row[-1]


def _change(cost: float | None, sound: str, partner: str, gone: float, weight: float) -> float:
    """What taking one sound for another costs: near vowels cost by what they weigh here, other sounds as in the table."""
    if cost is None:
        return UNLIKE * max(gone, weight)
    return cost * (gone + weight) if sound in VOWELS and partner in VOWELS else cost
