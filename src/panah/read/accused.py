"""Who can be heard as denying: a state and its missions, a company, a defendant; not a victim, a relative or their group.

The same words can be an answer or none ("the embassy did not reply", "she did not reply"); the speaker decides. What is
known of a speaker is its words ("the consul"), the role the document gives to a name, and how the document names its state.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from enum import Enum
from functools import lru_cache
from typing import Final

from .geo import recordable
from .people import Who
from .place_votes import ORIGIN_OF, vote_of
from .sentences import Page
from .word_classes import word_class
from .words import Word, words_in


class Side(Enum):
    """Where a speaker stands towards what is told."""

    ACCUSED = "accused"
    """The state behind it, its missions and officials; a ministry or government of no named state."""
    AUTHORITY = "authority"
    """Another authority, of no named state or of the country where the target lives."""
    DEFENDANT = "defendant"
    """A person who is accused."""
    COMPANY = "company"
    """A company, university or employer."""
    OTHER = "other"
    GROUP = "group"
    """An association that speaks for those who were wronged."""
    WRONGED = "wronged"


def side_of(page: Page, who: Who | None) -> Side:
    """Where a speaker stands; :attr:`Side.OTHER` when nothing shows it."""
    if who is None:
        return Side.OTHER
    words = _head(words_in(who.name), page.language)
    texts = {word.text for word in words}
    if who.kind == "person":
        texts |= _roles(page).get(who.name, frozenset())
    whole = {word.text for word in words_in(who.name)}
    if texts & word_class("defendant", page.language) or (whole & {"accused", "defendant"} and texts & _COUNSEL):
        return Side.DEFENDANT
    if texts & _COUNSEL and (texts & {"defence", "defense"} or _is_for_the_defence(page, who)):
        return Side.DEFENDANT
    if who.kind == "news" or texts & word_class("medium", page.language):
        return Side.ACCUSED if whole & word_class("state_medium", page.language) else Side.GROUP
    if words and words[-1].text in word_class("ngo", page.language):
        return Side.GROUP
    if who.kind == "embassy" or texts & word_class("accused_word", page.language) or _is_at_a_mission(page, who):
        return Side.ACCUSED
    official = (
        who.kind == "authority"
        or bool(texts & word_class("official_word", page.language))
        or {"attorney", "general"} <= texts
    )
    if not official and _is_wronged(words, texts, page.language):
        return Side.WRONGED
    if official and texts & word_class("speaks_for", page.language) and whole & word_class("wronged", page.language):
        return Side.GROUP
    if texts & _COURTS:
        return Side.AUTHORITY  # a verdict answers no accusation
    official = official or _is_state(page, who, words)
    if not official:
        return Side.COMPANY if texts & word_class("company", page.language) else Side.OTHER
    if who.kind == "person":
        return Side.AUTHORITY
    country = _country(page, who)
    if country is None:
        voice = word_class("state_voice", page.language)
        unsure = "former" in whole or bool(voice and not whole & voice)
        return Side.AUTHORITY if unsure or whole & word_class("host_body", page.language) else Side.ACCUSED
    return Side.ACCUSED if is_accused(page, country) else Side.AUTHORITY


def _is_at_a_mission(page: Page, who: Who) -> bool:
    """ "A woman at the embassy", "ein Mann im Konsulat": nobody's name, but the mission speaks."""
    if who.kind != "unknown" or who.end < 0 or not who.human:
        return False
    after = words_in(page.text, who.end, min(len(page.text), who.end + MAX_TO_MISSION))[:4]
    placed = bool(after) and after[0].text in word_class("governing", page.language) | {"at", "from", "in", "inside"}
    return placed and bool({word.text for word in after} & word_class("embassy_word", "mul"))


MAX_TO_MISSION: Final = 40


def _is_for_the_defence(page: Page, who: Who) -> bool:
    """ "His counsel argued", where the document tells of a defendant."""
    before = words_in(page.text, max(0, who.start - 8), who.start)[-1:] if who.start > 0 else ()
    return bool(before) and before[0].text in {"his", "her", "their", "defence"} and _has_defendant(page)


@lru_cache(maxsize=4)
def _has_defendant(page: Page) -> bool:
    return any(word.text in {"defendant", "defendants"} for word in page.words)


def speaks_for_the_state(page: Page, who: Who) -> bool:
    """Whether somebody speaks for the one state that the document names most as acting: its mission or government."""
    whole = {word.text for word in words_in(who.name)}
    if side_of(page, who) is not Side.ACCUSED or whole & word_class("host_body", page.language):
        return False
    country = _country(page, who)
    if country is None:
        return who.kind == "embassy" or bool(whole & word_class("accused_word", page.language))
    origin, host = _weights(page)
    weights = {code: weight - host.get(code, 0.0) for code, weight in origin.items()}
    return ORIGIN_OF.get(country, country) == max(weights, key=lambda code: weights[code], default="")


def is_accused(page: Page, country: str) -> bool:
    """Whether the document names a state rather as one that acts than as one where somebody lives."""
    origin, host = _weights(page)
    country = ORIGIN_OF.get(country, country)
    return origin.get(country, 0.0) >= host.get(country, 0.0)


def _country(page: Page, who: Who) -> str | None:
    mentions = page.geography.mentions(words_in(page.text, who.start, who.end)) if who.start >= 0 else []
    return mentions[0].country if mentions else None


def _is_state(page: Page, who: Who, words: Sequence[Word]) -> bool:
    """Whether a state is called by its capital or seat: "Riyadh denied it"."""
    if who.kind != "unknown" or not 0 < len(words_in(who.name)) <= 2 or not all(word.capital for word in words):
        return False
    mentions = page.geography.mentions(words_in(page.text, who.start, who.end)) if who.start >= 0 else []
    return bool(mentions) and mentions[0].kind != "people" and not mentions[0].name.endswith("s")


_COURTS: Final = frozenset(["court", "courts", "judge", "judges", "tribunal"])
_COUNSEL: Final = frozenset(["counsel", "lawyer", "lawyers", "attorney", "barrister", "solicitor"])
_OF_HOSTS: Final = frozenset({"lives", "located", "public_body"})
_OF: Final = frozenset(["for", "of", "in", "at", "from", "to", "who", "on"])


def _head(words: Sequence[Word], language: str) -> Sequence[Word]:
    """The words before the first "of" or "for": what a speaker is, not whom it speaks of."""
    if language == "zh":
        return words
    end = next((at for at, word in enumerate(words) if at and word.text in _OF), len(words))
    return words[:end]


def _is_wronged(words: Sequence[Word], texts: set[str], language: str) -> bool:
    wronged = word_class("wronged", language)
    if language == "zh":
        return bool(words) and words[-1].text in wronged
    return bool(texts & wronged) and not {"attorney", "general"} <= texts


@lru_cache(maxsize=4)
def _roles(page: Page) -> Mapping[str, frozenset[str]]:
    """Name to the roles that the document gives to it."""
    found: dict[str, set[str]] = defaultdict(set)
    for role, name in page.names.by_role.items():
        found[name].add(role)
    return {name: frozenset(roles) for name, roles in found.items()}


@lru_cache(maxsize=4)
def _weights(page: Page) -> tuple[Mapping[str, float], Mapping[str, float]]:
    """How much the document names each state as one that acts, and as a country to live in."""
    origin: dict[str, float] = defaultdict(float)
    host: dict[str, float] = defaultdict(float)
    for number, sentence in enumerate(page.sentences):
        for mention in sentence.mentions:
            before = {
                word.text for word in sentence.all_words if word.end <= mention.start and mention.start - word.end < 20
            }
            if before & word_class("official_word", page.language) and before & {"in", "at"}:
                continue  # "the authorities in Dushanbe": nobody lives there
            vote = vote_of(page, sentence, number, mention)
            country = ORIGIN_OF.get(mention.country, mention.country)
            origin[country] += vote.origin
            host[country] += vote.host if vote.relation in _OF_HOSTS else 0.0
    return origin, host


def country_of(page: Page, who: Who | None) -> str | None:
    """The state that a speaker belongs to, when its own words name one ("Saudi embassy in Ottawa")."""
    if who is None or who.kind == "person":
        return None
    mentions = page.geography.mentions(words_in(page.text, who.start, who.end)) if who.start >= 0 else []
    return recordable(mentions[0].country) if mentions else None
