"""Numbers of people and cases, with the hedge they are given: "about 20 cases", "up to one million people".

A number of days, euros or kilometres is no count, nor is a date or an age.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from panah.model.claim import Modifier
from panah.model.reading import Count

from .date_printed import PrintedDate
from .numerals import HAN_NUMERALS, SCALE_HAN, han_number, higher_of_two, number_words
from .phrases import rows_of
from .sentences import Page, Sentence
from .word_classes import word_class
from .words import Word, words_in

MAX_TO_NOUN: Final = 4
DOZEN: Final = 12
LONG_ENOUGH: Final = 5
_PEOPLE: Final = ("ists", "eers", "ians", "ants", "keepers", "makers", "women", "ees", "eurs", "ors", "ers", "guests")
_GROUPED = re.compile(r"\d{1,3}(?:[.,]\d{3})+")
_GROUPED_BY_SPACE = re.compile(r"(?<!\d)[1-9]\d{0,2}(?:[ \u00a0\u202f]\d{3})+(?![\d.,]*\d)")
_SPACED: Final = frozenset({"fr", "sv", "nb", "ru"})
"""Languages that group digits by a space."""
MAX_NUMERAL: Final = 8
_JOINS_FIGURES: Final = frozenset(":/")
_BROKEN = re.compile(r"(?P<whole>\d{1,3}),(?P<tail>\d{1,2} \d{1,2})(?!\d)")
_HAN = re.compile("[\u3400-\u9fff]")
_FRACTION = re.compile(r"(\d{1,3})[.,](\d{1,2})\b(?![.,]?\d)")


@lru_cache(maxsize=16)
def _hedges(language: str) -> tuple[list[tuple[tuple[str, ...], str]], list[tuple[tuple[str, ...], str]]]:
    """Hedges before and after a number as words, longest first, with their modifier."""
    sides: list[list[tuple[tuple[str, ...], str]]] = []
    for side in ("before", "after"):
        phrases = [
            (tuple(word.text for word in words_in(phrase)), row["meaning"])
            for row in rows_of("counts")
            if row["language"] == language
            for phrase in (row[side] or "").split(";")
            if phrase.strip()
        ]
        sides.append(sorted(phrases, key=lambda each: -len(each[0])))
    return sides[0], sides[1]


def find_counts(page: Page, *, copied: bool = False) -> list[Count]:
    """Every count of the document, in order.

    Args:
        page: The cut-up document.
        copied: In an altered copy a number with a gap ("3,00 0") is read as the whole it was.
    """
    counts: list[Count] = []
    for sentence, dates in zip(page.sentences, page.dates_by_sentence, strict=True):
        counts += _Reader(page, sentence, dates, copied).counts()
    return counts


class _Reader:
    def __init__(self, page: Page, sentence: Sentence, dates: Sequence[PrintedDate], copied: bool) -> None:
        self.page, self.words, self.copied = page, sentence.all_words, copied
        self.language = page.language
        self.values, self.multipliers = (number_words(page.language, kind) for kind in ("value", "multiplier"))
        self.round = number_words(page.language, "round")
        self.before, self.after = _hedges(page.language)
        self.words = self._without_cases(self.words)
        self.dated = [(date.start, date.end) for date in dates]

    def _without_cases(self, words: Sequence[Word]) -> tuple[Word, ...]:
        """Numerals of Turkish and Uyghur with their ending as a word of its own: "yirmi den fazla", "يۈز دىن ئارتۇق"."""
        endings = word_class("numeral_case", self.language)
        if not endings:
            return tuple(words)
        apart: list[Word] = []
        for word in words:
            cut = next((n for n in range(len(word.text) - 1, 1, -1) if self._is_cased(word.text, n, endings)), None)
            if cut is None or word.end - word.start != len(word.text):
                apart.append(word)
                continue
            middle = word.start + cut
            apart += [
                Word(word.text[:cut], word.start, middle, word.capital),
                Word(word.text[cut:], middle, word.end, False),
            ]
        return tuple(apart)

    def _is_cased(self, text: str, cut: int, endings: frozenset[str]) -> bool:
        return text[cut:] in endings and (text[:cut] in self.values or text[:cut] in self.multipliers)

    def counts(self) -> list[Count]:
        found: list[Count] = []
        at = 0
        while at < len(self.words):
            value, used = self._value(at)
            if value is not None:
                count = self._count(at, used, value)
                if count is not None and not (found and count.start < found[-1].end):
                    found.append(count)
                at += used
            else:
                at += 1
        return found

    def _value(self, at: int) -> tuple[int | None, int]:
        """The number that begins at a word, and how many words it has."""
        word = self.words[at]
        if any(start <= word.start < end for start, end in self.dated) or self._clock_or_fraction(word):
            return None, 1
        if self.copied and (match := _BROKEN.match(self.page.text, word.start)):
            used = sum(word.start <= each.start < match.end() for each in self.words)
            return int(match["whole"] + match["tail"].replace(" ", "")), used
        if (fraction := _FRACTION.match(self.page.text, word.start)) and not self._decimal(at):
            return self._fraction(at, fraction)
        if self.language == "zh" and word.text in HAN_NUMERALS:
            return self._han(at)
        if word.text in self.round:
            return self.round[word.text], 1
        value, used = (1, 0) if self._alone(at) else self._simple(at)
        if value is None:
            return None, 1
        scaled = False
        while at + used < len(self.words) and self.words[at + used].text in self.multipliers:
            value *= self.multipliers[self.words[at + used].text]
            used, scaled = used + 1, True
        if self.language == "zh" and at + used < len(self.words):
            scale = SCALE_HAN.get(self.words[at + used].text)
            value, used = (value * scale, used + 1) if scale else (value, used)
        return self._with_the_rest(at, value, used) if scaled else (value, used)

    def _clock_or_fraction(self, word: Word) -> bool:
        """ "10:30", "5/7": figures right beside a colon or a stroke that more figures follow or go before."""
        text = self.page.text
        before, after = text[max(0, word.start - 2) : word.start], text[word.end : word.end + 2]
        return (before[1:] in _JOINS_FIGURES and before[0].isdecimal()) or (
            after[:1] in _JOINS_FIGURES and after[1:].isdecimal()
        )

    def _alone(self, at: int) -> bool:
        """ "a hundred", "cent", "hundert": a multiplier that multiplies one."""
        if self.words[at].text not in self.multipliers:
            return False
        return self.language != "en" or (at > 0 and self.words[at - 1].text in {"a", "an", "the"})

    def _with_the_rest(self, at: int, value: int, used: int) -> tuple[int, int]:
        """ "a hundred and twenty", "yüz elli": what follows a multiplier and is less than it."""
        following = at + used
        if following < len(self.words) and self.words[following].text in {"and", "und", "et", "og", "och", "en"}:
            following += 1
        if following >= len(self.words) or self.words[following].text not in self.values:
            return value, used
        more, words = self._simple(following)
        if more is None or more >= min(value, 100):
            return value, used
        return value + more, following + words - at

    def _han(self, at: int) -> tuple[int | None, int]:
        """ "二十一名", "一百多人": a Han numeral that a measure word follows."""
        last = at
        while last < len(self.words) and self.words[last].text in HAN_NUMERALS and last - at < MAX_NUMERAL:
            last += 1
        after = [word.text for word in self.words[last : last + 2]]
        before = self.words[at - 1].text if at else ""
        hedge = after[:1] and after[0] in {"多", "余", "餘", "几", "幾"}
        if before in {"第", "数", "數", "几", "幾"} or (after[1:] if hedge else after)[:1] == []:
            return None, last - at
        if (after[1] if hedge else after[0]) not in word_class("measure", "zh"):
            return None, last - at
        numeral = self._shown(at, last)
        return han_number(higher_of_two(numeral) or numeral), last - at

    def _shown(self, at: int, last: int) -> str:
        return "".join(word.text for word in self.words[at:last])

    def _fraction(self, at: int, match: re.Match[str]) -> tuple[int | None, int]:
        """ "2.5 million": a decimal counts only with its multiplier."""
        multiplier = self.multipliers.get(self.words[at + 2].text) if at + 2 < len(self.words) else None
        if multiplier is None:
            return None, 1
        return round(float(f"{match[1]}.{match[2]}") * multiplier), 3

    def _simple(self, at: int) -> tuple[int | None, int]:
        text = self.words[at].text
        if self.language in _SPACED and (spaced := _GROUPED_BY_SPACE.match(self.page.text, self.words[at].start)):
            used = sum(spaced.start() <= word.start < spaced.end() for word in self.words[at : at + MAX_NUMERAL])
            return int(re.sub(r"\D", "", spaced[0])), used
        if _GROUPED.fullmatch(text):
            return int(re.sub(r"[.,]", "", text)), 1
        if text.isdecimal():
            return (int(text), 1) if len(text) <= 9 and not self._decimal(at) else (None, 1)
        if text not in self.values:
            return None, 1
        if self.language == "fr" and (french := self._french(at)) is not None:
            return french
        tens, units = self.values[text], self.values.get(self.words[at + 1].text, 0) if at + 1 < len(self.words) else 0
        if tens >= 100 and 0 < units < 100:
            more, used = self._simple(at + 1)
            return tens + (more or units), 1 + used
        if (tens >= 20 or (tens == 10 and self.language in {"tr", "ug"})) and tens < 100 and 0 < units < 10:
            return tens + units, 2
        return tens, 1

    def _french(self, at: int) -> tuple[int, int] | None:
        """ "quatre-vingts", "soixante-dix", "quatre-vingt-dix-sept": by fours of twenty, and on to nineteen."""
        texts = [word.text for word in self.words[at : at + 4]]
        if texts[:1] == ["quatre"] and texts[1:2] in (["vingt"], ["vingts"]):
            value, used = 80, 2
        elif texts[:1] == ["soixante"]:
            value, used = 60, 1
        else:
            return None
        for text in texts[used : used + 2]:
            if text == "et":
                used += 1
                continue
            more = self.values.get(text, 0)
            if not 0 < more < 20 or (value % 20 and (value % 20 != 10 or more > 9)):
                break
            value, used = value + more, used + 1
        return value, used

    def _decimal(self, at: int) -> bool:
        """Whether a digit group belongs to a decimal, a range, an address or a name like "A4"."""
        word = self.words[at]
        around = self.page.text[word.start - 1 : word.start] + self.page.text[word.end : word.end + 1]
        before = self.page.text[max(0, word.start - 2) : word.start]
        return (
            (before[-1:].isalpha() and not _HAN.match(before[-1:]))
            or (around[:1] in {".", ","} and before[:1].isdecimal())
            or around[-1:] in {"%", "°"}
        )

    def _count(self, at: int, used: int, value: int) -> Count | None:
        value, used, ranged = self._range(at, used, value)
        noun = self._noun(at + used)
        modifier, first = self._hedge_before(at)
        last = at + used - 1 if noun is None else noun
        if modifier is Modifier.EXACTLY:
            modifier, last = self._hedge_after(at + used, last)
        turned = self.language == "ru" and at > 0 and self.words[at - 1].text in word_class("turned_noun", "ru")
        if modifier is Modifier.EXACTLY and turned:
            noun, modifier, first, last = at - 1, Modifier.ABOUT, at - 1, at + used - 1  # "человек двадцать"
        if modifier is Modifier.EXACTLY and self.words[at].text in self.round:
            modifier = Modifier.ABOUT
        if self.language == "zh" and modifier is Modifier.EXACTLY:
            ranged = ranged or higher_of_two(self._shown(at, at + used)) is not None
        modifier = Modifier.UP_TO if ranged else self._own_hedge(at, used, modifier)
        half = [word.text for word in self.words[max(0, at - 2) : at]]
        if "half" in half and value == DOZEN and at:
            value, first = value // 2, min(first, at - len(half) + half.index("half"))
        if noun is None and not (self._of_them(at + used) or self._hedged_alone(at, used, modifier)):
            return None
        if value == 1 and used == 1:
            return None
        start, end = self.words[first].start, self.words[last].end
        opens = noun if noun is not None and noun < at else at + used
        of = self.page.text[self._noun_start(opens, noun) : self.words[noun].end] if noun is not None else ""
        return Count(start=start, end=end, value=value, modifier=modifier, of=of, text=self.page.text[start:end])

    def _hedged_alone(self, at: int, used: int, modifier: Modifier) -> bool:
        return modifier is not Modifier.EXACTLY and self._stands_alone(at + used)

    def _range(self, at: int, used: int, value: int) -> tuple[int, int, bool]:
        """ "20 to 30 families", "between 20 and 30": the higher number is what it can be at most."""
        joint = at + used
        opened = at > 0 and self.words[at - 1].text in word_class("range_opens", self.language)
        joins = word_class("range_to", self.language) | (word_class("range_and", self.language) if opened else set())
        if joint + 1 >= len(self.words):
            return value, used, False
        between = self.page.text[self.words[joint - 1].end : self.words[joint].start].strip()
        dashed = between in {"-", "–"} and self.words[joint].text[0].isdigit()
        if not dashed and self.words[joint].text not in joins:
            return value, used, False
        following = joint if dashed else joint + 1
        higher, more = self._value(following)
        if higher is None or higher <= value:
            return value, used, False
        return higher, following + more - at, True

    def _own_hedge(self, at: int, used: int, modifier: Modifier) -> Modifier:
        """ "120+ cases": a plus right behind the figures."""
        end = self.words[at + used - 1].end
        plus = modifier is Modifier.EXACTLY and self.page.text[end : end + 1] == "+"
        return Modifier.AT_LEAST if plus else modifier

    def _of_them(self, at: int) -> bool:
        """ "four of them", "six of the guests": counted without a hedge."""
        words = [word.text for word in self.words[at : at + 2]]
        return (
            len(words) == 2 and words[0] == "of" and words[1] in word_class("of_them", "en") and self.language == "en"
        )

    def _noun(self, at: int) -> int | None:
        """The index of the counted noun, at most four words after the number."""
        counted, refused = word_class("counted", self.language), word_class("not_counted", self.language)
        if at < len(self.words) and self.words[at].text in {"in", "out"} and self.language == "en":
            return None  # "four in ten": a share
        for each in range(at, min(at + MAX_TO_NOUN, len(self.words))):
            text = self.words[each].text
            if text in refused or self._breaks(at, each):
                return None
            if text in counted or (not counted and each == at and text.isalpha()) or self._is_people(text):
                return each
        return None

    def _is_people(self, text: str) -> bool:
        """Whether the ending of a plural says that it names people: "shopkeepers", "cyclists"."""
        return self.language == "en" and len(text) > LONG_ENOUGH and text.endswith(_PEOPLE)

    def _noun_start(self, at: int, noun: int) -> int:
        """Where the counted noun phrase begins, after a hedge that follows the number ("3,000 or so exiles")."""
        for phrase, _ in self.after:
            if at + len(phrase) <= noun and tuple(w.text for w in self.words[at : at + len(phrase)]) == phrase:
                return self.words[at + len(phrase)].start
        return self.words[at].start

    def _breaks(self, at: int, each: int) -> bool:
        start = self.words[at - 1].end
        between = self.page.text[start : self.words[each].start]
        return any(mark in between for mark in '.,;:!?()"“”%$€£')

    def _stands_alone(self, at: int) -> bool:
        """ "about 450 of them", "fewer than ten led to …": a hedged number without its noun."""
        if at >= len(self.words):
            return False
        text = self.words[at].text
        return self._breaks(at, at) is False and text not in word_class("not_counted", self.language)

    def _hedge_before(self, at: int) -> tuple[Modifier, int]:
        skipped = at - 1 if at and self.words[at - 1].text in word_class("hedge_bridge", "mul") else at
        for end in dict.fromkeys((at, skipped)):
            for phrase, modifier in self.before:
                start = end - len(phrase)
                if start >= 0 and tuple(word.text for word in self.words[start:end]) == phrase:
                    return Modifier(modifier), start
        return Modifier.EXACTLY, skipped if self.words[at].text == "dozen" else at

    def _hedge_after(self, at: int, last: int) -> tuple[Modifier, int]:
        for start in dict.fromkeys((at, last + 1)):
            for phrase, modifier in self.after:
                if tuple(word.text for word in self.words[start : start + len(phrase)]) == phrase:
                    return Modifier(modifier), max(last, start + len(phrase) - 1)
        return Modifier.EXACTLY, last
