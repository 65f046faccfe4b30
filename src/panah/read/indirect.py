"""Statements told in the writer's own words: "Ana said that …", "…, police said", "the embassy denied it".

The statement's span is what is said (the clause under the verb of saying), and for a denial or refusal the clause
with its subject, because there the verb itself is the statement.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from panah.model.reading import Statement

from .accused import Side, side_of
from .answering import Told
from .attribution import Attributor
from .beside import last_inverted
from .clauses import GOES_ON_WITH, Claimed, Clause, Said, clauses_of, joints, last_word, opens_with_that
from .content import MIN_CONTENT_WORDS, content_after, content_of, is_told_after, outer, takes_clause, told_to
from .cues import Cue
from .english_told import framed_in_english
from .han_told import han_pieces, han_statements
from .made import made_statement
from .nominal import nominal_statements
from .people import Who
from .refusals import denied, denied_in_relative
from .sentences import Page, Sentence
from .stance import NEGATIVE, answer_of, is_heard, stance_hits, weighed
from .word_classes import word_class

MIN_BESIDE_QUOTATION: Final = 6


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
    marked = [*nominal_statements(page, attributor, sentence), *han_statements(page, attributor, sentence)]
    for clause in clauses_of(page, sentence, cues, claimed):
        own = [each for each in marked if clause.start <= each[0] < clause.end]
        if not own and any(start < clause.end and clause.start < end for start, end, _ in marked):
            continue
        if own and page.language == "zh" and (said := _denied_before(page, attributor, clause, own, claimed, previous)):
            found.append(said)
        if own:
            found += [each for told in own for each in _marked(page, clause, told)]
            previous = own[-1][2]
            continue
        told = _told(page, attributor, clause, claimed, previous)
        if told is not None:
            found.append(told)
            previous = told[1]
        quoted = [by.speaker for quotation, by, _ in claimed if clause.start <= quotation.start < clause.end]
        previous = quoted[-1] or previous if quoted else previous
    return [*found, *_beside_quotations(page, sentence, claimed)]


def _marked(page: Page, clause: Clause, told: Said) -> list[tuple[Statement, Who | None]]:
    """One statement, or several where an answer stands among other things that are said."""
    start, end, who = told
    if page.language == "zh" and len(parts := _answers_apart(page, clause, told)) > 1:
        weighted = ((first, last, weighed(page, Told(first, last, who, quoted=False), by)) for first, last, by in parts)
        return [(made_statement(page, (first, last, who), stance), who) for first, last, stance in weighted]
    by_rules = _content_stance(page, clause, who, start, end)
    after = [word.text for word in clause.words if word.start >= end][:2]
    if by_rules != "denies_responsibility" and word_class("denial_verb", page.language) & set(after):
        by_rules = "denies"
    stance = weighed(page, Told(start, end, who, quoted=False), by_rules)
    return [(made_statement(page, told, stance), who)]


def _denied_before(
    page: Page,
    attributor: Attributor,
    clause: Clause,
    own: Sequence[Said],
    claimed: Claimed,
    previous: Who | None,
) -> tuple[Statement, Who | None] | None:
    """ "厂长否认受到压力，坚称…": the denial before what is said."""
    cut = max(page.filled.rfind(mark, clause.start, own[0][0] - 1) for mark in "，；")  # not the one right before it
    words = tuple(word for word in clause.words if word.end <= cut)
    hits = tuple(hit for hit in clause.hits if hit.last <= len(words))
    if not hits:
        return None
    refused = denied(page, attributor, Clause(clause.start, cut, words, (), hits), claimed, previous)
    return _statement(page, refused[:3], refused[3], clause, claimed) if refused is not None else None


def _answers_apart(page: Page, clause: Clause, told: Said) -> list[tuple[int, int, str]]:
    """The clauses of what is said, neighbours of one stance together."""
    parts: list[tuple[int, int, str]] = []
    for start, end in han_pieces(page, told):
        stance = _content_stance(page, clause, told[2], start, end)
        explained = parts and parts[-1][2] == "alternative_explanation" and stance == "asserts"
        if parts and (parts[-1][2] == stance or explained or end - start < MIN_APART):
            parts[-1] = (parts[-1][0], end, parts[-1][2])
        else:
            parts.append((start, end, stance))
    return parts


MIN_APART: Final = 4


def indirect_statement(page: Page, start: int, end: int, who: Who | None) -> Statement:
    """A statement of a stretch that somebody is known to have said."""
    words = page.words_between(start, end)
    clause = Clause(start, end, words, (), ())
    by_rules = _content_stance(page, clause, who, start, end)
    return made_statement(page, (start, end, who), weighed(page, Told(start, end, who, quoted=False), by_rules))


def _beside_quotations(page: Page, sentence: Sentence, claimed: Claimed) -> list[tuple[Statement, Who | None]]:
    """ "The minister said that X and that Y “followed the rules”": X is told in the writer's words before the quotation."""
    found: list[tuple[Statement, Who | None]] = []
    for quotation, by, _ in claimed[:1]:
        if by.cue is None or by.side != "before" or by.cue.meaning == "according" or by.speaker is None:
            continue
        cuts = [m.start() for m in joints(page.language).finditer(page.filled, by.cue.end, quotation.outer_start)]
        words = tuple(w for w in sentence.words if by.cue.end <= w.start < (cuts[-1] if cuts else 0))
        clause = Clause(by.cue.start, cuts[-1] if cuts else 0, words, (), ())
        start = content_after(page, clause, by.cue) if len(words) >= MIN_CONTENT_WORDS else None
        if start is not None:
            end = last_word(page, clause.end)
            stance = _content_stance(page, clause, by.speaker, start, end)
            told = _statement(page, (start, end, by.speaker), stance, clause, ())
            found += [told] if told is not None else []
    return found


def _told(
    page: Page, attributor: Attributor, clause: Clause, claimed: Claimed, previous: Who | None
) -> tuple[Statement, Who | None] | None:
    """The one statement of a clause: a denial by its own verb, else what somebody is said to have said."""
    framed = framed_in_english(page, attributor, clause)
    if framed is not None:
        return _statement(page, framed, _content_stance(page, clause, framed[2], *framed[:2]), clause, claimed)
    hit = clause.hits[0] if clause.hits else None
    cue = next((each for each in clause.cues if each.meaning != "quote_only" or takes_clause(page, clause, each)), None)
    told_on = previous is not None and cue is None and opens_with_that(page.language, clause.words)
    leads = hit is not None and not told_on and (cue is None or clause.words[hit.first].start <= cue.start)
    if hit is None or not leads or (cue and is_told_after(page, clause, hit, cue)):
        said = _said(page, attributor, clause, cue, previous)
        if said is not None:
            start, end, who = said
            return _statement(page, said, _content_stance(page, clause, who, start, end), clause, claimed)
    if hit is None:
        refused = denied_in_relative(page, attributor, clause)
        return _statement(page, refused[:3], refused[3], clause, claimed) if refused is not None else None
    refused = denied(page, attributor, clause, claimed, previous)
    return _statement(page, refused[:3], refused[3], clause, claimed) if refused is not None else None


def _said(page: Page, attributor: Attributor, clause: Clause, cue: Cue | None, previous: Who | None) -> Said | None:
    if cue is None and previous is not None and clause.words and clause.words[0].text in GOES_ON_WITH:
        return clause.words[0].start, last_word(page, clause.end), previous
    if cue is None and previous is not None and opens_with_that(page.language, clause.words):  # "… and that …"
        return clause.words[1].start, last_word(page, clause.end), previous
    if cue is None:
        return None
    if cue.passive:
        return told_to(page, attributor, clause, cue)
    cue = last_inverted(page, clause, outer(page, clause, cue))
    told = content_of(page, attributor, clause, cue, previous)
    if told is None and previous is not None and cue.first_word_of(clause.words):
        after = content_after(page, clause, cue)  # "… and said that …": the subject goes on
        return (after, last_word(page, clause.end), previous) if after is not None else None
    return told


def _content_stance(page: Page, clause: Clause, who: Who | None, start: int, end: int) -> str:
    """The stance of what is said: an accused side denies by what it says, another speaker only of himself."""
    words = [word for word in clause.words if start <= word.start < end]
    hits = [h for h in stance_hits(words, page.language) if h.rule.meaning in NEGATIVE and is_heard(page, h.rule, who)]
    of_himself = bool(words) and words[0].text in {"he", "she", "it", "they", "there", "no"}
    if who is None:
        return "asserts"
    if side_of(page, who) is Side.OTHER and page.language == "en":
        hits = [h for h in hits if h.rule.meaning != "alternative_explanation" or of_himself]
    if hits and (who.kind != "person" or of_himself or side_of(page, who) is not Side.OTHER):
        return hits[0].rule.meaning
    return answer_of(page, words, who) or "asserts"


def _statement(
    page: Page, said: Said, stance: str, clause: Clause, claimed: Claimed
) -> tuple[Statement, Who | None] | None:
    start, end, who = said
    stance = weighed(page, Told(start, end, who, quoted=False), stance)
    inside = [q for q, _, _ in claimed if start <= q.outer_start < end]
    if inside and stance == "asserts":
        # a clause that is mostly quotation is told by the quotation itself
        end = last_word(page, inside[0].outer_start)
        words = [word for word in clause.words if start <= word.start < end]
        if len(words) < MIN_BESIDE_QUOTATION:
            return None
    return (made_statement(page, (start, end, who), stance), who) if start < end else None
