"""From a password to two keys with one Argon2id run: one proves the sign-in, the other unwraps the member's keys.

Invariant: the server keeps the SHA-256 of the login key and nothing of the wrapping key, so that the stored
verifier opens no case. Splitting one run (GlobaLeaks does two) halves the cost for the same strength.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import unicodedata
from dataclasses import dataclass, field
from typing import Final

from argon2.low_level import Type, hash_secret_raw

from panah.errors import NotOpened

from .envelope import subkey

SALT_BYTES: Final = 16
STRETCHED_BYTES: Final = 64


@dataclass(frozen=True, slots=True)
class Argon2Cost:
    """How much work one guess is. The default takes about 0.2 s and 64 MiB; tests inject a cheap one."""

    memory_kib: int = 65_536
    passes: int = 3
    lanes: int = 1


STRONG: Final = Argon2Cost()


def new_salt() -> bytes:
    """16 random bytes, kept beside the member's wrapped keys."""
    return os.urandom(SALT_BYTES)


def stretch(secret: str, salt: bytes, cost: Argon2Cost) -> bytes:
    """64 bytes by Argon2id (RFC 9106); the same characters typed on any keyboard give the same bytes (NFKC)."""
    return hash_secret_raw(
        unicodedata.normalize("NFKC", secret).encode(),
        salt,
        time_cost=cost.passes,
        memory_cost=cost.memory_kib,
        parallelism=cost.lanes,
        hash_len=STRETCHED_BYTES,
        type=Type.ID,
    )


@dataclass(frozen=True, slots=True)
class PasswordKeys:
    """The two keys a password gives. They live as long as one sign-in and are never stored."""

    login_key: bytes = field(repr=False)
    wrapping_key: bytes = field(repr=False)

    @classmethod
    def derive(cls, password: str, salt: bytes, cost: Argon2Cost = STRONG) -> PasswordKeys:
        """Both keys from the password and the member's own 16-byte salt."""
        if len(salt) < SALT_BYTES:
            raise ValueError(f"the salt must have {SALT_BYTES} bytes or more")
        stretched = stretch(password, salt, cost)
        return cls(subkey(stretched, b"panah/login/v1"), subkey(stretched, b"panah/wrap/v1"))

    @property
    def login_verifier(self) -> str:
        """What the server keeps to check a sign-in: SHA-256 of the login key, hexadecimal."""
        return hashlib.sha256(self.login_key).hexdigest()

    def check_login(self, verifier: str) -> None:
        """Compare with the stored verifier in constant time.

        Raises:
            NotOpened: It is another password.
        """
        if not hmac.compare_digest(self.login_verifier, verifier):
            raise NotOpened("the password does not match")
