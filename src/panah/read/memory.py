"""Who was spoken of last, so that "he", "she" and "it" find their person or body."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from .people import Names, Run, Who, runs_in
from .word_classes import word_class
from .words import Word

_PRONOUNS: Final[dict[str, dict[str, str]]] = {
    "en": {"he": "m", "she": "f", "it": "it", "they": "they", "who": "speaker", "i": "speaker", "we": "speaker"},
    "de": {"er": "m", "sie": "f", "es": "it"},
    "fr": {"il": "m", "elle": "f", "ils": "they", "elles": "they"},
    "nl": {"hij": "m", "zij": "f", "ze": "f", "het": "it"},
    "sv": {"han": "m", "hon": "f", "de": "they", "det": "it", "den": "it"},
    "nb": {"han": "m", "hun": "f", "de": "they", "det": "it", "den": "it"},
    "tr": {"o": "any", "onlar": "they"},
    "ru": {"он": "m", "она": "f", "они": "they"},
    "zh": {"他": "m", "她": "f"},
    "ug": {"ئۇ": "any", "ئۇلار": "they"},
}


def pronouns(language: str) -> dict[str, str]:
    """The pronouns of a language that can be the subject of a verb of saying, and what they ask for."""
    return _PRONOUNS.get(language, {})


_BODY_KINDS: Final = frozenset({"organisation", "authority", "embassy", "news"})
_FEMALE: Final = word_class("female", "mul")
_MALE: Final = word_class("male", "mul")


def gender_of(words: set[str]) -> str:
    """``m``, ``f`` or ``?`` by the words beside a name."""
    male, female = bool(words & _MALE), bool(words & _FEMALE)
    return "?" if male == female else ("m" if male else "f")


MAX_BEFORE_SUBJECT: Final = 24
"""Characters: "The former officer", "In Graz a shopkeeper"."""


@dataclass(slots=True)
class Memory:
    """People and bodies in the order in which they were last named."""

    names: Names
    recent: list[Who] = field(default_factory=list)
    genders: dict[str, str] = field(default_factory=dict)
    speaker: Who | None = None
    subject: Who | None = None
    """Whom the sentence seen last begins with."""

    def latest_human(self) -> Who | None:
        """The person spoken of last."""
        return self._latest(lambda who: who.human and not who.plural)

    def only_named(self) -> Who | None:
        """The one person with a name of those spoken of so far; nobody when there are several."""
        named = {who.name: who for who in self.recent if who.kind == "person" and not who.plural}
        return next(iter(named.values())) if len(named) == 1 else None

    def see_sentence(self, words: tuple[Word, ...]) -> None:
        """Remember the people a sentence names, the subject (named first) as the most recent."""
        runs: list[Run] = runs_in(self.names.text, words, self.names.language)
        people = self.names.people_of(runs)
        unnamed = [who for who in self.names.humans_in(words) if who.kind != "person" or self.names.language == "zh"]
        for run in runs:
            if len(run.words) > 1 and (self.names.is_body(run) or self.names.is_association(run)):
                self._remember(self.names.body(run))
        told = sorted([*people, *unnamed], key=lambda who: who.start)
        first = words[0] if words else None
        opens = told and first is not None and told[0].start - first.start <= MAX_BEFORE_SUBJECT
        self.subject = told[0] if opens else (self.resolve(first.text) if first is not None else None)
        for who in reversed(self._named_first(told)):
            self._remember(who)
            roles = self.names.roles.get(who.name, set())
            self._bind(who.name, gender_of(roles or set(who.name.lower().split())))
        if len({who.name for who in told}) == 1:
            # "Erkin Example ... his daughters": one name, one pronoun, so they belong together
            self._bind(told[0].name, gender_of({word.text for word in words} & _PRONOUN_WORDS))

    def _named_first(self, told: list[Who]) -> list[Who]:
        """ "The woman they pictured, Winnie Example, has …": two names of one person, of which the proper one stays."""
        if len(told) < 2 or told[0].kind == "person" or told[1].kind != "person":
            return told
        text, role, name = self.names.text, told[0], told[1]
        between = text[role.end : name.start]
        apposed = "," in between and _CLOSES.match(text, name.end) and not set(between) & set(".;:")
        if not apposed:
            return told
        self._bind(name.name, gender_of(set(role.name.lower().split())))
        return [name, *told[2:]]

    def see_speaker(self, who: Who, nearby: set[str] | None = None) -> None:
        """Remember who spoke, and the gender that a title or role shows."""
        self._remember(who)
        self.speaker = who
        self._bind(who.name, gender_of(nearby or set(who.name.lower().split())))

    def _bind(self, name: str, gender: str) -> None:
        if gender != "?":
            self.genders.setdefault(name, gender)

    def _remember(self, who: Who) -> None:
        self.recent = [*[each for each in self.recent if each.name != who.name][-20:], who]

    def resolve(self, pronoun: str) -> Who | None:
        """Who a pronoun stands for, or ``None``."""
        wanted = pronouns(self.names.language).get(pronoun)
        if wanted in {"m", "f", "any"}:
            found = self._person(wanted)
            if found is not None and wanted != "any":
                self._bind(found.name, wanted)
            return found
        if wanted == "it":
            return self._latest(lambda who: who.kind in _BODY_KINDS)
        if wanted == "they":
            unnamed = self.speaker if self.speaker is not None and not self.speaker.human else None
            several = self._latest(lambda who: who.plural) or self._latest(lambda who: who.kind in _BODY_KINDS)
            return several or unnamed
        return self.speaker

    def _person(self, wanted: str) -> Who | None:
        def fits(who: Who) -> bool:
            bound = self.genders.get(who.name, "?")
            is_one = who.human or who.kind in {"person", "unknown"}
            return is_one and not who.plural and (wanted == "any" or bound in {"?", wanted})

        def is_bound(who: Who) -> bool:
            return fits(who) and self.genders.get(who.name) == wanted

        latest = self._latest(fits)
        bound = self._latest(is_bound)
        if bound is not None and latest is not bound and bound is self.speaker:
            return bound
        if latest is not None and latest == self.speaker and bound is not None and bound.kind != "person":
            return latest  # who has just spoken, rather than somebody's mother: a given name's ending is a weak sign
        if latest is not None and latest is not bound and self._seems(latest) not in {"?", wanted}:
            named = self._latest(lambda who: fits(who) and self._seems(who) == wanted)
            return bound or named or latest
        return latest

    def _seems(self, who: Who) -> str:
        """The gender that the ending of a given name makes likely: no more than a help between two people."""
        given = who.name.lower().split()[0] if who.kind == "person" else ""
        if len(given) < 3 or self.names.language not in _LATIN:
            return "?"
        if given.endswith("a"):
            return "m" if given in word_class("male_given", "en") else "f"
        return "?" if given.endswith(_EITHER) else "m"

    def _latest(self, fits: Callable[[Who], bool]) -> Who | None:
        return next((who for who in reversed(self.recent) if fits(who)), None)


_CLOSES: Final = re.compile(r"(?:-\w+)?,")
"""A comma after a name; the second part of "Sze-man" is no name of its own."""
_EITHER: Final = ("e", "ée", "é", "i", "h", "y", "s")
"""Endings of given names of women and of men: nothing can be told by them."""
_LATIN: Final = frozenset({"en", "de", "fr", "nl", "sv", "nb"})
_PRONOUN_WORDS: Final = frozenset({"he", "his", "him", "himself", "she", "her", "herself"})
