"""The boxes of MP4, MOV and 3GP files (ISO 14496-12): reading them, writing them, and which ones a clean file may have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from panah.errors import Unreadable

HEADER: Final = 8
CHILDREN: Final = {
    b"moov": frozenset({b"mvhd", b"trak"}),
    b"trak": frozenset({b"tkhd", b"edts", b"mdia"}),
    b"edts": frozenset({b"elst"}),
    b"mdia": frozenset({b"mdhd", b"hdlr", b"minf"}),
    b"minf": frozenset({b"vmhd", b"smhd", b"dinf", b"stbl"}),
    b"dinf": frozenset({b"dref"}),
    b"stbl": frozenset({b"stsd", b"stts", b"ctts", b"stss", b"stsc", b"stsz", b"stco", b"co64"}),
}
"""What may stand in which box of a clean file; what is not named has no boxes in it, but for descriptions below."""
PICTURE_FORMATS: Final = frozenset({b"avc1", b"avc3", b"hvc1", b"hev1"})
SOUND_FORMATS: Final = frozenset({b"mp4a", b"samr", b"alac", b"Opus"})
PICTURE_BYTES: Final = 78
"""Fixed part of a picture's description; in it 32 bytes in which the encoder writes its name."""
SOUND_BYTES: Final = 28
IN_PICTURES: Final = frozenset({b"avcC", b"hvcC", b"pasp", b"colr"})
IN_SOUND: Final = frozenset({b"esds", b"damr", b"alac", b"dOps"})


@dataclass(frozen=True, slots=True)
class Box:
    """One box: its name, and where its content begins and ends."""

    name: bytes
    start: int
    end: int


def boxes(data: bytes, start: int, end: int) -> Iterator[Box]:
    """The boxes between two places, one after the other.

    Raises:
        Unreadable: They do not fit.
    """
    at = start
    while at < end:
        size, head = int.from_bytes(data[at : at + 4], "big"), HEADER
        if size == 1:
            size, head = int.from_bytes(data[at + 8 : at + 16], "big"), 16
        if size == 0:
            size = end - at
        if size < head or at + size > end:
            raise Unreadable("its parts do not fit")
        yield Box(data[at + 4 : at + 8], at + head, at + size)
        at += size


def packed(name: bytes, content: bytes) -> bytes:
    """A box as bytes."""
    return (len(content) + HEADER).to_bytes(4, "big") + name + content


def numbers(data: bytes, at: int, n: int, width: int = 4) -> list[int]:
    """Big-endian numbers."""
    if at + n * width > len(data):
        raise Unreadable("a table is cut short")
    return [int.from_bytes(data[place : place + width], "big") for place in range(at, at + n * width, width)]


def number(data: bytes, at: int) -> int:
    """One of them."""
    return numbers(data, at, 1)[0]
