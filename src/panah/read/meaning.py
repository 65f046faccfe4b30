"""Which tactics the sense of a sentence is near, in any language: with the extra ``multilingual``, beside its words.

The model of :mod:`similar` turns a sentence into 384 numbers that are much the same whatever its language; a logistic model
over them (``data/tactic_meanings.npz``, fitted by ``tools/train_read_tactics.py``) says how probable each tactic is. Words and
sense err in different places: their geometric mean is right more often than either.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from functools import lru_cache
from importlib import resources
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from . import similar

MOST_TEXTS: Final = 400
"""Of so many sentences a document the sense is asked; later ones are read by their words alone."""
LONGEST_TEXT: Final = 1_000
"""Characters: the model reads some 500 tokens, and a sentence that is longer is none."""
LEAST: Final = 1e-9

Vectors = npt.NDArray[np.float32]


def is_asked() -> bool:
    """Whether the extra is there."""
    return similar.is_installed()


def told_by_meaning(language: str, texts: Sequence[str]) -> list[dict[str, float]]:
    """How probable each tactic is for each text, by its sense; for those after :data:`MOST_TEXTS` nothing is known: ``{}``.

    Raises:
        Altered: The model file is not the one that was checked.
    """
    asked = texts[:MOST_TEXTS]
    if not asked:
        return [{} for _ in texts]
    model = _model()
    vectors = centred(
        similar.embedder()([each[:LONGEST_TEXT] for each in asked]),
        model["centres"][list(model["languages"]).index(language)],
    )
    sums = vectors @ model["weights"].T.astype(np.float32) + model["bias"].astype(np.float32)
    powers = np.exp(sums - sums.max(axis=1, keepdims=True))
    shares = powers / powers.sum(axis=1, keepdims=True)
    tactics = [str(each) for each in model["tactics"]]
    known = [dict(zip(tactics, map(float, row), strict=True)) for row in shares]
    return known + [{} for _ in texts[MOST_TEXTS:]]


def centred(vectors: Vectors, centre: Vectors) -> Vectors:
    """Vectors without what all sentences of their language share, of length 1 again; shape (sentences, dimensions)."""
    moved = vectors - centre.astype(np.float32)
    return np.asarray(moved / np.maximum(np.linalg.norm(moved, axis=1, keepdims=True), LEAST), dtype=np.float32)


def both(by_words: Mapping[str, float], by_meaning: Mapping[str, float]) -> dict[str, float]:
    """The geometric mean of two opinions; together they are 1."""
    if not by_meaning:
        return dict(by_words)
    products = {tactic: math.sqrt(share * by_meaning.get(tactic, LEAST)) for tactic, share in by_words.items()}
    whole = sum(products.values()) or 1.0
    return {tactic: each / whole for tactic, each in products.items()}


@lru_cache(maxsize=1)
def _model() -> Mapping[str, Any]:
    with (
        resources.as_file(resources.files("panah.read") / "data" / "tactic_meanings.npz") as path,
        np.load(path, allow_pickle=False) as file,
    ):
        return {name: file[name] for name in file.files}
