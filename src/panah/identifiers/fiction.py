"""Number ranges that regulators keep free for books, films and examples: the only ones that our examples may use."""

from __future__ import annotations

import csv
import re
from functools import lru_cache
from pathlib import Path


def is_fictional(e164: str) -> bool:
    """Whether a complete number lies in a range reserved for fiction (``data/fiction_ranges.csv``)."""
    return any(
        (match := pattern.fullmatch(e164)) is not None and first <= int(match[1]) <= last
        for pattern, first, last in _ranges()
    )


@lru_cache(maxsize=1)
def _ranges() -> tuple[tuple[re.Pattern[str], int, int], ...]:
    text = (Path(__file__).parent / "data" / "fiction_ranges.csv").read_text(encoding="utf-8")
    return tuple(
        (_pattern(row["pattern"]), int(row["from"]), int(row["to"])) for row in csv.DictReader(text.splitlines())
    )


def _pattern(written: str) -> re.Pattern[str]:
    """Every ``x`` is a digit; the last run of them is the part that ``from`` and ``to`` bound."""
    fixed = written.rstrip("x")
    run = len(written) - len(fixed)
    return re.compile(re.escape(fixed).replace("x", r"\d") + rf"(\d{{{run}}})", re.ASCII)
