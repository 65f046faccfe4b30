"""Where a speaker stands towards what is told: accused, another authority, wronged, a group."""

import pytest

from panah.read import read_document
from panah.read.accused import Side, side_of
from panah.read.people import Who
from panah.read.sentences import Page
from panah.read.statements import find_statements

DOCUMENT = (
    "Iranian officers threatened an Iranian poet who lives in Sweden. The Iranian embassy said nothing. "
    "Swedish police in Stockholm said they were investigating. The poet's sister, Ana Example, wept. "
    "A spokesman for the refugees called for help. The defendant was silent. Harbour Watch wrote a report."
)


@pytest.mark.parametrize(
    ("words", "kind", "side"),
    [
        ("Iranian embassy", "embassy", Side.ACCUSED),
        ("Swedish police", "authority", Side.AUTHORITY),
        ("sister", "unknown", Side.WRONGED),
        ("spokesman for the refugees", "unknown", Side.GROUP),
        ("defendant", "unknown", Side.DEFENDANT),
        ("Harbour Watch", "organisation", Side.GROUP),
    ],
)
def test_sides(words: str, kind: str, side: Side) -> None:
    page, start = Page(DOCUMENT, "en"), DOCUMENT.index(words)
    assert side_of(page, Who(words, kind, start, start + len(words))) is side


def test_nobody_stands_nowhere() -> None:
    assert side_of(Page(DOCUMENT, "en"), None) is Side.OTHER


@pytest.mark.parametrize(
    ("speaker", "stance"),
    [("The Iranian embassy in Stockholm", "denies"), ("The poet's sister", "asserts"), ("Swedish police", "asserts")],
)
def test_the_same_words_deny_only_in_the_mouth_of_the_accused(speaker: str, stance: str) -> None:
    text = f"An Iranian poet who lives in Sweden was followed. {speaker} said that nobody had been followed."
    assert find_statements(Page(text, "en"))[-1].stance == stance


def test_a_town_in_kosovo_is_read() -> None:
    """ISO 3166-1 has no code for Kosovo; the gazetteer has one."""
    text = (
        "Six Turkish teachers were abducted in Pristina on 29 March 2018 and flown to Turkey. "
        "The embassy of Turkey in Pristina denied it; the Pristina police said they knew nothing."
    )
    reading = read_document(text, published="2018-04-02")
    assert {said.stance for said in reading.statements} >= {"denies"}
    assert all(said.speaker_country in {"TR", None} for said in reading.statements)
