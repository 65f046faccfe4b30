"""What may be in a clean picture, read without the library that wrote it.

Each function goes through a file piece by piece and knows only the pieces that pixels need. A piece that it does not
know, bytes between pieces and bytes after the end raise ``NotClean``.
"""

from __future__ import annotations

import struct
import zlib
from typing import Final

from panah.errors import Refused

_JPEG: Final = frozenset({0xC0, 0xC1, 0xC2, 0xC4, 0xDB, 0xDD})
"""Frames, Huffman tables, quantisation tables, restart interval."""
_JFIF_BYTES: Final = 16
_PNG: Final = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
_PNG_START: Final = b"\x89PNG\r\n\x1a\n"
_WEBP: Final = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH", b"ANIM", b"ANMF"})
_WEBP_METADATA: Final = 0x20 | 0x08 | 0x04
_TIFF_TAGS: Final = frozenset({256, 257, 258, 259, 262, 273, 277, 278, 279, 284, 317, 338, 339})
_TIFF_SIZES: Final = {1: 1, 2: 1, 3: 2, 4: 4, 5: 8, 12: 8}


class NotClean(Refused):
    """A copy has something in it that a clean one has not; it is not given out."""

    def __init__(self, what: str) -> None:
        super().__init__(f"the copy is not clean: {what}", where="working copy", hint="tell the administrator")


def jpeg(data: bytes) -> None:
    """Tables and pixels; the JFIF header without a preview."""
    at = 2
    if data[:2] != b"\xff\xd8":
        raise NotClean("not a JPEG")
    while True:
        if len(data) < at + 4 or data[at] != 0xFF:
            raise NotClean("bytes between segments")
        marker, size = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        body = data[at + 4 : at + 2 + size]
        if marker == 0xDA:
            at = _after_scan(data, at + 2 + size)
            if data[at : at + 2] == b"\xff\xd9":
                break
            continue
        if marker == 0xE0:
            if size != _JFIF_BYTES or body[:5] != b"JFIF\x00" or body[-2:] != b"\x00\x00":
                raise NotClean("a JFIF header with more in it")
        elif marker not in _JPEG:
            raise NotClean(f"segment {marker:02x}")
        at += 2 + size
    if len(data) != at + 2:
        raise NotClean("bytes after the end")


def _after_scan(data: bytes, at: int) -> int:
    """The first marker after compressed data; restarts and stuffed bytes belong to it."""
    while True:
        at = data.find(b"\xff", at)
        if at < 0 or at + 1 >= len(data):
            raise NotClean("no end")
        if data[at + 1] == 0 or 0xD0 <= data[at + 1] <= 0xD7:
            at += 2
            continue
        return at


def png(data: bytes) -> None:
    """Header, palette, transparency and pixels; the compressed pixels end where the stream ends."""
    at, packed = len(_PNG_START), []
    if not data.startswith(_PNG_START):
        raise NotClean("not a PNG")
    name = b""
    while name != b"IEND":
        if len(data) < at + 12:
            raise NotClean("no end")
        size, name = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        body = data[at + 8 : at + 8 + size]
        if name not in _PNG:
            raise NotClean(f"chunk {name!r}")
        if int.from_bytes(data[at + 8 + size : at + 12 + size], "big") != zlib.crc32(name + body):
            raise NotClean("a wrong sum")
        packed += [body] if name == b"IDAT" else []
        at += 12 + size
    if at != len(data):
        raise NotClean("bytes after the end")
    _whole(b"".join(packed))


def _whole(packed: bytes) -> None:
    stream, left = zlib.decompressobj(), packed
    while left and not stream.eof:
        stream.decompress(left, 1 << 20)
        left = stream.unconsumed_tail
    if not stream.eof or stream.unused_data:
        raise NotClean("bytes after the pixels")


def webp(data: bytes) -> None:
    """Pixels, transparency, animation."""
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP" or int.from_bytes(data[4:8], "little") + 8 != len(data):
        raise NotClean("bytes after the end")
    _chunks(data, 12, len(data))


def _chunks(data: bytes, at: int, end: int) -> None:
    while at < end:
        name, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        if name not in _WEBP or at + 8 + size > end:
            raise NotClean(f"chunk {name!r}")
        if name == b"VP8X" and data[at + 8] & _WEBP_METADATA:
            raise NotClean("a header that tells of metadata")
        if name == b"ANMF":
            _chunks(data, at + 8 + 16, at + 8 + size)
        if size % 2 and data[at + 8 + size : at + 9 + size] != b"\x00":
            raise NotClean("a filled gap")
        at += 8 + size + size % 2


def gif(data: bytes) -> None:
    """Pictures, their times, and that they go on for ever."""
    if data[:6] not in {b"GIF87a", b"GIF89a"}:
        raise NotClean("not a GIF")
    flags, at = data[10], 13
    at += 3 * 2 ** ((flags & 7) + 1) if flags & 0x80 else 0
    while data[at : at + 1] != b";":
        block = data[at : at + 2]
        if block == b"!\xf9":
            if data[at + 2 : at + 3] != b"\x04" or data[at + 7 : at + 8] != b"\x00":
                raise NotClean("a time with more in it")
            at += 8
        elif block == b"!\xff":
            if data[at + 2 : at + 16] != b"\x0bNETSCAPE2.0\x03\x01" or data[at + 18 : at + 19] != b"\x00":
                raise NotClean("an application's block")
            at += 19
        elif block[:1] == b",":
            local = data[at + 9]
            at += 10 + (3 * 2 ** ((local & 7) + 1) if local & 0x80 else 0) + 1
            while size := data[at]:
                at += 1 + size
            at += 1
        else:
            raise NotClean("a comment or text block")
    if at + 1 != len(data):
        raise NotClean("bytes after the end")


def tiff(data: bytes) -> None:
    """Directories of the few tags that pixels need; every byte of the file belongs to one of them or is zero."""
    order = {b"II*\x00": "<", b"MM\x00*": ">"}.get(data[:4])
    if order is None:
        raise NotClean("not a TIFF")
    used, at = [(0, 8)], struct.unpack_from(f"{order}I", data, 4)[0]
    for _page in range(1000):
        if not at:
            break
        at = _directory(data, order, at, used)
    end = 0
    for start, stop in [*sorted(used), (len(data), len(data))]:
        if start > end and data[end:start].strip(b"\x00"):
            raise NotClean("bytes that belong to no picture")
        end = max(end, stop)
    if end > len(data):
        raise NotClean("a picture that ends outside the file")


def _directory(data: bytes, order: str, at: int, used: list[tuple[int, int]]) -> int:
    """Note which bytes a page is made of; where the next one is."""
    (n,) = struct.unpack_from(f"{order}H", data, at)
    values: dict[int, list[int]] = {}
    for entry in range(at + 2, at + 2 + 12 * n, 12):
        tag, kind, count = struct.unpack_from(f"{order}HHI", data, entry)
        size = _TIFF_SIZES.get(kind, 0) * count
        if tag not in _TIFF_TAGS or not size:
            raise NotClean(f"tag {tag}")
        place = entry + 8 if size <= 4 else struct.unpack_from(f"{order}I", data, entry + 8)[0]
        used.append((place, place + size))
        letter = {1: "B", 3: "H", 4: "I"}.get(kind)
        values[tag] = list(struct.unpack_from(f"{order}{count}{letter}", data, place)) if letter else []
    end = at + 2 + 12 * n + 4
    used.append((at, end))
    used += [(start, start + size) for start, size in zip(values.get(273, []), values.get(279, []), strict=True)]
    (following,) = struct.unpack_from(f"{order}I", data, end - 4)
    return int(following)
