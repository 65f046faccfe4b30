"""Sealed bytes, format 1: ``01 ‖ nonce (24) ‖ XChaCha20-Poly1305 ciphertext and tag``.

Invariant: the associated data names the one place the bytes belong to, each part with its length before it,
so that no two places can be written alike. Bytes moved to another place do not open.
Only modules of this room use this one; everybody else uses ``keys``, ``seal`` and ``unseal``.
"""

from __future__ import annotations

import hashlib
import os
from typing import Final

from nacl.bindings import (
    crypto_aead_xchacha20poly1305_ietf_decrypt,
    crypto_aead_xchacha20poly1305_ietf_encrypt,
)
from nacl.exceptions import CryptoError

from panah.errors import NotOpened

XCHACHA20_POLY1305: Final = 0x01
SEALED_BOX: Final = 0x02
KEY_BYTES: Final = 32
NONCE_BYTES: Final = 24
TAG_BYTES: Final = 16
OVERHEAD_BYTES: Final = 1 + NONCE_BYTES + TAG_BYTES


def place(*parts: str | int | bytes) -> bytes:
    """The associated data for one place; different parts never give equal bytes."""
    encoded = [part if isinstance(part, bytes) else str(part).encode() for part in parts]
    return b"".join(len(part).to_bytes(4, "big") + part for part in encoded)


def close(key: bytes, plaintext: bytes, bound_to: bytes) -> bytes:
    """Seal bytes under a 32-byte key, bound to a place; the nonce is random."""
    nonce = os.urandom(NONCE_BYTES)
    header = bytes([XCHACHA20_POLY1305])
    return header + nonce + crypto_aead_xchacha20poly1305_ietf_encrypt(plaintext, header + bound_to, nonce, key)


def open_closed(key: bytes, sealed: bytes, bound_to: bytes, *, what: str) -> bytes:
    """The plaintext of :func:`close`.

    Raises:
        NotOpened: Wrong key, wrong place, changed bytes or an unknown algorithm; ``what`` names it.
    """
    if len(sealed) < OVERHEAD_BYTES:
        raise NotOpened(f"{what} is cut short", hint="restore it from a backup")
    if sealed[0] != XCHACHA20_POLY1305:
        raise NotOpened(f"{what} is sealed by an algorithm this version does not know", hint="upgrade panah")
    nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
    try:
        plaintext: bytes = crypto_aead_xchacha20poly1305_ietf_decrypt(body, sealed[:1] + bound_to, nonce, key)
    except CryptoError:
        raise NotOpened(f"the key does not open {what}") from None
    return plaintext


def subkey(secret: bytes, personal: bytes) -> bytes:
    """A 32-byte key for one purpose, by keyed BLAKE2b with a personal string of at most 16 bytes."""
    return hashlib.blake2b(b"", key=secret, person=personal, digest_size=KEY_BYTES).digest()
