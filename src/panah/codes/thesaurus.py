"""Reading a thesaurus, checking a code against it, and saying it in the reader's language."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

from panah.errors import UnknownCode
from panah.i18n import translate

N_NEAREST: Final = 3
DATA_DIR: Final = Path(__file__).parent / "data"


def table_bytes(name: str) -> bytes:
    """A data file of this room, without its ending."""
    return (DATA_DIR / f"{name}.csv").read_bytes()


def table_rows(name: str) -> list[dict[str, str]]:
    """The rows of a data file in its order."""
    return list(csv.DictReader(table_bytes(name).decode().splitlines()))


@lru_cache(maxsize=1)
def thesauri() -> Mapping[str, Mapping[str, str]]:
    """All thesauri by name: title, number of the HURIDOCS micro-thesaurus, source."""
    return MappingProxyType({row["name"]: MappingProxyType(row) for row in table_rows("thesauri")})


@lru_cache(maxsize=32)
def thesaurus(name: str) -> Mapping[str, Mapping[str, str]]:
    """The rows of a thesaurus by their code, in the file's order.

    Args:
        name: One of :func:`thesauri`: tactic, attribution, status, reliability, connection, involvement, response,
            channel, target, actor, source_kind, country.

    Raises:
        UnknownCode: There is no such thesaurus.
    """
    if name not in thesauri():
        raise UnknownCode("no such thesaurus", hint=f"one of {', '.join(thesauri())}", value=name)
    return MappingProxyType({row["code"]: MappingProxyType(row) for row in table_rows(name)})


def codes_of(name: str) -> tuple[str, ...]:
    """The codes of a thesaurus, in its order.

    Raises:
        UnknownCode: See :func:`thesaurus`.
    """
    return tuple(thesaurus(name))


def entry(name: str, code: str) -> Mapping[str, str]:
    """One row of a thesaurus.

    Raises:
        UnknownCode: No such code; the hint names those nearest to it, the message never the code itself.
    """
    found = thesaurus(name).get(code)
    if found is None:
        raise UnknownCode(f"no such {name} code", where=name, hint=nearest(name, code), value=code)
    return found


def nearest(name: str, code: str) -> str:
    """Advice for a code that is none: the codes written most like it."""
    import difflib  # only where something is wrong

    alike = difflib.get_close_matches(code[:80].lower(), codes_of(name), n=N_NEAREST, cutoff=0.5)
    return f"nearest are {', '.join(alike)}" if alike else "see the codebook"


def label(name: str, code: str, language: str = "en") -> str:
    """What a code is called, in the reader's language; in English where there is no translation.

    Countries are in English here: :func:`panah.places.country_name` knows them in every language.

    Args:
        name: A thesaurus.
        code: A code of it.
        language: A tag as in :data:`panah.i18n.LANGUAGES`.

    Raises:
        UnknownCode: See :func:`thesaurus` and :func:`entry`.
    """
    text = entry(name, code)["label"]
    return translate(text, language)


def definition(name: str, code: str, language: str = "en") -> str:
    """What a code means; as :func:`label`.

    Raises:
        UnknownCode: See :func:`thesaurus` and :func:`entry`.
    """
    text = entry(name, code)["definition"]
    return translate(text, language)


def checker(name: str) -> Callable[[str], str]:
    """A function that returns a code of that thesaurus unchanged, or raises ``ValueError`` for pydantic."""

    def check(code: str) -> str:
        if code not in thesaurus(name):
            raise ValueError(f"no such {name} code; {nearest(name, code)}")
        return code

    check.thesaurus = name  # type: ignore[attr-defined]  # the JSON Schema lists its codes
    return check


check_tactic = checker("tactic")
check_country = checker("country")
