"""Number words: a table by language, the compounds that some write as one word, and Han numerals."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from .phrases import rows_of
from .words import fold

HAN_NUMERALS: Final = frozenset("一二三四五六七八九十百千万萬两兩〇零")
SCALE_HAN: Final = {"万": 10_000, "萬": 10_000, "亿": 100_000_000, "千": 1000, "百": 100}
_HUNDREDS: Final = {
    "de": (("und",), "hundert"),
    "nl": (("en", "ën"), "honderd"),
    "sv": (("",), "hundra"),
    "nb": (("",), "hundre"),
}
"""What joins a unit to its ten (nothing where the ten comes first), and the word for a hundred."""
_ONE: Final = {"de": {"ein": 1}, "nl": {"een": 1}, "sv": {"ett": 1, "en": 1}, "nb": {"en": 1, "ett": 1}}


@lru_cache(maxsize=64)
def number_words(language: str, kind: str) -> dict[str, int]:
    """The words of a language for numbers: ``value``, ``multiplier`` (hundred), or ``round`` ("a dozen or so") ones."""
    rows = [row for row in rows_of("numbers") if row["language"] == language and row["kind"] == kind]
    told = {fold(word): int(row["value"]) for row in rows for word in row["words"].split()}
    return _compounds(language, told) | told if kind == "value" else told


def _compounds(language: str, told: dict[str, int]) -> dict[str, int]:
    """Numerals that a language writes as one word: "vierunddreißig", "tweehonderdvijftig", "trettiofyra"."""
    if language not in _HUNDREDS:
        return {}
    joints, hundred = _HUNDREDS[language]
    units = {word: value for word, value in told.items() if 0 < value < 10} | _ONE.get(language, {})
    tens = {word: value for word, value in told.items() if value >= 20 and value % 10 == 0 and value < 100}
    below = {
        (f"{unit}{joint}{ten}" if joint else f"{ten}{unit}"): tens[ten] + units[unit]
        for unit in units
        for ten in tens
        for joint in joints
    }
    small = {word: value for word, value in told.items() if value < 100} | below
    hundreds = {f"{unit}{hundred}": value * 100 for unit, value in units.items() if value > 1} | {hundred: 100}
    rest = {f"{big}{word}": hundreds[big] + value for big in hundreds for word, value in small.items()}
    return below | hundreds | rest


def han_number(numeral: str) -> int:
    """The value of a Han numeral such as 二十一 or 三千二百."""
    digits = {digit: value for value, digit in enumerate("〇一二三四五六七八九")} | {"零": 0, "两": 2, "兩": 2}
    scales = {"十": 10, "百": 100, "千": 1000}
    total = part = last = 0
    for sign in numeral:
        if sign in digits:
            last = digits[sign]
        elif sign in scales:
            part, last = part + (last or 1) * scales[sign], 0
        else:
            total, part, last = total + (part + last or 1) * SCALE_HAN[sign], 0, 0
    return total + part + last


_TWO_DIGITS = re.compile("^([一二三四五六七八])([二三四五六七八九])([十百千万萬]?)$")


def higher_of_two(numeral: str) -> str | None:
    """The higher of two digits that stand for "three or four" ("三四十"); ``None`` for a plain numeral."""
    match = _TWO_DIGITS.match(numeral)
    digits = "一二三四五六七八九"
    if match is None or digits.index(match[2]) != digits.index(match[1]) + 1:
        return None
    return match[2] + match[3]
