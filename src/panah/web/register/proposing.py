"""What a reader or a phone export tells becomes claims and proposed incidents; a person decides on them.

A machine's proposal and a person's statement are kept by the same actions, so the same rules hold for both.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from django.db import transaction

from panah.model.base import new_id
from panah.model.claim import Aggregate, Fidelity
from panah.model.claim import Claim as ClaimRecord
from panah.model.claim import Source as SourceRecord
from panah.model.evidence import Locator
from panah.model.incident import Incident as IncidentRecord
from panah.model.phone import PhoneEvent
from panah.model.place import Place
from panah.model.reading import IncidentProposal, Reading, Statement
from panah.web.accounts.models import Member
from panah.web.cases.opening import OpenCase
from panah.web.evidence.actions import keep_view
from panah.web.evidence.models import EvidenceItem

from .actions import add_source, answer_claim, code_incident, state_claim
from .models import Incident, Source
from .stances import is_answer

UNKNOWN_DATE = "XXXX"
_CHANNELS = {"phone": "telephone", "sms": "text_message", "mms": "text_message"}


@dataclass(frozen=True, slots=True)
class Proposals:
    """What was kept of a document or export, all in one case."""

    source: SourceRecord
    claims: tuple[ClaimRecord, ...]
    incidents: tuple[Incident, ...]


@dataclass(slots=True)
class _Keeper:
    """Keeps the claims of one document."""

    actor: Member
    opened: OpenCase
    item: EvidenceItem
    document: SourceRecord
    _speakers: dict[tuple[str, str], SourceRecord] = field(default_factory=dict)
    claims: list[ClaimRecord] = field(default_factory=list)

    def speaker(self, statement: Statement) -> SourceRecord:
        """The source of a statement: its speaker, or the document when it names none."""
        if not statement.speaker:
            return self.document
        key = (statement.speaker, statement.speaker_kind)
        if key not in self._speakers:
            group = self.document.independence_group
            self._speakers[key] = SourceRecord(
                id=new_id(),
                name=statement.speaker,
                kind=statement.speaker_kind,
                # the same speaker in a reprint of the document is no second source
                independence_group=f"{group}/{statement.speaker}" if group else "",
            )
            add_source(self.actor, self.opened, self._speakers[key])
        return self._speakers[key]

    def state(self, source: SourceRecord, text: str, start: int, end: int, **more: object) -> ClaimRecord:
        """Keep a claim at a span of the canonical text."""
        place = Locator(evidence_id=self.item.pk, unit="character", start=start, end=end)
        values = {"stance": "asserts", **more}
        claim = ClaimRecord(id=new_id(), source_id=source.id, text=text, locator=place, **values)
        state = answer_claim if claim.answers else state_claim
        state(self.actor, self.opened, claim)
        self.claims.append(claim)
        return claim

    def say(self, statement: Statement, answers: str | None = None) -> ClaimRecord:
        """Keep a statement as its speaker's claim."""
        return self.state(
            self.speaker(statement),
            statement.text,
            statement.start,
            statement.end,
            stance=statement.stance,
            fidelity=statement.fidelity,
            chain=statement.chain,
            answers=answers,
        )


@transaction.atomic
def propose_reading(
    actor: Member,
    opened: OpenCase,
    item: EvidenceItem,
    reading: Reading,
    *,
    independence_group: str = "",
    code: bool = True,
) -> Proposals:
    """Keep what was read from a document: its text as a view of the item, its statements, counts and incidents.

    Args:
        actor: Who reads it in.
        opened: The document's case.
        item: The sealed original.
        reading: What ``panah.read`` made of it.
        independence_group: The same for a document and its reprints, so that they count as one source.
        code: False for a reprint: its claims are kept, its incidents are those of the first document.

    Raises:
        NoGrant: The actor is not in the case, or the item lies in another.
    """
    keep_view(actor, opened, item, EvidenceItem.Kind.TEXT, reading.document.text.encode())
    document = SourceRecord(
        id=new_id(),
        name=reading.document.title or reading.document.name,
        kind="news",
        connection="media",
        independence_group=independence_group or new_id(),
    )
    add_source(actor, opened, document)
    keeper = _Keeper(actor, opened, item, document)
    incidents, told = [], set()
    for proposal in reading.incidents:
        if code and proposal.scope == "event":
            incident, used = _propose_incident(keeper, proposal, reading)
            incidents.append(incident)
            told |= used
        else:
            _state_spans(keeper, proposal, reading, proposal.aggregate)
    for position, statement in enumerate(reading.statements):
        if position not in told:
            keeper.say(statement)
    for count in reading.counts:
        aggregate = Aggregate(value=count.value, modifier=count.modifier, of=count.of or "incidents")
        keeper.state(document, count.text, count.start, count.end, aggregate=aggregate)
    return Proposals(document, tuple(keeper.claims), tuple(incidents))


def _propose_incident(keeper: _Keeper, proposal: IncidentProposal, reading: Reading) -> tuple[Incident, set[int]]:
    """One incident with its claims; also which statements were used up by it."""
    first, *rest = _state_spans(keeper, proposal, reading, None)
    used = {
        position
        for position, statement in enumerate(reading.statements)
        if statement.stance == "asserts" and _lies_in(statement, proposal.spans)
    }
    spoken = [keeper.say(reading.statements[position]) for position in sorted(used)]
    ids = [claim.id for claim in (first, *rest, *spoken)]
    incident = code_incident(keeper.actor, keeper.opened, _coded(proposal), ids)
    # a denial may answer several incidents, and a claim belongs to one: it is stated for each, at the same place
    for statement in reading.statements:
        if statement.speaker and statement.speaker in proposal.denied_by and is_answer(statement):
            keeper.say(statement, answers=first.id)
    return incident, used


def _state_spans(
    keeper: _Keeper, proposal: IncidentProposal, reading: Reading, aggregate: Aggregate | None
) -> list[ClaimRecord]:
    return [
        keeper.state(keeper.document, reading.document.text[start:end], start, end, aggregate=aggregate)
        for start, end in proposal.spans
    ]


def _lies_in(statement: Statement, spans: Iterable[tuple[int, int]]) -> bool:
    return any(start <= statement.start and statement.end <= end for start, end in spans)


def _coded(proposal: IncidentProposal) -> IncidentRecord:
    return IncidentRecord(
        id=new_id(),
        tactic=proposal.tactic,
        date=proposal.date.edtf or UNKNOWN_DATE,
        host_place=Place(country=proposal.host_country, name=proposal.host_place),
        act_place=Place(country=proposal.act_country, name=proposal.act_place),
        origin_state=proposal.origin_state,
        channel=proposal.channel,
        target=proposal.target,
        actor=proposal.actor,
    )


@transaction.atomic
def propose_events(
    actor: Member,
    opened: OpenCase,
    item: EvidenceItem,
    events: Sequence[PhoneEvent],
    *,
    source: SourceRecord,
    tactic: str,
    host_country: str | None = None,
    origin_state: str | None = None,
    person_id: str | None = None,
) -> Proposals:
    """Propose one incident for each chosen call or message of a phone export.

    Args:
        actor: Who chose them.
        opened: The case of the phone's owner.
        item: The sealed export.
        events: Those that are threats, as a person says.
        source: Whose phone it is; kept when it is not there yet.
        tactic: A code of the codebook.
        host_country: Where the owner lives.
        origin_state: The state said to stand behind it.
        person_id: Whom the events were meant for, a person of this case.
    """
    if not source_is_kept(opened, source.id):
        add_source(actor, opened, source)
    claims, incidents = [], []
    for event in events:
        claim = _event_claim(item, source, event, person_id)
        state_claim(actor, opened, claim)
        record = IncidentRecord(
            id=new_id(),
            tactic=tactic,
            date=event.at.date().isoformat() if event.at else UNKNOWN_DATE,
            host_place=Place(country=host_country),
            origin_state=origin_state,
            channel=_CHANNELS.get(event.channel, "messenger"),
        )
        incidents.append(code_incident(actor, opened, record, [claim.id]))
        claims.append(claim)
    return Proposals(source, tuple(claims), tuple(incidents))


def source_is_kept(opened: OpenCase, source_id: str) -> bool:
    """Whether a source is in this case already."""
    return Source.objects.filter(case=opened.case, pk=source_id).exists()


def _event_claim(item: EvidenceItem, source: SourceRecord, event: PhoneEvent, person_id: str | None) -> ClaimRecord:
    unit = "byte" if event.place.unit == "byte" else "row"
    return ClaimRecord(
        id=new_id(),
        source_id=source.id,
        text=event.text or f"{event.direction} {event.kind}",
        stance="asserts",
        locator=Locator(evidence_id=item.pk, unit=unit, start=event.place.start, end=event.place.end),
        person_id=person_id,
        fidelity=Fidelity.VERBATIM if event.text else Fidelity.UNKNOWN,
    )
