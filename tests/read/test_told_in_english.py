"""What is told in the writer's words in English: word order, verbs with "that", and what the writer adds himself."""

from __future__ import annotations

import pytest

from panah.read import read_document

_TOLD = [
    (
        "Some 40 parents have signed, said the headmistress, Ana Example, and more will come.",
        "Ana Example",
        "Some 40 parents have signed",
    ),
    (
        "More than 90 guests turned up, organisers claimed, although our reporter counted 30.",
        "organisers",
        "More than 90 guests turned up",
    ),
    (
        "It was a burglary, according to the Lyon prosecutor, a theory his lawyer finds odd.",
        "Lyon prosecutor",
        "It was a burglary",
    ),
    (
        "Caretaker Karol Example grumbled that the lock had been changed twice.",
        "Karol Example",
        "the lock had been changed twice",
    ),
    ("Detectives suspect that the parcel was posted by a courier.", "Detectives", "the parcel was posted by a courier"),
    ("The Red Cross has confirmed that it sent no parcel.", "Red Cross", "it sent no parcel"),
    (
        "Meryem Example believes at least 12 neighbours are in the same position.",
        "Meryem Example",
        "at least 12 neighbours are in the same position",
    ),
    (
        "The parents were told by a captain in Sitra that every call would cost them a month's wages.",
        "captain in Sitra",
        "every call would cost them a month's wages",
    ),
    ("The jury was also told that a consular clerk had phoned the dean.", None, "a consular clerk had phoned the dean"),
    (
        "The order was lawful and no reasons are owed, Solicitor General Mahesh Example countered.",
        "Mahesh Example",
        "The order was lawful and no reasons are owed",
    ),
    (
        "The ministry limited itself to saying that it would not anticipate the courts.",
        "ministry",
        "it would not anticipate the courts",
    ),
    (
        "Two men had waited at the tram stop, she added, before following her home.",
        None,
        "Two men had waited at the tram stop",
    ),
]
_NOT_TOLD = [
    "When he reached the gate, the guards shrugged.",
    "She was told that her father's pension depended on it.",
    "The door was open, a chair lay on its side and nobody answered.",
]


@pytest.mark.parametrize(("text", "speaker", "told"), _TOLD)
def test_what_is_told_and_by_whom(text: str, speaker: str | None, told: str) -> None:
    statements = [each for each in read_document(text).statements if each.kind == "indirect"]
    assert [each.text for each in statements] == [told]
    assert (statements[0].speaker or "").endswith(speaker or "")
    assert (statements[0].speaker is None) == (speaker is None)


@pytest.mark.parametrize("text", _NOT_TOLD)
def test_what_is_no_speech(text: str) -> None:
    assert [each.text for each in read_document(text).statements] == []


@pytest.mark.parametrize("name", ["Ana Example, a nurse", "Ana Example, who was a nurse", "One of them, Ana Example"])
def test_an_apposition_is_not_what_is_said(name: str) -> None:
    statements = read_document(f"{name}, said the police had taken her phone.").statements
    assert [(each.speaker, each.text) for each in statements] == [("Ana Example", "the police had taken her phone")]


def test_a_second_that_clause_after_a_quotation_is_told_by_the_same_speaker() -> None:
    text = "The embassy wrote that its staff had come “as private citizens” and that taking pictures was no offence."
    told = [(each.kind, each.speaker) for each in read_document(text).statements]
    assert ("indirect", "embassy") in told
    assert "taking pictures was no offence" in [each.text for each in read_document(text).statements]


@pytest.mark.parametrize(
    ("text", "speaker"),
    [
        (
            "The fourth accused has collaborated with the court and stated that the victim had been chosen.",
            "fourth accused",
        ),
        ("The inspector did not write her complaint and told her that she should be thankful.", "inspector"),
        ("In Baku the aide Rauf Example shrugged: exiles, he said, quarrel over money.", "Rauf Example"),
    ],
)
def test_the_verb_is_no_part_of_the_speaker(text: str, speaker: str) -> None:
    assert [each.speaker for each in read_document(text).statements] == [speaker]
