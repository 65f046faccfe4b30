"""Han characters that spell a foreign name, and the same spelling in pinyin: syllables, and Uyghur name elements.

A name of Uyghur origin is read by the table of its elements where they are found, longest first; the rest, and every
other name, by its syllables. ``data/uyghur_in_han.csv`` says of each row where it is attested or that it was derived.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from .phonemes import rows

MAX_ELEMENT: Final = 7
"""Characters of the longest element."""
_VOWEL_LETTERS: Final = frozenset("aeiouv")


@lru_cache(maxsize=1)
def elements() -> Mapping[str, str]:
    """Han form -> Uyghur Latin form of a name element; every variant is an entry."""
    return MappingProxyType({row["han"]: row["uly"] for row in rows("uyghur_in_han.csv")})


@lru_cache(maxsize=1)
def elements_in_pinyin() -> Mapping[str, str]:
    """Pinyin without tones -> Uyghur Latin form; of several elements that sound alike the first one counts."""
    table: dict[str, str] = {}
    for row in rows("uyghur_in_han.csv"):
        table.setdefault(row["pinyin"], row["uly"])
    return MappingProxyType(table)


@lru_cache(maxsize=1)
def readings() -> Mapping[str, str]:
    """Characters whose pinyin in names is not the one that ``anyascii`` gives."""
    return MappingProxyType({row["character"]: row["pinyin"] for row in rows("han_readings.csv")})


def segmented(text: str, table: Mapping[str, str], longest: int) -> list[tuple[str, bool]]:
    """Cut a text into pieces, longest known element first: (Latin form, True), or (what was not found, False)."""
    pieces: list[tuple[str, bool]] = []
    rest, index = "", 0
    while index < len(text):
        for length in range(min(longest, len(text) - index), 1, -1):
            if text[index : index + length] in table:
                if rest:
                    pieces.append((rest, False))
                    rest = ""
                pieces.append((table[text[index : index + length]], True))
                index += length
                break
        else:
            rest += text[index]
            index += 1
    return [*pieces, (rest, False)] if rest else pieces


@lru_cache(maxsize=1)
def _parts() -> tuple[Mapping[str, str], Mapping[str, str], Mapping[str, str]]:
    tables: dict[str, dict[str, str]] = {"initial": {}, "final": {}, "weak": {}}
    for row in rows("pinyin_syllables.csv"):
        tables[row["part"]][row["spelling"]] = row["phonemes"]
    return tables["initial"], tables["final"], tables["weak"]


@lru_cache(maxsize=16384)
def syllables(pinyin: str) -> tuple[str, ...]:
    """A run of pinyin without tones in its syllables, the longest first; empty when it is not pinyin."""
    if not pinyin:
        return ()
    initials, finals, _weak = _parts()
    for length in range(min(6, len(pinyin)), 0, -1):
        head, rest = pinyin[:length], pinyin[length:]
        start = next((one for one in (head[:2], head[:1], "") if one in initials and head.startswith(one)), "")
        if head[len(start) :] not in finals or (start in {"", "y", "w"} and not _stands_alone(start, head)):
            continue
        if not rest:
            return (head,)
        if tail := syllables(rest):
            return (head, *tail)
    return ()


def _stands_alone(start: str, head: str) -> bool:
    """Whether a syllable without a consonant can be: ``a``, ``er``, ``ai`` can, ``ia`` or ``ui`` is spelt otherwise."""
    if start:
        return len(head) > 1
    return head[0] in "aeo"


def syllable_phonemes(parts: tuple[str, ...]) -> str:
    """The sounds of pinyin syllables; a vowel that only carries a consonant is marked weak."""
    initials, finals, weak = _parts()
    out = ""
    for one in parts:
        if one in weak:
            out += weak[one]
            continue
        start = next((head for head in (one[:2], one[:1], "") if head in initials and one.startswith(head)), "")
        sound, vowels = initials[start], finals[one[len(start) :]]
        if sound == "y" and vowels.startswith("i"):
            sound = ""
        out += sound + vowels
    return out


def segmented_syllables(parts: tuple[str, ...]) -> list[tuple[str, bool]]:
    """As :func:`segmented`, for pinyin syllables: an element begins and ends where a syllable does."""
    table = elements_in_pinyin()
    pieces: list[tuple[str, bool]] = []
    rest, index = "", 0
    while index < len(parts):
        for length in range(min(MAX_ELEMENT, len(parts) - index), 1, -1):
            if (found := table.get("".join(parts[index : index + length]))) is not None:
                if rest:
                    pieces.append((rest, False))
                    rest = ""
                pieces.append((found, True))
                index += length
                break
        else:
            rest += parts[index]
            index += 1
    return [*pieces, (rest, False)] if rest else pieces
