"""What Chinese tells in the writer's own words: "发言人表示，…", "他告诉本报…", "据协会统计，…".

Chinese parts neither words nor, by any mark, the verb of saying from what is said; a list of verbs, the voice before each
(:func:`subjects.han_subject`) and the commas show where one statement ends. Some verbs are nouns too ("报告", "统计"): they
count only before a comma.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from .attribution import Attributor
from .clauses import Said
from .marks import FILLER
from .people import Who
from .sentences import Page, Sentence
from .subjects import han_subject
from .word_classes import word_class

MIN_TOLD: Final = 4
"""Characters."""
MAX_OBJECT: Final = 8
_NOT_SAID: Final = r"(?!法|服|明|辞|不定|起来|谎|为|為|呼|之|作|号|赞|霸|谓|控|责|責|示|标|標|挥|揮|导|導|定)"
_NOT_AFTER: Final = r"(?<![据據小传傳听聽名职職号號简簡俗自被是])"
_OPENERS: Final = re.compile(r"^(?:[，：、\s]|但是?|却|卻|并且?|並|而且?|还|還|也|又|同时|同時)+")
_PAUSE: Final = re.compile("[，；]")
_STOP: Final = re.compile(r"[，；：。]")
_PRONOUN: Final = re.compile(r"(?:他|她|他们|她们|他們|她們|对方|對方|其|我|后者|後者)(?:[^，。；]{0,6})$")
_GOES_ON: Final = re.compile(r"^[，；\s]*(?:并|並|但|还|還|又|也|同时|同時|随后|隨後|接着|再次?|则|則)*$")
MAX_NEGATION: Final = 3
_NEGATED: Final = re.compile(r"(?:没有?|沒有?|未曾?|并未|並未|不愿|不願|不能|不便|拒绝|拒絕)$")


@dataclass(frozen=True, slots=True)
class _Verb:
    start: int
    end: int
    """Where what is said begins."""
    who: Who | None


def han_statements(page: Page, attributor: Attributor, sentence: Sentence) -> list[Said]:
    """What one Chinese sentence tells under its verbs of saying, in order; nothing for another language."""
    if page.language != "zh":
        return []
    text = page.filled
    verbs = list(_verbs(page, attributor, sentence))
    told = []
    for verb, following in itertools.zip_longest(verbs, verbs[1:]):
        end = _cut_before(text, verb.end, following.start) if following is not None else sentence.end
        quoted = text.find(FILLER, verb.end, end)
        end = _cut_before(text, verb.end, quoted) if quoted >= 0 else end
        start, end = _stripped(text, verb.end, end)
        if end - start >= MIN_TOLD:
            told.append((start, end, verb.who))
    return told


def han_pieces(page: Page, told: Said) -> list[tuple[int, int]]:
    """The clauses of what is told, between its commas."""
    start, end, _ = told
    cuts = [start, *(match.end() for match in _PAUSE.finditer(page.filled, start, end)), end]
    pieces = [_stripped(page.filled, first, last) for first, last in itertools.pairwise(cuts)]
    return [piece for piece in pieces if piece[1] > piece[0]]


def _stripped(text: str, start: int, end: int) -> tuple[int, int]:
    while end > start and text[end - 1] in "，；：。、！？!?. \n" + FILLER:
        end -= 1
    opened = _OPENERS.match(text[start:end])
    return (start + opened.end() if opened else start), end


def _cut_before(text: str, start: int, end: int) -> int:
    """The last pause mark before a place, so that the words which lead to it are left out."""
    cut = max(text.rfind(mark, start, end) for mark in "，；。")
    return max(cut, start)


def _verbs(page: Page, attributor: Attributor, sentence: Sentence) -> Iterator[_Verb]:
    text, since, said = page.filled, sentence.start, None
    for match in _verb_pattern().finditer(text, sentence.start, sentence.end):
        if _NEGATED.search(text, max(sentence.start, match.start() - MAX_NEGATION), match.start()):
            continue  # "没有透露"
        if match.start() < since or text[match.end() : match.end() + 2].lstrip("，：:")[:1] in {FILLER, ""}:
            continue
        if match["according"]:
            who = han_subject(page, match.start(), match.end() - 1) or _quoted_name(page, match)
        else:
            clause = max((m.end() for m in _STOP.finditer(text, since, match.start())), default=since)
            region = text[clause : match.start()]
            who = han_subject(page, clause, match.start())
            if who is None and (_PRONOUN.search(region) or (said is not None and _GOES_ON.fullmatch(region))):
                who = said if _GOES_ON.fullmatch(region) else attributor.subject(clause, match.start())
                who = who or attributor.memory.speaker or said
            elif who is None and clause > since and said is None:
                who = han_subject(page, since, match.start())
            who = who or _plain_head(page, clause, match.start()) or _plain_head(page, since, match.start())
        if who is None:
            continue
        said = who
        yield _Verb(match.start(), match.end(), who)
        since = match.end()


def _quoted_name(page: Page, match: re.Match[str]) -> Who | None:
    """ "据港人团体“示例社”统计": a body whose name stands in quotation marks."""
    inside = [each for each in page.quotations if match.start() <= each.start < match.end()]
    if not inside:
        return None
    return Who(page.text[inside[0].start : inside[0].end], "organisation", inside[0].start, inside[0].end)


_PLAIN: Final = re.compile(
    r"(?P<name>[\u4e00-\u9fff]{2,8}?)(?=则|則|也|还|還|听|聽|在|对|對|向|却|卻|随|隨|又|只|表|说|說|告|，|$)"
)
_NO_NAME: Final = frozenset("的了在是有和与與被把将將就这這那此其他她它我你们們一两兩年月日不没沒")


def _plain_head(page: Page, start: int, end: int) -> Who | None:
    """Two to eight characters at the head of a clause that no list holds, none of them a word of grammar: a name."""
    match = _PLAIN.match(page.filled, start, end)
    if match is None or _NO_NAME & set(match["name"]):
        return None
    return Who(match["name"], "unknown", match.start(), match.end(), human=True)


@lru_cache(maxsize=1)
def _verb_pattern() -> re.Pattern[str]:
    direct = "|".join(sorted(word_class("tells", "zh"), key=len, reverse=True))
    paused = "|".join(sorted(word_class("tells_paused", "zh"), key=len, reverse=True))
    hearer = "|".join(sorted(word_class("tells_hearer", "zh"), key=len, reverse=True))
    sources = "|".join(sorted(word_class("told_source", "zh"), key=len, reverse=True))
    return re.compile(
        rf"(?P<according>(?:根)?[据據按](?:照)?(?P<of>[^，。；]{{2,24}}?)(?:{sources})?，)"
        rf"|{_NOT_AFTER}(?:{direct})(?:说|說|称|稱|道)?{_NOT_SAID}(?:，|：)?"
        rf"|(?:{paused})(?!的|得|过|過)[^，。；{FILLER}]{{0,{MAX_OBJECT}}}?(?:说|說|称|稱|道|指|表示)?[，：]"
        rf"|(?:{paused})(?:说|說|称|稱|道|表示)"
        rf"|(?:{hearer})(?:[^，。；{FILLER}]{{1,{MAX_OBJECT}}}?[，：]|我们|我們|他们|他們|她们|我|他|她|记者|記者|本报|本報)"
    )
