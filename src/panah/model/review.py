"""A reading on its way into the register: what a person made of each of its parts, and where it was seen before.

Nothing of a reading is a claim or an incident until a person accepts that part; here stands what is still open.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Literal

from pydantic import Field

from .base import Id, Record
from .reading import Reading, Span


class Decided(StrEnum):
    """What became of one part of a reading."""

    ACCEPTED = "accepted"
    EDITED = "edited"
    REJECTED = "rejected"


class ChangedSentence(Record):
    """A sentence of the earlier document and what stands for it in this one."""

    earlier: Span
    here: Span
    removed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    changes: tuple[Literal["number", "date", "name", "word"], ...] = ()


class QuotationFate(Record):
    """What became of a quotation of the earlier document in this one."""

    text: str
    fate: Literal["identical", "altered", "absent"]


class SeenBefore(Record):
    """An earlier document of which this one is a copy. Both count as one source."""

    evidence_id: Id
    containment: float = Field(ge=0, le=1)
    """Share of the shorter document's word trigrams that stand in the other."""
    by_meaning: float | None = Field(default=None, ge=0, le=1)
    """Share of the shorter document's sentences with a counterpart by meaning, where meanings were compared."""
    sentences: tuple[ChangedSentence, ...] = ()
    quotations: tuple[QuotationFate, ...] = ()


class Review(Record):
    """A reading with the decisions on its parts, each named ``incident-0``, ``statement-3``, ``count-1``."""

    id: Id
    evidence_id: Id
    source_id: Id
    """The document as a source; whom it quotes become sources of their own when they are accepted."""
    reading: Reading
    seen_before: SeenBefore | None = None
    decisions: dict[str, Decided] = Field(default_factory=dict)

    def parts(self) -> tuple[str, ...]:
        """Every part in the order in which it is reviewed: incidents, statements, counts."""
        reading = self.reading
        kinds = (("incident", reading.incidents), ("statement", reading.statements), ("count", reading.counts))
        return tuple(f"{kind}-{number}" for kind, told in kinds for number in range(len(told)))

    def open_parts(self) -> tuple[str, ...]:
        """The parts that wait for a person."""
        return tuple(part for part in self.parts() if part not in self.decisions)

    def decide(self, decided: Decided, *parts: str) -> Review:
        """The same with these parts decided; a part that is decided stays as it is."""
        news = {part: decided for part in parts if part not in self.decisions}
        return self.model_copy(update={"decisions": {**self.decisions, **news}})
