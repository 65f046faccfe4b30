"""Who is named in a text: people, bodies, states, and unnamed speakers ("a student", "Thai police").

A rule reader, not a recogniser of every name: it looks for the subject of a verb of saying in a short stretch of
words, and knows every full name that stands anywhere in the document, so that "Example" becomes "Ana Example".
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from panah.places import GazetteerPlace, find_country, find_place

from .roles import (
    AGE,
    NEW,
    han_people,
    human_phrases,
    human_words,
    introduced_role,
    is_new,
    only_ones,
    roles_beside,
    single_name_after,
)
from .word_classes import word_class
from .words import Word, words_in

_RUN_GAP = re.compile(r"[ \u00a0]|-|['’]")
_INITIAL_GAP = re.compile(r"\. ?")
MAX_NAME_WORDS: Final = 5
MAX_HAN_NAME: Final = 12
MAX_PREPOSITION: Final = 3
_HAN_NAME = re.compile("[\u3400-\u9fff·•]+")
MAX_TOWNS_ASKED: Final = 2000
MAX_PLAIN_WORDS: Final = 8
"""A longer stretch than this is no plain noun phrase."""
_TIMES: Final = word_class("calendar", "mul")


@dataclass(frozen=True, slots=True)
class Who:
    """A speaker or person as the document names it."""

    name: str
    kind: str = "unknown"
    """A code of the source_kind list."""
    start: int = -1
    end: int = -1
    plural: bool = False
    human: bool = False
    """One person, named or not ("an EU spokesperson"); a body is not."""


@dataclass(frozen=True, slots=True)
class Run:
    """A run of capitalised words."""

    words: tuple[Word, ...]
    start: int
    end: int

    def of(self, text: str) -> str:
        return text[self.start : self.end]


def runs_in(text: str, words: Iterable[Word], language: str) -> list[Run]:
    """Runs of capitalised words, joined by particles (``al-``, ``van der``), hyphens and initials."""
    particles = word_class("particle", language)
    runs: list[Run] = []
    current: list[Word] = []
    pending: list[Word] = []
    for word in words:
        adjacent = bool(current) and _joined(text, (pending or current)[-1], word)
        if word.text[0] == "'" or word.text[0].isdecimal():
            adjacent = False
        if adjacent and word.capital:
            current += [*pending, word]
            pending = []
        elif adjacent and word.text in particles and len(pending) < 2:
            pending.append(word)
        else:
            if current:
                runs.append(_run(current))
            current, pending = ([word] if word.capital else []), []
    if current:
        runs.append(_run(current))
    return runs


@lru_cache(maxsize=16)
def pronouns_of(language: str) -> frozenset[str]:
    """Pronouns that show a stretch to be a clause of its own, not a noun phrase."""
    return word_class("pronoun", language)


def _joined(text: str, before: Word, word: Word) -> bool:
    gap = _INITIAL_GAP if before.end - before.start == 1 else _RUN_GAP
    return gap.fullmatch(text, before.end, word.start) is not None or (
        _RUN_GAP.fullmatch(text, before.end, word.start) is not None
    )


def _run(words: list[Word]) -> Run:
    return Run(tuple(words), words[0].start, words[-1].end)


class Names:
    """Every full name of a document, and the shorter forms that stand for it."""

    def __init__(self, text: str, words: Iterable[Word], language: str, places: frozenset[str] = frozenset()) -> None:
        self.text, self.language, self.places = text, language, places
        self.full: dict[str, str] = {}
        self.whole: set[str] = set()
        self._towns: dict[str, GazetteerPlace | None] = {}
        self.bodies: dict[str, str] = {}
        self._roles = word_class("role", language)
        self._heads = word_class("institution", language)
        self._humans = human_words(language)
        self._ngo = word_class("ngo", language)
        self._offices = word_class("office", language)
        self._openers = word_class("heading", language) | word_class("determiner", language)
        words = tuple(words)
        self._common = {word.text for word in words if not word.capital}
        runs = runs_in(text, words, language)
        for run in runs:
            self._learn(run)
        for run in runs:
            self._learn_titled(run)
        self._associations = {
            run.of(text): Who(run.of(text), "organisation", run.start, run.end)
            for run in reversed(runs)
            if self.is_association(run)
        }
        self.introduced = {
            word.text for at, word in enumerate(words[1:]) if words[at].text in NEW and not self._apposed(words[at])
        }
        self.roles: dict[str, set[str]] = {}
        self.by_role = self._roles_of(runs, words)
        self._n_full = len(set(self.full.values()))

    def _learn(self, run: Run) -> None:
        run = self._without_place(self.without_titles(run))
        if self.is_body(run):
            return
        names = [word for word in run.words if word.text not in self._openers]
        whole = self.text[names[0].start : run.end] if names else ""
        if names and (names[0].text in self._common or names[-1].text in self._common):
            return
        if 2 <= len(names) <= MAX_NAME_WORDS and not self._names_a_place(names, whole):
            self.whole.add(whole)
            self.full.setdefault(names[-1].text, whole)
            if len(names[0].text) > 2:
                self.full.setdefault(names[0].text, whole)

    def _without_place(self, run: Run) -> Run:
        """ "Mirza Viyana'da": a name before a town that a Turkish ending of place shows to be one."""
        if self.language != "tr" or len(run.words) < 2 or self.text[run.end : run.end + 1] not in {"'", "’"}:
            return run
        ending = words_in(self.text, run.end + 1, run.end + 7)[:1]
        return _run(list(run.words[:-1])) if ending and ending[0].text in word_class("locative", "tr") else run

    def _roles_of(self, runs: list[Run], words: tuple[Word, ...]) -> dict[str, str]:
        """Which one person a role stands for: "the lawyer, Ana Example", "Ana Example, his lawyer"."""
        at_start = {word.start: at for at, word in enumerate(words)}
        given = list(self._single_names(words))
        for run in runs:
            name = self.person(run)
            if name is None or name not in self.whole:
                continue
            bare = self.without_titles(run)
            titles = run.words[: len(run.words) - len(bare.words)]
            first, last = at_start[bare.start], at_start[run.words[-1].start]
            beside = roles_beside(self.text, words, first, last, titles, self.language)
            if (role := introduced_role(self.text, words, first, self.language)) is not None:
                beside.add(role)
            self.roles.setdefault(name, set()).update(beside)
            given += [(role, name) for role in beside]
        return only_ones(given)

    def _single_names(self, words: tuple[Word, ...]) -> Iterable[tuple[str, str]]:
        """ "his mother, Halima, …": a single name that its role shows to be one."""
        for at in range(len(words)):
            role = single_name_after(self.text, words, at, self.language)
            ends = at + 1 == len(words) or not words[at + 1].capital or words[at + 1].start - words[at].end > 1
            if role is None and words[at].capital and ends and words[at].text not in self._roles:
                role = introduced_role(self.text, words, at, self.language)
            shown = self.text[words[at].start : words[at].end] if role else ""
            if role and words[at].text not in self.full and not self.is_place_or_time(words[at]):
                self._learn_single(words[at].text, shown)
                self.roles.setdefault(shown, set()).add(role)
                yield role, shown

    def _learn_titled(self, run: Run) -> None:
        """ "Judge Muster": a surname that a title shows to be one."""
        bare = self.without_titles(run)
        word = bare.words[0]
        if len(bare.words) == 1 and len(run.words) > 1 and run.words[-2].text in self._roles and not self.is_body(run):
            known = word.text in self.full or word.text in self._roles | self._heads
            if not known and not self.is_place_or_time(word):
                self._learn_single(word.text, self.text[word.start : word.end])

    def is_association(self, run: Run) -> bool:
        """Whether a run names a body that is no authority, mission or medium: "Harbour Watch"."""
        return len(run.words) > 1 and any(word.text in self._ngo for word in run.words)

    @property
    def only_association(self) -> Who | None:
        """The association that the document names, if it is one only."""
        return next(iter(self._associations.values())) if len(self._associations) == 1 else None

    def _apposed(self, article: Word) -> bool:
        """ "Ana Example, a journalist": the article begins an apposition, nobody new."""
        return self.text[max(0, article.start - 2) : article.start] == ", "

    def _learn_single(self, folded: str, shown: str) -> None:
        self.whole.add(shown)
        self.full[folded] = shown

    def _names_a_place(self, names: list[Word], whole: str) -> bool:
        if any(self.is_place_or_time(word) for word in names):
            return True
        return find_country(whole) is not None or (len(names) == 2 and self.town(whole) is not None)

    def town(self, name: str) -> GazetteerPlace | None:
        """The town of that name; a document may ask for so many different ones (each costs a millisecond)."""
        if name not in self._towns:
            if len(self._towns) >= MAX_TOWNS_ASKED:
                return None
            self._towns[name] = find_place(name)
        return self._towns[name]

    def is_place_or_time(self, word: Word) -> bool:
        """Whether a word names a country, people, month or weekday rather than a person."""
        if word.text in _TIMES or word.text in self.places:
            return True
        return word.text not in self.full and find_country(self.text[word.start : word.end]) is not None

    def is_body(self, run: Run) -> bool:
        """Whether a run names an organisation, medium or authority."""
        acronym = len(run.words) == 1 and len(run.words[0].text) > 1 and run.of(self.text).isupper()
        return acronym or any(word.text in self._heads for word in run.words)

    def body(self, run: Run) -> Who:
        """The organisation, medium or authority that a run names."""
        return Who(run.of(self.text), self._kind(list(run.words)), run.start, run.end)

    def without_titles(self, run: Run) -> Run:
        """The run without leading titles and sentence openers: ``Prime Minister Ana Example`` -> ``Ana Example``."""
        words = list(run.words)
        while len(words) > 1 and (words[0].text in self._roles or words[0].text in self._openers):
            words.pop(0)
        titles = [at for at, word in enumerate(words[:-1]) if word.text in self._roles]
        if titles and all(word.text in self._offices | self._roles for word in words[: titles[-1]]):
            words = words[titles[-1] + 1 :]  # "Foreign Minister Ana Example"
        return _run(words)

    def people_of(self, runs: Iterable[Run]) -> list[Who]:
        """The people that some runs name, in order."""
        return [
            Who(name, "person", run.start, run.end, human=True)
            for run in runs
            if (name := self.person(run)) is not None
        ]

    def person(self, run: Run) -> str | None:
        """The full name a run stands for, or ``None`` when it is no person's name."""
        run = self.without_titles(run)
        while len(run.words) > 2 and self.is_place_or_time(run.words[0]):
            run = _run(list(run.words[1:]))
        if self.is_body(run) or any(word.text in _TIMES for word in run.words):
            return None
        if len(run.words) > 1 and find_country(run.of(self.text)) is not None:
            return None
        if len(run.words) == 1:
            word = run.words[0]
            return None if self.is_place_or_time(word) else self.full.get(word.text)
        shown = run.of(self.text)
        return shown if shown in self.whole else None

    def speaker(self, start: int, end: int, *, last: bool = False) -> Who | None:
        """The subject named in a stretch: a person if one is named, else a body, else the noun phrase.

        ``last`` takes the person nearest the end, for a clause that ends in ", Ana Example said".
        """
        start = self._after_opening(start, end)
        words = words_in(self.text, start, end)
        runs = runs_in(self.text, words, self.language)
        named = [(name, run) for run in runs if (name := self.person(run)) is not None]
        if named and not self._possesses(named[0][1], words) and not self._is_of(named[0][1], words):
            name, run = named[-1 if last else 0]
            run = self.without_titles(run)
            return Who(name, "person", run.start, run.end, human=True)
        return self._noun_phrase(start, end)

    def _after_opening(self, start: int, end: int) -> int:
        """Past an opening aside: "Asked by Ms Example whether she was afraid, the witness [said]"."""
        comma = self.text.find(",", start, end)
        words = words_in(self.text, start, comma) if comma >= 0 and self.language == "en" else ()
        rest = words_in(self.text, comma + 1, end) if words else ()
        opens = bool(words) and (words[0].text in _ASKED or (len(words) > 2 and words[0].text.endswith("ing")))
        return comma + 1 if opens and rest and rest[0].text not in _RELATIVE else start

    def _is_of(self, run: Run, words: tuple[Word, ...]) -> bool:
        """Whether somebody without a name speaks, told by a name: "the widow of the poet Ana Example"."""
        before = [word.text for word in words if word.end <= run.start]
        gap = self.text[words[0].start : run.start]
        return (
            not {",", "("} & set(gap) and "of" in before[1:] and bool(set(before[: before.index("of")]) & self._humans)
        )

    def _possesses(self, run: Run, words: tuple[Word, ...]) -> bool:
        """Whether the name only owns what speaks: "Tursun's lawyer", "Michel's office"."""
        after = [word for word in words if word.start >= run.end]
        return len(after) > 1 and after[0].text == "'s" and after[0].start == run.end

    def _noun_phrase(self, start: int, end: int) -> Who | None:
        if self.language == "zh" and (who := self._after_role(start, end)):
            return who
        for piece_start, piece_end in self._pieces(start, end):
            words = list(words_in(self.text, piece_start, piece_end))
            if words and words[0].text in _RELATIVE:
                continue
            if len(words) > MAX_PLAIN_WORDS and (body := self._last_body(words)):
                words = body
            words = self._trimmed(self._nearest_phrase(words))
            if words:
                return self._who(words)
        return None

    def _nearest_phrase(self, words: list[Word]) -> list[Word]:
        """ "In a statement on Friday the council [said]": the phrase nearest to the verb, where no comma parts them."""
        if len(words) < 4 or words[0].text not in _LEADING:
            return words
        determiners = word_class("determiner", self.language)
        for at in range(len(words) - 1, 1, -1):
            if words[at].text in determiners:
                return words[at:] if words[at - 1].text not in _LEADING | {"of"} else words
        return words

    def _after_role(self, start: int, end: int) -> Who | None:
        """Chinese puts no space before a name: it is what follows the role ("活动人士陈小明")."""
        shown = self.text[start:end]
        for role in word_class("person_role", "zh"):
            at = shown.rfind(role)
            name = shown[at + len(role) :].strip("，、,: ：") if at >= 0 else ""
            if 2 <= len(name) <= MAX_HAN_NAME and _HAN_NAME.fullmatch(name):
                first = start + shown.index(name, at + len(role))
                return Who(name, "person", first, first + len(name), human=True)
        return None

    def _who(self, words: list[Word]) -> Who:
        shown = self.text[words[0].start : words[-1].end]
        role = _age_of(words) or words[-1].text
        if len(words) <= 3 and (name := self.by_role.get(role)) and not self._is_new(words[0]):
            return Who(name, "person", words[0].start, words[-1].end, human=True)
        if (only := self._only_one(words)) is not None:
            return Who(only, "person", words[0].start, words[-1].end, human=True)
        plural = any(word.text in word_class("plural", self.language) for word in words)
        humans = self._roles | human_words(self.language)
        human = not plural and any(word.text in humans or word.text == "old" for word in words)
        return Who(shown, self._kind(words), words[0].start, words[-1].end, plural, human)

    def _only_one(self, words: list[Word]) -> str | None:
        """ "The witness", where the document names one person only and tells of no other witness."""
        role = words[-1].text
        if len(words) != 1 or self._n_full != 1 or role not in word_class("may_be_named", self.language):
            return None
        before = words_in(self.text, max(0, words[0].start - 6), words[0].start)[-1:]
        if not before or before[0].text not in word_class("definite", self.language):
            return None
        return None if role in self.introduced else next(iter(self.full.values()))

    def phrase(self, words: list[Word]) -> Who:
        """Whom a noun phrase names: the one person its role stands for, or the phrase itself."""
        return self._who(words)

    def _is_new(self, word: Word) -> bool:
        return is_new(words_in(self.text, max(0, word.start - 12), word.start), word.start)

    def humans_in(self, words: Sequence[Word]) -> list[Who]:
        """The people a sentence names by what they are ("an exiled poet"), in order."""
        if self.language == "zh" and words:
            return [
                Who(self.text[first:last], "person" if named else "unknown", first, last, human=True)
                for first, last, named in han_people(self.text, words[0].start, words[-1].end)
            ]
        found = []
        for phrase in human_phrases(words, self.language):
            who = self._who(list(phrase))
            plural = who.plural or phrase[-1].text in word_class("pair", self.language)
            found.append(replace(who, human=not plural, plural=plural))
        return found

    def _last_body(self, words: list[Word]) -> list[Word]:
        """In a long stretch, the body named last: "... in what The New York Times"."""
        bodies = [run for run in runs_in(self.text, words, self.language) if self.is_body(run)]
        return list(bodies[-1].words) if bodies else []

    def _pieces(self, start: int, end: int) -> Iterable[tuple[int, int]]:
        """The stretches between commas, brackets and dashes; what opens like an aside comes last."""
        pieces, position = [], start
        for match in re.finditer(r"[,;:()\[\]–—“”\"«»\u2592]", self.text[start:end]):
            pieces.append((position, start + match.start()))
            position = start + match.end()
        pieces.append((position, end))
        headings = word_class("heading", self.language)

        def is_aside(piece: tuple[int, int]) -> bool:
            words = words_in(self.text, *piece)
            is_one = len(words) > 1 and words[0].text == "one" and words[1].text != "of"
            return not words or (words[0].text in headings and not is_one)

        return sorted(pieces, key=is_aside)

    def _trimmed(self, words: list[Word]) -> list[Word]:
        determiners = word_class("determiner", self.language)
        headings = word_class("heading", self.language)
        breaks = word_class("breaks", self.language) | word_class("finite", self.language)
        adverbs = ADVERBS
        if [word.text for word in words[:2]] in (["no", "one"], ["nobody", "at"], ["neither", "the"]):
            words = words[2:]
        while words and (words[0].text in determiners | headings | adverbs or words[0].text[0] == "'"):
            words.pop(0)
        kept: list[Word] = []
        for word in words:
            keeps_at = word.text in {"at", "in"} and kept and kept[-1].text in self._heads | self._roles
            if word.text in breaks and kept and not keeps_at:
                break
            kept.append(word)
        while kept and (kept[-1].text in adverbs | _LATE or kept[-1].text in headings - {"one"}):
            kept.pop()
        age = next((at for at, word in enumerate(kept) if word.text.isdecimal()), 0)
        if age > 1 and len(kept[age - 1].text) <= MAX_PREPOSITION:
            kept = kept[: age - 1]  # "la doctorante de 29 ans"
        subjects = pronouns_of(self.language)
        if len(kept) > 1 and kept[0].text.isdecimal() and kept[1].text.startswith("jährige"):
            return kept[:2]
        if _age_of(kept):
            kept = kept[3:] or kept
            return kept[:12]
        return [] if any(word.text in subjects or word.text.isdecimal() for word in kept) else kept[:12]

    def _kind(self, words: list[Word]) -> str:
        found = {word.text for word in words}
        if found & _EMBASSY:
            return "embassy"
        if found & _AUTHORITY:
            return "authority"
        if found & _MEDIA:
            return "news"
        if found & self._heads:
            return "organisation"
        shown = self.text[words[0].start : words[-1].end]
        is_state = len(words) <= 3 and words[0].capital and find_country(shown) is not None
        return "authority" if is_state or (len(words) == 1 and words[0].text in self.places) else "unknown"


def _age_of(words: Sequence[Word]) -> str:
    """ "34-year-old" where words begin so, else nothing."""
    is_age = len(words) > 2 and words[0].text.isdecimal() and (words[1].text, words[2].text) == ("year", "old")
    return f"{words[0].text}-{AGE}" if is_age else ""


AGED = re.compile(r"\d+[- ](?:year-old|jährige[rn]?)")
"""A person called by an age: "34-year-old", "50-Jährige"."""


ADVERBS: Final = word_class("adverb", "mul")
_ASKED: Final = frozenset(
    ["asked", "pressed", "questioned", "confronted", "contacted", "reached", "approached", "challenged"]
)
_LATE: Final = word_class("weekday", "mul") | {"first"}
_RELATIVE: Final = frozenset(["who", "which", "whose", "whom", "where", "when"])
_LEADING: Final = frozenset(["in", "on", "at", "after", "before", "by", "from", "during", "with", "for", "to", "about"])
_EMBASSY: Final = word_class("embassy_word", "mul")
_AUTHORITY: Final = word_class("authority_word", "mul")
_MEDIA: Final = word_class("media_word", "mul")
