"""English ways to tell what somebody said without a plain verb of saying before "that".

"By the ministry's account …", "as the ministry tells it, …", "the consul's answer was that …", "word came from the consulate
that …", "no such file exists, if the consul is to be believed"; and what follows "told" and a hearer.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from .attribution import Attributor
from .clauses import FINITE, Clause, Said, last_word
from .cues import Cue
from .marks import FILLER
from .people import Who
from .sentences import Page
from .subjects import can_speak
from .word_classes import word_class
from .words import Word

MIN_TOLD: Final = 3
MIN_AFTER_NOUN: Final = 4
MAX_FRAME: Final = 12
MAX_TO_THAT: Final = 5
MAX_BEFORE_COLON: Final = 6
_OPENS_FRAME: Final = frozenset(["in", "by", "on", "from"])
_TELLS: Final = frozenset(
    [
        "tells",
        "tell",
        "told",
        "sees",
        "see",
        "saw",
        "has",
        "had",
        "have",
        "puts",
        "put",
        "describes",
        "explains",
        "recounts",
    ]
)
_BE: Final = frozenset(["was", "is", "remains", "remained"])
_MINE: Final = frozenset(["his", "her", "their", "its"])
_PRONOUNS: Final = frozenset(["he", "she", "it", "they", "i", "we", "you", "there", "nobody", "nothing", "no", "none"])
_NUMBERS: Final = frozenset(
    ["two", "three", "four", "five", "six", "seven", "several", "many", "few", "most", "all", "every", "each", "other"]
)
_HEARD: Final = frozenset(["him", "her", "them", "me", "us"])
_PAPERS: Final = frozenset(
    [
        "statement",
        "message",
        "testimony",
        "complaint",
        "version",
        "account",
        "verdict",
        "explanation",
        "argument",
        "word",
    ]
)
"""Nouns after which "that" opens a relative clause as often as not: "the message that Ana found"."""


def framed_in_english(page: Page, attributor: Attributor, clause: Clause) -> Said | None:
    """What an English clause tells in one of these ways; ``None`` where it has none of them."""
    if page.language != "en" or len(clause.words) <= MIN_TOLD:
        return None
    for read in (_inserted_source, _by_account, _as_told, _if_believed, _noun_that, _answer_last, _after_colon):
        told = read(page, attributor, clause)
        if told is not None:
            return told if FILLER not in page.filled[told[0] : told[1]] else None
    return None


def _tail(page: Page, clause: Clause, after: int, who: Who | None) -> Said | None:
    content = [word for word in clause.words if word.start >= after]
    if len(content) < MIN_TOLD or who is None:
        return None
    return content[0].start, last_word(page, clause.end), who


def _inserted_source(page: Page, attributor: Attributor, clause: Clause) -> Said | None:
    """ "The two men, according to the ministry, left by themselves": all of it is told."""
    cue = next((cue for cue in clause.cues if cue.meaning == "according"), None)
    if cue is None or page.filled[clause.start : cue.start].rstrip()[-1:] != ",":
        return None
    comma = page.filled.find(",", cue.end, clause.end)
    before = [word for word in clause.words if word.start < cue.start]
    tail = [word for word in clause.words if word.start > comma]
    finite = any(word.text in FINITE or word.text.endswith("ed") for word in before)
    if comma < 0 or finite or not before or len(tail) < MIN_TOLD or before[0].text in word_class("heading", "en"):
        return None
    return before[0].start, last_word(page, clause.end), attributor.subject(cue.end, comma)


def _by_account(page: Page, attributor: Attributor, clause: Clause) -> Said | None:
    """ "In the ministry's account, …", "by her account …", "in the view of the court, …"."""
    words = clause.words[:MAX_FRAME]
    nouns = word_class("frame_noun", "en")
    at = next((at for at, word in enumerate(words) if word.text in nouns), None)
    if words[0].text not in _OPENS_FRAME or not at or at + 1 >= len(words):
        return None
    comma = page.filled.find(",", words[at].end, words[-1].end)
    if words[at + 1].text == "of" and comma >= 0:
        return _tail(page, clause, comma, attributor.subject(words[at + 1].end, comma))
    owned = words[at - 1].text == "'s" or words[at - 1].text in _MINE or page.text[words[at - 1].end - 1] in "'’"
    if not owned or (comma < 0 and words[0].text != "by"):
        return None
    who = attributor.subject(words[1].start, words[at - 1].start if words[at - 1].text == "'s" else words[at - 1].end)
    who = who or attributor.memory.speaker or attributor.memory.latest_human()
    return _tail(page, clause, comma if comma >= 0 else words[at].end, who)


def _as_told(page: Page, attributor: Attributor, clause: Clause) -> Said | None:
    """ "As the ministry tells it, …", "the way Ana sees it, …", "to hear the consul tell it, …"."""
    words = clause.words[:MAX_FRAME]
    opens = 2 if [word.text for word in words[:2]] in (["the", "way"], ["to", "hear"]) else 1
    if opens == 1 and words[0].text != "as":
        return None
    at = next((at for at, word in enumerate(words[opens:], opens) if word.text in _TELLS), None)
    if at is None or at + 1 >= len(words) or words[at + 1].text != "it":
        return None
    who = attributor.subject(words[opens].start, words[at].start)
    return _tail(page, clause, words[at + 1].end, who or attributor.memory.speaker)


def _if_believed(page: Page, attributor: Attributor, clause: Clause) -> Said | None:
    """ "…, if the consul is to be believed"."""
    texts = [word.text for word in clause.words]
    if texts[-4:] not in (["is", "to", "be", "believed"], ["are", "to", "be", "believed"]) or "if" not in texts:
        return None
    at = len(texts) - 1 - texts[::-1].index("if")
    if at < MIN_TOLD:
        return None
    who = attributor.subject(clause.words[at].end, clause.words[-4].start)
    return clause.words[0].start, last_word(page, clause.words[at].start), who


def _noun_that(page: Page, attributor: Attributor, clause: Clause) -> Said | None:
    """ "The consul's answer was that …", "gave his word that …", "word came from the consulate that …"."""
    words = clause.words
    nouns = word_class("said_noun", "en")
    for that in range(2, len(words) - MIN_AFTER_NOUN):
        if words[that].text != "that" or "," in page.filled[words[that - 1].end : words[that].start]:
            continue
        near = [at for at in range(max(0, that - MAX_TO_THAT), that) if words[at].text in nouns]
        if not near or not _is_told(words, near[-1], that) or not _opens_clause(words, that + 1):
            continue
        if that == near[-1] + 1 and words[near[-1]].text in _PAPERS and words[near[-1] - 1].text not in {*_MINE, "'s"}:
            continue
        who = _whose(page, attributor, clause, near[-1], that)
        if who is not None and can_speak(page, who):
            return words[that + 1].start, last_word(page, clause.end), who
    return None


def _is_told(words: Sequence[Word], noun: int, that: int) -> bool:
    """Whether the noun itself takes "that": right before it, over "was", or over "from the consulate"."""
    between = [word.text for word in words[noun + 1 : that]]
    return (
        not between or (len(between) == 1 and between[0] in _BE) or between[0] in {"from", "of", "came", "to", "back"}
    )


def _opens_clause(words: Sequence[Word], at: int) -> bool:
    """Whether a subject of its own follows "that", and a verb behind it."""
    subjects = _PRONOUNS | _NUMBERS | word_class("determiner", "en")
    opens = words[at].text in subjects or words[at].capital or words[at].text.isdecimal()
    return opens and any(word.text in FINITE or word.text.endswith("ed") for word in words[at + 1 :])


def _whose(page: Page, attributor: Attributor, clause: Clause, noun: int, that: int) -> Who | None:
    words = clause.words
    for at in range(noun + 1, that):
        if words[at].text in {"from", "of"}:
            return attributor.subject(words[at].end, words[that].start)
    before = words[noun - 1].text if noun else ""
    if before == "'s":
        owner = [at for at in range(noun - 1) if words[at].text in word_class("determiner", "en")]
        return attributor.subject(words[owner[-1]].start if owner else clause.start, words[noun - 1].start)
    source = next((at for at in range(noun) if words[at].text == "from"), None)
    if source is not None and source <= 1:
        return attributor.subject(words[source].end, words[noun].start)
    return attributor.subject(clause.start, words[noun].start) or attributor.memory.speaker


def _answer_last(page: Page, attributor: Attributor, clause: Clause) -> Said | None:
    """ "He had been on leave, was the consul's answer"."""
    words = clause.words
    comma = page.filled.rfind(",", clause.start, words[-1].start)
    last = [word for word in words if word.start > comma]
    content = [word for word in words if word.start < comma]
    if comma < 0 or len(last) < MIN_TOLD or len(content) < MIN_TOLD or last[0].text not in _BE:
        return None
    if last[-1].text not in word_class("said_noun", "en"):
        return None
    owner = next((word for word in last if word.text == "'s"), None)
    who = attributor.subject(last[0].end, owner.start if owner else last[-1].start)
    return content[0].start, last_word(page, comma), who or attributor.memory.speaker


def _after_colon(page: Page, attributor: Attributor, clause: Clause) -> Said | None:
    """ "The answer from the consul: he had been on leave", "Says the consul: no such file exists"."""
    colon = page.filled.find(": ", clause.start, clause.end)
    before = [word for word in clause.words if word.start < colon]
    content = [word for word in clause.words if word.start > colon]
    if not 0 < len(before) <= MAX_BEFORE_COLON or len(content) < MIN_TOLD:
        return None
    if not any(word.text in FINITE or word.text.endswith(("ed", "s")) for word in content[1:]):
        return None
    says = before[0].text in {"says", "said"}
    answers = [at for at, word in enumerate(before) if word.text in word_class("said_noun", "en")]
    if not says and not answers:
        return None
    if says:
        who = attributor.subject(before[0].end, colon)
    else:
        source = next((word for word in before if word.text in {"from", "of", "by"}), None)
        owner = next((word for word in before if word.text == "'s"), None)
        end = owner.start if owner else before[answers[0]].start
        who = attributor.subject(source.end, colon) if source else attributor.subject(clause.start, end)
        who = who or attributor.memory.speaker
    return _tail(page, clause, colon, who)


def after_hearer(page: Page, cue: Cue, following: Sequence[Word]) -> int | None:
    """The number of the word where a clause begins behind "told" and a hearer: "told police two men had …"."""
    if len(following) <= MIN_TOLD or FILLER in page.filled[cue.end : following[MIN_TOLD].start]:
        return None
    determiners = word_class("determiner", "en") - _HEARD
    first = 1
    if following[0].text in determiners:
        first = 2
    elif following[0].capital:
        first = next((at for at, word in enumerate(following) if not word.capital), len(following))
    for at in (first, first + 1):
        if (
            at + 1 < len(following)
            and _opens_clause(following, at)
            and following[at].start - following[at - 1].end == 1
        ):
            return at
    return None


def gerund_after(clause: Clause, cue: Cue, following: Sequence[Word]) -> int | None:
    """Where "recalls being followed", "claims to have been followed", "testified to having seen" begins."""
    verb = next((word.text for word in clause.words if word.start == cue.start), "")
    texts = [word.text for word in following[:3]]
    if len(texts) < MIN_TOLD or following[0].start - cue.end > 1:
        return None
    at = int(texts[0] in {"to", "not"})
    if texts[at].endswith("ing") and len(texts[at]) > MIN_GERUND and verb in word_class("takes_gerund", "en"):
        return at
    if (
        texts[0] == "to"
        and verb in word_class("takes_infinitive", "en")
        and texts[1] in {"have", "be", "know", "possess", "hold"}
    ):
        return 0
    return None


MIN_GERUND: Final = 4
