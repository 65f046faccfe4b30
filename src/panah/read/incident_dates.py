"""The date of an incident: the date nearest to the words that tell it, and not the day on which somebody spoke."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from panah.dates import bounds
from panah.model.reading import DateReading

from .attribution import cues_in
from .candidates import Candidate
from .date_grammar import PrintedDate, printed_dates
from .date_reading import Anchor, read_date
from .date_repair import Repair
from .sentences import Page, Sentence
from .word_classes import word_class

DAYS_OF_NEWS: Final = 10
"""So long before the publication a speaker's day may lie; what was said earlier belongs to what is told."""
_HAPPENED: Final = frozenset({"happened", "took", "occurred"})


@dataclass(frozen=True, slots=True)
class _Dated:
    printed: PrintedDate
    reading: DateReading
    sentence: int
    paragraph: int
    of_speech: bool


class DatedText:
    """All dates of one document, read against its day of publication.

    Args:
        page: The cut-up document.
        published: Its day of publication in EDTF, if known.
        copied: It is an altered copy, in which a date may be a replacement.
    """

    def __init__(self, page: Page, published: str | None, *, copied: bool = False) -> None:
        self.page = page
        printed = [printed_dates(page.text, sentence.all_words, page.language) for sentence in page.sentences]
        self.anchor = Anchor.of(published, [each for dates in printed for each in dates])
        self._repair = Repair(page, published, [each for dates in printed for each in dates], copied=copied)
        self.dates: list[_Dated] = []
        for number, (sentence, dates) in enumerate(zip(page.sentences, printed, strict=True)):
            for each in dates:
                self._add(number, sentence, each)
        self._starts = [each.printed.start for each in self.dates]

    def _add(self, number: int, sentence: Sentence, printed: PrintedDate) -> None:
        reading = self._repair.repaired(printed, read_date(printed, self.page.text, self.anchor))
        of_speech = self._dates_speech(sentence, printed)
        if reading.edtf is not None and not of_speech:
            self.anchor.last = bounds(reading.edtf)
        self.dates.append(_Dated(printed, reading, number, sentence.paragraph, of_speech))

    def _dates_speech(self, sentence: Sentence, printed: PrintedDate) -> bool:
        """Whether the date tells when somebody spoke ("said on Friday", "in its 2019 report")."""
        following = [word.text for word in sentence.all_words if word.start >= printed.end][:3]
        if following[:1] and following[0] in {"report", "interview", "statement", "article", "study"}:
            return True
        for cue in cues_in(sentence.words, self.page.language):
            between = [word for word in sentence.words if cue.end <= word.start < printed.start]
            ends_there = not [word for word in sentence.words if word.start >= printed.end]
            short = len(between) <= 3 and printed.start >= cue.end
            if short and (ends_there or following[:1] in (["that"], ["there"])):
                return True
        return False

    def of(self, candidate: Candidate) -> DateReading:
        """The date of what a candidate tells: in its own words, else earlier in its paragraph; else none."""
        inside = [
            each for each in self._between(candidate.unit.start, candidate.unit.end) if self._belongs(candidate, each)
        ]
        known = [each for each in inside if each.reading.edtf is not None or each.reading.candidates]
        if known:
            return min(known, key=lambda each: self._rank(candidate, each)).reading
        return (
            self._beside(candidate)
            or self._told_after(candidate)
            or self._when_told(candidate)
            or self._told_before(candidate)
            or DateReading()
        )

    def _between(self, start: int, end: int) -> Sequence[_Dated]:
        return self.dates[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def _belongs(self, candidate: Candidate, dated: _Dated) -> bool:
        if dated.of_speech:
            return False
        return not dated.printed.open_end or bool(candidate.counts)

    def _rank(self, candidate: Candidate, dated: _Dated) -> tuple[bool, bool, int]:
        """A date of its own before "since", before "the next day", and then the nearest."""
        return dated.printed.open_end, dated.printed.relation == "later", self._distance(candidate, dated)

    def _distance(self, candidate: Candidate, dated: _Dated) -> int:
        if dated.printed.start >= candidate.anchor_end:
            return dated.printed.start - candidate.anchor_end
        return max(0, candidate.anchor - dated.printed.end)

    def _beside(self, candidate: Candidate) -> DateReading | None:
        """For spoken words: the date in the writer's words of the same sentence."""
        if not candidate.quoted:
            return None
        start, end = candidate.sentence.start, candidate.sentence.end
        beside = [each for each in self._between(start, end) if not each.of_speech and each.reading.edtf is not None]
        return beside[0].reading if beside else None

    def _told_after(self, candidate: Candidate) -> DateReading | None:
        """ "That was in Dhaka on 4 October": the date that the sentence right after gives to what was told."""
        number = self.page.number_at(candidate.unit.start)
        pointing, being = word_class("pointing", self.page.language), word_class("be", self.page.language)
        for sentence in self.page.sentences[number + 1 : number + 3]:
            opening = [word.text for word in sentence.words[:2]]
            points = len(opening) == 2 and opening[0] in pointing and opening[1] in being | _HAPPENED
            for each in self._of_sentence(sentence) if points else ():
                if each.reading.edtf is not None and not each.printed.open_end:
                    return each.reading
        return None

    def _told_before(self, candidate: Candidate) -> DateReading | None:
        """ "On 3 June she went to the consulate. She was told …": a sentence that goes on has the day of the one before."""
        number = self.page.number_at(candidate.unit.start)
        before = self.page.sentences[number - 1] if number else None
        if before is None or before.paragraph != candidate.paragraph or self._of_sentence(candidate.sentence):
            return None
        opening = {word.text for word in candidate.sentence.words[:1]}
        if {word.text for word in candidate.sentence.words[:8]} & word_class("told_of_before", self.page.language):
            return None
        dates = self._of_sentence(before)
        if not opening & word_class("goes_on", self.page.language) or len(dates) != 1:
            return None
        told = dates[0]
        exact = told.printed.day is not None and not told.printed.open_end
        return told.reading if exact and not told.of_speech and told.reading.edtf is not None else None

    def _when_told(self, candidate: Candidate) -> DateReading | None:
        """ "An employee told her on 14 July that she could not board": too long ago to be when a reporter was told."""
        published = self.anchor.published
        for each in self._of_sentence(candidate.sentence):
            if each.reading.edtf is not None and each.of_speech and published is not None:
                first, last = bounds(each.reading.edtf)
                if first == last and (published - last).days > DAYS_OF_NEWS:
                    return each.reading
        return None

    def _of_sentence(self, sentence: Sentence) -> Sequence[_Dated]:
        return self._between(sentence.start, sentence.end)
