"""What a dossier is made of: model records and finished figures. It is one JSON document, which a person can review."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal

from pydantic import Field

from panah.model.base import Digest, Id, Record
from panah.model.claim import Claim, Source
from panah.model.evidence import Grade
from panah.model.incident import Incident, Response


class EvidenceNote(Record):
    """What a dossier says of an evidence item: enough to compare it with the sealed original, and no file name."""

    id: Id
    sha256: Digest
    size_bytes: int = Field(ge=0)
    grade: Grade


class Figure(Record):
    """A finished figure with the sentence that says the same in words."""

    kind: Literal["timeline", "map", "overlap", "estimate", "other"]
    svg: str
    title: str
    words: str = ""


class Content(Record):
    """Everything that goes into a dossier; what is not here is not in it.

    ``estimate`` is the document of :meth:`panah.model.estimate.Estimate.document`, flags and refusals included.
    """

    title: str
    organisation: str = ""
    made_on: date
    notice: str = ""
    """Printed on every page: "fictional", a distribution limit."""
    mark: str = ""
    """The code of this copy, printed on every page."""
    reading_note: tuple[str, ...] = ()
    """Sentences under the method, such as those of ``panah.marks``."""
    incidents: tuple[Incident, ...] = ()
    claims: tuple[Claim, ...] = ()
    sources: tuple[Source, ...] = ()
    responses: tuple[Response, ...] = ()
    evidence: tuple[EvidenceNote, ...] = ()
    figures: tuple[Figure, ...] = ()
    estimate: dict[str, Any] | None = None
    n_further: int = Field(default=0, ge=0)
    """Confirmed incidents that are counted in the figures and not told here one by one."""
