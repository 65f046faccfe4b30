"""What is said under a verb of saying, and by whom: the clause after it, before it, or beside "according to"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from .attribution import VERB_LAST, Attributor
from .beside import LANGUAGES as WESTERN
from .beside import ends_clause, is_adjunct, told_beside
from .clauses import FINITE, HE, Clause, Said, last_word
from .cues import Cue
from .english_told import after_hearer, gerund_after
from .marks import FILLER
from .people import ADVERBS, Who, runs_in
from .phrases import Hit
from .sentences import Page
from .word_classes import word_class
from .words import Word

MIN_CONTENT_WORDS: Final = 3
MAX_SUBJECT_WORDS: Final = 14


def takes_clause(page: Page, clause: Clause, cue: Cue) -> bool:
    """Whether "that" follows a verb that else only leads to a quotation: "tweeted that …", "put it to the court that …"."""
    following = [word.text for word in clause.words if word.start >= cue.end][:6]
    that = word_class("that", page.language) | word_class("how", page.language)
    if _closes(page, clause, cue) or ends_clause(page, clause, cue):
        return True
    at = next((at for at, word in enumerate(following) if word in that), None)
    return at == 0 or (at is not None and (following[0] in _NO_CONTENT | _OBJECTS or following[:2] == ["it", "to"]))


def _closes(page: Page, clause: Clause, cue: Cue) -> bool:
    """ "The measure was lawful, the minister countered.": a verb of answering that ends the sentence tells what stands before it."""
    verb = next((word.text for word in clause.words if word.start == cue.start), "")
    if page.language != "en" or verb not in word_class("inquit", "en") or clause.words[-1].end > cue.end:
        return False
    comma = _subject_comma(page, clause, cue)
    told = [word for word in clause.words if comma is not None and word.start < comma]
    return bool(told) and told[0].text not in _SUBORDINATE and any(word.text in FINITE for word in told)


_SUBORDINATE: Final = frozenset(
    ["when", "after", "before", "as", "while", "although", "though", "if", "because", "since"]
)


def is_told_after(page: Page, clause: Clause, hit: Hit, cue: Cue) -> bool:
    """Whether the denying words are what somebody says: "The story has no basis, the embassy said"."""
    comma = _subject_comma(page, clause, cue)
    participle = next((w.text.endswith("ing") for w in clause.words if w.start == cue.start), False)
    return comma is not None and not participle and clause.words[hit.last - 1].end <= comma


def outer(page: Page, clause: Clause, cue: Cue) -> Cue:
    """The last verb of saying of "X warned Y, his publisher said": who tells it all."""
    last = clause.cues[-1]
    behind = sum(word.start >= last.end for word in clause.words)
    if last is cue or last.meaning not in {"verb", "noun_like"} or behind > MAX_BEHIND_OUTER:
        return cue
    comma = page.filled.rfind(",", clause.start, last.start)
    between = [word for word in clause.words if comma < word.start < last.start]
    parted = comma > cue.end and 0 < len(between) <= MAX_INSERTED and between[0].text not in _RELATIVE
    aside = (
        parted and cue.meaning == "according" and between[0].text in {"a", "an"}
    )  # "…, a theory his lawyer finds odd"
    return last if parted and not aside and page.language == "en" else cue


MAX_BEHIND_OUTER: Final = 3


def content_of(
    page: Page, attributor: Attributor, clause: Clause, cue: Cue, previous: Who | None = None
) -> Said | None:
    """What is said, and by whom, for one verb of saying: after it, before it, or beside "according to"."""
    if page.language in VERB_LAST or page.language == "zh":
        return None  # nominal.py and han_told.py read what Turkish, Uyghur and Chinese tell
    if (beside := told_beside(page, attributor, clause, cue)) is not None:
        return beside
    if cue.meaning == "according":
        return _according(page, attributor, clause, cue)
    if (inserted := _inserted(page, attributor, clause, cue, previous)) is not None:
        return inserted
    after = content_after(page, clause, cue) if not _is_inverted(page, clause, cue) else None
    comma = _subject_comma(page, clause, cue)
    if after is not None:
        first_comma = page.filled.find(",", clause.start, cue.start)
        start = first_comma if first_comma >= 0 and _starts_aside(page, clause) else clause.start
        who = attributor.subject(start, cue.start)
        return (after, last_word(page, clause.end), who) if _has_subject(clause, start, cue) else None
    if comma is None:
        return None
    if page.language in WESTERN and is_adjunct(page, [word for word in clause.words if word.start < comma]):
        return None
    who = attributor.subject(comma, cue.start, last=True)
    if who is None and any(comma < word.start < cue.start and word.text in HE for word in clause.words):
        who = _first_person(page, clause, comma)  # "…, refused it to Ana Example, she said in an interview"
    if who is None and not _has_pronoun(clause, comma, cue):
        who = attributor.subject(cue.end, clause.end, inverted=True)
    return clause.words[0].start, last_word(page, comma), who


_AUXILIARY: Final = word_class("auxiliary", "mul") - {"about", "by", "of", "on"}


def _is_inverted(page: Page, clause: Clause, cue: Cue) -> bool:
    """ "Some 350 applicants have booked a slot, said the consul": the comma right before the verb ends what is said."""
    first = page.filled.find(",", clause.start, cue.start)
    if page.language != "en" or first < 0 or page.filled[clause.start : cue.start].rstrip()[-1:] != ",":
        return False
    follows = next((word for word in clause.words if word.start >= cue.end), None)
    told = {word.text for word in clause.words if word.start < first}
    named = follows is not None and (follows.capital or follows.text in word_class("determiner", "en"))
    return named and bool(told & _AUXILIARY) and not told & _RELATIVE


def _has_pronoun(clause: Clause, comma: int, cue: Cue) -> bool:
    """Whether "he" or "they" stands before the verb: nobody behind it is its subject."""
    return any(comma < word.start < cue.start and word.text in _PRONOUNS for word in clause.words)


def told_to(page: Page, attributor: Attributor, clause: Clause, cue: Cue) -> Said | None:
    """ "They were told by an officer that …", "the court was told that …": what somebody else said to the subject."""
    following = [word for word in clause.words if word.start >= cue.end]
    that = next((at for at, word in enumerate(following[:MAX_TO_THAT]) if word.text == "that"), None)
    by = bool(following) and following[0].text == "by"
    if page.language != "en" or that is None or (that and not by) or len(following) - that <= MIN_CONTENT_WORDS:
        return None
    before = {word.text for word in clause.words if word.start < cue.start}
    if not by and not before & word_class("hears_evidence", "en"):
        return None  # "was told that his parents' pensions depended on it": a threat, told as an act
    who = attributor.subject(following[0].end, following[that].start) if by else None
    return following[that + 1].start, last_word(page, clause.end), who


MAX_TO_THAT: Final = 12


def _first_person(page: Page, clause: Clause, until: int) -> Who | None:
    words = [word for word in clause.words if word.start < until]
    return next(iter(page.names.people_of(runs_in(page.text, words, page.language))), None)


def _inserted(page: Page, attributor: Attributor, clause: Clause, cue: Cue, previous: Who | None) -> Said | None:
    """ "Those who refuse, they said, lose their papers": the clause goes on after the verb of saying."""
    closing = page.filled.find(",", cue.end, clause.end)
    hearer = [word for word in clause.words if cue.end <= word.start < closing]
    if page.language != "en" or closing < 0 or (hearer and (cue.meaning != "told" or len(hearer) > MAX_HEARER)):
        return None
    comma = page.filled.rfind(",", clause.start, cue.start)
    between = [word for word in clause.words if comma < word.start < cue.start and word.text not in ADVERBS]
    colon = page.filled.rfind(": ", clause.start, max(comma, clause.start))
    before = [word for word in clause.words if colon < word.start < comma]
    after = [word for word in clause.words if word.start > closing]
    short = len(after) < MIN_CONTENT_WORDS and not (after and before and _is_there(before))
    if comma < 0 or not before or short or not 0 < len(between) <= MAX_INSERTED:
        return None
    if any(w.text in _RELATIVE for w in between) or page.filled[cue.end : clause.end].count(FILLER):
        return None
    if (
        after[0].text in _RELATIVE | word_class("adds_clause", page.language)
        or after[0].text.endswith("ing")
        or before[-1].capital
    ):
        return None
    who = previous if between[-1].text in HE and previous is not None else attributor.subject(comma, cue.start)
    if colon >= 0 and between[-1].text in _PRONOUNS:
        who = attributor.subject(clause.start, colon) or who  # "The mayor shrugged: exiles, he said, quarrel …"
    return before[0].start, last_word(page, _own_end(page, cue, clause)), who


def _own_end(page: Page, cue: Cue, clause: Clause) -> int:
    """Where the writer adds a clause of his own to what was said: ", though the queue went round the block"."""
    added = word_class("adds_clause", page.language) - {"a", "an"}
    commas = (match.end() for match in _COMMA.finditer(page.filled, cue.end + 1, clause.end))
    following = ((at, next((w.text for w in clause.words if w.start >= at), "")) for at in commas)
    return next((at for at, word in following if word in added), clause.end)


MAX_INSERTED: Final = 4
MAX_HEARER: Final = 3


def _is_there(words: Sequence[Word]) -> bool:
    """ "There was, the consulate said, no file"."""
    return words[0].text == "there" and words[-1].text in FINITE


_PRONOUNS: Final = HE | {"they", "it", "we", "i"}


def _has_subject(clause: Clause, start: int, cue: Cue) -> bool:
    return any(start <= word.start < cue.start and word.text not in ADVERBS for word in clause.words)


def _starts_aside(page: Page, clause: Clause) -> bool:
    return bool(clause.words) and clause.words[0].text in word_class("heading", page.language)


_NO_CONTENT: Final = word_class("no_content", "mul")


def content_after(page: Page, clause: Clause, cue: Cue) -> int | None:
    """Where the clause under the verb begins, or ``None`` when none follows it."""
    following = [word for word in clause.words if word.start >= cue.end]
    that = word_class("that", page.language) | word_class("how", page.language)
    joined = next((at for at, word in enumerate(following[:9]) if word.text in that), None)
    subject = next((at for at, word in enumerate(following[:5]) if word.text in _OPENS_CLAUSE), None)
    put_it = [word.text for word in following[:2]] == ["it", "to"]
    late = joined is not None and joined <= MAX_LATE_THAT and following[0].text in _LATE_THAT
    if joined is not None and (
        cue.meaning == "told" or joined == 0 or put_it or late or following[0].text in _NO_CONTENT | _OBJECTS
    ):
        start = joined + 1
    elif cue.meaning == "told" and subject and page.language == "en":
        start = subject  # "told reporters he knew nothing"
    elif cue.meaning == "told" and page.language == "en" and (heard := after_hearer(page, cue, following)) is not None:
        start = heard  # "told police two men had waited"
    elif page.language == "en" and (gerund := gerund_after(clause, cue, following)) is not None:
        return following[gerund].start
    elif page.language == "de" and (skipped := _until_german_clause(page, cue, following)) is not None:
        start = skipped  # "erklärte auf Anfrage, sie wisse davon nichts"
    elif page.language == "en" and (_holds_that(clause, cue) or _is_least(clause, cue, following)):
        start = 0
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


def _is_least(clause: Clause, cue: Cue, following: Sequence[Word]) -> bool:
    """ "believes at least 15 compatriots are in the same position"."""
    says = any(word.start == cue.start and word.text in _SAY for word in clause.words)
    return says and [word.text for word in following[:2]] in (["at", "least"], ["at", "most"])


MAX_LATE_THAT: Final = 4
_LATE_THAT: Final = ADVERBS | {
    "ever",
    "since",
    "last",
    "all",
    "both",
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
}
_SAY: Final = frozenset(
    ["said", "says", "say", "saying", "believes", "believed", "thinks", "insisted", "insists", "argued"]
)
_OBJECTS: Final = frozenset(["him", "them", "me", "us"])


def _is_clause(clause: Clause, cue: Cue, content: Sequence[Word]) -> bool:
    """Whether a clause follows a verb that can take a bare object too ("announced trials", "heard him shout")."""
    if _holds_that(clause, cue):
        return True
    verb = next((word.text for word in clause.words if word.start == cue.start), "")
    if verb in _SAY:
        return True
    if content and content[0].text in _OBJECTS:
        return False
    return any(word.text in FINITE or word.text.endswith("ed") for word in content[1:14])


def _holds_that(clause: Clause, cue: Cue) -> bool:
    """Whether "that" belongs to the phrase of saying itself: "grumbled that"."""
    return any(word.end == cue.end and word.text == "that" for word in clause.words)


def _unspaced_content(page: Page, clause: Clause, cue: Cue, following: Sequence[Word]) -> int | None:
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


def _subject_comma(page: Page, clause: Clause, cue: Cue) -> int | None:
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


def _is_aside(page: Page, clause: Clause, comma: int, subject: Sequence[Word]) -> bool:
    """Whether the words after the comma only tell more of the name before it ("Ana Example, a nurse, said")."""
    if all(word.text in ADVERBS for word in subject):
        return True
    before = page.filled.rfind(",", clause.start, comma)
    name = [word for word in clause.words if max(before, clause.start - 1) < word.start < comma]
    told_more = subject[0].text in word_class("determiner", page.language)
    return before >= 0 and told_more and 0 < len(name) <= 4 and all(word.capital for word in name)


def _is_apposed(page: Page, clause: Clause, comma: int, subject: Sequence[Word]) -> bool:
    """Whether the words after the comma only name the role before it ("his lawyer, Karol Example, said")."""
    names = [word for word in subject if word.capital]
    before = page.filled.rfind(",", clause.start, comma)
    role = [word for word in clause.words if max(before, clause.start) < word.start < comma]
    is_role = bool(role) and len(role) <= 7 and bool({word.text for word in role} & word_class("role", page.language))
    return before >= 0 and is_role and len(names) == len(subject) <= 4


def _according(page: Page, attributor: Attributor, clause: Clause, cue: Cue) -> Said | None:
    found = _COMMA.search(page.filled, cue.end, clause.end)
    comma = found.start() if found else -1
    before = [word for word in clause.words if word.start < cue.start]
    if len(before) >= MIN_CONTENT_WORDS:
        who = attributor.subject(cue.end, comma if comma >= 0 else clause.end)
        return before[0].start, last_word(page, cue.start), who
    if comma < 0 or page.language in _VERB_SECOND:
        return _according_unparted(page, attributor, clause, cue)
    content = [word for word in clause.words if comma >= 0 and word.start > comma]
    if len(content) < MIN_CONTENT_WORDS:
        return None
    return content[0].start, last_word(page, clause.end), attributor.subject(cue.end, comma)


_VERB_SECOND: Final = frozenset({"de", "nl", "sv", "nb"})


def _according_unparted(page: Page, attributor: Attributor, clause: Clause, cue: Cue) -> Said | None:
    """ "According to the council about 400 people fled", "volgens een woordvoerder ging het om …": no comma parts them."""
    after = [word for word in clause.words if word.start >= cue.end]
    determiners = word_class("determiner", page.language)
    ends = FINITE | _ABOUT | determiners
    at = next(
        (at for at, w in enumerate(after) if at > (not after[0].capital) and (w.text in ends or w.text.isdecimal())),
        None,
    )
    if page.language in _VERB_SECOND:
        breaks = word_class("breaks", page.language) | determiners
        lower = (at for at, w in enumerate(after) if at and not w.capital and w.text not in breaks)
        first = next(lower, None)
        named = bool(after) and after[0].capital
        whole = named or page.language == "de"  # a German noun has its capital
        at = first if whole else (None if first is None else first + 1)
    if at is None or len(after) - at < MIN_CONTENT_WORDS:
        return None
    who = attributor.subject(cue.end, after[at].start)
    return after[at].start, last_word(page, clause.end), who


_ABOUT: Final = frozenset(
    ["about", "some", "nearly", "almost", "around", "up", "more", "at", "as", "no", "he", "she", "it", "they"]
)
