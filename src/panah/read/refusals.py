"""Denials and refusals told by their own verb: "the embassy denied it", "questions to the ministry went unanswered"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from .accused import Side, side_of
from .attribution import Attributor
from .clauses import FINITE, Claimed, Clause, joints, last_word
from .people import ADVERBS, Who
from .phrases import Hit
from .sentences import Page
from .stance import is_heard
from .word_classes import word_class
from .words import Word

Denial = tuple[int, int, Who | None, str]
"""Where it begins and ends, who denies, and the stance."""


def denied(page: Page, attributor: Attributor, clause: Clause, claimed: Claimed, previous: Who | None) -> Denial | None:
    """The first denial or refusal of a clause by somebody who can be heard as denying."""
    for hit in clause.hits:
        if _is_negated(clause, hit):
            continue
        who = _denier(page, attributor, clause, hit, previous)
        if is_heard(page, hit.rule, who) and not _is_private(page, attributor, clause, hit, who):
            return _denial(page, clause, hit, claimed, who)
    return None


def denied_in_relative(page: Page, attributor: Attributor, clause: Clause) -> Denial | None:
    """ "He was followed for weeks, which the embassy denies", "…, a charge the embassy rejects"."""
    if page.language != "en":
        return None
    verbs = word_class("denial_verb", "en")
    at = next((at for at, word in enumerate(clause.words) if word.text in verbs), None)
    comma = page.filled.rfind(",", clause.start, clause.words[at].start) if at else -1
    if at is None or comma < 0:
        return None
    inside = [word for word in clause.words[:at] if word.start > comma]
    if len(inside) < MIN_RELATIVE or len(clause.words) - at > MAX_AFTER_DENIAL:
        return None
    noun = next((n for n, word in enumerate(inside[1:4], 1) if word.text in word_class("allegation", "en")), None)
    opener = inside[0] if inside[0].text in {"which", "something"} else inside[noun] if noun else None
    if opener is None or (noun and inside[0].text not in {"a", "an", "the", "which"}):
        return None
    who = attributor.subject(opener.end, clause.words[at].start)
    return (inside[0].start, last_word(page, clause.end), who, "denies") if who is not None else None


MIN_RELATIVE: Final = 3
MAX_AFTER_DENIAL: Final = 6


def _is_negated(clause: Clause, hit: Hit) -> bool:
    """ "Havana did not deny it"."""
    before = [word.text for word in clause.words[max(0, hit.first - 2) : hit.first]]
    verb = clause.words[hit.first].text
    return verb.startswith(("deny", "denied", "dispute", "contest", "reject")) and bool(_NOT & set(before))


_NOT: Final = frozenset(["not", "n't", "t", "never", "hardly", "cannot"])


def _is_private(page: Page, attributor: Attributor, clause: Clause, hit: Hit, who: Who | None) -> bool:
    """ "He did not answer", "her calls went unanswered": nobody was asked for an answer to what is told of him."""
    if page.language == "zh" or hit.rule.row.get("by") == "any" or hit.rule.meaning not in _SILENCES:
        return False
    before = [word.text for word in clause.words[: hit.first + 1]]
    if who is not None and side_of(page, who) is not Side.OTHER:
        return False
    texts = {word.text for word in clause.words}
    if texts & word_class("answerer", page.language) or texts & word_class("asked_by_press", page.language):
        return False
    of_a_person = bool(set(before[-6:]) & _PERSONAL[page.language]) if page.language in _PERSONAL else False
    return of_a_person or (who is not None and who.kind == "person")


def _denial(page: Page, clause: Clause, hit: Hit, claimed: Claimed, who: Who | None) -> Denial | None:
    """The whole clause, unless it only leads to a quotation that carries it already."""
    last = clause.words[hit.last - 1]
    end = clause.end
    for quotation in [q for q, _, _ in claimed if clause.start <= q.outer_start < clause.end and last.end <= q.start]:
        joint = next(
            (m.start() for m in joints(page.language).finditer(page.filled, last.end, quotation.outer_start)), -1
        )
        if joint < 0:
            return None
        end = min(end, joint)
    start = _denied_clause(page, clause, hit) or _after_joint(page, clause, hit, who) or _first_word(clause, who)
    return start, last_word(page, end), who, hit.rule.meaning


def _denied_clause(page: Page, clause: Clause, hit: Hit) -> int | None:
    """Where a verb of denying begins that takes a clause: "denied that …", "denied taking money", "nie avoir …".

    The subject is the speaker, no part of what is said; the verb stays, so that nobody reads the clause as asserted.
    """
    verbs = word_class("denial_verb", page.language)
    at = next((at for at in range(hit.first, min(hit.first + 3, hit.last)) if clause.words[at].text in verbs), None)
    if hit.rule.meaning not in _DENIALS or at is None:
        return None
    after = [word for word in clause.words[at + 1 :] if word.text not in ADVERBS]
    if len(after) < MIN_DENIED:
        return None
    if page.language == "zh":
        if any(report in page.text[after[0].start : after[-1].end] for report in word_class("allegation", "zh")):
            return None  # "否认有关指控": a report is denied
        return after[0].start if clause.words[at].text in {"认", "認"} else after[1].start
    that = any(word.text in word_class("that", page.language) for word in after[:MAX_TO_DENIED])
    return clause.words[at].start if that or _is_verbal(page.language, after) else None


def _is_verbal(language: str, after: Sequence[Word]) -> bool:
    """Whether a gerund or an infinitive follows: the act itself is denied, not a report of it."""
    first, texts = after[0].text, [word.text for word in after]
    if language == "en":
        return first.endswith("ing") and len(first) > MIN_GERUND and first not in _NO_GERUND
    if language == "fr":
        verb = texts[1] if first in {"n", "ne"} else first
        return verb.endswith(("er", "ir", "oir", "re")) and len(verb) > 3
    if language in {"de", "nl"}:
        return {"de": "zu", "nl": "te"}[language] in texts[-3:]
    return first == "å" and language == "nb"


MIN_DENIED: Final = 2
MIN_GERUND: Final = 4
MAX_TO_DENIED: Final = 4
_NO_GERUND: Final = frozenset(["wrongdoing", "anything", "nothing", "everything", "something"])
_DENIALS: Final = frozenset({"denies", "denies_responsibility"})


def _after_joint(page: Page, clause: Clause, hit: Hit, who: Who | None) -> int | None:
    """Where "and would not say which" begins, when the subject did something else before it."""
    joint = word_class("joint", page.language)
    at = next(
        (at for at in (hit.first - 1, hit.first - 2) if at >= MIN_BEFORE_JOINT and clause.words[at].text in joint), None
    )
    if at is None or who is None or who.start >= clause.words[at].start:
        return None
    return clause.words[at + 1].start


MIN_BEFORE_JOINT: Final = 4


def _denier(page: Page, attributor: Attributor, clause: Clause, hit: Hit, previous: Who | None) -> Who | None:
    """Who denies or refuses: the subject of the verb, or whom a question that was not answered went to."""
    verb = clause.words[hit.first]
    asked = _asked(page, attributor, clause, hit)
    if asked is not None:
        return asked
    relative = [word for word in clause.words[max(0, hit.first - 2) : hit.first] if word.text in {"who", "which"}]
    who = (
        _before_relative(page, attributor, clause, relative[-1])
        if relative
        else attributor.subject(clause.start, verb.start)
    )
    if who is None and hit.first == 0 and previous is not None:
        who = previous
    if who is None and hit.first == 0:
        who = attributor.subject(verb.end, clause.end)
    by = _after_by(clause, hit)
    if by is not None:
        who = attributor.subject(by.end, clause.end) or who
    return who or (attributor.memory.speaker if hit.first else None)


def _asked(page: Page, attributor: Attributor, clause: Clause, hit: Hit) -> Who | None:
    """ "Questions to the embassy went unanswered", "nobody at the consulate answered", "no reply came from the ministry"."""
    words = clause.words
    opening = {word.text for word in words[: hit.first + 2]}
    if not opening & word_class("question", page.language):
        return None
    for at, word in enumerate(words[1:], 1):
        if word.text in _ADDRESSING and at + 1 < len(words):
            who = attributor.subject(word.end, _until_verb(clause, at + 1))
            if who is not None and side_of(page, who) is not Side.OTHER:
                return who
    return None


def _until_verb(clause: Clause, at: int) -> int:
    verbs = (word.start for word in clause.words[at + 1 :] if word.text in FINITE or word.text.endswith("ed"))
    return min(next(verbs, clause.end), clause.end)


def _after_by(clause: Clause, hit: Hit) -> Word | None:
    """ "was denied by the consulate": the word "by"."""
    passive = any(word.text in _TO_BE for word in clause.words[max(0, hit.first - 2) : hit.last])
    return next((w for w in clause.words[hit.first :] if w.text == "by"), None) if passive else None


_TO_BE: Final = frozenset(["was", "were", "is", "are", "been", "be"])
_ADDRESSING: Final = word_class("addressing", "mul")
_SILENCES: Final = frozenset({"declines_to_comment", "no_knowledge"})
_PERSONAL: Final = {
    "en": frozenset(["he", "she", "his", "her", "they", "i", "my", "we", "our"]),
    "de": frozenset(["er", "sie", "ich", "seine", "ihre"]),
    "fr": frozenset(["il", "elle", "je", "ils", "elles"]),
    "nl": frozenset(["hij", "zij", "ze", "ik"]),
    "sv": frozenset(["han", "hon", "jag"]),
    "nb": frozenset(["han", "hun", "jeg"]),
    "tr": frozenset(["o", "ben"]),
    "ru": frozenset(["он", "она", "я"]),
}


def _before_relative(page: Page, attributor: Attributor, clause: Clause, relative: Word) -> Who | None:
    """ "… to the police in Kigali, who have not answered": the noun phrase right before "who"."""
    words = [word for word in clause.words if word.start < relative.start]
    openers = word_class("determiner", page.language) | word_class("place_preposition", "mul")
    starts = [at for at, word in enumerate(words) if word.text in word_class("determiner", page.language)]
    start = (
        words[starts[-1]].start
        if starts
        else next((w.start for w in reversed(words) if w.text not in openers), clause.start)
    )
    return attributor.subject(start, relative.start)


def _first_word(clause: Clause, who: Who | None) -> int:
    if who is None or not (clause.start <= who.start < clause.end):
        return clause.words[0].start
    before = [word for word in clause.words if word.start < who.start]
    if before and before[0].text == "neither":
        return before[0].start
    return before[-1].start if before and len(before) <= 1 and len(before[-1].text) <= 4 else who.start
