"""Calls and messages that a person points at become claims and proposed incidents, each at its place in the export."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from django.db import transaction

from panah.model.base import new_id
from panah.model.claim import Claim as ClaimRecord
from panah.model.claim import Fidelity
from panah.model.claim import Source as SourceRecord
from panah.model.evidence import Locator
from panah.model.incident import UNKNOWN_DATE
from panah.model.incident import Incident as IncidentRecord
from panah.model.phone import PhoneEvent
from panah.model.place import Place
from panah.web.accounts.models import Member
from panah.web.cases.opening import OpenCase
from panah.web.evidence.models import EvidenceItem

from .actions import add_source, code_incident, state_claim
from .models import Incident, Source

_CHANNELS: Final = {"phone": "telephone", "sms": "text_message", "mms": "text_message"}


@dataclass(frozen=True, slots=True)
class Proposals:
    """What was kept of a document or export, all in one case."""

    source: SourceRecord
    claims: tuple[ClaimRecord, ...]
    incidents: tuple[Incident, ...]


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
        record = IncidentRecord(
            id=new_id(),
            tactic=tactic,
            date=event.at.date().isoformat() if event.at else UNKNOWN_DATE,
            host_place=Place(country=host_country),
            origin_state=origin_state,
            channel=channel_of(event.channel),
        )
        incidents.append(propose(actor, opened, [claim], record))
        claims.append(claim)
    return Proposals(source, tuple(claims), tuple(incidents))


@transaction.atomic
def propose(actor: Member, opened: OpenCase, claims: Sequence[ClaimRecord], record: IncidentRecord) -> Incident:
    """State claims, the first of which says that it happened, and propose the one act that all of them tell of."""
    first, *rest = claims
    state_claim(actor, opened, first)
    incident = code_incident(actor, opened, record, [first.id])
    for claim in rest:
        state_claim(actor, opened, claim.model_copy(update={"incident_id": incident.pk}))
    return incident


def channel_of(channel: str) -> str:
    """The thesaurus's channel for the one that an export names."""
    return _CHANNELS.get(channel, "messenger")


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
