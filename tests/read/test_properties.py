"""What must hold for any text: only our own errors, every span on its words, the same order, time in proportion."""

from __future__ import annotations

import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panah.errors import PanahError
from panah.model.reading import Reading
from panah.read import read_document

PIECES = st.sampled_from(
    [
        "“", "”", '"', "«", "»", "„", "‘", "’", "「", "」", "(", ")", "[", "]", ",", ". ", "! ", "? ", ": ", "\n\n", "\n", " ",
        "said", "told", "was told", "according to", "denied", "declined to comment", "it", "she", "he", "who", "that",
        "Ana Example", "Example", "the Chinese embassy in Brussels", "Belgium", "Antwerp", "Uyghur", "mother", "police",
        "arrested", "threatening call", "about 20 cases", "up to", "3,00 0", "one million", "²", "٣", "June", "last June",
        "Monday (22 June)", "31 February 2019", "2019-13-45", "03/04/2021", "two days later", "between May and 2019",
        "sagte", "dément", "säger", "dedi", "заявил", "表示", "2023年8月3日", "دېدى", "گېرمانىيە", "བོད", "\u202e", "\u0000"[:0],
    ]
)  # fmt: skip


@st.composite
def stories(draw: st.DrawFn) -> str:
    """Texts made of what the reader looks for, in no sensible order."""
    return draw(st.sampled_from([" ", ""])).join(draw(st.lists(PIECES, max_size=60)))


def checked(data: bytes | str, name: str = "") -> Reading | None:
    try:
        reading = read_document(data, name=name, published="2020-06-22")
    except PanahError:
        return None
    assert reading.grounded()
    for told in (reading.statements, reading.counts, reading.document.paragraphs):
        assert [(each.start, each.end) for each in told] == sorted((each.start, each.end) for each in told)
    assert list(reading.incidents) == sorted(reading.incidents, key=lambda each: each.spans[0])
    assert Reading.from_document(reading.to_document()) == reading
    for incident in reading.incidents:
        assert (incident.scope == "aggregate") == (incident.aggregate is not None)
    return reading


@settings(max_examples=60, deadline=None)
@given(stories())
def test_a_story_of_anything(text: str) -> None:
    first = checked(text)
    assert first == checked(text)


@settings(max_examples=40, deadline=None)
@given(st.text(max_size=400))
def test_any_text(text: str) -> None:
    checked(text)


@settings(max_examples=40, deadline=None)
@given(
    st.binary(max_size=300),
    st.sampled_from([b"", b"%PDF-1.4\n", b"PK\x03\x04", b"<!doctype html><html>", b"From: a\r\nSubject: b\r\nDate: c\r\n\r\n", b"\xff\xfe"]),  # noqa: E501
    st.sampled_from(["", "a.txt", "a.html", "a.pdf", "a.docx", "a.eml", "a.bin"]),
)  # fmt: skip
def test_any_bytes(data: bytes, start: bytes, name: str) -> None:
    checked(start + data, name)


SHORT = 10_000
TIMES_LONGER = 4


def grows_with_the_square(unit: str) -> bool:
    """Whether four times the text takes far more than four times the processor time (sixteen would be the square).

    Processor time, not the clock, and only when three tries agree: another process on the machine must not decide.
    """

    def seconds(n: int) -> float:
        text = "x " + unit * (n // len(unit))
        started = time.process_time()
        checked(text)
        return time.process_time() - started

    for _ in range(3):
        short = min(seconds(SHORT), seconds(SHORT))
        if seconds(SHORT * TIMES_LONGER) < 0.05 + 9 * short:
            return False
    return True


STORY = "“They called my mother,” Ana Example said in Antwerp in June 2019. She denied it.\n\n"


@pytest.mark.parametrize("unit", ["“a” ", "Ana said ", STORY])
def test_time_is_in_proportion_to_length(unit: str) -> None:
    assert not grows_with_the_square(unit)


@pytest.mark.slow
@pytest.mark.parametrize(
    "unit",
    ["“", "”", '"', "«", "‘", "' a", "2019 ", "1,", "call mother ", "(", ". ", "\n\n", "A", "的", "说", "de la ", "ئۇ ", "Ana ",
     "in Antwerp ", "A. ", "said that ", "between ", "<p>", "Yesterday (", "3,00 0 ", "not ", "「", "„",
     "上月29日周六", "– Nej, säger hon. ", "geçen ayın 25inde "],
)  # fmt: skip
def test_nothing_repeated_makes_it_slow(unit: str) -> None:
    assert not grows_with_the_square(unit)


@pytest.mark.parametrize("text", ["", " \n", "\ufeff", "a\x00b", "\ud800"])
def test_text_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(PanahError):
        read_document(text)
