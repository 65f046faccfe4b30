"""Stating claims, coding incidents from them, deciding on proposals. The first argument says who acts.

Invariant: nothing stands without its source. A claim has a source and a place in evidence of the same case; an
incident has at least one claim that asserts one act. A count that a source gives is never an incident.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from django.db import transaction

from panah import dates
from panah.errors import Refused
from panah.model.base import new_id
from panah.model.claim import Claim as ClaimRecord
from panah.model.claim import Source as SourceRecord
from panah.model.incident import Campaign as CampaignRecord
from panah.model.incident import Incident as IncidentRecord
from panah.model.incident import Response as ResponseRecord
from panah.model.person import Consent as ConsentRecord
from panah.model.person import Person as PersonRecord
from panah.web.accounts.models import Member
from panah.web.base.one_writer import one_at_a_time
from panah.web.cases.actions import require_member
from panah.web.cases.opening import OpenCase
from panah.web.cases.sealing import CaseWriter
from panah.web.evidence import custody
from panah.web.evidence.models import EvidenceItem
from panah.web.intake.canaries import is_canary

from .keeping import found_here, keep, replace
from .models import Campaign, Claim, Consent, Decision, Incident, Person, Response, Source
from .stances import ASSERTING


@transaction.atomic
def add_source(actor: Member, writer: CaseWriter, source: SourceRecord) -> Source:
    """Keep who says something. Sources of one independence group count once."""
    return keep(actor, writer, Source, source)


@transaction.atomic
def add_person(actor: Member, writer: CaseWriter, person: PersonRecord) -> Person:
    """Keep somebody of this case."""
    return keep(actor, writer, Person, person)


@transaction.atomic
def record_consent(actor: Member, writer: CaseWriter, consent: ConsentRecord) -> Consent:
    """Keep a person's answer for one purpose; a later answer is a further record, and the newest holds.

    Raises:
        Refused: The person is not in this case.
    """
    found_here(writer, Person, consent.person_id, "person")
    act = "consent-given" if consent.given and consent.withdrawn_on is None else "consent-withdrawn"
    return keep(actor, writer, Consent, consent, act)


@transaction.atomic
def record_answers(actor: Member, opened: OpenCase, consents: Iterable[ConsentRecord]) -> None:
    """Keep what a person answered, all of it or nothing; what stands already is never changed.

    Each gets its place in the order of recording, which decides between two answers of one day.

    Raises:
        Refused: A person is not in this case, is a relative at risk and would be given a yes, or an answer has an
            impossible date.
    """
    one_at_a_time()  # of two members at once the second sees what the first recorded
    today, last = datetime.now(UTC).date(), _last_orders(opened)
    for consent in consents:
        person = opened.record(PersonRecord, found_here(opened, Person, consent.person_id, "person"))
        if consent.given and person.is_at_risk:
            raise Refused("a relative at risk cannot say yes safely", where="consent", hint="for them it is always no")
        if consent.asked_on > today:
            raise Refused("the day of the question lies ahead", where="consent", hint="write the day they answered")
        if consent.expires_on and consent.expires_on <= consent.asked_on:
            raise Refused("it ends before it begins", where="consent", hint="write a later day, or none")
        last[person.id] += 1
        record_consent(actor, opened, consent.model_copy(update={"order": last[person.id]}))


def _last_orders(opened: OpenCase) -> Counter[str]:
    """Person -> the order of their answer that was recorded last."""
    last: Counter[str] = Counter()
    for consent in opened.records(ConsentRecord, Consent.objects.filter(case=opened.case)):
        last[consent.person_id] = max(last[consent.person_id], consent.order)
    return last


@transaction.atomic
def state_claim(actor: Member, writer: CaseWriter, claim: ClaimRecord) -> Claim:
    """Keep what a source says.

    Raises:
        Refused: Its source, evidence, incident, person or answered claim is not in this case, or it is a count and
            names an incident.
    """
    found_here(writer, Source, claim.source_id, "source")
    found_here(writer, EvidenceItem, claim.locator.evidence_id, "evidence item")
    if claim.answers:
        found_here(writer, Claim, claim.answers, "answered claim")
    if claim.person_id:
        found_here(writer, Person, claim.person_id, "person")
    if claim.aggregate is not None and claim.incident_id is not None:
        raise Refused("a count is no incident", where="claim", hint="leave the incident out; the count stays a claim")
    incident = found_here(writer, Incident, claim.incident_id, "incident") if claim.incident_id else None
    return keep(actor, writer, Claim, claim, "stated", incident=incident)


@transaction.atomic
def answer_claim(actor: Member, opened: OpenCase, claim: ClaimRecord) -> Claim:
    """Keep what the accused side says to a claim; it goes where the claim goes.

    Raises:
        Refused: It answers nothing, or a claim of another case.
    """
    if claim.answers is None:
        raise Refused("an answer names the claim that it answers", where="claim", hint="set answers")
    answered = found_here(opened, Claim, claim.answers, "answered claim")
    return state_claim(actor, opened, claim.model_copy(update={"incident_id": answered.incident_id}))


@transaction.atomic
def add_response(actor: Member, writer: CaseWriter, response: ResponseRecord) -> Response:
    """Keep what an authority, embassy or platform did or said; kind ``none_found`` says that none was found.

    Raises:
        Refused: Its source, evidence or an incident is not in this case.
    """
    found_here(writer, Source, response.source_id, "source")
    if response.locator:
        found_here(writer, EvidenceItem, response.locator.evidence_id, "evidence item")
    for incident_id in response.incident_ids:
        found_here(writer, Incident, incident_id, "incident")
    return keep(actor, writer, Response, response)


def note_none_found(
    actor: Member, writer: CaseWriter, incidents: Iterable[Incident], source_id: str, text: str = ""
) -> Response:
    """Keep that an answer of the accused side was looked for and none was found.

    Args:
        actor: Who notes it.
        writer: The case of all these incidents.
        incidents: Those it was looked for.
        source_id: Who looked: a source of this case.
        text: Where it was looked for.

    Raises:
        Refused: The source or an incident is not in this case.
    """
    ids = tuple(incident.pk for incident in incidents)
    record = ResponseRecord(id=new_id(), kind="none_found", source_id=source_id, incident_ids=ids, text=text)
    return add_response(actor, writer, record)


@transaction.atomic
def add_campaign(actor: Member, writer: CaseWriter, campaign: CampaignRecord) -> Campaign:
    """Keep that incidents share something.

    Raises:
        Refused: One of them is not in this case.
    """
    for incident_id in campaign.incident_ids:
        found_here(writer, Incident, incident_id, "incident")
    return keep(actor, writer, Campaign, campaign)


@transaction.atomic
def code_incident(actor: Member, opened: OpenCase, incident: IncidentRecord, claim_ids: Sequence[str]) -> Incident:
    """Propose one act, from claims that were stated before. It is counted once a person has confirmed it.

    Raises:
        Refused: No claim asserts it, a claim is not in this case, is a count, or belongs to another incident.
    """
    rows = [found_here(opened, Claim, claim_id, "claim") for claim_id in dict.fromkeys(claim_ids)]
    claims = opened.records(ClaimRecord, rows)
    _check_claims(rows, claims)
    row = keep(actor, opened, Incident, incident, **clear_columns(incident))
    for claim_row, claim in zip(rows, claims, strict=True):
        told = claim.model_copy(update={"incident_id": incident.id})
        replace(actor, opened, claim_row, told, incident=row)
    return row


def _check_claims(rows: Sequence[Claim], claims: Sequence[ClaimRecord]) -> None:
    if any(claim.aggregate is not None for claim in claims):
        raise Refused("a count is no incident", where="claim", hint="code one incident for each act that is told of")
    if any(row.incident_id is not None for row in rows):
        raise Refused("a claim belongs to another incident already", where="claim", hint="state a claim of its own")
    if not any(claim.stance in ASSERTING for claim in claims):
        raise Refused("no claim says that it happened", where="incident", hint="state the claim that asserts it first")


def clear_columns(incident: IncidentRecord) -> dict[str, str]:
    """The coded fields that may stand readable, and no others."""
    return {
        "tactic": incident.tactic,
        "host_country": incident.host_place.country or "",
        "origin_state": incident.origin_state or "",
        "month": _month(incident.date),
        "status": incident.status,
        "channel": incident.channel,
        "target": incident.target,
    }


def _month(edtf: str) -> str:
    month = dates.month_of(edtf)
    if month:
        return month
    year = dates.year_of(edtf)
    return f"{year:04d}" if year is not None else ""


@transaction.atomic
def recode(actor: Member, opened: OpenCase, incident: IncidentRecord) -> Incident:
    """Change what an incident is coded as; its decision stays.

    Raises:
        Refused: The incident is not in this case.
    """
    row = found_here(opened, Incident, incident.id, "incident")
    return replace(actor, opened, row, incident, **clear_columns(incident))


def confirm(actor: Member, opened: OpenCase, incident: Incident, note: str = "") -> Decision:
    """Count a proposal from now on.

    Raises:
        Refused: None of its claims asserts one act, or all of it was invented as a canary.
    """
    if is_canary(opened.case):
        raise Refused("nothing of this can be confirmed", where="incident", hint="ask whoever looks after the reports")
    claims = opened.records(ClaimRecord, incident.claims.all())
    if not any(claim.stance in ASSERTING and claim.aggregate is None for claim in claims):
        raise Refused("no claim says that it happened", where="incident", hint="state the claim that asserts it first")
    return _decide(actor, opened, incident, Incident.Decision.CONFIRMED, note)


def reject(actor: Member, opened: OpenCase, incident: Incident, note: str = "") -> Decision:
    """Count a proposal never; it stays on record with its claims."""
    return _decide(actor, opened, incident, Incident.Decision.REJECTED, note)


@transaction.atomic
def _decide(actor: Member, opened: OpenCase, incident: Incident, decision: str, note: str) -> Decision:
    require_member(actor, opened.case)
    opened.require_here(incident)
    row = Decision(id=new_id(), incident=incident, decision=decision, member=actor)
    opened.seal(row, note.encode())
    row.save(force_insert=True)
    incident.decision = decision
    incident.save(update_fields=["decision"])
    custody.record(actor, opened, "annotated", custody.row_name(incident), {"decision": decision})
    return row


def confirm_all(actor: Member, opened: OpenCase, incidents: Iterable[Incident], note: str = "") -> int:
    """Confirm several proposals of one case that a person has looked at together; returns how many."""
    with transaction.atomic():
        return sum(1 for incident in incidents if confirm(actor, opened, incident, note))
