"""Telephone numbers: complete or not, and the four reasons for none kept apart."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panah.errors import BadIdentifier
from panah.identifiers import is_fictional, read_number


@pytest.mark.parametrize(
    ("raw", "region", "e164"),
    [
        ("+44 7700 900123", None, "+447700900123"),
        ("07700 900123", "GB", "+447700900123"),
        ("0044 7700 900 123", "SE", "+447700900123"),
        ("(+46) 70-174 06 05", None, "+46701740605"),
        ("070-174 06 05", "SE", "+46701740605"),
        ("\u202a+33 6 39 98 00 12\u202c", None, "+33639980012"),
        ("tel:+1-202-555-0123", None, "+12025550123"),
        ("＋４４ ７７００ ９００１２３", None, "+447700900123"),
        ("+999 1234 5678", None, "+99912345678"),
    ],
)
def test_complete_numbers(raw, region, e164):
    number = read_number(raw, region)
    assert (number.e164, number.presentation, number.raw) == (e164, "allowed", raw)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("-1", "unknown"),
        ("-2", "restricted"),
        ("-3", "payphone"),
        ("", "unknown"),
        ("   ", "unknown"),
        ("null", "unknown"),
        ("Unknown", "unknown"),
        ("PRIVATE", "restricted"),
        ("Anonymous", "restricted"),
        ("No Caller ID", "restricted"),
        ("unterdrückt", "restricted"),
        ("未知号码", "unknown"),
        ("unavailable", "unavailable"),
        ("Payphone", "payphone"),
        ("<Unknown>", "unknown"),
    ],
)
@pytest.mark.parametrize("region", [None, "GB", "SE", "US", "CN"])
def test_a_missing_number_never_becomes_one(raw, reason, region):
    number = read_number(raw, region)
    assert number.e164 is None
    assert number.presentation == reason
    assert read_number(raw, region, strict=True).presentation == reason


@pytest.mark.parametrize("raw", ["12345", "Bank", "07700 900123", "+1", "++44", "1-800-EXAMPLE-LONG-WORDS", "4" * 500])
def test_incomplete_numbers_stay_as_written_and_raise_when_strict(raw):
    assert read_number(raw).e164 is None
    assert read_number(raw).presentation == "allowed"
    with pytest.raises(BadIdentifier) as caught:
        read_number(raw, strict=True)
    assert raw[:20] not in str(caught.value).split(";")[0]


def test_a_short_code_is_not_a_number_of_the_region():
    assert read_number("12345", "GB").e164 is None


def test_neither_value_shows_in_repr():
    assert "7700" not in repr(read_number("+44 7700 900123"))


@given(
    st.text(max_size=40) | st.text("+-0123456789 ()./x", max_size=24), st.sampled_from([None, "GB", "SE", "CN", "XX"])
)
@settings(max_examples=300, deadline=None)
def test_any_text_gives_an_answer(raw, region):
    number = read_number(raw, region)
    assert number.raw == raw
    if number.e164 is not None:
        assert number.presentation == "allowed"
        assert number.e164[0] == "+"
        assert number.e164[1:].isdecimal()
        assert read_number(number.e164).e164 == number.e164


@pytest.mark.parametrize(
    ("e164", "fictional"),
    [
        ("+447700900000", True),
        ("+447700900999", True),
        ("+447700901000", False),
        ("+46701740605", True),
        ("+46701740604", False),
        ("+33639980000", True),
        ("+12025550100", True),
        ("+12025550199", True),
        ("+12025550200", False),
        ("+99912345678", True),
        ("+4477009001234", False),
        ("", False),
    ],
)
def test_ranges_reserved_for_fiction(e164, fictional):
    assert is_fictional(e164) is fictional
