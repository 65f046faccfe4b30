"""Every document that is here, so that a new one can be asked: "have we seen you before?"

MinHash under banding proposes (rensa; 126 permutations in 42 bands of 3 rows), exact containment of the word trigrams
decides. Spun copies whose words were all replaced are found by :mod:`panah.read.similar` when that extra is installed.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Generic, TypeVar

from .trigrams import Hashes, containment, trigrams

if TYPE_CHECKING:
    from rensa import RMinHash

N_BANDS: Final = 42
N_ROWS: Final = 3
N_PERMUTATIONS: Final = N_BANDS * N_ROWS
"""128 were meant; rensa wants whole bands, and 42 bands of 3 rows need 126."""
SEED: Final = 20
COPY_CONTAINMENT: Final = 0.4
"""Share of the shorter document's trigrams that stand in the other, from which it is a copy."""

K = TypeVar("K")


@dataclass(frozen=True, slots=True)
class Seen(Generic[K]):
    """A document that was seen before, and how much of the shorter one stands in the other, exactly."""

    key: K
    containment: float


def sketch(hashes: Hashes) -> RMinHash:
    """The MinHash of a text's trigrams (Broder 1997, "On the resemblance and containment of documents")."""
    from rensa import RMinHash

    made = RMinHash(num_perm=N_PERMUTATIONS, seed=SEED)
    made.update(hashes.view("S8").tolist())
    return made


class CopyIndex(Generic[K]):
    """Documents by what is in them, in the order in which they came.

    Bands of 3 rows find a pair of resemblance 0.3 with probability 1 - (1 - 0.3^3)^42 = 0.68, of 0.4 with 0.94, of 0.5
    with 0.996 (Leskovec, Rajaraman, Ullman, Mining of Massive Datasets, section 3.4).
    """

    def __init__(self) -> None:
        from rensa import RMinHashLSH

        self._bands = RMinHashLSH(threshold=0.3, num_perm=N_PERMUTATIONS, num_bands=N_BANDS)
        self._keys: list[K] = []
        self._hashes: list[Hashes] = []

    def __len__(self) -> int:
        return len(self._keys)

    def add(self, key: K, text: str) -> None:
        """Remember a document.

        Args:
            key: What :meth:`find` gives back.
            text: Canonical text.
        """
        hashes = trigrams(text)
        self._put(key, hashes, sketch(hashes))

    def _put(self, key: K, hashes: Hashes, made: RMinHash) -> None:
        if len(hashes):
            self._bands.insert(len(self._keys), made)
        self._keys.append(key)
        self._hashes.append(hashes)

    def find(self, text: str) -> list[Seen[K]]:
        """The documents that this one is a copy of, or they of it, the closest first.

        Args:
            text: Canonical text.
        """
        hashes = trigrams(text)
        return self._found(hashes, sketch(hashes))

    def _found(self, hashes: Hashes, made: RMinHash) -> list[Seen[K]]:
        if not len(hashes):
            return []
        numbers = set(self._bands.query(made))
        seen = [Seen(self._keys[number], containment(hashes, self._hashes[number])) for number in sorted(numbers)]
        return sorted(
            (each for each in seen if each.containment >= COPY_CONTAINMENT), key=lambda each: -each.containment
        )

    def find_or_add(self, key: K, text: str) -> list[Seen[K]]:
        """:meth:`find`, then remember the document for those that come after it; the text is cut up once."""
        hashes = trigrams(text)
        made = sketch(hashes)
        found = self._found(hashes, made)
        self._put(key, hashes, made)
        return found

    @classmethod
    def of(cls, documents: Iterable[tuple[K, str]]) -> CopyIndex[K]:
        """An index of documents that are here already."""
        index = cls()
        for key, text in documents:
            index.add(key, text)
        return index
