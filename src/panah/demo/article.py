"""The invented article and a machine-spun reprint of it, as content farms make them.

The reprint damages what such programmes damage: words outside quotations become synonyms, numbers break, words glue,
dates shift, and a reprint footer appears. A reader must fold both into one source and trust the undamaged one.
"""

from __future__ import annotations

import re
from importlib import resources
from pathlib import Path

import numpy as np

from .community import rows_of

PUBLISHED = "2024-11-18"
_QUOTED = re.compile(r'("[^"]*")')
_FOOTER = "The post Exiles in three countries describe calls from home appeared first on Invented World Digest."


def article_text() -> str:
    """The invented article as it was published."""
    return (resources.files("panah.demo") / "data" / "article.txt").read_text(encoding="utf-8")


def _spin(prose: str, rng: np.random.Generator) -> str:
    for row in rows_of("spin_words.csv"):
        prose = prose.replace(row["plain"], row["spun"])
    prose = prose.replace("in March 2024", "last March").replace("since 2016", "since 201 6")
    words = prose.split(" ")
    for at in rng.integers(1, max(2, len(words) - 1), size=len(words) // 90):
        words[at - 1 : at + 1] = ["".join(words[at - 1 : at + 1])]
    return " ".join(words)


def spun_reprint(text: str, rng: np.random.Generator) -> str:
    """The article after a spinning programme: quotations stay, except that opening marks are damaged."""
    notice, _, body = text.partition("\n\n")  # the notice that all is fiction stays whole
    parts = [part if part.startswith('"') else _spin(part, rng) for part in _QUOTED.split(body)]
    spun = f"{notice}\n\n" + "".join(parts)
    marks = [match.start() for match in re.finditer(r'(?m)^"', spun)]
    for at in marks[::2]:
        spun = spun[:at] + "”" + spun[at + 1 :]
    return f"{spun.rstrip()}\n\n{_FOOTER}\n"


def write_newsletter(folder: Path) -> Path:
    """Write another association's newsletter, which tells of other acts and is left for a person to review."""
    path = folder / "newsletter.txt"
    path.write_text((resources.files("panah.demo") / "data" / "newsletter.txt").read_text(encoding="utf-8"), "utf-8")
    return path


def write_articles(rng: np.random.Generator, folder: Path) -> tuple[Path, Path]:
    """Write the article and its spun reprint; returns both paths in that order."""
    original, reprint = folder / "article.txt", folder / "article_reprint.txt"
    text = article_text()
    original.write_text(text, encoding="utf-8")
    reprint.write_text(spun_reprint(text, rng), encoding="utf-8")
    return original, reprint
