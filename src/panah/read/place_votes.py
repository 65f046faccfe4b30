"""How the words round a place name use it: a state acting, a people, where somebody lives, where something was done.

Each use weighs for two questions: which state stands behind an incident, and in which country its target lives.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from panah.places import country_name, find_country

from .geo import Mention
from .phrases import rows_of
from .sentences import Page, Sentence
from .word_classes import word_class
from .words import fold

ORIGIN_OF: Final = {"HK": "CN", "MO": "CN"}
_RELATION_CLASSES: Final = (
    "mission",
    "regime",
    "exile",
    "lives",
    "fled",
    "removed",
    "locative",
    "public_body",
    "state_body",
    "kin",
    "removing",
    "seat_of",
    "state_media",
    "acting",
    "clause_opener",
    "nationals",
    "wanted",
    "crossed",
    "linked",
)
_PLACING: Final = frozenset({"of", "from", "to", "into", "through", "via", "towards", "near", "for"})
_OF_A_TOWN: Final = frozenset({"airport", "district", "suburb", "street", "based", "court", "prison", "apartment"})


@lru_cache(maxsize=1)
def _capitals() -> dict[str, frozenset[str]]:
    return {name: frozenset({row["code"]}) for row in rows_of("capitals") for name in row["names"].split(";")}


@dataclass(frozen=True, slots=True)
class Vote:
    """One place name, its use, and what it weighs as origin and as host."""

    mention: Mention
    paragraph: int
    sentence: int
    origin: float
    host: float
    relation: str = ""

    @property
    def use(self) -> str:
        """How it is used, or else what kind of name it is: for :mod:`place_roles`."""
        if self.relation:
            return self.relation
        adjective = self.mention.kind == "country" and _is_adjective(self.mention)
        return "adjective" if adjective else self.mention.kind


def vote_of(page: Page, sentence: Sentence, number: int, mention: Mention) -> Vote:
    """How much a place name speaks for the state behind an incident, and for the country where its target lives."""
    origin, host = 0.3, 0.5
    relation = relation_of(page, sentence, mention)
    if relation == "kin":
        origin, host = 2.8, 0.0
    elif mention.kind == "people" or relation == "nationals":
        origin, host = 2.5, 0.0
    elif relation == "capital":
        origin, host = 2.2, 0.2
    elif relation == "seat_of_power":
        origin, host = 1.4, 0.3
    elif mention.kind == "organ":
        origin, host = 1.6, 0.4
    if relation == "exile":
        origin, host = origin + 2.5, 0.1
    elif relation in {"mission", "regime"}:
        origin, host = origin + 3.0, 0.05
    elif relation == "lives":
        origin, host = 0.0, 4.0
    elif relation == "located":
        origin, host = 0.2, 2.0
    elif relation == "mission_in":
        origin, host = 0.0, 0.8
    elif relation == "wanted_in":
        origin, host = 2.0, 0.1
    elif relation == "fled":
        origin, host = origin + 2.5, 0.0
    elif relation == "removed_to":
        origin, host = origin + 2.0, 0.0
    elif relation == "seat":
        origin, host = origin + 2.0, 0.2
    elif relation == "state_body":
        origin, host = origin + 0.8, host + 0.7
    elif relation == "public_body":
        host += 0.7
    if mention.country in ORIGIN_OF:
        origin += 1.0
    if mention.kind == "country" and relation == "" and _is_adjective(mention):
        origin += 0.6
    return Vote(mention, sentence.paragraph, number, origin, host, relation)


def relation_of(page: Page, sentence: Sentence, mention: Mention) -> str:
    """How the words right before and after a place name use it."""
    words = sentence.all_words
    before = [word.text for word in words if word.end <= mention.start][-8:]
    after = [word.text for word in words if word.start >= mention.end][:4]
    classes = {name: word_class(name, page.language) for name in _RELATION_CLASSES}
    of_kin = before[-8:-1] if before[-1:] == ["from"] else before[-5:-1]
    if set(of_kin) & classes["kin"] and set(before[-1:]) & (classes["locative"] | {"to", "from"}):
        return "lives" if set(of_kin) & {"who", "whose"} else "kin"
    if mention.kind == "country" and _is_plural(mention.name):
        return "nationals"
    if set(before[-3:]) & classes["nationals"] and set(before[-1:]) & {"of", "in"}:
        return "nationals"  # "a citizen of Eritrea"
    if set(before[-2:-1]) & classes["wanted"] and before[-1:] == ["in"]:
        return "wanted_in"
    if set(before[-4:-1]) & classes["mission"] and mention.kind == "town" and before[-1:] == ["in"]:
        return "mission_in"  # "the embassy in Brussels": for a country round it
    nearest = after[1:2] if after[:1] == ["'s"] else after[:1]
    if set(nearest) & classes["mission"] or (
        before[-1:] and before[-1] in {"of", "de", "du"} and set(before[-4:]) & classes["mission"]
    ):
        return "mission"
    if set(after[: 1 if mention.kind == "town" else 3]) & classes["regime"]:
        return "regime"
    hyphen = page.text[mention.end : mention.end + 1] in {"-", "–"}
    if hyphen and any(other.start == mention.end + 1 for other in sentence.mentions):
        return "exile"  # "Egyptian-American": from the first, lives in the second
    if any(other.end == mention.start - 1 for other in sentence.mentions) and page.text[mention.start - 1] == "-":
        return "lives"
    adjoining = mention.kind != "town" and page.text[mention.end : mention.end + 1] in {" ", "-", ""}
    if adjoining and set(after[:2]) & classes["exile"]:
        return "exile"
    if before[-1:] == ["from"] and set(before[-3:-1]) & classes["exile"]:
        return "exile"
    if set(before[-1:]) & {"in", "to", "at"} and set(before[-4:]) & (classes["lives"] | classes["fled"]):
        return "lives"
    if before[-1:] == ["from"] and set(before[-6:-2]) & classes["lives"]:
        return "lives"  # "presents a programme from Doha"
    if before[-1:] == ["into"] and set(before[-3:-1]) & classes["crossed"]:
        return "lives"
    if (
        before[-1:]
        and before[-1] in classes["locative"]
        and set(before[-7:]) & classes["seat_of"]
        and set(before[-4:]) & classes["state_media"]
    ):
        return "seat"  # "a pro-government newspaper in Ankara"
    if before[-1:] == ["accused"] or before[-2:] == ["blamed", "on"]:
        return "regime"
    if set(before[-3:]) & classes["lives"] or after[:1] in (["based"], ["asylum"]):
        return "lives"
    if page.language == "tr" and set(after[:3]) & classes["lives"]:
        return "lives"
    if set(before[-3:]) & classes["fled"]:
        return "fled"
    if before[-1:] == ["to"] and set(before) & classes["removed"]:
        return "removed_to"
    if before[-1:] and before[-1] in classes["locative"]:
        return "located"
    if page.language == "en" and not before and set(after[:1]) & classes["removing"]:
        return "public_body"
    acts = page.language == "en" and mention.kind in {"town", "organ"} and not before
    if acts and set(after[:1]) - classes["public_body"] - classes["state_body"]:
        return "capital"
    opens_clause = mention.kind in {"town", "organ"} and set(before[-1:]) & classes["clause_opener"]
    if opens_clause and set(after[:1]) & classes["acting"]:
        return "capital"  # "… after Hanoi had a notice issued"
    if set(after[:2]) & classes["state_body"]:
        return "state_body"
    seated = (
        mention.kind == "town"
        and (not set(before[-1:]) & _PLACING or set(before[-2:-1]) & classes["linked"])
        and not set(after[:1]) & _OF_A_TOWN
    )
    if (
        seated
        and mention.country in _capitals().get(fold(mention.name), ())
        and not set(after[:2]) & classes["public_body"]
    ):
        return "seat_of_power"
    return "public_body" if set(after[:3]) & classes["public_body"] else ""


def _is_plural(name: str) -> bool:
    """Whether a name is that of people ("Eritreans"): a state's name keeps its s in no other form."""
    return name.endswith("s") and find_country(name[:-1]) is not None


@lru_cache(maxsize=512)
def _is_adjective(mention: Mention) -> bool:
    """Whether a state is named by its adjective ("Vietnamese papers"), which says whose something is, not where."""
    name = mention.name.lower()
    return name.endswith(
        ("ese", "ian", "ean", "ish", "stani", "aqi", "eni", "qi", "can", "nch", "tan", "ali", "rki")
    ) and (find_country(mention.name) is not None and mention.name not in country_name(mention.country))
