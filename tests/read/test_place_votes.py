"""How the words round a place name use it."""

import pytest

from panah.read.candidates import Candidate
from panah.read.incident_places import MAX_VOTES, Whereabouts
from panah.read.place_votes import relation_of, vote_of
from panah.read.sentences import Page


@pytest.mark.parametrize(
    ("text", "name", "relation"),
    [
        ("A citizen of Eritrea was followed.", "Eritrea", "nationals"),
        ("She is a nurse who lives in Norway.", "Norway", "lives"),
        ("He presents a programme from Doha.", "Doha", "lives"),
        ("They filmed it for the embassy in Brussels.", "Brussels", "mission_in"),
        ("He is wanted in Hanoi.", "Hanoi", "wanted_in"),
        ("Her mother in Shiraz was called in.", "Shiraz", "kin"),
        ("The police say Kigali ordered it.", "Kigali", "seat_of_power"),
        ("He was stopped near Minsk airport.", "Minsk", "located"),
    ],
)
def test_relations(text: str, name: str, relation: str) -> None:
    page = Page(text, "en")
    (sentence,) = page.sentences
    (mention,) = [each for each in sentence.mentions if text[each.start : each.end].startswith(name)]
    assert relation_of(page, sentence, mention) == relation


def test_a_home_weighs_as_host_and_an_embassy_as_origin() -> None:
    page = Page("She lives in Norway and was called by the Iranian embassy.", "en")
    (sentence,) = page.sentences
    norway, iran = (vote_of(page, sentence, 0, mention) for mention in sentence.mentions)
    assert norway.host > 3 > 1 > norway.origin
    assert iran.origin > 3 > 1 > iran.host


def test_of_two_towns_of_one_name_the_one_in_a_country_that_is_named() -> None:
    page = Page("British police guard the house in Salisbury.", "en")
    assert [each.country for each in page.sentences[0].mentions if each.kind == "town"] == ["GB"]
    assert [each.country for each in Page("A house in Salisbury.", "en").sentences[0].mentions] == ["ZW"]


def test_a_long_text_is_weighed_within_bounds() -> None:
    """The work for one incident must not grow with the document: a Chinese page names a place every few characters."""
    text = "北京、东京和首尔。" * 3000
    places = Whereabouts(Page(text, "zh"), ())
    sentence = places.page.sentences[1500]
    member = Candidate("assault", sentence, sentence.stretch, sentence.all_words, (), False, 0)
    assert len(places._votes) > 20 * MAX_VOTES
    assert len(places._around([member])) <= 3 * MAX_VOTES
