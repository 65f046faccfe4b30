"""How alike two written names are. A likeness is evidence for linkage, never a decision."""

from __future__ import annotations

from functools import lru_cache

from .folding import tokens

MAX_TOKENS = 12


@lru_cache(maxsize=65536)
def similarity(one: str, other: str) -> float:
    """Likeness of two names from 0 to 1, whatever the order of their parts; 1 when the folded parts are equal.

    The parts are paired one to one, most alike first, by Jaro-Winkler; each pair counts by its letters, and letters of
    a part without partner count as unlike. Names in two scripts are unlike: transliterate first.

    Args:
        one, other: Names as written. Beyond 12 parts the rest is ignored.

    Source:
        Winkler (1990), String Comparator Metrics and Enhanced Decision Rules, Proc. Survey Research Methods, 354-359.
    """
    left, right = tokens(one)[:MAX_TOKENS], tokens(other)[:MAX_TOKENS]
    if not left or not right:
        return 0.0
    if sorted(left) == sorted(right):
        return 1.0
    n_letters = sum(map(len, left)) + sum(map(len, right))
    alike = sum(score * (len(a) + len(b)) for score, a, b in _pairs(left, right))
    return alike / n_letters


def _pairs(left: tuple[str, ...], right: tuple[str, ...]) -> list[tuple[float, str, str]]:
    from rapidfuzz.distance import JaroWinkler

    scored = sorted(
        (
            (JaroWinkler.normalized_similarity(*sorted((a, b))), i, j)
            for i, a in enumerate(left)
            for j, b in enumerate(right)
        ),
        key=lambda item: (-item[0], sorted((left[item[1]], right[item[2]]))),
    )
    used_left: set[int] = set()
    used_right: set[int] = set()
    pairs = []
    for score, i, j in scored:
        if i not in used_left and j not in used_right:
            used_left.add(i)
            used_right.add(j)
            pairs.append((score, left[i], right[j]))
    return pairs
