"""Sound: the frames or packets that are heard, taken out of their file and put into an empty one."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from panah.errors import Refused, Unreadable

# --- MP3: every byte belongs to a frame of Layer III ----------------------------------------------------------------
_BIT_RATES: Final = {
    3: (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320),
    2: (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160),
}
_SAMPLE_RATES: Final = {3: (44100, 48000, 32000), 2: (22050, 24000, 16000), 0: (11025, 12000, 8000)}
_SIDE_BYTES: Final = {(True, True): 32, (True, False): 17, (False, True): 17, (False, False): 9}
_NOTES: Final = (b"Xing", b"Info", b"VBRI")
"""A first frame without sound, in which the encoder writes its name and settings."""


def frame_bytes(data: bytes, at: int) -> int:
    """How long the frame at this place is; 0 for none."""
    head = data[at : at + 4]
    if len(head) < 4 or head[0] != 0xFF or head[1] & 0xE6 != 0xE2:
        return 0
    version, rate, sampling = (head[1] >> 3) & 3, head[2] >> 4, (head[2] >> 2) & 3
    if version == 1 or not 0 < rate < 15 or sampling == 3:
        return 0
    bits = _BIT_RATES[3 if version == 3 else 2][rate] * 1000
    return (144 if version == 3 else 72) * bits // _SAMPLE_RATES[version][sampling] + ((head[2] >> 1) & 1)


def is_note(data: bytes, at: int) -> bool:
    """Whether the frame is the encoder's note."""
    stereo, first = data[at + 3] >> 6 != 3, (data[at + 1] >> 3) & 3 == 3
    place = at + 4 + _SIDE_BYTES[first, stereo]
    return data[place : place + 4] in _NOTES or data[at + 36 : at + 40] in _NOTES


def mp3_frames(data: bytes) -> bytes:
    """The frames of an MP3, without tags before, between and after them.

    Raises:
        Unreadable: There are none.
    """
    kept: list[bytes] = []
    at = 0
    while at < len(data):
        size = frame_bytes(data, at)
        whole = size and at + size <= len(data)
        # by chance two bytes look like a frame: one that another one follows, or that ends the file, is one
        if whole and (frame_bytes(data, at + size) or _is_tag(data, at + size) or at + size == len(data)):
            if kept or not is_note(data, at):
                kept.append(data[at : at + size])
            at += size
        else:
            at += _tag_bytes(data, at) or 1
    if not kept:
        raise Unreadable("no sound in it")
    return b"".join(kept)


def _is_tag(data: bytes, at: int) -> bool:
    return data[at : at + 3] in {b"ID3", b"TAG"} or data[at : at + 8] == b"APETAGEX" or data[at : at + 6] == b"LYRICS"


def _tag_bytes(data: bytes, at: int) -> int:
    if data[at : at + 3] == b"ID3" and len(data) >= at + 10:
        size = 0
        for byte in data[at + 6 : at + 10]:
            size = size << 7 | byte & 0x7F
        return 10 + size
    return 0


# --- Ogg: one stream of Opus or Vorbis, its comments empty ----------------------------------------------------------
_REVERSED: Final = bytes(int(f"{byte:08b}"[::-1], 2) for byte in range(256))
OPUS_COMMENTS: Final = b"OpusTags" + bytes(8)
VORBIS_COMMENTS: Final = b"\x03vorbis" + bytes(8) + b"\x01"
SERIAL: Final = 1
_MORE: Final = 1


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a stream."""

    flags: int
    position: bytes
    serial: int
    number: int
    lacing: bytes
    body: bytes

    def packed(self, serial: int, number: int) -> bytes:
        """As bytes, with its sum."""
        head = b"OggS\x00" + bytes([self.flags]) + self.position + serial.to_bytes(4, "little")
        head += number.to_bytes(4, "little") + bytes(4) + bytes([len(self.lacing)]) + self.lacing
        whole = head + self.body
        return whole[:22] + page_sum(whole) + whole[26:]


def page_sum(page: bytes) -> bytes:
    """Ogg's CRC: the polynomial of zlib's, with the bits the other way round and from zero."""
    turned = (zlib.crc32(page.translate(_REVERSED), 0xFFFFFFFF) ^ 0xFFFFFFFF).to_bytes(4, "big")
    return turned.translate(_REVERSED)


def pages_of(data: bytes) -> Iterator[Page]:
    """The pages of a file, which has nothing else.

    Raises:
        Unreadable: Something else is between them.
    """
    at = 0
    while at < len(data):
        n = data[at + 26] if len(data) > at + 26 else 0
        lacing = data[at + 27 : at + 27 + n]
        end = at + 27 + n + sum(lacing)
        if data[at : at + 5] != b"OggS\x00" or end > len(data):
            raise Unreadable("not a whole page of Ogg")
        serial, number = (int.from_bytes(data[at + start : at + start + 4], "little") for start in (14, 18))
        yield Page(data[at + 5], data[at + 6 : at + 14], serial, number, lacing, data[at + 27 + n : end])
        at = end


def packets_of(pages: list[Page]) -> Iterator[tuple[bytes, int]]:
    """Packets of the first pages, each with the number of pages used when it ends."""
    packet = b""
    for used, page in enumerate(pages, start=1):
        at = 0
        for size in page.lacing:
            packet += page.body[at : at + size]
            at += size
            if size < 255:
                yield packet, used
                packet = b""


def ogg_packets(data: bytes) -> bytes:
    """The sound packets of an Ogg file behind empty comments.

    Raises:
        Refused: It has several streams, pictures or another kind of sound.
        Unreadable: It is damaged.
    """
    pages = list(pages_of(data))
    if len({page.serial for page in pages}) != 1:
        raise Refused("several streams in one file", hint="give out one at a time")
    packets = packets_of(pages)
    first, _used = next(packets, (b"", 0))
    comments, n_headers = _comments(first)
    headers, used = [first], 1
    for _number in range(n_headers - 1):
        packet, used = next(packets, (b"", 0))
        headers.append(packet)
    if not used or (len(pages) > used and pages[used].flags & _MORE):
        raise Unreadable("sound begins within the headers")
    headers[1] = comments
    made = [Page(2, bytes(8), SERIAL, 0, bytes([len(first)]), first)]
    made += [page for header in headers[1:] for page in _paged(header)]
    made += [Page(page.flags & 5, page.position, SERIAL, 0, page.lacing, page.body) for page in pages[used:]]
    return b"".join(page.packed(SERIAL, number) for number, page in enumerate(made))


def _comments(first: bytes) -> tuple[bytes, int]:
    if first.startswith(b"OpusHead") and len(first) < 255:
        return OPUS_COMMENTS, 2
    if first.startswith(b"\x01vorbis") and len(first) < 255:
        return VORBIS_COMMENTS, 3
    raise Refused("neither Opus nor Vorbis", hint="convert it to one of these, MP3 or WAV")


def _paged(packet: bytes) -> Iterator[Page]:
    """A header packet on pages of its own."""
    lacing = bytes([255] * (len(packet) // 255) + [len(packet) % 255])
    for start in range(0, len(lacing), 255):
        part = lacing[start : start + 255]
        body = packet[255 * start : 255 * start + sum(part)]
        yield Page(_MORE if start else 0, bytes(8), SERIAL, 0, part, body)


# --- WAV: format and samples ----------------------------------------------------------------------------------------
def wav_samples(data: bytes) -> bytes:
    """The samples of a WAV with their format.

    Raises:
        Unreadable: They are not there.
    """
    found: dict[bytes, bytes] = {}
    for name, body in riff_chunks(data):
        if name in {b"fmt ", b"data"}:
            found.setdefault(name, body)
    if set(found) != {b"fmt ", b"data"} or len(found[b"fmt "]) < 16:
        raise Unreadable("no samples in it")
    form = found[b"fmt "]
    form = form[:40] if form[:2] == b"\xfe\xff" else form[:16]
    if form[:2] not in {b"\x01\x00", b"\x03\x00", b"\xfe\xff"}:
        raise Refused("the samples are compressed", hint="convert it to plain WAV or MP3")
    body = b"WAVE" + _chunk(b"fmt ", form) + _chunk(b"data", found[b"data"])
    return b"RIFF" + len(body).to_bytes(4, "little") + body


def riff_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Name and content of every chunk; the last may be cut short."""
    at = 12
    while at + 8 <= len(data):
        size = int.from_bytes(data[at + 4 : at + 8], "little")
        yield data[at : at + 4], data[at + 8 : at + 8 + size]
        at += 8 + size + size % 2


def _chunk(name: bytes, body: bytes) -> bytes:
    return name + len(body).to_bytes(4, "little") + body + bytes(len(body) % 2)
