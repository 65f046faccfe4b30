"""The key that signs checkpoints and bundles: Ed25519, in a file outside the database, readable by its owner only.

File format: PEM, PKCS #8 without a password (RFC 8410), as ``openssl genpkey -algorithm ed25519`` writes it, so that
it can be made, kept and replaced without Panah. Whoever wants more keeps it on another host.
"""

from __future__ import annotations

import base64
import hashlib
import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
    load_pem_public_key,
)

from panah.errors import NotConfigured, NotVerified
from panah.home import SECRET_FILE_MODE, unwritable

ED25519: Final = b"\x01"
"""The algorithm byte of C2SP signed notes."""
SIGNATURE_BYTES: Final = 64


@dataclass(frozen=True, slots=True)
class Verifier:
    """The public half: name and 32-byte Ed25519 key."""

    name: str
    public: bytes

    @classmethod
    def from_pem(cls, pem: bytes, *, name: str = "") -> Verifier:
        """Read ``signer.pem``.

        Raises:
            NotVerified: It is no Ed25519 public key.
        """
        try:
            key = load_pem_public_key(pem)
        except (ValueError, UnsupportedAlgorithm):
            key = None
        if not isinstance(key, Ed25519PublicKey):
            raise NotVerified("this is no Ed25519 public key", where="signer.pem")
        return cls(name, key.public_bytes(Encoding.Raw, PublicFormat.Raw))

    def to_pem(self) -> bytes:
        """For ``openssl pkeyutl -verify -pubin -inkey``."""
        key = Ed25519PublicKey.from_public_bytes(self.public)
        return key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)

    @property
    def fingerprint(self) -> str:
        """SHA-256 of the public key's DER form, as ``openssl pkey -pubin -outform DER | sha256sum`` gives it."""
        key = Ed25519PublicKey.from_public_bytes(self.public)
        return hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()

    @property
    def key_id(self) -> bytes:
        """The four bytes by which a signed note finds its key (C2SP signed-note)."""
        return hashlib.sha256(self.name.encode() + b"\n" + ED25519 + self.public).digest()[:4]

    @property
    def verifier_key(self) -> str:
        """The C2SP text form: name, key id and key, joined by plus signs."""
        return f"{self.name}+{self.key_id.hex()}+{base64.b64encode(ED25519 + self.public).decode()}"

    def verify(self, message: bytes, signature: bytes, *, where: str = "") -> None:
        """Check a signature.

        Raises:
            NotVerified: It is not this key's signature of these bytes.
        """
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except InvalidSignature:
            raise NotVerified("the signature does not fit", where=where, hint="ask the signer for it again") from None


@dataclass(frozen=True, slots=True)
class Signer:
    """A name and the private key. The name stands in signed notes; it names a deployment, never a person."""

    name: str
    seed: bytes = field(repr=False)

    @classmethod
    def generate(cls, name: str) -> Signer:
        """A new key."""
        key = Ed25519PrivateKey.generate()
        return cls(_checked(name), key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption()))

    @classmethod
    def load_or_create(cls, path: Path, name: str) -> Signer:
        """The key in ``path``; made there, mode 0600, if there is none.

        Raises:
            NotConfigured: The file is no Ed25519 private key, others can read it, or it cannot be written.
        """
        try:
            return cls.load(path, name)
        except FileNotFoundError:
            signer = cls.generate(name)
        key = Ed25519PrivateKey.from_private_bytes(signer.seed)
        pem = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        try:
            _write_new(path, pem)
        except FileExistsError:  # two processes start at once: the first one's key is the key
            return cls.load(path, name)
        except OSError as error:
            raise unwritable(error, path) from error
        return signer

    @classmethod
    def load(cls, path: Path, name: str) -> Signer:
        """The key in ``path``; raises as :meth:`load_or_create`, and FileNotFoundError."""
        with path.open("rb") as stream:
            if os.fstat(stream.fileno()).st_mode & 0o077:
                raise NotConfigured("others can read this signing key", where=str(path), hint="chmod 600 it")
            pem = stream.read(10_000)
        try:
            key = load_pem_private_key(pem, password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            key = None
        if not isinstance(key, Ed25519PrivateKey):
            raise NotConfigured(
                "this is no Ed25519 private key", where=str(path), hint="openssl genpkey -algorithm ed25519 makes one"
            )
        return cls(_checked(name), key.private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption()))

    @property
    def verifier(self) -> Verifier:
        """The public half."""
        key = Ed25519PrivateKey.from_private_bytes(self.seed).public_key()
        return Verifier(self.name, key.public_bytes(Encoding.Raw, PublicFormat.Raw))

    def sign(self, message: bytes) -> bytes:
        """64 bytes. Messages tell apart by their form: a checkpoint's second line is a number, a sum file's is not."""
        return Ed25519PrivateKey.from_private_bytes(self.seed).sign(message)


def _write_new(path: Path, content: bytes) -> None:
    """Whole, on the disk, and only if there is none yet: a link, unlike a rename, replaces nothing."""
    part = path.with_name(f".{path.name}.part-{os.getpid()}-{os.urandom(4).hex()}")
    try:
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, SECRET_FILE_MODE)
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(content)
            stream.flush()
            os.fsync(stream.fileno())
        os.link(part, path)
    finally:
        part.unlink(missing_ok=True)


def _checked(name: str) -> str:
    if not name or "+" in name or any(character.isspace() for character in name):
        raise NotConfigured("a signer's name has no blank and no plus sign", hint="use a host name, for instance")
    return name
