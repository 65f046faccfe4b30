"""The language in which lexicons are written, and every lexicon that we ship."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panah import codes
from panah.read.phrases import Lexicon, compile_phrase, lexicon, rows_of
from panah.read.words import words_in

LANGUAGES = ["en", "de", "fr", "nl", "sv", "nb", "tr", "ru", "zh", "ug"]


def matches(phrase: str, text: str, classes: dict[str, str] | None = None) -> bool:
    words = words_in(text)
    compiled = compile_phrase(phrase, classes or {})
    return any(compiled.match(words, at) > at for at in range(len(words)))


@pytest.mark.parametrize("phrase", ["", "..4", "a?", "@nothing", "..2 word"])
def test_what_is_no_phrase(phrase: str) -> None:
    with pytest.raises(ValueError, match=r"not a phrase|no such class"):
        compile_phrase(phrase, {})


@pytest.mark.parametrize(
    ("phrase", "text", "is_there"),
    [
        ("a|b c", "b c", True),
        ("a|b c", "a b", False),
        ("thr*", "threatened", True),
        ("a ..2 b", "a x y b", True),
        ("a ..2 b", "a x y z b", False),
        ("a .. b", "a w x y z b", True),
        ("a b? c", "a c", True),
        ("a b? c", "a b c", True),
        ("a b? c", "a x c", False),
        ("@kin rang", "my mother rang", True),
        ("had n't", "hadn't", False),
        ("didn 't", "didn’t", True),
    ],
)
def test_what_a_phrase_means(phrase: str, text: str, is_there: bool) -> None:
    assert matches(phrase, text, {"kin": "mother father"}) is is_there


def test_all_parts_must_stand_there_and_a_forbidden_one_must_not() -> None:
    rules = Lexicon([{"meaning": "m", "rule": "arrested & airport & !released"}], {})
    assert rules.hits(words_in("arrested at the airport"))
    assert not rules.hits(words_in("arrested at home"))
    assert not rules.hits(words_in("arrested at the airport and released"))


@settings(max_examples=40, deadline=None)
@given(st.lists(st.sampled_from(["arrested", "the", "mother", "was", "police", "x"]), max_size=25))
def test_a_hit_lies_within_the_words(words: list[str]) -> None:
    found = words_in(" ".join(words))
    for hit in lexicon("tactics", "en").hits(found):
        assert 0 <= hit.first < hit.last <= len(found)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", ["tactics", "stance", "speech", "context", "details", "event_words"])
def test_every_lexicon_compiles(name: str, language: str) -> None:
    rules = lexicon(name, language).rules
    assert rules or name in {"context", "details", "event_words"}


def test_every_meaning_is_a_code() -> None:
    assert {row["meaning"] for row in rows_of("tactics")} <= set(codes.codes_of("tactic"))
    assert {row["meaning"] for row in rows_of("stance")} <= set(codes.codes_of("attribution"))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_tells_the_commonest_tactics_and_answers(language: str) -> None:
    tactics = {row["meaning"] for row in rows_of("tactics") if row["language"] == language}
    wanted = {
        "threatening_communication",
        "assault",
        "covert_photography",
        "proxy_family_detention",
        "deportation_refoulement",
    }
    assert wanted <= tactics
    stances = {row["meaning"] for row in rows_of("stance") if row["language"] == language}
    assert {"denies", "declines_to_comment", "no_knowledge"} <= stances


def test_no_rule_stands_there_twice() -> None:
    rows = [(row["language"], row["meaning"], row["rule"]) for row in rows_of("tactics")]
    assert len(rows) == len(set(rows))
