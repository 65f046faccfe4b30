"""Who was spoken of last, so that a pronoun finds its person or body."""

import pytest

from panah.read.memory import Memory, gender_of, pronouns
from panah.read.people import Names, Who
from panah.read.words import words_in


def memory(*sentences: str) -> Memory:
    text = " ".join(sentences)
    remembered = Memory(Names(text, words_in(text), "en"))
    start = 0
    for sentence in sentences:
        remembered.see_sentence(words_in(text, start, start + len(sentence)))
        start += len(sentence) + 1
    return remembered


def resolved(pronoun: str, *sentences: str) -> str | None:
    who = memory(*sentences).resolve(pronoun)
    return who.name if who else None


@pytest.mark.parametrize(
    ("words", "gender"),
    [({"his", "brother"}, "m"), ({"sister"}, "f"), ({"his", "sister"}, "?"), ({"teacher"}, "?"), (set(), "?")],
)
def test_gender_by_the_words_beside(words: set[str], gender: str) -> None:
    assert gender_of(words) == gender


def test_nobody_was_spoken_of() -> None:
    for pronoun in ("he", "she", "it", "they", "who", "nobody"):
        assert resolved(pronoun, "The weather was good.") is None


def test_the_person_named_last() -> None:
    assert resolved("she", "Ana Example left.", "Berta Example came.") == "Berta Example"


def test_the_subject_before_the_others_of_its_sentence() -> None:
    assert resolved("she", "Ana Example met Berta Example.") == "Ana Example"


def test_a_pronoun_binds_the_gender_of_the_one_name_beside_it() -> None:
    sentences = ("Erkin Example spoke of his daughters.", "Ana Example left with her bag.")
    assert resolved("he", *sentences) == "Erkin Example"
    assert resolved("she", *sentences) == "Ana Example"


def test_a_found_person_keeps_the_gender() -> None:
    remembered = memory("Ana Example left.")
    assert remembered.resolve("she") is not None
    assert remembered.resolve("he") is None


def test_a_body_is_it_and_a_speaker_is_who() -> None:
    remembered = memory("Ana Example left.")
    embassy = Who("the embassy", "embassy", 0, 3)
    remembered.see_speaker(embassy)
    it, who = remembered.resolve("it"), remembered.resolve("who")
    assert (it and it.name, who and who.name) == ("the embassy", "the embassy")


def test_every_language_of_quotations_has_its_pronouns() -> None:
    for language in ("en", "de", "fr", "nl", "sv", "nb", "tr", "ru", "zh", "ug"):
        assert pronouns(language)
    assert pronouns("xx") == {}
