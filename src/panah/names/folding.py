"""Bringing spellings of a name together, one rule per script; a script without a rule is only normalised.

:data:`RULES` is where a script's own folding goes (Uyghur's several orthographies will be one).
"""

from __future__ import annotations

import csv
import unicodedata
from collections import Counter
from collections.abc import Callable, Mapping
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

APOSTROPHES: Final = "'\u2018\u2019\u201b\u02bb\u02bc\u02be\u02bf\u02b9\u0060\u00b4\u2032\uff07"
"""Marks written in names for a glottal stop, a soft sign, or by habit; one name is spelt with and without."""
TATWEEL: Final = "\u0640"
"""Stretches a word in Arabic script; says nothing."""
ARABIC_VOWEL_SIGNS: Final = frozenset(map(chr, [*range(0x064B, 0x0653), 0x0670]))
COMMON_SCRIPTS: Final = frozenset({"Zyyy", "Zinh", "Zzzz"})
IGNORED: Final = frozenset(APOSTROPHES + TATWEEL)


def script_of(text: str) -> str:
    """The script most of the letters are written in, as an ISO 15924 code; ``Zyyy`` when there are none.

    Args:
        text: A name or any other text.
    """
    counts = Counter(script for char in text if (script := _script(char)) not in COMMON_SCRIPTS)
    return counts.most_common(1)[0][0] if counts else "Zyyy"


@lru_cache(maxsize=4096)
def _script(char: str) -> str:
    from fontTools import unicodedata as scripts

    return str(scripts.script(char))


def fold(text: str) -> str:
    """One spelling for what is certainly the same spelling: case, width, accents, apostrophes, invisible marks.

    Latin letters lose their accents; other scripts keep their letters (Cyrillic ``й`` stays apart from ``и``). Two
    names that fold alike can still be two names, and one name can fold in two ways.
    """
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())
    shown = "".join(char for char in plain if char not in IGNORED and unicodedata.category(char) != "Cf")
    return " ".join("".join(_cluster(cluster) for cluster in _clusters(shown)).split())


def _clusters(text: str) -> list[str]:
    """Base characters with the combining marks that follow them."""
    clusters: list[str] = []
    for char in text:
        if clusters and unicodedata.combining(char):
            clusters[-1] += char
        else:
            clusters.append(char)
    return clusters


def _cluster(cluster: str) -> str:
    if cluster.isascii():
        return cluster
    rule = RULES.get(_script(cluster[0]))
    return rule(cluster) if rule else cluster


def _latin(cluster: str) -> str:
    base = "".join(char for char in unicodedata.normalize("NFD", cluster) if not unicodedata.combining(char))
    return "".join(_latin_letters().get(char, char) for char in base)


def _arabic(cluster: str) -> str:
    return "".join(char for char in cluster if char not in ARABIC_VOWEL_SIGNS)


RULES: Final[Mapping[str, Callable[[str], str]]] = MappingProxyType({"Latn": _latin, "Arab": _arabic})
"""Folding of one letter with its marks, by script."""


@lru_cache(maxsize=1)
def _latin_letters() -> Mapping[str, str]:
    text = (Path(__file__).parent / "data" / "latin_letters.csv").read_text(encoding="utf-8")
    return MappingProxyType({row["letter"]: row["plain"] for row in csv.DictReader(text.splitlines())})


def tokens(text: str) -> tuple[str, ...]:
    """The folded words of a name, in its order; hyphens, dots and slashes part them."""
    # marks belong to the word: in Tibetan and Indic script they carry its vowels
    parted = (char if char.isalnum() or unicodedata.category(char)[0] == "M" else " " for char in fold(text))
    return tuple("".join(parted).split())
