"""How probable each stance is for what somebody says, by weights over what is said, around it and by whom.

The weights (``data/stance_weights.csv``) are fitted by ``tools/train_read_stance.py``. A feature is a matter that an answer
speaks of (``data/answering.csv``: own will, an accident, the law, in ten languages), the same beside a negation, the same in
the writer's words around it, the side and the roles of the speaker, a rule that holds, and in English the stem of a word or of
two together: so a person can read why words were taken for a denial.
"""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from .accused import is_accused, side_of, speaks_for_the_state
from .people import Who
from .phrases import lexicon
from .sentences import Page
from .standing import countries_beside, standing_of
from .telling import LANGUAGE as ENGLISH
from .telling import stem
from .weights import shares
from .words import Word, words_in

WITHIN: Final = 4
"""Words between a negation and what it negates."""
LENGTHS: Final = 4
STEMS, STEMS_AROUND, PAIR = 2.0, 0.5, 0.7
"""The stems of what is said weigh together as much as one feature of this size; each stem around it, each pair as much as this."""
NO: Final = "no"
_NEGATED_VERBS: Final = {
    "tr": re.compile("m[aeıiuü](?:d[ıiuü]|m[ıi]ş|yor|yacak|yece|z$|z[lds]|ks[ıi]z|mak|mek)"),
    "ug": re.compile("مىدى|مىغان|مىگەن|مايدۇ|مەيدۇ|مايمىز|مەيمىز|مىدۇق"),
}
"""Turkish and Uyghur negate within the verb."""
_HEARING: Final = {
    "accused": "answers",
    "defendant": "answers",
    "company": "answers",
    "authority": "answers",
    "group": "accuses",
    "wronged": "accuses",
}

Runs = dict[str, list[tuple[int, int]]]


@dataclass(frozen=True, slots=True)
class Told:
    """What is said: from where to where, by whom, and whether in quotation marks."""

    start: int
    end: int
    who: Who | None
    quoted: bool


def stances_of(page: Page, told: Told) -> dict[str, float]:
    """How probable each stance is; together they are 1."""
    return shares("stance_weights", features(page, told))


def features(page: Page, told: Told) -> dict[str, float]:
    """All that is looked at, each with its value."""
    words = words_in(page.text, told.start, told.end)
    sentence = page.sentence_at(told.start)
    around = [word for word in sentence.all_words if word.end <= told.start or word.start >= told.end]
    by, found = _speaker(page, told.who)
    hearing, whole = by
    matters = _matters(words, page.language)
    found["quoted" if told.quoted else "indirect"] = 1.0
    found[f"length {min(len(words) // LENGTHS, LENGTHS)}"] = 1.0
    for matter in matters:
        found |= {f"{matter}": 1.0, f"{matter}, {hearing}": 1.0, f"{matter}, {whole}": 1.0}
    found |= {f"not {matter}": 1.0 for matter in _negated(matters)}
    outside = _matters(around, page.language)
    for matter in outside:
        found |= {f"around {matter}": 1.0, f"around {matter}, {hearing}": 1.0}
    found |= {f"around not {matter}": 1.0 for matter in _negated(outside)}
    return found | _rules(page.language, words, around, hearing) | _english(page.language, words, around)


def _speaker(page: Page, who: Who | None) -> tuple[tuple[str, str], dict[str, float]]:
    """How a speaker is heard, its standing in one word, and its features."""
    if who is None:
        return ("nobody", "nobody"), {"speaker nobody": 1.0}
    side = side_of(page, who).value
    own, beside, whole = standing_of(page, who)
    hearing = _HEARING.get(side, "open")
    names = [f"side {side}", f"speaker {hearing}", f"speaker is {who.kind}", f"standing {whole}"]
    names += [f"named {role}" for role in own] + [f"beside {role}" for role in beside]
    names += ["for the state"] if speaks_for_the_state(page, who) else []
    names += ["near acting" if is_accused(page, each) else "near host" for each in countries_beside(page, who)]
    return (hearing, whole), dict.fromkeys(names, 1.0)


def _matters(words: Sequence[Word], language: str) -> Runs:
    """The matters spoken of and where."""
    rules = lexicon("answering", language)
    phrases = rules.phrases_in(words)
    found: Runs = {}
    for rule in rules.rules:
        if rule.needs[0] in phrases:
            found.setdefault(rule.meaning, []).extend(phrases[rule.needs[0]])
    if (negated := _NEGATED_VERBS.get(language)) is not None:
        verbs = [(at, at + 1) for at, word in enumerate(words) if negated.search(word.text)]
        if verbs:
            found.setdefault(NO, []).extend(verbs)
    return found


def _negated(matters: Runs) -> list[str]:
    """The matters that stand beside a negation."""
    near = {at for first, last in matters.get(NO, ()) for at in range(first - WITHIN, last + WITHIN + 1)}
    return [name for name, runs in matters.items() if name != NO and any(first in near for first, _ in runs)]


def _rules(language: str, words: Sequence[Word], around: Sequence[Word], hearing: str) -> dict[str, float]:
    """The rules of the two lexicons that hold."""
    names = [f"rule {hit.rule.meaning}" for hit in lexicon("stance", language).hits(words)]
    names += [f"around rule {hit.rule.meaning}" for hit in lexicon("stance", language).hits(around)]
    names += [f"answer {hit.rule.meaning}, {hearing}" for hit in lexicon("answers", language).hits(words)]
    return dict.fromkeys(names, 1.0)


def _english(language: str, words: Sequence[Word], around: Sequence[Word]) -> dict[str, float]:
    """Stems, and pairs of them, as a vector of fixed length; a name is no stem."""
    if language != ENGLISH:
        return {}
    stems = [stem(word.text) if at == 0 or not word.capital else "^" for at, word in enumerate(words)]
    told = {f"w:{each}": 1.0 for each in stems}
    told |= {f"w:{a} {b}": PAIR for a, b in zip(["<", *stems], [*stems, ">"], strict=True)}
    length = math.sqrt(sum(value * value for value in told.values())) or 1.0
    weighed = {name: STEMS * value / length for name, value in told.items()}
    return weighed | {f"around w:{stem(word.text)}": STEMS_AROUND for word in around if not word.capital}
