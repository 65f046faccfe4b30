"""Hundreds of ways to tell a date, in ten languages, each read alone against one day of publication."""

from __future__ import annotations

from pathlib import Path

import pytest

from panah.read.date_grammar import printed_dates
from panah.read.date_reading import Anchor, read_date
from panah.read.words import words_in

PUBLISHED = "2024-06-14"
LINES = [
    tuple(part.strip() for part in line.split(" | "))
    for line in Path(__file__).with_name("expressions.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("#")
]
LANGUAGES = list(dict.fromkeys(language for language, _, _ in LINES))


@pytest.mark.parametrize("language", LANGUAGES)
def test_dates_are_read(language: str) -> None:
    rows = [(words, edtf) for each, words, edtf in LINES if each == language]
    assert {words: read(words, language) for words, _ in rows} == {words: [edtf] for words, edtf in rows}


def read(words: str, language: str) -> list[str | None]:
    dates = printed_dates(words, words_in(words), language)
    return [read_date(date, words, Anchor.of(PUBLISHED, [date])).edtf for date in dates]
