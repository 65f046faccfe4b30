"""Whether two documents are copies of each other, and what was changed between them.

Word trigrams under MinHash propose; exact containment of the trigrams decides. A spinning programme replaces words
of the prose and leaves most quotations, so shared quotations count as well (Broder 1997, "On the resemblance and
containment of documents").
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Final, Literal

from .paragraphs import Stretch, split_paragraphs, split_sentences
from .quotations import find_quotations
from .words import words_in

N_PERMUTATIONS: Final = 128
SEED: Final = 20
N_WORDS: Final = 3
COPY_CONTAINMENT: Final = 0.4
"""Share of the shorter document's trigrams that stand in the other, from which it is a copy."""
SHARED_QUOTATIONS: Final = 3
"""So many quotations of six words or more in common make a copy too, however far the prose was spun."""
ALIKE: Final = 0.6
"""Share of words in common from which two sentences, or two quotations, are one with changes."""

QuotationFate = Literal["identical", "altered", "absent"]


@dataclass(frozen=True, slots=True)
class Aligned:
    """A sentence of the first document and its counterpart in the second, with the words that differ."""

    first: tuple[int, int]
    second: tuple[int, int]
    removed: tuple[str, ...]
    added: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Likeness:
    """How two documents relate. ``same_source`` says that they count once for corroboration."""

    estimated_resemblance: float
    """MinHash estimate of the Jaccard index of the trigrams."""
    containment: float
    """Exact share of the shorter document's trigrams in the other."""
    same_source: bool
    sentences: tuple[Aligned, ...]
    quotations: tuple[tuple[str, QuotationFate], ...]
    """Each quotation of the first document, and what became of it in the second."""


def compare(first: str, second: str) -> Likeness:
    """Compare two canonical texts; the second is looked at as a possible copy of the first.

    Args:
        first: Canonical text, as in ``Reading.document.text``.
        second: Likewise.

    Returns:
        The likeness, with changed sentences and the fate of each quotation only where they are copies.
    """
    a, b = _trigrams(first), _trigrams(second)
    containment = len(a & b) / max(1, min(len(a), len(b)))
    quotations = _fates(_quoted(first), _quoted(second))
    kept = sum(fate == "identical" and len(words_in(words)) >= 2 * N_WORDS for words, fate in quotations)
    same = bool(a and b) and (containment >= COPY_CONTAINMENT or kept >= SHARED_QUOTATIONS)
    return Likeness(
        estimated_resemblance=resemblance(a, b),
        containment=containment,
        same_source=same,
        sentences=tuple(_changed(first, second)) if same else (),
        quotations=tuple(quotations) if same else (),
    )


def resemblance(a: Iterable[str], b: Iterable[str]) -> float:
    """The MinHash estimate of the Jaccard index of two sets of trigrams."""
    from rensa import RMinHash

    sketches = []
    for trigrams in (a, b):
        sketch = RMinHash(num_perm=N_PERMUTATIONS, seed=SEED)
        sketch.update(sorted(trigrams))
        sketches.append(sketch)
    return float(sketches[0].jaccard(sketches[1]))


def _trigrams(text: str) -> set[str]:
    words = [word.text for word in words_in(text)]
    return {" ".join(words[at : at + N_WORDS]) for at in range(len(words) - N_WORDS + 1)}


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


def _sentences(text: str) -> list[tuple[Stretch, tuple[str, ...]]]:
    found = [each for paragraph in split_paragraphs(text) for each in split_sentences(text, paragraph)]
    return [(each, tuple(word.text for word in words_in(text, each.start, each.end))) for each in found]


def _changed(first: str, second: str) -> Iterable[Aligned]:
    """Sentences that stand in both with other words; those that did not change are left out."""
    others = _sentences(second)
    unchanged = {words for _, words in others}
    for stretch, words in _sentences(first):
        if not words or words in unchanged:
            continue
        best = max(others, key=lambda other: _ratio(words, other[1]), default=None)
        if best is not None and _ratio(words, best[1]) >= ALIKE:
            removed, added = _difference(words, best[1])
            yield Aligned((stretch.start, stretch.end), (best[0].start, best[0].end), removed, added)


def _difference(a: tuple[str, ...], b: tuple[str, ...]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    removed: list[str] = []
    added: list[str] = []
    for tag, start_a, end_a, start_b, end_b in SequenceMatcher(None, a, b, autojunk=False).get_opcodes():
        if tag != "equal":
            removed += a[start_a:end_a]
            added += b[start_b:end_b]
    return tuple(removed), tuple(added)
