"""The reading note: sentences with places at which one of several ways of saying the same stands."""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Final

_PLACE: Final = re.compile(r"\{([^{}]+)\}")


@dataclass(frozen=True)
class Sentence:
    """One sentence; ``fixed`` stands around the places, one more of them than places."""

    fixed: tuple[str, ...]
    ways: tuple[tuple[str, ...], ...]

    @classmethod
    def of(cls, line: str) -> Sentence:
        """A line of the data file."""
        parts = _PLACE.split(line)
        return cls(tuple(parts[::2]), tuple(tuple(part.split("|")) for part in parts[1::2]))

    def said(self, choices: Sequence[int]) -> str:
        """The sentence with one way chosen at each place."""
        words = [way[choice] for way, choice in zip(self.ways, choices, strict=True)]
        return self.fixed[0] + "".join(word + rest for word, rest in zip(words, self.fixed[1:], strict=True))

    @cached_property
    def variants(self) -> Mapping[tuple[int, ...], str]:
        """Every choice and what it says."""
        every = itertools.product(*(range(len(way)) for way in self.ways))
        return {choices: self.said(choices) for choices in every}


@dataclass(frozen=True)
class Note:
    """All sentences of one language; places are numbered through."""

    language: str
    sentences: tuple[Sentence, ...]

    @cached_property
    def n_ways(self) -> tuple[int, ...]:
        """How many ways there are at each place."""
        return tuple(len(way) for sentence in self.sentences for way in sentence.ways)

    def said(self, choices: Sequence[int]) -> list[str]:
        """The sentences with these choices."""
        left = iter(choices)
        return [sentence.said([next(left) for _ in sentence.ways]) for sentence in self.sentences]


@lru_cache(maxsize=8)
def note_in(language: str) -> Note | None:
    """The note of a language; none where nobody has written one yet."""
    path = Path(__file__).parent / "data" / f"{language}.txt"
    if not re.fullmatch(r"[a-z]{2,3}", language) or not path.is_file():
        return None
    lines = path.read_text(encoding="utf-8").splitlines()
    return Note(language, tuple(Sentence.of(line) for line in lines if line))
