"""Countries and territories by ISO 3166-1, with their names in many languages and a point to draw them at."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from panah.errors import UnknownCode

from .keys import search_key, table_bytes

MAX_TEXT: Final = 120


@lru_cache(maxsize=1)
def _rows() -> Mapping[str, Mapping[str, str]]:
    rows = csv.DictReader(table_bytes("countries.csv").decode().splitlines())
    return MappingProxyType({row["alpha_2"]: row for row in rows})


@lru_cache(maxsize=1)
def _names() -> Mapping[tuple[str, str], str]:
    rows = csv.DictReader(table_bytes("country_names.csv").decode().splitlines())
    return MappingProxyType({(row["alpha_2"], row["language"]): row["name"] for row in rows})


def country_codes() -> tuple[str, ...]:
    """All ISO 3166-1 alpha-2 codes, in alphabetical order."""
    return tuple(_rows())


def check_country(code: str) -> str:
    """Return an ISO 3166-1 alpha-2 code unchanged, or raise ``ValueError`` (pydantic's way)."""
    if code not in _rows():
        raise ValueError("no such country code")
    return code


def country_name(code: str, language: str = "en") -> str:
    """The name by CLDR in a language of :data:`panah.i18n.LANGUAGES`, else in English.

    Raises:
        UnknownCode: No such country.
    """
    _known(code)
    return _names().get((code, language)) or _names()[code, "en"]


def _known(code: str) -> Mapping[str, str]:
    row = _rows().get(code)
    if row is None:
        raise UnknownCode("no such country code", where="country", hint="use ISO 3166-1 alpha-2, as in BE", value=code)
    return row


def numeric_of(code: str) -> str:
    """The three digits of ISO 3166-1 (``BE`` is ``056``), as map files name countries.

    Raises:
        UnknownCode: No such country.
    """
    return _known(code)["numeric"]


def alpha2_of_numeric(numeric: str | int) -> str | None:
    """The two letters of a country by its ISO 3166-1 digits, with or without zeros in front; None when unassigned."""
    return _by_numeric().get(str(numeric).zfill(3))


@lru_cache(maxsize=1)
def _by_numeric() -> Mapping[str, str]:
    return MappingProxyType({row["numeric"]: code for code, row in _rows().items()})


def centroid(code: str) -> tuple[float, float] | None:
    """Latitude and longitude in degrees of the middle of a country's largest piece of land; None where nobody lives.

    Raises:
        UnknownCode: No such country.
    """
    row = _known(code)
    return (float(row["latitude_deg"]), float(row["longitude_deg"])) if row["latitude_deg"] else None


@lru_cache(maxsize=16384)
def find_country(text: str) -> str | None:
    """The country that a text names, by code, name or adjective ("Belgian", "Türkei", "比利时"), in many languages.

    The whole text must be the name; a word that means two countries ("Guinean" does not, "Congolese" does) finds none.
    A people is no country: "Uyghur", "Kurdish" and "Tibetan" find none.

    Args:
        text: What somebody wrote.
    """
    if len(text) > MAX_TEXT:
        return None
    stripped = text.strip()
    if stripped.isascii() and stripped.isupper() and stripped in _by_code():
        return _by_code()[stripped]
    return _by_word().get(search_key(text))


@lru_cache(maxsize=1)
def _by_code() -> Mapping[str, str]:
    rows = _rows()
    return MappingProxyType({**{row["alpha_3"]: code for code, row in rows.items()}, **{code: code for code in rows}})


@lru_cache(maxsize=1)
def _by_word() -> Mapping[str, str]:
    """Search key to code. Our own words come before CLDR's names; a key of two countries is left out."""
    own: dict[str, set[str]] = {}
    for row in csv.DictReader(table_bytes("country_words.csv").decode().splitlines()):
        for word in row["words"].split(";"):
            own.setdefault(search_key(word), set()).add(row["alpha_2"])
    named: dict[str, set[str]] = {}
    for (code, _), name in _names().items():
        named.setdefault(search_key(name), set()).add(code)
    found = {**named, **own}
    return MappingProxyType(
        {key: next(iter(codes)) for key, codes in found.items() if len(codes) == 1 and len(key) > 1}
    )
