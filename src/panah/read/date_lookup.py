"""What single words are to a reader of dates: a month, a weekday, a number, a unit, a word of time."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from .calendar_words import is_ambiguous, months, time_words, weekdays
from .date_phrases import time_phrases
from .date_printed import FIRST_YEAR, LAST_YEAR, PrintedDate
from .word_classes import word_class
from .words import Word

ORDINALS: Final = frozenset(["st", "nd", "rd", "th", "er", "e", "ème", "го", "е", "м"])
BRIDGES: Final = frozenset(["of", "van", "de", "the", "den", "d", "года", "г", "im", "in"])
ARTICLES: Final = frozenset(["the", "den", "le", "de", "of"])
PREPOSITIONS: Final = frozenset(["in", "since", "until", "early", "mid", "late", "between", "and", "this", "next"])
MAX_NUMBERS_OF_A_DATE: Final = 4
"""A number with as many numbers behind it begins no date: a table, a list of times."""
LAST_SHORT_YEAR: Final = 40
Found = tuple[PrintedDate | None, int]


_STARTS: Final = (
    "last",
    "this",
    "next",
    "yesterday",
    "today",
    "same",
    "following",
    "unit:",
    "season:",
    "ordinal:",
)


@lru_cache(maxsize=16)
def _starting_words(language: str) -> frozenset[str]:
    """Words with which a date can begin, whatever follows."""
    named = {word for word, meaning in time_words(language).items() if meaning.startswith(_STARTS)}
    return frozenset({*named, *months(language), *weekdays(language), "twenty", "thirty"})


@lru_cache(maxsize=16)
def _pairs(language: str) -> dict[str, frozenset[str] | None]:
    """Words with which a date can begin when certain words follow (any, for ``None``): "the", "a", "vor"."""
    time = time_words(language)
    numbers = frozenset(word for word, meaning in time.items() if meaning.startswith("number:"))
    units = frozenset(word for word, meaning in time.items() if meaning.startswith("unit:"))
    seasons = frozenset(word for word, meaning in time.items() if meaning.startswith("season:"))
    held = {
        "N": numbers,
        "U": units,
        "S": seasons,
        "W": frozenset(weekdays(language)),
        "M": frozenset(months(language)),
    }
    pairs: dict[str, frozenset[str] | None] = {"the": units}
    pairs |= dict.fromkeys(numbers, units)
    for opening, phrases in time_phrases(language).items():
        for word in held["N"] if opening == "N" else held.get(opening, {opening}):
            for phrase in phrases:
                following = phrase.after(opening)
                known = pairs.get(word, frozenset())
                more = frozenset[str]().union(*(held.get(each, {each}) for each in following))
                pairs[word] = None if known is None or not following else known | more
    return pairs


class DateLookup:
    """The words of one sentence, and what each can be in a date."""

    def __init__(self, text: str, words: Sequence[Word], language: str) -> None:
        self.text, self.words = text, words
        self.months, self.weekdays = months(language), weekdays(language)
        self.time, self.phrases = time_words(language), time_phrases(language)
        self.starting, self.pairs = _starting_words(language), _pairs(language)
        self.language = language
        self.left_out = word_class("date_left_out", "mul")
        self.english = language == "en"
        self.turkish = language == "tr"

    def _can_begin(self, at: int) -> bool:
        """Whether a date can begin at a word: most words are passed over by this alone."""
        text = self.words[at].text
        if text[0].isdigit():
            return not self._among_numbers(at)
        if text in self.starting:
            return True
        if text not in self.pairs:
            return False
        following = self.pairs[text]
        after = self._text(at + 1)
        return following is None or after in following or after[:1].isdigit()

    def _among_numbers(self, at: int) -> bool:
        """Whether a number that is no year stands in a row of numbers."""
        following = self.words[at + 1 : at + 1 + MAX_NUMBERS_OF_A_DATE]
        if len(following) < MAX_NUMBERS_OF_A_DATE or len(self.words[at].text) > 2:
            return False
        return all(word.text[0].isdigit() for word in following)

    def _meaning(self, at: int) -> str:
        return self.time.get(self.words[at].text, "") if 0 <= at < len(self.words) else ""

    def _text(self, at: int) -> str:
        return self.words[at].text if 0 <= at < len(self.words) else ""

    def _between(self, left: int, right: int) -> str:
        """The characters between two words."""
        return self.text[self.words[left].end : self.words[right].start]

    def _before(self, at: int) -> int:
        """The word before one, articles and "of" left out."""
        before = at - 1
        while before > 0 and self._text(before) in self.left_out:
            before -= 1
        return before

    def _slot(self, name: str, at: int) -> int | str | None:
        """What a slot of a phrase holds at a word."""
        meaning = self._meaning(at)
        if name == "N":
            return int(meaning[7:]) if meaning.startswith("number:") else self._number(at, 1, 400)
        if name == "U":
            return meaning[5:] if meaning.startswith("unit:") else None
        if name == "S":
            return int(meaning[7:]) if meaning.startswith("season:") else None
        return self._month(at, beside_number=not self.english) if name == "M" else self._weekday(at)

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
        if self._text(following) in BRIDGES:
            following += 1
        year = self._number(following, FIRST_YEAR, LAST_YEAR)
        if year is not None and self._adjacent(at, following, 8) and ")" not in self._between(at, following):
            return year, following
        if (short := self._short_year(at, following)) is not None:
            return short, following
        return None, at

    def _short_year(self, at: int, following: int) -> int | None:
        """ "May '23": the year whose century an apostrophe stands for."""
        short = self._number(following, 0, 99) if len(self._text(following)) == 2 else None
        if short is None or self._between(following - 1, following)[-1:] not in {"'", "’"}:
            return None
        return short + (2000 if short < LAST_SHORT_YEAR else 1900)
