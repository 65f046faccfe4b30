"""A short note that only one member can read: the server writes it without any key and cannot open it again.

``02 ‖ libsodium sealed box of place ‖ text``; the place (kind and row) stands inside, so that a note moved to another row
does not open.
"""

from __future__ import annotations

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox

from panah.errors import NotOpened

from .envelope import SEALED_BOX, place
from .members import MemberKeys, MemberPublic


def seal_note(text: str, to: MemberPublic, *, row: str) -> bytes:
    """The note for its reader; texts of one length give notes of one length."""
    return bytes([SEALED_BOX]) + SealedBox(PublicKey(to.box_public)).encrypt(_bound_to(row) + text.encode())


def open_note(sealed: bytes, keys: MemberKeys, *, row: str) -> str:
    """The text.

    Raises:
        NotOpened: It was written to somebody else, stood in another row, or was changed.
    """
    try:
        packed = SealedBox(PrivateKey(keys.box_private)).decrypt(sealed[1:])
    except (CryptoError, ValueError, TypeError):
        raise NotOpened("no key of ours opens this note", hint="it was written to other keys") from None
    prefix = _bound_to(row)
    if sealed[:1] != bytes([SEALED_BOX]) or not packed.startswith(prefix):
        raise NotOpened("this note stands in another place")
    return packed[len(prefix) :].decode()


def _bound_to(row: str) -> bytes:
    return place("note", row, "v1")
