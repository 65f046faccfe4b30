"""Safety advice and first answers: every piece in every language of ours, each in its own script, each marked as it is."""

from __future__ import annotations

import unicodedata

import pytest

from panah import codes, i18n
from panah.web.intake import advice
from panah.web.intake.questions import COMMON_TACTICS

SCRIPT_OF = {"ug": "ARABIC", "zh-hans": "CJK", "ug-latn": "LATIN"}
EVERY_TACTIC = [code for code, _picture in COMMON_TACTICS]


def scripts(text: str) -> set[str]:
    return {unicodedata.name(each).split()[0] for each in text if each.isalpha()}


@pytest.mark.parametrize("name", ["advice", "answers"])
def test_every_piece_is_there_in_every_language(name: str) -> None:
    for key, wordings in advice._table(name).items():
        assert set(wordings) == set(i18n.LANGUAGES), key
        texts = [each.text for each in wordings.values()]
        assert len(set(texts)) == len(texts), f"{key}: two languages have one wording"
        assert all(text.strip() for text in texts), key


@pytest.mark.parametrize("language", [*i18n.LANGUAGES, "ug-latn"])
def test_each_language_in_its_own_script(language: str) -> None:
    found = [*advice.advice_for(EVERY_TACTIC, language)]
    found += [advice.answer(key, language) for key in advice.ANSWER_NAMES]  # type: ignore[list-item]
    for wording in found:
        assert wording.language == language
        assert scripts(wording.text) == {SCRIPT_OF.get(language, "LATIN")}, wording.text


def test_tactics_are_of_the_codebook_and_their_advice_comes_first() -> None:
    known = {key.partition(".")[0] for key in advice._table("advice")} - {advice.ANY}
    assert known <= set(codes.codes_of("tactic"))
    first, *_rest, last = advice.advice_for(["death_threat"], "tr")
    assert "polis" in first.text
    assert "Susabilirsiniz" in last.text


def test_what_nobody_checked_says_so() -> None:
    assert not advice.answer("received", "ug").is_checked  # type: ignore[union-attr]
    assert advice.answer("no such answer", "ug") is None
    assert advice.advice_for([], "xx")[0].language == "en", "a language that is not here falls back to English"
