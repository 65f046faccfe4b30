"""A reference that two people open together: sealed under a secret of which each holder has a share, any two enough.

For what must not become a list: who is suspected of something. Format 1: an envelope of the padded content, bound to
``reference``, its id and ``v1``, under a secret that is split by SLIP-39 and kept by nobody; each share is a sealed box
for one holder (:func:`panah.vault.shares.seal_share`, with the reference's id in its prefix). The whole stands sealed
once more under the case key, so that who leaves the case is out. Opening is in :mod:`.unseal`.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from typing import Final

from .envelope import KEY_BYTES, close, place, subkey
from .members import MemberPublic
from .padding import pad
from .shares import NEEDED, seal_share, split

MOST_HOLDERS: Final = 16


def seal_reference(
    content: bytes, holders: Mapping[str, MemberPublic], reference_id: str
) -> tuple[bytes, dict[str, bytes]]:
    """Seal content for at least two holders.

    Args:
        content: Any bytes.
        holders: Member id and public keys, two to sixteen.
        reference_id: The row's random id; content and shares are bound to it.

    Returns:
        The sealed content, and the sealed share of each holder.

    Raises:
        ValueError: Fewer than two holders, or more than sixteen.
    """
    secret = os.urandom(KEY_BYTES)
    words = split(secret, needed=NEEDED, holders=len(holders))
    sealed = close(reference_key(secret), pad(content), reference_place(reference_id))
    shares = zip(holders.items(), words, strict=True)
    return sealed, {member_id: seal_share(share, public, reference_id) for (member_id, public), share in shares}


def reference_key(secret: bytes) -> bytes:
    """The key of one reference."""
    return subkey(secret, b"panah/refer/v1")


def reference_place(reference_id: str) -> bytes:
    """What a reference is bound to."""
    return place("reference", reference_id, "v1")
