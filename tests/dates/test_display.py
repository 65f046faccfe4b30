"""Dates for readers: the calendar words of CLDR, and the doubt said in words."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panah import dates
from panah.errors import BadDate
from panah.i18n import LANGUAGES


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2019-06-22", "June 22, 2019"),
        ("2019-07~", "about July 2019"),
        ("2019?", "2019 (uncertain)"),
        ("2019%", "about 2019 (uncertain)"),
        ("2019-21", "spring 2019"),
        ("201X", "between 2010 and 2019"),
        ("XXXX", "date unknown"),
        ("2019-06/2019-07", "June 2019 to July 2019"),
        ("2019-06~/..", "from about June 2019"),
        ("../2019", "until 2019"),
    ],
)
def test_in_english(text, said):
    assert dates.display(text) == said


def test_in_other_languages():
    assert dates.display("2019-06-22", "de") == "22. Juni 2019"
    assert dates.display("2019-06", "zh-hans") == "2019年6月"
    assert "2019" in dates.display("2019-06", "ug")


@given(
    st.sampled_from(["2019", "2019-07~", "2019-21?", "201X", "XXXX", "2019/..", "/2019-07-01"]),
    st.sampled_from(list(LANGUAGES)),
)
@settings(max_examples=60, deadline=None)
def test_every_language_says_something_without_placeholders(text, language):
    said = dates.display(text, language)
    assert said
    assert "{" not in said


def test_no_date():
    with pytest.raises(BadDate):
        dates.display("yesterday")
