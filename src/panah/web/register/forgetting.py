"""What rests on something that is deleted goes with it; nothing is left that stands on nothing.

A reading quotes its document, a claim its place in it, an answer the claim that it answers. An incident that no claim
asserts any more goes, and so does whoever is named by nothing that is left.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from panah.model.claim import Claim as ClaimRecord
from panah.model.incident import Campaign as CampaignRecord
from panah.model.incident import Response as ResponseRecord
from panah.model.naming import Naming as NamingRecord
from panah.model.naming import NobodyElse as NobodyElseRecord
from panah.model.person import Consent as ConsentRecord
from panah.model.review import Review
from panah.vault.keys import MemberKeys
from panah.web.accounts.models import Member
from panah.web.cases.models import SealedRow
from panah.web.cases.opening import OpenCase
from panah.web.evidence.deletion import Rows, add_farewell, add_follower
from panah.web.evidence.models import EvidenceItem

from .keeping import replace
from .models import (
    Campaign,
    Claim,
    Consent,
    Decision,
    DocumentReview,
    Incident,
    Naming,
    NobodyElse,
    Person,
    Response,
    Source,
)
from .stances import ASSERTING


def follow_deletions() -> None:
    """Called once, when this room is loaded."""
    add_follower(resting_on)
    add_farewell(stop_quoting)


def stop_quoting(actor: Member, _keys: MemberKeys, opened: OpenCase, rows: Rows) -> None:
    """A copy's review quotes the earlier document: of one that goes only its id stays there."""
    going = {row.pk for row in rows}
    for row in DocumentReview.objects.filter(case=opened.case).exclude(pk__in=going):
        review = opened.record(Review, row)
        if review.seen_before is not None and review.seen_before.evidence_id in going:
            silent = review.seen_before.model_copy(update={"sentences": (), "quotations": ()})
            replace(actor, opened, row, review.model_copy(update={"seen_before": silent}))


def resting_on(opened: OpenCase, rows: Rows) -> Iterator[SealedRow]:
    """The register's rows that rest on rows that go; asked again until nothing new is found."""
    leaving: dict[type, set[str]] = {}
    for row in rows:
        leaving.setdefault(type(row), set()).add(row.pk)
    if not leaving.keys() & {EvidenceItem, DocumentReview, Claim, Incident, Response, Source, Person, Naming}:
        return
    yield from _Register(opened, leaving).resting()


@dataclass(slots=True)
class _Register:
    opened: OpenCase
    leaving: dict[type, set[str]]

    def resting(self) -> Iterator[SealedRow]:
        claims, responses = self._read(Claim, ClaimRecord), self._read(Response, ResponseRecord)
        reviews, incidents = self._read(DocumentReview, Review), self._going(Incident)
        for review_row, review in reviews:
            if review.evidence_id in self._going(EvidenceItem):
                yield review_row
        for claim_row, claim in claims:
            if (
                claim.locator.evidence_id in self._going(EvidenceItem)
                or claim.answers in self._going(Claim)
                or claim.incident_id in incidents
                or claim.source_id in self._going(Source)
                or claim.person_id in self._going(Person)
            ):
                yield claim_row
        for response_row, response in responses:
            told = response.locator and response.locator.evidence_id in self._going(EvidenceItem)
            if told or response.source_id in self._going(Source) or _all_in(response.incident_ids, incidents):
                yield response_row
        for campaign_row, campaign in self._read(Campaign, CampaignRecord):
            if _all_in(campaign.incident_ids, incidents):
                yield campaign_row
        namings = self._read(Naming, NamingRecord)
        for naming_row, naming in namings:
            if (
                naming.incident_id in incidents
                or naming.claim_id in self._going(Claim)
                or naming.person_id in self._going(Person)
            ):
                yield naming_row
        for answer_row, answer in self._read(NobodyElse, NobodyElseRecord):
            if answer.incident_id in incidents:
                yield answer_row
        yield from self._unasserted(claims)
        yield from Decision.objects.filter(case=self.opened.case, incident__in=incidents)
        yield from self._unnamed(claims, responses, reviews, namings)

    def _unasserted(self, claims: list[tuple[Claim, ClaimRecord]]) -> Iterator[Incident]:
        """Incidents that lost a claim, and with it the last one that says that it happened."""
        lost = {claim.incident_id for row, claim in claims if row.pk in self._going(Claim)}
        kept = {
            claim.incident_id
            for row, claim in claims
            if row.pk not in self._going(Claim) and claim.stance in ASSERTING and claim.aggregate is None
        }
        yield from Incident.objects.filter(case=self.opened.case, pk__in=lost - kept - {None})

    def _unnamed(
        self,
        claims: list[tuple[Claim, ClaimRecord]],
        responses: list[tuple[Response, ResponseRecord]],
        reviews: list[tuple[DocumentReview, Review]],
        namings: list[tuple[Naming, NamingRecord]],
    ) -> Iterator[SealedRow]:
        """Sources and people that something which goes names, and nothing that stays; a person's consents with them."""
        stated = [(row.pk in self._going(Claim), claim.source_id) for row, claim in claims]
        stated += [(row.pk in self._going(Response), response.source_id) for row, response in responses]
        stated += [(row.pk in self._going(DocumentReview), review.source_id) for row, review in reviews]
        persons = [(row.pk in self._going(Claim), claim.person_id) for row, claim in claims]
        persons += [(row.pk in self._going(Naming), naming.person_id) for row, naming in namings]
        yield from Source.objects.filter(case=self.opened.case, pk__in=_only_going(stated))
        gone = _only_going(persons) | self._going(Person)
        yield from Person.objects.filter(case=self.opened.case, pk__in=gone)
        for row, consent in self._read(Consent, ConsentRecord) if gone else ():
            if consent.person_id in gone:
                yield row

    def _going(self, model: type) -> set[str]:
        return self.leaving.get(model, set())

    def _read(self, model: type, kind: type) -> list:
        rows = list(model.objects.filter(case=self.opened.case))
        return list(zip(rows, self.opened.records(kind, rows), strict=True))


def _all_in(ids: tuple[str, ...], going: set[str]) -> bool:
    return bool(ids) and set(ids) <= going


def _only_going(named: list[tuple[bool, str | None]]) -> set[str]:
    """Ids that a row which goes names and no row which stays does."""
    return {name for goes, name in named if goes and name} - {name for goes, name in named if not goes and name}
