"""Writes ``phone/data/day_periods.csv``: how locales write "before noon" and "after noon", from Unicode CLDR.

    python tools/phone_day_periods.py

Words that stand for the forenoon in one locale and for the afternoon in another are left out. Babel carries CLDR.
"""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path

from babel import Locale, UnknownLocaleError, localedata

OUT = Path(__file__).parents[1] / "src/panah/phone/data/day_periods.csv"
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


def key(word: str) -> str:
    """A day period without case, spaces, dots and invisible marks."""
    return re.sub(r"[\s.\u00a0\u202f\u200b-\u200f\u070f]+", "", word).casefold()


def main() -> None:
    found: dict[str, dict[str, set[str]]] = {}
    for identifier in sorted(localedata.locale_identifiers()):
        try:
            periods = Locale.parse(identifier).day_periods
        except (UnknownLocaleError, ValueError):
            continue
        for widths in periods.values():
            for words in widths.values():
                for meaning in ("am", "pm"):
                    if word := key(words.get(meaning, "")):
                        found.setdefault(word, {}).setdefault(meaning, set()).add(identifier.split("_")[0])
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(("key", "meaning", "languages", "source"))
    rows = {
        word: (word, meaning, " ".join(sorted(languages)), "Unicode CLDR through Babel")
        for word, meanings in found.items()
        if len(meanings) == 1
        for meaning, languages in meanings.items()
    }
    rows |= {word: (word, meaning, "", source) for word, meaning, source in HOURS}
    writer.writerows(rows[word] for word in sorted(rows))
    OUT.write_text(text.getvalue(), encoding="utf-8")


if __name__ == "__main__":
    main()
