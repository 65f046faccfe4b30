"""EDTF level 0 and 1: what a date names, judged beside the ``edtf`` library, and what is refused."""

from __future__ import annotations

import contextlib
import io
import time
from datetime import date, timedelta

import edtf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panah import dates
from panah.errors import BadDate

DAYS = st.dates(date(1000, 1, 1), date(2999, 12, 31))


@pytest.mark.parametrize(
    ("text", "precision", "lower", "upper"),
    [
        ("2019-06-22", "day", date(2019, 6, 22), date(2019, 6, 22)),
        ("2019-06-22T23:20:30Z", "day", date(2019, 6, 22), date(2019, 6, 22)),
        ("2019-06-22T23:20:30+08:00", "day", date(2019, 6, 22), date(2019, 6, 22)),
        ("2019-07", "month", date(2019, 7, 1), date(2019, 7, 31)),
        ("2020-02", "month", date(2020, 2, 1), date(2020, 2, 29)),
        ("2019-07~", "month", date(2019, 7, 1), date(2019, 7, 31)),
        ("2019?", "year", date(2019, 1, 1), date(2019, 12, 31)),
        ("2019%", "year", date(2019, 1, 1), date(2019, 12, 31)),
        ("2019-XX", "year", date(2019, 1, 1), date(2019, 12, 31)),
        ("2019-XX-XX", "year", date(2019, 1, 1), date(2019, 12, 31)),
        ("2019-07-XX", "month", date(2019, 7, 1), date(2019, 7, 31)),
        ("2019-21", "season", date(2019, 3, 1), date(2019, 5, 31)),
        ("2019-24", "season", date(2019, 12, 1), date(2020, 2, 29)),
        ("201X", "decade", date(2010, 1, 1), date(2019, 12, 31)),
        ("20XX", "century", date(2000, 1, 1), date(2099, 12, 31)),
        ("XXXX", "unknown", date.min, date.max),
        ("2019-06-22/2019-06-25", "interval", date(2019, 6, 22), date(2019, 6, 25)),
        ("2019-06/2020", "interval", date(2019, 6, 1), date(2020, 12, 31)),
        ("2019-06/..", "interval", date(2019, 6, 1), date.max),
        ("/2019-06", "interval", date.min, date(2019, 6, 30)),
        ("2019-06/", "interval", date(2019, 6, 1), date.max),
    ],
)
def test_bounds_and_precision(text, precision, lower, upper):
    assert dates.check_edtf(text) == text
    assert dates.precision(text) == precision
    assert dates.bounds(text) == (lower, upper)


@pytest.mark.parametrize(
    "text",
    ["", " ", "2019-02-31", "2019-13", "2019-25", "2019-00", "0000", "2019-02-29", "19-06-22", "2019-6-2", "/",
     "../..", "2019-07-22/2019-06-01", "Y12019", "-1985", "2019-XX-12", "XXXX-12", "201X-07", "{2019,2020}", "2019-0X",
     "2019-21-01", "201X-21", "2019-06-22T25:00:00", "2019-06-XXT10:00:00", "2019-06/2019-07/2019-08", "open",
     "unknown", "2019\n", "２０１９", "2019" * 50, "~2019", "2019~~", "\x00", "2019-06-22'; DROP"],
)  # fmt: skip
def test_refused(text):
    with pytest.raises(BadDate) as caught:
        dates.parse(text)
    assert len(str(caught.value)) < 140
    with pytest.raises(ValueError, match=";"):
        dates.check_edtf(text)


def test_the_message_keeps_the_value_to_itself():
    with pytest.raises(BadDate) as caught:
        dates.parse("born 1961, Rana")
    assert "Rana" not in repr(caught.value)
    assert caught.value.value == "born 1961, Rana"


def _judged(text):
    """Bounds by the ``edtf`` library, which prints on some input."""
    with contextlib.redirect_stdout(io.StringIO()):
        read = edtf.parse_edtf(text)
        return tuple(date(*bound[:3]) for bound in (read.lower_strict(), read.upper_strict()))


@given(
    day=DAYS,
    shape=st.sampled_from(["%Y", "%Y-%m", "%Y-%m-%d", "%Y-XX", "%Y-%m-XX", "%Y-21", "%Y-22", "%Y-23"]),
    qualifier=st.sampled_from(["", "~", "?"]),
)
@settings(max_examples=60, deadline=None)
def test_bounds_agree_with_the_edtf_library(day, shape, qualifier):
    # the library reads no qualified season; ISO 8601-2 has them
    text = day.strftime(shape) + (qualifier if shape in {"%Y", "%Y-%m", "%Y-%m-%d"} else "")
    assert dates.bounds(text) == _judged(text)


@given(one=DAYS, other=DAYS)
@settings(max_examples=20, deadline=None)
def test_intervals_agree_with_the_edtf_library(one, other):
    text = f"{min(one, other)}/{max(one, other)}"
    assert dates.bounds(text) == _judged(text)


@given(st.text(max_size=40) | st.text("0123456789-X~?%/.TZ:+", max_size=30))
@settings(max_examples=300, deadline=None)
def test_any_text_is_a_date_or_a_bad_date(text):
    try:
        read = dates.parse(text)
    except BadDate:
        return
    assert read.text == text
    assert date.min <= read.earliest <= read.lower <= read.upper <= read.latest <= date.max


EDTF = st.one_of(
    DAYS.map(str),
    DAYS.map(lambda d: f"{d:%Y-%m}~"),
    DAYS.map(lambda d: f"{d:%Y}?"),
    DAYS.map(lambda d: f"{d:%Y-%m}/.."),
)


@given(EDTF, EDTF)
@settings(max_examples=100)
def test_can_be_same_and_distance_do_not_depend_on_the_order(one, other):
    assert dates.can_be_same(one, other) == dates.can_be_same(other, one)
    assert dates.distance_days(one, other) == dates.distance_days(other, one) >= 0
    if dates.distance_days(one, other) == 0:
        assert dates.can_be_same(one, other)


@given(EDTF)
@settings(max_examples=50)
def test_a_date_can_be_the_same_as_itself(text):
    assert dates.can_be_same(text, text)
    assert dates.distance_days(text, text) == 0


@pytest.mark.parametrize(
    ("one", "other", "same", "days"),
    [
        ("2019-07", "2019-07-31", True, 0),
        ("2019-07", "2019-08-01", False, 1),
        ("2019-07~", "2019-08-01", True, 1),
        ("2019-07~", "2019-09-05", False, 36),
        ("2019-06-22", "2019-06-23", False, 1),
        ("2019-06-22?", "2019-06-23", True, 1),
        ("2019", "2020", False, 1),
        ("2019?", "2020-12", True, 336),
        ("XXXX", "2019", True, 0),
    ],
)
def test_uncertain_dates_have_one_unit_to_spare(one, other, same, days):
    assert dates.can_be_same(one, other) is same
    assert dates.distance_days(one, other) == days


def test_month_and_year_only_when_the_whole_date_lies_in_one():
    assert dates.month_of("2019-07-XX") == dates.month_of("2019-07-02/2019-07-09") == "2019-07"
    assert dates.month_of("2019") is None
    assert dates.month_of("2019-07/2019-08") is None
    assert dates.year_of("2019-07/2019-08") == 2019
    assert dates.year_of("2019-24") is None


@given(DAYS)
@settings(max_examples=30)
def test_a_day_lies_in_its_month_and_year(day):
    assert dates.month_of(str(day)) == f"{day:%Y-%m}"
    assert dates.distance_days(str(day), f"{day:%Y-%m}") == 0
    assert dates.distance_days(str(day), str(day + timedelta(days=40))) == 40


def test_ten_thousand_different_dates_take_less_than_a_second():
    days = [str(date(1990, 1, 1) + timedelta(days=n)) for n in range(10_000)]
    start = time.perf_counter()
    for day in days:
        dates.parse(day)
    assert time.perf_counter() - start < 1.0
