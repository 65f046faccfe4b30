"""Copies by wording: what is read does not know a seed, the bound is a bound, and what cannot be told is not told."""

from __future__ import annotations

import math
import random
import unicodedata

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panah.marks import Copy, new_seed, note_in, trace
from panah.marks.notes import Note
from panah.marks.tracing import WRONGLY, _tail, letters_of, read_choices

SEEDS = [f"{n:032x}" for n in range(1, 21)]


def note() -> Note:
    found = note_in("en")
    assert found is not None
    return found


def report(seed: str) -> str:
    return "A report of invented things.\n\n" + " ".join(Copy(seed).note()) + "\n\nAppendix: " + "lorem ipsum " * 300


def named(text: str) -> list[str]:
    return [lead.seed for lead in trace(text, SEEDS).leads if lead.is_named]


def test_each_way_is_told_from_each_other_way() -> None:
    """Place by place: all else equal, every way is read as itself."""
    told = note()
    for place, n_ways in enumerate(told.n_ways):
        for way in range(n_ways):
            choices = [0] * len(told.n_ways)
            choices[place] = way
            read = read_choices(letters_of(" ".join(told.said(choices))), told)
            assert read == dict(enumerate(choices)), (place, way)


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text.upper(),
        lambda text: unicodedata.normalize("NFKC", text),
        lambda text: "".join(text.split()),
        lambda text: text.replace(" ", "\u200b \u00a0"),
        lambda text: text.replace("i", "l").replace("o", "0"),
        lambda text: "\n> ".join(text[at : at + 60] for at in range(0, len(text), 60)),
        lambda text: text[400:],
    ],
    ids=["capitals", "NFKC", "no blanks", "invisible", "misread", "quoted mail", "cut at the head"],
)
def test_what_a_copy_goes_through_does_not_hide_it(damage: object) -> None:
    for seed in SEEDS[:5]:
        assert named(damage(report(seed))) == [seed]  # type: ignore[operator]


def test_the_code_alone_names_nobody() -> None:
    (lead,) = trace(f"copied from {Copy(SEEDS[3]).code}", SEEDS).leads
    assert (lead.seed, lead.shows_code, lead.is_named) == (SEEDS[3], True, False)


def test_the_code_tells_nothing_of_the_words_and_copies_differ() -> None:
    assert len({Copy(seed).code for seed in SEEDS}) == len(SEEDS)
    agreements = [
        sum(a == b for a, b in zip(Copy(one).choices(note()), Copy(other).choices(note()), strict=True))
        for one in SEEDS
        for other in SEEDS
        if one < other
    ]
    assert 10 < sum(agreements) / len(agreements) < 14  # 48 places, one of four agrees


def test_three_sentences_are_not_enough_to_name_anybody() -> None:
    found = trace(" ".join(Copy(SEEDS[0]).note()[:3]), SEEDS)
    assert found.n_read == 9
    assert not any(lead.is_named for lead in found.leads)


def test_two_who_mix_their_copies_are_mostly_found_and_nobody_else_ever() -> None:
    told, hits = note(), 0
    for run in range(60):
        choose = random.Random(run)
        pair = choose.sample(SEEDS, 2)
        mixed = [choose.choice(ways) for ways in zip(*(Copy(seed).choices(told) for seed in pair), strict=True)]
        found = named(" ".join(told.said(mixed)))
        assert set(found) <= set(pair)
        hits += bool(found)
    assert hits >= 45


def test_the_tail_is_the_binomial_one() -> None:
    tail = _tail([0.25] * 48)
    for k in (0, 1, 12, 30, 48):
        exact = sum(math.comb(48, j) * 0.25**j * 0.75 ** (48 - j) for j in range(k, 49))
        assert tail[k] == pytest.approx(exact, rel=1e-9)
    assert tail[48] * len(SEEDS) < WRONGLY < tail[20] * len(SEEDS)


@pytest.mark.slow
def test_innocent_copies_agree_as_often_as_the_bound_says() -> None:
    """The control of the error bound: at a level that can be seen, wrong names come as often as computed, or less."""
    told, level, wrong = note(), 0.2, 0
    for run in range(400):
        choose = random.Random(run)
        text = " ".join(told.said([choose.randrange(n) for n in told.n_ways]))
        read = read_choices(letters_of(text), told)
        tail = _tail([0.25] * len(read))
        others = [Copy(f"{run:016x}{n:016x}") for n in range(20)]
        agree = [sum(copy.choices(told)[place] == way for place, way in read.items()) for copy in others]
        wrong += any(tail[n] * len(others) <= level for n in agree)
    assert 0 < wrong / 400 <= level * 1.1


@settings(max_examples=60, deadline=None)
@given(st.text(max_size=400))
def test_any_text_is_read_and_names_nobody(text: str) -> None:
    assert not any(lead.is_named for lead in trace(text, SEEDS).leads)


def test_a_language_without_a_note_has_the_code_only() -> None:
    assert Copy(SEEDS[0]).note("ug") == []
    assert note_in("../en") is None
    found = trace(Copy(SEEDS[0]).code, SEEDS, language="ug")
    assert (found.n_places, found.leads[0].shows_code, found.leads[0].is_named) == (0, True, False)


def test_seeds_are_random_and_do_not_show() -> None:
    seed = new_seed()
    assert seed != new_seed()
    assert seed not in repr(Copy(seed))
