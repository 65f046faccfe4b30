"""A record -> the values that rules compare, folded the same way by everyone.

:data:`FOLDING` names this version of the folding. Two parties with different versions would make tokens that never
agree, and would take that for an empty overlap; so the version stands in the agreement, and a digest over the values of
invented records in every token file.
"""

from __future__ import annotations

import csv
import hashlib
import json
import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib.metadata import version
from pathlib import Path
from typing import Final

from panah import dates, names, places
from panah.errors import BadDate
from panah.model.linkage import ListRecord

FOLDING: Final = f"tokens-1/{names.FOLDING_VERSION}"
MAX_VALUES: Final = 6
"""A record gives at most so many values of one kind: words of a long name, or several names."""


def _name(record: ListRecord) -> list[str]:
    """The words as read, without order; one value for each form of the name."""
    return [" ".join(sorted(words)) for form in record.names if (words := names.latin(form))]


def _name_word(record: ListRecord) -> list[str]:
    return [word for form in record.names for word in names.latin(form) if len(word) > 1]


def _name_key(record: ListRecord) -> list[str]:
    return [key for form in record.names for key in names.keys(form)]


def _place(record: ListRecord) -> list[str]:
    text = record.host_place or record.details.get("suburb", "")
    if not text:
        return []
    found = places.find_place(text, record.host_country)
    return ["".join(names.tokens(found.name if found else text))]


def _day(edtf: str | None, length: int) -> list[str]:
    """The date to the day, month or year, where it is known so exactly."""
    if not edtf:
        return []
    first, last = dates.bounds(edtf)
    start, end = first.isoformat()[:length], last.isoformat()[:length]
    return [start] if start == end else []


@lru_cache(maxsize=16384)
def _birth(text: str) -> str:
    """Eight digits; a date that is none keeps its digits, so that one slip is the same slip on two lists."""
    digits = re.sub(r"\D", "", text)
    if len(digits) == 8 and digits.isascii() and text.strip() == digits:
        return digits
    try:
        first, last = dates.bounds(dates.from_cell(text))
    except (BadDate, ValueError):
        return digits
    return first.strftime("%Y%m%d") if first == last else ""


def _birth_part(start: int, end: int) -> Callable[[ListRecord], list[str]]:
    def part(record: ListRecord) -> list[str]:
        digits = _birth(record.details.get("birth_date", ""))
        return [digits[start:end]] if len(digits) == 8 else []

    return part


def _words(role: str) -> Callable[[ListRecord], list[str]]:
    def joined(record: ListRecord) -> list[str]:
        return [text] if (text := "".join(names.tokens(record.details.get(role, "")))) else []

    return joined


def _given(text: str | None) -> list[str]:
    return [text] if text else []


VALUES: Final[Mapping[str, Callable[[ListRecord], list[str]]]] = {
    "name": _name,
    "name_word": _name_word,
    "name_key": _name_key,
    "birth_day": _birth_part(0, 8),
    "birth_year": _birth_part(0, 4),
    "birth_month_day": _birth_part(4, 8),
    "day": lambda record: _day(record.date, 10),
    "month": lambda record: _day(record.date, 7),
    "year": lambda record: _day(record.date, 4),
    "place": _place,
    "host_country": lambda record: _given(record.host_country),
    "act_country": lambda record: _given(record.act_country),
    "tactic": lambda record: _given(record.tactic),
    "postcode": _words("postcode"),
    "street": _words("street"),
    "street_number": _words("street_number"),
    "identifier": _words("identifier"),
}
"""Kind of value -> how a record gives it."""
NAME_FIELDS: Final = frozenset({"name", "name_word", "name_key"})


def values_of(record: ListRecord, kind: str) -> tuple[str, ...]:
    """The values of one kind, each once, in order; none when the record does not say."""
    return tuple(dict.fromkeys(VALUES[kind](record)))[:MAX_VALUES]


def check_records() -> list[ListRecord]:
    """Fifty invented records in all scripts, with every kind of value."""
    text = (Path(__file__).parent / "data" / "check_records.csv").read_text(encoding="utf-8")
    records = []
    for number, row in enumerate(csv.DictReader(text.splitlines()), start=2):
        details = {role: row[role] for role in ("birth_date", "postcode", "street", "street_number") if row[role]}
        records.append(
            ListRecord(
                record_id=str(number),
                row=number,
                names=tuple(row["names"].split("|")),
                date=row["date"] or None,
                host_country=row["host_country"] or None,
                host_place=row["host_place"] or None,
                act_country=row["act_country"] or None,
                tactic=row["tactic"] or None,
                details=details,
            )
        )
    return records


@lru_cache(maxsize=1)
def folding_check() -> str:
    """SHA-256 over all values of the invented records: the same wherever the same folding runs.

    Scripts that only ``uroman`` reads are not among them, since it takes long to load; its version stands in their place.
    """
    found = [[list(values_of(record, kind)) for kind in VALUES] for record in check_records()]
    return hashlib.sha256(json.dumps([version("uroman"), found], ensure_ascii=True).encode()).hexdigest()
