"""Answers in which no rule finds a statement, told by the sense of their sentence: "Calls to the ministry just rang out"."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from panah.model.reading import Statement

from .accused import Side, side_of
from .attribution import Attributor
from .clauses import last_word
from .made import made_statement
from .people import Who
from .sentences import Page, Sentence
from .stance import NEGATIVE

LEAST: Final = 0.8
"""How probable it must be that a sentence is an answer of whatever kind."""
_NOT_HEARD: Final = frozenset({Side.WRONGED, Side.GROUP})


def unheard_answers(page: Page, attributor: Attributor, found: Sequence[Statement]) -> list[Statement]:
    """One statement for each sentence without any whose sense is an answer; none without the extra ``multilingual``."""
    starts = {page.number_at(each.start) for each in found} | {page.number_at(each.end - 1) for each in found}
    silent = [each for at, each in enumerate(page.sentences) if at not in starts and _tells(page, each)]
    answers = page.senses.answers([each.stretch.of(page.text) for each in silent])
    heard = []
    for sentence, shares in zip(silent, answers, strict=True):
        stances = {stance: shares.get(stance, 0.0) for stance in NEGATIVE}
        who = attributor.subject(sentence.start, sentence.end) if sum(stances.values()) >= LEAST else None
        if sum(stances.values()) >= LEAST and (who is None or side_of(page, who) not in _NOT_HEARD):
            heard.append(_statement(page, sentence, max(stances, key=lambda each: stances[each]), who))
    return heard


def _tells(page: Page, sentence: Sentence) -> bool:
    """Whether a sentence is one of the writer's own words, in a paragraph that tells something."""
    return bool(sentence.words) and not sentence.quotations and sentence.paragraph not in page.captions


def _statement(page: Page, sentence: Sentence, stance: str, who: Who | None) -> Statement:
    return made_statement(page, (sentence.words[0].start, last_word(page, sentence.end), who), stance)
