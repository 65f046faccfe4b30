"""Checkpoints, C2SP ``tlog-checkpoint`` and ``signed-note`` version 1: size and root of a log, signed.

The text is three lines, ``origin``, ``size``, ``base64(root)``; a note adds a blank line and signature lines. The
Ed25519 signature in the note and the one in ``checkpoint.sig`` are the same 64 bytes over the same text, so that
``openssl pkeyutl`` checks it without knowing what a note is.

Invariant: a checkpoint is signed only over a log that was verified, and never over a smaller one than the last.
"""

from __future__ import annotations

import base64
import binascii
import hmac
import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from panah.errors import CustodyBroken, NotVerified

from . import custody
from .signer import SIGNATURE_BYTES, Signer, Verifier
from .tree import GrowingTree, leaf_hash, tree_hash

_TEXT: Final = re.compile(r"([^\s+]{1,200})\n(0|[1-9][0-9]{0,15})\n([A-Za-z0-9+/]{43}=)\n")
_SIGNATURE_LINE: Final = re.compile(r"— ([^\s+]{1,200}) ([A-Za-z0-9+/]+={0,2})")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How long a log was, and the hash of all of it."""

    origin: str
    size: int
    root: bytes

    @classmethod
    def of(cls, origin: str, lines: Sequence[bytes]) -> Checkpoint:
        """The checkpoint of a whole log; ``origin`` is its name, without blanks.

        Raises:
            CustodyBroken: The log does not verify; a broken log is never signed.
        """
        head = custody.verify(lines)
        return cls(origin, head.size, tree_hash(lines))

    @classmethod
    def from_text(cls, text: bytes) -> Checkpoint:
        """Read the three lines.

        Raises:
            NotVerified: They are not a checkpoint in its one spelling.
        """
        found = _TEXT.fullmatch(text.decode("utf-8", "replace"))
        checkpoint = cls(found[1], int(found[2]), base64.b64decode(found[3])) if found else None
        if checkpoint is None or checkpoint.to_text() != text:
            raise NotVerified("this is no checkpoint", where="checkpoint", hint="three lines: origin, size, root")
        return checkpoint

    def to_text(self) -> bytes:
        """The three lines, each with its newline: what is signed."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n".encode()

    def sign(self, signer: Signer) -> bytes:
        """The content of ``checkpoint.sig``, 64 bytes."""
        return signer.sign(self.to_text())

    def check_log(self, lines: Iterable[bytes], *, where: str = "custody log") -> custody.Head:
        """Check that a log begins with exactly what this checkpoint saw, and is sound beyond it.

        Raises:
            CustodyBroken: A line is broken, lines are missing, or the first ``size`` lines were replaced.
        """
        return check_log(lines, [self], where=where)


def check_log(lines: Iterable[bytes], checkpoints: Iterable[Checkpoint], *, where: str = "custody log") -> custody.Head:
    """Check a log against any number of checkpoints: one pass, each line read once, and none of them kept.

    Raises:
        CustodyBroken: A line is broken, lines are missing, or those that a checkpoint saw were replaced.
    """
    roots: dict[int, set[bytes]] = {}
    for each in checkpoints:
        roots.setdefault(each.size, set()).add(each.root)
    tree = GrowingTree()

    def check_roots() -> None:
        if any(not hmac.compare_digest(tree.root, root) for root in roots.get(tree.size, ())):
            raise CustodyBroken(f"lines 1 to {tree.size} are not those that were signed", where=where)

    def grown() -> Iterator[bytes]:
        check_roots()
        for line in lines:
            yield line  # its form and its place are checked before the next one is asked for
            tree.add(leaf_hash(line))
            if tree.size in roots:
                check_roots()

    head = custody.verify(grown(), where=where)
    if (missing := max(roots, default=0) - head.size) > 0:
        raise CustodyBroken(f"{missing} lines that were signed are missing", where=where)
    return head


def write_note(checkpoint: Checkpoint, signers: Sequence[Signer]) -> bytes:
    """The checkpoint as a signed note, with one signature line for each signer."""
    text = checkpoint.to_text().decode()
    lines = [
        f"— {signer.name} {base64.b64encode(signer.verifier.key_id + checkpoint.sign(signer)).decode()}\n"
        for signer in signers
    ]
    return f"{text}\n{''.join(lines)}".encode()


def read_note(note: bytes, verifier: Verifier) -> Checkpoint:
    """The checkpoint in a note which this verifier signed; others' signatures are passed over.

    Raises:
        NotVerified: There is no signature of the verifier, or it does not fit.
    """
    body, gap, tail = note.decode("utf-8", "replace").rpartition("\n\n")
    text = f"{body}\n".encode()
    whole = gap and tail.endswith("\n")
    for line in tail.split("\n") if whole else []:
        found = _SIGNATURE_LINE.fullmatch(line)
        packed = _decoded(found[2]) if found else b""
        if found and found[1] == verifier.name and packed[:4] == verifier.key_id:
            if len(packed) != 4 + SIGNATURE_BYTES:
                raise NotVerified("the signature has the wrong length", where="checkpoint")
            verifier.verify(text, packed[4:], where="checkpoint")
            return Checkpoint.from_text(text)
    raise NotVerified("the checkpoint is not signed by this key", where="checkpoint", hint="check the key's name")


def _decoded(text: str) -> bytes:
    try:
        packed = base64.b64decode(text, validate=True)
    except binascii.Error:
        return b""
    return packed if base64.b64encode(packed).decode() == text else b""  # one spelling only
