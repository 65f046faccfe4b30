"""The date of an incident: the date nearest to the words that tell it, and not the day on which somebody spoke."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from panah.dates import bounds
from panah.model.reading import DateReading

from .attribution import Cue, cues_in
from .candidates import Candidate
from .date_clauses import Clauses
from .date_printed import PrintedDate
from .date_reading import Anchor, read_date
from .date_repair import Repair
from .memory import pronouns
from .publication import dateline_end
from .sentences import Page, Sentence
from .word_classes import word_class

DAYS_OF_NEWS: Final = 10
"""So long before the publication a speaker's day may lie; what was said earlier belongs to what is told."""
LEADING: Final = 3
"""A date that begins within so many words opens its sentence."""
MAX_SPEAKER_CHARACTERS: Final = 60
MAX_HEARER, MAX_SPEAKER, MAX_SUBJECT, NARRATED, MAX_BACK = 8, 7, 6, 4, 2
_THAT: Final = frozenset(["that", "dass", "que", "qu", "dat", "att", "at", "что"])


@dataclass(frozen=True, slots=True)
class _Dated:
    printed: PrintedDate
    reading: DateReading
    sentence: int
    paragraph: int
    of_speech: bool


def _is_of_the_news(printed: PrintedDate) -> bool:
    """Whether a date is told from the day of publication in days: "on Monday", "yesterday"."""
    return printed.month is None and (printed.weekday is not None or printed.relation in {"yesterday", "today"})


class DatedText:
    """All dates of one document, read against its day of publication.

    Args:
        page: The cut-up document.
        published: Its day of publication in EDTF, if known.
        copied: It is an altered copy, in which a date may be a replacement.
    """

    def __init__(self, page: Page, published: str | None, *, copied: bool = False) -> None:
        self.page = page
        printed = page.dates_by_sentence
        self.anchor = Anchor.of(published, [each for dates in printed for each in dates])
        self._repair = Repair(page, published, [each for dates in printed for each in dates], copied=copied)
        self.dates: list[_Dated] = []
        self._frame_in = -1
        self._dateline = dateline_end(page)
        for number, (sentence, dates) in enumerate(zip(page.sentences, printed, strict=True)):
            for each in dates:
                self._add(number, sentence, each)
        self._starts = [each.printed.start for each in self.dates]

    def _add(self, number: int, sentence: Sentence, printed: PrintedDate) -> None:
        if self._frame_in != sentence.paragraph and self.anchor.frame is not None:
            self.anchor.frame_is_near = False
        reading = self._repair.repaired(printed, read_date(printed, self.page.text, self.anchor))
        of_speech = self._dates_speech(sentence, printed)
        counted_from = self.dates[-1].printed.within if self.dates else None
        is_base = counted_from is not None and counted_from.start == printed.start
        open_ended = printed.open_end or printed.open_start
        if printed.open_end and reading.edtf is not None and not of_speech:
            self.anchor.last = bounds(reading.edtf.partition("/")[0])
        if reading.edtf is not None and not of_speech and not open_ended and not is_base:
            self.anchor.last = bounds(reading.edtf)
            self._set_frame(sentence, printed)
        self.dates.append(_Dated(printed, reading, number, sentence.paragraph, of_speech))

    def _set_frame(self, sentence: Sentence, printed: PrintedDate) -> None:
        """A date with its year tells when the following is told; a day of the news ends that."""
        opens = len([word for word in sentence.all_words[:LEADING] if word.start < printed.start]) < LEADING
        if _is_of_the_news(printed) or printed.relation == "ago":
            self.anchor.frame = None
            return
        told = printed.year is not None or printed.within is not None or printed.unit == "year"
        goes_on = self.anchor.frame is not None and printed.day is not None
        if printed.decade or not (told or goes_on) or (printed.day is None and not opens):
            return
        self.anchor.frame, self.anchor.frame_is_near = self.anchor.last, True
        self._frame_in = sentence.paragraph

    def _dates_speech(self, sentence: Sentence, printed: PrintedDate) -> bool:
        """Whether the date tells when somebody wrote or spoke ("said on Friday", "in its 2019 report", a dateline)."""
        if printed.start < self._dateline:
            return True
        following = [word for word in sentence.all_words if word.start >= printed.end][:3]
        names = {"report", "interview", "statement", "article", "study"}
        if following and (following[0].text in names or (following[0].text == "s" and following[-1].text in names)):
            return True
        if self._says_last(sentence, printed) or self._is_issued(sentence, printed):
            return True
        for cue in cues_in(sentence.words, self.page.language):
            between = [word for word in sentence.words if cue.end <= word.start < printed.start]
            ends_there = not [word for word in sentence.words if word.start >= printed.end]
            complement = bool(following) and following[0].text in _THAT
            if printed.start < cue.end:
                if self._leads_to(sentence, printed, cue):
                    return True
            elif (
                len(between) <= 3
                and (
                    ends_there
                    or complement
                    or (following[:1] and following[0].text == "there")
                    or self._closes(sentence, printed, cue)
                )
            ) or (complement and len(between) <= MAX_HEARER and not {word.text for word in between} & _THAT):
                return True
        return False

    def _closes(self, sentence: Sentence, printed: PrintedDate, cue: Cue) -> bool:
        """ "It was infected for months, a laboratory said on Monday, and …": what was said stands before, and a comma after."""
        text = self.page.text
        before = text[max(sentence.start, cue.start - MAX_SPEAKER_CHARACTERS) : cue.start]
        head = [word for word in sentence.words if word.end <= cue.start - (len(before) - before.rfind(","))]
        return text[printed.end : printed.end + 1] in {",", ";"} and "," in before and len(head) >= LEADING

    def _says_last(self, sentence: Sentence, printed: PrintedDate) -> bool:
        """ "wie die Polizei am Montag mitteilte": the verb of saying stands last."""
        before = {word.text for word in [each for each in sentence.words if each.start < printed.start][-MAX_SPEAKER:]}
        after = {word.text for word in [each for each in sentence.words if each.start >= printed.end][:2]}
        language = self.page.language
        return bool(before & word_class("as_said", language) and after & word_class("says_last", language))

    def _is_issued(self, sentence: Sentence, printed: PrintedDate) -> bool:
        """ "a report published on Wednesday": a day of the news on which something was written."""
        before = {word.text for word in [each for each in sentence.words if each.start < printed.start][-2:]}
        return _is_of_the_news(printed) and bool(before & word_class("issued", self.page.language))

    def _leads_to(self, sentence: Sentence, printed: PrintedDate, cue: Cue) -> bool:
        """ "On Friday the embassy said that …": a day of the news that opens the sentence is when somebody spoke."""
        words = sentence.words
        before = [word for word in words if word.start < printed.start]
        between = [word for word in words if printed.end <= word.start < cue.start]
        after = [word for word in words if word.start >= cue.end]
        text = self.page.text[printed.end + 1 : cue.start]
        if len(before) >= LEADING or len(between) > MAX_SPEAKER or len(after) < LEADING or "," in text:
            return False
        return printed.weekday is not None or printed.relation in {"yesterday", "today", "this"}

    def of(self, candidate: Candidate) -> DateReading:
        """The date of what a candidate tells: in its own words, else told beside them; else none."""
        clauses = Clauses(self.page.text, candidate.words, self.page.language)
        inside = [
            each
            for each in self._between(candidate.unit.start, candidate.unit.end)
            if self._belongs(candidate, clauses, each)
        ]
        known = [each for each in inside if each.reading.edtf is not None or each.reading.candidates]
        if known:
            return min(known, key=lambda each: self._rank(candidate, clauses, each)).reading
        if inside:
            return DateReading()  # "a few weeks later": told, but nobody can say when
        return (
            self._beside(candidate)
            or self._told_after(candidate)
            or self._when_told(candidate)
            or self._of_what_is_charged(candidate, clauses)
            or self._told_before(candidate)
            or DateReading()
        )

    def _between(self, start: int, end: int) -> Sequence[_Dated]:
        return self.dates[bisect_left(self._starts, start) : bisect_left(self._starts, end)]

    def _belongs(self, candidate: Candidate, clauses: Clauses, dated: _Dated) -> bool:
        if dated.of_speech or dated.printed.open_start:
            return False
        first, last = self._words_of(clauses, dated)
        anchor, anchor_last = (clauses.index(each) for each in candidate.said_in)
        if clauses.is_background(first, last, anchor, anchor_last) or clauses.is_after(last, anchor):
            return False
        if clauses.is_of_another(first, last, anchor, anchor_last):
            return False
        charge = clauses.charge_before(anchor)
        return charge is None or (first > charge and not _is_of_the_news(dated.printed))

    def _words_of(self, clauses: Clauses, dated: _Dated) -> tuple[int, int]:
        return clauses.index(dated.printed.start), clauses.index(max(dated.printed.start, dated.printed.end - 1))

    def _rank(self, candidate: Candidate, clauses: Clauses, dated: _Dated) -> tuple[bool, int, int]:
        """A date of its own before "since", one of the same clause before that of another, and then the nearest."""
        first, last = self._words_of(clauses, dated)
        cost = clauses.cost(first, last, *(clauses.index(each) for each in candidate.said_in))
        return dated.printed.open_end, cost, self._distance(candidate, dated)

    def _distance(self, candidate: Candidate, dated: _Dated) -> int:
        if dated.printed.start >= candidate.anchor_end:
            return dated.printed.start - candidate.anchor_end
        return max(0, candidate.anchor - dated.printed.end)

    def _of_what_is_charged(self, candidate: Candidate, clauses: Clauses) -> DateReading | None:
        """ "He was charged with spying. Between March and June he had …": the deed is dated in what follows."""
        if not {word.text for word in candidate.words} & word_class("proceeding", self.page.language):
            return None
        number = self.page.number_at(candidate.unit.start)
        for sentence in self.page.sentences[number + 1 : number + 2]:
            opening = {word.text for word in sentence.words[:MAX_SUBJECT]}
            if sentence.paragraph != candidate.paragraph or not opening & set(pronouns(self.page.language)):
                return None
            told = [each for each in self._of_sentence(sentence) if not each.of_speech and each.reading.edtf]
            if len(told) == 1 and not told[0].printed.open_end and not _is_of_the_news(told[0].printed):
                return told[0].reading
        return None

    def _beside(self, candidate: Candidate) -> DateReading | None:
        """For spoken words: the date in the writer's words of the same sentence."""
        if not candidate.quoted:
            return None
        start, end = candidate.sentence.start, candidate.sentence.end
        beside = [each for each in self._between(start, end) if not each.of_speech and each.reading.edtf is not None]
        return beside[0].reading if beside else None

    def _told_after(self, candidate: Candidate) -> DateReading | None:
        """ "That was in Dhaka on 4 October", "The attack happened in July": the sentence right after gives the date."""
        number = self.page.number_at(candidate.unit.start)
        for sentence in self.page.sentences[number + 1 : number + 3]:
            clauses = Clauses(self.page.text, sentence.all_words, self.page.language)
            for each in self._of_sentence(sentence) if self._points_back(sentence) else ():
                background = clauses.is_background(*self._words_of(clauses, each), 1, 1)
                if each.reading.edtf is not None and not each.printed.open_end and not background:
                    return each.reading
        return None

    def _points_back(self, sentence: Sentence) -> bool:
        opening = [word.text for word in sentence.words[:2]]
        if len(opening) < 2:
            return False
        language = self.page.language
        happening = word_class("happening", language)
        if opening[0] in word_class("pointing", language) and opening[1] in word_class("be", language) | happening:
            return True
        told = {word.text for word in sentence.words[1:MAX_SUBJECT]}
        begun = opening[0] in word_class("begun_opens", language) and bool(told & word_class("begun", language))
        return begun or bool(told & happening)

    def _told_before(self, candidate: Candidate) -> DateReading | None:
        """ "On 3 June she went to the consulate. She was told …": a sentence that goes on has the day of the one before."""
        number = self.page.number_at(candidate.unit.start)
        for back in range(1, MAX_BACK + 1):
            sentence = self.page.sentences[number - back + 1]
            if number < back or sentence.paragraph != candidate.paragraph or not self._goes_on(sentence):
                return None
            dates = self._of_sentence(self.page.sentences[number - back])
            if self.page.sentences[number - back].paragraph != candidate.paragraph:
                return None
            if dates:
                return self._day_told(dates)
        return None

    def _goes_on(self, sentence: Sentence) -> bool:
        """Whether a sentence without a date tells what came next: "He", "Two men", and no "had", "has" or "later"."""
        if self._of_sentence(sentence):
            return False
        language = self.page.language
        opening = {word.text for word in sentence.words[:1]}
        going_on = word_class("narrated", language) | word_class("goes_on", language)
        return bool(opening & going_on) and not {word.text for word in sentence.words[:NARRATED]} & word_class(
            "not_narrated", language
        )

    def _day_told(self, dates: Sequence[_Dated]) -> DateReading | None:
        if len(dates) != 1:
            return None
        told = dates[0]
        own = told.printed.day is not None or told.printed.weekday is not None or told.printed.hangs_on_another
        exact = own and not told.printed.open_end and not told.printed.open_start
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
