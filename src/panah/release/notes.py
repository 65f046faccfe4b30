"""The sentences that travel with public numbers: how they were made, what the accused side says, what they are not."""

from __future__ import annotations

from collections.abc import Sequence

from panah.i18n import gettext_noop, translate

from .coded import CodedIncident

METHOD = gettext_noop(
    "Counts from 1 to {below} are not shown, and other counts are hidden so that none of these can be computed, also "
    "not by comparison with earlier releases. A zero says that nothing was recorded, not that nothing happened."
)
WHAT_IS_COUNTED = gettext_noop(
    "Counted are acts that were reported and coded, each once; a report is an allegation until its status says more."
)
AGGREGATES = gettext_noop("Numbers that a source gave for several cases at once are not counted as incidents.")
ANSWERED = gettext_noop("The accused side answered at least some of these allegations; its denials are kept with them.")
NONE_FOUND = gettext_noop("No answer of the accused side to these allegations was found.")
NOT_NOTED = gettext_noop(
    "Whether the accused side answered was not noted for these allegations; they are not established by being counted."
)


def told(
    incidents: Sequence[CodedIncident], threshold: int, answers: Sequence[str], n_aggregates: int, language: str
) -> tuple[str, ...]:
    """All notes in the reader's language. How many were answered is no number here: it would be a cell of its own."""
    lines = [WHAT_IS_COUNTED, METHOD, *([AGGREGATES] if n_aggregates else [])]
    said = [translate(line, language).format(below=threshold - 1) for line in lines]
    return (*said, *(answers or [translate(_answer(incidents), language)]))


def _answer(incidents: Sequence[CodedIncident]) -> str:
    if any(one.answered for one in incidents):
        return ANSWERED
    return NONE_FOUND if incidents and all(one.answered is False for one in incidents) else NOT_NOTED
