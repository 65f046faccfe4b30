"""The main event: kinds, place and day of an article as a whole."""

import pytest

from panah.model.reading import EventNote
from panah.read import event_types, read_document
from panah.read.event_words import VIOLENT, groups

STORY = """Reporter arrested in Minsk

MINSK, Belarus – Police in Minsk arrested Ana Example, a reporter, on 3 May 2021 after a protest. She was detained at her home
and charged with organising the protest.

“They took her from the kitchen,” her husband said. She has been held in prison in Minsk since then.
The European Union in Brussels asked Belarus to release her.
"""


def event(text: str, published: str | None = "2021-05-10") -> EventNote:
    note = read_document(text, published=published).document.event
    assert note is not None
    return note


@pytest.mark.parametrize("text", ["x", "Ana.", "in in in", "1 2 3", "Minsk Minsk", "\n\n.\n\n."])
def test_scraps_are_no_article_or_of_no_clear_kind(text: str) -> None:
    note = read_document(text, published="2021-05-10").document.event
    assert note is None or note.violation_types == ("unknown",)


def test_an_arrest() -> None:
    note = event(STORY)
    assert "arbitrary detention" in note.violation_types
    assert "killing" not in note.violation_types
    assert (note.country, note.country_name, note.city) == ("BY", "Belarus", "Minsk")
    assert (note.date, note.year, note.month, note.day) == ("2021-05-03", 2021, 5, 3)


def test_a_killing_elsewhere() -> None:
    note = event(
        "Gunmen kill two activists in Manila\n\nTwo activists were shot dead in Manila on 7 March 2021. "
        "They were killed in their homes, police said. "
        "The murders were the latest killings of activists in the Philippines."
    )
    assert note.violation_types[0] == "killing"
    assert note.country == "PH"


def test_nothing_done_to_anybody_is_unknown() -> None:
    assert event("The harvest in Antwerp was good, and the bread is cheap.").violation_types == ("unknown",)


def test_the_state_of_the_victims_and_its_embassy_is_not_where_it_happened() -> None:
    note = event(
        "Chinese workers kidnapped at mine\n\nFive Chinese workers were kidnapped in Uganda on Sunday. Chinese diplomats "
        "said the Chinese nationals were seized at a mine. China condemned the kidnapping.\n\n"
        "The Chinese embassy asked Chinese citizens to leave the area."
    )
    assert note.country == "UG"


def test_a_town_of_hong_kong_lies_in_china() -> None:
    note = event("Five people were arrested in Hong Kong on Monday. Police in Hong Kong detained them at home.")
    assert (note.country, note.city) == ("CN", "Hong Kong")


def test_without_any_date_nothing_is_said() -> None:
    note = event("She was arrested in Minsk.", None)
    assert (note.date, note.year, note.month, note.day) == (None, None, None, None)


def test_other_languages_have_none_rather_than_a_guess() -> None:
    assert (
        read_document(
            "Die Polizei verhaftete gestern in Minsk eine Journalistin, die über die Proteste berichtet hatte."
        ).document.event
        is None
    )


def test_the_weights_name_groups_of_words_and_no_article() -> None:
    names = {name for kind in event_types.KINDS for name in event_types.weights()[kind]} - {"bias", "words"}
    assert {name.partition(".")[0] for name in names} == set(groups())
    assert set(groups()) >= VIOLENT


def test_probabilities_are_probabilities() -> None:
    from panah.read.event_words import EventText
    from panah.read.sentences import Page

    for text in ("killed " * 400, "x", STORY):
        found = event_types.probabilities(EventText(Page(text, "en")))
        assert all(0 <= value <= 1 for value in found.values())


def test_a_place_whose_code_iso_lacks_is_no_reason_to_fail() -> None:
    text = (
        "Six Turkish teachers were arrested in Pristina, Kosovo, and flown to Ankara. Kosovo's president was not told."
    )
    event = read_document(text, published="2018-04-01").document.event
    assert event is not None
    assert event.country in {"TR", None}
