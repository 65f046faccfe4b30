"""Whether two documents are copies of each other, and what was changed between them.

Exact containment of the word trigrams decides (Broder 1997, "On the resemblance and containment of documents"). A
spinning programme replaces words of the prose and leaves most quotations, so shared quotations count as well; and
where every word was replaced, the meaning of the sentences, if the extra for that is installed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import lru_cache
from typing import Final, Literal

from .calendar_words import months
from .copy_index import COPY_CONTAINMENT
from .paragraphs import Stretch, split_paragraphs, split_sentences
from .quotations import find_quotations
from .similar import SAME_DOCUMENT, Embedder, same_by_meaning
from .trigrams import N_WORDS, containment, trigrams
from .words import Word, words_in

SHARED_QUOTATIONS: Final = 3
"""So many quotations of six words or more in common make a copy too, however far the prose was spun."""
LANGUAGES: Final = ("en", "de", "fr", "nl", "sv", "nb", "tr", "ru", "ug")
ALIKE: Final = 0.6
"""Share of words in common from which two sentences, or two quotations, are one with changes."""

QuotationFate = Literal["identical", "altered", "absent"]
ChangeKind = Literal["number", "date", "name", "word"]


@dataclass(frozen=True, slots=True)
class Aligned:
    """A sentence of the first document and its counterpart in the second, with the words that differ."""

    first: tuple[int, int]
    second: tuple[int, int]
    removed: tuple[str, ...]
    added: tuple[str, ...]
    changes: tuple[ChangeKind, ...] = ()
    """What kind of word changed; a changed number, date or name weighs more than a changed adjective."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How two documents relate. ``same_source`` says that they count once for corroboration."""

    containment: float
    """Exact share of the shorter document's trigrams in the other."""
    by_meaning: float | None
    """Share of the shorter document's sentences with a counterpart by meaning; None where nobody compared meanings."""
    same_source: bool
    sentences: tuple[Aligned, ...]
    quotations: tuple[tuple[str, QuotationFate], ...]
    """Each quotation of the first document, and what became of it in the second."""


def compare(first: str, second: str, embed: Embedder | None = None) -> Likeness:
    """Compare two canonical texts; the second is looked at as a possible copy of the first.

    Args:
        first: Canonical text, as in ``Reading.document.text``.
        second: Likewise.
        embed: From :func:`panah.read.similar.embedder`; without it only words are compared.

    Returns:
        The likeness, with changed sentences and the fate of each quotation only where they are copies.
    """
    a, b = trigrams(first), trigrams(second)
    shared = containment(a, b)
    quotations = _fates(_quoted(first), _quoted(second))
    kept = sum(fate == "identical" and len(words_in(words)) >= 2 * N_WORDS for words, fate in quotations)
    same = bool(len(a) and len(b)) and (shared >= COPY_CONTAINMENT or kept >= SHARED_QUOTATIONS)
    by_meaning = None
    if embed is not None and not same:
        by_meaning = same_by_meaning(first, second, embed)
        same = by_meaning >= SAME_DOCUMENT
    return Likeness(
        containment=shared,
        by_meaning=by_meaning,
        same_source=same,
        sentences=tuple(_changed(first, second)) if same else (),
        quotations=tuple(quotations) if same else (),
    )


def _quoted(text: str) -> list[str]:
    return [text[each.start : each.end] for each in find_quotations(text, split_paragraphs(text))]


def _fates(first: list[str], second: list[str]) -> list[tuple[str, QuotationFate]]:
    folded = [tuple(word.text for word in words_in(each)) for each in second]
    known = set(folded)
    fates: list[tuple[str, QuotationFate]] = []
    for quotation in first:
        words = tuple(word.text for word in words_in(quotation))
        if words in known:
            fates.append((quotation, "identical"))
        elif any(_ratio(words, other) >= ALIKE for other in folded):
            fates.append((quotation, "altered"))
        else:
            fates.append((quotation, "absent"))
    return fates


def _ratio(a: tuple[str, ...], b: tuple[str, ...]) -> float:
    matcher = SequenceMatcher(None, a, b, autojunk=False)
    # the two quick bounds spare the slow comparison for almost every pair
    if matcher.real_quick_ratio() < ALIKE or matcher.quick_ratio() < ALIKE:
        return 0.0
    return matcher.ratio()


Sentence = tuple[Stretch, tuple[Word, ...]]


def _sentences(text: str) -> list[Sentence]:
    found = [each for paragraph in split_paragraphs(text) for each in split_sentences(text, paragraph)]
    return [(each, words_in(text, each.start, each.end)) for each in found]


def _folded(sentence: Sentence) -> tuple[str, ...]:
    return tuple(word.text for word in sentence[1])


def _changed(first: str, second: str) -> Iterable[Aligned]:
    """Sentences that stand in both with other words; those that did not change are left out."""
    others = [(sentence, _folded(sentence)) for sentence in _sentences(second)]
    unchanged = {words for _, words in others}
    for sentence in _sentences(first):
        words = _folded(sentence)
        if not words or words in unchanged:
            continue
        best, best_words = max(others, key=lambda other: _ratio(words, other[1]), default=(None, ()))
        if best is not None and _ratio(words, best_words) >= ALIKE:
            yield _aligned(sentence, best)


def _aligned(a: Sentence, b: Sentence) -> Aligned:
    removed: list[Word] = []
    added: list[Word] = []
    matcher = SequenceMatcher(None, _folded(a), _folded(b), autojunk=False)
    for tag, start_a, end_a, start_b, end_b in matcher.get_opcodes():
        if tag != "equal":
            removed += a[1][start_a:end_a]
            added += b[1][start_b:end_b]
    return Aligned(
        (a[0].start, a[0].end),
        (b[0].start, b[0].end),
        tuple(word.text for word in removed),
        tuple(word.text for word in added),
        _kinds([*removed, *added], {a[0].start, b[0].start}),
    )


def _kinds(changed: Iterable[Word], firsts: set[int]) -> tuple[ChangeKind, ...]:
    """What kinds of word changed. The capital of a sentence's first word says nothing of a name."""
    kinds: dict[ChangeKind, None] = {}
    for word in changed:
        if _is_year(word.text) or word.text in _month_words():
            kinds["date"] = None
        elif any(character.isdecimal() for character in word.text):
            kinds["number"] = None
        else:
            kinds["name" if word.capital and word.start not in firsts else "word"] = None
    return tuple(kinds)


def _is_year(word: str) -> bool:
    return len(word) == 4 and word.isdecimal() and word[:2] in {"19", "20"}


@lru_cache(maxsize=1)
def _month_words() -> frozenset[str]:
    return frozenset(word for language in LANGUAGES for word in months(language))
