"""The tar inside a bundle, in one spelling: plain files of one owner, no dates, filled up to a Padmé size.

Every header is a function of name and size, so that reading compares instead of trusting: no links, no devices, no
names outside, no second file of one name. Any ``tar`` unpacks it.

Source:
    POSIX.1-2017, pax, "ustar Interchange Format"; sizes over 8 GiB in GNU's binary form, which every tar reads.
"""

from __future__ import annotations

import hashlib
import tarfile
from collections.abc import Callable, Iterable, Iterator
from typing import BinaryIO, Final

from panah.errors import Altered
from panah.vault.padding import bucket

from .layout import SAFE_PATH

BLOCK_BYTES: Final = 512
END_BYTES: Final = 2 * BLOCK_BYTES
CHUNK_BYTES: Final = 1 << 20
MOST_FILES: Final = 100_000

Write = Callable[[bytes], object]


def header(path: str, size_bytes: int) -> bytes:
    """The 512 bytes before a file."""
    entry = tarfile.TarInfo(path)
    entry.size, entry.mode = size_bytes, 0o644
    return entry.tobuf(tarfile.GNU_FORMAT)


def archive_size(sizes_bytes: Iterable[int]) -> int:
    """How long an archive of files of these sizes is, with its padding."""
    files = sum(BLOCK_BYTES + size + -size % BLOCK_BYTES for size in sizes_bytes)
    return bucket((files + END_BYTES) // BLOCK_BYTES) * BLOCK_BYTES


class ArchiveWriter:
    """Writes files one after the other and keeps their digests."""

    def __init__(self, write: Write) -> None:
        self._write = write
        self._sizes: list[int] = []
        self.digests: dict[str, str] = {}

    def add(self, path: str, content: bytes) -> None:
        """One small file."""
        self.stream(path, len(content), [content])

    def stream(self, path: str, size_bytes: int, chunks: Iterable[bytes]) -> None:
        """One file in chunks.

        Raises:
            Altered: It has not the announced size.
        """
        if not SAFE_PATH.fullmatch(path) or path in self.digests:
            raise ValueError("a path in an archive is plain and stands once")
        self._write(header(path, size_bytes))
        digest, left = hashlib.sha256(), size_bytes
        for chunk in chunks:
            left -= len(chunk)
            if left < 0:
                break
            digest.update(chunk)
            self._write(chunk)
        if left:
            raise Altered("the file has another size than was recorded", where=path)
        self._write(bytes(-size_bytes % BLOCK_BYTES))
        self._sizes.append(size_bytes)
        self.digests[path] = digest.hexdigest()

    def finish(self) -> None:
        """End the archive and fill it up."""
        written = sum(BLOCK_BYTES + size + -size % BLOCK_BYTES for size in self._sizes)
        left = archive_size(self._sizes) - written
        while left:
            zeros = bytes(min(left, CHUNK_BYTES))
            self._write(zeros)
            left -= len(zeros)


def read_archive(source: BinaryIO, *, where: str) -> Iterator[tuple[str, int, Iterator[bytes]]]:
    """Path, size and chunks of each file, in order; the chunks are to be read before the next file.

    Raises:
        Altered: A header is not what it must be, a path is not harmless, or the archive is cut short.
    """
    seen: set[str] = set()
    sizes: list[int] = []
    while any(block := _exactly(source, BLOCK_BYTES, where)):
        path, size = _named(block, where)
        if path in seen or len(seen) == MOST_FILES:
            raise Altered("a file stands twice, or there are too many", where=where)
        seen.add(path)
        sizes.append(size)
        chunks = _chunks(source, size, where)
        yield path, size, chunks
        for _ in chunks:
            """Passed over by the caller."""
        if any(_exactly(source, -size % BLOCK_BYTES, where)):
            raise Altered("bytes where nothing should be", where=where)
    _check_end(source, sizes, where)


def _named(block: bytes, where: str) -> tuple[str, int]:
    try:
        entry = tarfile.TarInfo.frombuf(block, "ascii", "strict")
    except (tarfile.HeaderError, UnicodeDecodeError):
        raise Altered("this is no archive header", where=where) from None
    if not SAFE_PATH.fullmatch(entry.name) or block != header(entry.name, entry.size):
        raise Altered("a file that cannot stand in a bundle", where=where)
    return entry.name, entry.size


def _chunks(source: BinaryIO, size: int, where: str) -> Iterator[bytes]:
    while size:
        chunk = _exactly(source, min(size, CHUNK_BYTES), where)
        size -= len(chunk)
        yield chunk


def _check_end(source: BinaryIO, sizes: list[int], where: str) -> None:
    """After the first empty block: zeros only, and exactly as many as the padding asks for."""
    files = sum(BLOCK_BYTES + size + -size % BLOCK_BYTES for size in sizes)
    left = archive_size(sizes) - files - BLOCK_BYTES
    while chunk := source.read(CHUNK_BYTES):
        left -= len(chunk)
        if any(chunk):
            raise Altered("bytes after the end of the archive", where=where)
    if left:
        raise Altered("the archive has not the length it must have", where=where)


def _exactly(source: BinaryIO, size: int, where: str) -> bytes:
    data = source.read(size)
    if len(data) != size:
        raise Altered("the archive is cut short", where=where)
    return data
