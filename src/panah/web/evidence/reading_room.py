"""Originals that this server cannot open: sealed to age identities that never touch it.

With ``PANAH_READING_ROOM`` set, each original is sealed, while it streams in, to the recipients named there and to nobody
else; the identities lie on a computer without a network. What stays openable here is the record (name, type, size,
digest) and what a reader made of the file when a member had it read, both under the case's key.

Invariant: of a file in the reading room no key is made here, so none can be lost, and whoever holds the whole server, its
members' passwords included, holds ciphertext.
"""

from __future__ import annotations

from typing import Final

from django.conf import settings

from panah.errors import NotOpened
from panah.vault.blobs import BlobKey

NO_KEY_HERE: Final = 32_767
"""``EvidenceItem.blob_version`` of a file in the reading room: there is no key that could grow old."""


def recipients() -> tuple[str, ...]:
    """To whom originals are sealed; empty when there is no reading room."""
    return tuple(settings.PANAH_READING_ROOM)


def key_for_original() -> tuple[BlobKey, tuple[str, ...]]:
    """What an original is sealed to: a key of its own, or the first recipient of the room and then the others."""
    room = recipients()
    return (BlobKey(room[0], ""), room[1:]) if room else (BlobKey.generate(), ())


def is_inside(key: BlobKey) -> bool:
    """Whether only the reading room opens it."""
    return not key.identity


def require_outside(key: BlobKey) -> None:
    """Refuse to open what this server has no key of.

    Raises:
        NotOpened: It lies in the reading room.
    """
    if is_inside(key):
        raise NotOpened(
            "this original lies in the reading room; this server cannot open it",
            where="evidence",
            hint="download the sealed file and open it on the computer that has its key",
        )
