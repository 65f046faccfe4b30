"""The key of this installation: 32 random bytes in ``secret.key`` beside the database, never in it.

It protects against a copied database (a dump, a backup): what is sealed with it is unreadable without the file.
It does not protect against a copy of the whole data folder; cases are sealed under the members' own keys for that.

Promise: version 1 is BLAKE2b with a personal string for each purpose, and XChaCha20-Poly1305 (libsodium SecretBox
construction) with a random 24-byte nonce; a value begins with the byte 1.
"""

from __future__ import annotations

import hashlib
import os
import secrets
from functools import cached_property
from pathlib import Path
from typing import Final

from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_decrypt as _open
from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_encrypt as _seal
from nacl.exceptions import CryptoError

from panah.errors import NotConfigured, NotOpened
from panah.home import SECRET_FILE_MODE, unwritable

KEY_FILE: Final = "secret.key"
KEY_BYTES: Final = 32
NONCE_BYTES: Final = 24
VERSION: Final = b"\x01"


class DeploymentKey:
    """One installation's key and the keys derived from it."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    @classmethod
    def of(cls, folder: Path) -> DeploymentKey:
        """Read the key of a data folder; make it, for its owner's eyes only, at the first start.

        Raises:
            NotConfigured: The file is not whole, or cannot be read or written.
        """
        path = folder / KEY_FILE
        try:
            descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, SECRET_FILE_MODE)
        except FileExistsError:
            return cls(_read(path))
        except OSError as error:
            raise unwritable(error, path) from error
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(secrets.token_bytes(KEY_BYTES))
        return cls(_read(path))

    def derive(self, purpose: str) -> bytes:
        """A key for one purpose (at most 16 bytes long); other purposes learn nothing about it."""
        return hashlib.blake2b(key=self._key, person=purpose.encode(), digest_size=KEY_BYTES).digest()

    @cached_property
    def django_secret(self) -> str:
        """Django's ``SECRET_KEY``: signs its tokens."""
        return self.derive("django-secret").hex()

    def index(self, text: str) -> str:
        """A keyed digest to find a value by, without keeping it readable."""
        return hashlib.blake2b(text.encode(), key=self.derive("lookup"), digest_size=KEY_BYTES).hexdigest()

    def seal(self, clear: bytes, bound_to: str) -> bytes:
        """Seal a value; it opens only at the place it is bound to (a table and column)."""
        nonce = secrets.token_bytes(NONCE_BYTES)
        return VERSION + nonce + _seal(clear, bound_to.encode(), nonce, self.derive("seal"))

    def open(self, sealed: bytes, bound_to: str) -> bytes:
        """Open a value of :meth:`seal`.

        Raises:
            NotOpened: It was altered, moved, or sealed by another installation.
        """
        nonce, body = sealed[1 : 1 + NONCE_BYTES], sealed[1 + NONCE_BYTES :]
        try:
            if sealed[:1] != VERSION:
                raise CryptoError
            return _open(body, bound_to.encode(), nonce, self.derive("seal"))
        except (CryptoError, ValueError, TypeError):
            raise NotOpened(
                "not sealed by this installation", where=bound_to, hint="restore secret.key with the database"
            ) from None


def _read(path: Path) -> bytes:
    try:
        key = path.read_bytes()
    except OSError as error:
        raise NotConfigured("the key cannot be read", where=str(path), hint="check who owns the file") from error
    if len(key) != KEY_BYTES:
        raise NotConfigured(
            "the key is not whole", where=str(path), hint="restore it from the backup made with the database"
        )
    return key


def deployment_key() -> DeploymentKey:
    """The key of the running installation."""
    from django.conf import settings

    key: DeploymentKey = settings.PANAH_DEPLOYMENT_KEY
    return key
