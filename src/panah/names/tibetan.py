"""Tibetan script as it is spoken in Lhasa, roughly: silent letters fall, stacked consonants become one.

Source: Tournadre and Sangda Dorje (2003), Manual of Standard Tibetan, on the spelling of Central Tibetan.
"""

from __future__ import annotations

from typing import Final

_CONSONANTS: Final = dict(
    zip(
        "ཀཁགངཅཆཇཉཏཐདནཔཕབམཙཚཛཝཞཟའཡརལཤསཧཨ",
        "k k g N C C J ny t t d n p p b m c c z w S s - y r l S s h -".replace("-", "").split(" "),
        strict=True,
    )
)
_VOWELS: Final = {"\u0f72": "i", "\u0f74": "u", "\u0f7a": "e", "\u0f7c": "o", "\u0f80": "i"}
_SUBJOINED_OFFSET: Final = 0x50
_PREFIXES: Final = frozenset("གདབམའ")
_SUPERSCRIPTS: Final = frozenset("རལས")
_BELOW_Y: Final = {"p": "C", "b": "J", "m": "ny"}
_BELOW_R: Final = {"k": "tR", "t": "tR", "p": "tR", "g": "dR", "d": "dR", "b": "dR"}
_SUFFIXES: Final = {"ག": "k", "ང": "N", "ན": "n", "བ": "p", "མ": "m", "ར": "r", "ལ": "l"}
_FRONTING: Final = frozenset("དནལས")


def tibetan_phonemes(word: str) -> str:
    """The sounds of a word in Tibetan script; its syllables are parted by a tsheg or run together by our tokens."""
    out = ""
    for syllable in word.replace("\u0f0c", "\u0f0b").split("\u0f0b"):
        out += _syllable(syllable, after_vowel=bool(out) and out[-1] in "aeiou")
    return out


def _units(syllable: str) -> list[tuple[str, list[str], str]]:
    """Base letter, the letters below it, and the vowel sign, for each stack."""
    units: list[tuple[str, list[str], str]] = []
    for char in syllable:
        if char in _CONSONANTS:
            units.append((char, [], ""))
        elif units and 0x0F90 <= ord(char) <= 0x0FBC:
            units[-1][1].append({"\u0fb1": "y", "\u0fb2": "r", "\u0fb3": "l", "\u0fad": "w"}.get(char, char))
        elif units and char in _VOWELS:
            units[-1] = (units[-1][0], units[-1][1], _VOWELS[char])
    return units


def _syllable(syllable: str, *, after_vowel: bool) -> str:
    units = _units(syllable)
    if not units:
        return ""
    root = _root(units)
    prefix = units[root - 1][0] if root else ""
    base, below, vowel = units[root]
    start = "w" if prefix == "ད" and base == "བ" and not below else _stack(base, below)
    suffix = units[root + 1][0] if len(units) > root + 1 else ""
    sound = vowel or "a"
    if sound == "a" and suffix in _FRONTING:
        sound = "e"
    return ("B" if prefix == "བ" and after_vowel else "") + start + sound + _SUFFIXES.get(suffix, "")


def _root(units: list[tuple[str, list[str], str]]) -> int:
    for index, (_base, below, vowel) in enumerate(units[:2]):
        if below or vowel:
            return index
    if len(units) >= 3 and units[0][0] in _PREFIXES and not (len(units) == 3 and units[2][0] == "ས"):
        return 1
    return 1 if len(units) == 2 and units[1][0] == "འ" and units[0][0] not in _CONSONANTS else 0


def _stack(base: str, below: list[str]) -> str:
    letters = [_CONSONANTS.get(chr(ord(one) - _SUBJOINED_OFFSET), "") for one in below if len(one) == 1 and one > "z"]
    marks = [one for one in below if one in {"y", "r", "l"}]
    sound = letters[0] if letters and base in _SUPERSCRIPTS else _CONSONANTS[base]
    for mark in marks:
        if mark == "y":
            sound = _BELOW_Y.get(sound, sound + "y")
        elif mark == "r":
            sound = _BELOW_R.get(sound, sound)
        else:
            sound = "d" if base == "ཟ" else "l"
    return sound
