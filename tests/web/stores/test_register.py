"""The register: claims with their sources, incidents from claims, decisions, and what each member counts."""

from __future__ import annotations

from typing import Any

import pytest
from stores_factories import ALLEGATION, DENIAL, tell

from panah.errors import NoGrant, Refused
from panah.model.base import new_id
from panah.model.claim import Aggregate, Source
from panah.model.evidence import Locator
from panah.model.incident import Campaign, Incident, Response
from panah.model.place import Place
from panah.web.cases.actions import grant
from panah.web.register import actions, queries
from panah.web.register.models import Claim
from panah.web.register.models import Incident as IncidentRow
from panah.web.register.queries import RegisterFilter
from panah.web.register.reading import CaseReader, incident_view


def test_only_coded_fields_are_clear(story: Any) -> None:
    row = story.incident(
        date="2024-03-17", channel="telephone", demand="come home", act_place=Place(country="CN", name="Kashgar")
    )
    kept = IncidentRow.objects.get(pk=row.pk)
    clear = {name: getattr(kept, name) for name in queries.COLUMNS}
    assert clear == {
        "tactic": "proxy_family_call",
        "host_country": "BE",
        "origin_state": "CN",
        "month": "2024-03",
        "status": "alleged",
        "channel": "telephone",
        "target": "unknown",
    }
    for word in (b"2024-03-17", b"Antwerp", b"Kashgar", b"come home"):
        assert word not in kept.sealed


@pytest.mark.parametrize(
    ("date", "month"),
    [("2024-03-17", "2024-03"), ("2024-03", "2024-03"), ("2024", "2024"), ("2024~", "2024"), ("XXXX", "")],
)
def test_a_month_is_no_finer_than_the_date(story: Any, date: str, month: str) -> None:
    assert story.incident(date=date).month == month


def test_a_page_shows_every_claim_at_its_place_denials_included(story: Any) -> None:
    row = story.answered_incident()
    view = incident_view(story.opened, row)
    assert [each.claim.stance for each in view.claims] == ["asserts", "denies"]
    assert [each.excerpt.words for each in view.claims] == [ALLEGATION, DENIAL]
    assert [each.source.name for each in view.claims] == ["Invented Daily"] * 2
    assert [each.claim.stance for each in view.answers] == ["denies"]
    assert view.is_answered
    assert view.claims[0].item.file_name == "told.txt"


def test_none_found_is_an_answer_on_record(story: Any) -> None:
    row = story.incident()
    assert not incident_view(story.opened, row).is_answered
    actions.note_none_found(story.member, story.opened, [row], story.source.id, "asked twice in writing")
    view = incident_view(story.opened, row)
    assert view.is_answered
    assert view.responses[0].response.text == "asked twice in writing"


def test_five_reprints_are_one_source(story: Any) -> None:
    claims = [story.claim()]
    for number in range(5):
        copy = Source(id=new_id(), name=f"Reprint {number}", kind="news", independence_group="one article")
        actions.add_source(story.member, story.opened, copy)
        claims.append(story.claim().model_copy(update={"id": new_id(), "source_id": copy.id}))
        actions.state_claim(story.member, story.opened, claims[-1])
    row = story.incident(*claims)
    assert incident_view(story.opened, row).n_independent_sources == 2


def test_a_document_and_whom_it_quotes_are_one_source(story: Any) -> None:
    claims = [story.claim()]
    for name in ("", "/Ana Invented", "/Ben Invented"):
        source = Source(id=new_id(), name=f"Article{name}", kind="news", independence_group=f"one article{name}")
        actions.add_source(story.member, story.opened, source)
        claims.append(story.claim().model_copy(update={"id": new_id(), "source_id": source.id}))
        actions.state_claim(story.member, story.opened, claims[-1])
    assert incident_view(story.opened, story.incident(*claims)).n_independent_sources == 2


def test_a_claim_points_nowhere_outside_its_case(cast: Any, story: Any) -> None:
    other = tell(cast.case_worker)
    theirs, mine = other.claim(), story.claim()
    wrong = [
        {"source_id": other.source.id},
        {"locator": other.place(ALLEGATION)},
        {"locator": Locator(evidence_id=new_id(), unit="page", start=1, end=1)},
        {"answers": theirs.id},
        {"incident_id": other.incident(theirs).pk},
        {"person_id": other.person().id},
    ]
    before = Claim.objects.count()
    for change in wrong:
        with pytest.raises(Refused):
            actions.state_claim(story.member, story.opened, mine.model_copy(update={"id": new_id(), **change}))
    assert Claim.objects.count() == before


def test_an_incident_needs_a_claim_that_asserts_it(story: Any) -> None:
    denial_alone = story.claim(DENIAL, stance="denies")
    for claims in ((), (denial_alone.id,), (new_id(),)):
        record = Incident(id=new_id(), tactic="informant_surveillance", date="2024", host_place=Place(country="BE"))
        with pytest.raises(Refused):
            actions.code_incident(story.member, story.opened, record, claims)
    assert not IncidentRow.objects.exists()


def test_a_claim_belongs_to_one_incident(story: Any) -> None:
    claim = story.claim()
    story.incident(claim)
    with pytest.raises(Refused):
        story.incident(claim)


def test_an_answer_goes_where_the_claim_goes(story: Any) -> None:
    claim = story.claim()
    row = story.incident(claim)
    denial = story.denial(claim)
    assert Claim.objects.get(pk=denial.id).incident == row
    with pytest.raises(Refused):
        actions.answer_claim(story.member, story.opened, denial.model_copy(update={"id": new_id(), "answers": None}))


def test_a_record_is_kept_once(story: Any) -> None:
    claim = story.claim()
    with pytest.raises(Refused):
        actions.state_claim(story.member, story.opened, claim)


def test_a_proposal_counts_only_once_confirmed(story: Any) -> None:
    row = story.incident(confirmed=False)
    worker = story.member
    assert list(queries.proposals_of(worker)) == [row]
    assert queries.counts_by_country(worker) == {}
    actions.confirm(worker, story.opened, row, "read twice")
    assert queries.counts_by_country(worker) == {"BE": 1}
    assert not queries.proposals_of(worker).exists()
    actions.reject(worker, story.opened, row, "a different person of that name")
    assert queries.counts_by_country(worker) == {}
    decisions = incident_view(story.opened, row).decisions
    assert {(each.decision, each.note) for each in decisions} == {
        ("confirmed", "read twice"),
        ("rejected", "a different person of that name"),
    }


def test_who_is_not_in_the_case_decides_nothing(cast: Any, story: Any) -> None:
    row = story.incident(confirmed=False)
    for player in (cast.stranger, cast.administrator):
        with pytest.raises(NoGrant):
            actions.confirm(player.member, story.opened, row)
        with pytest.raises(NoGrant):
            actions.add_source(player.member, story.opened, Source(id=new_id(), name="x", kind="news"))
    assert IncidentRow.objects.get(pk=row.pk).decision == "proposed"


def test_recoding_keeps_the_decision_and_changes_the_columns(story: Any) -> None:
    row = story.incident()
    record = story.opened.record(Incident, row).model_copy(
        update={"tactic": "informant_surveillance", "status": "disputed"}
    )
    actions.recode(story.member, story.opened, record)
    kept = IncidentRow.objects.get(pk=row.pk)
    assert (kept.tactic, kept.status, kept.decision) == ("informant_surveillance", "disputed", "confirmed")
    assert story.opened.record(Incident, kept) == record


@pytest.mark.parametrize(
    ("chosen", "n_found"),
    [
        ({}, 4),
        ({"tactic": "informant_surveillance"}, 1),
        ({"host_country": "DE"}, 1),
        ({"origin_state": "IR"}, 1),
        ({"status": "disputed"}, 1),
        ({"month_from": "2024-03"}, 3),
        ({"month_from": "2024-06", "month_to": "2024-12"}, 1),
        ({"month_to": "2023-12"}, 1),
        ({"month_from": "2024-06"}, 2),
        ({"decision": ""}, 5),
        ({"decision": "rejected"}, 1),
    ],
)
def test_filters(story: Any, chosen: dict[str, str], n_found: int) -> None:
    story.incident(date="2023-11", tactic="informant_surveillance")
    story.incident(date="2024-03-02", host_place=Place(country="DE"))
    story.incident(date="2024", origin_state="IR")  # may lie in any month of its year
    story.incident(date="2025-01", status="disputed")
    actions.reject(story.member, story.opened, story.incident(confirmed=False))
    assert queries.incidents_of(story.member, RegisterFilter(**chosen)).count() == n_found


def test_pages(story: Any) -> None:
    for _ in range(3):
        story.incident()
    found = queries.incidents_of(story.member)
    first, last = queries.page_of(found, 1, size=2), queries.page_of(found, 99, size=2)
    assert (len(first), first.has_next(), len(last), last.number) == (2, True, 1, 2)
    assert {row.pk for row in [*first, *last]} == {row.pk for row in found}


def test_rows_and_counts_of_others(cast: Any, story: Any) -> None:
    row = story.incident()
    analyst, intake = cast.colleague.member, cast.stranger.member
    analyst.roles, intake.roles = ["analyst"], ["intake"]
    for player in (cast.colleague, cast.stranger, cast.administrator):
        assert not queries.incidents_of(player.member).exists()
        assert queries.incident_of(player.member, row.pk) is None
        assert not any(queries.choices(player.member).values())
    assert queries.counts(analyst, "tactic", "month") == {("proxy_family_call", "2024-03"): 1}
    assert queries.counts(intake, "tactic") == {}
    assert queries.counts(cast.administrator.member, "tactic") == {}
    grant(story.member, story.player.keys, story.opened, cast.stranger.member)
    assert queries.incident_of(intake, row.pk) == row


def test_counts_are_by_coded_columns_only(story: Any) -> None:
    for column in ("id", "case_id", "sealed", "case__log__member"):
        with pytest.raises(ValueError, match="counts are by"):
            queries.counts(story.member, column)


def test_an_aggregate_is_on_the_page_of_claims_without_incident(story: Any) -> None:
    count = story.count_claim()
    assert list(queries.claims_without_incident(story.member).values_list("pk", flat=True)) == [count.id]
    (view,) = CaseReader(story.opened).claims(None)
    assert view.claim.aggregate == Aggregate(value=20, modifier="about")


def test_responses_and_campaigns_stay_in_their_case(cast: Any, story: Any) -> None:
    other = tell(cast.case_worker)
    theirs = other.incident()
    mine = story.incident()
    response = Response(id=new_id(), kind="denial", source_id=story.source.id, incident_ids=(theirs.pk,))
    with pytest.raises(Refused):
        actions.add_response(story.member, story.opened, response)
    across = Campaign(id=new_id(), shares="script", incident_ids=(mine.pk, theirs.pk))
    with pytest.raises(Refused):
        actions.add_campaign(story.member, story.opened, across)
    campaign = Campaign(id=new_id(), shares="script", incident_ids=(mine.pk,))
    actions.add_campaign(story.member, story.opened, campaign)
    assert incident_view(story.opened, mine).campaigns == (campaign,)


def test_persons_of_an_incident_are_those_its_claims_name(story: Any) -> None:
    meant, other = story.person("Meant Invented"), story.person("Other Invented")
    row = story.incident(story.claim(person_id=meant.id))
    assert [person.id for person in incident_view(story.opened, row).persons] == [meant.id]
    assert other.id not in {person.id for person in incident_view(story.opened, row).persons}
