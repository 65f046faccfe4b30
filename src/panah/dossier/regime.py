"""The regimes: for whom a dossier is written. Each is a folder of data and two templates, read here."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from importlib.resources.abc import Traversable

from panah.errors import UnknownCode
from panah.i18n import gettext_noop


@dataclass(frozen=True, slots=True)
class Regime:
    """One way of writing a dossier.

    Attributes:
        slug: Name of its folder.
        name: Its name in English, translatable.
        source: Where the body says what it wants.
        criteria: What the body asks of a submission, each a translatable sentence.
        sections: Which parts, in which order.
    """

    slug: str
    name: str
    source: str
    criteria: tuple[str, ...]
    sections: tuple[str, ...]

    def template(self, kind: str) -> str:
        """The text of ``report.html.j2`` or ``report.typ``."""
        return (_folder() / self.slug / kind).read_text(encoding="utf-8")


SECTIONS = ("summary", "figures", "estimate", "incidents", "counts", "evidence", "method")


@lru_cache(maxsize=1)
def regimes() -> dict[str, Regime]:
    """All regimes by their slug, in alphabetical order."""
    folders = sorted((each for each in _folder().iterdir() if (each / "regime.toml").is_file()), key=lambda f: f.name)
    return {folder.name: _read(folder) for folder in folders}


def regime(slug: str) -> Regime:
    """One regime.

    Raises:
        UnknownCode: There is none of that name.
    """
    try:
        return regimes()[slug]
    except KeyError:
        raise UnknownCode("no such regime", where="regime", hint=f"one of {', '.join(regimes())}", value=slug) from None


def _folder() -> Traversable:
    return resources.files("panah.dossier") / "regimes"


def _read(folder: Traversable) -> Regime:
    told = tomllib.loads((folder / "regime.toml").read_text(encoding="utf-8"))
    unknown = set(told["sections"]) - set(SECTIONS)
    if unknown:
        raise UnknownCode(f"unknown section {min(unknown)}", where=f"{folder.name}/regime.toml")
    return Regime(
        slug=folder.name,
        name=gettext_noop(told["name"]),
        source=told["source"],
        criteria=tuple(told["criteria"]),
        sections=tuple(told["sections"]),
    )
