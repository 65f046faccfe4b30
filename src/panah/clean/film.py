"""Films and voice notes in MP4, MOV, M4A and 3GP: put together anew from the samples that are seen and heard.

Only one kind of box is copied: those that a player needs (:mod:`.boxes`), their times set to zero and their names empty.
Tracks of places, times and texts do not come along; nor do bytes that no sample of a kept track is made of. Messages of
the encoder inside pictures (SEI units, in which cameras write times and places) are left out of each sample.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from panah.errors import Refused, Unreadable

from .boxes import (
    IN_PICTURES,
    IN_SOUND,
    PICTURE_BYTES,
    PICTURE_FORMATS,
    SOUND_BYTES,
    SOUND_FORMATS,
    Box,
    boxes,
    number,
    numbers,
    packed,
)

FTYP: Final = packed(b"ftyp", b"isom\x00\x00\x02\x00isomiso2mp41")
MOST_SAMPLES: Final = 2_000_000
_KEPT_HANDLERS: Final = {b"vide", b"soun"}
_COPIED: Final = (b"stts", b"ctts", b"stss")
H264_SPOKEN: Final = {6, 12}
H265_SPOKEN: Final = {38, 39, 40}
"""Kinds of units that are no picture: messages (SEI) and filling."""


@dataclass
class Track:
    """One kept track: its boxes as they will be, and its samples."""

    head: bytes
    edits: bytes
    media_head: bytes
    handler: bytes
    description: bytes
    nal_bytes: int
    """How long a unit's length is; 0 for sound."""
    is_h265: bool
    copied: bytes
    sizes: list[int]
    chunks: list[tuple[int, int]]
    """Where each chunk begins, and how many samples it has."""
    placed: list[int] = field(default_factory=list)
    written: list[int] = field(default_factory=list)


def sequences(data: bytes) -> bytes:
    """The film with its pictures and sound and nothing else.

    Raises:
        Refused: It is kept in fragments, or coded in a way that cannot be looked into.
        Unreadable: It is damaged.
    """
    top: dict[bytes, Box] = {}
    for box in boxes(data, 0, len(data)):
        if box.name in {b"moof", b"mfra"}:
            raise Refused("the film is kept in fragments", hint="convert it to a plain MP4 first")
        top.setdefault(box.name, box)
    if b"moov" not in top:
        raise Unreadable("no film in it")
    inside = list(boxes(data, top[b"moov"].start, top[b"moov"].end))
    tracks = [track for box in inside if box.name == b"trak" and (track := _track(data, box))]
    if not tracks or len(tracks) > 8:
        raise Unreadable("no pictures and no sound in it")
    content = _interleaved(data, tracks)
    (movie_head,) = (box for box in inside if box.name == b"mvhd")
    movie = _without_times(data[movie_head.start : movie_head.end], 4, 12)
    size = len(FTYP) + len(_movie(movie, tracks, 0)) + 8
    return FTYP + _movie(movie, tracks, size) + packed(b"mdat", content)


def _track(data: bytes, box: Box) -> Track | None:
    found = {each.name: each for each in boxes(data, box.start, box.end)}
    media = _inside(data, found.get(b"mdia"))
    handler = data[media[b"hdlr"].start + 8 : media[b"hdlr"].start + 12] if b"hdlr" in media else b""
    if handler not in _KEPT_HANDLERS:
        return None
    table = _inside(data, _inside(data, media.get(b"minf")).get(b"stbl"))
    needed = {b"stsd", b"stts", b"stsc", b"stsz"} - set(table)
    if needed or b"mdhd" not in media or b"tkhd" not in found:
        raise Unreadable("a track is not whole")
    description, nal_bytes, is_h265 = _description(data, table[b"stsd"], handler)
    edits = found.get(b"edts")
    kept = [box for box in boxes(data, edits.start, edits.end) if box.name == b"elst"] if edits else []
    return Track(
        head=_without_times(data[found[b"tkhd"].start : found[b"tkhd"].end], 4, 12),
        edits=packed(b"edts", packed(b"elst", data[kept[0].start : kept[0].end])) if kept else b"",
        media_head=_without_language(_without_times(data[media[b"mdhd"].start : media[b"mdhd"].end], 4, 12)),
        handler=handler,
        description=description,
        nal_bytes=nal_bytes,
        is_h265=is_h265,
        copied=b"".join(packed(name, data[table[name].start : table[name].end]) for name in _COPIED if name in table),
        sizes=_sizes(data, table[b"stsz"]),
        chunks=_chunks(data, table),
    )


def _inside(data: bytes, box: Box | None) -> dict[bytes, Box]:
    return {each.name: each for each in boxes(data, box.start, box.end)} if box else {}


def _without_times(head: bytes, at: int, end: int) -> bytes:
    """A header with its times of making and changing zero; version 1 has them in twice as many bytes."""
    end = at + (end - at) * (2 if head[:1] == b"\x01" else 1)
    return head[:at] + bytes(end - at) + head[end:]


def _without_language(head: bytes) -> bytes:
    at = 32 if head[:1] == b"\x01" else 20
    return head[:at] + b"\x55\xc4" + bytes(2)  # "und"


def _sizes(data: bytes, box: Box) -> list[int]:
    same, n = number(data, box.start + 4), number(data, box.start + 8)
    if n > MOST_SAMPLES:
        raise Refused("too long for a working copy", hint="cut out what is to be shared")
    return [same] * n if same else numbers(data, box.start + 12, n)


def _chunks(data: bytes, table: dict[bytes, Box]) -> list[tuple[int, int]]:
    if b"stco" in table:
        box, width = table[b"stco"], 4
    elif b"co64" in table:
        box, width = table[b"co64"], 8
    else:
        raise Unreadable("a track is not whole")
    places = numbers(data, box.start + 8, number(data, box.start + 4), width)
    runs = table[b"stsc"]
    rows = numbers(data, runs.start + 8, 3 * number(data, runs.start + 4))
    firsts, counts = rows[0::3], rows[1::3]
    found = []
    for index, place in enumerate(places, start=1):
        row = bisect_right(firsts, index) - 1
        if row < 0:
            raise Unreadable("a table begins too late")
        found.append((place, counts[row]))
    return found


def _description(data: bytes, box: Box, handler: bytes) -> tuple[bytes, int, bool]:
    """How the samples are coded, rebuilt; how long a unit's length is; whether it is H.265."""
    entries = list(boxes(data, box.start + 8, box.end))
    if len(entries) != 1:
        raise Refused("coded in more than one way", hint="convert it to a plain MP4 first")
    entry = entries[0]
    is_film = handler == b"vide"
    if entry.name not in (PICTURE_FORMATS if is_film else SOUND_FORMATS):
        raise Refused("coded in a way that cannot be looked into", hint="convert it to H.264 and AAC first")
    made = _picture(data, entry) if is_film else (_sound(data, entry), 0)
    described = bytes(4) + (1).to_bytes(4, "big") + packed(entry.name, made[0])
    return described, made[1], entry.name in {b"hvc1", b"hev1"}


def _picture(data: bytes, entry: Box) -> tuple[bytes, int]:
    fixed = bytearray(data[entry.start : entry.start + PICTURE_BYTES])
    fixed[16:20] = bytes(4)  # who made the encoder
    fixed[42:74] = bytes(32)  # and its name
    kept, nal_bytes = b"", 0
    for each in boxes(data, entry.start + PICTURE_BYTES, entry.end):
        content = data[each.start : each.end]
        if each.name == b"colr" and content[:4] != b"nclx":
            continue  # a whole colour profile, which names the device; or QuickTime's own spelling
        if each.name == b"avcC":
            nal_bytes = (content[4] & 3) + 1
        if each.name == b"hvcC":
            nal_bytes, content = (content[21] & 3) + 1, _without_messages(content)
        if each.name in IN_PICTURES:
            kept += packed(each.name, content)
    if not nal_bytes:
        raise Unreadable("the pictures are not described")
    return bytes(fixed) + kept, nal_bytes


def _without_messages(content: bytes) -> bytes:
    """H.265's description without the encoder's messages."""
    at, kept = 23, []
    for _array in range(content[22]):
        start, n = at, int.from_bytes(content[at + 1 : at + 3], "big")
        at += 3
        for _unit in range(n):
            at += 2 + int.from_bytes(content[at : at + 2], "big")
        if content[start] & 0x3F not in H265_SPOKEN:
            kept.append(content[start:at])
    return content[:22] + bytes([len(kept)]) + b"".join(kept)


def _sound(data: bytes, entry: Box) -> bytes:
    fixed = bytearray(data[entry.start : entry.start + SOUND_BYTES])
    version = int.from_bytes(fixed[8:10], "big")
    if version > 1:
        raise Refused("sound described as QuickTime does", hint="convert it to a plain MP4 or M4A first")
    inside = list(boxes(data, entry.start + SOUND_BYTES + 16 * version, entry.end))
    # QuickTime puts the description of the sound into one box more
    inside += [each for box in inside if box.name == b"wave" for each in _lenient(data, box)]
    fixed[8:16] = bytes(8)
    kept = {each.name: data[each.start : each.end] for each in inside if each.name in IN_SOUND}
    return bytes(fixed) + b"".join(packed(name, content) for name, content in kept.items())


def _lenient(data: bytes, box: Box) -> list[Box]:
    """The boxes in a QuickTime box, which may end with four or eight zeros."""
    end = box.end
    while end > box.start and data[end - 4 : end] == bytes(4):
        end -= 4
    return list(_until_broken(data, box.start, end))


def _until_broken(data: bytes, start: int, end: int) -> Iterator[Box]:
    try:
        yield from boxes(data, start, end)
    except Unreadable:
        return


def _interleaved(data: bytes, tracks: list[Track]) -> bytes:
    """Every kept sample in the order in which it lay; each track learns where its chunks are."""
    order = sorted(
        (place, at, index) for at, track in enumerate(tracks) for index, (place, _n) in enumerate(track.chunks)
    )
    taken = [0] * len(tracks)
    made, size = [], 0
    for place, at, index in order:
        track, n = tracks[at], tracks[at].chunks[index][1]
        track.placed.append(size)
        for number_ in range(taken[at], taken[at] + n):
            if number_ >= len(track.sizes):
                raise Unreadable("more samples than it has sizes for")
            end = place + track.sizes[number_]
            if end > len(data):
                raise Unreadable("it is cut short")
            sample = data[place:end]
            if track.nal_bytes:
                sample = b"".join(_seen(sample, track.nal_bytes, track.is_h265))
            track.written.append(len(sample))
            made.append(sample)
            size += len(sample)
            place = end
        taken[at] += n
    if any(done != len(track.sizes) for done, track in zip(taken, tracks, strict=True)):
        raise Unreadable("samples that lie nowhere")
    return b"".join(made)


def _seen(sample: bytes, width: int, is_h265: bool) -> Iterator[bytes]:
    """The units of a picture that are picture."""
    for kind, unit in units(sample, width, is_h265):
        if kind not in (H265_SPOKEN if is_h265 else H264_SPOKEN):
            yield unit


def units(sample: bytes, width: int, is_h265: bool) -> Iterator[tuple[int, bytes]]:
    """Kind and bytes, its length included, of each unit.

    Raises:
        Unreadable: The lengths do not fit.
    """
    at = 0
    while at < len(sample):
        size = int.from_bytes(sample[at : at + width], "big")
        end = at + width + size
        if size == 0 or end > len(sample):
            raise Unreadable("a picture's parts do not fit")
        first = sample[at + width]
        yield ((first >> 1) & 0x3F if is_h265 else first & 0x1F), sample[at:end]
        at = end


def _movie(head: bytes, tracks: list[Track], content_at: int) -> bytes:
    return packed(b"moov", packed(b"mvhd", head) + b"".join(_rebuilt(track, content_at) for track in tracks))


def _rebuilt(track: Track, content_at: int) -> bytes:
    places = [content_at + place for place in track.placed]
    table = packed(b"stsd", track.description) + track.copied
    table += packed(b"stsc", _runs([n for _place, n in track.chunks]))
    table += packed(b"stsz", bytes(8) + _listed(track.written))
    table += packed(b"stco", bytes(4) + _listed(places))
    here = packed(b"dref", bytes(4) + (1).to_bytes(4, "big") + packed(b"url ", b"\x00\x00\x00\x01"))
    seen = packed(b"vmhd", b"\x00\x00\x00\x01" + bytes(8)) if track.nal_bytes else packed(b"smhd", bytes(8))
    media = packed(b"mdhd", track.media_head)
    media += packed(b"hdlr", bytes(8) + track.handler + bytes(13))
    media += packed(b"minf", seen + packed(b"dinf", here) + packed(b"stbl", table))
    return packed(b"trak", packed(b"tkhd", track.head) + track.edits + packed(b"mdia", media))


def _listed(values: list[int]) -> bytes:
    return len(values).to_bytes(4, "big") + b"".join(value.to_bytes(4, "big") for value in values)


def _runs(counts: list[int]) -> bytes:
    rows = [(index, n) for index, n in enumerate(counts, start=1) if index == 1 or n != counts[index - 2]]
    packed_rows = b"".join(b"".join(value.to_bytes(4, "big") for value in (first, n, 1)) for first, n in rows)
    return bytes(4) + len(rows).to_bytes(4, "big") + packed_rows
