"""From a report to a counted incident, over the pages; and who may not."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from cast import Player
from django.urls import reverse
from intake_reports import TOLD, opened_for, reported
from two_people import let_in

from panah.errors import BadRow, NoGrant, Refused
from panah.model.claim import Source as SourceRecord
from panah.model.incident import Incident as IncidentRecord
from panah.web.cases.actions import create_case
from panah.web.cases.models import CaseLog
from panah.web.cases.opening import OpenCase, open_case
from panah.web.evidence import deletion
from panah.web.evidence.models import EvidenceItem
from panah.web.intake import inbox
from panah.web.intake.models import Report
from panah.web.intake.records import Told
from panah.web.outflow.reporters import reporters_in
from panah.web.register import told_words
from panah.web.register.models import Claim, Incident, Source
from panah.web.register.queries import counts
from panah.web.register.reading import incident_view

SECRET = "my aunt in the third house"
FULL = Told.from_dict(
    TOLD.model_dump()
    | {
        "what": "My mother rang. She wept.\r\n\r\nBefore that nobody had called for a year.",
        "when": "on 5 March 2024",
        "my_place": "Antwerp",
        "their_country": "CN",
        "at_risk": SECRET,
        "consents": ("keep", "count"),
    }
)
ONCE = "a" * 32
FIELDS = {
    "tactic": "proxy_family_call",
    "date": "2024-03-05",
    "host_country": "Belgium",
    "host_place": "Antwerp",
    "act_country": "CN",
    "act_place": "",
    "origin_state": "",
    "channel": "telephone",
    "target": "activist",
    "actor": "relative_coerced",
    "connection": "victim",
    "words": ["what-0", "when-0"],
    "once": ONCE,
}
CODED = {name: FIELDS[name] for name in list(FIELDS)[:10]} | {"host_country": "BE"}


def keep(player: Player, told: Told = FULL) -> Report:
    """A report, kept in a new working case of this player's."""
    row, _receipt = reported(told)
    case = create_case(player.member, player.keys, "case").case
    target = open_case(player.member, player.keys, case, "intake")
    inbox.keep_in_case(player.member, player.keys, opened_for(player, row), row, target)
    row.refresh_from_db()
    return row


def opened(player: Player, row: Report, reason: str = "coding") -> OpenCase:
    return open_case(player.member, player.keys, row.case, reason)


@pytest.fixture
def row(cast: Any, data_folder: Path) -> Report:
    return keep(cast.case_worker)


def address(row: Report) -> str:
    return reverse("desk:state", args=[row.pk])


def test_from_the_report_to_a_counted_incident_and_back_to_the_words(cast: Any, row: Report) -> None:
    worker = cast.case_worker
    assert address(row) in worker.client.get(reverse("desk:told", args=[row.pk])).content.decode()
    form = worker.client.get(address(row)).content.decode()
    for prefilled in ('value="2024-03-05"', 'value="BE"', 'value="Antwerp"', "on 5 March 2024", "She wept"):
        assert prefilled in form, prefilled
    answer = worker.client.post(address(row), FIELDS)
    assert (answer.status_code, answer.url) == (302, reverse("desk:who", args=[ONCE]))
    proposed = Incident.objects.get(pk=ONCE)
    assert (proposed.decision, proposed.month, proposed.host_country) == ("proposed", "2024-03", "BE")
    assert counts(worker.member, "tactic") == {}, "nothing counts before a member confirms it"
    review = worker.client.get(reverse("desk:review_case", args=[row.case_id])).content.decode()
    assert ONCE in review
    worker.client.post(
        reverse("desk:decide_together", args=[row.case_id]), {"incident": [ONCE], "decision": "confirmed"}
    )
    assert counts(worker.member, "tactic") == {("proxy_family_call",): 1}

    view = incident_view(opened(worker, row), Incident.objects.get(pk=ONCE))
    assert [each.excerpt.words for each in view.claims] == ["My mother rang. She wept.", "on 5 March 2024"]
    for each in view.claims:
        assert each.excerpt.words == each.claim.text
        assert (each.claim.stance, each.claim.fidelity) == ("asserts", "verbatim")
        assert (each.source.id, each.source.connection) == (row.pk, "victim")
    assert view.claims[0].excerpt.before.endswith("[what]\n")
    assert (view.incident.origin_state, view.incident.act_place.country) == (None, "CN")
    page = worker.client.get(reverse("desk:incident", args=[ONCE])).content.decode()
    assert "<mark>My mother rang. She wept.</mark>" in page
    place = view.claims[0].claim.locator
    at = f"?unit={place.unit}&start={place.start}&end={place.end}"
    evidence = worker.client.get(reverse("desk:evidence", args=[place.evidence_id]) + at).content.decode()
    assert "My mother rang. She wept." in evidence
    assert ONCE in worker.client.get(address(row)).content.decode(), "shown as stated already"


def test_a_date_that_can_be_read_both_ways_is_left_to_the_member(cast: Any, data_folder: Path) -> None:
    row = keep(cast.case_worker, FULL.model_copy(update={"when": "05/06/2023"}))
    form = cast.case_worker.client.get(address(row)).content.decode()
    shown = {f"\u2066{day}\u2069" for day in ("2023-05-06", "2023-06-05")}  # left to right in any language
    assert set(form.partition("Also possible: ")[2][:26].split(", ")) == shown
    assert 'value="2023-0' not in form


def test_confirmed_at_once_by_the_second_button(cast: Any, row: Report) -> None:
    cast.case_worker.client.post(address(row), FIELDS | {"decision": "confirmed"})
    assert Incident.objects.get().decision == "confirmed"


def test_sent_twice_it_is_one_incident(cast: Any, row: Report) -> None:
    for _time in range(2):
        assert cast.case_worker.client.post(address(row), FIELDS).status_code == 302
    assert (Incident.objects.count(), Claim.objects.count()) == (1, 2)


def test_two_acts_of_one_report_rest_on_one_sealed_account_and_one_source(cast: Any, row: Report) -> None:
    for once in (ONCE, "b" * 32):
        cast.case_worker.client.post(address(row), FIELDS | {"once": once})
    assert Incident.objects.count() == 2
    assert EvidenceItem.objects.filter(case=row.case, kind="original").count() == 1
    assert Source.objects.get().pk == row.pk


@pytest.mark.parametrize(
    "wrong",
    [{"words": []}, {"words": ["consents-0"]}, {"words": ["at_risk-0"]}, {"date": "last week"}, {"tactic": ""},
     {"host_country": "Nowhereland"}, {"connection": "accused"}, {"once": "x"}],
)  # fmt: skip
def test_what_cannot_stand_is_not_stated(cast: Any, row: Report, wrong: dict) -> None:
    answer = cast.case_worker.client.post(address(row), FIELDS | wrong)
    assert answer.status_code in {200, 400}
    assert Incident.objects.count() == Claim.objects.count() == EvidenceItem.objects.count() == 0


def test_a_refusal_half_way_leaves_nothing(cast: Any, row: Report, data_folder: Path) -> None:
    worker = cast.case_worker
    with pytest.raises(BadRow):
        told_words.state(
            worker.member, opened(worker, row), row, ["what-0"], CODED | {"tactic": "no_such"}, incident_id=ONCE
        )
    assert Claim.objects.count() == Source.objects.count() == EvidenceItem.objects.count() == 0


def test_what_must_never_be_shown_is_not_in_the_account(cast: Any, row: Report) -> None:
    account = told_words.account_of(opened(cast.case_worker, row), row)
    assert SECRET not in account.text
    assert "share_" not in account.text
    assert all(account.text[each.start : each.end] == each.text for each in account.passages)
    assert {each.name.rpartition("-")[0] for each in account.passages} >= {"what", "when", "my_country", "who", "said"}


def test_before_it_is_kept_in_a_case_nothing_is_stated(cast: Any, data_folder: Path) -> None:
    row, _receipt = reported(FULL)
    worker = cast.case_worker
    assert address(row) not in worker.client.get(reverse("desk:told", args=[row.pk])).content.decode()
    assert worker.client.post(address(row), FIELDS).status_code == 302
    with pytest.raises(Refused):
        told_words.state(worker.member, opened_for(worker, row), row, ["what-0"], CODED, incident_id=ONCE)
    assert not Incident.objects.exists()


def test_only_members_of_the_case_reach_it_and_each_opening_is_logged(cast: Any, row: Report) -> None:
    let_in(cast.case_worker, row.case, cast.colleague.member)
    before = CaseLog.objects.filter(case=row.case, act="opened", reason="coding").count()
    assert cast.colleague.client.get(address(row)).status_code == 200, "control: who was let in reaches it"
    assert CaseLog.objects.filter(case=row.case, act="opened", reason="coding").count() == before + 1
    for player in (cast.stranger, cast.administrator, cast.nobody, cast.reporter):
        for answer in (player.client.get(address(row)), player.client.post(address(row), FIELDS)):
            assert answer.status_code in {302, 403, 404}
            assert b"She wept" not in answer.content
    foreign, missing = (cast.stranger.client.get(f"/inbox/{pk}/state/") for pk in (row.pk, "0" * 32))
    assert foreign.status_code == missing.status_code == 404
    assert not Incident.objects.exists()


def test_a_key_of_another_case_states_nothing(cast: Any, row: Report) -> None:
    worker = cast.case_worker
    other = keep(worker)
    with pytest.raises(NoGrant):
        told_words.state(worker.member, opened(worker, other), row, ["what-0"], CODED, incident_id=ONCE)
    with pytest.raises(NoGrant):
        told_words.state(cast.stranger.member, opened(worker, row), row, ["what-0"], CODED, incident_id=ONCE)
    assert not Claim.objects.exists()


@pytest.mark.parametrize("agreed", [True, False])
def test_the_reporters_answer_holds_for_what_is_stated(cast: Any, data_folder: Path, agreed: bool) -> None:
    worker = cast.case_worker
    row = keep(worker, FULL if agreed else FULL.model_copy(update={"consents": ("keep",)}))
    other = keep(worker, FULL.model_copy(update={"consents": ("keep",)}))
    assert ("not agreed to be counted" in worker.client.get(address(row)).content.decode()) is not agreed
    worker.client.post(address(row), FIELDS)
    view = incident_view(opened(worker, row), Incident.objects.get())
    asked = reporters_in(opened(worker, row, "outflow")).of([view])
    assert [each.report.pk for each in asked] == [row.pk], f"it is this reporter's and not {other.pk}'s"
    assert [each.allows("count") for each in asked] == [agreed]


def test_it_goes_with_the_report(cast: Any, row: Report) -> None:
    worker = cast.case_worker
    worker.client.post(address(row), FIELDS)
    row.refresh_from_db()
    going = deletion.going_with(opened(worker, row), row)
    gone = {(type(each), each.pk) for each in going.rows}
    kept = [*Incident.objects.all(), *Claim.objects.all(), *Source.objects.all(), *EvidenceItem.objects.all()]
    assert {(type(each), each.pk) for each in kept} <= gone


def test_no_name_and_no_word_stands_in_the_clear(cast: Any, row: Report, data_folder: Path) -> None:
    cast.case_worker.client.post(address(row), FIELDS)
    source = opened(cast.case_worker, row).record(SourceRecord, Source.objects.get())
    assert source.name == f"reporter {row.pk[:8]}"
    assert opened(cast.case_worker, row).record(IncidentRecord, Incident.objects.get()).date == "2024-03-05"
    for file in (data_folder / "evidence").iterdir():
        assert b"mother" not in file.read_bytes()
