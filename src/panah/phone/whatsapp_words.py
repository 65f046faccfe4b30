"""What WhatsApp itself writes into a chat, by language (``data/whatsapp_phrases.csv``), and how a clock says noon.

A phrase that is not listed falls back to text, never to loss.
"""

from __future__ import annotations

import csv
import re
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

DATA: Final = Path(__file__).parent / "data"
MARKS: Final = "\u200b\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff"
"""Invisible marks of direction, which the app wraps around numbers and puts before its own words."""
_WITHOUT_MARKS: Final = str.maketrans({**dict.fromkeys(MARKS), "\u00a0": " ", "\u202f": " ", "\u2009": " "})
_MEDIA_NAME: Final = r"(?:IMG|VID|PTT|AUD|DOC|STK|PIC)-\d{8}-WA\d+\.\w{1,5}"
LONGEST_PHRASE: Final = 90


class Words(NamedTuple):
    """Phrases ready to match, casefolded and without marks and full stops."""

    system: re.Pattern[str]
    alone: dict[str, str]
    """What the app puts in the place of a whole text, to ``media_omitted``, ``deleted`` or ``call``."""
    call_start: re.Pattern[str]
    edited: re.Pattern[str]
    attached_after: re.Pattern[str]
    attached_within: re.Pattern[str]
    kinds: re.Pattern[str]


def plain(text: str) -> str:
    """Without direction marks, and with ordinary spaces."""
    return text if text.isascii() else text.translate(_WITHOUT_MARKS)


def bare(text: str) -> str:
    """A phrase as it is compared: plain, casefolded, without brackets and full stop around it."""
    return plain(text).strip(" <>.。…‹›「」()").casefold()


@lru_cache(maxsize=1)
def words() -> Words:
    rows = list(csv.DictReader((DATA / "whatsapp_phrases.csv").read_text(encoding="utf-8").splitlines()))
    by_kind: dict[str, list[str]] = {}
    for row in rows:
        by_kind.setdefault(row["kind"], []).append(bare(row["phrase"]))
    alternatives = {kind: _any(found) for kind, found in by_kind.items()}
    return Words(
        system=re.compile(
            rf"{alternatives['encryption']}|{alternatives['system']}"
            rf"|(?<!\w)(?:{alternatives['left']})(?!\w)|{alternatives['call']}"
        ),
        alone={
            phrase: flag
            for kind, flag in (("omitted", "media_omitted"), ("call", "call"), ("deleted", "deleted"))
            for phrase in by_kind[kind]
        },
        call_start=re.compile(rf"{alternatives['call']}(?=$|[\s,،、，.(:])"),
        edited=re.compile(rf"\s*[{MARKS}]*<(?:{alternatives['edited']})[.。]?>\s*\Z", re.IGNORECASE),
        attached_after=re.compile(
            rf"(?:(?P<name>.{{1,200}}\.\w{{1,8}}) \((?:{alternatives['attached']})\)"
            rf"|(?P<media>{_MEDIA_NAME}) \([^()]{{1,40}}\))\s*\Z",
            re.IGNORECASE,
        ),
        attached_within=re.compile(
            rf"(?P<said>.*? • .*?)?<(?:(?:{alternatives['attached']})|(?P<word>[^\W\d]{{2,20}}(?: [^\W\d]{{2,20}})?))"
            r" ?[:：] ?(?P<name>[^<>:]{1,200}\.\w{1,8})>\s*\Z",
            re.IGNORECASE,
        ),
        kinds=re.compile(rf"(?:(?P<poll>{alternatives['poll']})|(?P<location>{alternatives['location']}))"),
    )


def _any(phrases: list[str]) -> str:
    return "(?:" + "|".join(re.escape(one) for one in sorted(set(phrases), key=len, reverse=True)) + ")"


@lru_cache(maxsize=8)
def _meanings(table: str) -> dict[str, str]:
    """Words of Unicode CLDR to what they mean, by :func:`_key`."""
    rows = csv.DictReader((DATA / table).read_text(encoding="utf-8").splitlines())
    return {row["key"]: row["meaning"] for row in rows}


def _key(written: str) -> str:
    return re.sub(r"[\s.\u00a0\u202f\u200b-\u200f\u070f]+", "", plain(written)).casefold()


@lru_cache(maxsize=256)
def day_period(written: str) -> str:
    """``am``, ``pm``, or nothing when it is not known."""
    return _meanings("day_periods.csv").get(_key(written), "")


@lru_cache(maxsize=256)
def weekday(written: str) -> int | None:
    """Monday is 0; None when it is no weekday, or not the same one in every language."""
    found = _meanings("weekdays.csv").get(_key(written))
    return None if found is None else int(found)


@lru_cache(maxsize=256)
def month(written: str) -> int | None:
    """January is 1; None as for :func:`weekday`."""
    found = _meanings("months.csv").get(_key(written))
    return None if found is None else int(found)
