"""Words: folded for matching, each with its place."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panah.read.words import fold, unglued, words_in


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200))
def test_words_stand_where_they_say_and_in_order(text: str) -> None:
    words = words_in(text)
    assert all(fold(text[word.start : word.end]) == word.text for word in words)
    assert all(one.end <= other.start for one, other in itertools.pairwise(words))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Ana’s brother isn't home", ["ana", "'s", "brother", "isn", "'t", "home"]),
        ("1,000,000 people", ["1,000,000", "people"]),
        ("他说", ["他", "说"]),
        ("İstanbul", ["istanbul"]),
        ("al-Sayed", ["al", "sayed"]),
        ("_a_b_", ["a", "b"]),
        ("", []),
    ],
)
def test_what_a_word_is(text: str, words: list[str]) -> None:
    assert [word.text for word in words_in(text)] == words


def test_only_the_stretch_is_looked_at() -> None:
    assert [word.text for word in words_in("one two three", 4, 7)] == ["two"]


def test_glued_words_come_apart_where_they_stand() -> None:
    words = unglued(words_in("” headded. hesaid thesaid"))
    assert [(word.text, word.start, word.end) for word in words[:2]] == [("he", 2, 4), ("added", 4, 9)]
    assert [word.text for word in words[2:]] == ["he", "said", "thesaid"]
