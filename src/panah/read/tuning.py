"""The model of the extra ``multilingual``, taught our tactics: its file with some of its numbers moved.

What was taught (``data/tactic_tuning.npz``, by ``tools/train_read_meaning.py``) are the biases and norms of the model (Ben Zaken
et al. 2022, BitFit) and a factor for the scale of each block of its 4-bit weights; the weights themselves stay. So half a
megabyte of ours turns 72 megabytes of somebody else's package into a reader of our field, and both can be checked.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from .similar import Embedder, checked_model, embedder_of

FILE: Final = "tactic_tuning.npz"
BLOCK: Final = np.dtype([("scale", "<f2"), ("pairs", "u1", 16)])
"""32 weights of 4 bits and their scale (Q4_0), as the model file holds them."""


@lru_cache(maxsize=1)
def tuned_embedder() -> Embedder:
    """The taught model.

    Raises:
        MissingExtra: The extra is not installed.
        Altered: Its model file is not the one that was checked.
    """
    model = np.fromfile(checked_model(), dtype=np.uint8)
    move(model, learned())
    with tempfile.NamedTemporaryFile(prefix="panah-model-", suffix=".bin") as file:
        model.tofile(file)
        file.flush()
        return embedder_of(Path(file.name))  # the engine keeps the file mapped when its name is gone


def move(model: npt.NDArray[np.uint8], tuning: Mapping[str, Any]) -> None:
    """Move the numbers of a model file that were taught.

    Args:
        model: All bytes of the file; changed in place, for it is large.
        tuning: ``plain_offsets`` and ``plain_counts`` (where tensors of 32-bit numbers stand) with ``moves``, what is added to
            them, one after the other; ``scaled_offsets`` and ``scaled_counts`` (where tensors in blocks stand) with ``factors``
            and, a tensor, the ``steps`` in which those count: a scale is multiplied by 1 + factor · step.
    """
    at = 0
    for offset, count in zip(tuning["plain_offsets"], tuning["plain_counts"], strict=True):
        numbers = model[offset : offset + 4 * count].view("<f4")
        numbers += tuning["moves"][at : at + count].astype(np.float32)
        at += int(count)
    at = 0
    for offset, count, step in zip(tuning["scaled_offsets"], tuning["scaled_counts"], tuning["steps"], strict=True):
        scales = model[offset : offset + BLOCK.itemsize * count].view(BLOCK)["scale"]
        scales[:] = scales.astype(np.float32) * (1 + tuning["factors"][at : at + count].astype(np.float32) * step)
        at += int(count)


@lru_cache(maxsize=1)
def learned() -> Mapping[str, Any]:
    """The arrays of :data:`FILE`: what :func:`move` takes, and the logistic models of :mod:`meaning`."""
    with (
        resources.as_file(resources.files("panah.read") / "data" / FILE) as path,
        np.load(path, allow_pickle=False) as file,
    ):
        return {name: file[name] for name in file.files}
