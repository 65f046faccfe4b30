"""Uyghur in Latin letters (ULY), made letter by letter out of Uyghur in Arabic ones (decision 137)."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, Final

LANGUAGE: Final = "ug-latn"
"""Kept with a report whose pages were read in Latin letters, so that a first answer comes in them too."""
ARABIC: Final = re.compile(
    "[\u0600-\u06ff\ufb50-\ufdff\ufe70-\ufeff]+(?:[\\s\u200c]+[\u0600-\u06ff\ufb50-\ufdff\ufe70-\ufeff]+)*"
)


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
