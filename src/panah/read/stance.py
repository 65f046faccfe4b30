"""The stance of a speaker, by the words that report it and the words that are spoken.

Two lexicons: ``stance.csv`` holds what denies or refuses by itself ("rejected the claim", "had no comment"), and
``answers.csv`` what does so only in the mouth of an accused side ("he had been drinking", "nobody was followed").
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from .accused import Side, side_of, speaks_for_the_state
from .answering import Told, stances_of
from .attribution import Attribution
from .meaning import answer_line, both
from .people import Who
from .phrases import Hit, Rule, lexicon
from .quotations import Quotation
from .sentences import Page, Sentence
from .word_classes import word_class
from .words import Word, words_in

NEGATIVE: Final = frozenset(
    [
        "denies",
        "denies_responsibility",
        "alternative_explanation",
        "declines_to_comment",
        "no_knowledge",
        "refuses_to_name",
    ]
)
MIN_WORDS_TO_EXPLAIN: Final = 3
_OF_ITS_OWN: Final = frozenset({"alternative_explanation", "no_knowledge"})
"""What a named person without an office, or an association, tells by these words answers no accusation."""
_WITHHOLDS: Final = "refuses_to_name"
"""What nobody but an authority has cause to do: even a named official of unknown office is heard."""
_BY: Final = {
    "any": frozenset(Side),
    "": frozenset(Side) - {Side.WRONGED},
    "accused": frozenset(Side) - {Side.WRONGED, Side.GROUP, Side.AUTHORITY},
}
"""Who is heard by a rule of ``stance.csv``, by what its column ``by`` says."""
_HEARD: Final = {
    "accused": frozenset({Side.ACCUSED}),
    "authority": frozenset({Side.ACCUSED, Side.AUTHORITY, Side.DEFENDANT, Side.COMPANY}),
    "company": frozenset({Side.COMPANY}),
    "defendant": frozenset({Side.DEFENDANT}),
}
"""The same for ``answers.csv``."""


def stance_hits(words: Sequence[Word], language: str) -> list[Hit]:
    """The stance rules that hold in some words, in the order of the file."""
    return lexicon("stance", language).hits(words)


def is_heard(page: Page, rule: Rule, who: Who | None) -> bool:
    """Whether a rule of ``stance.csv`` counts when this speaker says or does it."""
    side, by = side_of(page, who), rule.row.get("by") or ""
    if by != "any" and rule.meaning in _OF_ITS_OWN and (side is Side.GROUP or (who and _is_plain_person(page, who))):
        return False
    if by == "accused" and (who is None or _is_plain_person(page, who)) and page.language == "en":
        return False
    return side in _BY[by]


def answer_of(page: Page, words: Sequence[Word], who: Who | None, *, quoted: bool = False) -> str:
    """The stance that what an accused side says shows by itself, or ``""``."""
    side = side_of(page, who)
    for hit in lexicon("answers", page.language).hits(words):
        if side in _HEARD[hit.rule.row["by"]]:
            return hit.rule.meaning
    return "alternative_explanation" if not quoted and _explains(page, words, who) else ""


def _explains(page: Page, words: Sequence[Word], who: Who | None) -> bool:
    """Whether the accused state gives its own account: all it says that neither admits, regrets, warns nor looks ahead."""
    texts = {word.text for word in words}
    if who is None or len(words) < MIN_WORDS_TO_EXPLAIN:
        return False
    if side_of(page, who) is not Side.DEFENDANT and not speaks_for_the_state(page, who):
        return False
    return not any(texts & word_class(name, page.language) for name in ("acknowledging", "speaks_to", "spoken_to"))


LEAST, LEAST_BY_RULE = 0.5, 0.2
"""How probable an answer must be by the weights: by them alone, and where a rule says so too."""
LEAST_OF_OTHERS: Final = 0.85
"""The same for one of whom nothing shows where he stands."""
RULE_COUNTS: Final = 3.0
"""How much more probable the kind of answer is that a rule names."""
LEAST_ACKNOWLEDGED: Final = 0.75
_SILENT: Final = frozenset({"declines_to_comment", "no_knowledge", "refuses_to_name"})
_ANSWERS_OF: Final = {Side.AUTHORITY: _SILENT, Side.GROUP: frozenset[str](), Side.WRONGED: frozenset[str]()}
"""What weights alone may find in the mouth of one who is not accused; others may say anything (decision 254)."""


def weighed(page: Page, told: Told, by_rules: str) -> str:
    """The stance of what is said, by the rules, the weights and, with the extra for it, the sense together.

    Args:
        by_rules: What the rules found: an answer, or ``"asserts"``.
    """
    line = answer_line(told.who.name if told.who else None, page.text[told.start : told.end])
    shares = both(stances_of(page, told), *page.senses.answers([line]))
    by_rule = by_rules in NEGATIVE
    side = side_of(page, told.who)
    possible = NEGATIVE if by_rule else _ANSWERS_OF.get(side, NEGATIVE)
    possible = _SILENT if by_rules in _SILENT else possible  # a verb of refusing is no verb of denying
    answers = {stance: shares.get(stance, 0.0) for stance in NEGATIVE if stance in possible}
    least = LEAST_BY_RULE if by_rule else LEAST_OF_OTHERS if side is Side.OTHER else LEAST
    if sum(answers.values()) < least:
        return "acknowledges" if shares.get("acknowledges", 0.0) > LEAST_ACKNOWLEDGED else "asserts"
    if by_rule:
        answers[by_rules] *= RULE_COUNTS
    return max(answers, key=lambda stance: answers[stance])


def introduced_stance(page: Page, sentence: Sentence, quotation: Quotation, attribution: Attribution) -> str:
    """The stance that the writer's words before a quotation give it: "rejected the account, stating: …".

    Empty when they give none.
    """
    if attribution.side == "after" or (attribution.cue is None and attribution.side == "none"):
        return ""
    words = words_in(page.text, sentence.start, quotation.end)
    governing = [
        hit
        for hit in stance_hits(words, page.language)
        if _governs(page, words, hit, quotation) and is_heard(page, hit.rule, attribution.speaker)
    ]
    if governing:
        return governing[0].rule.meaning
    return _told_stance(page, quotation, attribution)


def _told_stance(page: Page, quotation: Quotation, attribution: Attribution) -> str:
    """The stance of a clause that ends in quoted words: "wrote that the family “had simply moved”"."""
    if attribution.cue is None or attribution.side != "before":
        return ""
    before = words_in(page.filled, attribution.cue.end, quotation.outer_start)
    that = word_class("that", page.language)
    at = next((at for at in range(len(before) - 1, -1, -1) if before[at].text in that), None)
    if at is None or at == len(before) - 1:
        return ""
    return answer_of(page, words_in(page.text, before[at].end, quotation.end), attribution.speaker)


def _governs(page: Page, words: Sequence[Word], hit: Hit, quotation: Quotation) -> bool:
    """Whether the denial leads to the quotation: nothing between them starts a new statement."""
    first, last = words[hit.first], words[hit.last - 1]
    if first.start >= quotation.outer_start:
        return False
    if last.start >= quotation.start:
        return True
    between = page.filled[last.end : quotation.outer_start]
    joints = word_class("joint", page.language)
    return ";" not in between and not any(word.text in joints for word in words_in(between))


def spoken_stance(page: Page, quotation: Quotation, who: Who | None, *, after_denial: str = "") -> str:
    """The stance that the spoken words themselves show.

    Only an accused side, a company or an unnamed speaker denies by its words alone: a victim who says "it is not true
    that I was safe" asserts. ``after_denial`` is the stance of the same speaker's sentence just before.
    """
    words = words_in(page.text, quotation.start, quotation.end)
    if who is None or side_of(page, who) in {Side.WRONGED, Side.GROUP} or _is_plain_person(page, who):
        if after_denial in {"denies", "denies_responsibility"} and {word.text for word in words} & _NEGATIONS:
            return after_denial
        withheld = who is not None and any(h.rule.meaning == _WITHHOLDS for h in stance_hits(words, page.language))
        return _WITHHOLDS if withheld else "asserts"
    hits = [hit for hit in stance_hits(words, page.language) if is_heard(page, hit.rule, who)]
    if hits:
        return hits[0].rule.meaning
    answer = answer_of(page, words, who, quoted=True)
    goes_on = after_denial in {"denies", "denies_responsibility"} and (answer or side_of(page, who) is Side.OTHER)
    return after_denial if goes_on else (answer or "asserts")


_NEGATIONS: Final = frozenset(
    [
        "not",
        "no",
        "never",
        "nobody",
        "nothing",
        "none",
        "'t",
        "t",
        "only",
        "nicht",
        "nie",
        "pas",
        "niet",
        "inte",
        "ikke",
        "не",
    ]
)


def _is_plain_person(page: Page, who: Who) -> bool:
    return who.kind == "person" and side_of(page, who) is Side.OTHER
