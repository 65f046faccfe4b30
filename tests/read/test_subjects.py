"""Who a sentence is about, where the verb beside a quotation is on no list; and what cannot speak."""

import pytest

from panah.read.sentences import Page
from panah.read.statements import find_statements
from panah.read.subjects import opening_subject


@pytest.mark.parametrize(
    ("language", "text", "speaker"),
    [
        ("en", "The bank pointed vaguely to “compliance reasons”.", "bank"),
        ("de", "Aus der Botschaft in Bern hieß es knapp, er sei „wegen Steuern vorgeladen“ worden.", "Botschaft"),
        ("de", "Die Stadtpolizei bestätigt den Einsatz: «Wir nennen dazu kein Land.»", "Stadtpolizei"),
        ("fr", "L'ancien gendarme Didier Exemple hausse les épaules : « Il est venu seul. »", "Didier Exemple"),
        ("nl", "Zij kwam terug. “U staat op een lijst, mevrouw”, kreeg zij van de consul te horen.", "consul"),
        ("sv", "Turkiets justitieminister skrädde inte orden: ”Vi ber inte om ursäkt.”", "justitieminister"),
        ("zh", "县环境局副局长王小明在记者会上说，园区没有问题，怪味“多半是沼气池漏气”。", "王小明"),
    ],
)
def test_the_subject_speaks(language: str, text: str, speaker: str) -> None:
    found = [each.speaker or "" for each in find_statements(Page(text, language)) if each.kind != "indirect"]
    assert len(found) == 1
    assert speaker in found[0]


def test_what_a_preposition_governs_is_no_subject() -> None:
    page = Page("After a call to the embassy, the lawyer waited.", "en")
    who = opening_subject(page, 0, len(page.text))
    assert who is not None
    assert who.name == "lawyer"


def test_a_letter_that_came_is_not_said_by_who_got_it() -> None:
    page = Page(
        "Daily the presenters of a station in exile find the same sentence in their boxes: “We are counting the days.”",
        "en",
    )
    assert [each.speaker for each in find_statements(page)] == [None]
