"""People and consent: a recorded yes lets an incident out, a withdrawal or an expiry stops it, and nothing is edited."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pyrage
import pytest
from stores_factories import tell

from panah.errors import NoConsent, Refused
from panah.model.base import new_id
from panah.model.person import Consent as ConsentRecord
from panah.web.cases.models import CaseLog
from panah.web.outflow import asking
from panah.web.register.actions import record_answers
from panah.web.register.models import Consent

TODAY = datetime.now(UTC).date()
RECIPIENT = str(pyrage.x25519.Identity.generate().to_public())


@pytest.fixture
def story(cast: Any, data_folder: Any) -> Any:
    return tell(cast.case_worker)


def named(story: Any, **more: Any) -> tuple[Any, Any]:
    person = story.person("Renagul Invented", **more)
    claim = story.claim(person_id=person.id)
    row = story.incident(claim)
    story.denial(claim)
    return person, row


def address(story: Any) -> str:
    return f"/cases/{story.opened.case.pk}/people/"


def record(story: Any, person: Any, purpose: str = "share_press", said: str = "yes", **more: str) -> Any:
    form = {
        "act": "record",
        "person": person.id,
        purpose: said,
        "how": "telephone",
        "asked_by": "Ana Invented",
        "asked_on": TODAY.isoformat(),
        **more,
    }
    return story.player.client.post(address(story), form)


def asked_for_bundle(story: Any, row: Any) -> int:
    form = {"act": "ask", "incident": row.pk, "purpose": "share_press", "recipients": RECIPIENT, "receiver": "Gazette"}
    return int(story.player.client.post("/give-out/bundle/", form).status_code)


def test_a_recorded_yes_lets_an_incident_into_a_bundle_and_a_withdrawal_stops_it(story: Any) -> None:
    person, row = named(story)
    looked = story.player.client.post("/give-out/bundle/", {"act": "look", "incident": row.pk}).content.decode()
    assert "was not asked" in looked
    assert f"{address(story)}#p-{person.id}" in looked
    assert asked_for_bundle(story, row) == 403, "the control: nobody was asked"
    assert record(story, person).status_code == 302
    assert asked_for_bundle(story, row) == 302
    (yes,) = Consent.objects.all()
    before = bytes(yes.sealed)
    form = {"act": "withdraw", "person": person.id, "purpose": "share_press"}
    assert story.player.client.post(address(story), form).status_code == 302
    assert asked_for_bundle(story, row) == 403
    yes.refresh_from_db()
    assert bytes(yes.sealed) == before, "what was said before is kept as it was"
    assert Consent.objects.count() == 2
    assert "taken back" in story.player.client.get(address(story)).content.decode()
    assert story.player.client.post(address(story), form).status_code == 403, "there is no yes any more"


def test_a_yes_for_one_purpose_is_none_for_another(story: Any) -> None:
    person, row = named(story)
    assert record(story, person, "share_police").status_code == 302
    assert asked_for_bundle(story, row) == 403
    assert record(story, person).status_code == 302
    assert asked_for_bundle(story, row) == 302


def test_of_two_answers_of_one_day_the_one_recorded_last_holds(story: Any) -> None:
    """Dates have no time: a no in the morning and a yes in the afternoon are told apart by the order of recording."""
    person, row = named(story)
    purpose = "share_press"
    for said, status in (("no", 403), ("yes", 302), ("no", 403), ("yes", 302)):
        assert record(story, person, said=said).status_code == 302
        assert asked_for_bundle(story, row) == status, said
    taken_back = {"act": "withdraw", "person": person.id, "purpose": purpose}
    assert story.player.client.post(address(story), taken_back).status_code == 302
    assert asked_for_bundle(story, row) == 403
    assert record(story, person).status_code == 302
    assert asked_for_bundle(story, row) == 302
    orders = [each.order for each in story.reopened().records(ConsentRecord, Consent.objects.all())]
    assert sorted(orders) == [1, 2, 3, 4, 5, 6]


def test_a_yes_of_an_earlier_day_that_is_written_down_late_does_not_undo_a_no(story: Any) -> None:
    person, row = named(story)
    record(story, person, said="no")
    record(story, person, asked_on=(TODAY - timedelta(days=1)).isoformat())
    assert asked_for_bundle(story, row) == 403


def test_of_two_answers_recorded_without_an_order_the_no_holds(story: Any) -> None:
    """As they were kept before the order was: nobody can tell which came later."""
    person, row = named(story)
    for given in (False, True):
        story.consent(person, "share_press", given, days_ago=0)
    assert asked_for_bundle(story, row) == 403
    record(story, person)
    assert asked_for_bundle(story, row) == 302


def test_an_expiry_stops_it_on_its_day(story: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    person, row = named(story)
    ends = TODAY + timedelta(days=1)
    assert record(story, person, expires_on=ends.isoformat()).status_code == 302
    asking.ask(story.member, story.player.keys, [row], "share_press")

    class Later(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> Any:
            return datetime.now(tz) + timedelta(days=1)

    monkeypatch.setattr(asking, "datetime", Later)
    with pytest.raises(NoConsent):
        asking.ask(story.member, story.player.keys, [row], "share_press")


def test_what_was_recorded_tells_who_asked_how_and_when_under_a_seal(story: Any) -> None:
    person, _row = named(story)
    record(story, person)
    (row,) = Consent.objects.all()
    assert b"Ana Invented" not in bytes(row.sealed)
    kept = story.reopened().record(ConsentRecord, row)
    assert (kept.asked_by, kept.how, kept.asked_on, kept.given) == ("Ana Invented", "telephone", TODAY, True)
    page = story.player.client.get(address(story)).content.decode()
    assert "Renagul Invented" in page
    assert "by telephone" in page


@pytest.mark.parametrize("how", [{"in_origin_state": True}, {"involvement": "relative_at_risk"}])
def test_a_relative_at_risk_is_never_given_a_yes(story: Any, how: dict[str, Any]) -> None:
    person, row = named(story, **how)
    assert record(story, person).status_code == 400, "the page offers none"
    yes = ConsentRecord(id=new_id(), person_id=person.id, purpose="share_press", given=True, asked_on=TODAY)
    with pytest.raises(Refused, match="at risk"):
        record_answers(story.member, story.opened, [yes])
    assert not Consent.objects.exists()
    assert record(story, person, said="no").status_code == 302
    assert asked_for_bundle(story, row) == 403


@pytest.mark.parametrize(
    "dates",
    [
        {"asked_on": (TODAY + timedelta(days=2)).isoformat()},
        {"expires_on": TODAY.isoformat()},
        {"asked_on": "yesterday"},
        {"share_press": ""},
        {"how": "by pigeon"},
    ],
)
def test_an_impossible_answer_is_refused_and_nothing_of_it_kept(story: Any, dates: dict[str, str]) -> None:
    person, _row = named(story)
    assert record(story, person, **dates).status_code in {400, 403}
    assert not Consent.objects.exists()


def test_nobody_of_another_case_and_no_accused_is_answered_for(cast: Any, story: Any) -> None:
    elsewhere = tell(cast.stranger).person("Somebody Else")
    accused = story.person("Invented Officer", involvement="ordered")
    for person in (elsewhere, accused):
        assert record(story, person).status_code == 404
    assert cast.stranger.client.get(address(story)).status_code == 404
    assert not Consent.objects.exists()


def test_the_opening_is_in_the_log_before_the_page_is_shown(story: Any) -> None:
    named(story)
    openings = CaseLog.objects.filter(case=story.opened.case, act="opened")
    before = openings.count()
    story.player.client.get(address(story))
    assert openings.count() == before + 1


def test_the_incident_leads_to_its_people(story: Any) -> None:
    person, row = named(story)
    assert f"{address(story)}#p-{person.id}" in story.player.client.get(f"/incidents/{row.pk}/").content.decode()
