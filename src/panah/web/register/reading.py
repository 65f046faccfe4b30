"""One incident with everything below it, out of its opened case: claims, denials included, each at its place.

From a number in any output one walks back through here to the words that were said.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from panah.errors import Unreadable
from panah.model.claim import Claim as ClaimRecord
from panah.model.claim import Source as SourceRecord
from panah.model.evidence import EvidenceItem as ItemRecord
from panah.model.evidence import Locator
from panah.model.incident import Campaign as CampaignRecord
from panah.model.incident import Incident as IncidentRecord
from panah.model.incident import Response as ResponseRecord
from panah.model.naming import Naming as NamingRecord
from panah.model.naming import NobodyElse as NobodyElseRecord
from panah.model.person import Consent as ConsentRecord
from panah.model.person import Person as PersonRecord
from panah.web.accounts.models import Member
from panah.web.cases.opening import OpenCase
from panah.web.evidence.models import EvidenceItem
from panah.web.evidence.places import Excerpt, Places
from panah.web.evidence.queries import record_in

from .models import Campaign, Claim, Consent, Decision, Incident, Naming, NobodyElse, Person, Response, Source
from .stances import is_answer, is_answered
from .who import Register, WhoIsIn


@dataclass(frozen=True, slots=True)
class ClaimView:
    """One claim with who says it and the words at its place; no excerpt when the item cannot be shown."""

    claim: ClaimRecord = field(repr=False)
    source: SourceRecord = field(repr=False)
    item: ItemRecord | None = field(repr=False)
    excerpt: Excerpt | None = field(repr=False)

    @property
    def is_answer(self) -> bool:
        """Whether it is the accused side's answer: a denial, a refusal to comment, another explanation."""
        return is_answer(self.claim)


@dataclass(frozen=True, slots=True)
class ResponseView:
    """What was answered or done, with its source and the words at its place."""

    response: ResponseRecord = field(repr=False)
    source: SourceRecord | None = field(repr=False)
    excerpt: Excerpt | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class DecisionView:
    """Who decided what; the note is sealed with it."""

    member: Member
    decision: str
    week: date
    note: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class IncidentView:
    """All of one incident."""

    row: Incident
    incident: IncidentRecord = field(repr=False)
    claims: tuple[ClaimView, ...] = field(repr=False)
    responses: tuple[ResponseView, ...] = field(repr=False)
    who: WhoIsIn = field(repr=False)
    campaigns: tuple[CampaignRecord, ...] = field(repr=False)
    decisions: tuple[DecisionView, ...] = field(repr=False)

    @property
    def persons(self) -> tuple[PersonRecord, ...]:
        """Everybody who is in it."""
        return self.who.persons

    @property
    def allegations(self) -> tuple[ClaimView, ...]:
        """The claims that are no answer."""
        return tuple(view for view in self.claims if not view.is_answer)

    @property
    def answers(self) -> tuple[ClaimView, ...]:
        """What the accused side says."""
        return tuple(view for view in self.claims if view.is_answer)

    @property
    def is_answered(self) -> bool:
        """Whether an answer is on record, or that none was found. Without it nothing of this incident leaves."""
        return is_answered((view.claim for view in self.claims), (view.response for view in self.responses))

    @property
    def n_independent_sources(self) -> int:
        """Sources that assert it; those that reached us through one document count once."""
        return len({view.source.corroborates_as for view in self.allegations})


@dataclass(slots=True)
class CaseReader:
    """Reads the register rows of one opened case; sources, responses and items are opened once."""

    opened: OpenCase
    places: Places = field(init=False)
    _records: dict[type, list] = field(default_factory=dict, repr=False)
    _items: dict[str, ItemRecord | None] = field(default_factory=dict, repr=False)
    _people: Register | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        self.places = Places(self.opened)

    def incident(self, row: Incident, *, with_words: bool = True) -> IncidentView:
        """One incident.

        Args:
            row: An incident of this case.
            with_words: Also open the evidence and cut out the words; each item is then logged as viewed.

        Raises:
            NoGrant: The incident lies in another case.
        """
        record = self.opened.record(IncidentRecord, row)
        claims = self.claims(row, with_words=with_words)
        responses = self.responses(row.pk, with_words=with_words)
        return IncidentView(
            row=row,
            incident=record,
            claims=claims,
            responses=responses,
            who=self.people.who_is_in(row.pk, (each.claim for each in claims), (each.response for each in responses)),
            campaigns=tuple(each for each in self._all(Campaign, CampaignRecord) if row.pk in each.incident_ids),
            decisions=self._decisions(row),
        )

    def claims(self, incident: Incident | None, *, with_words: bool = True) -> tuple[ClaimView, ...]:
        """The claims of one incident, or (None) those that belong to no incident, in the order of their places."""
        rows = Claim.objects.filter(case=self.opened.case, incident=incident)
        told = self.opened.records(ClaimRecord, rows)
        told.sort(key=lambda claim: (claim.locator.evidence_id, claim.locator.start, claim.id))
        return tuple(self._claim_view(claim, with_words) for claim in told)

    def responses(self, incident_id: str, *, with_words: bool = True) -> tuple[ResponseView, ...]:
        """What was answered about one incident."""
        found = [each for each in self._all(Response, ResponseRecord) if incident_id in each.incident_ids]
        return tuple(
            ResponseView(each, self.source(each.source_id), self._excerpt(each.locator) if with_words else None)
            for each in found
        )

    def source(self, source_id: str) -> SourceRecord | None:
        """Who says something."""
        return next((each for each in self._all(Source, SourceRecord) if each.id == source_id), None)

    def consents(self) -> list[ConsentRecord]:
        """Every consent of this case, oldest question first."""
        return sorted(self._all(Consent, ConsentRecord), key=lambda each: each.asked_on)

    def everybody(self) -> list[PersonRecord]:
        """Everybody on record in this case."""
        return list(self._all(Person, PersonRecord))

    @property
    def people(self) -> Register:
        """Everybody on record, where they are named, and which incidents were answered for."""
        if self._people is None:
            namings, answers = self._all(Naming, NamingRecord), self._all(NobodyElse, NobodyElseRecord)
            self._people = Register.of(self.everybody(), namings, answers)
        return self._people

    def item(self, item_id: str) -> ItemRecord | None:
        """An evidence item of this case."""
        if item_id not in self._items:
            row = EvidenceItem.objects.filter(case=self.opened.case, pk=item_id).first()
            self._items[item_id] = record_in(self.opened, row) if row else None
        return self._items[item_id]

    def _claim_view(self, claim: ClaimRecord, with_words: bool) -> ClaimView:
        source = self.source(claim.source_id)
        if source is None:
            raise Unreadable("a claim has lost its source", where="register", hint="restore it from a backup")
        excerpt = self._excerpt(claim.locator) if with_words else None
        return ClaimView(claim, source, self.item(claim.locator.evidence_id), excerpt)

    def _excerpt(self, locator: Locator | None) -> Excerpt | None:
        return self.places.excerpt(locator) if locator else None

    def _decisions(self, row: Incident) -> tuple[DecisionView, ...]:
        found = Decision.objects.filter(incident=row).select_related("member").order_by("week", "id")
        return tuple(
            DecisionView(each.member, each.decision, each.week, self.opened.field(each).decode()) for each in found
        )

    def _all(self, model: type, kind: type) -> list:
        if model not in self._records:
            self._records[model] = self.opened.records(kind, model.objects.filter(case=self.opened.case))
        return self._records[model]


def incident_view(opened: OpenCase, incident: Incident) -> IncidentView:
    """One incident with everything below it, words included."""
    return CaseReader(opened).incident(incident)


def who_not_answered(opened: OpenCase, evidence_id: str) -> dict[int, str]:
    """The incidents that rest on one document and of which nobody answered who is in them.

    Returns:
        Where a claim of such an incident begins in the document -> the incident's id.
    """
    reader = CaseReader(opened)
    found: dict[int, str] = {}
    for row in Incident.objects.filter(case=opened.case):
        view = reader.incident(row, with_words=False)
        here = [each.claim.locator for each in view.claims if each.claim.locator.evidence_id == evidence_id]
        if here and not view.who.is_answered:
            found |= {place.start: row.pk for place in here}
    return found
