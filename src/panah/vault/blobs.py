"""Evidence files at rest, format 1: an age file under a random name, for one identity made for it alone.

Inside the age file: the original bytes, then zeros up to the Padmé bucket, so that the stored size points at no
known file. The name is random and not a content address: a content address lets anybody who holds a leaflet ask
"do they have it".

Invariant: the original is hashed and encrypted as it streams in; there is never a clear temporary file, and a file
that is not whole never carries its name.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final

import pyrage

from panah.errors import Unreadable
from panah.home import SECRET_FILE_MODE, whole_or_nothing

from .age_stream import AgeWriter
from .commitment import commit_item, new_commitment_salt
from .padding import bucket

SUFFIX: Final = ".age"
ZEROS: Final = bytes(1 << 16)
READ_BYTES: Final = 4 << 20
"""Large, because each return to the interpreter costs up to 5 ms while the other thread encrypts."""
WRITE_BUFFER_BYTES: Final = 1 << 18
WRITTEN_BACK_BYTES: Final = 16 << 20
"""After so much the disk is set to work, so that it does not all have to be written when the file ends."""


@dataclass(frozen=True, slots=True)
class BlobKey:
    """The age identity of one file. ``recipient`` alone is enough to seal."""

    recipient: str
    identity: str = field(repr=False)

    @classmethod
    def generate(cls) -> BlobKey:
        """A new identity."""
        identity = pyrage.x25519.Identity.generate()
        return cls(str(identity.to_public()), str(identity))


@dataclass(frozen=True, slots=True)
class SealedBlob:
    """What is known of a sealed file. Only ``name``, ``stored_bytes`` and ``commitment`` may stand in clear."""

    name: str
    """128 random bits in hexadecimal; the file is ``<name>.age``."""
    stored_bytes: int
    commitment: str
    sha256: str = field(repr=False)
    size_bytes: int = field(repr=False)
    salt: str = field(repr=False)

    def path_in(self, folder: Path) -> Path:
        """Where it lies."""
        return folder / f"{self.name}{SUFFIX}"


class SealingWriter:
    """Takes the chunks of an upload as they come; :attr:`blob` is there when the ``with`` block has ended well.

    Args:
        folder: Where sealed files lie; must exist.
        blob_key: Made for this file alone.
        also_to: Further age recipients, for instance a reading room that never touches the server.
        at_most: Refuse more plaintext bytes than this.

    Raises:
        NotConfigured: The disk is full or the folder cannot be written to; nothing is left behind.
        Unreadable: More than ``at_most`` bytes came.
    """

    def __init__(
        self, folder: Path, blob_key: BlobKey, *, also_to: tuple[str, ...] = (), at_most: int | None = None
    ) -> None:
        self._folder, self._recipients, self._at_most = folder, (blob_key.recipient, *also_to), at_most
        self._name = os.urandom(16).hex()
        self._digest = hashlib.sha256()
        self._size_bytes = 0
        self._opened = ExitStack()
        self._blob: SealedBlob | None = None

    @property
    def blob(self) -> SealedBlob:
        """What was sealed."""
        if self._blob is None:
            raise ValueError("the file is not sealed yet")
        return self._blob

    def __enter__(self) -> SealingWriter:
        with ExitStack() as opening:
            part = opening.enter_context(whole_or_nothing(self._folder / f"{self._name}{SUFFIX}"))
            descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, SECRET_FILE_MODE)
            self._file = opening.enter_context(os.fdopen(descriptor, "wb", WRITE_BUFFER_BYTES))
            self._age = AgeWriter(_WrittenBack(self._file), self._recipients, digest=self._digest)
            self._opened = opening.pop_all()
        return self

    def write(self, chunk: bytes) -> int:
        """Hash and encrypt one chunk; raises as the class says."""
        self._size_bytes += len(chunk)
        if self._at_most is not None and self._size_bytes > self._at_most:
            raise Unreadable(f"the file has more than the {self._at_most:,} bytes allowed", hint="send it in parts")
        return self._age.write(chunk)

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> bool:
        if error is not None:
            self._age.abort()
            return bool(self._opened.__exit__(kind, error, trace))
        with self._opened:
            try:
                self._finish()
            finally:
                self._age.abort()
        _sync_folder(self._folder)
        return False

    def _finish(self) -> None:
        left = bucket(self._size_bytes) - self._size_bytes
        while left:
            left -= self._age.write(ZEROS[:left], hashed=False)
        self._age.finish()
        self._file.flush()
        os.fsync(self._file.fileno())
        sha256, salt = self._digest.hexdigest(), new_commitment_salt()
        self._blob = SealedBlob(
            name=self._name,
            stored_bytes=self._file.tell(),
            commitment=commit_item(sha256, salt),
            sha256=sha256,
            size_bytes=self._size_bytes,
            salt=salt,
        )


class _WrittenBack:
    """A file whose bytes go to the disk as it grows. What is there already need not stay in memory either: nobody
    reads the ciphertext soon."""

    def __init__(self, file: BinaryIO) -> None:
        self._file, self._waiting_bytes = file, 0

    def write(self, data: bytes) -> int:
        self._waiting_bytes += self._file.write(data)
        if self._waiting_bytes >= WRITTEN_BACK_BYTES and hasattr(os, "posix_fadvise"):  # macOS has it not
            self._waiting_bytes = 0
            os.posix_fadvise(self._file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
        return len(data)


def seal_stream(
    source: BinaryIO, folder: Path, blob_key: BlobKey, *, also_to: tuple[str, ...] = (), at_most: int | None = None
) -> SealedBlob:
    """Seal everything ``source`` gives; see :class:`SealingWriter` for the rest."""
    writer = SealingWriter(folder, blob_key, also_to=also_to, at_most=at_most)
    with writer:
        while chunk := source.read(READ_BYTES):
            writer.write(chunk)
    return writer.blob


def _sync_folder(folder: Path) -> None:
    """Make the new name survive a power cut."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
