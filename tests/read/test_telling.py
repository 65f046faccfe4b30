"""Which tactic the words of a sentence tell together: probabilities, and the sentences it was taught with."""

import re
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panah import codes
from panah.read.phrases import lexicon, rows_of
from panah.read.telling import LANGUAGES, NOTHING, features, stem, strongest_word, told_by
from panah.read.words import words_in

TAUGHT = sorted((Path(__file__).parents[2] / "tools" / "data").glob("tactic_sentences_*.txt"))


def told(text: str, language: str = "en") -> dict[str, float]:
    words = words_in(text)
    return told_by(language, words, lexicon("tactics", language).hits(words))


@pytest.mark.parametrize(
    ("text", "tactic"),
    [
        ("Her savings and the flat in the capital have passed to the treasury.", "financial_extortion"),
        ("My sister answers no more and the number is switched off.", "communication_cutoff"),
        ("Two men with clubs knocked the exile down and kicked her.", "assault"),
        ("The committee will discuss the budget on Thursday.", NOTHING),
    ],
)
def test_wordings_of_no_rule(text: str, tactic: str) -> None:
    probable = told(text)
    assert max(probable, key=lambda each: probable[each]) == tactic


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=200), st.sampled_from(sorted(LANGUAGES)))
def test_shares_are_shares_whatever_the_words(text: str, language: str) -> None:
    probable = told(text, language)
    assert sum(probable.values()) == pytest.approx(1.0)
    assert all(0.0 <= share <= 1.0 for share in probable.values())
    words = words_in(text)
    assert not words or 0 <= strongest_word(language, words, "assault") < len(words)


def test_names_are_no_features() -> None:
    found = features("en", words_in("Yesterday Zebedee Quillfeather was beaten in Ruritania"), ())
    assert not [name for name in found if re.search("zebed|quill|rurit", name)]
    assert "w:beaten" in found


def test_one_stem_for_the_forms_of_a_word() -> None:
    assert {stem(word) for word in ("threaten", "threatens", "threatened", "threatening")} == {"threaten"}


def test_every_tactic_is_a_code_and_is_taught() -> None:
    known = set(codes.codes_of("tactic")) | {NOTHING}
    taught = {line[2:].strip() for path in TAUGHT for line in path.read_text().splitlines() if line.startswith("= ")}
    weighed = {part.split()[0] for row in rows_of("tactic_weights") for part in row["weights"].split(";")}
    assert taught == weighed == known
