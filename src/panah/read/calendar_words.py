"""Words of the calendar by language: months and weekdays from CLDR (babel), relative words from ``data/time.csv``."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

from .phrases import rows_of
from .word_classes import word_class
from .words import fold

_WIDTHS: Final = ("wide", "abbreviated")
_LOCALES: Final = {"nb": "nb", "zh": "zh", "ug": "ug"}
# abbreviations that are ordinary words too
_WORDS_TOO: Final = word_class("calendar_ambiguous", "mul")
_UYGHUR_IN_LATIN: Final = {
    name: number
    for number, name in enumerate(
        (
            "yanwar",
            "féwral",
            "mart",
            "aprél",
            "may",
            "iyun",
            "iyul",
            "awghust",
            "séntebir",
            "öktebir",
            "noyabir",
            "dékabir",
        ),
        start=1,
    )
}
"""CLDR has the months in Arabic letters only."""
_ON_WEEKDAYS: Final = {
    "de": ("abend", "abends", "nacht", "nachts", "morgen", "mittag", "nachmittag", "vormittag", "früh"),
    "nl": ("avond", "nacht", "ochtend", "morgen", "middag"),
    "sv": (
        "en",
        "ens",
        "s",
        "kväll",
        "kvällen",
        "skväll",
        "skvällen",
        "smorgon",
        "smorgonen",
        "seftermiddagen",
        "snatten",
    ),
    "nb": ("en", "ens", "skvelden", "smorgenen", "snatten"),
}
"""What is written together with a weekday: a time of the day, an article."""
_IN_MONTHS: Final = {
    "tr": ("ta", "te", "da", "de", "taki", "teki", "daki", "deki", "tan", "ten", "dan", "den", "ın", "in", "un", "ün"),
    "ug": ("دا", "دە", "تا", "تە", "دىكى", "نىڭ", "دىن", "تىن", "غا", "قا", "غىچە", "قىچە", "گىچە"),
}
"""Endings of a month: in it, from it, of it."""
LEAST_OF_A_MONTH: Final = {"tr": 4, "ug": 3}
LEAST_OF_A_WEEKDAY: Final = 5
"""Letters; shorter ones are abbreviations."""
_PLAIN_ABBREVIATIONS: Final = {"sept": 9}


@lru_cache(maxsize=16)
def months(language: str) -> dict[str, int]:
    """Month names and abbreviations, folded, to their numbers; Russian with the cases that CLDR lacks ("в августе")."""
    names = _names(language, "months", 1)
    if language == "ug":
        names |= _UYGHUR_IN_LATIN
    if language == "ru":
        return names | _cases(names, "ая", "е") | {"мае": 5}
    whole = {name: number for name, number in names.items() if len(name) >= LEAST_OF_A_MONTH.get(language, 99)}
    return names | {f"{name}{ending}": month for name, month in whole.items() for ending in _IN_MONTHS[language]}


@lru_cache(maxsize=16)
def weekdays(language: str) -> dict[str, int]:
    """Weekday names to 0 (Monday) … 6."""
    names = _names(language, "days", 0)
    if language == "ru":
        return names | _cases(names, "а", "у")
    whole = {name: number for name, number in names.items() if len(name) >= LEAST_OF_A_WEEKDAY}
    return names | {f"{name}{ending}": day for name, day in whole.items() for ending in _ON_WEEKDAYS.get(language, ())}


@lru_cache(maxsize=16)
def in_months(language: str) -> frozenset[str]:
    """Forms of a month that say by themselves that something happened in it ("mayısta")."""
    plain = {*_names(language, "months", 1), *_UYGHUR_IN_LATIN}
    return frozenset(months(language)) - plain if language in _IN_MONTHS else frozenset()


def _cases(names: dict[str, int], endings: str, ending: str) -> dict[str, int]:
    return {name[:-1] + ending: number for name, number in names.items() if name[-1] in endings and len(name) > 3}


def _names(language: str, kind: str, first: int) -> dict[str, int]:
    from babel import Locale, UnknownLocaleError

    try:
        locale = Locale.parse(_LOCALES.get(language, language))
    except (UnknownLocaleError, ValueError):
        locale = Locale.parse("en")
    names: dict[str, int] = dict(_PLAIN_ABBREVIATIONS) if kind == "months" and language == "en" else {}
    for context in ("format", "stand-alone"):
        for width in _WIDTHS:
            for number, name in getattr(locale, kind)[context][width].items():
                folded = fold(str(name)).rstrip(".")
                if len(folded) >= 3 and folded.replace("é", "e").isalpha():
                    names.setdefault(folded, int(number))
    return names


def is_ambiguous(word: str) -> bool:
    """Whether a calendar word is also an ordinary word, so that it needs a capital or a number beside it."""
    return word in _WORDS_TOO


@lru_cache(maxsize=16)
def time_words(language: str) -> dict[str, str]:
    """Relative words and prepositions of time to their meaning (``yesterday``, ``last``, ``ago``, ``in``, …)."""
    rows = [row for row in rows_of("time") if row["language"] == language]
    return {fold(word): row["meaning"] for row in rows for word in row["words"].split()}
