"""The hash tree against published vectors, and against a second implementation that follows the RFC's recursion."""

from __future__ import annotations

import hashlib

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panah.errors import NotVerified
from panah.vault import tree

# The eight leaves, roots and proofs of the Certificate Transparency reference tests, as found in
# transparency-dev/merkle and google/certificate-transparency (Apache-2.0).
INPUTS = [
    bytes.fromhex(text)
    for text in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]
INCLUSION = {
    (0, 1): [],
    (0, 8): [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ],
    (5, 8): [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 3): ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"],
    (1, 5): [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
}
CONSISTENCY = {
    (1, 1): [],
    (1, 8): INCLUSION[0, 8],
    (6, 8): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
    (2, 5): [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ],
    (6, 7): [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "b08693ec2e721597130641e8211e7eedccb4c26413963eee6c1e2ed16ffb1a5f",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ],
}
LEAVES = [tree.leaf_hash(entry) for entry in INPUTS]


def by_the_book(entries: list[bytes]) -> bytes:
    """RFC 9162, section 2.1.1, word for word."""
    if not entries:
        return hashlib.sha256(b"").digest()
    if len(entries) == 1:
        return hashlib.sha256(b"\x00" + entries[0]).digest()
    k = 1
    while k * 2 < len(entries):
        k *= 2
    return hashlib.sha256(b"\x01" + by_the_book(entries[:k]) + by_the_book(entries[k:])).digest()


@pytest.mark.parametrize("size", range(9))
def test_published_roots(size: int) -> None:
    assert tree.tree_hash(INPUTS[:size]).hex() == ROOTS[size]
    assert by_the_book(INPUTS[:size]).hex() == ROOTS[size]


@pytest.mark.parametrize(("place", "proof"), INCLUSION.items())
def test_published_inclusion_proofs(place: tuple[int, int], proof: list[str]) -> None:
    index, size = place
    assert [node.hex() for node in tree.inclusion_proof(index, LEAVES[:size])] == proof


@pytest.mark.parametrize(("sizes", "proof"), CONSISTENCY.items())
def test_published_consistency_proofs(sizes: tuple[int, int], proof: list[str]) -> None:
    old, new = sizes
    assert [node.hex() for node in tree.consistency_proof(old, LEAVES[:new])] == proof


@given(entries=st.lists(st.binary(max_size=20), max_size=40))
@settings(max_examples=60)
def test_the_root_is_the_books(entries: list[bytes]) -> None:
    assert tree.tree_hash(entries) == by_the_book(entries)


def test_all_proofs_of_all_small_trees_verify_and_no_others() -> None:
    entries = [bytes([number]) for number in range(20)]
    leaves = [tree.leaf_hash(entry) for entry in entries]
    for size in range(1, 20):
        root = by_the_book(entries[:size])
        for index in range(size):
            proof = tree.inclusion_proof(index, leaves[:size])
            tree.verify_inclusion(leaves[index], index, size, proof, root)
            for wrong in range(size):
                if wrong != index:
                    with pytest.raises(NotVerified):
                        tree.verify_inclusion(leaves[index], wrong, size, proof, root)
        for old in range(1, size + 1):
            proof = tree.consistency_proof(old, leaves[:size])
            tree.verify_consistency(old, size, proof, by_the_book(entries[:old]), root)
            if old > 1:
                with pytest.raises(NotVerified):
                    tree.verify_consistency(old, size, proof, by_the_book(entries[1:old]), root)


@pytest.mark.parametrize("size", [256, 257, 700, 1025])
def test_proofs_of_trees_with_remembered_parts(size: int) -> None:
    entries = [str(number).encode() for number in range(size)]
    leaves = [tree.leaf_hash(entry) for entry in entries]
    whole = tree.HashTree(leaves)
    root = by_the_book(entries)
    for index in (0, 1, 255, size // 2, size - 1):
        tree.verify_inclusion(leaves[index], index, size, whole.inclusion_proof(index), root)
        old = index + 1
        tree.verify_consistency(old, size, whole.consistency_proof(old), by_the_book(entries[:old]), root)


@given(size=st.integers(2, 30), data=st.data())
@settings(max_examples=60)
def test_a_changed_proof_fails(size: int, data: st.DataObject) -> None:
    entries = [bytes([number]) for number in range(size)]
    leaves = [tree.leaf_hash(entry) for entry in entries]
    index = data.draw(st.integers(0, size - 1))
    proof, root = tree.inclusion_proof(index, leaves), by_the_book(entries)
    at = data.draw(st.integers(0, len(proof) - 1))
    changed = [*proof[:at], bytes(32), *proof[at + 1 :]]
    for bad in (changed, proof[:-1], [*proof, bytes(32)], proof[1:]):
        with pytest.raises(NotVerified):
            tree.verify_inclusion(leaves[index], index, size, bad, root)
    old = data.draw(st.integers(1, size - 1))
    path, old_root = tree.consistency_proof(old, leaves), by_the_book(entries[:old])
    for bad in (path[:-1], [*path, bytes(32)], [bytes(32), *path[1:]]):
        with pytest.raises(NotVerified):
            tree.verify_consistency(old, size, bad, old_root, root)


def test_a_node_cannot_pass_as_a_leaf() -> None:
    left, right = LEAVES[0], LEAVES[1]
    assert tree.leaf_hash(left + right) != tree.node_hash(left, right)
    with pytest.raises(NotVerified):
        tree.verify_inclusion(tree.leaf_hash(left + right), 0, 1, [], tree.node_hash(left, right))


def test_places_that_do_not_exist_are_refused() -> None:
    with pytest.raises(ValueError, match="no such leaf"):
        tree.inclusion_proof(8, LEAVES)
    with pytest.raises(ValueError, match="old size"):
        tree.consistency_proof(0, LEAVES)
    with pytest.raises(NotVerified):
        tree.verify_inclusion(LEAVES[0], 8, 8, [], bytes(32))
    with pytest.raises(NotVerified):
        tree.verify_consistency(9, 8, [], bytes(32), bytes(32))
