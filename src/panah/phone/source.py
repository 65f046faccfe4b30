"""The file that is read: its path, its first bytes, and what is inside when it is a zip or a folder."""

from __future__ import annotations

import os
import stat
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

from panah.errors import Unreadable

HEAD_BYTES: Final = 65_536
CHUNK_BYTES: Final = 1 << 18
MAX_MEMBERS: Final = 20_000
MAX_TEXT_MEMBER_BYTES: Final = 1 << 30


@dataclass(frozen=True, slots=True)
class Source:
    """One export as given: a file, a zip or a folder."""

    path: Path
    head: bytes
    size_bytes: int
    is_folder: bool = False
    members: tuple[str, ...] = field(default=())
    """Names inside a zip, in its order; empty for other files."""

    @property
    def name(self) -> str:
        return self.path.name

    def open(self) -> BinaryIO:
        """The file's bytes from the start; the caller closes it."""
        return self.path.open("rb")

    def open_member(self, member: str) -> BinaryIO:
        """One member of the zip, from the start.

        Raises:
            Unreadable: It is encrypted, damaged or larger than a text member may be.
        """
        with zipfile.ZipFile(self.path) as archive:
            entry = archive.getinfo(member)
            if entry.flag_bits & 1:
                raise Unreadable("the zip is encrypted", where=self.name, hint="export it without a password")
            if entry.file_size > MAX_TEXT_MEMBER_BYTES:
                raise Unreadable("a text in the zip is too large", where=self.name, hint="export a shorter period")
            return archive.open(member)  # type: ignore[return-value]  # ZipExtFile reads as a BinaryIO does


def open_source(path: str | os.PathLike[str]) -> Source:
    """Look at a file or folder without reading it whole.

    Raises:
        Unreadable: It is missing, empty, not ours to read, or neither a file nor a folder (a pipe would hang).
    """
    place = Path(path)
    try:
        status = place.stat()
        if stat.S_ISDIR(status.st_mode):
            return Source(place, b"", 0, is_folder=True)
        if not stat.S_ISREG(status.st_mode):
            raise Unreadable("neither a file nor a folder", where=place.name, hint="name an exported file")
        with place.open("rb") as stream:
            head = stream.read(HEAD_BYTES)
    except OSError as error:
        reason = (os.strerror(error.errno) if error.errno else "cannot be read").lower()
        raise Unreadable(reason, where=str(place), hint="check the path and its permissions") from error
    if not head:
        raise Unreadable("the file is empty", where=place.name, hint="export it again")
    return Source(place, head, status.st_size, members=_members(place) if head.startswith(b"PK\x03\x04") else ())


def chunks(stream: BinaryIO, size: int = CHUNK_BYTES) -> Iterator[bytes]:
    """The stream in pieces of at most ``size`` bytes."""
    while piece := stream.read(size):
        yield piece


def _members(path: Path) -> tuple[str, ...]:
    try:
        with zipfile.ZipFile(path) as archive:
            names = archive.namelist()
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError) as error:
        raise Unreadable("a damaged zip", where=path.name, hint="export it again") from error
    if len(names) > MAX_MEMBERS:
        raise Unreadable(f"a zip with {len(names):,} files", where=path.name, hint="export one chat at a time")
    return tuple(names)
