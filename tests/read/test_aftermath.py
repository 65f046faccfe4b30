"""What came of an act told before (a cell, a death, a verdict) is no act of its own and gives it no date."""

import pytest

from panah.model.reading import IncidentProposal
from panah.read import read_document
from panah.read.phrases import lexicon
from panah.read.words import words_in

ABDUCTED = "Men dragged the Tajik editor Sorbon Example into a van in Warsaw on 3 May 2023. "


def incidents(text: str) -> list[IncidentProposal]:
    return list(read_document(text, published="2023-06-22").incidents)


@pytest.mark.parametrize(
    ("text", "meaning"),
    [
        ("He turned up a week later in a prison in Dushanbe", "seen_again"),
        ("His family learned that he was being held there", "seen_again"),
        ("She died in hospital", "died"),
        ("He survived", "died"),
        ("Two men were convicted in March of helping", "court"),
        ("A judge gave them six years", "court"),
    ],
)
def test_words_of_what_came_of_it(text: str, meaning: str) -> None:
    assert meaning in {hit.rule.meaning for hit in lexicon("aftermath", "en").hits(words_in(text))}


@pytest.mark.parametrize("text", ["Men dragged him into a van", "The judge liked tea", "She lives in a hospital town"])
def test_words_of_an_act_itself(text: str) -> None:
    assert lexicon("aftermath", "en").hits(words_in(text)) == []


def test_the_act_keeps_its_own_day() -> None:
    (act,) = incidents(ABDUCTED + "He was next seen on 20 May 2023, when he turned up in a prison in Dushanbe.")
    assert (act.tactic, act.date.edtf) == ("abduction_rendition", "2023-05-03")


def test_another_act_stays_another() -> None:
    text = ABDUCTED + "\n\nOn 20 May 2023 another Tajik editor was dragged into a van in Vienna."
    assert [each.date.edtf for each in incidents(text)] == ["2023-05-03", "2023-05-20"]
