"""The other schemes of the field, and the crosswalk between them and the codebook in both directions."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from panah.errors import UnknownCode
from panah.i18n import translate

from .codebook import Tactic, codebook
from .thesaurus import table_rows

SCHEMES: Final = {
    "freedom_house": "Freedom House",
    "cape": "CAPE",
    "g7": "G7",
    "huridocs": "HURIDOCS MT4",
    "cameo": "CAMEO",
}
"""Name of the scheme for a program, and for a reader."""


@dataclass(frozen=True, slots=True)
class Term:
    """One term of another scheme. An empty label means that we know the code and have not checked its words."""

    scheme: str
    code: str
    label: str
    source: str

    def label_in(self, language: str) -> str:
        """The label in the reader's language, else the code."""
        return translate(self.label, language) or self.code


@lru_cache(maxsize=1)
def _terms() -> Mapping[str, Mapping[str, Term]]:
    found: dict[str, dict[str, Term]] = {name: {} for name in SCHEMES}
    for row in table_rows("schemes"):
        found[row["scheme"]][row["code"]] = Term(**row)
    return MappingProxyType({name: MappingProxyType(terms) for name, terms in found.items()})


def scheme(name: str) -> Mapping[str, Term]:
    """The terms of a scheme that our tactics use, by their code.

    Raises:
        UnknownCode: No such scheme.
    """
    if name not in SCHEMES:
        raise UnknownCode("no such scheme", hint=f"one of {', '.join(SCHEMES)}", value=name)
    return _terms()[name]


def crosswalk(tactic: str) -> dict[str, tuple[Term, ...]]:
    """What a tactic is in every other scheme; an empty tuple where it has no place there.

    Raises:
        UnknownCode: No such tactic.
    """
    row = codebook().tactic(tactic)
    return {name: tuple(scheme(name)[code] for code in row.terms(name)) for name in SCHEMES}


def tactics_of(name: str, code: str) -> tuple[Tactic, ...]:
    """The way back: our tactics that have this term in another scheme, in the codebook's order.

    A HURIDOCS or CAMEO code finds what is below it too: CAMEO ``18`` finds the tactics coded 181 to 186.

    Raises:
        UnknownCode: No such scheme.
    """
    scheme(name)
    below = name in {"huridocs", "cameo"}
    return tuple(
        tactic
        for tactic in codebook().tactics.values()
        if any(term == code or (below and code and term.startswith(code)) for term in tactic.terms(name))
    )
