"""One custody line proven by one small file, C2SP ``tlog-proof`` version 1: index, hashes, and the signed checkpoint.

Other tools for transparency logs read it; ours does too. It shows no other line.

Source:
    C2SP, tlog-proof.md (2026): header line, ``index N``, hashes in base64, a blank line, the checkpoint as signed note.
"""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from typing import Final

from panah.errors import CustodyBroken, NotVerified

from . import custody
from .checkpoint import Checkpoint, read_note
from .signer import Verifier
from .tree import leaf_hash, verify_inclusion

HEADER: Final = "c2sp.org/tlog-proof@v1"
_PROOF: Final = re.compile(
    rf"{re.escape(HEADER)}\nindex (0|[1-9][0-9]{{0,15}})\n((?:[A-Za-z0-9+/]{{43}}=\n){{0,63}})\n((?s:.+))"
)


def write_proof(index: int, path: Sequence[bytes], note: bytes) -> bytes:
    """The file for the line at ``index`` (from 0), whose hashes lead to the root in ``note``."""
    hashes = "".join(f"{base64.b64encode(node).decode()}\n" for node in path)
    return f"{HEADER}\nindex {index}\n{hashes}\n".encode() + note


def check_proof(proof: bytes, line: bytes, verifier: Verifier, *, where: str = "") -> Checkpoint:
    """Check that a custody line stands where the proof says in a log that ``verifier`` signed.

    Raises:
        CustodyBroken: It does not, or this is no such proof.
        NotVerified: Another key signed.
    """
    found = _PROOF.fullmatch(proof.decode("utf-8", "replace"))
    entry = custody.read_line(line, where=where)
    if found is None or int(found[1]) != entry.seq - 1:
        raise CustodyBroken("this is no proof of this line", where=where)
    note = found[3].encode()
    name = note.rpartition("— ".encode())[2].split(b" ")[0].decode("utf-8", "replace")
    checkpoint = read_note(note, Verifier(name, verifier.public))
    try:
        path = [base64.b64decode(text, validate=True) for text in found[2].split()]
        if write_proof(entry.seq - 1, path, note) != proof:  # base64 has several spellings of the same bytes
            raise NotVerified("not in its one spelling")
        verify_inclusion(leaf_hash(line), entry.seq - 1, checkpoint.size, path, checkpoint.root)
    except (NotVerified, binascii.Error):
        raise CustodyBroken("this line is not in the log that was signed", where=where) from None
    return checkpoint
