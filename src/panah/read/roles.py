"""People by what they are: "a nurse in Graz", "his mother, Halima", "the 34-year-old", and who is meant by "the lawyer" later.

A role stands for a person only where the document gives it to one name and no more.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import Final

from .word_classes import word_class
from .words import Word

MAX_ADJECTIVES: Final = 4
MAX_APPOSITION: Final = 6
AGE: Final = "year-old"
NEW: Final = frozenset(
    ["a", "an", "another", "one", "two", "some", "eine", "einer", "ein", "une", "un", "een", "en", "ei", "et"]
)
_OWN_NAME: Final = frozenset(["called", "named"])


def human_words(language: str) -> frozenset[str]:
    """Words for one person: kin, professions, "man", "student"."""
    return word_class("human", language)


def human_phrases(words: Sequence[Word], language: str) -> Iterator[tuple[Word, ...]]:
    """Each noun phrase of a sentence that names one person without a name, its determiner left out: "exiled poet"."""
    humans = human_words(language) | word_class("plural", language) | word_class("pair", language)
    determiners = word_class("determiner", language)
    breaks = word_class("breaks", language) | word_class("place_preposition", language)
    for at, word in enumerate(words):
        before = words[at - 1] if at else None
        names = before is not None and before.text not in determiners and not before.capital
        if word.text not in humans or (word.capital and language != "de" and names):
            continue
        follows = words[at + 1] if at + 1 < len(words) else None
        if follows is not None and (follows.text in humans or (follows.capital and language != "de")):
            continue  # "the nurse Ana Example" has a name; in "a student nurse" the second word is the person
        first = at
        while first and at - first < MAX_ADJECTIVES and words[first - 1].text not in determiners | breaks:
            if words[first - 1].text == "'s" or words[first - 1].text in humans:
                break
            first -= 1
        owned = first and (words[first - 1].text in determiners or words[first - 1].text == "'s")
        if owned or language in {"ru", "tr", "ug", "sv", "nb"}:
            yield tuple(words[first : at + 1]) if owned else (word,)


def is_new(words: Sequence[Word], start: int) -> bool:
    """Whether "a" or "another" stands before: somebody not told of yet."""
    before = [word for word in words if word.end <= start][-1:]
    return bool(before) and before[0].text in NEW


def roles_beside(
    text: str, words: Sequence[Word], first: int, last: int, titles: Sequence[Word], language: str
) -> set[str]:
    """The roles that a text gives to the name that stands from word ``first`` to word ``last``.

    "the lawyer, Ana Example", "Foreign Minister Ana Example", "Ana Example, a carpenter", "Ana Example, 34,".
    """
    kinds = word_class("role", language) | human_words(language)
    found = {word.text for word in titles if word.text in kinds}
    before = words[max(0, first - 2) : first]
    gap = text[before[-1].end : words[first].start] if before else ""
    if before and gap.strip() in {"", ","} and before[-1].text in kinds:
        found.add(before[-1].text)
    end = words[last].end
    if text[end : end + 1] != ",":
        return found
    stop = min((at for at in (text.find(mark, end + 1) for mark in ",.;") if at > 0), default=len(text))
    apposed = [word for word in words[last + 1 : last + 1 + MAX_APPOSITION] if word.start < stop]
    if apposed and apposed[0].text.isdecimal() and len(apposed) == 1:
        found.add(f"{apposed[0].text}-{AGE}")
        return found
    if apposed and apposed[0].text in word_class("determiner", language):
        ends = word_class("breaks", language) | {"of", "in", "for"}
        head = next((at for at, word in enumerate(apposed) if word.text in ends), len(apposed))
        if head < len(apposed) or text[apposed[-1].end : apposed[-1].end + 1] in {",", ".", ";"}:
            found |= {word.text for word in apposed[:head] if word.text in kinds}
    return found


def only_ones(given: Sequence[tuple[str, str]]) -> dict[str, str]:
    """Role to name, for the roles that one name has and no other."""
    found: dict[str, set[str]] = defaultdict(set)
    for role, name in given:
        found[role].add(name)
    return {role: names.pop() for role, names in found.items() if len(names) == 1}


def single_name_after(text: str, words: Sequence[Word], at: int, language: str) -> str | None:
    """The role before a single name that is apposed or given: "his mother, Halima, …", "a nurse called Halima"."""
    if (
        at < 1
        or not words[at].capital
        or (at + 1 < len(words) and words[at + 1].capital and text[words[at].end] == " ")
    ):
        return None
    before = words[at - 1]
    if before.text in _OWN_NAME and at > 1 and words[at - 2].text in human_words(language):
        return words[at - 2].text
    apposed = text[before.end : words[at].start] == ", " and text[words[at].end : words[at].end + 1] in {",", "."}
    return before.text if apposed and not before.capital and before.text in human_words(language) else None


def introduced_role(text: str, words: Sequence[Word], at: int, language: str) -> str | None:
    """The role of whoever names himself: "The caller gave his name as Colonel Example", "a seamstress, here called Ana"."""
    before, leading = list(words[max(0, at - MAX_TO_OWN_NAME) : at]), word_class("names_himself", language)
    if not any(word.text in leading for word in before):
        return None
    stop = max(text.rfind(mark, before[0].start, words[at].start) for mark in ".;!?\n")
    before = [word for word in before if word.start > stop]
    titles = word_class("role", language)
    while before and (before[-1].capital or before[-1].text in titles | _BEFORE_NAME):
        before = before[:-1]
    if not any(word.text in leading for word in before[-MAX_LEADING_TO_NAME:]):
        return None
    humans = human_words(language) | word_class("caller", language)
    return next((word.text for word in reversed(before) if word.text in humans), None)


MAX_TO_OWN_NAME: Final = 14
MAX_LEADING_TO_NAME: Final = 2
_BEFORE_NAME: Final = frozenset(
    ["as", "only", "a", "certain", "mr", "mrs", "ms", "als", "comme", "som", "vor", "voor", "un", "en", "ein"]
)


MAX_HAN_ROLE_AFTER: Final = 8


@lru_cache(maxsize=1)
def _han_patterns() -> tuple[re.Pattern[str], re.Pattern[str]]:
    roles = "|".join(sorted(word_class("human", "zh") | word_class("person_role", "zh"), key=len, reverse=True))
    surnames, followers = "".join(word_class("surname", "zh")), "".join(word_class("name_follower", "zh"))
    name = rf"[{surnames}][\u4e00-\u9fff]{{1,2}}?(?=[{followers}，。、：:；]|$)"
    counted = "".join(word_class("one_of", "zh"))
    return (
        re.compile(rf"(?:^|(?:{roles}))(?P<name>{name})"),
        re.compile(rf"[{counted}][^，。；]{{0,{MAX_HAN_ROLE_AFTER}}}?(?P<role>{roles})"),
    )


def han_people(text: str, start: int, end: int) -> list[tuple[int, int, bool]]:
    """Names and unnamed people of a Chinese sentence: where they stand, and whether it is a name.

    Chinese marks no name by a capital: one is a surname and one or two characters, at the head of a sentence or after a role.
    """
    named, unnamed = _han_patterns()
    stretch = text[start:end]
    found = [(start + m.start("name"), start + m.end("name"), True) for m in named.finditer(stretch)]
    found += [(start + m.start("role"), start + m.end("role"), False) for m in unnamed.finditer(stretch)]
    return sorted(found)
