"""Who is in an incident: named on its words, joined to nobody by a name, put right, taken off, and answered for."""

from __future__ import annotations

from typing import Any

import pyrage
import pytest
from stores_factories import ALLEGATION, COUNT, tell

from panah.model.base import new_id
from panah.model.naming import Naming as NamingRecord
from panah.model.person import Person as PersonRecord
from panah.web.cases.models import CaseLog
from panah.web.evidence.models import CustodyEntry
from panah.web.register.models import Claim, Naming, NobodyElse, Person
from panah.web.register.reading import incident_view

RECIPIENT = str(pyrage.x25519.Identity.generate().to_public())
NAME, IN_ARABIC, IN_HAN = "Ilham Invented", "ئىلھام", "伊力哈木"


@pytest.fixture
def story(cast: Any, data_folder: Any) -> Any:
    told = tell(cast.case_worker)
    told.rows["claim"] = told.claim()
    told.rows["incident"] = told.incident(told.rows["claim"], who_answered=False)
    return told


def address(story: Any) -> str:
    return f"/incidents/{story.rows['incident'].pk}/people/"


def form(story: Any, **more: Any) -> dict[str, Any]:
    return {
        "act": "add",
        "once": new_id(),
        "claim": story.rows["claim"].id,
        "role": "target",
        "forms_of_name": NAME,
        "kind": "passport",
        "in_reach": "",
        **more,
    }


def post(story: Any, **given: Any) -> Any:
    return story.player.client.post(address(story), given)


def nobody_else(story: Any) -> Any:
    return post(story, act="nobody_else", seen=view(story).who.stands)


def view(story: Any) -> Any:
    return incident_view(story.reopened(), story.rows["incident"])


def page(story: Any) -> str:
    return str(story.player.client.get(address(story)).content.decode())


def ask_for_bundle(story: Any) -> int:
    given = {"act": "ask", "incident": story.rows["incident"].pk, "purpose": "share_police", "recipients": RECIPIENT}
    return int(story.player.client.post("/give-out/bundle/", given).status_code)


def test_somebody_is_named_in_any_script_on_the_words_that_tell_of_them(story: Any) -> None:
    assert "Not asked yet" in page(story)
    answer = post(story, **form(story, forms_of_name=f"{NAME}\r\n{IN_ARABIC}\n{IN_HAN}"))
    assert (answer.status_code, answer.url) == (302, f"{address(story)}#main")
    (one,) = view(story).who.named
    assert [(each.form, each.script, each.system) for each in one.person.names] == [
        (NAME, "Latn", ""),
        (IN_ARABIC, "Arab", "uyghur_arabic"),
        (IN_HAN, "Hani", "han"),
    ]
    assert {each.kind for each in one.person.names} == {"passport"}
    assert (one.naming.role, one.claim.text, one.claim.source_id) == ("target", ALLEGATION, story.source.id)
    assert one.claim.locator == story.rows["claim"].locator, "from the person one walks back to the place"
    shown = page(story)
    for word in (NAME, IN_ARABIC, IN_HAN, ALLEGATION):
        assert word in shown
    incident = story.player.client.get(f"/incidents/{story.rows['incident'].pk}/").content.decode()
    assert NAME in incident
    assert "to be answered again" not in incident


def test_nothing_of_a_name_stands_in_clear_and_the_custody_log_has_each_act(story: Any) -> None:
    before = CustodyEntry.objects.count()
    post(story, **form(story))
    kept = Naming.objects.get()
    for row in (kept, Person.objects.get()):
        assert NAME.encode() not in bytes(row.sealed)
        assert story.rows["incident"].pk.encode() not in bytes(row.sealed)
    post(story, act="take_off", naming=kept.pk, reason="somebody of the same name")
    nobody_else(story)
    lines = [entry.line for entry in CustodyEntry.objects.filter(seq__gt=before)]
    assert sum('"act":"annotated"' in line for line in lines) >= 4, "person, naming, taken off, nobody else"
    assert not any(NAME in line or "same name" in line for line in lines)


def test_the_opening_is_in_the_log(story: Any) -> None:
    openings = CaseLog.objects.filter(case=story.opened.case, act="opened")
    before = openings.count()
    page(story)
    assert openings.count() == before + 1


def test_sent_twice_it_names_once(story: Any) -> None:
    given = form(story)
    assert [post(story, **given).status_code for _ in range(2)] == [302, 302]
    assert (Naming.objects.count(), Person.objects.count()) == (1, 1)


@pytest.mark.parametrize(
    "wrong",
    [
        {"forms_of_name": ""},
        {"name_not_known": "1"},
        {"claim": "0" * 32},
        {"role": ""},
        {"role": "carried_out"},
        {"role": "instigated"},
        {"kind": "nickname"},
        {"in_reach": "perhaps"},
        {"forms_of_name": "x" * 161},
        {"forms_of_name": "\n".join(f"Name {n}" for n in range(13))},
        {"once": "x"},
    ],
    ids=str,
)
def test_what_makes_no_naming_is_refused_and_nothing_of_it_kept(story: Any, wrong: dict[str, str]) -> None:
    assert post(story, **form(story, **wrong)).status_code == 400
    assert not Naming.objects.exists()
    assert not Person.objects.exists()


def test_a_person_without_a_name_is_somebody_who_must_be_asked_too(story: Any) -> None:
    story.denial(story.rows["claim"])
    assert post(story, **form(story, forms_of_name="", name_not_known="1", role="witness")).status_code == 302
    assert "name not known" in page(story)
    nobody_else(story)
    assert ask_for_bundle(story) == 403
    (one,) = view(story).persons
    story.consent(one, "share_police")
    assert ask_for_bundle(story) == 302


def test_a_like_name_stops_and_asks_and_a_name_alone_joins_nobody(story: Any) -> None:
    known = story.person(NAME, in_origin_state=True)
    stopped = post(story, **form(story, forms_of_name=IN_ARABIC + " Invented"))
    assert stopped.status_code == 200
    shown = stopped.content.decode()
    assert known.id in shown
    assert "a like name" in shown
    assert not Naming.objects.exists()
    for half in ({}, {"same": "1"}, {"recognised_by": "number"}, {"same": "1", "recognised_by": "name"}):
        assert post(story, **form(story, person=known.id, **half)).status_code == 403, half
    assert not Naming.objects.exists()
    whole = form(story, person=known.id, same="1", recognised_by="number")
    assert post(story, **whole).status_code == 302
    (one,) = view(story).who.named
    assert (one.person.id, one.naming.recognised_by, Person.objects.count()) == (known.id, "number", 1)
    assert one.person.is_at_risk, "what is known of them is known in this incident too"
    again = form(story, person=known.id, same="1", recognised_by="number")
    assert post(story, **again).status_code == 403, "nobody is in it twice"


def test_somebody_else_of_the_same_name_is_a_record_of_their_own(story: Any) -> None:
    known = story.person(NAME)
    assert post(story, **form(story, person="new")).status_code == 302
    (one,) = view(story).persons
    assert one.id != known.id
    assert Person.objects.count() == 2


def test_who_is_about_to_be_named_twice_is_told_so(story: Any) -> None:
    post(story, **form(story))
    again = post(story, **form(story, forms_of_name=IN_ARABIC + " Invented"))
    assert "is named in it already" in again.content.decode()
    assert Naming.objects.count() == 1
    other = post(story, **form(story, act="look", forms_of_name="Somebody Quite Different"))
    assert "is named in it already" not in other.content.decode()


def test_a_look_shows_the_people_of_this_case_and_of_no_other(cast: Any, story: Any) -> None:
    here = story.person("Aygul Example")
    elsewhere = tell(cast.case_worker).person(NAME)
    accused = story.person("Officer Invented", involvement="ordered")
    shown = post(story, **form(story, act="look")).content.decode()
    assert here.id in shown
    assert elsewhere.id not in shown
    assert accused.id not in shown
    for person in (elsewhere, accused):
        whole = form(story, person=person.id, same="1", recognised_by="number")
        assert post(story, **whole).status_code == 403
    assert not Naming.objects.exists()


def test_what_was_named_wrong_is_put_right(story: Any) -> None:
    post(story, **form(story))
    kept = Naming.objects.get()
    right = {"act": "put_right", "naming": kept.pk, "role": "witness", "in_reach": "no"}
    assert post(story, **right, forms_of_name=f"{NAME}\n{IN_HAN}").status_code == 302
    (one,) = view(story).who.named
    assert (one.naming.role, one.person.in_origin_state) == ("witness", False)
    assert [(each.form, each.kind) for each in one.person.names] == [(NAME, "passport"), (IN_HAN, "unknown")]
    assert post(story, **(right | {"role": "ordered"}), forms_of_name=NAME).status_code == 400
    assert post(story, **(right | {"naming": new_id()}), forms_of_name=NAME).status_code == 404


def test_who_is_at_risk_in_one_incident_is_so_in_all_and_is_not_put_out_of_reach(story: Any) -> None:
    post(story, **form(story, role="relative_at_risk", in_reach="no"))
    kept = Naming.objects.get()
    person = story.reopened().record(PersonRecord, Person.objects.get())
    assert person.in_origin_state is True
    out = {"act": "put_right", "naming": kept.pk, "role": "relative_at_risk", "forms_of_name": NAME, "in_reach": "no"}
    assert post(story, **out).status_code == 403
    other = story.incident(who_answered=False)
    (claim,) = other.claims.all()
    given = form(story, claim=claim.pk, person=person.id, same="1", recognised_by="themselves", role="witness")
    assert story.player.client.post(f"/incidents/{other.pk}/people/", given).status_code == 302
    (there,) = incident_view(story.reopened(), other).persons
    assert (there.involvement, there.is_at_risk) == ("witness", True)


def test_somebody_is_taken_off_with_a_reason_and_stays_on_record(story: Any) -> None:
    post(story, **form(story))
    kept = Naming.objects.get()
    assert post(story, act="take_off", naming=kept.pk, reason="  ").status_code == 403
    assert len(view(story).who.named) == 1
    assert post(story, act="take_off", naming=kept.pk, reason="it was her sister").status_code == 302
    who = view(story).who
    assert (who.named, len(who.taken_off)) == ((), 1)
    assert story.opened.record(NamingRecord, Naming.objects.get()).reason == "it was her sister"
    assert "it was her sister" in page(story)
    assert post(story, act="take_off", naming=kept.pk, reason="again").status_code == 403
    right = {"act": "put_right", "naming": kept.pk, "role": "witness", "forms_of_name": NAME, "in_reach": ""}
    assert post(story, **right).status_code == 403


def test_nobody_else_holds_for_what_was_said_by_then(story: Any) -> None:
    assert nobody_else(story).status_code == 302
    assert view(story).who.is_answered
    assert "Answered: nobody is in it." in page(story)
    later = story.claim(COUNT)
    row = Claim.objects.get(pk=later.id)
    story.opened.seal(row, later.model_copy(update={"incident_id": story.rows["incident"].pk}))
    row.incident = story.rows["incident"]
    row.save()
    assert not view(story).who.is_answered, "a claim that came later asks again"
    assert "since then something was said" in page(story)
    nobody_else(story)
    assert view(story).who.is_answered
    post(story, **form(story))
    assert not view(story).who.is_answered, "somebody was named: nobody else was not true"
    nobody_else(story)
    post(story, act="take_off", naming=Naming.objects.get().pk, reason="a mistake")
    assert not view(story).who.is_answered, "who is taken off does not leave with a yes"
    assert NobodyElse.objects.count() == 3


def test_an_answer_to_a_page_that_showed_something_else_is_none(story: Any) -> None:
    """A colleague states a denial, which names a neighbour, while the page is open."""
    seen = view(story).who.stands
    story.denial(story.rows["claim"])
    before = NobodyElse.objects.count()
    for stale in (seen, "", "x"):
        assert post(story, act="nobody_else", seen=stale).status_code == 403
    assert NobodyElse.objects.count() == before
    assert nobody_else(story).status_code == 302


def test_a_claim_that_is_about_somebody_names_them_too(story: Any) -> None:
    person = story.person(NAME)
    claim = story.claim(person_id=person.id)
    story.rows |= {"claim": claim, "incident": story.incident(claim, who_answered=False)}
    shown = page(story)
    assert NAME in shown
    assert "goes only with the claim" in shown


def test_a_name_with_hidden_marks_is_kept_without_them(story: Any) -> None:
    post(story, **form(story, forms_of_name="\u202eIlham\u202c  Inv\u200bented"))
    (one,) = view(story).persons
    assert one.names[0].form == NAME
    post(story, **form(story, forms_of_name="علی\u200cرضا", person="new"))
    assert "علی\u200cرضا" in {name.form for person in view(story).persons for name in person.names}


def test_a_proposal_page_and_a_document_lead_here(story: Any) -> None:
    incident = story.player.client.get(f"/incidents/{story.rows['incident'].pk}/").content.decode()
    assert address(story) in incident
    assert "not asked yet" in incident


def test_words_of_another_incident_name_nobody_here(story: Any) -> None:
    other = story.incident()
    (claim,) = other.claims.all()
    assert post(story, **form(story, claim=claim.pk)).status_code == 400
    assert not Naming.objects.exists()
