"""Which day is meant: EDTF, all candidates, the reason; the clock is never asked."""

import pytest

from panah.dates import check_edtf
from panah.model.reading import DateReading
from panah.read.date_grammar import printed_dates
from panah.read.date_reading import Anchor, read_date
from panah.read.incident_dates import DatedText
from panah.read.sentences import Page
from panah.read.words import words_in


def read(text: str, published: str | None = "2020-06-26", language: str = "en") -> DateReading:
    printed = printed_dates(text, words_in(text), language)
    return read_date(printed[-1], text, Anchor.of(published, printed))


@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        ("on 22 June 2020", "2020-06-22"),
        ("in June 2020", "2020-06"),
        ("in 2020", "2020"),
        ("in early 2020", "2020~"),
        ("since March 2020", "2020-03/.."),
        ("between January and June 2015", "2015-01/2015-06"),
        ("in the summer of 2019", "2019-22"),
        ("on Friday", "2020-06-26"),
        ("last Friday", "2020-06-19"),
        ("on Thursday", "2020-06-25"),
        ("yesterday", "2020-06-25"),
        ("last year", "2019"),
        ("last month", "2020-05"),
        ("last week", "2020-06-15/2020-06-21"),
        ("three weeks ago", "2020-06-05~"),
        ("two years ago", "2018~"),
        ("last July", "2019-07"),
        ("in July", "2019-07"),
        ("in May", "2020-05"),
        ("on 30 December", "2019-12-30"),
    ],
)
def test_read_against_the_day_of_publication(text: str, edtf: str) -> None:
    found = read(text)
    assert found.edtf == edtf
    check_edtf(edtf)


def test_a_weekday_with_a_day_has_every_year_that_fits() -> None:
    found = read("on Monday (22 June)")
    assert found.edtf == "2020-06-22"
    assert set(found.candidates) == {"2009-06-22", "2015-06-22", "2020-06-22"}
    assert "weekday" in found.reason
    assert found.printed == "Monday (22 June)"


@pytest.mark.parametrize("text", ["last year", "on Friday", "yesterday", "in July", "on 22 June", "three weeks ago"])
def test_without_a_day_of_publication_nothing_is_guessed(text: str) -> None:
    found = read(text, None)
    assert found.edtf is None
    assert "publication" in found.reason


def test_a_month_of_publication_is_too_coarse_for_days() -> None:
    assert read("on Friday", "2020-06").edtf is None
    assert read("last year", "2020-06").edtf == "2019"


def test_a_day_that_does_not_exist_is_read_to_the_month() -> None:
    found = read("on 31 June 2020")
    assert found.edtf == "2020-06"
    assert "does not exist" in found.reason


def test_day_and_month_that_can_be_swapped_are_both_kept() -> None:
    found = read("on 03/04/2021")
    assert found.edtf is None
    assert set(found.candidates) == {"2021-04-03", "2021-03-04"}


def test_a_weekday_that_contradicts_its_date_is_told() -> None:
    assert "weekday does not fit" in read("on Monday, 23 June 2020").reason


def test_the_year_of_the_same_month_elsewhere_is_a_candidate() -> None:
    text = "In July 2018 they came. In July they came"
    found = read(text)
    assert set(found.candidates) == {"2018-07", "2019-07"}


@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        ("On 9 October 2020 he was called. A week earlier she was followed.", "2020-10-02~"),
        ("On 9 October 2020 he was called. The day before, she was followed.", "2020-10-08"),
        ("In September 2020 he was called. A month earlier she was followed.", "2020-08"),
        ("On 9 October 2020 he was called. The following year she was followed.", "2021"),
        ("On 9 October 2020 he was called. On the 20th she was followed.", "2020-10-20"),
        ("On 9 October 2020 he was called. The same week she was followed.", "2020-10-05/2020-10-11"),
        ("On 9 October 2020 he was called. A week after he refused she was followed.", None),
    ],
)
def test_dates_counted_from_the_date_told_before(text: str, edtf: str | None) -> None:
    dated = DatedText(Page(text, "en"), "2022-01-01")
    later = [each.reading.edtf for each in dated.dates if each.sentence == 1]
    assert later == [edtf]
