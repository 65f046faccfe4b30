"""A word of a name, in any script -> its sounds. The script decides how it is read, and how much its vowels count.

Uyghur in Arabic script is told by its own letters and read with ``umsc``; libraries that take it for Arabic lose its
vowels. Han goes by ``anyascii``, scripts without rules of ours by ``uroman``. All are imported when they are first
needed: ``uroman`` takes more than a second to load.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final, Literal

from . import han
from .folding import APOSTROPHES, ARABIC_VOWEL_SIGNS, TATWEEL, fold, script_of
from .phonemes import rows
from .tibetan import tibetan_phonemes

Kind = Literal["letters", "consonants", "syllables"]
"""What is written: every sound; consonants and long vowels (Arabic, Hebrew); syllables (Han, kana, pinyin)."""

UYGHUR_LETTERS: Final = frozenset("ەۇۆۈۋېڭ")
KURDISH_LETTERS: Final = frozenset("ێڕڵ")
_UYGHUR_SPELLING: Final = re.compile(r"(?:^|\s)ئ[اەوۇۆۈېى]|ى[^\W\d_]")
"""A word that begins with hamza on its carrier and a vowel, or a dotless yeh before another letter."""
_YENGI_LETTERS: Final = frozenset("ⱨⱪƣⱬƶɵ")
_TURKISH_LETTERS: Final = frozenset("çşğı")
_SYLLABIC_SCRIPTS: Final = frozenset({"Hira", "Kana"})
_BY_SHEEN: Final = MappingProxyType({"ه": "ە", "ك": "ك", "ک": "ك", "ی": "ى", "ہ": "ە"})
"""Letters of other keyboards in Uyghur text."""
_HEBREW: Final = MappingProxyType({"v": "W", "y": "Y", "h": "h", "'": ""})


@dataclass(frozen=True, slots=True)
class Reading:
    """The sounds of one word, and what kind of writing they were read from."""

    sounds: str
    kind: Kind = "letters"


def is_uyghur(text: str) -> bool:
    """Whether Arabic script is Uyghur: by letters that Arabic and Persian lack, or by a spelling they do not know.
    Kurdish shares some of the letters and is told by its own."""
    letters = set(text)
    if letters & KURDISH_LETTERS:
        return False
    return bool(letters & UYGHUR_LETTERS) or bool(_UYGHUR_SPELLING.search(text))


def system_of(text: str) -> str:
    """Which orthography a form is written in, as far as its letters tell; empty when they do not.

    Returns:
        ``uyghur_arabic``, ``uyghur_yengi`` (the Latin of 1965 to 1982), ``turkish``, ``pinyin`` (every word reads as
        pinyin; other names can by chance), ``han``, ``tibetan`` or ``""``.
    """
    script = script_of(text)
    plain = unicodedata.normalize("NFC", text.casefold())
    if script == "Latn":
        if set(plain) & _YENGI_LETTERS:
            return "uyghur_yengi"
        if set(plain) & _TURKISH_LETTERS:
            return "turkish"
        words = re.findall(r"[^\W\d_]+", fold(plain))
        return "pinyin" if words and all(han.syllables(word) for word in words) else ""
    if script == "Arab":
        return "uyghur_arabic" if is_uyghur(plain) else ""
    return {"Hani": "han", "Tibt": "tibetan"}.get(script, "")


@lru_cache(maxsize=32768)
def readings(word: str) -> tuple[Reading, ...]:
    """How a word can be read, the likeliest first; empty when there is nothing to read.

    Args:
        word: One word as written, in any script; marks and case do not matter.
    """
    script = script_of(word)
    if script == "Zyyy":
        return ()
    found = _READERS.get(script, _by_uroman)(unicodedata.normalize("NFC", word.casefold()))
    unique = dict.fromkeys(Reading(_single(one.sounds), one.kind) for one in found)
    return tuple(one for one in unique if one.sounds)


def _single(sounds: str) -> str:
    """A doubled letter is one sound: ``Muhammad`` and ``Muhamad``."""
    return re.sub(r"(.)\1+", r"\1", sounds)


@lru_cache(maxsize=4)
def _letters(name: str, system: str = "") -> tuple[Mapping[str, str], int]:
    table = {
        unicodedata.normalize("NFC", row["grapheme"]): row["phonemes"]
        for row in rows(name)
        if row.get("system", "any") == "any"
    }
    table |= {row["grapheme"]: row["phonemes"] for row in rows(name) if system and row.get("system") == system}
    return MappingProxyType(table), max(map(len, table))


def _spelt(word: str, table: Mapping[str, str], longest: int) -> str:
    """Read the longest known grapheme each time; a letter with an unknown accent is read without it."""
    out, index = "", 0
    while index < len(word):
        for length in range(min(longest, len(word) - index), 0, -1):
            if (piece := word[index : index + length]) in table:
                out += table[piece]
                index += length
                break
        else:
            bare = unicodedata.normalize("NFD", word[index])[0]
            out += table.get(bare, "")
            index += 1
    return out


def _latin(word: str) -> list[Reading]:
    plain = "".join(char for char in word if char not in APOSTROPHES)
    letters = set(plain)
    system = "yengi" if letters & _YENGI_LETTERS else "turkish" if letters & _TURKISH_LETTERS else ""
    found = [Reading(_spelt(plain, *_letters("latin_graphemes.csv", system)))]
    if "x" in plain[1:] and not system:
        found.append(Reading(_spelt(plain.replace("x", "ks"), *_letters("latin_graphemes.csv"))))
    return found + _pinyin(fold(plain).replace(" ", ""))


def _pinyin(plain: str) -> list[Reading]:
    """The readings of Latin letters that can be pinyin: Uyghur elements, or a name of at least two syllables."""
    parts = han.syllables(plain) if plain.isascii() and plain.isalpha() else ()
    if len(parts) < 2:
        return []
    pieces = han.segmented_syllables(parts)
    found = [Reading(_joined(pieces), "syllables")] if any(known for _piece, known in pieces) else []
    return [*found, Reading(han.syllable_phonemes(parts), "syllables")]


def _joined(pieces: list[tuple[str, bool]]) -> str:
    """Sounds of elements in Uyghur Latin and of the syllables between them."""
    uly = _letters("latin_graphemes.csv", "uly")
    return "".join(
        _spelt(piece, *uly) if known else han.syllable_phonemes(han.syllables(piece)) for piece, known in pieces
    )


def _han(word: str) -> list[Reading]:
    pieces = [
        (piece if known else _pinyin_of(piece), known)
        for piece, known in han.segmented(word, han.elements(), han.MAX_ELEMENT)
    ]
    plain = _pinyin_of(word)
    found = [Reading(_joined(pieces), "syllables")] if any(known for _piece, known in pieces) else []
    return [*found, Reading(han.syllable_phonemes(han.syllables(plain)), "syllables")]


def _pinyin_of(text: str) -> str:
    """Pinyin without tones: by our table of readings in names, else by ``anyascii``, which loads in no time."""
    from anyascii import anyascii

    known = han.readings()
    return "".join(known.get(char) or anyascii(char) for char in text).casefold()


def _arabic(word: str) -> list[Reading]:
    if is_uyghur(word):
        return list(uyghur_readings(word))
    plain = "".join(char for char in word if char not in ARABIC_VOWEL_SIGNS and char != TATWEEL)
    bare = plain[2:] if plain.startswith("ال") and len(plain) > 4 else plain
    return [Reading(_spelt(bare, *_letters("arabic_letters.csv")), "consonants")]


@lru_cache(maxsize=32768)
def uyghur_readings(word: str) -> tuple[Reading, ...]:
    """As :func:`readings`, of a word known to be Uyghur in Arabic script, since its name is."""
    sounds = _single(_spelt(uyghur_latin(word), *_letters("latin_graphemes.csv", "uly")))
    return (Reading(sounds),) if sounds else ()


@lru_cache(maxsize=4096)
def uyghur_latin(text: str) -> str:
    """Uyghur in Arabic script as Uyghur Latin (ULY), lower case.

    Source: the package ``umsc`` (Uyghur Multi-Script Converter), Apache-2.0.
    """
    tidy = "".join(_BY_SHEEN.get(char, char) for char in text if char != TATWEEL)
    return str(_converter()(tidy)).casefold()


@lru_cache(maxsize=1)
def _converter() -> Any:
    from umsc import UgMultiScriptConverter

    return UgMultiScriptConverter("UAS", "ULS")


def _cyrillic(word: str) -> list[Reading]:
    return [Reading(_spelt(word, *_letters("cyrillic_letters.csv")))]


def _tibetan(word: str) -> list[Reading]:
    return [Reading(tibetan_phonemes(word))]


@lru_cache(maxsize=8192)
def _romanised(text: str) -> str:
    return str(_uroman().romanize_string(text)).casefold()


@lru_cache(maxsize=1)
def _uroman() -> Any:
    from uroman import Uroman

    return Uroman()


def _by_uroman(word: str) -> list[Reading]:
    latin = "".join(char for char in _romanised(word) if char.isalpha())
    script = script_of(word)
    if script == "Hebr":
        return [Reading("".join(_HEBREW.get(char, char) for char in latin), "consonants")]
    sounds = _spelt(latin, *_letters("latin_graphemes.csv"))
    if script in _SYLLABIC_SCRIPTS:
        return [Reading(sounds.replace("r", "L").replace("u", "E"), "syllables")]
    return [Reading(sounds.replace("l", "L") if script == "Hang" else sounds)]


_READERS: Final = MappingProxyType({"Latn": _latin, "Hani": _han, "Arab": _arabic, "Cyrl": _cyrillic, "Tibt": _tibetan})
