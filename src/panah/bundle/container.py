"""The zip around a bundle, in one spelling: stored, in order, no dates, no comments, no extra fields.

A zip names each file twice and lets the two differ; tools then disagree on what is in it. Here the headers are
computed from names, sizes and checksums alone, by the same function for writing and for checking, so that every
byte of the container is either a file's content or exactly what it must be.

Source:
    PKWARE APPNOTE 6.3.10, sections 4.3.7 (local header), 4.3.12 (central directory), 4.3.14 to 4.3.16 (its end).
"""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import BinaryIO, Final

from panah.errors import Altered, UnknownFormat

MAGIC: Final = b"PK\x03\x04"
CHUNK_BYTES: Final = 1 << 20
NARROW_LIMIT: Final = 0xFFFF_FFFF
"""From this size or offset on a zip needs its 64-bit fields."""
MOST_MEMBERS: Final = 1000
PLAIN, WIDE = 20, 45
DATE: Final = 0x21
"""1 January 1980, the first day a zip can write."""
FILE_MODE: Final = 0o100644 << 16
MADE_BY_UNIX: Final = 3 << 8
SAFE_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,100}")

_LOCAL: Final = struct.Struct("<4sHHHHHLLLHH")
_CENTRAL: Final = struct.Struct("<4sHHHHHHLLLHHHHHLL")
_END: Final = struct.Struct("<4sHHHHLLH")
_WIDE_END: Final = struct.Struct("<4sQHHLLQQQQ")
_WIDE_LOCATOR: Final = struct.Struct("<4sLQL")


@dataclass(frozen=True, slots=True)
class Member:
    """One file in the container; ``start`` is where its content begins."""

    name: str
    start: int
    size: int
    crc32: int
    wide: bool = False

    @property
    def header(self) -> bytes:
        """Its local header."""
        name = self.name.encode("ascii")
        size = NARROW_LIMIT if self.wide else self.size
        extra = struct.pack("<HHQQ", 1, 16, self.size, self.size) if self.wide else b""
        version = WIDE if self.wide else PLAIN
        fixed = _LOCAL.pack(MAGIC, version, 0, 0, 0, DATE, self.crc32, size, size, len(name), len(extra))
        return fixed + name + extra

    @property
    def directory_entry(self) -> bytes:
        """Its entry in the central directory."""
        name, offset = self.name.encode("ascii"), self.start - len(self.header)
        far = offset >= NARROW_LIMIT
        fields = ([self.size, self.size] if self.wide else []) + ([offset] if far else [])
        extra = struct.pack(f"<HH{len(fields)}Q", 1, 8 * len(fields), *fields) if fields else b""
        size = NARROW_LIMIT if self.wide else self.size
        version = WIDE if fields else PLAIN
        fixed = _CENTRAL.pack(
            *(b"PK\x01\x02", MADE_BY_UNIX | version, version, 0, 0, 0, DATE, self.crc32, size, size),
            *(len(name), len(extra), 0, 0, 0, FILE_MODE, NARROW_LIMIT if far else offset),
        )
        return fixed + name + extra


def directory(members: list[Member]) -> bytes:
    """Everything after the last file's content."""
    entries = b"".join(member.directory_entry for member in members)
    start = members[-1].start + members[-1].size if members else 0
    count, wide_end = len(members), b""
    if start >= NARROW_LIMIT:
        wide_end = _WIDE_END.pack(
            b"PK\x06\x06", 44, MADE_BY_UNIX | WIDE, WIDE, 0, 0, count, count, len(entries), start
        ) + _WIDE_LOCATOR.pack(b"PK\x06\x07", 0, start + len(entries), 1)
    end = _END.pack(b"PK\x05\x06", 0, 0, count, count, len(entries), min(start, NARROW_LIMIT), 0)
    return entries + wide_end + end


class ContainerWriter:
    """Writes members one after the other to a seekable file, each in one pass."""

    def __init__(self, out: BinaryIO) -> None:
        self._out = out
        self._members: list[Member] = []

    def add(self, name: str, content: bytes) -> None:
        """One small file."""
        self.stream(name, lambda write: write(content), at_most=len(content))

    def stream(self, name: str, produce: Callable[[Callable[[bytes], object]], object], *, at_most: int) -> None:
        """One file whose content ``produce`` writes; ``at_most`` bytes, else its 64-bit form would be missing."""
        if not SAFE_NAME.fullmatch(name):
            raise ValueError("a name in a bundle is plain and has no folder")
        wide = at_most >= NARROW_LIMIT
        offset = self._out.tell()
        start = offset + len(Member(name, 0, 0, 0, wide).header)
        self._out.seek(start)
        size = crc = 0

        def write(data: bytes) -> int:
            nonlocal size, crc
            size, crc = size + len(data), zlib.crc32(data, crc)
            if size > at_most:
                raise ValueError("more bytes than were announced")
            self._out.write(data)
            return len(data)

        produce(write)
        member = Member(name, start, size, crc, wide)
        self._out.seek(offset)
        self._out.write(member.header)
        self._out.seek(start + size)
        self._members.append(member)

    def finish(self) -> None:
        """Write the directory."""
        self._out.write(directory(self._members))


def read_container(source: BinaryIO, *, where: str) -> list[Member]:
    """The members of a container, after every byte outside their contents was compared with what it must be.

    Raises:
        UnknownFormat: It is no zip file.
        Altered: It is cut short, or not the one spelling.
    """
    source.seek(0)
    if source.read(len(MAGIC)) != MAGIC:
        raise UnknownFormat(
            "this is no bundle", where=where, hint="a bundle is a zip file that panah bundle create made"
        )
    members = list(_members(source, where))
    end = members[-1].start + members[-1].size
    source.seek(end)
    if source.read(len(expected := directory(members)) + 1) != expected:
        raise Altered("the zip directory is not what it must be", where=f"{where}, byte {end}", hint=UNPACKED_HINT)
    for member in members:
        _check_crc(source, member, where)
    return members


UNPACKED_HINT: Final = "if it was packed again, unpack it and verify the folder"


def content(source: BinaryIO, member: Member) -> Iterator[bytes]:
    """A member's content in chunks."""
    source.seek(member.start)
    left = member.size
    while left and (chunk := source.read(min(CHUNK_BYTES, left))):
        left -= len(chunk)
        yield chunk


def _members(source: BinaryIO, where: str) -> Iterable[Member]:
    offset, names = 0, set[str]()
    while True:
        source.seek(offset)
        fixed = source.read(_LOCAL.size)
        if fixed[:4] != MAGIC and names:
            return
        place = f"{where}, byte {offset}"
        if len(fixed) < _LOCAL.size:
            raise Altered("the zip is cut short", where=place)
        _, version, _, _, _, _, crc, size, _, name_bytes, extra_bytes = _LOCAL.unpack(fixed)
        variable = source.read(name_bytes + extra_bytes)
        name = variable[:name_bytes].decode("ascii", "replace")
        wide = version == WIDE
        if wide and len(variable) >= name_bytes + 12:
            (size,) = struct.unpack_from("<Q", variable, name_bytes + 4)
        member = Member(name, offset + _LOCAL.size + len(variable), size, crc, wide)
        if not SAFE_NAME.fullmatch(name) or name in names or len(names) == MOST_MEMBERS:
            raise Altered("a name that cannot stand in a bundle", where=place, hint=UNPACKED_HINT)
        if member.header != fixed + variable:
            raise Altered("a zip header is not what it must be", where=place, hint=UNPACKED_HINT)
        names.add(name)
        yield member
        offset = member.start + member.size


def _check_crc(source: BinaryIO, member: Member, where: str) -> None:
    crc = size = 0
    for chunk in content(source, member):
        crc, size = zlib.crc32(chunk, crc), size + len(chunk)
    if (crc, size) != (member.crc32, member.size):
        raise Altered("the file differs from its checksum", where=f"{where}, {member.name}")
