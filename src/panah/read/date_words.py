"""Dates in words, read one word at a time: "22 June 2020", "Monday (22 June)", "last June", "from 3 to 5 May"."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache
from typing import Final

from .calendar_words import is_ambiguous, months, time_words, weekdays
from .date_phrases import SLOTS, TimePhrase, time_phrases
from .date_printed import FIRST_YEAR, LAST_YEAR, PrintedDate
from .words import Word

_ORDINALS: Final = frozenset(["st", "nd", "rd", "th", "er", "e", "ème", "го", "е", "м"])
_TIMES_OF_DAY: Final = frozenset(["evening", "night", "morning", "afternoon"])
_BRIDGES: Final = frozenset(["of", "de", "the", "den", "d", "года", "г", "im", "in"])
_ARTICLES: Final = frozenset(["the", "den", "le", "de", "of"])
_TO: Final = frozenset(["to", "and", "through", "bis", "auf", "et", "au", "en", "tot", "op", "och", "till", "til", "og", "по", "на", "и", "ile", "ve"])
_DASHES: Final = frozenset("-–—/")
_STARTS: Final = ("last", "this", "next", "yesterday", "today", "same", "following", "unit:", "season:", "number:", "ordinal:")
_PREPOSITIONS: Final = frozenset(["in", "since", "until", "early", "mid", "late", "between", "and", "this", "next"])
_OPENING: Final = frozenset(["after", "before", "efter", "innan", "före", "etter", "før", "après", "avant"])
"""Words that end "two days after" and can open a clause or name what it is counted from."""
MAX_TO_WILL: Final = 5

_Found = tuple[PrintedDate | None, int]


@lru_cache(maxsize=16)
def _starting_words(language: str) -> frozenset[str]:
    """Words with which a date can begin; every other word is passed over at once."""
    named = {word for word, meaning in time_words(language).items() if meaning.startswith(_STARTS)}
    first = {word for word in time_phrases(language) if word not in SLOTS}
    return frozenset({*named, *months(language), *weekdays(language), *first, "the"})


class DateWords:
    """A reader of the dates among some words of a text."""

    def __init__(self, text: str, words: Sequence[Word], language: str) -> None:
        self.text, self.words = text, words
        self.months, self.weekdays = months(language), weekdays(language)
        self.time, self.phrases = time_words(language), time_phrases(language)
        self.starting = _starting_words(language)
        self.english = language == "en"
        self.turkish = language == "tr"

    def dates(self) -> list[PrintedDate]:
        """Every date in order."""
        found: list[PrintedDate] = []
        at = 0
        while at < len(self.words):
            text = self.words[at].text
            if text not in self.starting and not text[0].isdigit():
                at += 1
                continue
            date, used = self._interval(at)
            if date is not None:
                found.append(self._marked(date, at))
            at += max(used, 1)
        return found

    def _marked(self, date: PrintedDate, at: int) -> PrintedDate:
        """Take "since", "until", "early", "mid" and "late" before the date into account, and "will"."""
        before = at - 1
        while before > 0 and self._text(before) in _BRIDGES | {"av", "at"} and self._meaning(before) == "in":
            before -= 1
        meaning = self._meaning(before)
        if meaning in {"early", "mid", "late"} and date.day is None and date.weekday is None:
            date = replace(date, approximate=True, start=self.words[before].start)
            while before > 0 and self._meaning(before) in {"in", meaning} or self._text(before) == "the":
                before -= 1
            meaning = self._meaning(before)
        else:
            meaning = self._meaning(at - 1)
        if meaning == "since" and date.until is None:
            return replace(date, open_end=True)
        if meaning == "until" and date.until is None:
            return replace(date, open_start=True)
        will = any(self._meaning(each) == "ahead" for each in range(max(0, at - MAX_TO_WILL), at))
        return replace(date, ahead=True) if will and date.year is None and not date.unit else date

    def _meaning(self, at: int) -> str:
        return self.time.get(self.words[at].text, "") if 0 <= at < len(self.words) else ""

    def _text(self, at: int) -> str:
        return self.words[at].text if 0 <= at < len(self.words) else ""

    def _between(self, left: int, right: int) -> str:
        """The characters between two words."""
        return self.text[self.words[left].end : self.words[right].start]

    def _interval(self, at: int) -> _Found:
        """ "between January and June 2015", "from 3 to 5 May 2019", "2015-2017", else one date."""
        date, used = self._days(at)
        if date is not None:
            return date, used
        date, used = self._one(at)
        joint = at + used
        if date is None or date.hangs_on_another or joint >= len(self.words):
            return date, used
        opened = self._meaning(at - 1) in {"between", "since"} or self._text(at - 1) in {"between", "from"}
        dashed = self._between(joint - 1, joint).strip() in _DASHES
        worded = opened and (self._meaning(joint) in {"and", "until"} or self._text(joint) in _TO)
        if not dashed and not worded:
            return date, used
        second, more = self._second(date, joint + (0 if dashed else 1), dashed=dashed)
        if second is None or second.hangs_on_another or (date.weekday is None) != (second.weekday is None):
            return date, used
        year = date.year if date.year is not None or date.relation else second.year
        return replace(date, year=year, end=second.end, until=second), used + more + (0 if dashed else 1)

    def _second(self, first: PrintedDate, at: int, *, dashed: bool) -> _Found:
        """The end of an interval: a date, or the bare or shortened year in "2015-2017" and "2015-17"."""
        if dashed and (first.year is None) and first.month is None:
            return None, 1
        if first.year is not None and first.month is None and at < len(self.words):
            short = self._number(at, 0, 99) if dashed and len(self._text(at)) == 2 else None
            year = self._number(at, FIRST_YEAR, LAST_YEAR)
            year = first.year // 100 * 100 + short if short is not None else year
            if year is not None and year > first.year:
                return self._made(at, at, year=year)
        second, used = self._one(at)
        if second is None and (month := self._month(at)) is not None:
            year, last = self._year_after(at)
            return self._made(at, last, month=month, year=year)
        return second, used

    def _days(self, at: int) -> _Found:
        """ "3 to 5 May", "the night of 3-4 May", "vom 3. auf den 4. Mai", "May 3-5, 2020": days of one month."""
        first = self._number(at, 1, 31)
        joint = at + 1
        if first is None:
            return self._days_after_month(at)
        while self._text(joint) in _ORDINALS:
            joint += 1
        dashed = joint < len(self.words) and self._between(joint - 1, joint).strip(" .") in _DASHES
        if not dashed and self._text(joint) not in _TO:
            return None, 1
        following = joint if dashed else joint + 1
        if self._text(following) in _ARTICLES:
            following += 1
        second, used = self._day_month(following)
        if second is None or second.day is None or second.day <= first:
            return None, 1
        start = replace(second, start=self.words[at].start, day=first, until=second)
        return start, following - at + used

    def _days_after_month(self, at: int) -> _Found:
        month, first, second = self._month(at), self._number(at + 1, 1, 31), self._number(at + 2, 1, 31)
        if month is None or first is None or second is None or second <= first:
            return None, 1
        if self._between(at + 1, at + 2).strip() not in _DASHES or not self._adjacent(at, at + 1):
            return None, 1
        year, last = self._year_after(at + 2)
        until, _ = self._made(at, last, day=second, month=month, year=year)
        return self._made(at, last, day=first, month=month, year=year, until=until)

    def _one(self, at: int) -> _Found:
        for read in (
            self._phrase,
            self._relative,
            self._weekday_date,
            self._day_month,
            self._month_day,
            self._season,
            self._year,
        ):
            date, used = read(at)
            if date is not None:
                return date, used
        return None, 1

    def _phrase(self, at: int) -> _Found:
        """A time of several words from the table; of those that fit, the longest."""
        if at >= len(self.words):
            return None, 1
        opened = [self._text(at), *(name for name in "NUWMS" if self._slot(name, at) is not None)]
        fitting = [
            (found[0], -number, phrase, found[1])
            for number, phrase in enumerate(each for opening in opened for each in self.phrases.get(opening, ()))
            if (found := phrase.match(at, self._slot, self._text)) is not None
        ]
        if not fitting:
            return None, 1
        end, _, phrase, held = max(fitting, key=lambda each: each[:2])
        if phrase.relation == "date":
            return self._feast(at, end, phrase)
        if len({*self._between_all(at, end)} - set(" \u00a0-–'’")) > 0:
            return None, 1
        return self._of_phrase(at, end, phrase, held)

    def _between_all(self, at: int, end: int) -> str:
        return "".join(self._between(each, each + 1) for each in range(at, end - 1))

    def _of_phrase(self, at: int, end: int, phrase: TimePhrase, held: dict[str, int | str]) -> _Found:
        count = phrase.count if phrase.count is not None else held.get("N", 0)
        unit = phrase.unit or held.get("U", "")
        season = held.get("S")
        if str(unit).startswith("season:"):
            unit, season = "", int(str(unit)[7:])
        parts: dict[str, object] = {
            **{"relation": phrase.relation, "count": count, "unit": unit},
            **{"weekday": held.get("W"), "month": held.get("M"), "season": season},
        }
        date, used = self._made(at, end - 1, **parts)
        if phrase.relation in {"later", "earlier"} and self._opens_clause(end - 1):
            assert date is not None
            return self._counted_from(date, end, used)
        return date, used

    def _counted_from(self, date: PrintedDate, at: int, used: int) -> _Found:
        """ "two days after 3 May 2020" counts from that date; "two days after the vote" from what nobody dates."""
        base, more = self._one(at + 1) if self._text(at) in _ARTICLES else self._one(at)
        more += self._text(at) in _ARTICLES
        if base is not None and not base.hangs_on_another and base.relation != "vague":
            return replace(date, end=base.end, within=base), used + more
        return replace(date, relation="vague"), used

    def _feast(self, at: int, end: int, phrase: TimePhrase) -> _Found:
        """A day that has a name: "on Christmas Eve", "at Nowruz 2019"."""
        year, last = self._year_after(end - 1)
        if year is None and self._meaning(at - 1) not in _PREPOSITIONS:
            return None, 1
        month, day = int(phrase.unit[:2]), int(phrase.unit[3:5])
        return self._made(at, last, month=month, day=day, year=year, approximate=phrase.unit.endswith("~"))

    def _slot(self, name: str, at: int) -> int | str | None:
        """What a slot of a phrase holds at a word."""
        meaning = self._meaning(at)
        if name == "N":
            return int(meaning[7:]) if meaning.startswith("number:") else self._number(at, 1, 400)
        if name == "U":
            return meaning[5:] if meaning.startswith("unit:") else None
        if name == "S":
            return int(meaning[7:]) if meaning.startswith("season:") else None
        return self._month(at) if name == "M" else self._weekday(at)

    def _weekday(self, at: int) -> int | None:
        text = self._text(at)
        weekday = self.weekdays.get(text)
        if weekday is None or (self.english and not self.words[at].capital) or (is_ambiguous(text) and len(text) < 4):
            return None
        return weekday

    def _month(self, at: int, *, beside_number: bool = False) -> int | None:
        if not 0 <= at < len(self.words):
            return None
        word = self.words[at]
        number = self.months.get(word.text)
        if (
            number is None
            or (self.english and not word.capital)
            or (is_ambiguous(word.text) and not word.capital and not beside_number)
        ):
            return None
        return number

    def _number(self, at: int, low: int, high: int) -> int | None:
        text = self._text(at)
        return int(text) if text.isdecimal() and len(text) <= 4 and low <= int(text) <= high else None

    def _adjacent(self, left: int, right: int, most: int = 4) -> bool:
        between = self._between(left, right)
        marks = {character for character in between if not character.isalpha()}
        return len(between) <= most and not marks - set(" ,.()\u00a0-–'’")

    def _made(self, at: int, last: int, **parts: object) -> tuple[PrintedDate, int]:
        date = PrintedDate(self.words[at].start, self.words[last].end, **parts)  # type: ignore[arg-type]
        return date, last - at + 1

    def _year_after(self, at: int) -> tuple[int | None, int]:
        """A year right after word ``at``: its value and the last word used."""
        following = at + 1
        if self._text(following) in _BRIDGES:
            following += 1
        year = self._number(following, FIRST_YEAR, LAST_YEAR)
        if (
            year is not None
            and self._adjacent(at, following, 8)
            and ")" not in self._between(at, following)
        ):
            return year, following
        return None, at

    def _weekday_date(self, at: int) -> _Found:
        """ "Monday (22 June)", "on Friday", "Montag, 22. Juni 2020"."""
        weekday = self._weekday(at)
        if weekday is None:
            return None, 1
        if at + 1 < len(self.words) and self._adjacent(at, at + 1, 6):
            following = at + 2 if self._text(at + 1) in {"the", "den", "le"} and at + 2 < len(self.words) else at + 1
            for read in (self._day_month, self._month_day):
                date, used = read(following)
                if date is not None and date.day is not None:
                    last = following + used - 1
                    closing = 1 if self.text[date.end : date.end + 1] == ")" else 0
                    return replace(
                        date, start=self.words[at].start, end=date.end + closing, weekday=weekday
                    ), last - at + 1
        return self._made(at, at, weekday=weekday, relation="this")

    def _day_month(self, at: int) -> _Found:
        """ "22 June 2020", "22nd of June", "22. Juni", "the third of May"."""
        day, following = self._day(at)
        if day is None:
            return None, 1
        while self._text(following) in _ORDINALS | _BRIDGES and following < at + 5:
            following += 1
        month = self._month(following, beside_number=True)
        if month is None or not self._adjacent(at, following, 24 if following > at + 2 else 12):
            return None, 1
        year, last = self._year_after(following)
        return self._made(at, last, day=day, month=month, year=year)

    def _day(self, at: int) -> tuple[int | None, int]:
        """A day of the month at a word, in figures or as an ordinal in words, and the word after it."""
        day, meaning = self._number(at, 1, 31), self._meaning(at)
        if day is None and meaning.startswith("ordinal:") and (self._text(at + 1) == "of"):
            return int(meaning[8:]), at + 1
        tens = {"twenty": 20, "thirty": 30}.get(self._text(at))
        units = self._meaning(at + 1)
        if tens and units.startswith("ordinal:") and int(units[8:]) < 10 and tens + int(units[8:]) <= 31:
            return tens + int(units[8:]), at + 2
        return day, at + 1

    def _month_day(self, at: int) -> _Found:
        """ "June 22, 2020", "June 2020", "in June"."""
        month = self._month(at, beside_number="unit:" in self._meaning(at - 1) + self._meaning(at + 1))
        if month is None:
            return None, 1
        day = self._number(at + 1, 1, 31)
        if day is not None and self._adjacent(at, at + 1) and self.english:
            last = at + 2 if self._text(at + 2) in _ORDINALS and self._adjacent(at + 1, at + 2, 0) else at + 1
            year, last = self._year_after(last)
            return self._made(at, last, day=day, month=month, year=year)
        year, last = self._year_after(at)
        if year is not None:
            return self._made(at, last, month=month, year=year)
        before, after = self._meaning(at - 1), self._meaning(at + 1)
        if self.turkish and (year := self._number(at - 1, FIRST_YEAR, LAST_YEAR)) is not None:
            return self._made(at, at, month=month, year=year)  # "2020 Mart ayında"
        if before in _PREPOSITIONS or after in {"last", "this"} or "unit:" in before + after or self._text(
            at - 1
        ) in {"and", "between"}:
            return self._made(at, at, month=month, relation="this" if before == "this" else "")
        return None, 1

    def _season(self, at: int) -> _Found:
        meaning = self._meaning(at)
        if not meaning.startswith("season:"):
            return None, 1
        year, last = self._year_after(at)
        if year is None and self._meaning(at + 1) not in {"last", "this"} and self._text(at + 1) not in {"of", "des"}:
            return None, 1
        if year is None:
            return self._made(at, at, season=int(meaning[7:]), relation="this") if self._year_hangs(at) else (None, 1)
        return self._made(at, last, season=int(meaning[7:]), year=year)

    def _year_hangs(self, at: int) -> bool:
        """Whether "of last year" or the like stands right after a word."""
        following = at + 1
        while self._text(following) in _BRIDGES | {"des"}:
            following += 1
        date, _ = self._phrase_or_relative(following)
        return date is not None and date.unit == "year" and date.weekday is None

    def _phrase_or_relative(self, at: int) -> _Found:
        if at >= len(self.words):
            return None, 1
        date, used = self._phrase(at)
        return (date, used) if date is not None else self._relative(at)

    def _year(self, at: int) -> _Found:
        """A bare year counts as a date only after a preposition, in brackets, beside "year", or before "report"."""
        year = self._number(at, FIRST_YEAR, LAST_YEAR)
        if year is None:
            return None, 1
        word = self.words[at]
        if self._text(at + 1) == "s" and year % 10 == 0 and self._between(at, at + 1) in {"", "'", "’"}:
            return self._made(at, at + 1, year=year, decade=True)
        before, after = self._meaning(at - 1), self._meaning(at + 1)
        bracketed = self.text[max(0, word.start - 1) : word.start] == "("
        beside = before == "unit:year" or (after == "unit:year" and not self.english)
        suffixed = self.turkish and self._text(at + 1) in {"te", "de", "ta", "da", "den", "dan", "ten", "tan"}
        if before in _PREPOSITIONS - {"this", "next"} or before == "last" or bracketed or beside or suffixed:
            last = at + 1 if after == "unit:year" and not self.english else at
            return self._made(at, last, year=year)
        return None, 1

    def _relative(self, at: int) -> _Found:
        meaning = self._meaning(at)
        if meaning in {"yesterday", "today"}:
            return self._made(at, at, relation=meaning)
        if meaning in {"last", "this", "next"}:
            return self._after_relation(at, meaning)
        if meaning in {"same", "following"}:
            return self._beside(at, meaning)
        return self._ago(at) if self._text(at) != "the" else self._the_day(at)

    def _beside(self, at: int, meaning: str) -> _Found:
        """ "the same week", "the following year": counted from the date told before."""
        unit = self._meaning(at + 1)
        if not unit.startswith("unit:") and self._text(at + 1) not in _TIMES_OF_DAY:
            return None, 1
        unit = unit[5:] if unit.startswith("unit:") else "day"
        relation, count = ("same", 0) if meaning == "same" else ("later", 1)
        return self._made(at, at + 1, relation=relation, count=count, unit=unit)

    def _the_day(self, at: int) -> _Found:
        """ "the day after", "the week before"; "the 20th" of the month told before."""
        unit, way = self._meaning(at + 1), self._meaning(at + 2)
        if unit.startswith("unit:") and way in {"later", "earlier"}:
            date, used = self._made(at, at + 2, relation=way, count=1, unit=unit[5:])
            return self._counted_from(date, at + 3, used) if self._opens_clause(at + 2) else (date, used)
        day = self._number(at + 1, 1, 31)
        if day is not None and self._text(at + 2) in _ORDINALS and self._meaning(at - 1) == "in":
            if self._text(at + 3) in _BRIDGES or self._month(at + 3) is not None:
                return self._day_of_month(at, day)
            return self._made(at, at + 2, relation="same", day=day, unit="month")
        return None, 1

    def _day_of_month(self, at: int, day: int) -> _Found:
        """ "the 5th of last month"."""
        following, used = self._phrase_or_relative(at + 4)
        if following is not None and following.unit == "month" and not following.day:
            return self._made(at, at + 3 + used, day=day, within=following)
        return None, 1

    def _after_relation(self, at: int, relation: str) -> _Found:
        """ "last June", "last Thursday", "last year", "this summer"."""
        following = at + 1
        if following >= len(self.words) or not self._adjacent(at, following, 2):
            return None, 1
        meaning, month = self._meaning(following), self._month(following)
        weekday = self.weekdays.get(self._text(following))
        if month is not None:
            year, last = self._year_after(following)
            return self._made(at, last, month=month, year=year, relation="" if year else relation)
        if weekday is not None and self.words[following].capital | (not self.english):
            return self._made(at, following, weekday=weekday, relation=relation)
        if relation == "next" and meaning == "unit:day":
            return self._made(at, following, relation="later", count=1, unit="day")  # "the next day": after that one
        if meaning.startswith("unit:") and (self._text(following)[-1] != "s" or not self.english):
            return self._made(at, following, unit=meaning[5:], relation=relation)
        if meaning.startswith("season:"):
            return self._made(at, following, season=int(meaning[7:]), relation=relation)
        return None, 1

    def _opens_clause(self, at: int) -> bool:
        """ "a week after he refused": counted from what the next words tell, not from the date told before."""
        if self._text(at) not in _OPENING or at + 1 >= len(self.words):
            return False
        return self._between(at, at + 1).isspace()

    def _ago(self, at: int) -> _Found:
        """ "three weeks ago", "a year ago"."""
        count, unit, way = self._slot("N", at), self._slot("U", at + 1), self._meaning(at + 2)
        if count is None or unit is None or way not in {"ago", "later", "earlier"}:
            return None, 1
        date, used = self._made(at, at + 2, relation=way, count=count, unit=unit)
        return self._counted_from(date, at + 3, used) if way != "ago" and self._opens_clause(at + 2) else (date, used)
