"""The custody part of a bundle: the whole log, or only the lines about its items, each proven to be in the signed log.

A log of a whole installation tells how busy other cases are. ``proofs.txt`` has one line for each line of
``custody.jsonl``: its number in the log, then the hashes that lead it to the root (RFC 9162, section 2.1.3).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Final

from panah.errors import CustodyBroken, NotVerified
from panah.model.bundle import BundleItem, CustodyDetail
from panah.vault import custody
from panah.vault.checkpoint import Checkpoint
from panah.vault.commitment import commit_detail
from panah.vault.signer import Verifier
from panah.vault.tlog_proof import check_proof, write_proof
from panah.vault.tree import HashTree, leaf_hash, verify_inclusion

from .contents import Item

_PROOF: Final = re.compile(r"([1-9][0-9]{0,15})((?: [0-9a-f]{64})*)")


def select(lines: Sequence[bytes], commitments: Collection[str]) -> tuple[list[bytes], bytes]:
    """The lines about these items, and the text of ``proofs.txt``."""
    chosen = [line for line in lines if custody.read_line(line).item in commitments]
    tree = HashTree([leaf_hash(line) for line in lines])
    numbers = [custody.read_line(line).seq for line in chosen]
    proofs = [" ".join([str(n), *(node.hex() for node in tree.inclusion_proof(n - 1))]) for n in numbers]
    return chosen, "".join(f"{proof}\n" for proof in proofs).encode()


def item_proofs(items: Sequence[Item], lines: Sequence[bytes], note: bytes) -> list[bytes]:
    """For each item its first line's proof in the form that other logs' tools read, one file each."""
    first: dict[str | None, int] = {}
    for index, line in enumerate(lines):
        first.setdefault(custody.read_line(line).item, index)
    tree = HashTree([leaf_hash(line) for line in lines])
    places = [first[item.commitment] for item in items]
    return [write_proof(place, tree.inclusion_proof(place), note) for place in places]


def shown_details(details: Iterable[CustodyDetail], lines: Sequence[bytes]) -> list[CustodyDetail]:
    """Those of shown lines, in their order.

    Raises:
        CustodyBroken: One is not what its line commits to.
    """
    numbers = {custody.read_line(line).seq for line in lines}
    shown = sorted((each for each in details if each.seq in numbers), key=lambda each: each.seq)
    check_details(shown, lines, where="custody log")
    return shown


def check_details(details: Iterable[CustodyDetail], lines: Iterable[bytes], *, where: str) -> None:
    """Check that each is what the line of its number commits to.

    Raises:
        CustodyBroken: By its line.
    """
    committed = {entry.seq: entry.detail for entry in map(custody.read_line, lines)}
    for each in details:
        if committed.get(each.seq) != commit_detail(each.text.encode(), each.salt):
            raise CustodyBroken(
                "the detail is not what the line commits to", where=f"{where}, line {each.seq} of the log"
            )


def check_item_proofs(
    items: Sequence[BundleItem], proofs: Mapping[str, bytes], lines: Sequence[bytes], signer: Verifier, *, where: str
) -> None:
    """Check the proof of each item that has one; bundles from before there were any have none.

    Raises:
        CustodyBroken, NotVerified: By its file.
    """
    first: dict[str | None, bytes] = {}
    for line in lines:
        first.setdefault(custody.read_line(line).item, line)
    for number, item in enumerate(items, start=1):
        name = f"proofs/{number:04d}.tlog-proof"
        if name in proofs and item.commitment in first:
            check_proof(proofs[name], first[item.commitment], signer, where=f"{where}, {name}")


def check_whole(checkpoint: Checkpoint, lines: Sequence[bytes], *, where: str) -> None:
    """Check that these lines are the signed log, no more and no less.

    Raises:
        CustodyBroken: By its line.
    """
    head = checkpoint.check_log(lines, where=where)
    if head.size != checkpoint.size:
        raise CustodyBroken(f"{head.size - checkpoint.size} lines were added after the signature", where=where)


def check_selected(checkpoint: Checkpoint, lines: Sequence[bytes], proofs: bytes, *, where: str) -> None:
    """Check that each line is in the signed log at its place.

    Raises:
        CustodyBroken: By its line.
    """
    texts = proofs.decode("ascii", "replace").splitlines(keepends=True)
    if len(texts) != len(lines):
        raise CustodyBroken("the lines and their proofs are not equally many", where=where)
    before = 0
    for number, (line, text) in enumerate(zip(lines, texts, strict=True), start=1):
        place = f"{where}, line {number}"
        entry = custody.read_line(line, where=place)
        found = _PROOF.fullmatch(text.removesuffix("\n")) if text.endswith("\n") else None
        if found is None or int(found[1]) != entry.seq or entry.seq <= before:
            raise CustodyBroken("the proof is not for this line", where=place)
        path = [bytes.fromhex(node) for node in found[2].split()]
        try:
            verify_inclusion(leaf_hash(line), entry.seq - 1, checkpoint.size, path, checkpoint.root)
        except NotVerified:
            raise CustodyBroken("this line is not in the log that was signed", where=place) from None
        before = entry.seq
