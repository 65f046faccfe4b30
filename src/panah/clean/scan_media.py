"""What may be in clean sound and films, read without what made them; see :mod:`.scan`."""

from __future__ import annotations

from panah.errors import PanahError

from .boxes import (
    CHILDREN,
    IN_PICTURES,
    IN_SOUND,
    PICTURE_BYTES,
    PICTURE_FORMATS,
    SOUND_BYTES,
    Box,
    boxes,
    number,
    numbers,
)
from .film import H264_SPOKEN, H265_SPOKEN, units
from .scan import NotClean
from .sound import OPUS_COMMENTS, VORBIS_COMMENTS, frame_bytes, is_note, packets_of, pages_of


def mp3(data: bytes) -> None:
    """Frames of Layer III from the first byte to the last."""
    at = 0
    while at < len(data):
        size = frame_bytes(data, at)
        if not size or at + size > len(data) or (at == 0 and is_note(data, at)):
            raise NotClean("something that is no sound")
        at += size


def ogg(data: bytes) -> None:
    """Pages of one stream, each with its sum, and comments without a letter."""
    try:
        pages = list(pages_of(data))
    except PanahError:
        raise NotClean("bytes between pages") from None
    if b"".join(page.packed(page.serial, page.number) for page in pages) != data:
        raise NotClean("a wrong sum")
    if {page.serial for page in pages} != {1} or [page.number for page in pages] != list(range(len(pages))):
        raise NotClean("pages of another stream")
    packets = packets_of(pages)
    first, second = next(packets, (b"",))[0], next(packets, (b"",))[0]
    wanted = {b"OpusHead": OPUS_COMMENTS, b"\x01vorbis\x00": VORBIS_COMMENTS}.get(first[:8])
    if wanted is None or second != wanted:
        raise NotClean("comments")
    channels, mapping = first[9], first[18]
    if len(first) != (30 if second == VORBIS_COMMENTS else 19 if mapping == 0 else 21 + channels):
        raise NotClean("a longer header")


def wav(data: bytes) -> None:
    """A format, samples, and the end."""
    size = int.from_bytes(data[16:20], "little")
    at = 20 + size
    samples = int.from_bytes(data[at + 4 : at + 8], "little")
    right = data[:4] == b"RIFF" and data[8:16] == b"WAVEfmt " and size in {16, 40} and data[at : at + 4] == b"data"
    if not right or at + 8 + samples + samples % 2 != len(data):
        raise NotClean("something beside format and samples")


def mp4(data: bytes) -> None:
    """The boxes that a player needs, their times zero; every byte of the content belongs to a sample."""
    try:
        top = list(boxes(data, 0, len(data)))
        if [box.name for box in top] != [b"ftyp", b"moov", b"mdat"]:
            raise NotClean("more than a film")
        used = bytearray(top[2].end - top[2].start)
        _walk(data, b"moov", top[1].start, top[1].end, used, top[2].start)
    except PanahError as error:
        raise error if isinstance(error, NotClean) else NotClean("parts that do not fit") from None
    if not all(used):
        raise NotClean("bytes that belong to no sample")


def _walk(data: bytes, name: bytes, start: int, end: int, used: bytearray, content_at: int) -> None:
    found: dict[bytes, Box] = {}
    for box in boxes(data, start, end):
        if box.name not in CHILDREN[name]:
            raise NotClean(f"box {box.name!r}")
        found[box.name] = box
        if box.name in CHILDREN:
            _walk(data, box.name, box.start, box.end, used, content_at)
        elif box.name in {b"mvhd", b"tkhd", b"mdhd"}:
            wide = 16 if data[box.start : box.start + 1] == b"\x01" else 8
            if any(data[box.start + 4 : box.start + 4 + wide]):
                raise NotClean("a time")
        elif box.name == b"hdlr" and any(data[box.start + 12 : box.end]):
            raise NotClean("a name")
        elif box.name == b"dref" and box.end - box.start != 20:
            raise NotClean("a reference to elsewhere")
    if name == b"stbl":
        _look(data, found, used, content_at)


def _description(data: bytes, start: int, end: int) -> tuple[int, frozenset[int], bool]:
    """How long a unit's length is (0 for sound), which kinds of unit tell something, and whether it is H.265."""
    width, is_h265 = 0, False
    for entry in boxes(data, start, end):
        is_film = entry.name in PICTURE_FORMATS
        is_h265 = entry.name in {b"hvc1", b"hev1"}
        fixed = PICTURE_BYTES if is_film else SOUND_BYTES
        if is_film and any(data[entry.start + 42 : entry.start + 74]):
            raise NotClean("an encoder's name")
        for box in boxes(data, entry.start + fixed, entry.end):
            if box.name not in (IN_PICTURES if is_film else IN_SOUND):
                raise NotClean(f"box {box.name!r}")
            if box.name in {b"avcC", b"hvcC"}:
                width = (data[box.start + (4 if box.name == b"avcC" else 21)] & 3) + 1
    return width, frozenset(H265_SPOKEN if is_h265 else H264_SPOKEN), is_h265


def _look(data: bytes, found: dict[bytes, Box], used: bytearray, content_at: int) -> None:
    """Every byte of every sample, and every unit of a picture."""
    width, spoken, is_h265 = _description(data, found[b"stsd"].start + 8, found[b"stsd"].end)
    sizes = numbers(data, found[b"stsz"].start + 12, number(data, found[b"stsz"].start + 8))
    places = numbers(data, found[b"stco"].start + 8, number(data, found[b"stco"].start + 4))
    table = numbers(data, found[b"stsc"].start + 8, 3 * number(data, found[b"stsc"].start + 4))
    rows = list(zip(table[0::3], table[1::3], strict=True))
    row, sample = -1, 0
    for index, place in enumerate(places, start=1):
        while row + 1 < len(rows) and rows[row + 1][0] <= index:
            row += 1
        for size in sizes[sample : sample + rows[row][1]]:
            used[place - content_at : place - content_at + size] = b"\x01" * size
            if width and spoken & {kind for kind, _unit in units(data[place : place + size], width, is_h265)}:
                raise NotClean("a message within a picture")
            place += size
        sample += rows[row][1]
