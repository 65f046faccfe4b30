"""Paragraphs and sentences as spans."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panah.read.paragraphs import Stretch, split_paragraphs, split_sentences


def sentences(text: str) -> list[str]:
    return [each.of(text) for each in split_sentences(text, Stretch(0, len(text)))]


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet='aB.!?。 \n"”“1,', max_size=80))
def test_nothing_but_white_space_lies_between(text: str) -> None:
    for pieces in (split_paragraphs(text), [s for p in split_paragraphs(text) for s in split_sentences(text, p)]):
        position = 0
        for piece in [*pieces, Stretch(len(text), len(text))]:
            assert not text[position : piece.start].strip()
            position = piece.end


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One. Two! Three?", ["One.", "Two!", "Three?"]),
        ("Dr. Ana Example came. She left.", ["Dr. Ana Example came.", "She left."]),
        ("J. Example said so. Then he left.", ["J. Example said so.", "Then he left."]),
        ("Am 3. Mai kam er. Er ging.", ["Am 3. Mai kam er.", "Er ging."]),
        ("It cost 3.5 million. Yes.", ["It cost 3.5 million.", "Yes."]),
        ("他来了。他走了。", ["他来了。", "他走了。"]),
        ("Wait … and see. Now.", ["Wait … and see.", "Now."]),
        ("“…。”陈小明说。他走了。", ["“…。”陈小明说。", "他走了。"]),
        ("“他来了。”他走了。", ["“他来了。”", "他走了。"]),
        ("كەلدى؟ كەتتى.", ["كەلدى؟", "كەتتى."]),
    ],
)
def test_where_a_sentence_ends(text: str, expected: list[str]) -> None:
    assert sentences(text) == expected


def test_without_blank_lines_every_line_is_a_paragraph() -> None:
    text = "one\ntwo\n"
    assert [each.of(text) for each in split_paragraphs(text)] == ["one", "two"]


def test_a_blank_line_ends_a_paragraph() -> None:
    text = "one\ntwo\n\u3000\n  three  "
    assert [each.of(text) for each in split_paragraphs(text)] == ["one\ntwo", "three"]
