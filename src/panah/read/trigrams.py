"""Word trigrams of a text as 64-bit numbers: what copies are recognised by.

A word is what stands between white space, folded and without the punctuation around it; a Han or kana character is a
word of its own. The numbers are BLAKE2b of the words, mixed, so they are the same on every machine and in every run.
"""

from __future__ import annotations

import hashlib
import re
from typing import Final

import numpy as np
import numpy.typing as npt

N_WORDS: Final = 3
_UNSPACED: Final = re.compile("[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff]")
_EDGES: Final = re.compile(r"^[\W_]+|[\W_]+$")
_MOST_WORDS: Final = 1_000_000
"""Different words remembered with their numbers; a run over a large archive starts afresh then."""
_ODD_A, _ODD_B = np.uint64(0x9E3779B97F4A7C15), np.uint64(0xC2B2AE3D27D4EB4F)
_SHIFT: Final = np.uint64(31)

Hashes = npt.NDArray[np.uint64]


class _Numbers(dict[str, int]):
    """A word as it stands -> the number of the word itself. Most words of a language come again and again."""

    def __missing__(self, word: str) -> int:
        if len(self) >= _MOST_WORDS:
            self.clear()
        bare = _EDGES.sub("", word).replace("’", "'")
        number = int.from_bytes(hashlib.blake2b(bare.encode("utf-8", "surrogatepass"), digest_size=8).digest(), "big")
        self[word] = number
        return number


_NUMBERS = _Numbers()
_NO_WORD: Final = _NUMBERS[""]


def trigrams(text: str) -> Hashes:
    """The numbers of a text's word trigrams, in their order, repeated ones repeated.

    Args:
        text: Canonical text.

    Returns:
        Shape (words - 2,), or (0,) for a text of fewer than three words.
    """
    if not text.isascii() and _UNSPACED.search(text):
        text = _UNSPACED.sub(r" \g<0> ", text)
    words = text.lower().split()
    numbers = np.fromiter(map(_NUMBERS.__getitem__, words), np.uint64, len(words))
    numbers = numbers[numbers != _NO_WORD]  # a dash between blanks is no word
    if len(numbers) < N_WORDS:
        return np.empty(0, np.uint64)
    mixed: Hashes = numbers[:-2] * _ODD_A
    mixed ^= mixed >> _SHIFT
    mixed += numbers[1:-1]
    mixed *= _ODD_B
    mixed ^= mixed >> _SHIFT
    mixed += numbers[2:]
    return mixed


def containment(a: Hashes, b: Hashes) -> float:
    """Share of the shorter text's different trigrams that stand in the other (Broder 1997).

    Args:
        a: From :func:`trigrams`, sorted or not.
        b: Likewise.
    """
    a, b = np.unique(a), np.unique(b)
    smaller = min(len(a), len(b))
    return len(np.intersect1d(a, b, assume_unique=True)) / smaller if smaller else 0.0
