"""Dates told in a few words: the proposed reading, the others, and the words themselves."""

from __future__ import annotations

import pytest

from panah.errors import BadDate
from panah.read.short_dates import told_date

TOLD_ON = "2024-06-20"


@pytest.mark.parametrize(
    ("words", "language", "edtf"),
    [
        ("on 5 March 2024", "en", "2024-03-05"),
        ("in July 2019", "en", "2019-07"),
        ("yesterday evening", "en", "2024-06-19"),
        ("am 5. März 2024", "de", "2024-03-05"),
        ("2019-07", "ug", "2019-07"),
    ],
)
def test_what_was_told_is_read(words: str, language: str, edtf: str) -> None:
    assert told_date(words, language, TOLD_ON).edtf == edtf


def test_day_and_month_that_can_be_either_are_both_shown_and_none_is_chosen() -> None:
    read = told_date("05/06/2023", "en", TOLD_ON)
    assert read.edtf is None
    assert set(read.candidates) == {"2023-06-05", "2023-05-06"}
    assert read.printed == "05/06/2023"


def test_a_second_date_is_shown_beside_the_first() -> None:
    read = told_date("on 5 March 2024, and again on 7 March 2024", "en", TOLD_ON)
    assert (read.edtf, read.candidates) == ("2024-03-05", ("2024-03-05", "2024-03-07"))


@pytest.mark.parametrize("words", ["", "I do not know", "99/99/9999", "4000 years ago", "9" * 400])
def test_what_is_no_date_stays_as_it_was_told(words: str) -> None:
    read = told_date(words, "en", TOLD_ON)
    assert (read.edtf, read.candidates, read.printed) == (None, (), words)


def test_the_day_of_telling_is_a_date() -> None:
    with pytest.raises(BadDate):
        told_date("yesterday", "en", "soon")
