"""Writes three tables of ``phone/data``: how locales write the halves of the day, weekdays and months, from Unicode CLDR.

    python tools/phone_calendar_words.py

A word that means one thing in one locale and another in the next is left out. Babel carries CLDR.
"""

from __future__ import annotations

import contextlib
import csv
import io
import re
from collections.abc import Callable, Iterator
from pathlib import Path

from babel import Locale, UnknownLocaleError, localedata

DATA = Path(__file__).parents[1] / "src/panah/phone/data"
SOURCE = "Unicode CLDR through Babel"
WIDTHS = ("wide", "abbreviated", "short")
_PRINTED = """
    am ar az be bg bn bo bs ca ckb cs da de el en es et fa fi fil fr he hi hr hu hy id it ja ka kk km ko ku ky lo lt
    lv mk mn ms my nb nl no pa pl ps pt ro ru sk sl so sq sr sv sw ta te tg th ti tk tr tt ug uk ur uz vi zh
"""
PRINTED = frozenset(_PRINTED.split())
"""Languages in which phones and their apps print dates; with all of CLDR more words would be doubtful."""
HOURS = (  # words that phones write and CLDR's am/pm do not have: (key, meaning, source)
    ("凌晨", "am", "CLDR zh flexible day period, 00 to 05"),
    ("清晨", "am", "CLDR zh-Hant flexible day period, 05 to 08"),
    ("早上", "am", "CLDR zh flexible day period, 05 to 08"),
    ("中午", "pm", "CLDR zh flexible day period, 12"),
    ("下午", "pm", "CLDR zh"),
    ("晚上", "pm", "CLDR zh flexible day period, 19 to 24"),
    ("傍晚", "pm", "CLDR zh flexible day period"),
    ("مساء", "pm", "Arabic: in the evening"),
    ("صباح", "am", "Arabic: in the morning"),
)

HAN = "月火水木金土日"
"""Japanese weekdays of one letter, which are no weekdays alone in other languages."""


def key(word: str) -> str:
    """A day period without case, spaces, dots and invisible marks."""
    return re.sub(r"[\s.\u00a0\u202f\u200b-\u200f\u070f]+", "", word).casefold()


def locales() -> Iterator[tuple[str, Locale]]:
    """Every locale, with its language."""
    for identifier in sorted(localedata.locale_identifiers()):
        with contextlib.suppress(UnknownLocaleError, ValueError):
            yield identifier.split("_")[0], Locale.parse(identifier)


def day_periods(locale: Locale) -> Iterator[tuple[str, str]]:
    for widths in locale.day_periods.values():
        for words in widths.values():
            yield from ((words.get(meaning, ""), meaning) for meaning in ("am", "pm"))


def weekdays(locale: Locale) -> Iterator[tuple[str, str]]:
    """Monday is 0."""
    if locale.language not in PRINTED:
        return
    for widths in locale.days.values():
        for width in WIDTHS:
            yield from ((word, str(number)) for number, word in widths.get(width, {}).items())


def months(locale: Locale) -> Iterator[tuple[str, str]]:
    if locale.language not in PRINTED:
        return
    for widths in locale.months.values():
        for width in WIDTHS[:2]:
            for number, word in widths.get(width, {}).items():
                if not any(char.isdigit() for char in word):
                    yield word, str(number)


def write(name: str, of: Callable[[Locale], Iterator[tuple[str, str]]], more: dict[str, tuple[str, ...]]) -> None:
    """One table: each word that has one meaning, and the languages that have it."""
    found: dict[str, dict[str, set[str]]] = {}
    for language, locale in locales():
        for word, meaning in of(locale):
            if word := key(word):
                found.setdefault(word, {}).setdefault(meaning, set()).add(language)
    rows = {
        word: (word, meaning, " ".join(sorted(languages)), SOURCE)
        for word, meanings in found.items()
        if len(meanings) == 1
        for meaning, languages in meanings.items()
    } | more
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("key", "meaning", "languages", "source"))
    writer.writerows(rows[word] for word in sorted(rows))
    (DATA / name).write_text(text.getvalue(), encoding="utf-8")


def main() -> None:
    write("day_periods.csv", day_periods, {word: (word, meaning, "", source) for word, meaning, source in HOURS})
    write("weekdays.csv", weekdays, {word: (word, str(number), "ja zh ko", SOURCE) for number, word in enumerate(HAN)})
    write("months.csv", months, {})


if __name__ == "__main__":
    main()
