"""Who says what, who denies it, in which words. Nothing is stored as a bare fact."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, Field

from panah import codes

from .base import Id, Record
from .evidence import Locator

SourceKind = Annotated[str, AfterValidator(codes.checker("source_kind"))]
Reliability = Annotated[str, AfterValidator(codes.checker("reliability"))]
Connection = Annotated[str, AfterValidator(codes.checker("connection"))]
Stance = Annotated[str, AfterValidator(codes.checker("attribution"))]
"""A slug of the HURIDOCS attribution list (MT28): asserts, denies, declines_to_comment, …"""


class Fidelity(StrEnum):
    """How the words of a statement relate to the words that were said."""

    VERBATIM = "verbatim"
    ALTERED = "altered"
    PARAPHRASE = "paraphrase"
    UNKNOWN = "unknown"


class Modifier(StrEnum):
    """How a source hedges a count."""

    EXACTLY = "exactly"
    ABOUT = "about"
    UP_TO = "up_to"
    AT_LEAST = "at_least"
    MORE_THAN = "more_than"
    FEWER_THAN = "fewer_than"


class Aggregate(Record):
    """A count that a source gives ("about twenty cases"). Never counted as incidents of our own."""

    value: int = Field(ge=0)
    modifier: Modifier = Modifier.EXACTLY
    of: str = "incidents"


class Source(Record):
    """A person, document or body that says something.

    Sources with one ``independence_group`` count once: five reprints of an article are one source. The people whom a
    document quotes are in a group below the document's, ``<document's group>/<name>``.
    """

    id: Id
    name: str
    kind: SourceKind
    reliability: Reliability = "unknown"
    connection: Connection = "unknown"
    independence_group: str = ""

    @property
    def corroborates_as(self) -> str:
        """What counts once for corroboration: the document for itself and for everybody whom it quotes, since what they
        say reached us through one writer; else the source itself. Rather too few independent sources than one too many.
        """
        return (self.independence_group or self.id).partition("/")[0]


class Claim(Record):
    """Source, what is said, about which incident or person, stance, and the exact place in the evidence.

    ``chain`` names the mouths between the speaker and the document, nearest to the speaker first.
    """

    id: Id
    source_id: Id
    text: str
    stance: Stance
    locator: Locator
    incident_id: Id | None = None
    person_id: Id | None = None
    answers: Id | None = None
    """The claim that this one answers: a denial points at the allegation."""
    fidelity: Fidelity = Fidelity.UNKNOWN
    chain: tuple[str, ...] = ()
    aggregate: Aggregate | None = None
