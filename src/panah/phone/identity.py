"""Who stands on the other side: a number in E.164, another identity, or none, and why none."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final, NamedTuple

from panah.model.phone import Presentation

NULL: Final = "null"
"""*SMS Backup & Restore* writes the word for an absent value."""

PRESENTATIONS: Final[dict[str, Presentation]] = {
    "1": "allowed",
    "2": "restricted",
    "3": "unknown",
    "4": "payphone",
    "5": "unavailable",
}
"""``android.provider.CallLog.Calls.NUMBER_PRESENTATION``; 5 since Android 13."""

STAND_INS: Final[dict[str, Presentation]] = {"-1": "unknown", "-2": "restricted", "-3": "payphone"}
"""What Android wrote in place of a number (AOSP ``CallerInfo``); never a telephone number."""

_SEPARATORS = re.compile(r"[\s().\-/\u2010-\u2015\u200e\u200f\u202a-\u202e\u2066-\u2069\u00a0\u202f]+")
_INTERNATIONAL = re.compile(r"(?:\+|00)([1-9]\d{4,14})")


class Identity(NamedTuple):
    """``counterpart`` is None when the number was not shown."""

    counterpart: str | None
    presentation: Presentation


def identify_call(raw: str, presentation_code: str, region: str | None) -> Identity:
    """The other side of a call, by the number and the presentation code of Android's call log.

    A number is taken only when it was presented: a masked call with ``-2`` in it must never look like a number.
    """
    said = PRESENTATIONS.get(presentation_code, "allowed")
    if said != "allowed":
        return Identity(None, said)
    if raw in STAND_INS or not raw:
        return Identity(None, STAND_INS.get(raw, "unknown"))
    return Identity(read_identity(raw, region), "allowed")


@lru_cache(maxsize=8192)
def read_identity(raw: str, region: str | None) -> str | None:
    """A number in E.164 where it is one, else the identity as written (``BANKINFO``, an address, a short code).

    An international number with a country code that nobody was given (a spoofed caller) stays as it was shown: the
    same threat must be recognised again under every spelling. A national number stays national without a region.
    """
    text = raw.strip()
    if text in {"", NULL} or text in STAND_INS:
        return None
    compact = _SEPARATORS.sub("", text)
    if not compact or not re.fullmatch(r"\+?\d+", compact):
        return text
    from panah.identifiers import read_number

    number = read_number(text, region)
    if number.presentation != "allowed":
        return None
    if number.e164:
        return number.e164
    match = _INTERNATIONAL.fullmatch(compact)
    return f"+{match[1]}" if match else compact


def region_of(number: str | None) -> str | None:
    """The region of an international number, as ISO 3166 alpha-2; None when it has none."""
    if not number:
        return None
    import phonenumbers

    try:
        region = phonenumbers.region_code_for_number(phonenumbers.parse(number, None))
    except phonenumbers.NumberParseException:
        return None
    return None if region in {None, "ZZ", "001"} else str(region)
