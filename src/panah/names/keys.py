"""What spellings of one name have in common, as text: keys to find candidate pairs by, and a plain Latin reading.

:data:`FOLDING_VERSION` changes with every change of a rule or table that changes a key: organisations that exchange
tokens compare it first.
"""

from __future__ import annotations

import itertools
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from .phonemes import skeletons
from .words import words

FOLDING_VERSION: Final = "names-1"
MAX_SOUNDS: Final = 12
WAYS_OF_A_WORD: Final = 4
_PLAIN: Final = MappingProxyType(
    {"S": "sh", "C": "ch", "J": "j", "Z": "zh", "N": "ng", "x": "h", "G": "g", "Q": "q", "K": "k", "X": "x", "W": "u"}
    | {"Y": "i", "L": "l", "R": "r", "A": "a", "E": "e", "T": "t", "D": "d", "c": "ts", "B": "", "q": "k", "j": "j"}
)


@lru_cache(maxsize=32768)
def keys(text: str) -> tuple[str, ...]:
    """Coarse keys of a name's words, sorted, without repeats: spellings of one word mostly share one.

    Args:
        text: A name as written, in any script.

    Returns:
        Consonant classes, such as ``LMSN`` for Ilhamjan, Yilamujiang and 伊力哈木江; the sounds themselves where fewer than
        two consonants are left. They are for finding pairs, not for deciding: different names share them too.
    """
    return tuple(sorted({key for word in words(text) for one, _penalty in word.readings for key in _keys(one.sounds)}))


def _keys(sounds: str) -> tuple[str, ...]:
    classes = tuple(one for one in skeletons(sounds) if len(one) > 1)
    return classes or (_plainly(sounds),)


@lru_cache(maxsize=32768)
def sounds(text: str) -> tuple[str, ...]:
    """Whole names by the consonant classes of their words, whatever the order: ``LM T`` for Ilham Tohti in any script.

    Returns:
        One key for each way to read the name, at most :data:`MAX_SOUNDS`; the same for two names is evidence, weaker
        than the same words.
    """
    by_word = [
        tuple(dict.fromkeys(classes for one, _penalty in word.readings for classes in skeletons(one.sounds) if classes))
        for word in words(text)
    ]
    ways = itertools.product(*(some[:WAYS_OF_A_WORD] for some in by_word if some))
    found = dict.fromkeys(" ".join(sorted(way)) for way in itertools.islice(ways, MAX_SOUNDS) if way)
    return tuple(found)


@lru_cache(maxsize=32768)
def latin(text: str) -> tuple[str, ...]:
    """The words of a name in plain Latin letters as they are read, in their order; titles and articles left out.

    A form in Arabic script without its vowels stays without them. Not a transliteration to show to people.
    """
    return tuple(plain for word in words(text) if (plain := _plainly(word.readings[0][0].sounds)))


def _plainly(sounds: str) -> str:
    return "".join(_PLAIN.get(sound, sound) for sound in sounds)
