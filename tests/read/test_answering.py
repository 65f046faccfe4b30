"""How probable each stance is, by weights over what is said, around it and by whom."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panah.read import read_document
from panah.read.answering import Told, features, stances_of
from panah.read.people import Who
from panah.read.phrases import rows_of
from panah.read.sentences import Page

LANGUAGES = ("en", "de", "fr", "nl", "sv", "nb", "tr", "ru", "zh", "ug")


@pytest.mark.parametrize(
    ("text", "stance"),
    [
        ("The Rwandan high commission called the claims “yesterday's soup”.", "denies"),
        (
            "A spokesman for the Turkish embassy said: “He packed his bags himself and asked for a window seat.”",
            "alternative_explanation",
        ),
        ("The Chinese consulate's telephone rang out on Tuesday.", "declines_to_comment"),
        ("The Swedish police said that two men had been arrested on Tuesday.", "asserts"),
        ("“They never let my mother go home,” said the poet's sister.", "asserts"),
    ],
)
def test_answers_of_no_rule(text: str, stance: str) -> None:
    told = read_document(f"An exile was followed in Sweden. {text}").statements
    assert [each.stance for each in told] == [stance]


def test_weights_are_of_known_stances() -> None:
    told = {part.partition(" ")[0] for row in rows_of("stance_weights") for part in row["weights"].split(";")}
    assert told == set(stances_of(Page("No.", "en"), Told(0, 3, None, quoted=False)))


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(LANGUAGES), st.text(min_size=1, max_size=200), st.booleans())
def test_any_words_can_be_weighed(language: str, text: str, quoted: bool) -> None:
    page = Page(text, language)
    if not page.sentences:
        return
    told = Told(0, len(text), Who(text[:20].strip() or "x", "embassy", 0, min(20, len(text))), quoted)
    shares = stances_of(page, told)
    assert sum(shares.values()) == pytest.approx(1.0)
    assert all(value >= 0 for value in features(page, told).values())
