"""The file that is read: its path, its first bytes, and what is inside when it is a zip or a folder.

Nothing is ever unpacked to disk. A member of a zip or folder is a source like any other (:meth:`Source.inner`), so that
each format is written once, whether its file comes alone, in a zip or in a folder.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final

from panah.errors import Unreadable

from . import archive

HEAD_BYTES: Final = 65_536
CHUNK_BYTES: Final = 1 << 18
MAX_MEMBERS: Final = 20_000


@dataclass(frozen=True, slots=True)
class Source:
    """One export as given: a file, a zip or a folder, or one file inside of them."""

    path: Path
    head: bytes
    size_bytes: int
    is_folder: bool = False
    members: tuple[str, ...] = field(default=())
    """Names inside a zip or folder, with ``/``; of an inner file, those of the zip or folder around it."""
    member: str = ""
    """The name inside the zip or folder, when this is such a file."""
    is_zip: bool = False
    password: str | None = field(default=None, repr=False)

    @property
    def name(self) -> str:
        return self.path.name or str(self.path)

    @property
    def is_container(self) -> bool:
        """A zip or folder as a whole."""
        return (self.is_zip or self.is_folder) and not self.member

    @property
    def file(self) -> Path:
        """Where it lies on disk; of a zip's member, the zip."""
        return _inside(self.path, self.member) if self.member and self.is_folder else self.path

    def open(self) -> BinaryIO:
        """The file's bytes from the start; the caller closes it."""
        return self.open_member(self.member) if self.member else self.path.open("rb")

    def open_member(self, member: str) -> BinaryIO:
        """One file of the zip or folder, from the start.

        Raises:
            Unreadable: It is encrypted, damaged, or not a file.
        """
        if self.is_zip:
            return archive.open_member(self.path, member, self.password)
        try:
            return _inside(self.path, member).open("rb")
        except OSError as error:
            reason = (os.strerror(error.errno) if error.errno else "cannot be read").lower()
            raise Unreadable(reason, where=self.name, hint="check the folder") from error

    def inner(self, member: str) -> Source:
        """A file of the zip or folder as a source of its own."""
        with self.open_member(member) as stream:
            head = _piece(stream.read, HEAD_BYTES)
        return Source(
            self.path, head, self.size_of(member), self.is_folder, self.members, member, self.is_zip, self.password
        )

    def size_of(self, member: str) -> int:
        """Bytes of a file of the zip or folder."""
        return archive.size_of(self.path, member) if self.is_zip else _inside(self.path, member).stat().st_size

    def beside(self, written: str) -> str | None:
        """The member that a message of this file names, by its path from here, by its path from the top, or, where
        only one has it, by its bare name; None outside of zips and folders and when there is none."""
        if not self.members or not written:
            return None
        known = _by_path(self.members)
        relative = PurePosixPath(written.replace("\\", "/"))
        if ".." in relative.parts:
            return None
        here = PurePosixPath(self.member).parent
        for candidate in (str(here / relative), str(relative)):
            if candidate in known:
                return candidate
        return _by_name(self.members).get(relative.name) or _by_tail(known, relative)


def open_source(path: str | os.PathLike[str], password: str | None = None) -> Source:
    """Look at a file or folder without reading it whole.

    Raises:
        Unreadable: It is missing, empty, not ours to read, a hostile zip, or neither a file nor a folder (a pipe
            would hang).
    """
    place = Path(path)
    try:
        status = place.stat()
        if stat.S_ISDIR(status.st_mode):
            return Source(place, b"", 0, is_folder=True, members=_files(place), password=password)
        if not stat.S_ISREG(status.st_mode):
            raise Unreadable("neither a file nor a folder", where=place.name, hint="name an exported file")
        with place.open("rb") as stream:
            head = stream.read(HEAD_BYTES)
    except OSError as error:
        reason = (os.strerror(error.errno) if error.errno else "cannot be read").lower()
        raise Unreadable(reason, where=str(place), hint="check the path and its permissions") from error
    if not head:
        raise Unreadable("the file is empty", where=place.name, hint="export it again")
    if head.startswith(archive.MAGIC):
        members = archive.members(place, at_most=MAX_MEMBERS)
        return Source(place, head, status.st_size, members=members, is_zip=True, password=password)
    return Source(place, head, status.st_size, password=password)


def chunks(stream: BinaryIO, size: int = CHUNK_BYTES) -> Iterator[bytes]:
    """The stream in pieces of at most ``size`` bytes.

    Raises:
        Unreadable: A zip's member is damaged or the password is wrong.
    """
    while piece := _piece(stream.read, size):
        yield piece


def _piece(read: Callable[[int], bytes], size: int) -> bytes:
    try:
        return read(size)
    except archive.BROKEN as error:
        raise Unreadable("a damaged file in the zip", hint="export it again") from error


def _files(folder: Path) -> tuple[str, ...]:
    """Regular files of a folder, without following links out of it."""
    names: list[str] = []
    for root, folders, files in os.walk(folder, followlinks=False):
        folders.sort()
        for name in sorted(files):
            whole = Path(root) / name
            if not whole.is_symlink() and whole.is_file():
                names.append(whole.relative_to(folder).as_posix())
            if len(names) > MAX_MEMBERS:
                return tuple(names)  # a phone backup; its own reader knows the few files that matter
    return tuple(names)


def _inside(folder: Path, member: str) -> Path:
    if ".." in PurePosixPath(member).parts or PurePosixPath(member).is_absolute():
        raise Unreadable("a name that leads out of the folder", where=folder.name, hint="check who made it")
    return folder / member


_KNOWN: dict[int, tuple[tuple[str, ...], frozenset[str], dict[str, str]]] = {}


def _index(members: tuple[str, ...]) -> tuple[frozenset[str], dict[str, str]]:
    """Names as a set and by bare name where that is unique; remembered for the last container only."""
    found = _KNOWN.get(id(members))
    if found is None or found[0] is not members:
        names: dict[str, str] = {}
        for one in members:
            bare = one.rpartition("/")[2]
            names[bare] = "" if bare in names else one
        found = members, frozenset(members), {bare: one for bare, one in names.items() if one}
        _KNOWN.clear()
        _KNOWN[id(members)] = found
    return found[1], found[2]


def _by_path(members: tuple[str, ...]) -> frozenset[str]:
    return _index(members)[0]


def _by_name(members: tuple[str, ...]) -> dict[str, str]:
    return _index(members)[1]


def _by_tail(known: frozenset[str], relative: PurePosixPath) -> str | None:
    """A member that ends as the written path does: an export may lie one folder deeper than it thinks."""
    tail = "/" + "/".join(relative.parts[-2:])
    found = [one for one in known if one.endswith(tail)]
    return found[0] if len(found) == 1 else None
