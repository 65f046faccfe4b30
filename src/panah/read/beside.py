"""Word orders of German, French, Dutch, Swedish, Norwegian and Russian around a verb of saying.

"In een reactie stelt de ambassade dat …", "…, heter det i svaret", "…, hevdet han", "как уверяет председатель, …",
"настаивает: …", "affirme avoir …": the verb stands before its subject, far from "that", or after what is said.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from .attribution import Attributor
from .clauses import FINITE, Clause, Said, last_word
from .cues import Cue
from .marks import FILLER
from .people import ADVERBS
from .sentences import Page
from .subjects import names_a_voice, source
from .word_classes import word_class
from .words import Word

LANGUAGES: Final = frozenset({"de", "fr", "nl", "sv", "nb", "ru"})
MIN_TOLD: Final = 3
MAX_TO_THAT: Final = 9
MAX_TO_COLON: Final = 5
MAX_ASIDE: Final = 14
MAX_AFTER_VERB: Final = 8
_SUBORDINATES_ONLY: Final = frozenset({"de", "sv", "nb", "ru"})
"""Languages whose "that" opens nothing else; French "que" and Dutch "dat" are relative pronouns too."""
_CLITICS: Final = frozenset(
    ["a", "ai", "t", "il", "elle", "ils", "elles", "on", "ont", "m", "l", "s", "lui", "nous", "leur", "est", "se", "y"]
)


def told_beside(page: Page, attributor: Attributor, clause: Clause, cue: Cue) -> Said | None:
    """What a clause tells in one of these orders; ``None`` for another language, or where the plain order holds."""
    if page.language not in LANGUAGES:
        return None
    for read in (_inserted_source, _as_said, _impersonal, _colon, _verb_at_end, _far_that, _infinitive, _bare_clause):
        told = read(page, attributor, clause, cue)
        if told is not None:
            return told
    return None


def ends_clause(page: Page, clause: Clause, cue: Cue) -> bool:
    """Whether a verb that else only leads to a quotation comes after what it tells: "…, renchérit son avocate"."""
    return page.language in LANGUAGES and cue.meaning == "quote_only" and _comma_before(page, clause, cue) is not None


def last_inverted(page: Page, clause: Clause, cue: Cue) -> Cue:
    """The last verb of a clause where it comes after what is told: "Blåmerkene skrev seg fra et fall, hevdet han"."""
    last = clause.cues[-1]
    if page.language not in LANGUAGES or last is cue or last.meaning not in {"verb", "told", "quote_only"}:
        return cue
    return last if _comma_before(page, clause, last) is not None else cue


def _after(clause: Clause, cue: Cue) -> list[Word]:
    return [word for word in clause.words if word.start >= cue.end]


def _before(clause: Clause, cue: Cue) -> list[Word]:
    return [word for word in clause.words if word.start < cue.start]


def _has_voice(page: Page, words: Sequence[Word]) -> bool:
    return any(word.capital or names_a_voice(word, page.language) for word in words)


# -- "as X said"


def _as_said(page: Page, attributor: Attributor, clause: Clause, cue: Cue) -> Said | None:
    """ "Wie die Polizei mitteilte, …", "…, zoals de raad zegt", "как уверяет председатель, …"."""
    before = _before(clause, cue)
    opener = next((word for word in reversed(before) if word.text in word_class("as_said", page.language)), None)
    if opener is None or "," in page.filled[opener.end : cue.start]:
        return None
    opens = opener is clause.words[0] or page.filled[clause.start : opener.start].rstrip()[-1:] in {",", ";", "—", "–"}
    between = [word for word in before if word.start > opener.start]
    relative = page.language in {"sv", "nb"} and not _has_voice(page, between)
    comma = page.filled.find(",", cue.end, clause.end)
    end = comma if comma >= 0 else clause.end
    inside = [word for word in clause.words if opener.start <= word.start < end]
    if not opens or relative or len(inside) > MAX_ASIDE or _that(page) & {word.text for word in inside}:
        return None
    who = attributor.subject(opener.end, cue.start) if between else None
    who = who or attributor.subject(cue.end, end, inverted=True)
    parted = page.filled.rfind(";", clause.start, opener.start)
    head = [word for word in clause.words if parted < word.start < opener.start]
    tail = [word for word in clause.words if word.start >= end]
    if len(head) >= max(MIN_TOLD, len(tail)):
        return head[0].start, last_word(page, opener.start), who
    return (tail[0].start, last_word(page, clause.end), who) if len(tail) >= MIN_TOLD else None


# -- "…, according to X, …"


def _inserted_source(page: Page, attributor: Attributor, clause: Clause, cue: Cue) -> Said | None:
    """ "Брат, по её словам, не отвечает", "À la barre, selon son avocat, …": commas on both sides; all of it is told but an aside."""
    comma = page.filled.find(",", cue.end, clause.end)
    before, tail = _before(clause, cue), [word for word in clause.words if word.start > comma]
    if cue.meaning != "according" or comma < 0 or not before or len(tail) < MIN_TOLD:
        return None
    if (
        page.filled[clause.start : cue.start].rstrip()[-1:] != ","
        or len(tail) < len(before)
        or tail[0].text in _RELATIVE
    ):
        return None
    who = attributor.subject(cue.end, comma) or attributor.memory.speaker
    aside = is_adjunct(page, before)
    return (tail if aside else before)[0].start, last_word(page, clause.end), who


_RELATIVE: Final = frozenset(
    ["die", "der", "das", "qui", "que", "som", "который", "которая", "которое", "которые", "wie", "wat"]
)


def is_adjunct(page: Page, words: Sequence[Word]) -> bool:
    """Whether some words only tell when, where or about what: "À la barre", "А за неделю до слушания"."""
    plain = [word for word in words if word.text not in word_class("joint", page.language)]
    opens = word_class("governing", page.language) | word_class("adjunct", page.language)
    return bool(plain) and len(plain) <= MAX_ADJUNCT and plain[0].text in opens and not {w.text for w in plain} & FINITE


MAX_ADJUNCT: Final = 9


# -- "it says"


def _impersonal(page: Page, attributor: Attributor, clause: Clause, cue: Cue) -> Said | None:
    """ "…, heter det i svaret", "Från Interpol heter det att …": whoever spoke last, or whom the words come from."""
    verbs = {word.text for word in clause.words if cue.start <= word.start < cue.end}
    if not verbs & word_class("it_says", page.language):
        return None
    comma = _comma_before(page, clause, cue)
    if comma is not None:
        return clause.words[0].start, last_word(page, comma), attributor.memory.speaker
    that = next((word for word in _after(clause, cue)[:MAX_TO_THAT] if word.text in _that(page)), None)
    content = [word for word in clause.words if that is not None and word.start >= that.end]
    if len(content) < MIN_TOLD:
        return None
    who = source(page, clause.start, cue.start) or attributor.memory.speaker
    return content[0].start, last_word(page, clause.end), who


# -- a colon


def _colon(page: Page, attributor: Attributor, clause: Clause, cue: Cue) -> Said | None:
    """ "Прокуратура настаивает: …", "говорит осторожно: …", without quotation marks."""
    if cue.meaning not in {"verb", "told", "quote_only"}:
        return None
    colon = page.filled.find(":", cue.end, clause.end)
    between = [word for word in _after(clause, cue) if word.start < colon]
    content = [word for word in clause.words if word.start > colon]
    if colon < 0 or len(between) > MAX_TO_COLON or len(content) < MIN_TOLD:
        return None
    if FILLER in page.filled[colon : content[0].start] or page.filled[colon - 1].isdigit():
        return None
    who = attributor.subject(clause.start, cue.start)
    return (content[0].start, last_word(page, clause.end), who) if who is not None else None


# -- the verb after what is said


def _comma_before(page: Page, clause: Clause, cue: Cue) -> int | None:
    """The comma between what is said and a verb that stands before its subject."""
    comma = page.filled.rfind(",", clause.start, cue.start)
    between = [word for word in _before(clause, cue) if word.start > comma]
    content = [word for word in clause.words if word.start < comma]
    if comma < 0 or len(content) < MIN_TOLD or any(word.text not in _CLITICS for word in between):
        return None
    if FILLER in page.filled[comma : cue.start] or page.filled[:comma].endswith(FILLER):
        return None
    after = _after(clause, cue)
    ends = len(after) <= MAX_AFTER_VERB and "," not in page.filled[cue.end : clause.end].rstrip(" .,")
    opens = content[0].text in _that(page) | word_class("subordinator", page.language) | word_class(
        "as_said", page.language
    )
    return comma if ends and not opens and not {word.text for word in after} & _that(page) else None


def _verb_at_end(page: Page, attributor: Attributor, clause: Clause, cue: Cue) -> Said | None:
    comma = _comma_before(page, clause, cue)
    if comma is None or cue.meaning == "according":
        return None
    between = [word for word in _before(clause, cue) if word.start > comma]
    who = attributor.subject(cue.end, clause.end, inverted=True) if _after(clause, cue) else None
    if who is None and between:
        who = attributor.subject(comma, cue.start, last=True)
    who = who or attributor.memory.speaker
    return clause.words[0].start, last_word(page, comma), who


# -- "that" far behind the verb


def _that(page: Page) -> frozenset[str]:
    return word_class("that", page.language)


def _far_that(page: Page, attributor: Attributor, clause: Clause, cue: Cue) -> Said | None:
    """ "berättade i ett brev att …", "stelt de ambassade dat …", "ответило редакции, что …"."""
    after = _after(clause, cue)
    at = next((at for at, word in enumerate(after[:MAX_TO_THAT]) if word.text in _that(page)), None)
    if cue.meaning not in {"verb", "told"} or not at or len(after) - at - 1 < MIN_TOLD:
        return None
    between, that = after[:at], after[at]
    if FILLER in page.filled[cue.end : that.start] or page.filled[cue.end : that.start].rstrip(" ,").count(","):
        return None
    subject = [word for word in _before(clause, cue) if word.text not in ADVERBS]
    turned = page.language != "ru" and (not subject or _opens_aside(page, subject)) and _has_voice(page, between)
    if not turned and not _may_stand_between(page, between):
        return None
    if turned:
        who = attributor.subject(cue.end, that.start, inverted=True)
    elif not subject:
        return None
    else:
        comma = page.filled.find(",", clause.start, cue.start)
        aside = comma >= 0 and subject[0].text in word_class("heading", page.language)
        who = attributor.subject(comma if aside else clause.start, cue.start)
    return after[at + 1].start, last_word(page, clause.end), who


def _opens_aside(page: Page, words: Sequence[Word]) -> bool:
    """Whether the words before the verb only tell when or where: "In een reactie stelt …", "En 2022 …"."""
    return words[0].text in word_class("governing", page.language) | word_class("heading", page.language)


def _may_stand_between(page: Page, words: Sequence[Word]) -> bool:
    if page.language in _SUBORDINATES_ONLY:
        return not {word.text for word in words} & FINITE
    free = word_class("governing", page.language) | word_class("stands_between", page.language) | ADVERBS
    return words[0].text in free


# -- an infinitive


_NOT_INFINITIVE: Final = frozenset(["hier", "janvier", "février", "dernier", "premier", "leur", "pour", "sur", "par"])


def _infinitive(page: Page, attributor: Attributor, clause: Clause, cue: Cue) -> Said | None:
    """ "affirme avoir été suivi", "m'ont dit n'avoir …", "zegt geen signalen te kennen", "hevder å ha …", "säger sig ha …"."""
    after = _after(clause, cue)
    if cue.meaning not in {"verb", "told"} or len(after) < MIN_TOLD or {word.text for word in after} & _that(page):
        return None
    if any(mark in page.filled[cue.end : after[0].start] for mark in ",.:;" + FILLER):
        return None
    start = _infinitive_at(page, after)
    if start is None or len(after) - start < MIN_TOLD:
        return None
    comma = page.filled.rfind(",", clause.start, cue.start)
    who = attributor.subject(comma + 1 if comma >= 0 else clause.start, cue.start)
    return (after[start].start, last_word(page, clause.end), who) if who is not None or comma >= 0 else None


def _infinitive_at(page: Page, after: Sequence[Word]) -> int | None:
    first = after[0].text
    if page.language == "fr":
        verb = after[1].text if first in {"n", "ne"} else first
        verb = after[2].text if verb in {"pas", "rien", "jamais"} else verb
        ends = verb.endswith(("er", "ir", "oir", "re")) and verb not in _NOT_INFINITIVE
        return 0 if ends else None
    if page.language == "nb":
        return 0 if first == "å" else None
    if page.language == "sv":
        return 0 if first == "sig" and after[1].text in {"ha", "vara", "inte", "ej", "vilja", "veta", "se"} else None
    if page.language == "nl":
        at = next((at for at, word in enumerate(after) if word.text not in word_class("stands_between", "nl")), 0)
        return at if "te" in [word.text for word in after[-3:]] else None
    return None


# -- a clause without "that"


def _bare_clause(page: Page, attributor: Attributor, clause: Clause, cue: Cue) -> Said | None:
    """ "Ambassaden sier den ikke kjenner til noe besøk", "ministeren mener politiet gjorde jobben sin"."""
    verb = next((word.text for word in clause.words if word.start == cue.start), "")
    after = _after(clause, cue)
    if verb not in word_class("takes_bare_clause", page.language) or len(after) <= MIN_TOLD:
        return None
    if page.filled[cue.end : after[0].start].strip() or {word.text for word in after} & _that(page):
        return None
    governed = after[0].text in word_class("governing", page.language) | ADVERBS
    finite = any(word.text in FINITE or word.text.endswith(("te", "de", "er", "ar")) for word in after[1:6])
    who = attributor.subject(clause.start, cue.start) if _before(clause, cue) else None
    return (after[0].start, last_word(page, clause.end), who) if finite and not governed and who is not None else None
