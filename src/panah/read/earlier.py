"""Of which earlier document a text is a copy: by words first, then by quotations, then by meaning."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from . import similar
from .copies import Likeness, compare
from .copy_index import CopyIndex

K = TypeVar("K")


def closest(text: str, index: CopyIndex[K], earlier: Mapping[K, str]) -> tuple[K, Likeness] | None:
    """The earlier document that a text copies most of, with what changed between them; None when it copies none.

    Where no words agree, quotations decide, and meanings where the extra ``similar`` is installed.

    Args:
        text: Canonical text.
        index: Of the earlier documents, by their keys.
        earlier: Key to canonical text, in the order in which they are asked.

    Raises:
        Altered: The extra's model file is not the one that was checked.
    """
    for seen in index.find(text)[:1]:
        return seen.key, compare(earlier[seen.key], text)
    embed = similar.embedder() if earlier and similar.is_installed() else None
    for key, other in earlier.items():
        likeness = compare(other, text, embed)
        if likeness.same_source:
            return key, likeness
    return None
