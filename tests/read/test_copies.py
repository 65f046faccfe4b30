"""Copies: found among thousands, explained word by word, and never where there are none."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from real_process import panah

from panah.demo.article import article_text, spun_reprint
from panah.errors import Altered
from panah.read import copies, similar
from panah.read.copy_index import CopyIndex
from panah.read.trigrams import containment, trigrams

ORIGINAL = (
    "On 3 May 2019 a masked number called Ana Invented in Vienna. "
    '"They said that my brother would not come home before I stopped," she told the Invented Courier. '
    "About 20 families know of such calls. The embassy did not answer. The police took the report."
)

NUMBERS = [4429206135582370475, 7889041952940990455]
"""Of "a mother was", "mother was called": kept, so that an index made elsewhere stays true."""


def invented(n_words: int, seed: int) -> str:
    rng = random.Random(seed)
    return " ".join("".join(rng.choices("abcdefghij", k=rng.randint(2, 7))) for _ in range(n_words))


def test_trigrams_of_other_spelling_are_the_same() -> None:
    a, b = trigrams("The police, in Vienna, said “no”."), trigrams("the POLICE in Vienna said no")
    assert a.tolist() == b.tolist()
    assert len(a) == 4


def test_trigrams_of_scripts_without_blanks() -> None:
    assert len(trigrams("他说没有")) == 2
    assert containment(trigrams("大使馆否认此事"), trigrams("周一大使馆否认此事，记者说")) == 1.0


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=300))
def test_any_text_has_trigrams_and_contains_itself(text: str) -> None:
    numbers = trigrams(text)
    assert containment(numbers, numbers) == (1.0 if len(numbers) else 0.0)
    assert trigrams(text).tolist() == numbers.tolist()


def test_the_same_numbers_on_every_machine() -> None:
    assert trigrams("a mother was called").tolist() == NUMBERS


def test_one_copy_among_a_thousand() -> None:
    index = CopyIndex.of((number, invented(200, number)) for number in range(1000))
    original = invented(200, 77).split()
    copy = " ".join(word if number % 12 else "changed" for number, word in enumerate(original))
    [seen] = index.find(copy)
    assert seen.key == 77
    assert 0.6 < seen.containment < 0.9
    assert index.find(invented(200, 5000)) == []


def test_find_or_add_sees_what_came_before() -> None:
    index: CopyIndex[str] = CopyIndex()
    assert index.find_or_add("first", ORIGINAL) == []
    assert [each.key for each in index.find_or_add("second", ORIGINAL)] == ["first"]
    assert index.find_or_add("empty", "") == []
    assert index.find("") == []
    assert len(index) == 3


def test_what_changed_is_told_by_kind() -> None:
    copy = (
        ORIGINAL.replace("Ana Invented in Vienna", "Ana Altered in Graz")
        .replace("2019", "2016")
        .replace("20 f", "40 f")
    )
    likeness = copies.compare(ORIGINAL, copy)
    assert likeness.same_source
    kinds = {kind for each in likeness.sentences for kind in each.changes}
    assert kinds == {"name", "date", "number"}
    for each in likeness.sentences:
        assert ORIGINAL[slice(*each.first)] != copy[slice(*each.second)]


@pytest.mark.parametrize(
    ("said", "fate"),
    [
        ("They said that my brother would not come home before I stopped,", "identical"),
        ("They told me that my brother would never come home before I stopped,", "altered"),
        ("It is cold here in winter and nobody minds,", "absent"),
    ],
)
def test_the_fate_of_a_quotation(said: str, fate: str) -> None:
    copy = ORIGINAL.replace("They said that my brother would not come home before I stopped,", said)
    likeness = copies.compare(ORIGINAL, copy)
    assert [told for _words, told in likeness.quotations] == [fate]


def test_the_spun_reprint_is_one_source_by_words_alone() -> None:
    reprint = spun_reprint(article_text(), np.random.default_rng(7))
    likeness = copies.compare(article_text(), reprint)
    assert likeness.same_source
    assert likeness.by_meaning is None


def test_an_article_on_the_same_subject_is_no_copy() -> None:
    other = (
        "In Graz a bookseller was visited by a man in March 2022. He asked for the list of her readers. "
        "The embassy did not answer."
    )
    likeness = copies.compare(ORIGINAL, other)
    assert not likeness.same_source
    assert likeness.sentences == likeness.quotations == ()


SPUN = (
    "In Vienna, on the third day of May 2019, Ana Invented got a telephone call from a hidden number. "
    "She reported to the Invented Courier being warned her brother was going to stay away unless she fell silent. "
    "Some twenty households have heard of calls like these. There was no reply from the diplomatic mission. "
    "Officers registered the complaint."
)


@pytest.mark.skipif(not similar.is_installed(), reason="the extra `similar` is not installed")
def test_by_meaning_where_no_words_are_left() -> None:
    assert not copies.compare(ORIGINAL, SPUN).same_source
    likeness = copies.compare(ORIGINAL, SPUN, similar.embedder())
    assert likeness.same_source
    assert likeness.by_meaning is not None
    assert likeness.by_meaning >= similar.SAME_DOCUMENT


@pytest.mark.skipif(not similar.is_installed(), reason="the extra `similar` is not installed")
def test_by_meaning_an_article_on_the_same_subject_is_no_copy() -> None:
    other = (
        "A bookseller from Graz says that a man visited her shop in March 2022. He wanted the list of her readers. "
        "She refused and wrote to the newspaper. Her colleagues were afraid for weeks. The mayor promised help."
    )
    assert not copies.compare(ORIGINAL, other, similar.embedder()).same_source


def test_meaning_is_a_plain_function_of_vectors() -> None:
    def one_way(sentences: object) -> np.ndarray:
        rows = [np.eye(8, dtype=np.float32)[hash(str(each)[:1]) % 8] for each in sentences]  # type: ignore[attr-defined]
        return np.array(rows)

    assert similar.same_by_meaning("", ORIGINAL, one_way) == 0.0
    assert 0.0 <= similar.same_by_meaning(ORIGINAL, SPUN, one_way) <= 1.0


def test_an_exchanged_model_is_not_loaded(tmp_path: Path) -> None:
    model = tmp_path / "e5-small-q4.bin"
    with pytest.raises(Altered, match="cannot be read"):
        similar.check_model(model)
    model.write_bytes(b"another model")
    with pytest.raises(Altered, match="not the one"):
        similar.check_model(model)


def test_the_command_tells_copies(tmp_path: Path) -> None:
    earlier = article_text()
    (tmp_path / "archive").mkdir()
    (tmp_path / "archive/earlier.txt").write_text(earlier, encoding="utf-8")
    (tmp_path / "archive/broken.pdf").write_bytes(b"%PDF-1.4 cut")
    (tmp_path / "copy.txt").write_text(spun_reprint(earlier, np.random.default_rng(2)), encoding="utf-8")
    done = panah("read", tmp_path / "copy.txt", "--seen", tmp_path / "archive", "--json")
    assert done.returncode == 0, done.stderr
    seen = json.loads(done.stdout)["document"]["seen_before"]
    assert seen["path"].endswith("earlier.txt")
    assert seen["same_source"] is True
    assert "broken.pdf" in done.stderr
