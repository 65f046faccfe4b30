"""Dates as people type them into tables: proof decides between day and month, and nothing else does."""

from __future__ import annotations

from datetime import date, datetime

import pytest
from babel.dates import format_date
from hypothesis import given, settings
from hypothesis import strategies as st

from panah import dates
from panah.errors import BadDate

DAYS = st.dates(date(1950, 1, 1), date(2099, 12, 31))


@pytest.mark.parametrize(
    ("cell", "read"),
    [
        ("2019-06-22", "2019-06-22"),
        (" 2019-06-22 ", "2019-06-22"),
        ("2019-6-2", "2019-06-02"),
        ("2019/06/22", "2019-06-22"),
        ("2019.06.22", "2019-06-22"),
        ("2019-06-22T10:20:30+02:00", "2019-06-22"),
        ("2019-06-22 10:20", "2019-06-22"),
        ("22/06/2019 10:20 PM", "2019-06-22"),
        ("20190622", "2019-06-22"),
        ("22/06/2019", "2019-06-22"),
        ("06/22/2019", "2019-06-22"),
        ("22. 6. 2019", "2019-06-22"),
        ("5.5.2019", "2019-05-05"),
        ("07/2019", "2019-07"),
        ("2019/07", "2019-07"),
        ("2019", "2019"),
        ("2019-07~", "2019-07~"),
        ("2019-xx", "2019-XX"),
        ("2019-21", "2019-21"),
        ("2019-06-22/2019-06-25", "2019-06-22/2019-06-25"),
        ("July 2019", "2019-07"),
        ("Sept. 2019", "2019-09"),
        ("3rd of July, 2019", "2019-07-03"),
        ("July 3, 2019", "2019-07-03"),
        ("about July 2019", "2019-07~"),
        ("c. 2019", "2019~"),
        ("summer 2019", "2019-22"),
        ("im Sommer 2019", "2019-22"),
        ("12. März 2019", "2019-03-12"),
        ("1er juillet 2019", "2019-07-01"),
        ("12 juli 2019", "2019-07-12"),
        ("22 Haziran 2019", "2019-06-22"),
        ("2019年7月12日", "2019-07-12"),
        ("2019年7月", "2019-07"),
        ("12-ئىيۇل 2019", "2019-07-12"),
        ("٢٠١٩-٠٧", "2019-07"),
        ("２０１９-０７-０３", "2019-07-03"),
        ("\u200f2019-07\u200e", "2019-07"),
        (datetime(2019, 6, 22, 23, 59), "2019-06-22"),  # noqa: DTZ001  (a spreadsheet's cell has no zone)
        (date(2019, 6, 22), "2019-06-22"),
        (43638, "2019-06-22"),
        (43638.75, "2019-06-22"),
        (2019, "2019"),
        (2019.0, "2019"),
    ],
)
def test_read(cell, read):
    assert dates.from_cell(cell) == read


@pytest.mark.parametrize(
    "cell",
    ["", "  ", "31/02/2019", "2019-02-31", "June 31, 2019", "12.07.19", "12/07/19", "2019/21", "25/13/2019", "Monday",
     "43638", "July", "July July 2019", "12 13 July 2019", "July 2019 2020", "12 summer 2019", "n/a", "?", "-",
     "x" * 500, "\x00\x01", "=NOW()", "2019-06-22 and later", "Rana Example", True, None, b"2019", float("nan"),
     float("inf"), -5, 7, 12_345_678, 1e300, [2019]],
)  # fmt: skip
def test_refused(cell):
    with pytest.raises(BadDate) as caught:
        dates.from_cell(cell)
    assert "Rana" not in str(caught.value)


@pytest.mark.parametrize(
    ("cell", "first"), [("05/06/2019", "2019-06-05"), ("5.6.2019", "2019-06-05"), ("5-6-2019", "2019-06-05")]
)
def test_day_and_month_are_told_apart_by_proof_or_by_the_column(cell, first):
    with pytest.raises(BadDate, match="day and month cannot be told apart; say day_first"):
        dates.from_cell(cell)
    assert dates.from_cell(cell, day_first=True) == first
    assert dates.from_cell(cell, day_first=False) == "2019-05-06"


def test_a_day_number_as_text_is_told_with_the_way_out():
    with pytest.raises(BadDate, match="a spreadsheet's day number; format the column as a date"):
        dates.from_cell("43638")


def test_proof_is_stronger_than_the_column():
    assert dates.from_cell("06/22/2019", day_first=True) == "2019-06-22"


@given(DAYS, st.booleans())
@settings(max_examples=100)
def test_day_first_round_trip(day, day_first):
    written = f"{day:%d/%m/%Y}" if day_first else f"{day:%m/%d/%Y}"
    assert dates.from_cell(written, day_first=day_first) == day.isoformat()


@given(DAYS)
@settings(max_examples=50)
def test_a_spreadsheets_day_number_is_its_day(day):
    assert dates.from_cell((day - date(1899, 12, 30)).days) == day.isoformat()


@pytest.mark.parametrize("locale", ["en", "de", "fr", "nl", "tr", "zh_Hans", "ug"])
@pytest.mark.parametrize("month", range(1, 13))
def test_every_month_name_of_our_languages_is_read(locale, month):
    day = date(2019, month, 17)
    assert dates.from_cell(format_date(day, "long", locale=locale)) == day.isoformat()


@given(st.text(max_size=60) | st.integers() | st.floats() | st.none())
@settings(max_examples=300, deadline=None)
def test_any_cell_is_a_sound_date_or_a_bad_date(cell):
    try:
        read = dates.from_cell(cell)
    except BadDate:
        return
    assert dates.check_edtf(read) == read
