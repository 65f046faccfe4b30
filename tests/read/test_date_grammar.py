"""Dates as they are printed, in ten languages; what only looks like one is left alone."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panah.read.date_grammar import PrintedDate, printed_dates
from panah.read.words import words_in


def dates(text: str, language: str = "en") -> list[PrintedDate]:
    return printed_dates(text, words_in(text), language)


def parts(date: PrintedDate) -> tuple[int | None, int | None, int | None]:
    return date.year, date.month, date.day


@settings(max_examples=80, deadline=None)
@given(st.text(alphabet="0123456789./-年月日 ", max_size=40), st.sampled_from(["en", "de", "zh", "ug", "tr"]))
def test_digits_of_any_kind_give_dates_that_can_be(text: str, language: str) -> None:
    for date in dates(text, language):
        assert 0 <= date.start < date.end <= len(text)
        assert date.month is None or 1 <= date.month <= 12
        assert date.day is None or 1 <= date.day <= 31


@pytest.mark.parametrize(
    "text",
    [
        "She may come and march on.",
        "about 2000 people",
        "Room 2019",
        "call 03/04/21",
        "31/13/2019",
        "0.5.2019.7",
        "the sun sat on the wall",
        "May Example said",
        "version 2019-13-45",
    ],
)
def test_what_only_looks_like_a_date(text: str) -> None:
    assert not [date for date in dates(text) if date.month is not None or date.weekday is not None]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "on 22 June 2020", (2020, 6, 22)),
        ("en", "on June 22nd, 2020", (2020, 6, 22)),
        ("en", "on the 3rd of May", (None, 5, 3)),
        ("en", "in June 2020", (2020, 6, None)),
        ("en", "in 2020", (2020, None, None)),
        ("en", "on 2020-06-22", (2020, 6, 22)),
        ("en", "on 22/06/2020", (2020, 6, 22)),
        ("de", "am 3. März 2023", (2023, 3, 3)),
        ("de", "am 03.05.2019", (2019, 5, 3)),
        ("de", "im Juli 2021", (2021, 7, None)),
        ("fr", "le 3 avril 2021", (2021, 4, 3)),
        ("fr", "le 1er août 2019", (2019, 8, 1)),
        ("fr", "en février 2018", (2018, 2, None)),
        ("nl", "op 30 april 2021", (2021, 4, 30)),
        ("nl", "in maart 2020", (2020, 3, None)),
        ("sv", "den 14 februari 2021", (2021, 2, 14)),
        ("sv", "i oktober 2019", (2019, 10, None)),
        ("nb", "1. oktober 2022", (2022, 10, 1)),
        ("nb", "i desember 2021", (2021, 12, None)),
        ("tr", "7 Şubat 2023'te", (2023, 2, 7)),
        ("tr", "1 Ağustos 2021", (2021, 8, 1)),
        ("ru", "5 марта 2022 года", (2022, 3, 5)),
        ("ru", "в августе 2021 года", (2021, 8, None)),
        ("zh", "2023年8月3日", (2023, 8, 3)),
        ("zh", "2024年5月", (2024, 5, None)),
        ("ug", "2021-يىل 11-ئاينىڭ 20-كۈنى", (2021, 11, 20)),
        ("ug", "2022-يىلى", (2022, None, None)),
    ],
)
def test_dates_in_ten_languages(language: str, text: str, expected: tuple[int | None, int | None, int | None]) -> None:
    assert [parts(date) for date in dates(text, language)] == [expected]


@pytest.mark.parametrize(
    ("text", "relation", "unit"),
    [
        ("last June", "last", ""),
        ("last year", "last", "year"),
        ("this month", "this", "month"),
        ("yesterday", "yesterday", ""),
        ("three weeks ago", "ago", "week"),
        ("two days later", "later", "day"),
        ("the next day", "later", "day"),
        ("the following day", "later", "day"),
        ("next week", "next", "week"),
    ],
)
def test_dates_that_hang_on_another(text: str, relation: str, unit: str) -> None:
    assert [(date.relation, date.unit) for date in dates(text)] == [(relation, unit)]


def test_an_interval_is_one_date() -> None:
    (date,) = dates("between January and June 2015")
    assert (parts(date), date.until and parts(date.until)) == ((2015, 1, None), (2015, 6, None))


def test_a_weekday_keeps_its_bracket() -> None:
    text = "on Monday (22 June)"
    (date,) = dates(text)
    assert text[date.start : date.end] == "Monday (22 June)"
    assert (date.weekday, parts(date)) == (0, (None, 6, 22))


def test_since_and_early_are_marked() -> None:
    (since,) = dates("since March 2020")
    (early,) = dates("in early 2020")
    assert since.open_end
    assert early.approximate


def test_a_day_that_can_be_a_month_is_marked() -> None:
    assert dates("on 03/04/2021")[0].day_month_swapped
    assert not dates("on 22/04/2021")[0].day_month_swapped
