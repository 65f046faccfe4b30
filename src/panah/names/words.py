"""A written name -> its words with their readings, without titles and articles; endings of endearment are optional."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from .alignment import mass
from .folding import APOSTROPHES, fold, script_of
from .phonemes import rows
from .readings import Reading, is_uyghur, readings, uyghur_readings

MAX_WORDS: Final = 8
ENDING_PENALTY: Final = 0.05
"""What leaving out ``-jan`` or ``-ov`` costs, so that the plain name stays the better partner."""
_LEAST_LEFT: Final = MappingProxyType({"Hani": 2, "Arab": 3, "Cyrl": 4, "Latn": 4})
"""Letters that must be left before an ending."""
_UNHEARD: Final = frozenset(APOSTROPHES)


@dataclass(frozen=True, slots=True)
class Word:
    """One word: each reading with its penalty, and how much the word weighs in the whole name."""

    readings: tuple[tuple[Reading, float], ...]
    mass: float


@lru_cache(maxsize=32768)
def words(text: str) -> tuple[Word, ...]:
    """The words of a name that can be compared; titles, articles and "son of" count only when there is nothing else."""
    parts = _parts(text)
    optional = _optional_words()
    kept = [part for part in parts if fold(part) not in optional] or parts
    uyghur = is_uyghur(unicodedata.normalize("NFC", text))
    found = [word for part in kept[:MAX_WORDS] if (word := _word(part, uyghur))]
    return tuple(found)


def _parts(text: str) -> list[str]:
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    out = []
    for char in plain:
        kind = unicodedata.category(char)
        if kind == "Cf" or char in _UNHEARD:
            continue
        # the tsheg parts syllables, not words; marks carry the vowels of Tibetan and Indic scripts
        out.append(char if char in "\u0f0b\u0f0cー" or char.isalpha() or kind[0] == "M" else " ")
    return [word for part in "".join(out).split() if (word := part.strip("\u0f0b\u0f0c"))]


def _word(part: str, uyghur: bool) -> Word | None:
    read = uyghur_readings if uyghur and script_of(part) == "Arab" else readings
    found = [(one, 0.0) for one in read(part)]
    if not found:
        return None
    if stem := _stem(part):
        found += [(one, ENDING_PENALTY) for one in read(stem)]
    return Word(tuple(found), mass(found[0][0]))


def _stem(part: str) -> str:
    """The word without its optional ending, or nothing."""
    script = script_of(part)
    plain = unicodedata.normalize("NFC", part)
    for ending in _endings().get(script, ()):
        if plain.endswith(ending) and len(plain) - len(ending) >= _LEAST_LEFT[script]:
            return plain[: -len(ending)]
    return ""


@lru_cache(maxsize=1)
def _optional_words() -> frozenset[str]:
    return frozenset(fold(row["word"]) for row in rows("optional_words.csv"))


@lru_cache(maxsize=1)
def _endings() -> Mapping[str, tuple[str, ...]]:
    """Endings by script, the longest first."""
    table: dict[str, list[str]] = {}
    for row in rows("optional_endings.csv"):
        table.setdefault(row["script"], []).append(unicodedata.normalize("NFC", row["ending"]))
    return MappingProxyType({script: tuple(sorted(some, key=len, reverse=True)) for script, some in table.items()})
