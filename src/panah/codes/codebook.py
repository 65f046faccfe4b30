"""The codebook of tactics: what is counted, and how each code reads in the other schemes of the field."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType

from panah.i18n import translate

from .thesaurus import entry, table_bytes, table_rows


@dataclass(frozen=True, slots=True)
class Tactic:
    """One code of the codebook with its place in the other schemes.

    ``family`` is Freedom House's (direct, coopt, mobility, remote), ``stage`` the CAPE stage 1 to 3 or None, ``g7`` the
    number in the G7 leaders' list or None; HURIDOCS and CAMEO may have several terms, or none.
    """

    code: str
    label: str
    family: str
    stage: int | None
    g7: int | None
    huridocs: tuple[str, ...]
    cameo: tuple[str, ...]
    definition: str

    def label_in(self, language: str) -> str:
        """The label in the reader's language."""
        return translate(self.label, language)

    def definition_in(self, language: str) -> str:
        """The definition in the reader's language."""
        return translate(self.definition, language)

    def terms(self, scheme: str) -> tuple[str, ...]:
        """Its terms in another scheme, as text.

        Args:
            scheme: freedom_house, cape, g7, huridocs or cameo.
        """
        single = {"freedom_house": self.family, "cape": self.stage, "g7": self.g7}
        if scheme in single:
            return () if single[scheme] is None else (str(single[scheme]),)
        return {"huridocs": self.huridocs, "cameo": self.cameo}[scheme]


@dataclass(frozen=True, slots=True)
class Codebook:
    """All tactics in the file's order; ``digest`` is the SHA-256 of that file, so that a coding says what it used."""

    version: str
    digest: str
    tactics: Mapping[str, Tactic]

    def tactic(self, code: str) -> Tactic:
        """One tactic.

        Raises:
            UnknownCode: No such code; the hint names the nearest.
        """
        entry("tactic", code)
        return self.tactics[code]


@lru_cache(maxsize=1)
def codebook() -> Codebook:
    """The codebook that this release ships."""
    tactics = {row["code"]: _tactic(row) for row in table_rows("tactic")}
    # the last line of the versions is the current one; tools/codebook.py writes it
    version = table_rows("versions")[-1]["version"]
    return Codebook(version, hashlib.sha256(table_bytes("tactic")).hexdigest(), MappingProxyType(tactics))


def _tactic(row: Mapping[str, str]) -> Tactic:
    return Tactic(
        code=row["code"],
        label=row["label"],
        family=row["family"],
        stage=int(row["stage"]) if row["stage"] else None,
        g7=int(row["g7"]) if row["g7"] else None,
        huridocs=tuple(filter(None, row["huridocs"].split(";"))),
        cameo=tuple(filter(None, row["cameo"].split(";"))),
        definition=row["definition"],
    )
