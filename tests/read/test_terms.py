"""Quotation marks around a word that is only named, told from words that somebody said."""

import pytest

from panah.read.attribution import cues_in
from panah.read.sentences import Page
from panah.read.terms import is_term


def terms(text: str, language: str = "en") -> list[bool]:
    page = Page(text, language)
    return [
        is_term(page, sentence, quotation, cues_in(sentence.words, language))
        for sentence in page.sentences
        for quotation in sentence.quotations
    ]


@pytest.mark.parametrize(
    "text",
    [
        "The so-called “volunteers” waited outside.",
        "It is called a “police station”.",
        "They opened a “service centre” in the port.",
        "The “patriots” came back.",
    ],
)
def test_a_word_that_is_named(text: str) -> None:
    assert terms(text) == [True]


@pytest.mark.parametrize(
    "text",
    [
        "The ambassador said he was “not amused”.",
        "“Go home,” the caller said.",
        "“They came to my house at night and asked for my brother,” Ana said.",
        "The ministry denied any “interference”.",
    ],
)
def test_words_that_somebody_said(text: str) -> None:
    assert terms(text) == [False]


def test_a_term_that_stands_twice_is_one_even_beside_a_verb_of_saying() -> None:
    once = "Ana said the “guests” had gone."
    assert terms(once) == [False]
    assert terms(f"The “guests” came at noon. {once}") == [True, True]


def test_an_empty_pair_of_marks_is_no_saying() -> None:
    assert all(terms("He wrote “…” and left."))
