"""A tree that goes on where it stopped is the tree made at once."""

from __future__ import annotations

import pytest

from panah.vault.tree import GrowingTree, leaf_hash, tree_hash

LINES = [f"line {n}\n".encode() for n in range(40)]


@pytest.mark.parametrize("stop", range(40))
def test_going_on_gives_the_same_root(stop: int) -> None:
    begun = GrowingTree()
    for line in LINES[:stop]:
        begun.add(leaf_hash(line))
    assert begun.root == tree_hash(LINES[:stop])
    again = GrowingTree(begun.size, begun.complete)
    for line in LINES[stop:]:
        again.add(leaf_hash(line))
    assert again.root == tree_hash(LINES)


def test_a_state_that_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="bits"):
        GrowingTree(3, [bytes(32)])
