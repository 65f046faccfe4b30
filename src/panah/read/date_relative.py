"""Dates that hang on another: "last June", "two days later", "le lendemain", "the summer of last year"."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from .date_calendar import CalendarDates
from .date_lookup import ARTICLES, BRIDGES, ORDINALS, PREPOSITIONS, Found
from .date_phrases import TimePhrase
from .date_printed import FIRST_YEAR, LAST_YEAR, PrintedDate
from .word_classes import word_class

_TIMES_OF_DAY: Final = frozenset(["evening", "night", "morning", "afternoon"])
_DEFINITE: Final = ("et", "en", "na", "ne", "att", "at")
"""Endings of a noun with its article in Swedish and Norwegian, and "that"."""
_OPENING: Final = frozenset(["after", "before", "efter", "innan", "före", "etter", "før", "après", "avant"])
"""Words that end "two days after" and can open a clause or name what it is counted from."""
_BEFORE_FALL: Final = frozenset(
    ["in", "during", "since", "until", "by", "early", "late", "mid", "this", "over", "throughout"]
)
"""Words after which "fall" is the season, and no noun or verb."""
MAX_CLAUSE: Final = 14


class RelativeDates(CalendarDates):
    """Reads dates that are told from the day of publication or from the date told before."""

    def _phrase(self, at: int) -> Found:
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
        if phrase.relation in {"date", "feast", "easter"}:
            return self._feast(at, end, phrase)
        if len({*self._between_all(at, end)} - set(" \u00a0-–'’")) > 0:
            return None, 1
        return self._of_phrase(at, end, phrase, held)

    def _between_all(self, at: int, end: int) -> str:
        return "".join(self._between(each, each + 1) for each in range(at, end - 1))

    def _of_phrase(self, at: int, end: int, phrase: TimePhrase, held: dict[str, int | str]) -> Found:
        count = phrase.count if phrase.count is not None else held.get("N", 0)
        unit = phrase.unit or held.get("U", "")
        season = held.get("S")
        if str(unit).startswith("season:"):
            unit, season = "", int(str(unit)[7:])
        about, unit = str(unit).endswith("~"), str(unit).rstrip("~")
        parts: dict[str, object] = {
            "relation": phrase.relation,
            "count": count,
            "unit": unit,
            "weekday": held.get("W"),
            "month": held.get("M"),
            "season": season,
            "approximate": about,
        }
        if phrase.relation == "night":
            weekday = phrase.count if phrase.count is not None else held["W"]
            return self._made(at, end - 1, weekday=weekday, relation="this", night_before=True)
        if phrase.relation == "edge":
            year, last = self._year_after(end - 1)
            return self._made(at, last, relation="edge", count=count, month=held["M"], year=year)
        date, used = self._made(at, end - 1, **parts)
        if phrase.relation == "since":
            return replace(date, relation="same", open_end=True), used
        if phrase.relation in {"later", "earlier"} and self._opens_clause(end - 1):
            assert date is not None
            return self._counted_from(date, end, used)
        return date, used

    def _counted_from(self, date: PrintedDate, at: int, used: int) -> Found:
        """ "two days after 3 May" and "two days after she spoke there on 3 May" count from that date; else nobody can tell."""
        base, more = self._one(at + 1) if self._text(at) in ARTICLES else self._one(at)
        more += self._text(at) in ARTICLES
        if base is not None and not base.hangs_on_another and base.relation != "vague":
            return replace(date, end=base.end, within=base), used + more
        for each in range(at + 1, min(at + MAX_CLAUSE, len(self.words))):
            if set(self._between(each - 1, each)) & set(",;:.!?"):
                break
            base, _ = self._one(each)
            if base is not None and not base.hangs_on_another and base.relation != "vague":
                return replace(date, within=base), used
        return replace(date, relation="vague"), used

    def _feast(self, at: int, end: int, phrase: TimePhrase) -> Found:
        """A day that has a name: "on Christmas Eve", "at Nowruz 2019"."""
        year, last = self._year_after(end - 1)
        before = self._before(at)
        led = self._meaning(before) in PREPOSITIONS | {"later", "earlier"} or self._text(at - 1) in {
            "at",
            "over",
            "near",
        }
        if year is None and not led and self.english:
            return None, 1
        if phrase.relation == "easter":
            about = phrase.unit.endswith("~")
            return self._made(
                at,
                last,
                relation="easter",
                unit=phrase.unit.rstrip("~"),
                count=phrase.count or 0,
                year=year,
                approximate=about,
            )
        if phrase.relation == "feast":
            return self._made(at, last, relation="feast", unit=phrase.unit, year=year, approximate=True)
        month, day = int(phrase.unit[:2]), int(phrase.unit[3:5])
        return self._made(at, last, month=month, day=day, year=year, approximate=phrase.unit.endswith("~"))

    def _season(self, at: int) -> Found:
        """ "in the summer of 2019", "im Sommer"; not "the fall of Kabul"."""
        meaning = self._meaning(at)
        if not meaning.startswith("season:"):
            return None, 1
        season = int(meaning[7:])
        year, last = self._year_after(at)
        if year is not None:
            return self._made(at, last, season=season, year=year)
        before = self._before(at)
        opens = at - 1 - (self._text(at - 1) in word_class("year_of", self.language))
        if self.turkish and (told_year := self._number(opens, FIRST_YEAR, LAST_YEAR)) is not None:
            return self._made(opens, at, season=season, year=told_year)
        if self._text(at) in word_class("season_in", self.language):
            return self._made(at, at, season=season)
        if self._text(at + 1) in word_class("season_months", self.language):
            return self._made(at, at + 1, season=season)
        if self._text(at) == "fall" and self._text(before) not in _BEFORE_FALL:
            return None, 1
        told = self._meaning(before) in PREPOSITIONS or self._text(before) in {"over", "летом"} or self.language == "ru"
        if self._year_hangs(at) or (told and self._text(at + 1) not in {"of", "to", "for", "des"}):
            return self._made(at, at, season=season)
        return None, 1

    def _year_hangs(self, at: int) -> bool:
        """Whether "of last year" or the like stands right after a word."""
        following = at + 1
        while self._text(following) in BRIDGES | {"des"}:
            following += 1
        date, _ = self._phrase_or_relative(following)
        return date is not None and date.unit == "year" and date.weekday is None

    def _phrase_or_relative(self, at: int) -> Found:
        if at >= len(self.words):
            return None, 1
        date, used = self._phrase(at)
        return (date, used) if date is not None else self._relative(at)

    def _relative(self, at: int) -> Found:
        meaning = self._meaning(at)
        if meaning in {"yesterday", "today"}:
            return self._made(at, at, relation=meaning)
        if meaning in {"last", "this", "next"}:
            return self._after_relation(at, meaning)
        if meaning in {"same", "following"}:
            return self._beside(at, meaning)
        return self._ago(at) if self._text(at) != "the" else self._the_day(at)

    def _beside(self, at: int, meaning: str) -> Found:
        """ "the same week", "the following year": counted from the date told before."""
        unit = self._meaning(at + 1)
        if not unit.startswith("unit:") and self._text(at + 1) not in _TIMES_OF_DAY:
            return None, 1
        unit = unit[5:] if unit.startswith("unit:") else "day"
        relation, count = ("same", 0) if meaning == "same" else ("later", 1)
        return self._made(at, at + 1, relation=relation, count=count, unit=unit)

    def _the_day(self, at: int) -> Found:
        """ "the day after", "the week before"; "the 20th" of the month told before."""
        unit, way = self._meaning(at + 1), self._meaning(at + 2)
        if unit.startswith("unit:") and way in {"later", "earlier"}:
            date, used = self._made(at, at + 2, relation=way, count=1, unit=unit[5:])
            return self._counted_from(date, at + 3, used) if self._opens_clause(at + 2) else (date, used)
        day = self._number(at + 1, 1, 31)
        if day is not None and self._text(at + 2) in ORDINALS and self._text(at - 1) == "on":
            if self._text(at + 3) in BRIDGES or self._month(at + 3) is not None:
                return self._day_of_month(at, day)
            return self._made(at, at + 2, relation="same", day=day, unit="month")
        return None, 1

    def _day_of_month(self, at: int, day: int) -> Found:
        """ "the 5th of last month"."""
        following, used = self._phrase_or_relative(at + 4)
        if following is not None and following.unit == "month" and not following.day:
            return self._made(at, at + 3 + used, day=day, within=following)
        return None, 1

    def _after_relation(self, at: int, relation: str) -> Found:
        """ "last June", "last Thursday", "last year", "this summer"."""
        following = at + 1
        if following >= len(self.words) or not self._adjacent(at, following, 2):
            return None, 1
        meaning, month = self._meaning(following), self._month(following)
        weekday = self.weekdays.get(self._text(following))
        if weekday is not None and (found := self._nth_weekday(following, weekday))[0] is not None:
            return found[0], found[1] + 1
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
        if self.language in {"sv", "nb"} and at <= 1 and not self._text(at + 1).endswith(_DEFINITE):
            return False  # "Dagen efter greps hon": the verb follows
        return self._between(at, at + 1).isspace()

    def _ago(self, at: int) -> Found:
        """ "three weeks ago", "a year ago"."""
        count, unit, way = self._slot("N", at), self._slot("U", at + 1), self._meaning(at + 2)
        if count is None or unit is None or way not in {"ago", "later", "earlier"}:
            return None, 1
        date, used = self._made(at, at + 2, relation=way, count=count, unit=unit)
        return self._counted_from(date, at + 3, used) if way != "ago" and self._opens_clause(at + 2) else (date, used)

    def _one(self, at: int) -> Found:
        for read in (
            self._phrase,
            self._part_of_year,
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
