"""Who a sentence is about, and whether a noun phrase can speak at all.

The verb beside a quotation is often one that no list holds ("the bank refers to “…”", "Didier Exemple hausse les
épaules : « … »"). Then the subject of the sentence speaks: the first person, body or role that no preposition governs.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Final

from .people import ADVERBS, Run, Who, runs_in
from .roles import han_people, human_words
from .sentences import Page
from .word_classes import word_class
from .words import Word, words_in

MAX_LEFT: Final = 3
MAX_BACK: Final = 4
MIN_STEM: Final = 3
_SHORT: Final = 2
_PLURAL_S: Final = frozenset({"en", "fr", "nl"})
_OUT_OF: Final = frozenset(["aus", "von", "in", "uit", "vanuit", "från", "fra", "de", "du", "dans", "из", "в"])
_FROM: Final = frozenset(["von", "vom", "van", "av", "de", "du", "par", "от", "from"])
_HEAR: Final = frozenset(
    [
        "hören",
        "hörte",
        "horen",
        "hoorde",
        "höra",
        "hörde",
        "høre",
        "hørte",
        "entendu",
        "entendre",
        "услышал",
        "услышала",
    ]
)


@lru_cache(maxsize=16)
def _voices(language: str) -> frozenset[str]:
    """Words for who can speak: people by what they are, bodies, media, and papers that speak for a body."""
    shared = (word_class(each, "mul") for each in ("embassy_word", "authority_word", "media_word", "official_word"))
    return frozenset().union(
        word_class("voice", language),
        human_words(language),
        word_class("role", language),
        word_class("ngo", language),
        *shared,
    )


@lru_cache(maxsize=16)
def _endings(language: str) -> tuple[str, ...]:
    return tuple(word_class("voice_ending", language))


@lru_cache(maxsize=16)
def _governing(language: str) -> frozenset[str]:
    """Prepositions: what follows one is not the subject."""
    return word_class("governing", language)


def names_a_voice(word: Word, language: str) -> bool:
    """Whether a word is one for somebody or some body that can speak; compounds by their last part."""
    if word.text in _voices(language) or (language in _PLURAL_S and word.text[:-1] in _voices(language)):
        return True
    endings = _endings(language)
    return bool(endings) and len(word.text) > MIN_STEM and word.text.endswith(endings)


def can_speak(page: Page, who: Who | None) -> bool:
    """Whether a speaker is somebody: a person, a body, a state, or told by a word that names a voice."""
    if who is None:
        return False
    if page.language == "zh":
        return _han_can_speak(who)
    if who.human or who.plural or who.kind != "unknown":
        return True
    words = words_in(page.text, who.start, who.end) if who.start >= 0 else words_in(who.name)
    if any(names_a_voice(word, page.language) for word in words) or _is_seat(page, words):
        return True
    if not any(word.text in word_class("answered", page.language) for word in words) and _is_definite(page, words):
        return True
    runs = runs_in(page.text, words, page.language) if page.language != "de" else []
    opens = bool(words) and page.sentence_at(words[0].start).start == words[0].start
    return any(run.start > words[0].start or not opens for run in runs)


def _is_seat(page: Page, words: Sequence[Word]) -> bool:
    """ "Beijing called it …": a town or state for its government."""
    if not 0 < len(words) <= _SHORT or not words[0].capital:
        return False
    is_dateline = page.text[words[0].start : words[-1].end].isupper()
    return not is_dateline and bool(page.geography.mentions(list(words)))


def _is_definite(page: Page, words: Sequence[Word]) -> bool:
    """Whether an article stands before a noun phrase, or ends it as in Swedish: some noun that no list holds."""
    if not words:
        return False
    if page.language in _SUFFIXED:
        return words[-1].text.endswith(_DEFINITE_ENDINGS)
    before = words_in(page.text, max(0, words[0].start - 6), words[0].start)[-1:]
    articles = word_class("determiner", page.language) - _OBJECT_ARTICLES
    return bool(before) and before[0].text in articles and len(words) <= _SHORT


_OBJECT_ARTICLES: Final = frozenset({"einen", "einem", "den", "dem", "des"})
_SUFFIXED: Final = frozenset({"sv", "nb"})
_DEFINITE_ENDINGS: Final = ("en", "et", "na", "ne", "an")


def opening_subject(page: Page, start: int, end: int) -> Who | None:
    """The first person, body or role of a stretch that no preposition governs."""
    words = words_in(page.filled, start, end)
    people = {run.start: run for run in runs_in(page.text, words, page.language) if page.names.person(run)}
    inside = -1
    for at, word in enumerate(words):
        if word.start < inside:
            continue
        run = people.get(word.start)
        if run is not None:
            inside = run.end
            if not _governed(words, at, page.language) and not _possesses(page, run):
                bare = page.names.without_titles(run)
                return Who(page.names.person(run) or "", "person", bare.start, bare.end, human=True)
        elif names_a_voice(word, page.language) and not _named_next(words, at, people):
            phrase = _phrase(words, at, page.language)
            if not _governed(words, at - len(phrase) + 1, page.language) and not _owns(words, at):
                return page.names.phrase(_with_name(words, at, phrase))
    return None


def _possesses(page: Page, run: Run) -> bool:
    return page.text[run.end : run.end + 2] in {"'s", "’s"}


def _owns(words: Sequence[Word], at: int) -> bool:
    return at + 1 < len(words) and words[at + 1].text == "'s"


def _named_next(words: Sequence[Word], at: int, people: dict[int, Run]) -> bool:
    """ "The former officer Didier Exemple": the name says it better."""
    return any(word.start in people for word in words[at + 1 : at + 2])


def _phrase(words: Sequence[Word], at: int, language: str) -> list[Word]:
    stops = word_class("determiner", language) | _governing(language) | word_class("breaks", language) | ADVERBS
    first = at
    while first and at - first < MAX_LEFT and words[first - 1].text not in stops and words[first - 1].text != "'s":
        if words[first].start - words[first - 1].end > 1:
            break
        first -= 1
    return list(words[first : at + 1])


def _with_name(words: Sequence[Word], at: int, phrase: list[Word]) -> list[Word]:
    """ "consulat de Chine", "Embassy in Ankara": with the name that tells which one."""
    following = words[at + 1 : at + 1 + _SHORT]
    if len(following) == _SHORT and following[1].capital and len(following[0].text) <= MIN_STEM:
        adjacent = following[0].start - words[at].end <= 1 and following[1].start - following[0].end <= 1
        return [*phrase, *following] if adjacent and not following[0].capital else phrase
    return phrase


def _governed(words: Sequence[Word], at: int, language: str) -> bool:
    """Whether a preposition stands before a phrase, over its determiner and adjectives."""
    determiners = word_class("determiner", language)
    for back in range(at - 1, max(-1, at - 1 - MAX_BACK), -1):
        if words[back].text in _governing(language):
            return True
        if words[back].text not in determiners or words[back + 1].start - words[back].end > 1:
            return False
    return False


def source(page: Page, start: int, end: int) -> Who | None:
    """ "Aus der Botschaft hieß es: …": the body that the first words of a sentence take the speech from."""
    words = words_in(page.filled, start, end)
    if len(words) < _SHORT or words[0].text not in _OUT_OF:
        return None
    comma = page.filled.find(",", start, end)
    return opening_subject(page, words[0].end, comma if comma >= 0 else end)


def heard_from(page: Page, start: int, end: int) -> Who | None:
    """ "“…”, kreeg zij van de consul te horen": from whom somebody heard the words."""
    words = words_in(page.filled, start, end)
    if not any(word.text in _HEAR for word in words):
        return None
    at = next((at for at, word in enumerate(words[:-1]) if word.text in _FROM), None)
    return opening_subject(page, words[at].end, end) if at is not None else None


def last_body(page: Page, start: int, end: int) -> Who | None:
    """The mission or authority named last in a stretch, whatever its case."""
    found = None
    for word in words_in(page.filled, start, end):
        if names_a_voice(word, page.language):
            who = page.names.phrase([word])
            found = who if who.kind in {"embassy", "authority", "organisation"} else found
    return found


_HAN_STOP = re.compile("[，。；：、！？,:;\n]")
MAX_HAN_VOICE: Final = 14


@lru_cache(maxsize=1)
def _han_voice() -> re.Pattern[str]:
    voices = word_class("voice", "zh") | word_class("person_role", "zh") | word_class("human", "zh")
    return re.compile("|".join(sorted(voices, key=len, reverse=True)))


@lru_cache(maxsize=1)
def _han_name_after() -> re.Pattern[str]:
    """A surname and one or two characters, up to a word that goes on: "组织者阮素宜透露"."""
    surnames = "".join(word_class("surname", "zh"))
    goes_on = "".join(word_class("name_follower", "zh")) + "透受指提补補强強力回坦解苦笑反否把上当當首"
    return re.compile(rf"[{surnames}][\u4e00-\u9fff]{{1,2}}?(?=[{goes_on}，。、：:；]|$)")


def _han_can_speak(who: Who) -> bool:
    """Chinese: a phrase without a pause mark that ends with a voice, or a name."""
    if _HAN_STOP.search(who.name):
        return False
    last = [match.end() for match in _han_voice().finditer(who.name)][-1:]
    return last == [len(who.name)] or (
        who.human and who.kind == "person" and who.name[0] in word_class("surname", "zh")
    )


def han_subject(page: Page, start: int, end: int) -> Who | None:
    """Chinese: the first voice of the clause nearest before the words, else that of the clause before it.

    "县环境局副局长示例在会上说，…": the names and roles that stand at the head of a clause, no verb before them.
    """
    cuts = [start, *(match.end() for match in _HAN_STOP.finditer(page.filled, start, end)), end]
    for first, last in reversed(list(itertools.pairwise(cuts))):
        named = next(((a, b) for a, b, is_name in han_people(page.text, first, last) if is_name), None)
        role = _han_voice().search(page.filled, first, min(last, first + MAX_HAN_VOICE))
        if named is not None and (role is None or role.end() >= named[0] or named[0] <= role.start()):
            return Who(page.text[named[0] : named[1]], "person", *named, human=True)
        if role is not None:
            if (name := _han_name_after().match(page.filled, role.end(), last)) is not None:
                return Who(name.group(), "person", name.start(), name.end(), human=True)
            return Who(page.text[first : role.end()].strip(), "unknown", first, role.end(), human=True)
    return None
