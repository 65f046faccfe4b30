"""Statements told in the writer's own words: "Ana said that …", "…, police said", "the embassy denied it".

The statement's span is what is said (the clause under the verb of saying), and for a denial or refusal the clause
with its subject, because there the verb itself is the statement.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from panah.model.claim import Fidelity
from panah.model.reading import Statement

from .accused import Side, side_of
from .attribution import VERB_LAST, Attribution, Attributor, Cue, cues_in
from .marks import FILLER
from .people import ADVERBS, Who, runs_in
from .phrases import Hit
from .quotations import Quotation
from .sentences import Page, Sentence
from .stance import NEGATIVE, answer_of, is_heard, stance_hits
from .word_classes import word_class
from .words import Word

MIN_CONTENT_WORDS: Final = 3
MIN_BESIDE_QUOTATION: Final = 6
MAX_SUBJECT_WORDS: Final = 14
Claimed = Sequence[tuple[Quotation, Attribution, str]]


@dataclass(frozen=True, slots=True)
class _Clause:
    """A part of a sentence that may hold one statement."""

    start: int
    end: int
    words: tuple[Word, ...]
    cues: tuple[Cue, ...]
    hits: tuple[Hit, ...]
    quotes: bool = False

    @property
    def says(self) -> bool:
        """Whether somebody says or denies something in it."""
        return self.quotes or bool(self.hits) or any(cue.meaning != "quote_only" for cue in self.cues)


def indirect_statements(
    page: Page, attributor: Attributor, sentence: Sentence, cues: Sequence[Cue], claimed: Claimed
) -> list[tuple[Statement, Who | None]]:
    """The indirect statements of one sentence with their speakers, in order.

    Args:
        cues: Verbs of saying that no quotation used.
        claimed: Quotations of this sentence with their attribution and the stance that the writer's words give.
    """
    found: list[tuple[Statement, Who | None]] = []
    previous: Who | None = None
    for clause in _clauses(page, sentence, cues, claimed):
        told = _told(page, attributor, clause, claimed, previous)
        if told is not None:
            found.append(told)
            previous = told[1]
        quoted = [by.speaker for quotation, by, _ in claimed if clause.start <= quotation.start < clause.end]
        previous = quoted[-1] or previous if quoted else previous
    return [*found, *_beside_quotations(page, sentence, claimed)]


def _beside_quotations(page: Page, sentence: Sentence, claimed: Claimed) -> list[tuple[Statement, Who | None]]:
    """ "The minister said that X and that Y “followed the rules”": X is told in the writer's words before the quotation."""
    found: list[tuple[Statement, Who | None]] = []
    for quotation, by, _ in claimed[:1]:
        if by.cue is None or by.side != "before" or by.cue.meaning == "according" or by.speaker is None:
            continue
        joints = [m.start() for m in _join(page.language).finditer(page.filled, by.cue.end, quotation.outer_start)]
        words = tuple(w for w in sentence.words if by.cue.end <= w.start < (joints[-1] if joints else 0))
        clause = _Clause(by.cue.start, joints[-1] if joints else 0, words, (), ())
        start = _content_after(page, clause, by.cue) if len(words) >= MIN_CONTENT_WORDS else None
        if start is not None:
            end = _last_word(page, clause.end)
            stance = _content_stance(page, clause, by.speaker, start, end)
            told = _statement(page, start, end, by.speaker, stance, clause, ())
            found += [told] if told is not None else []
    return found


def _clauses(page: Page, sentence: Sentence, cues: Sequence[Cue], claimed: Claimed) -> list[_Clause]:
    """Cut where a new subject says or denies something: at a semicolon, or an "and" that another statement follows."""
    bounds = [sentence.start, *_cuts(page, sentence), sentence.end]
    pieces = [_piece(page, sentence, cues, claimed, *pair) for pair in itertools.pairwise(bounds)]
    merged: list[_Clause] = []
    for piece in pieces:
        if merged and not (piece.says and merged[-1].says) and not _speaks_further(page, merged[-1], piece):
            merged[-1] = _piece(page, sentence, cues, claimed, merged[-1].start, piece.end)
        else:
            merged.append(piece)
    return merged


def _speaks_further(page: Page, before: _Clause, piece: _Clause) -> bool:
    """ "He said that …; his client had fetched a paper": what stands after a semicolon is told too."""
    parted = page.filled[: piece.start].rstrip()[-1:] == ";"
    return parted and before.says and bool(piece.words) and piece.words[0].text in _GOES_ON_WITH


_GOES_ON_WITH: Final = frozenset(["he", "she", "it", "they", "his", "her", "their", "its"])


@lru_cache(maxsize=32)
def _join(language: str) -> re.Pattern[str]:
    """What may part two statements of a sentence: a semicolon, "and" and "but" in the document's language."""
    words = "|".join(sorted(word_class("joint", language)))
    plain = rf"|,? (?:{words})(?= )" if words else ""
    return re.compile(rf";\s{plain}|，而|；|，(?=指|称|稱|并|並|但)")


# after these words "and" goes on with the same subject or the same clause
_SUBORDINATE: Final = word_class("goes_on", "mul")


def _cuts(page: Page, sentence: Sentence) -> list[int]:
    cuts = []
    for match in _join(page.language).finditer(page.filled, sentence.start, sentence.end):
        following = [word for word in sentence.words if word.start >= match.end()]
        if following and (following[0].text not in _SUBORDINATE or _speaks_on(page, following)):
            cuts.append(match.end())
    return cuts


def _speaks_on(page: Page, words: Sequence[Word]) -> bool:
    """Whether a clause without a subject says or denies something: "…, but would not say which", "and said that …"."""
    begins = [hit for hit in stance_hits(words[:8], page.language) if hit.first == 0 and hit.rule.meaning in NEGATIVE]
    return bool(begins) or any(cue.first == 0 and cue.meaning == "verb" for cue in cues_in(words[:3], page.language))


def _piece(page: Page, sentence: Sentence, cues: Sequence[Cue], claimed: Claimed, start: int, end: int) -> _Clause:
    words = tuple(word for word in sentence.words if start <= word.start < end)
    inside = tuple(cue for cue in cues if start <= cue.start < end)
    hits = tuple(hit for hit in stance_hits(words, page.language) if hit.rule.meaning in NEGATIVE)
    quotes = any(by.cue is not None and start <= by.cue.start < quotation.start < end for quotation, by, _ in claimed)
    return _Clause(start, end, words, inside, hits, quotes)


def _told(
    page: Page, attributor: Attributor, clause: _Clause, claimed: Claimed, previous: Who | None
) -> tuple[Statement, Who | None] | None:
    hit = clause.hits[0] if clause.hits else None
    cue = next((each for each in clause.cues if each.meaning != "quote_only" or _takes_clause(page, clause, each)), None)
    leads = hit is not None and (cue is None or clause.words[hit.first].start <= cue.start)
    if hit is not None and leads and not (cue and _is_told_after(page, clause, hit, cue)):
        return _denied(page, attributor, clause, claimed, previous)
    if cue is None and previous is not None and clause.words and clause.words[0].text in _GOES_ON_WITH:
        start, end = clause.words[0].start, _last_word(page, clause.end)
        return _statement(page, start, end, previous, _content_stance(page, clause, previous, start, end), clause, claimed)
    if cue is None or cue.passive:
        return None
    cue = _outer(page, clause, cue)
    told = _content(page, attributor, clause, cue, previous)
    if told is None and previous is not None and cue.first_word_of(clause.words):
        after = _content_after(page, clause, cue)  # "… and said that …": the subject goes on
        told = (after, _last_word(page, clause.end), previous) if after is not None else None
    if told is None:
        return _denied(page, attributor, clause, claimed, previous) if hit is not None else None
    start, end, who = told
    return _statement(page, start, end, who, _content_stance(page, clause, who, start, end), clause, claimed)


def _takes_clause(page: Page, clause: _Clause, cue: Cue) -> bool:
    """Whether "that" follows a verb that else only leads to a quotation: "tweeted that …", "put it to the court that …"."""
    following = [word.text for word in clause.words if word.start >= cue.end][:6]
    that = word_class("that", page.language) | word_class("how", page.language)
    at = next((at for at, word in enumerate(following) if word in that), None)
    return at == 0 or (at is not None and (following[0] in _NO_CONTENT | _OBJECTS or following[:2] == ["it", "to"]))


def _is_told_after(page: Page, clause: _Clause, hit: Hit, cue: Cue) -> bool:
    """Whether the denying words are what somebody says: "The story has no basis, the embassy said"."""
    comma = _subject_comma(page, clause, cue)
    participle = next((w.text.endswith("ing") for w in clause.words if w.start == cue.start), False)
    return comma is not None and not participle and clause.words[hit.last - 1].end <= comma


def _denied(
    page: Page, attributor: Attributor, clause: _Clause, claimed: Claimed, previous: Who | None
) -> tuple[Statement, Who | None] | None:
    """The first denial or refusal of a clause by somebody who can be heard as denying."""
    for hit in clause.hits:
        who = _denier(page, attributor, clause, hit, previous)
        if is_heard(page, hit.rule, who) and not _is_private(page, attributor, clause, hit, who):
            return _denial(page, clause, hit, claimed, who)
    return None


def _is_private(page: Page, attributor: Attributor, clause: _Clause, hit: Hit, who: Who | None) -> bool:
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


def _denial(
    page: Page, clause: _Clause, hit: Hit, claimed: Claimed, who: Who | None
) -> tuple[Statement, Who | None] | None:
    """The whole clause, unless it only leads to a quotation that carries it already."""
    last = clause.words[hit.last - 1]
    end = clause.end
    for quotation in [q for q, _, _ in claimed if clause.start <= q.outer_start < clause.end and last.end <= q.start]:
        joint = next((m.start() for m in _join(page.language).finditer(page.filled, last.end, quotation.outer_start)), -1)
        if joint < 0:
            return None
        end = min(end, joint)
    start = _first_word(clause, who)
    return _statement(page, start, _last_word(page, end), who, hit.rule.meaning, clause, claimed)


def _denier(page: Page, attributor: Attributor, clause: _Clause, hit: Hit, previous: Who | None) -> Who | None:
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


def _asked(page: Page, attributor: Attributor, clause: _Clause, hit: Hit) -> Who | None:
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


def _until_verb(clause: _Clause, at: int) -> int:
    verbs = (word.start for word in clause.words[at + 1 :] if word.text in _FINITE or word.text.endswith("ed"))
    return min(next(verbs, clause.end), clause.end)


def _after_by(clause: _Clause, hit: Hit) -> Word | None:
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


def _before_relative(page: Page, attributor: Attributor, clause: _Clause, relative: Word) -> Who | None:
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


def _first_word(clause: _Clause, who: Who | None) -> int:
    if who is None or not (clause.start <= who.start < clause.end):
        return clause.words[0].start
    before = [word for word in clause.words if word.start < who.start]
    return before[-1].start if before and len(before) <= 1 and len(before[-1].text) <= 4 else who.start


@lru_cache(maxsize=32)
def _last_joint(language: str) -> re.Pattern[str]:
    words = "|".join(sorted(word_class("joint", language) | {"and"}))
    return re.compile(rf"[ ,;](?:{words})$")


def _last_word(page: Page, end: int) -> int:
    while end > 0 and page.text[end - 1] in " \n.,;:!?—–-。，；":
        end -= 1
    joint = _last_joint(page.language).search(page.filled, max(0, end - 8), end)
    return _last_word(page, joint.start()) if joint else end


def _content_stance(page: Page, clause: _Clause, who: Who | None, start: int, end: int) -> str:
    """The stance of what is said: an accused side denies by what it says, another speaker only of himself."""
    words = [word for word in clause.words if start <= word.start < end]
    hits = [h for h in stance_hits(words, page.language) if h.rule.meaning in NEGATIVE and is_heard(page, h.rule, who)]
    of_himself = bool(words) and words[0].text in {"he", "she", "it", "they", "there", "no"}
    if who is None:
        return "asserts"
    if hits and (who.kind != "person" or of_himself or side_of(page, who) is not Side.OTHER):
        return hits[0].rule.meaning
    return answer_of(page, words, who) or "asserts"


def _outer(page: Page, clause: _Clause, cue: Cue) -> Cue:
    """The last verb of saying of "X warned Y, his publisher said": who tells it all."""
    last = clause.cues[-1]
    behind = sum(word.start >= last.end for word in clause.words)
    if last is cue or last.meaning not in {"verb", "noun_like"} or behind > MAX_BEHIND_OUTER:
        return cue
    comma = page.filled.rfind(",", clause.start, last.start)
    between = [word for word in clause.words if comma < word.start < last.start]
    parted = comma > cue.end and 0 < len(between) <= MAX_INSERTED and between[0].text not in _RELATIVE
    return last if parted and page.language == "en" else cue


MAX_BEHIND_OUTER: Final = 3


def _content(
    page: Page, attributor: Attributor, clause: _Clause, cue: Cue, previous: Who | None = None
) -> tuple[int, int, Who | None] | None:
    """What is said, and by whom, for one verb of saying: after it, before it, or beside "according to"."""
    if cue.meaning == "according":
        return _according(page, attributor, clause, cue)
    if page.language in VERB_LAST:
        return _verb_last(page, attributor, clause, cue)
    if (inserted := _inserted(page, attributor, clause, cue, previous)) is not None:
        return inserted
    after = _content_after(page, clause, cue)
    comma = _subject_comma(page, clause, cue)
    if after is not None:
        first_comma = page.filled.find(",", clause.start, cue.start)
        start = first_comma if first_comma >= 0 and _starts_aside(page, clause) else clause.start
        who = attributor.subject(start, cue.start)
        return (after, _last_word(page, clause.end), who) if _has_subject(clause, start, cue) else None
    if comma is None:
        return None
    who = attributor.subject(comma, cue.start, last=True)
    if who is None and any(comma < word.start < cue.start and word.text in _HE for word in clause.words):
        who = _first_person(page, clause, comma)  # "…, refused it to Ana Example, she said in an interview"
    if who is None:
        who = attributor.subject(cue.end, clause.end, inverted=True)
    return clause.words[0].start, _last_word(page, comma), who


def _verb_last(page: Page, attributor: Attributor, clause: _Clause, cue: Cue) -> tuple[int, int, Who | None] | None:
    """Turkish and Uyghur: "WHO, WHAT said": the subject stands before the first comma, what is said after it."""
    comma = next((m.start() for m in _COMMA.finditer(page.filled, clause.start, cue.start)), None)
    if comma is None:
        return None
    who = attributor.subject(clause.start, comma)
    content = [word for word in clause.words if comma < word.start < cue.start]
    if who is None or len(content) < MIN_CONTENT_WORDS:
        return None
    return content[0].start, content[-1].end, who


_HE: Final = frozenset(["he", "she"])


def _first_person(page: Page, clause: _Clause, until: int) -> Who | None:
    words = [word for word in clause.words if word.start < until]
    named = [(name, run) for run in runs_in(page.text, words, page.language) if (name := page.names.person(run))]
    return Who(named[0][0], "person", named[0][1].start, named[0][1].end, human=True) if named else None


def _inserted(
    page: Page, attributor: Attributor, clause: _Clause, cue: Cue, previous: Who | None
) -> tuple[int, int, Who | None] | None:
    """ "Those who refuse, they said, lose their papers": the clause goes on after the verb of saying."""
    if page.filled[cue.end : cue.end + 1] != "," or page.language != "en":
        return None
    comma = page.filled.rfind(",", clause.start, cue.start)
    between = [word for word in clause.words if comma < word.start < cue.start and word.text not in ADVERBS]
    before = [word for word in clause.words if word.start < comma]
    after = [word for word in clause.words if word.start > cue.end]
    if comma < 0 or not before or len(after) < MIN_CONTENT_WORDS or not 0 < len(between) <= MAX_INSERTED:
        return None
    if any(w.text in _RELATIVE for w in between) or page.filled[cue.end : clause.end].count(FILLER):
        return None
    if after[0].text in _RELATIVE | {"a", "an"} or after[0].text.endswith("ing") or before[-1].capital:
        return None
    who = previous if between[-1].text in _HE and previous is not None else attributor.subject(comma, cue.start)
    return before[0].start, _last_word(page, clause.end), who


MAX_INSERTED: Final = 4


def _has_subject(clause: _Clause, start: int, cue: Cue) -> bool:
    return any(start <= word.start < cue.start and word.text not in ADVERBS for word in clause.words)


def _starts_aside(page: Page, clause: _Clause) -> bool:
    return bool(clause.words) and clause.words[0].text in word_class("heading", page.language)


_NO_CONTENT: Final = word_class("no_content", "mul")


def _content_after(page: Page, clause: _Clause, cue: Cue) -> int | None:
    """Where the clause under the verb begins, or ``None`` when none follows it."""
    following = [word for word in clause.words if word.start >= cue.end]
    that = word_class("that", page.language) | word_class("how", page.language)
    joined = next((at for at, word in enumerate(following[:9]) if word.text in that), None)
    subject = next((at for at, word in enumerate(following[:5]) if word.text in _OPENS_CLAUSE), None)
    put_it = [word.text for word in following[:2]] == ["it", "to"]
    if joined is not None and (
        cue.meaning == "told" or joined == 0 or put_it or following[0].text in _NO_CONTENT | _OBJECTS
    ):
        start = joined + 1
    elif cue.meaning == "told" and subject and page.language == "en":
        start = subject  # "told reporters he knew nothing"
    elif page.language == "de" and (skipped := _until_german_clause(page, cue, following)) is not None:
        start = skipped  # "erklärte auf Anfrage, sie wisse davon nichts"
    elif cue.meaning == "told" or not following or following[0].text in _NO_CONTENT or page.language != "en":
        return _unspaced_content(page, clause, cue, following)
    else:
        start = 0
        if _breaks_off(page, cue.end, following[0].start):
            return None
    content = following[start:]
    if start == 0 and page.language == "en" and not _is_clause(clause, cue, content):
        return None
    return content[0].start if len(content) >= MIN_CONTENT_WORDS else None


_SAY: Final = frozenset(
    ["said", "says", "say", "saying", "believes", "believed", "thinks", "insisted", "insists", "argued"]
)
_FINITE: Final = word_class("auxiliary", "mul") | word_class("goes_on", "mul")
_OBJECTS: Final = frozenset(["him", "them", "me", "us"])


def _is_clause(clause: _Clause, cue: Cue, content: Sequence[Word]) -> bool:
    """Whether a clause follows a verb that can take a bare object too ("announced trials", "heard him shout")."""
    verb = next((word.text for word in clause.words if word.start == cue.start), "")
    if verb in _SAY:
        return True
    if content and content[0].text in _OBJECTS:
        return False
    return any(word.text in _FINITE or word.text.endswith("ed") for word in content[1:14])


def _unspaced_content(page: Page, clause: _Clause, cue: Cue, following: Sequence[Word]) -> int | None:
    if page.language != "zh" or len(following) < 6:
        return None
    return following[0].start


def _breaks_off(page: Page, start: int, end: int) -> bool:
    return any(mark in page.filled[start:end] for mark in ".,;(" + FILLER)


MAX_BEFORE_GERMAN_CLAUSE: Final = 4


def _until_german_clause(page: Page, cue: Cue, following: Sequence[Word]) -> int | None:
    comma = page.filled.find(",", cue.end, following[-1].start if following else cue.end)
    skipped = sum(word.start < comma for word in following)
    return skipped if comma >= 0 and skipped <= MAX_BEFORE_GERMAN_CLAUSE else None


_OPENS_CLAUSE: Final = frozenset(["he", "she", "it", "they", "there", "nobody", "nothing", "no", "none"])
_COMMA = re.compile(r"(?<!\d),|,(?!\d)")  # not the one inside "500,000"


def _subject_comma(page: Page, clause: _Clause, cue: Cue) -> int | None:
    """The comma between what is said and who says it: "CLAUSE, his lawyer, Ana Example, said"."""
    commas = [match.start() for match in _COMMA.finditer(page.filled[clause.start : cue.start])]
    for comma in reversed([clause.start + at for at in commas]):
        subject = [word for word in clause.words if comma < word.start < cue.start]
        content = [word for word in clause.words if word.start < comma]
        if not subject:
            follows = [word for word in clause.words if word.start >= cue.end]
            if follows and len(content) >= MIN_CONTENT_WORDS:
                return comma
            continue
        if len(subject) > MAX_SUBJECT_WORDS or len(content) < MIN_CONTENT_WORDS:
            return None
        if subject[0].text in _RELATIVE or _is_aside(page, clause, comma, subject):
            continue
        if _is_apposed(page, clause, comma, subject):
            continue
        return comma
    return None


_RELATIVE: Final = frozenset(["who", "which", "whose", "that", "and", "or"])


def _is_aside(page: Page, clause: _Clause, comma: int, subject: Sequence[Word]) -> bool:
    """Whether the words after the comma only tell more of the name before it ("Ana Example, a nurse, said")."""
    if all(word.text in ADVERBS for word in subject):
        return True
    before = page.filled.rfind(",", clause.start, comma)
    name = [word for word in clause.words if max(before, clause.start - 1) < word.start < comma]
    told_more = subject[0].text in word_class("determiner", page.language)
    return before >= 0 and told_more and 0 < len(name) <= 4 and all(word.capital for word in name)


def _is_apposed(page: Page, clause: _Clause, comma: int, subject: Sequence[Word]) -> bool:
    """Whether the words after the comma only name the role before it ("his lawyer, Karol Example, said")."""
    names = [word for word in subject if word.capital]
    before = page.filled.rfind(",", clause.start, comma)
    role = [word for word in clause.words if max(before, clause.start) < word.start < comma]
    is_role = bool(role) and len(role) <= 7 and bool({word.text for word in role} & word_class("role", page.language))
    return before >= 0 and is_role and len(names) == len(subject) <= 4


def _according(page: Page, attributor: Attributor, clause: _Clause, cue: Cue) -> tuple[int, int, Who | None] | None:
    found = _COMMA.search(page.filled, cue.end, clause.end)
    comma = found.start() if found else -1
    before = [word for word in clause.words if word.start < cue.start]
    if len(before) >= MIN_CONTENT_WORDS:
        who = attributor.subject(cue.end, comma if comma >= 0 else clause.end)
        return before[0].start, _last_word(page, cue.start), who
    if comma < 0 or page.language in _VERB_SECOND:
        return _according_unparted(page, attributor, clause, cue)
    content = [word for word in clause.words if comma >= 0 and word.start > comma]
    if len(content) < MIN_CONTENT_WORDS:
        return None
    return content[0].start, _last_word(page, clause.end), attributor.subject(cue.end, comma)


_VERB_SECOND: Final = frozenset({"de", "nl", "sv", "nb"})


def _according_unparted(
    page: Page, attributor: Attributor, clause: _Clause, cue: Cue
) -> tuple[int, int, Who | None] | None:
    """ "According to the council about 400 people fled", "volgens een woordvoerder ging het om …": no comma parts them."""
    after = [word for word in clause.words if word.start >= cue.end]
    determiners = word_class("determiner", page.language)
    ends = _FINITE | _ABOUT | determiners
    at = next((at for at, w in enumerate(after) if at > 1 and (w.text in ends or w.text.isdecimal())), None)
    if page.language in _VERB_SECOND:
        breaks = word_class("breaks", page.language) | determiners
        lower = (at for at, w in enumerate(after) if at and not w.capital and w.text not in breaks)
        first = next(lower, None)
        named = bool(after) and after[0].capital
        at = first if named else (None if first is None else first + (0 if after[0].capital else 1))
    if at is None or len(after) - at < MIN_CONTENT_WORDS:
        return None
    who = attributor.subject(cue.end, after[at].start)
    return after[at].start, _last_word(page, clause.end), who


_ABOUT: Final = frozenset(["about", "some", "nearly", "almost", "around", "up", "more", "at", "as", "no", "he", "she", "it", "they"])


def _statement(
    page: Page, start: int, end: int, who: Who | None, stance: str, clause: _Clause, claimed: Claimed
) -> tuple[Statement, Who | None] | None:
    inside = [q for q, _, _ in claimed if start <= q.outer_start < end]
    if inside and stance == "asserts":
        # a clause that is mostly quotation is told by the quotation itself
        end = _last_word(page, inside[0].outer_start)
        words = [word for word in clause.words if start <= word.start < end]
        if len(words) < MIN_BESIDE_QUOTATION:
            return None
    if start >= end:
        return None
    from .statements import country_of

    return (
        Statement(
            start=start,
            end=end,
            text=page.text[start:end],
            speaker=who.name if who else None,
            speaker_kind=who.kind if who else "unknown",
            speaker_country=country_of(page, who),
            stance=stance,
            kind="indirect",
            fidelity=Fidelity.UNKNOWN,
        ),
        who,
    )
