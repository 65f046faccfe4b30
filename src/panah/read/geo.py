"""Which countries and towns a text names, and how: a state acting, a people, a place where something is.

Countries and towns come from :mod:`panah.places`; this module decides which words to ask it about.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, lru_cache
from typing import Final

from panah.places import GazetteerPlace, country_codes, find_country, find_place
from panah.places.keys import table_bytes

from .people import Names
from .phrases import rows_of
from .word_classes import word_class
from .words import Word, fold

BIG_TOWN: Final = 150_000
"""A single capitalised word is a town without a preposition only from this number of inhabitants on."""
_ENDINGS: Final = {
    "de": ("e", "er", "en", "es", "em", "erin", "s"),
    "fr": ("e", "s", "es", "ne", "nes"),
    "nl": ("e", "n", "en", "s"),
    "sv": ("a", "t", "s", "n"),
    "nb": ("e", "t", "s"),
    "tr": ("da", "de", "ta", "te", "dan", "den", "in", "ın", "un", "ün", "nin", "lı", "li", "ya", "ye", "nda"),
    "en": ("s",),
    "ru": ("а", "я", "е", "у", "ы", "и", "ой", "ом", "ского", "ская", "ской", "ии", "ию", "ию"),
    "ug": (
        *("da", "de", "ta", "te", "din", "tin", "diki", "tiki", "ning", "gha", "ge", "qa", "ke", "liq", "lik", "ni"),
        *("دە", "دا", "تە", "تا", "نىڭ", "غا", "گە", "دىكى", "دىن", "تىن", "لىق", "لىك", "نى"),
    ),
}
_GROWN: Final = {"ru": ("", "а", "я", "ь", "ия", "ский")}


COUNTRIES_WITHIN: Final = 20_000
MAX_COUNTRIES: Final = 8
_CAPITALISED = re.compile(r"[^\W\d_a-z]\w{2,20}(?: [A-Z]\w{2,20})?")


@dataclass(frozen=True, slots=True)
class Mention:
    """One place name: ``kind`` is country (name or adjective), town, people or organ."""

    start: int
    end: int
    country: str
    name: str
    kind: str


@lru_cache(maxsize=1)
def _state_words() -> dict[str, tuple[str, str]]:
    return {
        fold(word).replace("'", ""): (row["code"], row["kind"])
        for row in rows_of("states")
        for word in row["words"].split(";")
    }


@lru_cache(maxsize=1)
def _longest_state_word() -> int:
    return max(len(word.split()) for word in _state_words())


@lru_cache(maxsize=1)
def _first_state_words() -> frozenset[str]:
    """The first words of those that are longer than one: no other small letter opens a name of several words."""
    return frozenset(word.split()[0] for word in _state_words() if " " in word)


@lru_cache(maxsize=1)
def place_words() -> frozenset[str]:
    """Single words that point at a state; people's names do not contain them."""
    return frozenset(word for word in _state_words() if " " not in word)


@lru_cache(maxsize=16)
def _exonyms(language: str) -> dict[str, tuple[str, str]]:
    """Names of towns that the gazetteer does not hold in a language, folded, to country and town."""
    rows = (row for row in rows_of("towns") if row["language"] == language)
    return {fold(name): (row["country"], row["town"]) for row in rows for name in row["names"].split(";")}


def _inflected_in(known: Mapping[str, tuple[str, str]], key: str, language: str) -> tuple[str, str] | None:
    """What a table holds for a word without its ending."""
    stems = (key[: len(key) - len(ending)] for ending in _ENDINGS[language] if key.endswith(ending))
    return next((known[stem] for stem in stems if stem in known), None)


MIN_STEM: Final = 3


@lru_cache(maxsize=16)
def _stems(language: str) -> dict[str, tuple[str, str]]:
    rows = (row for row in rows_of("adjectives") if row["language"] == language)
    return {fold(stem): (row["code"], row["town"]) for row in rows for stem in row["stems"].split()}


@lru_cache(maxsize=8192)
def _by_stem(word: str, language: str) -> tuple[str, str] | None:
    """The state that an inflected adjective points at (and the town, where it names one), by the longest beginning that is known."""
    stems = _stems(language)
    if not stems:
        return None
    starts = (word[:length] for length in range(min(len(word), 16), MIN_STEM - 1, -1))
    return next((stems[start] for start in starts if start in stems), None)


class Geography:
    """Finds the places of one document; ``names`` tells people from towns."""

    def __init__(self, text: str, language: str, names: Names) -> None:
        self.text, self.language, self.names = text, language, names

    def mentions(self, words: Sequence[Word]) -> list[Mention]:
        """Every place named in these words, in order, none inside another."""
        found: list[Mention] = []
        at = 0
        while at < len(words):
            mention, used = self._at(words, at)
            if mention is not None:
                found.append(mention)
            at += max(used, 1)
        return found

    def _at(self, words: Sequence[Word], at: int) -> tuple[Mention | None, int]:
        if _unspaced(words[at].text):
            return self._unspaced_at(words, at)
        named = words[at].capital or words[at].text in _first_state_words()
        longest = 4 if named else 2 if at + 1 < len(words) and words[at + 1].text == "'s" else 1
        for length in range(min(longest, len(words) - at), 0, -1):
            if words[at + length - 1].end - words[at].start > 60:
                continue
            mention = self._named(words, at, length)
            if mention is not None:
                return mention, length
        return None, 1

    def _named(self, words: Sequence[Word], at: int, length: int) -> Mention | None:
        run = words[at : at + length]
        shown = self.text[run[0].start : run[-1].end]
        key = " ".join(word.text for word in run).replace(" 's", "")
        if (state := _state_words().get(key.replace("'", ""))) and (length > 1 or self._allowed(run[0], state[1])):
            return Mention(run[0].start, run[-1].end, state[0], shown, state[1])
        if length == 1 and self.language == "ug" and (state := _inflected_in(_state_words(), key, "ug")):
            return Mention(run[0].start, run[-1].end, state[0], shown, state[1])
        if length == 1 and (known := _by_stem(key, self.language)):
            return Mention(run[0].start, run[-1].end, known[0], known[1] or shown, "town" if known[1] else "word")
        if exonym := self._exonym(run, key):
            return Mention(run[0].start, run[-1].end, exonym[0], exonym[1], "town")
        if not self._could_be_name(run):
            return None
        if code := self._country(shown, run):
            return Mention(run[0].start, run[-1].end, code, shown, "country")
        return self._town(words, at, length, shown)

    def _exonym(self, run: Sequence[Word], key: str) -> tuple[str, str] | None:
        known = _exonyms(self.language)
        if not known or not (self.language == "ug" or run[0].capital):
            return None
        if key in known or self.language != "ug":
            return known.get(key)
        return _inflected_in(known, key, self.language)

    def _allowed(self, word: Word, kind: str) -> bool:
        # "mit", "raw", "isi" are words too; services are printed in capitals
        short_organ = kind == "organ" and len(word.text) <= 4 and word.text != "säpo"
        return self.text[word.start : word.end].isupper() if short_organ else True

    def _could_be_name(self, run: Sequence[Word]) -> bool:
        if all(word.capital for word in run) and not any(word.text[0] in "'0123456789" for word in run):
            return True
        if len(run) > 1:
            if self._joined_by(run[-2], run[-1], "'’") and len(run[-1].text) == 1:  # "Sana’a"
                return len(run) == 2 and run[0].capital
            inner = {"of", "the", "and"} | (_JOINTS if self._joined_by(run[0], run[1], "-") else set())
            return run[0].capital and run[-1].capital and all(w.capital or w.text in inner for w in run)
        word = run[0].text
        return self.language != "en" and len(word) >= 5 and word.isalpha()

    def _joined_by(self, left: Word, right: Word, marks: str) -> bool:
        return right.start - left.end == 1 and self.text[left.end] in marks

    def _country(self, shown: str, run: Sequence[Word]) -> str | None:
        if len(run) == 1 and len(shown) <= 3 and shown not in {"US", "UK", "UAE", "DRC", "PRC", "USA", "ROC"}:
            return None
        if code := find_country(shown):
            return None if len(run) == 1 and run[0].text in self.names.full and run[0].text in _NAMES_TOO else code
        return self._inflected(shown) if len(run) == 1 else None

    def _inflected(self, shown: str) -> str | None:
        for ending in _ENDINGS.get(self.language, ()):
            if len(shown) - len(ending) >= 4 and shown.lower().endswith(ending):
                for grown in _GROWN.get(self.language, ("",)):
                    if code := find_country(shown[: len(shown) - len(ending)] + grown):
                        return code
        return None

    def _town(self, words: Sequence[Word], at: int, length: int, shown: str) -> Mention | None:
        first, last = words[at], words[at + length - 1]
        opens = length > 1 and first.text in _OPEN_TOWNS
        if not first.capital or len(shown) < 3 or (first.text in _NO_TOWNS and not opens) or last.text in _NO_TOWNS:
            return None
        if (
            at
            and words[at - 1].text in _OPEN_TOWNS
            and words[at - 1].capital
            and self._joined_by(words[at - 1], first, " ")
        ):
            return None  # the "York" of "New York"
        if opens and at + length < len(words) and words[at + length].text in word_class("media_word", "mul"):
            return None  # "The New York Times" is no town
        if any(word.text in word_class("institution", self.language) for word in words[at : at + length]):
            return None
        before = words[at - 1].text if at else ""
        based = at + length < len(words) and words[at + length].text == "based"
        if before == "the" and not based:
            return None  # "the Vistula Forum": a body, not a town
        located = (
            before in word_class("place_preposition", self.language)
            or self._is_locative(words, at + length)
            or (at + length < len(words) and words[at + length].text in {"based", "born"})
        )
        if length == 1 and first.text in self.names.full and not located:
            return None
        if any(word.text in word_class("role", self.language) for word in words[at : at + length]):
            return None
        place = self._likely_town(shown) or self._inflected_town(shown)
        if place is None or not (located or (place.population >= BIG_TOWN and not self._in_person(words, at, length))):
            return None
        return Mention(first.start, last.end, place.country, place.name, "town")

    def _is_locative(self, words: Sequence[Word], at: int) -> bool:
        """ "Oslo'da", "Lyon'daki", "Hamburg kentinde": Turkish tells where by an ending behind an apostrophe, or the next word."""
        if self.language != "tr" or at >= len(words):
            return False
        if words[at].text in word_class("place_after", "tr"):
            return True
        return self._joined_by(words[at - 1], words[at], "'’") and words[at].text in word_class("locative", "tr")

    def _likely_town(self, shown: str) -> GazetteerPlace | None:
        """Of several towns of one name the one in a country that the document names; else the largest."""
        place = self.names.town(shown)
        if place is None or place.n_same_name < 2 or place.country in self.countries:
            return place
        return next((other for each in self.countries if (other := find_place(shown, each))), place)

    @cached_property
    def countries(self) -> tuple[str, ...]:
        """The countries that the document names, the most often named first."""
        counted: Counter[str] = Counter()
        for match in _CAPITALISED.finditer(self.text[:COUNTRIES_WITHIN]):
            word = match.group()
            known = _state_words().get(fold(word), (None, ""))[0] or find_country(word)
            if known is not None and fold(word) not in _NAMES_TOO:
                counted[known] += 1
        return tuple(country for country, _ in counted.most_common(MAX_COUNTRIES))

    def _inflected_town(self, shown: str) -> GazetteerPlace | None:
        if self.language not in {"ru", "ug"}:
            return None
        for ending in _ENDINGS[self.language]:
            if len(shown) - len(ending) >= 3 and shown.lower().endswith(ending):
                for grown in _GROWN.get(self.language, ("",)):
                    if place := self.names.town(shown[: len(shown) - len(ending)] + grown):
                        return place
        return None

    def _in_person(self, words: Sequence[Word], at: int, length: int) -> bool:
        beside = [words[each] for each in (at - 1, at + length) if 0 <= each < len(words)]
        return any(word.text in self.names.full for word in beside)

    def _unspaced_at(self, words: Sequence[Word], at: int) -> tuple[Mention | None, int]:
        longest = han_first_characters().get(words[at].text, 0)
        for length in range(min(longest, len(words) - at), 1, -1):
            run = words[at : at + length]
            if run[-1].end - run[0].start != length:
                continue
            shown = self.text[run[0].start : run[-1].end]
            if found := han_names().get(shown):
                country, name, kind = found
                return Mention(run[0].start, run[-1].end, country, name or shown, kind), length
        return None, 1


def _unspaced(word: str) -> bool:
    return "\u3400" <= word[0] <= "\u9fff"


_HAN_KEY = re.compile("^[\u3400-\u9fff]{2,8}$")


@lru_cache(maxsize=1)
def han_names() -> dict[str, tuple[str, str, str]]:
    """Names in Han characters: to country, name ("" for as written) and kind; our own words come first."""
    found: dict[str, tuple[str, str, str]] = {}
    for key, (country, name) in (_han_towns() | _exonyms("zh")).items():
        found[key] = (country, name, "town")
    for table in ("country_names.csv", "country_words.csv"):
        for row in csv.DictReader(table_bytes(table).decode().splitlines()):
            for word in (row.get("name") or row.get("words") or "").split(";"):
                if _HAN_KEY.match(word) and not (row["language"] == "ja" and word in found):
                    found[word] = (row["alpha_2"], "", "country")
    for word, (code, kind) in _state_words().items():
        if _HAN_KEY.match(word):
            found[word] = (code, "", kind)
    return found


@lru_cache(maxsize=1)
def han_first_characters() -> dict[str, int]:
    """First characters of those names, to the length of the longest name that begins so."""
    longest: dict[str, int] = {}
    for name in han_names():
        longest[name[0]] = max(longest.get(name[0], 0), len(name))
    return longest


def _han_towns() -> dict[str, tuple[str, str]]:
    """Towns of over 100,000 with a name in Han characters: search key to country and name."""
    found: dict[str, tuple[int, str, str]] = {}
    for line in table_bytes("cities.csv").decode().splitlines()[1:]:
        if not _HAN.search(line):
            continue
        fields = line.rsplit(",", 6)
        if len(fields) != 7:
            continue
        country, population, keys = fields[2], fields[5], fields[6]
        name = fields[1].strip('"')
        for key in keys.split(";"):
            if _HAN_KEY.match(key) and int(population) >= 100_000 and found.get(key, (0,))[0] < int(population):
                found[key] = (int(population), country, name)
    return {key: (country, name) for key, (_, country, name) in found.items()}


_HAN = re.compile("[\u3400-\u9fff]")
_NAMES_TOO: Final = frozenset(["jordan", "chad", "georgia", "israel"])
_OPEN_TOWNS: Final = frozenset(["new", "san", "santa", "east", "west", "north", "south", "green", "salt", "king"])
"""Words that are no town alone and begin the name of many."""
_JOINTS: Final = frozenset(["au", "aux", "sur", "sous", "upon", "en", "de", "la", "le", "am", "an", "der"])
"""Small words inside hyphenated names: Port-au-Prince."""
_NO_TOWNS: Final = word_class("no_town", "mul")


def countries_in(mentions: Iterable[Mention]) -> list[str]:
    """The countries of some mentions, in order, each once."""
    return list(dict.fromkeys(mention.country for mention in mentions))


def recordable(code: str | None) -> str | None:
    """A code that a record can hold; Kosovo has one in the gazetteer and none in ISO 3166-1, so it stays unknown."""
    return code if code in country_codes() else None
