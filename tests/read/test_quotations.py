"""Quotations: every kind of mark, damaged, nested, of several paragraphs; fidelity hangs on what is found here."""

import itertools

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panah.read.paragraphs import split_paragraphs
from panah.read.quotations import filled, find_quotations


def quoted(text: str) -> list[str]:
    return [text[each.start : each.end] for each in find_quotations(text, split_paragraphs(text))]


@settings(max_examples=80, deadline=None)
@given(st.text(alphabet='ab ,.\n“”"«»„‘’「」『』', max_size=80))
def test_no_quotation_overlaps_another(text: str) -> None:
    found = find_quotations(text, split_paragraphs(text))
    assert all(0 <= each.outer_start <= each.start < each.end <= each.outer_end <= len(text) for each in found)
    assert all(one.outer_end <= other.outer_start for one, other in itertools.pairwise(found))
    assert len(filled(text, found)) == len(text)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“No,” she said. “Never.”", ["No,", "Never."]),
        ('"No," she said. "Never."', ["No,", "Never."]),
        ("« Non », dit-elle.", ["Non"]),
        ("»Nein«, sagte sie.", ["Nein"]),
        ("„Nein“, sagte sie.", ["Nein"]),
        ("”Nej”, sade hon.", ["Nej"]),
        ("「不」他說。『不行』。", ["不", "不行"]),
        ("«ياق» دېدى.", ["ياق"]),
        ("“He told me ‘stop’ and left,” she said.", ["He told me ‘stop’ and left,"]),
        ("“She said “no” to me,” he said.", ["She said “no” to me,"]),
        ("The term “refugee espionage” is new.", ["refugee espionage"]),
        ("It's the parents' house, isn't it?", []),
        ('A 6" screw and a 3" nail.', []),
    ],
)
def test_marks_of_many_countries(text: str, expected: list[str]) -> None:
    assert quoted(text) == expected


@pytest.mark.parametrize(
    "text", ["” I know,” he said.", "called”refugee espionage” by", "” They are too strong”, Ana said."]
)
def test_a_damaged_opening_mark_opens_and_is_marked(text: str) -> None:
    found = find_quotations(text, split_paragraphs(text))
    assert len(found) == 1
    assert found[0].damaged


def test_speech_of_several_paragraphs_is_one_quotation() -> None:
    text = "“They came in May.\n\n“They came again in June,” she said."
    found = find_quotations(text, split_paragraphs(text))
    assert len(found) == 1
    assert (found[0].paragraph, found[0].last_paragraph) == (0, 1)


def test_an_opening_that_never_closes_ends_with_its_paragraph() -> None:
    text = "“They came.\n\nShe left."
    found = find_quotations(text, split_paragraphs(text))
    assert [text[each.start : each.end] for each in found] == ["They came."]
    assert found[0].damaged


@pytest.mark.parametrize(
    ("text", "spoken"),
    [
        ("Mirza, ''Gece çıktık, kimse bakmadı'' dedi.", ["Gece çıktık, kimse bakmadı"]),
        ("Mirza said: ``We left at night.'' Nobody knew.", ["We left at night."]),
        ("Er sagte: ,,Wir gingen nachts''.", ["Wir gingen nachts"]),
        ("Он сказал: <<Мы уехали ночью>>.", ["Мы уехали ночью"]),
        ("Mirza'nın annesi, 'Oğlum gelmesin' dedi.", ["Oğlum gelmesin"]),
        ("他说：‘我们夜里走的。’", ["我们夜里走的。"]),
        ("An empty string is '' in the log, and a, b,,c too.", []),
    ],
)
def test_marks_typed_as_two_characters(text: str, spoken: list[str]) -> None:
    found = find_quotations(text, split_paragraphs(text))
    assert [text[each.start : each.end] for each in found] == spoken
