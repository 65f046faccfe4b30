"""Uploads never lie in clear on a disk: small ones stay in memory, larger ones in a spool sealed under a key that
lives as long as the request.

Django's own handler writes everything over 2.5 MB to the temp folder in clear. The spool file has no name in any
folder (it is unlinked as soon as it is open), so a killed process leaves nothing, not even sealed bytes.
"""

from __future__ import annotations

import io
import os
import secrets
from pathlib import Path
from typing import Any, Final

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import UploadedFile
from django.core.files.uploadhandler import FileUploadHandler
from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_decrypt as _open
from nacl.bindings import crypto_aead_xchacha20poly1305_ietf_encrypt as _seal

from panah.home import SECRET_FILE_MODE

MEMORY_BYTES: Final = 1_048_576
BLOCK_BYTES: Final = 65_536
TAG_BYTES: Final = 16
FORM_BYTES: Final = 65_536
"""What the fields and boundaries around one file may take."""


class SealedSpool(io.RawIOBase):
    """A file that is written once from start to end, then read anywhere; what reaches the disk is sealed.

    Each block of 64 KiB is XChaCha20-Poly1305 under a random key of this spool, its number as the nonce.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._key = secrets.token_bytes(32)
        self._tail = bytearray()  # what does not fill a block yet
        self._blocks = 0
        self._at = 0
        self._folder = folder
        self._file: io.FileIO | None = None

    @property
    def size(self) -> int:
        """Bytes written."""
        return self._blocks * BLOCK_BYTES + len(self._tail)

    @property
    def on_disk(self) -> bool:
        """Whether sealed blocks have been written to the disk."""
        return self._file is not None

    def readable(self) -> bool:
        return True

    def writable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        """Append, wherever reading stands."""
        self._tail += data
        if self._file is not None or self.size > MEMORY_BYTES:
            while len(self._tail) >= BLOCK_BYTES:
                self._put(bytes(self._tail[:BLOCK_BYTES]))
                del self._tail[:BLOCK_BYTES]
        return len(data)

    def readinto(self, buffer: Any) -> int:
        number, offset = divmod(self._at, BLOCK_BYTES)
        if number < self._blocks:
            block = self._get(number)[offset:]
        else:
            block = bytes(self._tail[self._at - self._blocks * BLOCK_BYTES :][: len(buffer)])
        part = block[: len(buffer)]
        buffer[: len(part)] = part
        self._at += len(part)
        return len(part)

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._at, os.SEEK_END: self.size}[whence]
        self._at = max(0, start + offset)
        return self._at

    def tell(self) -> int:
        return self._at

    def close(self) -> None:
        if self._file is not None:
            self._file.close()
        self._tail.clear()
        self._key = b""
        super().close()

    def _put(self, block: bytes) -> None:
        file = self._opened()
        file.seek(self._blocks * (BLOCK_BYTES + TAG_BYTES))
        sealed = memoryview(_seal(block, None, _nonce(self._blocks), self._key))
        while sealed:
            sealed = sealed[file.write(sealed) or 0 :]
        self._blocks += 1

    def _get(self, number: int) -> bytes:
        file = self._opened()
        file.seek(number * (BLOCK_BYTES + TAG_BYTES))
        return _open(file.read(BLOCK_BYTES + TAG_BYTES), None, _nonce(number), self._key)

    def _opened(self) -> io.FileIO:
        if self._file is None:
            self._folder.mkdir(mode=0o700, exist_ok=True)
            path = self._folder / secrets.token_hex(16)
            self._file = io.FileIO(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, SECRET_FILE_MODE), "r+b")
            path.unlink()
        return self._file


def _nonce(number: int) -> bytes:
    return number.to_bytes(24, "big")


class SealingUploadHandler(FileUploadHandler):
    """Receives one file into a :class:`SealedSpool`."""

    def handle_raw_input(
        self, _input_data: Any, _meta: Any, content_length: int, _boundary: Any, _encoding: Any = None
    ) -> None:
        """Refuse by the declared length before a byte is read; what lies about its length is counted below.

        Raises:
            RequestDataTooBig: The request says that it is larger than ``PANAH_UPLOAD_MB`` and a form around it.
        """
        if content_length > settings.PANAH_UPLOAD_BYTES + FORM_BYTES:
            raise RequestDataTooBig("the upload is larger than PANAH_UPLOAD_MB")

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self.spool = SealedSpool(settings.PANAH_DATA / "spool")

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:
        """Add a chunk.

        Raises:
            RequestDataTooBig: The file is larger than ``PANAH_UPLOAD_MB``.
        """
        if self.spool.size + len(raw_data) > settings.PANAH_UPLOAD_BYTES:
            self.spool.close()
            raise RequestDataTooBig("the upload is larger than PANAH_UPLOAD_MB")
        self.spool.write(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile:
        self.spool.seek(0)
        return UploadedFile(
            file=io.BufferedReader(self.spool, BLOCK_BYTES),
            name=self.file_name,
            content_type=self.content_type,
            size=file_size,
            charset=self.charset,
            content_type_extra=self.content_type_extra,
        )

    def upload_interrupted(self) -> None:
        if hasattr(self, "spool"):
            self.spool.close()
