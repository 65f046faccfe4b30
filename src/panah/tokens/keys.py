"""The shared key and what is derived from it.

The data holders exchange 32 random bytes in person (on paper, on a stick that stays in a pocket), never by the channel
on which tokens travel. Everything else is derived: the key of one run by HKDF-SHA256, so that tokens of two runs have
nothing in common, and two short stamps by which files of one key find each other.

File format, version 1: the line ``panah-tokens-key-1``, then 64 hexadecimal digits; readable by its owner only.

Source: Krawczyk and Eronen (2010), RFC 5869; Krawczyk, Bellare and Canetti (1997), RFC 2104.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from panah.errors import NotConfigured
from panah.home import SECRET_FILE_MODE, unwritable

KEY_BYTES: Final = 32
TOKEN_BYTES: Final = 32
_HEADER: Final = "panah-tokens-key-1"
_MAX_FILE: Final = 1000


@dataclass(frozen=True, slots=True)
class SharedKey:
    """The 32 bytes; they are in no representation and no message."""

    secret: bytes = field(repr=False)

    @classmethod
    def generate(cls) -> SharedKey:
        """A new key from the system's random source."""
        return cls(secrets.token_bytes(KEY_BYTES))

    @classmethod
    def load(cls, path: Path) -> SharedKey:
        """Read a key file.

        Raises:
            NotConfigured: It is missing, readable by others, or no key file.
        """
        try:
            with path.open("rb") as stream:
                if os.fstat(stream.fileno()).st_mode & 0o077:
                    raise NotConfigured("others can read this key", where=str(path), hint="chmod 600 it")
                lines = stream.read(_MAX_FILE).decode("ascii", "replace").split()
        except OSError as error:
            reason = (os.strerror(error.errno) if error.errno else "cannot be read").lower()
            raise NotConfigured(reason, where=str(path), hint="check the path of the shared key") from error
        try:
            secret = bytes.fromhex(lines[1]) if len(lines) == 2 and lines[0] == _HEADER else b""
        except ValueError:
            secret = b""
        if len(secret) != KEY_BYTES:
            raise NotConfigured("this is no shared key", where=str(path), hint="panah tokens new --key makes one")
        return cls(secret)

    def save(self, path: Path) -> None:
        """Write a new key file, mode 0600; replaces nothing.

        Raises:
            NotConfigured: The file exists, or cannot be written.
        """
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, SECRET_FILE_MODE)
        except FileExistsError:
            raise NotConfigured("this file exists", where=str(path), hint="a key is never written over") from None
        except OSError as error:
            raise unwritable(error, path) from error
        with os.fdopen(descriptor, "w", encoding="ascii") as stream:
            stream.write(f"{_HEADER}\n{self.secret.hex()}\n")
            stream.flush()
            os.fsync(stream.fileno())

    @property
    def fingerprint(self) -> str:
        """Sixteen digits to compare by voice: do both sides hold the same key?"""
        return hmac.new(self.secret, b"panah/tokens/fingerprint/v1", hashlib.sha256).hexdigest()[:16]

    def run_key(self, project: str, run: str) -> RunKey:
        """The key of one run."""
        derived = HKDF(SHA256(), KEY_BYTES, salt=project.encode(), info=run.encode()).derive(self.secret)
        return RunKey(derived)


@dataclass(frozen=True, slots=True)
class RunKey:
    """Makes the tokens of one run."""

    secret: bytes = field(repr=False)

    def token(self, rule: str, values: tuple[str, ...]) -> str:
        """HMAC-SHA256 over the rule and the values, each with its length before it; hexadecimal."""
        parts = [part.encode() for part in (rule, *values)]
        message = b"".join(len(part).to_bytes(4, "big") + part for part in parts)
        return hmac.new(self.secret, message, hashlib.sha256).hexdigest()

    @property
    def stamp(self) -> str:
        """By which files made with one key for one run know each other; says nothing about the key."""
        return hmac.new(self.secret, b"panah/tokens/run-stamp/v1", hashlib.sha256).hexdigest()[:32]
