"""A document comes in: sealed, read, compared with what came before; then a person decides on each part of it.

Invariant: reading states nothing. A claim or an incident comes to be when a member accepts the part that proposes it,
as it was read or as the member put it right.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, Final

from django.db import transaction

from panah.errors import Refused, Unreadable
from panah.model.base import new_id
from panah.model.claim import Aggregate
from panah.model.claim import Source as SourceRecord
from panah.model.incident import UNKNOWN_DATE
from panah.model.incident import Incident as IncidentRecord
from panah.model.place import Place
from panah.model.reading import IncidentProposal, Span, Statement
from panah.model.review import ChangedSentence, Decided, QuotationFate, Review, SeenBefore
from panah.read.apart import read_safely
from panah.read.copy_index import CopyIndex
from panah.read.earlier import closest
from panah.web.accounts.models import Member
from panah.web.cases.opening import OpenCase
from panah.web.evidence.actions import keep_view, seal_file
from panah.web.evidence.models import EvidenceItem
from panah.web.evidence.places import LARGEST_VIEW_BYTES, Places

from . import actions
from .keeper import Keeper
from .keeping import keep, replace
from .models import DocumentReview
from .models import Source as SourceRow
from .stances import is_answer

MOST_COMPARED: Final = 500
"""Earlier documents of the member's that a new one is compared with, newest first."""


@dataclass(frozen=True, slots=True)
class Known:
    """A document that is here already."""

    evidence_id: str
    text: str
    independence_group: str


def take_in_document(
    actor: Member,
    opened: OpenCase,
    stream: BinaryIO,
    name: str,
    *,
    published: str | None = None,
    known: Iterable[Known] = (),
    kind: str = "news",
) -> DocumentReview:
    """Seal a document, read those same bytes, and lay the reading out for review.

    Args:
        actor: Who brings it.
        opened: The case that it goes into.
        stream: Its bytes, from their start; read twice.
        name: The file's name; sealed.
        published: When it was published, in EDTF, if the member knows.
        known: What it may be a copy of.
        kind: What kind of source it is, of the thesaurus ``source_kind``.

    Raises:
        Unreadable: It is not text in a form that is read here, or too large, or takes too long; nothing is kept then.
        BadDate: ``published`` is no EDTF date.
    """
    data = stream.read(LARGEST_VIEW_BYTES + 1)
    if len(data) > LARGEST_VIEW_BYTES:
        raise Unreadable("the document is too large to be read", where="document", hint="seal it as evidence instead")
    reading = read_safely(data, name=name, published=published or None)
    seen, group = _seen_before(reading.document.text, known)
    stream.seek(0)
    with transaction.atomic():
        media = reading.document.media_type
        item = seal_file(actor, opened, stream, name, "D", media_type=media)
        keep_view(actor, opened, item, EvidenceItem.Kind.TEXT, reading.document.text.encode())
        source = SourceRecord(
            id=new_id(),
            name=reading.document.title or reading.document.name or "document",
            kind=kind,
            connection="media" if kind == "news" else "unknown",
            independence_group=group or new_id(),
        )
        actions.add_source(actor, opened, source)
        review = Review(id=new_id(), evidence_id=item.pk, source_id=source.id, reading=reading, seen_before=seen)
        return keep(actor, opened, DocumentReview, review, "parsed", item=item, n_open=len(review.open_parts()))


def _seen_before(text: str, known: Iterable[Known]) -> tuple[SeenBefore | None, str]:
    """The earlier document that this one copies most of, and its independence group."""
    here = {each.evidence_id: each for each in known}
    texts = {key: each.text for key, each in here.items()}
    found = closest(text, CopyIndex.of(texts.items()), texts)
    if found is None:
        return None, ""
    earlier, likeness = here[found[0]], found[1]
    told = SeenBefore(
        evidence_id=earlier.evidence_id,
        containment=likeness.containment,
        by_meaning=likeness.by_meaning,
        sentences=tuple(
            ChangedSentence(
                earlier=Span(start=each.first[0], end=each.first[1]),
                here=Span(start=each.second[0], end=each.second[1]),
                removed=each.removed,
                added=each.added,
                changes=each.changes,
            )
            for each in likeness.sentences
        ),
        quotations=tuple(QuotationFate(text=words, fate=fate) for words, fate in likeness.quotations),
    )
    return told, earlier.independence_group


def known_in(opened: OpenCase) -> list[Known]:
    """The documents of an opened case with their texts, newest first."""
    places = Places(opened)
    rows = DocumentReview.objects.filter(case=opened.case).select_related("item").order_by("-item__received_hour", "id")
    found = []
    for row in rows[:MOST_COMPARED]:
        source = source_of(opened, review_in(opened, row))
        found.append(Known(row.item_id, places.text(row.item), source.corroborates_as))
    return found


def review_in(opened: OpenCase, row: DocumentReview) -> Review:
    """The reading of a document with the decisions on it."""
    return opened.record(Review, row)


def source_of(opened: OpenCase, review: Review) -> SourceRecord:
    """The document as a source."""
    row = SourceRow.objects.filter(case=opened.case, pk=review.source_id).first()
    if row is None:
        raise Unreadable("a document has lost its source", where="register", hint="restore it from a backup")
    return opened.record(SourceRecord, row)


@transaction.atomic
def reject(actor: Member, opened: OpenCase, row: DocumentReview, *parts: str) -> Review:
    """Keep parts of a reading out of the register; they stay on record as rejected."""
    row = _locked(row)
    return _stored(actor, opened, row, _open(review_in(opened, row), parts).decide(Decided.REJECTED, *parts))


@transaction.atomic
def accept(
    actor: Member, opened: OpenCase, row: DocumentReview, part: str, edits: Mapping[str, Any] | None = None
) -> Review:
    """State one part of a reading as claims; an act becomes a confirmed incident with them.

    Args:
        actor: Who accepts it.
        opened: The document's case.
        row: The document's review.
        part: ``incident-0``, ``statement-3`` or ``count-1``.
        edits: Fields of the proposal as the member put them right; a record's field names.

    Raises:
        Refused: There is no such part, or it was decided before.
        BadRow: An edit is no value of its field.
    """
    row = _locked(row)
    review = _open(review_in(opened, row), (part,))
    keeper = Keeper(actor, opened, review.evidence_id, source_of(opened, review))
    return _stored(actor, opened, row, _accepted(keeper, review, part, edits))


@transaction.atomic
def accept_rest(actor: Member, opened: OpenCase, row: DocumentReview) -> Review:
    """Accept every part that is still open, as it was read: all of them or none."""
    row = _locked(row)
    review = review_in(opened, row)
    keeper = Keeper(actor, opened, review.evidence_id, source_of(opened, review))
    while parts := review.open_parts():
        review = _accepted(keeper, review, parts[0])
    return _stored(actor, opened, row, review)


def _accepted(keeper: Keeper, review: Review, part: str, edits: Mapping[str, Any] | None = None) -> Review:
    """State one open part; the review with it decided, and with the statements that were stated with it."""
    kind, number = part.split("-")
    told: set[str] = set()
    if kind == "incident":
        told = _accept_incident(keeper, review, int(number), edits or {})
    elif kind == "statement":
        keeper.say(_edited(review.reading.statements[int(number)], edits))
    else:
        count = review.reading.counts[int(number)]
        aggregate = Aggregate(value=count.value, modifier=count.modifier, of=count.of or "incidents")
        keeper.state(keeper.document, count.text, count.start, count.end, aggregate=aggregate)
    decided = Decided.EDITED if edits else Decided.ACCEPTED
    return review.decide(decided, part).decide(Decided.ACCEPTED, *sorted(told))


def _locked(row: DocumentReview) -> DocumentReview:
    """The row as it is now: two members may decide at the same time."""
    return DocumentReview.objects.select_for_update().get(pk=row.pk)


def _open(review: Review, parts: Iterable[str]) -> Review:
    for part in parts:
        if part not in review.parts():
            raise Refused("no such part of the reading", where="review", hint="open the document again")
        if part in review.decisions:
            raise Refused("this was decided before", where="review", hint="open the document again")
    return review


def _stored(actor: Member, opened: OpenCase, row: DocumentReview, review: Review) -> Review:
    replace(actor, opened, row, review, n_open=len(review.open_parts()))
    return review


def _edited(record: Any, edits: Mapping[str, Any] | None) -> Any:
    return type(record).from_dict({**record.model_dump(), **(edits or {})}) if edits else record


def _accept_incident(keeper: Keeper, review: Review, number: int, edits: Mapping[str, Any]) -> set[str]:
    """One act with its claims; returns the statements that were stated with it."""
    reading = review.reading
    proposal = reading.incidents[number]
    text = reading.document.text
    if proposal.scope != "event" or review.seen_before is not None:
        # a pattern or a number of cases is a claim and no incident; and a copy tells of acts that stand already
        keeper.state_spans(text, proposal.spans, aggregate=proposal.aggregate)
        return set()
    first, *rest = keeper.state_spans(text, proposal.spans)
    used = _said_with(review, proposal)
    spoken = [keeper.say(reading.statements[position]) for position in sorted(used)]
    record = coded(proposal, edits)
    incident = actions.code_incident(
        keeper.actor, keeper.opened, record, [claim.id for claim in (first, *rest, *spoken)]
    )
    # a denial may answer several incidents, and a claim belongs to one: it is stated for each, at the same place
    answering = {
        position
        for position, statement in enumerate(reading.statements)
        if _answers(statement, proposal) and review.decisions.get(f"statement-{position}") != Decided.REJECTED
    }
    for position in sorted(answering):
        keeper.say(reading.statements[position], answers=first.id)
    actions.confirm(keeper.actor, keeper.opened, incident)
    return {f"statement-{position}" for position in used | answering}


def _said_with(review: Review, proposal: IncidentProposal) -> set[int]:
    """Statements inside the incident's own words that nobody has decided on yet."""
    return {
        position
        for position, statement in enumerate(review.reading.statements)
        if statement.stance == "asserts"
        and f"statement-{position}" not in review.decisions
        and any(start <= statement.start and statement.end <= end for start, end in proposal.spans)
    }


def _answers(statement: Statement, proposal: IncidentProposal) -> bool:
    return bool(statement.speaker) and statement.speaker in proposal.denied_by and is_answer(statement)


def coded(proposal: IncidentProposal, edits: Mapping[str, Any] | None = None) -> IncidentRecord:
    """The incident that a proposal, or what a member made of it, is coded as.

    Raises:
        BadRow: An edit is no value of its field.
    """
    values = {
        "tactic": proposal.tactic,
        "date": proposal.date.edtf or UNKNOWN_DATE,
        "host_country": proposal.host_country,
        "host_place": proposal.host_place,
        "act_country": proposal.act_country,
        "act_place": proposal.act_place,
        "origin_state": proposal.origin_state,
        "channel": proposal.channel,
        "target": proposal.target,
        "actor": proposal.actor,
        **(edits or {}),
    }
    return record_of({"id": new_id(), **values})


def record_of(fields: Mapping[str, Any]) -> IncidentRecord:
    """The incident of coded fields, as a form has them: places as country and name, nothing as an empty string.

    Raises:
        BadRow: A field has no value of its kind.
    """
    values = dict(fields)
    host = {"country": values.pop("host_country") or None, "name": values.pop("host_place")}
    act = {"country": values.pop("act_country") or None, "name": values.pop("act_place")}
    values["origin_state"] = values["origin_state"] or None
    return IncidentRecord.from_dict({**values, "host_place": Place.from_dict(host), "act_place": Place.from_dict(act)})
