"""How two spellings of a place are brought together, and how the room's tables are opened."""

from __future__ import annotations

import unicodedata
from pathlib import Path


def search_key(text: str) -> str:
    """Letters and digits only, lower case, no accents: ``Saint-Étienne`` and ``saint etienne`` are one place."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    # modifier letters (the apostrophes of Uzbek and Hawaiian) are written by some and left out by others
    kept = (char for char in plain if char.isalnum() and unicodedata.category(char) != "Lm")
    return "".join(kept).replace("ı", "i")


def table_bytes(name: str) -> bytes:
    """A data file of this room."""
    return (Path(__file__).parent / "data" / name).read_bytes()
