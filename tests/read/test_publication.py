"""The day of publication: said, stated, printed or inferred, and what contradicts it."""

import pytest

from panah.errors import BadDate
from panah.read import read_document


@pytest.mark.parametrize("published", ["yesterday", "22.06.2020", "2020-13", "", "2020-02-30"])
def test_a_day_that_is_none_is_refused(published: str) -> None:
    with pytest.raises(BadDate, match="published: not a date"):
        read_document("Ana said no.", published=published)


@pytest.mark.parametrize(
    ("text", "published", "found", "reason"),
    [
        (
            "Calls\n\nBy Ana Example, 18 November 2024\n\nThey came in May.",
            "2024-11-20",
            "2024-11-20",
            "said by the user",
        ),
        ("Calls\n\nBy Ana Example, 18 November 2024\n\nThey came in May.", None, "2024-11-18", "head"),
        ("Calls\n\nPublished 2020-06-22 10:00\n\nThey came in May.", None, "2020-06-22", "head"),
        ("They came in May.", None, None, ""),
        (
            "On 3 May 2019 they came to her house in Antwerp and she was afraid of them and left the country.",
            None,
            None,
            "",
        ),
        ("They came in May 2019. They met on Monday (22 June).", None, "2020-06~", "inferred"),
    ],
)
def test_how_the_day_is_known(text: str, published: str | None, found: str | None, reason: str) -> None:
    note = read_document(text, published=published).document
    assert note.published == found
    assert reason in note.published_reason


def test_a_date_after_publication_is_a_sign() -> None:
    signals = read_document("In 2031 they came.", published="2020-06-22").document.copy_note.signals
    assert [(signal.kind, signal.note) for signal in signals] == [
        ("contradicting_date", "after the day of publication")
    ]


def test_a_repair_keeps_what_is_printed_and_says_why() -> None:
    text = (
        "He informed thiswebsite of 3,00 0 people. In one recent case in Strasbourg, "
        "in 2015, men disrupted a conference on Uyghur rights.\n\n"
        "In 2015 they came again, and in 2015 they called."
    )
    reading = read_document(text, published="2020-06-22")
    (date,) = {each.date for each in reading.incidents if each.tactic == "event_disruption"}
    assert date.printed == "2015"
    assert date.edtf == "2019?"
    assert date.candidates == ("2019", "2015")
    assert "altered copy" in date.reason
