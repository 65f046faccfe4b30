"""Which of several dates is that of the incident: that of its clause, not the day on which somebody spoke or was charged."""

import pytest

from panah.read import read_document

PUBLISHED = "2024-06-14"
BEATEN = "was beaten outside her flat in Oslo by two men"


def dates(text: str, published: str | None = PUBLISHED) -> list[str | None]:
    return [each.date.edtf for each in read_document(text, published=published).incidents]


@pytest.mark.parametrize(
    ("text", "edtf"),
    [
        # the clause that tells the act
        (f"Lana Example, who fled Syria in 2012, {BEATEN} on 3 May.", "2024-05-03"),
        (f"A Syrian writer who moved to Norway in 2012 {BEATEN} on 3 May.", "2024-05-03"),
        (f"On 3 May Lana Example, a Syrian writer, {BEATEN}, two years after she had left Syria in March 2022.", "2024-05-03"),
        (f"Lana Example, a Syrian writer, {BEATEN} on 3 May, and on 9 May her lawyer wrote to the minister.", "2024-05-03"),
        # somebody's speaking
        (f"Lana Example, a Syrian writer, {BEATEN} on 3 May, police said on Wednesday.", "2024-05-03"),
        (f"On Wednesday the police said that Lana Example, a Syrian writer, {BEATEN}.", None),
        (f"A lawyer told a hearing in Oslo on Tuesday that Lana Example, a Syrian writer, {BEATEN} on 3 May.", "2024-05-03"),
        # the sentence after, the sentence before
        (f"Lana Example, a Syrian writer, {BEATEN}. The attack happened on 3 May.", "2024-05-03"),
        (f"Lana Example, a Syrian writer, came to a rally on 3 May. She {BEATEN}.", "2024-05-03"),
        (f"Lana Example, a Syrian writer, came to a rally on 3 May. She had earlier {BEATEN.replace('was', 'been')}.", None),
        # an unknown time is not filled from elsewhere
        (f"Lana Example, a Syrian writer, came to a rally on 3 May. A few weeks later she {BEATEN}.", None),
        # what goes on
        ("A Syrian writer in Oslo has been followed by two men from the embassy since March 2023.", "2023-03/.."),
    ],
)  # fmt: skip
def test_the_date_of_an_incident(text: str, edtf: str | None) -> None:
    assert dates(text)[:1] == [edtf]


def test_the_day_of_a_charge_is_not_that_of_the_deed() -> None:
    text = (
        "A man was charged in Stockholm on Monday with spying on Uyghur refugees for China. "
        "Between March and June 2023 he had passed on their addresses."
    )
    assert dates(text)[0] == "2023-03/2023-06"


def test_a_deed_without_a_date_does_not_take_that_of_its_charge() -> None:
    assert dates("A man was charged in Stockholm on Monday with spying on Uyghur refugees for China.") == [None]


@pytest.mark.parametrize(
    ("head", "published"),
    [
        ("OSLO, May 6, 2024 (Example News) — ", "2024-05-06"),
        ("OSLO, 6 May 2024 - ", "2024-05-06"),
    ],
)
def test_a_dateline_is_the_day_of_publication_and_of_no_incident(head: str, published: str) -> None:
    text = f"{head}Lana Example, a Syrian writer, {BEATEN} on Friday."
    read = read_document(text)
    assert read.document.published == published
    assert [each.date.edtf for each in read.incidents] == ["2024-05-03"]


def test_a_date_in_the_first_sentence_is_no_dateline() -> None:
    text = f"On 6 May 2024 Lana Example, a Syrian writer, {BEATEN}."
    assert read_document(text).document.published is None
    assert dates(text, None) == ["2024-05-06"]
