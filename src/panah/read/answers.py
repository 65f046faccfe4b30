"""Who tells of an incident, and who of the accused side answered it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from functools import cached_property
from typing import Final

from panah.model.reading import Statement

from .candidates import Candidate
from .sentences import Page

_ANSWERS: Final = frozenset({"denies", "denies_responsibility", "alternative_explanation"})


class Answers:
    """The statements of one document, found by the sentence they stand in and by the state they speak for."""

    def __init__(self, page: Page, statements: Sequence[Statement]) -> None:
        self._page, self._statements = page, statements

    def reporters(self, members: Sequence[Candidate]) -> tuple[str, ...]:
        """Whose statements the words of an incident stand in, in the order of the text."""
        near = {
            number: self._statements[number]
            for member in members
            for sentence in self._sentences(member.unit.start, member.unit.end)
            for number in self._by_sentence.get(sentence, ())
        }
        named = [
            each.speaker or ""
            for _, each in sorted(near.items())
            if any(member.unit.start < each.end and each.start < member.unit.end for member in members)
        ]
        return tuple(dict.fromkeys(named))

    def deniers(self, origin: str | None) -> tuple[str, ...]:
        """Who of the accused side answered: a speaker of the origin state, or one of no known state."""
        asked = {origin, None, "HK" if origin == "CN" else None}
        named = [each.speaker or "" for each in self._answers if each.speaker_country in asked]
        return tuple(dict.fromkeys(named))

    @cached_property
    def _answers(self) -> list[Statement]:
        """One statement for each name and state that answered: a long text repeats few."""
        answering = [
            each
            for each in self._statements
            if each.speaker and each.stance in _ANSWERS and each.speaker_kind != "person"
        ]
        return list({(each.speaker, each.speaker_country): each for each in reversed(answering)}.values())[::-1]

    @cached_property
    def _by_sentence(self) -> dict[int, list[int]]:
        found: dict[int, list[int]] = defaultdict(list)
        for number, each in enumerate(self._statements):
            if each.speaker:
                for sentence in self._sentences(each.start, each.end):
                    found[sentence].append(number)
        return found

    def _sentences(self, start: int, end: int) -> range:
        return range(self._page.number_at(start), self._page.number_at(max(start, end - 1)) + 1)
