"""A redacted bundle: no name, number or day on record is in it, the denial is, and each original left out stands in the
signed log, so that what is given later is shown to be what was held then."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pyrage
import pytest
from bundle_cast import CANARY, IDENTITY, RECIPIENT, Evidence, evidence_of, identity, register_of, signer, small_bundle
from hypothesis import example, given, settings
from hypothesis import strategies as st

from panah.bundle import create, verify
from panah.bundle.redacting import Said, redact
from panah.errors import CustodyBroken, Refused
from panah.model.base import new_id
from panah.model.bundle import Verification, Withheld
from panah.model.claim import Claim, Source
from panah.model.evidence import Locator
from panah.model.incident import Incident, Response
from panah.model.person import Person, PersonName
from panah.model.place import Place
from panah.vault.commitment import commit_item

PLACE = Locator(evidence_id=new_id(), unit="byte", start=0, end=1)


def person(*forms: str) -> Person:
    return Person(id=new_id(), names=tuple(PersonName(form=form) for form in forms))


def said(text: str, **changes: object) -> Said:
    source = Source(id=new_id(), name="Gulnar Invented", kind="person", independence_group="article/Gulnar Invented")
    incident = Incident(
        id=new_id(),
        tactic="proxy_family_call",
        date="2024-03-17",
        host_place=Place(country="BE", name="Antwerp", latitude_deg=51.2, longitude_deg=4.4),
        demand="that Renagul comes home",
    )
    claim = Claim(
        id=new_id(),
        source_id=source.id,
        text=text,
        stance="asserts",
        locator=PLACE,
        incident_id=incident.id,
        chain=("Cousin Tursun",),
        **changes,
    )
    response = Response(
        id=new_id(), kind="denial", source_id=source.id, date="2024-04-02", text="Renagul is not known."
    )
    return Said((source,), (claim,), (incident,), (response,))


@pytest.mark.parametrize(
    ("forms", "text", "left"),
    [
        (["Renagul Invented"], "They asked Renagul, and Invented too.", "They asked [person 1], and [person 1] too."),
        (["Renagul Invented"], "RENAGUL\n INVENTED was called", "[person 1] was called"),
        (["Renagul"], "Rena\u200bgul was called", "[person 1] was called"),
        (["Renagul"], "Renagul'ning öyi", "[person 1] öyi"),
        (["رېناگۈل"], "رېناگۈلنىڭ ئۆيى", "[person 1] ئۆيى"),
        (["王偉"], "昨天王偉被問話了", "昨天[person 1]被問話了"),
        (["Straße Beispiel"], "STRASSE BEISPIEL, Straße Beispiel", "[person 1], [person 1]"),
        (["Ali Example"], "Alignment with Ali.", "Alignment with [person 1]."),
        ([], "call +44 7700 900123 or (020) 7946 0991", "call [number] or [number]"),
        ([], "write to rena@example.org now", "write to [address] now"),
        (["Renagul"], "Cousin Tursun said it, Tursunjan too", "[a further person] said it, [a further person] too"),
        ([], "Gulnar Invented says so", "[source 1] says so"),
    ],
)
def test_names_and_numbers_go_in_every_spelling(forms: list[str], text: str, left: str) -> None:
    made = redact(said(text), [person(*forms)])
    assert made.claims[0].text == left


def test_places_days_mouths_and_the_demand_go_too() -> None:
    made = redact(said("x"), [person("Renagul")])
    (incident,), (claim,), (source,), (response,) = made.incidents, made.claims, made.sources, made.responses
    assert (incident.date, incident.host_place) == ("2024-03", Place(country="BE"))
    assert incident.demand == "that [person 1] comes home"
    assert claim.chain == ("[a further person]",)
    assert (source.name, source.independence_group) == ("[source 1]", "article/[taken out]")
    assert (response.text, response.date) == ("[person 1] is not known.", "2024-04")


def test_what_has_no_person_in_it_stays() -> None:
    """The control: an institution keeps its name, and a text without names its words."""
    told = said("The embassy was asked twice.")
    embassy = Source(id=new_id(), name="The embassy of an example", kind="embassy")
    made = redact(Said((*told.sources, embassy), told.claims, told.incidents, told.responses), [person("Renagul")])
    assert made.sources[1] == embassy
    assert made.claims[0].text == "The embassy was asked twice."


def test_a_name_that_would_stay_is_refused() -> None:
    """A person on record whose name is also an institution's code: nothing goes out by mistake."""
    with pytest.raises(Refused, match="could not be taken out"):
        redact(said("x"), [person("asserts")])


@settings(max_examples=150, deadline=None)
@given(
    name=st.text(st.characters(categories=["Lu", "Ll", "Lo"]), min_size=4, max_size=12),
    before=st.text(max_size=20),
    after=st.text(max_size=20),
)
@example(name="ﬁﬁﬁﬁ", before="", after="")
@example(name="İİİİ", before=" ", after=" ")
def test_no_name_survives_or_it_is_refused(name: str, before: str, after: str) -> None:
    try:
        made = redact(said(f"{before} {name} {after}"), [person(name)])
    except Refused:
        return
    assert name not in made.claims[0].text.replace("[person 1]", "")


def redacted_bundle(folder: Path, **changes: object) -> tuple[Path, Withheld]:
    evidence = evidence_of(CANARY.encode(), b"another case's")
    item = evidence.items[0]
    withheld = Withheld(evidence_id=item.evidence.id, commitment=item.commitment, grade=item.evidence.grade)
    given_out = Said(**register_of(item))
    made = redact(given_out, [person("Renagul")])
    records = {"sources": made.sources, "claims": made.claims, "incidents": made.incidents, "responses": made.responses}
    arguments = {
        "recipients": [RECIPIENT],
        "signer": signer,
        "custody_lines": evidence.lines,
        "whole_log": False,
        "withheld": [withheld],
        **records,
    }
    create(folder / "b.zip", [], **(arguments | changes))  # type: ignore[arg-type]
    return folder / "b.zip", withheld


def test_a_redacted_bundle_has_no_name_no_original_and_verifies(tmp_path: Path) -> None:
    path, withheld = redacted_bundle(tmp_path)
    found = verify(path, identities=IDENTITY)
    assert (found.items, found.n_withheld) == ((), 1)
    with zipfile.ZipFile(path) as packed:
        inside = pyrage.decrypt(packed.read("contents.tar.age"), [identity])
        lines = packed.read("custody.jsonl").splitlines()
    for secret in (b"Renagul", b"900123", b"2019-07-", b"Antwerp"):
        assert secret not in inside
    assert b"There was no such call." in inside
    assert b"This copy is redacted" in inside
    assert len(lines) == 3
    assert all(withheld.commitment.encode() in line for line in lines)
    small_bundle(tmp_path / "control.zip")
    with zipfile.ZipFile(tmp_path / "control.zip") as packed:
        assert b"Renagul" in pyrage.decrypt(packed.read("contents.tar.age"), [identity])


def test_an_original_given_later_is_shown_to_be_the_one_held_then(tmp_path: Path) -> None:
    evidence = evidence_of(CANARY.encode())
    item = evidence.items[0]
    withheld = Withheld(evidence_id=item.evidence.id, commitment=item.commitment, grade=item.evidence.grade)
    first, _ = redacted_bundle(tmp_path, custody_lines=evidence.lines, withheld=[withheld])
    assert verify(first, identities=IDENTITY).n_withheld == 1
    (later,) = evidence_bundle(tmp_path / "later.zip", evidence).items
    assert later.commitment == withheld.commitment
    assert commit_item(later.evidence.sha256, later.salt) == withheld.commitment


def evidence_bundle(target: Path, evidence: Evidence) -> Verification:
    create(target, evidence.items, recipients=[RECIPIENT], signer=signer, custody_lines=evidence.lines, pdf=False)
    return verify(target, identities=IDENTITY)


def test_an_original_left_out_that_was_never_logged_is_refused(tmp_path: Path) -> None:
    stranger = Withheld(evidence_id=new_id(), commitment="0" * 64, grade="E")
    with pytest.raises(CustodyBroken):
        redacted_bundle(tmp_path, withheld=[stranger])
    assert not (tmp_path / "b.zip").exists()
