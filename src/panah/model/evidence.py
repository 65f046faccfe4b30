"""What came in, and the bytes that prove it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import AwareDatetime, Field

from .base import Digest, Id, Record


class Grade(StrEnum):
    """Assurance of an evidence item: how hard it would be to forge."""

    A = "A"
    """Cryptographic origin: a valid DKIM or C2PA signature."""
    B = "B"
    """Database from a phone backup."""
    C = "C"
    """Export with ids and server times."""
    D = "D"
    """Free text or CSV; forgeable by a newline."""
    E = "E"
    """Screenshot or statement."""


class Entrance(StrEnum):
    """By which way a report came in."""

    PUBLIC_FORM = "public_form"
    CASE_WORKER = "case_worker"
    PHONE_EXPORT = "phone_export"
    EMAIL = "email"
    DOCUMENT = "document"
    TABLE = "table"
    BUNDLE = "bundle"


class EvidenceItem(Record):
    """The original bytes of one file, known by their digest and kept under a name that says nothing."""

    id: Id
    sha256: Digest
    size_bytes: int = Field(ge=0)
    media_type: str = "application/octet-stream"
    grade: Grade
    received_at: AwareDatetime
    file_name: str = ""
    derived_from: Id | None = None
    """Set on a derived view (parsed rows, working copy); the original has none."""


class Report(Record):
    """What came in, as it came in. It never changes."""

    id: Id
    received_at: AwareDatetime
    entrance: Entrance
    language: str = "und"
    text: str = ""
    evidence_ids: tuple[Id, ...] = ()


class Locator(Record):
    """A place in an evidence item, half-open: ``start`` included, ``end`` not.

    The unit says what is counted: characters of the canonical text, bytes of the original, rows (from 1, the
    header is row 1), pages (from 1), or milliseconds.
    """

    evidence_id: Id
    unit: Literal["character", "byte", "row", "page", "millisecond"]
    start: int = Field(ge=0)
    end: int = Field(ge=0)

    def model_post_init(self, _context: object) -> None:
        if self.end < self.start:
            raise ValueError("a locator ends before it starts")


def hour_of(moment: datetime) -> datetime:
    """The moment rounded down to the hour: the exactness that may stand in a clear log."""
    return moment.replace(minute=0, second=0, microsecond=0)
