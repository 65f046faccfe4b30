"""A document cut up once, for every later step: paragraphs, quotations, sentences around them, words, names, places."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Final

from .dashes import beside, dash_quotations, without_asides
from .date_grammar import PrintedDate, printed_dates
from .geo import Geography, Mention, place_words
from .marks import FILLER
from .meaning import Senses
from .paragraphs import Stretch, is_caption, nonempty, split_paragraphs, split_sentences
from .people import Names
from .quotations import Quotation, filled, find_quotations
from .words import Word, unglued, words_in

MAX_SENTENCE: Final = 1500
"""Characters; a longer run without a full stop is cut. Quoted words do not count where a sentence is cut."""
MAX_QUOTATIONS: Final = 12
_BETWEEN = re.compile(rf"\s\S{{0,400}}|[^\s{FILLER}]{{400}}")
"""Where an endless sentence can be cut: at white space, and in a script without any at every 400th character."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """One sentence of the writer: quotations in it are filled, so that only the writer's words remain."""

    stretch: Stretch
    paragraph: int
    quotations: tuple[Quotation, ...]
    words: tuple[Word, ...]
    """The writer's own words."""
    all_words: tuple[Word, ...]
    """Those inside quotations too."""
    mentions: tuple[Mention, ...] = field(default=())

    @property
    def start(self) -> int:
        """Where it begins."""
        return self.stretch.start

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.stretch.end


class Page:
    """The cut-up document; everything is worked out once and kept."""

    def __init__(self, text: str, language: str, paragraphs: Sequence[Stretch] | None = None) -> None:
        self.text, self.language = text, language
        self.paragraphs = tuple(paragraphs or split_paragraphs(text))

    @cached_property
    def captions(self) -> frozenset[int]:
        """The numbers of the paragraphs that are captions, headings or bylines."""
        return frozenset(n for n, paragraph in enumerate(self.paragraphs) if is_caption(self.text, paragraph))

    @cached_property
    def quotations(self) -> tuple[Quotation, ...]:
        marked = without_asides(self.text, find_quotations(self.text, self.paragraphs), self.language)
        return beside(marked, dash_quotations(self.text, self.paragraphs, self.language))

    @cached_property
    def filled(self) -> str:
        """The text with its quotations filled in, character for character."""
        return filled(self.text, self.quotations)

    @cached_property
    def words(self) -> tuple[Word, ...]:
        return words_in(self.text)

    @cached_property
    def dates_by_sentence(self) -> tuple[tuple[PrintedDate, ...], ...]:
        """The printed dates of each sentence."""
        return tuple(tuple(printed_dates(self.text, each.all_words, self.language)) for each in self.sentences)

    @property
    def dates(self) -> tuple[PrintedDate, ...]:
        """Every printed date in order."""
        return tuple(date for dates in self.dates_by_sentence for date in dates)

    @cached_property
    def names(self) -> Names:
        return Names(self.text, self.words, self.language, place_words())

    @cached_property
    def senses(self) -> Senses:
        """What its sentences mean, where the extra for it is installed."""
        return Senses()

    @cached_property
    def geography(self) -> Geography:
        return Geography(self.text, self.language, self.names)

    @cached_property
    def sentences(self) -> tuple[Sentence, ...]:
        """All sentences in order; a quotation belongs to the sentence in which it opens."""
        found: list[Sentence] = []
        next_quotation = 0
        for number, paragraph in enumerate(self.paragraphs):
            for stretch in self._pieces(paragraph):
                quotations = []
                while (
                    next_quotation < len(self.quotations) and self.quotations[next_quotation].outer_start < stretch.end
                ):
                    quotations.append(self.quotations[next_quotation])
                    next_quotation += 1
                found.append(self._sentence(stretch, number, tuple(quotations)))
        return tuple(found)

    def _pieces(self, paragraph: Stretch) -> Iterator[Stretch]:
        """Sentences of a paragraph, the endless ones cut, so that no step is slow on a text without full stops."""
        for sentence in split_sentences(self.filled, paragraph):
            if sentence.end - sentence.start <= MAX_SENTENCE and self._n_quotations(sentence) <= MAX_QUOTATIONS:
                yield sentence
            else:
                yield from self._cut(sentence)

    def _n_quotations(self, stretch: Stretch) -> int:
        return bisect_left(self._openings, stretch.end) - bisect_left(self._openings, stretch.start)

    def _cut(self, sentence: Stretch) -> Iterator[Stretch]:
        """Cut where white space stands between quotations, after so many characters or quotations."""
        start, own = sentence.start, 0
        for match in _BETWEEN.finditer(self.filled, sentence.start, sentence.end):
            own += 1 + len(match.group().replace(FILLER, ""))
            here = Stretch(start, match.start())
            if own > MAX_SENTENCE or self._n_quotations(here) >= MAX_QUOTATIONS:
                if trimmed := nonempty(self.filled, here):
                    yield trimmed
                start, own = match.start(), 0
        if trimmed := nonempty(self.filled, Stretch(start, sentence.end)):
            yield trimmed

    @cached_property
    def _openings(self) -> list[int]:
        return [quotation.outer_start for quotation in self.quotations]

    def words_between(self, start: int, end: int) -> tuple[Word, ...]:
        """The words that begin between two characters."""
        return self.words[bisect_left(self._word_starts, start) : bisect_left(self._word_starts, end)]

    @cached_property
    def _word_starts(self) -> list[int]:
        return [word.start for word in self.words]

    @cached_property
    def _starts(self) -> list[int]:
        return [sentence.start for sentence in self.sentences]

    def number_at(self, position: int) -> int:
        """The number of the sentence that a character stands in (or the one before it)."""
        return max(0, bisect_right(self._starts, position) - 1)

    def sentence_at(self, position: int) -> Sentence:
        """The sentence that a character stands in (or the one before it)."""
        return self.sentences[self.number_at(position)]

    def _sentence(self, stretch: Stretch, number: int, quotations: tuple[Quotation, ...]) -> Sentence:
        all_words = self.words_between(stretch.start, stretch.end)
        quoted = FILLER in self.filled[stretch.start : stretch.end]
        words = unglued(words_in(self.filled, stretch.start, stretch.end) if quoted else all_words)
        mentions = tuple(self.geography.mentions(all_words))
        return Sentence(stretch, number, quotations, words, all_words, mentions)
