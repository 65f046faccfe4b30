"""Making an EDTF date out of what people type into tables, without ever guessing between day and month."""

from __future__ import annotations

import csv
import re
import unicodedata
from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final

from panah.errors import BadDate

from .edtf_dates import HINT, UNREADABLE_LENGTH, parse

MONTH_LANGUAGES: Final = ("en", "ug", "zh_Hans", "tr", "fr", "de", "nl")
EXCEL_EPOCH: Final = date(1899, 12, 30)
"""Day 0 of the 1900 date system as it counts from March 1900 on; it has a 29 February 1900 that never was."""
EXCEL_SERIALS: Final = range(18_264, 73_051)
"""Day numbers from 1950 to 2099; a number outside is more likely something else."""
YEARS: Final = range(1900, 2100)
_TIME = r"(?:[T ]+\d{1,2}[:.]\d{2}(?:[:.]\d{2}(?:[.,]\d+)?)?(?: ?[AaPp]\.?[Mm]\.?)?(?: ?Z| ?[+-]\d{2}:?\d{2})?)?"
_YEAR_FIRST: Final = re.compile(rf"(\d{{4}})([-/.])(\d{{1,2}})(?:\2(\d{{1,2}}){_TIME})?", re.ASCII)
_YEAR_LAST: Final = re.compile(rf"(\d{{1,2}})([-/.]) ?(\d{{1,2}})\2 ?(\d{{4}}){_TIME}", re.ASCII)
_MONTH_YEAR: Final = re.compile(r"(\d{1,2})[-/.](\d{4})", re.ASCII)
_SHORT_YEAR: Final = re.compile(r"\d{1,2}([-/.])\d{1,2}\1\d{2}", re.ASCII)
_COMPACT: Final = re.compile(r"((?:19|20)\d{2})(0[1-9]|1[0-2])(\d{2})", re.ASCII)
_WORDS: Final = re.compile(r"\d+|[^\W\d_]+")
_CHINESE: Final = re.compile(r"(\d{4})年(?:(\d{1,2})月(?:(\d{1,2})[日号])?)?", re.ASCII)


def from_cell(value: object, *, day_first: bool | None = None) -> str:
    """Read one table cell as an EDTF date.

    Understood: EDTF itself, ISO 8601 with or without a time, ``date`` and ``datetime``, a spreadsheet's day number
    (as a number, 1950 to 2099), a year, ``07/2019``, ``22.06.2019``, month names in our seven languages, seasons,
    and "about".

    Args:
        value: The cell.
        day_first: How this column writes ``05/06/2019``. None: only a part above 12 decides.

    Raises:
        BadDate: No date, an impossible one, a year of two digits, or day and month cannot be told apart.
    """
    if isinstance(value, datetime):
        return value.date().isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        return _from_number(value)
    if not isinstance(value, str):
        raise BadDate("not a date", hint=HINT, value=value)
    return _from_text(_tidy(value), day_first, value)


def _from_number(value: float) -> str:
    if value in YEARS:
        return str(int(value))
    if EXCEL_SERIALS.start <= value < EXCEL_SERIALS.stop:  # false for not-a-number
        return (EXCEL_EPOCH + timedelta(days=int(value))).isoformat()
    raise BadDate("a number that is no year and no spreadsheet day", hint=HINT, value=value)


def _tidy(text: str) -> str:
    """Compatibility forms, every script's digits as 0-9, one space, no direction marks."""
    plain = unicodedata.normalize("NFKC", text[: UNREADABLE_LENGTH + 1])
    kept = (
        str(unicodedata.digit(char)) if char.isdecimal() else char
        for char in plain
        if unicodedata.category(char) != "Cf"
    )
    return " ".join("".join(kept).split())


def _from_text(text: str, day_first: bool | None, value: str) -> str:
    if not text or len(text) > UNREADABLE_LENGTH:
        raise BadDate("empty" if not text else "not a date", hint=HINT, value=value)
    numeric = _numeric(text, day_first, value)
    if numeric is not None:
        return _sound(numeric, value)
    try:
        return parse(text.upper() if "x" in text else text).text
    except BadDate as error:
        worded = _worded(text)
        if worded is None:
            # EDTF's own words for 2019-02-31 are better than "not a date"
            raise BadDate(
                error.what if error.what != "not an EDTF date" else "not a date", hint=HINT, value=value
            ) from None
    return _sound(worded, value)


def _sound(text: str, value: str) -> str:
    try:
        return parse(text).text
    except BadDate as error:
        raise BadDate(error.what, hint=error.hint, value=value) from None


def _numeric(text: str, day_first: bool | None, value: str) -> str | None:
    """An all-digit date, unchecked against the calendar; None when it is not written in digits."""
    if match := _YEAR_FIRST.fullmatch(text):
        season_or_years = int(match[3]) > 12 and not match[4]  # 2019-21 is EDTF's spring; 2019/21 is anything
        return None if season_or_years else _joined(match[1], match[3], match[4])
    if match := _COMPACT.fullmatch(text):
        return _joined(match[1], match[2], match[3])
    if match := _CHINESE.fullmatch(text.replace(" ", "")):
        return _joined(match[1], match[2], match[3])
    if match := _YEAR_LAST.fullmatch(text):
        day, month = _told_apart(int(match[1]), int(match[3]), day_first, value)
        return _joined(match[4], str(month), str(day))
    if match := _MONTH_YEAR.fullmatch(text):
        return _joined(match[2], match[1], None)
    if text.isdecimal() and int(text) in EXCEL_SERIALS:
        # a number of another kind looks just so, and a text cannot say which it is
        hint = "format the column as a date in the spreadsheet and save it again"
        raise BadDate("a spreadsheet's day number", hint=hint, value=value)
    if _SHORT_YEAR.fullmatch(text):
        raise BadDate("a year of two digits", hint="write the year with four digits", value=value)
    return None


def _joined(year: str, month: str | None, day: str | None) -> str:
    return "-".join([year, *(f"{int(part):02d}" for part in (month, day) if part)])


def _told_apart(first: int, second: int, day_first: bool | None, value: str) -> tuple[int, int]:
    if first == second or first > 12 or second > 12:
        return (second, first) if second > 12 else (first, second)
    if day_first is None:
        raise BadDate("day and month cannot be told apart", hint="say day_first, or write 2019-06-05", value=value)
    return (first, second) if day_first else (second, first)


def _worded(text: str) -> str | None:
    """A date with a month or season in words; None when something in it is not understood."""
    parts = [part.casefold() for part in _WORDS.findall(_unjoined(text))]
    numbers = [part for part in parts if part.isdecimal()]
    words = [part for part in parts if not part.isdecimal()]
    known = {**_other_words(), **_month_words()}
    meanings = [known.get(word) for word in words]
    if None in meanings:
        return None
    months = [meaning for meaning in meanings if meaning and meaning.isdecimal()]
    qualifier = "~" if "~" in meanings else ""
    years = [number for number in numbers if len(number) == 4]
    days = [number for number in numbers if len(number) <= 2]
    if len(years) != 1 or len(years) + len(days) != len(numbers) or len(days) > 1 or len(months) > 1:
        return None
    if days and (not months or int(months[0]) > 12):
        return None
    return _joined(years[0], months[0] if months else None, days[0] if days else None) + qualifier


def _unjoined(text: str) -> str:
    return re.sub(r"(?<=\d)(?=[^\W\d_])|(?<=[^\W\d_])(?=\d)", " ", text)


@lru_cache(maxsize=1)
def _other_words() -> dict[str, str]:
    text = (Path(__file__).parent / "data" / "words.csv").read_text(encoding="utf-8")
    return {row["word"].casefold(): row["meaning"] for row in csv.DictReader(text.splitlines())}


@lru_cache(maxsize=1)
def _month_words() -> dict[str, str]:
    """Month names and their short forms by CLDR, casefolded, without those that mean two months in two languages."""
    from babel import Locale

    found: dict[str, set[int]] = {}
    for language in MONTH_LANGUAGES:
        forms = Locale.parse(language).months
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in forms[context][width].items():
                    found.setdefault(name.rstrip(".").casefold(), set()).add(number)
    return {name: str(numbers.pop()) for name, numbers in found.items() if len(numbers) == 1 and name.isalpha()}
