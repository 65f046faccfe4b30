"""Numbers of people and cases with their hedge; years, money, ages and addresses are no counts."""

from pathlib import Path

import pytest

from panah.read.counts import find_counts
from panah.read.sentences import Page


def counts(text: str, language: str = "en", *, copied: bool = False) -> list[tuple[int, str]]:
    return [(each.value, str(each.modifier)) for each in find_counts(Page(text, language), copied=copied)]


@pytest.mark.parametrize(
    "text",
    [
        "in 2019", "on 22 June 2020", "It cost 20 euros.", "She is 35.", "He walked 20 kilometres.", "5% of it", "Article 19 said so.",
        "at 10.30", "3.5 refugees", "the A4 road", "one man came", "", "²", "99999999999999 people",
    ],
)  # fmt: skip
def test_what_is_no_count(text: str) -> None:
    assert counts(text) == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("about 20 recent cases", (20, "about")),
        ("at least 14 refugees", (14, "at_least")),
        ("more than 60 cases", (60, "more_than")),
        ("up to one million people", (1_000_000, "up_to")),
        ("up to 500,000 people", (500_000, "up_to")),
        ("fewer than ten activists", (10, "fewer_than")),
        ("nearly 90 attempts", (90, "about")),
        ("some 300 exiles", (300, "about")),
        ("around two dozen students", (24, "about")),
        ("twenty-one activists", (21, "exactly")),
        ("six teachers", (6, "exactly")),
        ("3,000 or so exiles", (3000, "about")),
        ("2.5 million people", (2_500_000, "exactly")),
    ],
)
def test_value_and_hedge(text: str, expected: tuple[int, str]) -> None:
    assert counts(f"There were {text}.") == [expected]


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("de", "Rund 50 Aktivisten kamen.", (50, "about")),
        ("de", "mindestens drei Fälle", (3, "at_least")),
        ("fr", "Environ 20 militants", (20, "about")),
        ("nl", "ongeveer 30 vluchtelingen", (30, "about")),
        ("sv", "omkring 40 flyktingar", (40, "about")),
        ("nb", "rundt 40 flyktninger", (40, "about")),
        ("zh", "大约20人", (20, "about")),
    ],
)
def test_other_languages(language: str, text: str, expected: tuple[int, str]) -> None:
    assert counts(text, language) == [expected]


def test_a_broken_number_is_read_in_a_copy_only() -> None:
    text = "the 3,00 0 Uighurs living there"
    assert (3000, "exactly") in counts(text, copied=True)
    assert (3000, "exactly") not in counts(text)


def test_the_counted_noun_is_kept() -> None:
    page = Page("He knew of about 15 recent cases in Belgium.", "en")
    (count,) = find_counts(page)
    assert count.of == "recent cases"
    assert count.text == "about 15 recent cases"
    assert page.text[count.start : count.end] == count.text


COUNTED = [
    tuple(part.strip() for part in line.split(" | "))
    for line in Path(__file__).with_name("counted.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]


@pytest.mark.parametrize("language", list(dict.fromkeys(row[0] for row in COUNTED)))
def test_numbers_as_ten_languages_write_them(language: str) -> None:
    rows = [row[1:] for row in COUNTED if row[0] == language]
    wanted = {text: [] if value == "-" else [(int(value), modifier)] for text, value, modifier in rows}
    found = {text: [(c.value, c.modifier.value) for c in find_counts(Page(text, language))] for text in wanted}
    assert found == wanted
