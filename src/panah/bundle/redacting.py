"""A redacted copy: what is said, without who it is about.

Taken out: every form of every name on record and each of its words, names of sources who are people, mouths in a
chain, telephone numbers and e-mail addresses, names of places on record, the day of a date, and the originals. What
stays are the statements, their stance and place, and the answers of the accused side.

Invariant: :func:`redact` looks at what it made and refuses when a name is still in it. It cannot know a name that is
not on record, nor what only an insider recognises: a person reads the copy before it goes.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from panah.errors import Refused
from panah.model.base import Record
from panah.model.claim import Claim, Source
from panah.model.incident import Incident, Response
from panah.model.person import Person
from panah.model.place import Place

PEOPLE: Final = frozenset({"person", "phone_export", "unknown"})
"""Kinds of source whose name is that of a person, or may be."""
LEAST_LETTERS: Final = 3
"""A shorter word of an alphabetic name is left alone inside a sentence: it would take half the text with it."""
TAKEN_OUT: Final = "[taken out]"
_NUMBER: Final = re.compile(r"\+?\(?\d[\d\s().\-/\u2010-\u2015]{5,}\d")
_DAY: Final = re.compile(r"(?P<month>\d{4}-\d{2})-\d{2}(?P<doubt>[?~%]?)")
_ADDRESS: Final = re.compile(r"[^\s<>()\[\],;]+@[^\s<>()\[\],;]+")
ENDING: Final = r"(?:['’ʼ\-]?\w{1,8}(?!\w))?"
"""Uyghur, Turkish and others write case endings into the word; what begins with a name goes whole."""
_WORDLESS: Final = re.compile(r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
"""Scripts that are written without blanks between words."""


@dataclass(frozen=True, slots=True)
class Said:
    """The records of a bundle."""

    sources: tuple[Source, ...]
    claims: tuple[Claim, ...]
    incidents: tuple[Incident, ...]
    responses: tuple[Response, ...]


def redact(said: Said, persons: Iterable[Person]) -> Said:
    """The same records without names, numbers, addresses, exact places and days.

    Args:
        said: What would go out.
        persons: Everybody on record in its cases, whether an incident names them or not.

    Raises:
        Refused: A name is still in it.
    """
    names = _Names.of(persons, said)
    made = Said(
        sources=tuple(_source(each, names) for each in said.sources),
        claims=tuple(_claim(each, names) for each in said.claims),
        incidents=tuple(_incident(each, names) for each in said.incidents),
        responses=tuple(
            each.model_copy(update={"text": names.out_of(each.text), "date": _month(each.date)})
            for each in said.responses
        ),
    )
    names.require_gone(made)
    return made


@dataclass(frozen=True, slots=True)
class _Names:
    """What is searched for, the longest first, and what stands in its place."""

    labels: dict[str, str]
    pattern: re.Pattern[str] | None

    @classmethod
    def of(cls, persons: Iterable[Person], said: Said) -> _Names:
        labels: dict[str, str] = {}
        for number, person in enumerate(persons, start=1):
            for name in person.names:
                _add(labels, name.form, f"[person {number}]")
        for number, source in enumerate((each for each in said.sources if each.kind in PEOPLE), start=1):
            _add(labels, source.name, f"[source {number}]")
        for mouth in dict.fromkeys(mouth for claim in said.claims for mouth in claim.chain):
            _add(labels, mouth, "[a further person]")
        for incident in said.incidents:
            for place in (incident.host_place, incident.act_place):
                _add(labels, place.name, "[place]")
        ordered = sorted(labels, key=lambda word: (-len(word), word))
        pattern = re.compile("|".join(map(_searched, ordered)), re.IGNORECASE) if ordered else None
        return cls({_key(word): labels[word] for word in ordered}, pattern)

    def out_of(self, text: str) -> str:
        """The text without them."""
        plain = _plain(text)
        if self.pattern is not None:
            plain = self.pattern.sub(self._label_in, plain)
        return _NUMBER.sub("[number]", _ADDRESS.sub("[address]", plain))

    def label(self, name: str) -> str:
        """What stands for a whole name."""
        return self.labels.get(_key(_plain(name)), TAKEN_OUT)

    def _label_in(self, found: re.Match[str]) -> str:
        told = _key(found[0])
        return next((label for word, label in self.labels.items() if told.startswith(word)), TAKEN_OUT)

    def require_gone(self, made: Said) -> None:
        """Look once more at every text that goes out."""
        records: list[Record] = [*made.sources, *made.claims, *made.incidents, *made.responses]
        for record in records:
            text = json.dumps(record.model_dump(mode="json"), ensure_ascii=False)
            if self.pattern is not None and self.pattern.search(_plain(text)):
                raise Refused("a name could not be taken out", where="redacted bundle", hint="leave this incident out")


def _add(labels: dict[str, str], name: str, label: str) -> None:
    """A name, and each word of it that is long enough to stand for it alone."""
    whole = _plain(name).strip()
    if not whole:
        return
    for form in (whole, whole.casefold()):
        labels.setdefault(form, label)
    for word in re.split(r"[\s\-·•‧.,'’ʼ]+", whole):
        if len(word) >= LEAST_LETTERS or (_WORDLESS.search(word) and len(word) > 1):
            labels.setdefault(word, label)
            labels.setdefault(word.casefold(), label)


def _searched(word: str) -> str:
    """The word as an expression: at the beginning of a word, and with an ending of its language or none."""
    literal = r"\s+".join(map(re.escape, word.split()))
    if _WORDLESS.search(word):
        return literal
    return rf"(?<!\w){literal}{ENDING}" if len(word) > LEAST_LETTERS else rf"(?<!\w){literal}(?!\w)"


def _key(word: str) -> str:
    return " ".join(word.casefold().split())


def _plain(text: str) -> str:
    """One spelling of the same letters, without the invisible characters that would hide a name."""
    shown = unicodedata.normalize("NFKC", text)
    return "".join(char for char in shown if unicodedata.category(char) != "Cf")


def _source(source: Source, names: _Names) -> Source:
    name = names.label(source.name) if source.kind in PEOPLE else names.out_of(source.name)
    group, _slash, quoted = source.independence_group.partition("/")
    return source.model_copy(
        update={"name": name, "independence_group": f"{names.out_of(group)}/{TAKEN_OUT}" if quoted else group}
    )


def _claim(claim: Claim, names: _Names) -> Claim:
    chain = tuple(names.label(mouth) for mouth in claim.chain)
    return claim.model_copy(update={"text": names.out_of(claim.text), "chain": chain})


def _incident(incident: Incident, names: _Names) -> Incident:
    return incident.model_copy(
        update={
            "date": _month(incident.date),
            "host_place": Place(country=incident.host_place.country),
            "act_place": Place(country=incident.act_place.country),
            "demand": names.out_of(incident.demand),
        }
    )


def _month(date: str | None) -> str | None:
    """The date without its day; intervals lose the days of both ends."""
    return _DAY.sub(r"\g<month>\g<doubt>", date) if date else date
