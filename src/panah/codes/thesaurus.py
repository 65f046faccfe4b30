"""Reading a thesaurus and checking a code against it."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib import resources
from types import MappingProxyType

from panah.errors import UnknownCode


@lru_cache(maxsize=32)
def thesaurus(name: str) -> Mapping[str, Mapping[str, str]]:
    """The rows of ``data/<name>.csv`` by their code, in the file's order."""
    text = (resources.files("panah.codes") / "data" / f"{name}.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return MappingProxyType({row["code"]: MappingProxyType(row) for row in rows})


def _check(name: str, code: str) -> str:
    if code not in thesaurus(name):
        raise UnknownCode(f"no such {name} code", where=name, hint="see the codebook", value=code)
    return code


def checker(name: str) -> Callable[[str], str]:
    """A function that returns a code of that thesaurus unchanged, or raises ``ValueError`` for pydantic."""

    def check(code: str) -> str:
        if code not in thesaurus(name):
            raise ValueError(f"no such {name} code")
        return code

    return check


check_tactic = checker("tactic")


def check_country(code: str) -> str:
    """Return an ISO 3166-1 alpha-2 code unchanged, or raise ``ValueError``."""
    if code not in thesaurus("country"):
        raise ValueError("no such country code")
    return code
