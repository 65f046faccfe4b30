"""A comparison asks its questions in whatever order is quick; the answers are those of the plain order."""

from __future__ import annotations

import random
from dataclasses import replace

import pytest

from panah.link import backends
from panah.link.comparisons import BIRTH_DATE, IDENTIFIER, NAME, NAME_ACROSS, Comparison
from panah.link.features import feature_table
from panah.model.linkage import ListRecord, RecordList

PARTS = ("Ablajan", "Ablajan", "Ablijan", "Tursun", "Tursunjan", "Gulnar", "Gülnar", "Qadir", "Kadeer", "Mehmet", "Li")
ACROSS = (*PARTS, "ئابلاجان", "تۇرسۇن", "阿不都", "图尔荪", "Турсун", "Гулнар")


def slip(rng: random.Random, text: str) -> str:
    """The text with nothing, one letter dropped, put in, replaced, or two exchanged."""
    at, kind = rng.randrange(len(text)), rng.randrange(5)
    letter = rng.choice("0123456789")
    return (
        text,
        text[:at] + text[at + 1 :],
        text[:at] + letter + text[at:],
        text[:at] + letter + text[at + 1 :],
        text[:at] + text[at + 1 : at + 2] + text[at : at + 1] + text[at + 2 :],
    )[kind]


def invented(rng: random.Random, words: tuple[str, ...], n: int) -> RecordList:
    """Records whose names share words, and whose numbers and dates differ by a slip or two."""
    found = []
    for row in range(1, n + 1):
        forms = tuple(" ".join(rng.choices(words, k=rng.randint(1, 3))) for _ in range(rng.randint(1, 2)))
        details = {"identifier": slip(rng, slip(rng, "48120957")), "birth_date": slip(rng, slip(rng, "19741203"))}
        found.append(ListRecord(str(row), row, forms, details=details))
    return RecordList("invented", tuple(found), {})


def levels(comparison: Comparison, records: RecordList) -> list[tuple[int, int, int]]:
    """The comparison vector value of every pair."""
    with backends.database(feature_table([records]), 0) as backend:
        sides = ", ".join(f"{side}.{column} as {column}_{side}" for column in backend.columns() for side in "lr")
        pairs = f"select {sides} from records l join records r on l.unique_id < r.unique_id"
        return backend.rows(f"select unique_id_l, unique_id_r, {comparison.gamma_sql} from ({pairs}) order by all")


@pytest.mark.parametrize(
    ("comparison", "words"), [(NAME, PARTS), (NAME_ACROSS, ACROSS), (BIRTH_DATE, PARTS)], ids=lambda one: str(one)[:20]
)
def test_asking_for_the_last_level_first_changes_no_answer(comparison: Comparison, words: tuple[str, ...]) -> None:
    records = invented(random.Random(7), words, 120)
    quick, plain = levels(comparison, records), levels(replace(comparison, apart_sql=None), records)
    assert quick == plain
    assert {gamma for _left, _right, gamma in quick} >= set(range(len(comparison.levels)))


def test_one_slip_of_the_pen_is_found_wherever_it_is() -> None:
    plain = replace(
        IDENTIFIER.levels[1],
        sql="length(identifier_l) >= 6 and damerau_levenshtein(identifier_l, identifier_r) <= 1",
    )
    records = invented(random.Random(8), PARTS, 150)
    found = levels(IDENTIFIER, records)
    assert found == levels(replace(IDENTIFIER, levels=(IDENTIFIER.levels[0], plain, IDENTIFIER.levels[2])), records)
    assert {gamma for _left, _right, gamma in found} == {0, 1, 2}


def test_a_wrong_question_would_be_seen() -> None:
    records = invented(random.Random(7), PARTS, 120)
    wrong = replace(NAME, apart_sql="part_likeness(name_forms_l, name_forms_r) < 0.95")
    assert levels(wrong, records) != levels(NAME, records)
