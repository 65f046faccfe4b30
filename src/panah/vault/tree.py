"""The hash tree of RFC 9162 over the lines of a log: one small root to sign, and proofs that show no other line.

A leaf is a custody line with its newline. Invariant: leaf and node hashes begin with different bytes, so that no
node can pass as a line.

Source:
    RFC 9162 (2021), Certificate Transparency Version 2.0, sections 2.1.1 to 2.1.4.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from typing import Final

from panah.errors import NotVerified

LEAF: Final = b"\x00"
NODE: Final = b"\x01"
EMPTY_ROOT: Final = hashlib.sha256(b"").digest()
KEPT_LEAVES: Final = 256
"""Subtrees up to this size are hashed again rather than remembered."""


def leaf_hash(entry: bytes) -> bytes:
    """The hash of one entry, 32 bytes."""
    return hashlib.sha256(LEAF + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """The hash of two subtrees, 32 bytes."""
    return hashlib.sha256(NODE + left + right).digest()


def tree_hash(entries: Iterable[bytes]) -> bytes:
    """The root over all entries, 32 bytes; of none, the SHA-256 of nothing."""
    return root_of(map(leaf_hash, entries))


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over leaf hashes, in one pass and memory of log2(n) hashes."""
    tree = GrowingTree()
    for leaf in leaves:
        tree.add(leaf)
    return tree.root


class GrowingTree:
    """A tree that leaves are added to, in memory of log2(n) hashes: what is kept goes on where it stopped.

    Args:
        size: How many leaves it has.
        complete: The roots of its complete subtrees, largest first: one for each bit of ``size``.
    """

    def __init__(self, size: int = 0, complete: Sequence[bytes] = ()) -> None:
        if len(complete) != size.bit_count():
            raise ValueError("a tree has as many complete subtrees as its size has bits")
        self.size, self._complete = size, list(complete)

    @property
    def complete(self) -> tuple[bytes, ...]:
        """What has to be kept, with the size, to go on later."""
        return tuple(self._complete)

    def add(self, leaf: bytes) -> None:
        """Add one leaf hash."""
        count = self.size
        while count & 1:
            leaf = node_hash(self._complete.pop(), leaf)
            count >>= 1
        self._complete.append(leaf)
        self.size += 1

    @property
    def root(self) -> bytes:
        """The root over all leaves so far."""
        if not self._complete:
            return EMPTY_ROOT
        root = self._complete[-1]
        for left in reversed(self._complete[:-1]):
            root = node_hash(left, root)
        return root


def inclusion_proof(index: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Hashes that lead from leaf ``index`` (from 0) to the root over ``leaves`` (leaf hashes)."""
    return HashTree(leaves).inclusion_proof(index)


def verify_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Check that a leaf hash stands at ``index`` in the tree of ``size`` leaves with this root.

    Raises:
        NotVerified: It does not.
    """
    failed = NotVerified("the line is not in the signed tree at this place", where=f"line {index + 1}")
    if not 0 <= index < size:
        raise failed
    node, last, reached = index, size - 1, leaf
    for sibling in proof:
        if last == 0:
            raise failed
        if node & 1 or node == last:
            reached = node_hash(sibling, reached)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            reached = node_hash(reached, sibling)
        node, last = node >> 1, last >> 1
    if last != 0 or reached != root:
        raise failed


def consistency_proof(old_size: int, leaves: Sequence[bytes]) -> list[bytes]:
    """Hashes which show that the first ``old_size`` leaves (at least 1) were not changed since."""
    return HashTree(leaves).consistency_proof(old_size)


def verify_consistency(old_size: int, new_size: int, proof: Sequence[bytes], old_root: bytes, new_root: bytes) -> None:
    """Check that the tree of ``new_size`` begins with the tree of ``old_size``.

    Raises:
        NotVerified: Something in the first ``old_size`` lines was changed.
    """
    failed = NotVerified("the log does not continue the earlier one", where=f"lines 1 to {old_size}")
    if not 1 <= old_size <= new_size:
        raise failed
    if old_size == new_size:
        if proof or old_root != new_root:
            raise failed
        return
    path = [old_root, *proof] if old_size & (old_size - 1) == 0 else list(proof)
    if not path:
        raise failed
    node, last = old_size - 1, new_size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    old = new = path[0]
    for sibling in path[1:]:
        if last == 0:
            raise failed
        if node & 1 or node == last:
            old, new = node_hash(sibling, old), node_hash(sibling, new)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            new = node_hash(new, sibling)
        node, last = node >> 1, last >> 1
    if last != 0 or old != old_root or new != new_root:
        raise failed


class HashTree:
    """Proofs over one list of leaf hashes; large subtrees are hashed once, however many proofs are asked."""

    def __init__(self, leaves: Sequence[bytes]) -> None:
        self._leaves = leaves
        self._known: dict[tuple[int, int], bytes] = {}

    def inclusion_proof(self, index: int) -> list[bytes]:
        """As the function of this name."""
        if not 0 <= index < len(self._leaves):
            raise ValueError("there is no such leaf")
        proof: list[bytes] = []
        start, end = 0, len(self._leaves)
        while end - start > 1:
            middle = start + _split(end - start)
            if index < middle:
                proof.append(self._root(middle, end))
                end = middle
            else:
                proof.append(self._root(start, middle))
                start = middle
        return proof[::-1]

    def consistency_proof(self, old_size: int) -> list[bytes]:
        """As the function of this name."""
        if not 1 <= old_size <= len(self._leaves):
            raise ValueError("the old size lies between 1 and the new size")
        proof: list[bytes] = []
        start, end, whole = 0, len(self._leaves), True
        while old_size != end - start:
            middle = start + _split(end - start)
            if old_size <= middle - start:
                proof.append(self._root(middle, end))
                end = middle
            else:
                proof.append(self._root(start, middle))
                old_size, start, whole = old_size - (middle - start), middle, False
        return proof[::-1] if whole else [self._root(start, end), *proof[::-1]]

    def _root(self, start: int, end: int) -> bytes:
        if end - start <= KEPT_LEAVES:
            return root_of(self._leaves[start:end])
        if (start, end) not in self._known:
            middle = start + _split(end - start)
            self._known[start, end] = node_hash(self._root(start, middle), self._root(middle, end))
        return self._known[start, end]


def _split(count: int) -> int:
    """The largest power of two below ``count``."""
    return 1 << ((count - 1).bit_length() - 1)
