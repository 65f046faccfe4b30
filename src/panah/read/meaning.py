"""What the sense of a sentence tells, in any language: with the extra ``multilingual``, beside its words.

A model of many languages that was taught our field (:mod:`tuning`) turns a sentence into 384 numbers; two logistic models over
them say how probable each tactic is, and each stance of somebody who answers. Words and sense err in different places: together
they are right more often than either.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import islice
from typing import Final

import numpy as np
import numpy.typing as npt

from . import similar
from .tuning import learned, tuned_embedder

MOST_TEXTS: Final = 400
"""So many texts of a document are asked for tactics, and as many for answers; later ones are read by their words alone."""
LONGEST_TEXT: Final = 1_000
"""Characters: the model reads some 500 tokens, and a sentence that is longer is none."""
LEAST_LETTERS: Final = 0.2
"""Of its characters: what has fewer letters, such as a list of times, is no sentence, and not worth the model's seconds."""
LEAST: Final = 1e-9
WEIGHT_OF_SENSE: Final = 0.5
"""Of the sense beside the words, as powers of the two probabilities."""
NO_STATEMENT: Final = "none"
"""What a sentence is in which nobody says anything."""

Shares = dict[str, float]
"""How probable each answer is; together they are 1. Empty where nothing is known."""


class Senses:
    """What the model says of the sentences of one document; each is asked once, and not more than :data:`MOST_TEXTS`."""

    def __init__(self) -> None:
        self._known: dict[str, npt.NDArray[np.float32]] = {}
        self._left = {"tactic": MOST_TEXTS, "answer": MOST_TEXTS}

    def tactics(self, texts: Sequence[str]) -> list[Shares]:
        """How probable each tactic is for each text.

        Raises:
            Altered: The model file is not the one that was checked.
        """
        return self._told("tactic", texts)

    def answers(self, lines: Sequence[str]) -> list[Shares]:
        """How probable each stance is for each line of :func:`answer_line`, :data:`NO_STATEMENT` among them; likewise."""
        return self._told("answer", lines)

    def _told(self, what: str, texts: Sequence[str]) -> list[Shares]:
        if not similar.is_installed():
            return [{} for _ in texts]
        unknown = (each for each in dict.fromkeys(texts) if each not in self._known and _is_language(each))
        new = list(islice(unknown, self._left[what]))
        self._left[what] -= len(new)
        if new:
            vectors = tuned_embedder()([each[:LONGEST_TEXT] for each in new])
            self._known |= dict(zip(new, vectors, strict=True))
        return [shares_of(what, self._known[each]) if each in self._known else {} for each in texts]


def _is_language(text: str) -> bool:
    """Whether the part of a text that the model would read is mostly words."""
    head = text[:LONGEST_TEXT]
    return sum(map(str.isalpha, head)) >= LEAST_LETTERS * len(head) > 0


def answer_line(speaker: str | None, words: str) -> str:
    """What somebody says, or a whole sentence, as the model was taught to read it."""
    return f"{speaker}: {words}" if speaker else words


def shares_of(what: str, vector: npt.NDArray[np.float32]) -> Shares:
    """How probable each answer is by one of the two models, ``tactic`` or ``answer``, for a vector of shape (384,)."""
    model = learned()
    sums = model[f"{what}_weights"].astype(np.float32) @ vector + model[f"{what}_bias"].astype(np.float32)
    powers = np.exp(sums - sums.max())
    return dict(zip(map(str, model[f"{what}s"]), map(float, powers / powers.sum()), strict=True))


def both(by_words: Mapping[str, float], by_meaning: Mapping[str, float]) -> Shares:
    """The weighted geometric mean of two opinions on what the words can tell; together they are 1."""
    if not by_meaning:
        return dict(by_words)
    products = {
        name: share ** (1 - WEIGHT_OF_SENSE) * by_meaning.get(name, LEAST) ** WEIGHT_OF_SENSE
        for name, share in by_words.items()
    }
    whole = sum(products.values()) or 1.0
    return {name: each / whole for name, each in products.items()}
