"""Session rows that open only with the cookie, and a cookie that opens nothing without the row.

Row id: SHA-256 of ``sid`` and the token. Content: sealed under BLAKE2b of the token, bound to the row id. A stolen
database has no cookie; a stolen cookie without its row is 32 random bytes. (GlobaLeaks splits likewise, in memory.)
"""

from __future__ import annotations

import hashlib
import os
from typing import Final

from .envelope import close, open_closed, place, subkey

TOKEN_BYTES: Final = 32


def new_session_token() -> bytes:
    """32 random bytes for the cookie."""
    return os.urandom(TOKEN_BYTES)


def session_row_id(token: bytes) -> str:
    """Under which id the server keeps the row: it cannot be turned back into the token."""
    return hashlib.sha256(b"sid" + token).hexdigest()


def seal_session(token: bytes, payload: bytes) -> bytes:
    """The row's content, for instance :meth:`MemberKeys.to_bytes`."""
    return close(_key(token), payload, place("session", session_row_id(token)))


def open_session(token: bytes, sealed: bytes) -> bytes:
    """The payload of :func:`seal_session`.

    Raises:
        NotOpened: Another token's row, or changed bytes.
    """
    return open_closed(_key(token), sealed, place("session", session_row_id(token)), what="the session")


def _key(token: bytes) -> bytes:
    if len(token) != TOKEN_BYTES:
        raise ValueError(f"a session token has {TOKEN_BYTES} bytes")
    return subkey(token, b"panah/session/v1")
