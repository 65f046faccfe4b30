"""What a reader proposes from one document: statements, incidents, counts, each on exact characters.

Everything here is a proposal until a person confirms it. ``start`` and ``end`` count characters of
``DocumentNote.text``, half-open, and ``text[start:end]`` is always the words themselves.
"""

from __future__ import annotations

from typing import Any, Literal, Self

from pydantic import Field

from .base import CountryCode, Digest, Edtf, Record, Tactic
from .claim import Aggregate, Fidelity, Modifier, SourceKind, Stance
from .incident import Actor, Channel, Target

Verdict = Literal["no_sign", "reprint", "altered"]
"""``no_sign`` says that no sign was found, never that the document is as it was written."""

ProposedBy = Literal["rules", "model"]


class Span(Record):
    """A stretch of the canonical text, half-open."""

    start: int = Field(ge=0)
    end: int = Field(ge=0)


class Signal(Span):
    """One sign that a document is a copy, or was changed on its way."""

    kind: str
    """broken_number, glued_word, damaged_quote, reprint_footer, misnamed, odd_synonym or contradicting_date."""
    text: str
    note: str = ""


class CopyNote(Record):
    """Whether a document looks like a copy, and every sign of it."""

    verdict: Verdict = "no_sign"
    signals: tuple[Signal, ...] = ()


class RefusedProposal(Record):
    """Something a language model proposed that was left out, and why; its words are not kept."""

    kind: str
    why: str


class ModelNote(Record):
    """Which language model read the document too, and what of it was not believed."""

    name: str
    is_loopback: bool
    """Whether the text stayed on this machine."""
    n_added: int = Field(ge=0)
    refused: tuple[RefusedProposal, ...] = ()


class ParagraphNote(Span):
    """One paragraph of the canonical text: its place, language and script, and the page it stood on."""

    language: str = "und"
    script: str = "Zyyy"
    page: int | None = None


class EventNote(Record):
    """What the article as a whole tells of: a help for sorting, by the questions of the HRDsAttack data set.

    ``violation_types`` are arbitrary detention, enforced disappearance, kidnapping, killing, torture, other or unknown.
    The country is the state in which it happened (Hong Kong is a town of China here); the date is as exact as told.
    """

    violation_types: tuple[str, ...] = ()
    country: CountryCode | None = None
    country_name: str = ""
    city: str = ""
    date: Edtf | None = None
    year: int | None = None
    month: int | None = None
    day: int | None = None


class DocumentNote(Record):
    """The document itself. ``hash`` is the SHA-256 of its original bytes."""

    hash: Digest
    name: str = ""
    media_type: str = "text/plain"
    language: str = "und"
    title: str = ""
    published: Edtf | None = None
    published_reason: str = ""
    copy_note: CopyNote = Field(default=CopyNote(), alias="copy")
    text: str = ""
    paragraphs: tuple[ParagraphNote, ...] = ()
    event: EventNote | None = None
    model: ModelNote | None = None

    model_config = Record.model_config | {"populate_by_name": True, "serialize_by_alias": True}


class Statement(Span):
    """What somebody says, in the document's words.

    ``direct`` stands between quotation marks; ``mixed`` is a quoted fragment inside the writer's own sentence;
    ``indirect`` is told in the writer's words.
    """

    text: str
    speaker: str | None = None
    speaker_kind: SourceKind = "unknown"
    speaker_country: CountryCode | None = None
    stance: Stance = "asserts"
    kind: Literal["direct", "mixed", "indirect"]
    fidelity: Fidelity = Fidelity.UNKNOWN
    chain: tuple[str, ...] = ()
    """The mouths between the speaker and the document, nearest to the speaker first."""
    proposed_by: ProposedBy = "rules"


class DateReading(Record):
    """A date as printed and as read. A repair keeps both, every other reading that fits, and its reason."""

    edtf: Edtf | None = None
    printed: str = ""
    candidates: tuple[Edtf, ...] = ()
    reason: str = ""
    start: int | None = None
    end: int | None = None


class IncidentProposal(Record):
    """One act, pattern or aggregate that the document tells of.

    ``scope`` is ``event`` for one act, ``pattern`` for what is said to happen again and again, and ``aggregate``
    for a number of cases, which stays one claim whatever its value.
    """

    tactic: Tactic
    spans: tuple[tuple[int, int], ...]
    scope: Literal["event", "pattern", "aggregate"] = "event"
    host_country: CountryCode | None = None
    host_place: str = ""
    act_country: CountryCode | None = None
    act_place: str = ""
    origin_state: CountryCode | None = None
    date: DateReading = DateReading()
    aggregate: Aggregate | None = None
    channel: Channel = "unknown"
    target: Target = "unknown"
    actor: Actor = "unknown"
    reported_by: tuple[str, ...] = ()
    denied_by: tuple[str, ...] = ()
    proposed_by: ProposedBy = "rules"


class Count(Span):
    """A number that the document gives, with its hedge and what is counted."""

    value: int = Field(ge=0)
    modifier: Modifier = Modifier.EXACTLY
    of: str = ""
    text: str = ""


class Reading(Record):
    """All that was read from one document, in the order of its characters."""

    document: DocumentNote
    statements: tuple[Statement, ...] = ()
    incidents: tuple[IncidentProposal, ...] = ()
    counts: tuple[Count, ...] = ()

    def to_document(self) -> dict[str, Any]:
        """The reading as plain values for JSON, every key present."""
        return self.model_dump(mode="json", by_alias=True)

    @classmethod
    def from_document(cls, values: dict[str, Any]) -> Self:
        """The reading again, from :meth:`to_document`'s values; raises :class:`BadRow` as every record does."""
        return cls.from_dict(values)

    def grounded(self) -> bool:
        """Whether every span lies in the text and every quoted text is exactly what stands there."""
        text = self.document.text
        told: list[Statement | Count | Signal] = [*self.statements, *self.counts, *self.document.copy_note.signals]
        spans = [span for incident in self.incidents for span in incident.spans]
        return all(text[each.start : each.end] == each.text for each in told) and all(
            0 <= start < end <= len(text) for start, end in spans
        )
