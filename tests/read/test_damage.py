"""Signs of a copy that was changed on its way. No sign proves nothing, and no verdict says so."""

import pytest

from panah.read.damage import find_damage, verdict_of
from panah.read.sentences import Page

GOOD = "Ana Example lives in Antwerp. “They begged me to stop,” she told the paper. In 2019 about 3,000 people came."


def kinds(text: str, language: str = "en") -> set[str]:
    return {signal.kind for signal in find_damage(text, Page(text, language).quotations, language).signals}


def test_a_good_text_has_no_sign_and_is_not_called_clean() -> None:
    note = find_damage(GOOD, Page(GOOD, "en").quotations)
    assert note.signals == ()
    assert note.verdict == "no_sign"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("the 3,00 0 people there", "broken_number"),
        ("he informed thiswebsite", "glued_word"),
        ("“No,” headded in May", "glued_word"),
        ("called”refugee espionage” by them", "damaged_quote"),
        ("The Majority Of of them", "doubled_word"),
        ("Human Rights View said", "misnamed"),
        ("The post Calls from home appeared first on Example News.", "reprint_footer"),
    ],
)
def test_each_sign(text: str, kind: str) -> None:
    assert kind in kinds(text)


@pytest.mark.parametrize(
    "text",
    ["that that is so", "in 2019 20 people came", "iPhone and YouTube", "of course, of all"],
)
def test_what_is_no_sign(text: str) -> None:
    assert not kinds(text) & {"broken_number", "glued_word"}


def test_every_sign_stands_on_its_words() -> None:
    text = "he informed thiswebsite of 3,00 0 people. " * 3
    note = find_damage(text, Page(text, "en").quotations)
    assert all(text[signal.start : signal.end] == signal.text for signal in note.signals)
    assert note.verdict == "altered"


def test_one_kind_alone_is_not_enough() -> None:
    text = GOOD + " He informed thiswebsite."
    assert find_damage(text, Page(text, "en").quotations).verdict == "no_sign"


def test_a_footer_alone_makes_a_reprint() -> None:
    text = GOOD + "\n\nThe post Calls from home appeared first on Example News."
    assert find_damage(text, Page(text, "en").quotations).verdict == "reprint"


def test_nothing_is_no_sign() -> None:
    assert verdict_of(()) == "no_sign"
