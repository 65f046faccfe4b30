"""Uyghur in Latin letters (ULY), made letter by letter out of Uyghur in Arabic ones (decision 137).

The catalogue is Uyghur in Arabic script; the two alphabets map onto each other one by one (package ``umsc``), so that
no second translation has to be kept. What a reader wrote (fields, text marked ``dir="auto"``, names in ``bdi``) stays as
it was written.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, Final

LANGUAGE: Final = "ug-latn"
"""Kept with a report whose pages were read in Latin letters, so that a first answer comes in them too."""
ARABIC: Final = re.compile(
    "[\u0600-\u06ff\ufb50-\ufdff\ufe70-\ufeff]+(?:[\\s\u200c]+[\u0600-\u06ff\ufb50-\ufdff\ufe70-\ufeff]+)*"
)

PREFIX: Final = "/ug-latn/"
BASE: Final = "/ug/"
_TAG: Final = re.compile(r"(<!--.*?-->|<[^>]*>)", re.DOTALL)
_NAME: Final = re.compile(r"</?([a-zA-Z0-9]+)")
_SAID: Final = re.compile(r'((?:aria-label|title|placeholder|alt)=")([^"]*)(")')
_ADDRESS: Final = re.compile(r'((?:href|action)=")/ug/')
_KEPT: Final = {"textarea", "bdi", "script", "style"}
_VOID: Final = {"input", "br", "img", "link", "meta", "hr"}


def page(html: str) -> str:
    """A page of ours in Latin script: its text, what screen readers are told, its language and direction, its links."""
    return "".join(_pieces(html)).replace('<html lang="ug" dir="rtl"', '<html lang="ug-Latn" dir="ltr"', 1)


def _pieces(html: str) -> Iterator[str]:
    inside, depth = "", 0  # of an element whose words are the reader's own
    for piece in _TAG.split(html):
        if not piece.startswith("<"):
            yield piece if depth else text(piece)
            continue
        found = _NAME.match(piece)
        name = found[1].lower() if found else ""
        if depth:
            if name == inside:
                depth += -1 if piece.startswith("</") else 1
            yield piece
            continue
        opens = not piece.startswith("</") and name not in _VOID
        # a language's own name in the menu stays in its own letters and leads to its own page
        if opens and (name in _KEPT or 'dir="auto"' in piece or "hreflang=" in piece):
            inside, depth = name, 1
        yield piece if "hreflang=" in piece else _tag(piece)


def _tag(piece: str) -> str:
    piece = _ADDRESS.sub(rf"\1{PREFIX}", piece)
    return _SAID.sub(lambda found: found[1] + text(found[2]) + found[3], piece)


def text(words: str) -> str:
    """Arabic letters as Latin ones, each run beginning with a capital; everything else as it is."""
    return ARABIC.sub(lambda found: _converted(found[0]), words)


@lru_cache(maxsize=4096)
def _converted(run: str) -> str:
    latin = str(_converter()(run))
    return latin[:1].upper() + latin[1:]


@lru_cache(maxsize=1)
def _converter() -> Any:
    from umsc import UgMultiScriptConverter

    return UgMultiScriptConverter("UAS", "ULS")
