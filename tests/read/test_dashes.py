"""Speech that a dash opens."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from panah.read import read_document
from panah.read.dashes import LANGUAGES
from panah.read.sentences import Page


@pytest.mark.parametrize(
    ("language", "text", "spoken"),
    [
        ("sv", "– Jag visste inget om det, säger Anna Exempel.", ["Jag visste inget om det"]),
        ("sv", "– Det är fel, säger hon. Ingen har frågat oss.", ["Det är fel", "Ingen har frågat oss."]),
        ("sv", "– Det är fel, säger hon.\n\n– Ingen har frågat oss.", ["Det är fel", "Ingen har frågat oss."]),
        ("nb", "– De vet hvor mor bor, sa mannen i telefonen.", ["De vet hvor mor bor"]),
        ("fr", "— Je n'ai rien signé, répond-elle au juge.", ["Je n'ai rien signé"]),
        ("ru", "— Я ничего не подписывал, — сказал он. — Спросите их.", ["Я ничего не подписывал", "Спросите их."]),
        ("sv", "– Han ropade ”kom hit”, säger hon.", ["Han ropade ”kom hit”"]),
        ("sv", "– mjölk\n\n– bröd\n\n– te och kaffe", []),
        ("en", "– Parking fees rise, says the mayor.", []),
        ("sv", "– ", []),
    ],
)
def test_what_is_spoken(language: str, text: str, spoken: list[str]) -> None:
    page = Page(text, language)
    assert [text[each.start : each.end] for each in page.quotations] == spoken


def test_the_speaker_is_found() -> None:
    text = "Anna Exempel blev uppringd i Malmö i går.\n\n– Jag visste inget om det, säger hon till tidningen."
    assert [(each.text, each.speaker) for each in read_document(text).statements] == [
        ("Jag visste inget om det", "Anna Exempel")
    ]


@given(
    st.sampled_from(sorted(LANGUAGES)),
    st.lists(
        st.sampled_from(["– ", "—", "-", "säger han", ", ", ". ", "”", "«", "»", "ord ", "\n\n", "сказал он"]),
        max_size=60,
    ),
)
def test_quotations_stand_apart_and_in_order(language: str, pieces: list[str]) -> None:
    text = "".join(pieces)
    found = Page(text, language).quotations
    assert all(0 <= each.outer_start <= each.start < each.end <= each.outer_end <= len(text) for each in found)
    assert all(one.outer_end <= other.outer_start for one, other in itertools.pairwise(found))


def test_what_may_have_ended_is_not_called_whole() -> None:
    page = Page("– Det är struntprat, säger hon. Ingen har visat något.", "sv")
    assert [each.damaged for each in page.quotations] == [False, True]


@pytest.mark.parametrize(
    ("language", "text", "spoken"),
    [
        (
            "ru",
            "«Мы уехали ночью, — сказал Мирза Пример. — Никто не оглянулся».",
            ["Мы уехали ночью", "Никто не оглянулся"],
        ),
        ("ru", "«Мы уехали, — сказал он, — и никто не знал».", ["Мы уехали", "и никто не знал"]),
        ("ru", "«Мы — это семья, — и никто больше», — сказал он.", ["Мы — это семья, — и никто больше"]),
        ("ug", "«بىز كېچىدە ماڭدۇق، — دېدى مىرزا، — ھېچكىم قارىمىدى».", ["بىز كېچىدە ماڭدۇق", "ھېچكىم قارىمىدى"]),
        ("ug", "— بىز كېچىدە ماڭدۇق، — دېدى مىرزا.", ["بىز كېچىدە ماڭدۇق"]),
        (
            "fr",
            "« Nous sommes partis, — dit-il. — Personne ne savait »",
            ["Nous sommes partis, — dit-il. — Personne ne savait"],
        ),
    ],
)
def test_what_the_writer_says_inside_the_marks_is_left_out(language: str, text: str, spoken: list[str]) -> None:
    page = Page(text, language)
    assert [text[each.start : each.end] for each in page.quotations] == spoken


def test_speech_that_is_taken_up_again_has_its_speaker() -> None:
    found = read_document("«Мы уехали ночью, — сказал Мирза Пример. — Никто не оглянулся».").statements
    assert [(each.text, each.speaker) for each in found] == [
        ("Мы уехали ночью", "Мирза Пример"),
        ("Никто не оглянулся", "Мирза Пример"),
    ]
