"""Quotation marks: which glyph can open, which can close, and whose pair it is."""

from __future__ import annotations

from typing import Final

DOUBLE: Final = frozenset('“”„‟"«»＂〝〞')
CORNER_PAIRS: Final = {"「": "」", "『": "』", "｢": "｣"}
CLOSERS: Final[dict[str, frozenset[str]]] = {
    "“": frozenset('”“"＂'),
    "”": frozenset('”“"＂'),
    "„": frozenset('“”"‟'),
    "‟": frozenset('”"'),
    '"': frozenset('"”“＂'),
    "＂": frozenset('＂"'),
    "«": frozenset("»"),
    "»": frozenset("«»"),
    "〝": frozenset("〞"),
    "〞": frozenset("〞"),
    "‘": frozenset("’"),
    "‚": frozenset("‘’"),
    "‹": frozenset("›"),
    "›": frozenset("‹›"),
    **{opening: frozenset(closing) for opening, closing in CORNER_PAIRS.items()},
}
"""For each opening glyph, the glyphs that may close it, damage included."""

ONLY_OPENS: Final = frozenset("“„‟〝「『｢‘‚")
ONLY_CLOSES: Final = frozenset("〞」』｣")
SINGLE: Final = frozenset("‘’‚‹›")
SPACES: Final = frozenset(" \t\n\u00a0\u202f\u2009\u3000")
DASHES: Final = "–—―‒-"
"""Dashes that can open speech; the hyphen last, so that it stands for itself between brackets."""

FILLER: Final = "\u2592"
"""Stands for each quoted character where only the writer's own words are looked at."""
