"""Names and who stands for them."""

import pytest

from panah.read.people import Names, runs_in
from panah.read.words import words_in


def names(text: str, language: str = "en") -> Names:
    return Names(text, words_in(text), language)


def speaker(text: str, stretch: str, language: str = "en") -> str | None:
    start = text.rindex(stretch)
    who = names(text, language).speaker(start, start + len(stretch))
    return who.name if who else None


@pytest.mark.parametrize("text", ["", "...", "Ana", "the", "ANA"])
def test_scraps_name_nobody(text: str) -> None:
    assert names(text).whole == set()


@pytest.mark.parametrize(
    ("text", "run"),
    [
        ("Omar al-Dosari left", "Omar al-Dosari"),
        ("Jan van der Example left", "Jan van der Example"),
        ("J. R. Example left", "J. R. Example"),
        ("Shirin Ebadi-Example left", "Shirin Ebadi-Example"),
    ],
)
def test_runs_of_names(text: str, run: str) -> None:
    assert runs_in(text, words_in(text), "en")[0].of(text) == run


def test_a_surname_stands_for_the_whole_name() -> None:
    assert speaker("Erkin Example left. Later Example", "Example") == "Erkin Example"


def test_titles_fall_away() -> None:
    assert speaker("Prime Minister Ana Example", "Prime Minister Ana Example") == "Ana Example"


@pytest.mark.parametrize(
    ("text", "stretch"),
    [
        ("“No,” the lawyer, Petra Example, said. Later the lawyer", "the lawyer"),
        ("Petra Example, his lawyer, came. Later his lawyer", "his lawyer"),
    ],
)
def test_a_role_stands_for_its_one_person(text: str, stretch: str) -> None:
    assert speaker(text, stretch) == "Petra Example"


def test_a_role_of_two_people_stands_for_neither() -> None:
    text = "The lawyer, Petra Example, and the lawyer, Karol Sample, came. Later the lawyer"
    assert speaker(text, "the lawyer") == "lawyer"


def test_an_owner_does_not_speak_for_what_he_owns() -> None:
    assert speaker("Erkin Example's lawyer", "Erkin Example's lawyer") != "Erkin Example"
