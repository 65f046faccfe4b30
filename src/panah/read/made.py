"""An indirect statement, made of where it stands, who says it and its stance."""

from __future__ import annotations

from panah.model.claim import Fidelity
from panah.model.reading import Statement

from .accused import country_of
from .clauses import Said
from .sentences import Page


def made_statement(page: Page, said: Said, stance: str) -> Statement:
    """What somebody says in the writer's words; whether it is verbatim cannot be known."""
    start, end, who = said
    return Statement(
        start=start,
        end=end,
        text=page.text[start:end],
        speaker=who.name if who else None,
        speaker_kind=who.kind if who else "unknown",
        speaker_country=country_of(page, who),
        stance=stance,
        kind="indirect",
        fidelity=Fidelity.UNKNOWN,
    )
