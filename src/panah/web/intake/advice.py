"""Safety advice and first answers: data that the community can read, correct and mark as checked (``data/README.md``)."""

from __future__ import annotations

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Final

from django.utils.translation import gettext_lazy as _

from . import latin

DATA: Final = Path(__file__).parent / "data"
ANY: Final = "any"

ANSWER_NAMES: Final = {
    "received": _("Read, more follows"),
    "one_question": _("One question"),
    "ask_consent": _("Asking for consent"),
    "closing": _("Closing"),
    "erased": _("Before erasing"),
}


@dataclass(frozen=True, slots=True)
class Wording:
    """A text in one language, and whether somebody who speaks it has checked it."""

    text: str
    language: str
    is_checked: bool


def advice_for(tactics: Iterable[str], language: str) -> list[Wording]:
    """What to do now: the advice on these tactics first, then what always holds."""
    wanted = [*tactics, ANY]
    found = [(key, wordings) for key, wordings in _table("advice").items() if key.partition(".")[0] in wanted]
    found.sort(key=lambda item: wanted.index(item[0].partition(".")[0]))
    return [_in_language(wordings, language) for _key, wordings in found]


def answer(key: str, language: str) -> Wording | None:
    """A first answer in the reporter's language, else in English."""
    wordings = _table("answers").get(key)
    return _in_language(wordings, language) if wordings else None


def _in_language(wordings: Mapping[str, Wording], language: str) -> Wording:
    if language == latin.LANGUAGE and "ug" in wordings:
        found = wordings["ug"]
        return replace(found, text=latin.text(found.text), language=language)
    return wordings.get(language) or wordings["en"]


@lru_cache(maxsize=4)
def _table(name: str) -> dict[str, dict[str, Wording]]:
    table: dict[str, dict[str, Wording]] = {}
    with (DATA / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream):
            key = row.get("tactic") or row["key"]
            wording = Wording(row["text"], row["language"], row["review"] == "checked")
            table.setdefault(key, {})[wording.language] = wording
    return table
