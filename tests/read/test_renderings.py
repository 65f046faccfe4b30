"""Words of other languages as the English words they render."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panah.read.phrases import rows_of
from panah.read.renderings import LANGUAGES, UNSPACED, renderings
from panah.read.telling import NOTHING, stem, told_by
from panah.read.words import words_in


def english(language: str, text: str) -> set[str]:
    return {each for _, found in renderings(language).of(words_in(text)) for each in found}


@pytest.mark.parametrize(
    ("language", "text", "rendered"),
    [
        ("ru", "Его избили", "punched"),
        ("tr", "Kardeşini gözaltına aldılar", "detained"),
        ("ug", "ئۇلار تەھدىت قىلدى", "threatened"),
        ("zh", "他们威胁他的家人", "threatened"),
    ],
)
def test_a_word_renders_its_english(language: str, text: str, rendered: str) -> None:
    assert rendered in english(language, text)


@pytest.mark.parametrize(
    ("language", "text", "tactic"),
    [
        ("ru", "Двое мужчин избили его дубинками у подъезда и сломали ему руку", "assault"),
        (
            "tr",
            "Konsolosluk pasaportunu yenilemeyi reddetti ve başvurusunu geri çevirdi",
            "passport_or_consular_denial",
        ),
        ("zh", "一个陌生男子在街对面用长镜头偷拍参加集会的人并记下车牌", "covert_photography"),
        ("ru", "Комитет обсудит бюджет в четверг", NOTHING),
    ],
)
def test_a_tactic_told_in_words_of_no_rule(language: str, text: str, tactic: str) -> None:
    probable = told_by(language, words_in(text), ())
    assert max(probable, key=lambda each: probable[each]) == tactic


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_rendering_can_match(language: str) -> None:
    known = {row["feature"] for row in rows_of("tactic_weights")}
    rows = rows_of(f"renderings_{language}")
    assert len({row["english"] for row in rows}) == len(rows) > 1500
    assert sum(f"w:{stem(row['english'])}" in known for row in rows) > 0.95 * len(rows)
    for row in rows:
        for word in row["words"].split():
            shown = word.removesuffix("*")
            assert shown == shown.lower().strip("*"), (row["english"], word)
            assert language in UNSPACED or len(words_in(shown)) == 1, (row["english"], word)


@settings(max_examples=100, deadline=None)
@given(st.sampled_from(LANGUAGES), st.text(max_size=300))
def test_numbers_are_those_of_words(language: str, text: str) -> None:
    words = words_in(text)
    numbers = [at for at, _ in renderings(language).of(words)]
    assert numbers == sorted(set(numbers))
    assert all(0 <= at < len(words) for at in numbers)
