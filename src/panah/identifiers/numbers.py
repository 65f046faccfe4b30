"""Telephone numbers by Google's libphonenumber metadata, with the reasons for a missing number kept apart.

"Withheld by the caller" and "the network did not say" are different facts; neither ever becomes a number.
"""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal

from panah.errors import BadIdentifier

Presentation = Literal["allowed", "restricted", "unknown", "payphone", "unavailable"]

MAX_LENGTH: Final = 60
_E164: Final = re.compile(r"\+[1-9]\d{6,14}", re.ASCII)
_HINT: Final = "write it with its country code, as in +44 7700 900123, or name the region"


@dataclass(frozen=True, slots=True)
class Number:
    """A telephone number, or why there is none.

    ``e164`` is set only when the number is complete; a short code, a sender's word ("Bank") or a local number without
    region keeps ``presentation`` "allowed" and stays in ``raw``. Neither value shows in ``repr``.
    """

    raw: str = field(repr=False)
    e164: str | None = field(repr=False)
    presentation: Presentation


def read_number(raw: str, region: str | None = None, *, strict: bool = False) -> Number:
    """Read a telephone number as a phone, export or person writes it.

    Args:
        raw: The text.
        region: ISO 3166-1 alpha-2 code by which a national number is completed.
        strict: Raise where a number is written that cannot be completed. A withheld number never raises.

    Raises:
        BadIdentifier: With ``strict`` only; the number stays out of the message.
    """
    written = _tidy(raw)
    reason = "unknown" if not written else withheld_words().get(written.casefold())
    if reason is not None:
        return Number(raw, None, _presentation(reason))
    e164 = _e164(written, region) if len(written) <= MAX_LENGTH else None
    if e164 is None and strict:
        raise BadIdentifier("not a telephone number", hint=_HINT, value=raw)
    return Number(raw, e164, "allowed")


def _tidy(raw: str) -> str:
    """Without the direction marks that messengers wrap numbers in, and with one kind of space and plus sign."""
    shown = "".join(
        char for char in unicodedata.normalize("NFKC", raw) if unicodedata.category(char) not in {"Cf", "Cc"}
    )
    return " ".join(shown.split()).strip("<>[]() ").removeprefix("tel:")


def _presentation(word: str) -> Presentation:
    known: dict[str, Presentation] = {
        "restricted": "restricted",
        "unknown": "unknown",
        "payphone": "payphone",
        "unavailable": "unavailable",
    }
    return known[word]


def _e164(written: str, region: str | None) -> str | None:
    import phonenumbers

    try:
        parsed = phonenumbers.parse(written, region)
    except phonenumbers.NumberParseException:
        # a country code that nobody holds (+999, for examples) is still a complete number
        digits = re.sub(r"[ ()./-]", "", written)
        return digits if _E164.fullmatch(digits) else None
    # a number that can only be dialled locally (a short code, a number without area) is not complete
    if phonenumbers.is_possible_number_with_reason(parsed) != phonenumbers.ValidationResult.IS_POSSIBLE:
        return None
    return str(phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164))


@lru_cache(maxsize=1)
def withheld_words() -> Mapping[str, str]:
    """What exports and call logs write where a number is missing, casefolded, with the reason it stands for."""
    text = (Path(__file__).parent / "data" / "withheld.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return MappingProxyType({row["written"].casefold(): row["presentation"] for row in rows})
