"""Sounds as one character each: how much each weighs, how near two are, which skeleton class it belongs to.

Capital letters are sounds of their own (``S`` is sh, ``C`` ch, ``J`` dj, ``N`` ng, ``x`` kh, ``G`` gh) or letters that
spell several sounds by language (``X``, ``K``, ``Q``, ``j``, ``Y``, ``W``): one reading with a wide letter is cheaper
and less forgiving than many readings. The tables in ``data/`` are judgements by the authors, open to review.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

VOWELS: Final = frozenset("aeiouAE")
MAX_SKELETONS: Final = 8
DATA: Final = Path(__file__).parent / "data"


def rows(name: str) -> list[dict[str, str]]:
    """The rows of a table of this room."""
    return list(csv.DictReader((DATA / name).read_text(encoding="utf-8").splitlines()))


@lru_cache(maxsize=1)
def weights() -> Mapping[str, float]:
    """What leaving a sound out costs."""
    return MappingProxyType(
        {sound: float(row["weight"]) for row in rows("phoneme_weights.csv") for sound in row["phonemes"].split()}
    )


@lru_cache(maxsize=1)
def skeleton_classes() -> Mapping[str, tuple[str, ...]]:
    """The coarse class of each sound in the skeleton of a name; a wide letter has several, the likeliest first."""
    return MappingProxyType(
        {
            sound: tuple(row["skeleton"].split("|"))
            for row in rows("phoneme_weights.csv")
            for sound in row["phonemes"].split()
        }
    )


@lru_cache(maxsize=1)
def costs() -> Mapping[tuple[str, str], float]:
    """Cost of taking one sound for another, for the pairs that are near; both orders."""
    table: dict[tuple[str, str], float] = {}
    for row in rows("phoneme_costs.csv"):
        table[row["one"], row["other"]] = table[row["other"], row["one"]] = float(row["cost"])
    return MappingProxyType(table)


@lru_cache(maxsize=8192)
def skeleton(phonemes: str) -> str:
    """The consonants by coarse class, without those that come and go: ``yilamujiaN`` and ``ilhamJan`` give ``LMSN``."""
    return skeletons(phonemes)[0]


@lru_cache(maxsize=8192)
def skeletons(phonemes: str) -> tuple[str, ...]:
    """Every skeleton that the wide letters allow, the likeliest first; at most :data:`MAX_SKELETONS`."""
    classes = skeleton_classes()
    found = [""]
    for sound in phonemes:
        kinds = classes.get(sound, ("",))
        if len(found) * len(kinds) > MAX_SKELETONS:
            kinds = kinds[:1]
        found = [head if head.endswith(kind) else head + kind for kind in kinds for head in found]
    return tuple(dict.fromkeys(found))
