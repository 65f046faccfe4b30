"""The clear files of a bundle, read out of the zip or out of the folder it was unpacked to."""

from __future__ import annotations

import contextlib
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from panah.errors import Altered, Unreadable

from .container import CHUNK_BYTES, SAFE_NAME, Member, content, read_container

LARGEST_TEXT_BYTES: Final = 512 << 20
"""Custody logs of two million lines; everything else that is read at once is far smaller."""


class Outer(Protocol):
    """Files by name."""

    where: str

    def names(self) -> list[str]:
        """Names of all files."""
        ...

    def chunks(self, name: str) -> Iterator[bytes]:
        """A file's content; raises Altered if there is no such file."""
        ...


def read_all(outer: Outer, name: str, *, at_most: int = LARGEST_TEXT_BYTES) -> bytes:
    """A file at once.

    Raises:
        Altered: It is missing, or larger than such a file can be.
    """
    collected = bytearray()
    for chunk in outer.chunks(name):
        collected += chunk
        if len(collected) > at_most:
            raise Altered("this file is larger than it can be", where=f"{outer.where}, {name}")
    return bytes(collected)


@contextlib.contextmanager
def opened(path: Path) -> Iterator[Outer]:
    """The bundle at ``path``, a zip file or a folder.

    Raises:
        Unreadable: It is missing or not ours to read.
        UnknownFormat: It is no zip file.
        Altered: The zip is cut short or was packed again.
    """
    if path.is_dir():
        yield _Folder(path)
        return
    try:
        source = path.open("rb")
    except OSError as error:
        raise Unreadable("cannot be read", where=str(path), hint="check the path") from error
    with source:
        members = read_container(source, where=path.name)
        yield _Zip(source, {member.name: member for member in members}, path.name)


class _Zip:
    def __init__(self, source: BinaryIO, members: Mapping[str, Member], where: str) -> None:
        self._source, self._members, self.where = source, members, where

    def names(self) -> list[str]:
        return list(self._members)

    def chunks(self, name: str) -> Iterator[bytes]:
        if name not in self._members:
            raise _missing(self.where, name)
        return content(self._source, self._members[name])


class _Folder:
    def __init__(self, path: Path) -> None:
        self._path, self.where = path, path.name or str(path)

    def names(self) -> list[str]:
        return sorted(entry.name for entry in self._path.iterdir())

    def chunks(self, name: str) -> Iterator[bytes]:
        path = self._path / name
        # a link could make us read, and by the time it takes tell, a file outside the bundle
        if not SAFE_NAME.fullmatch(name) or not _is_plain(path):
            raise _missing(self.where, name)
        with path.open("rb") as stream:
            while chunk := stream.read(CHUNK_BYTES):
                yield chunk


def _is_plain(path: Path) -> bool:
    try:
        return stat.S_ISREG(path.lstat().st_mode)
    except FileNotFoundError:
        return False


def _missing(where: str, name: str) -> Altered:
    return Altered("this file is missing, or is no plain file", where=f"{where}, {name}")
