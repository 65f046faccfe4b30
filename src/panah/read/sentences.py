"""A document cut up once, for every later step: paragraphs, quotations, sentences around them, words, names, places."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from .date_grammar import PrintedDate, printed_dates
from .geo import Geography, Mention, place_words
from .paragraphs import Stretch, split_paragraphs, split_sentences
from .people import Names
from .quotations import Quotation, filled, find_quotations
from .words import Word, unglued, words_in


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
    def quotations(self) -> tuple[Quotation, ...]:
        return find_quotations(self.text, self.paragraphs)

    @cached_property
    def filled(self) -> str:
        """The text with its quotations filled in, character for character."""
        return filled(self.text, self.quotations)

    @cached_property
    def words(self) -> tuple[Word, ...]:
        return words_in(self.text)

    @cached_property
    def dates(self) -> tuple[PrintedDate, ...]:
        """Every printed date, sentence by sentence."""
        return tuple(
            date for sentence in self.sentences for date in printed_dates(self.text, sentence.all_words, self.language)
        )

    @cached_property
    def names(self) -> Names:
        return Names(self.text, self.words, self.language, place_words())

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

    def _pieces(self, paragraph: Stretch) -> list[Stretch]:
        """Sentences of a paragraph; one that starts with a quotation's tail joins the one before."""
        return list(split_sentences(self.filled, paragraph))

    def _sentence(self, stretch: Stretch, number: int, quotations: tuple[Quotation, ...]) -> Sentence:
        words = unglued(words_in(self.filled, stretch.start, stretch.end))
        all_words = words_in(self.text, stretch.start, stretch.end)
        mentions = tuple(self.geography.mentions(all_words))
        return Sentence(stretch, number, quotations, words, all_words, mentions)
