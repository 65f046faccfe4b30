"""Files that come with messages: digested in pieces, told by their first bytes, kept nowhere."""

from __future__ import annotations

import hashlib
import mimetypes
from contextlib import closing
from typing import Final

from panah.errors import NotOpened, Unreadable
from panah.model.phone import Attachment, Place

from .report import Options, Report
from .source import Source, chunks

MAX_HELD_BYTES: Final = 256 << 20
"""Larger attachments are digested, but not handed over in one piece."""
_MAGIC: Final = (
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"GIF8", "image/gif"),
    (8, b"WEBP", "image/webp"),
    (8, b"WAVE", "audio/wav"),
    (4, b"ftypheic", "image/heic"),
    (4, b"ftypmif1", "image/heif"),
    (4, b"ftypM4A", "audio/mp4"),
    (4, b"ftypqt", "video/quicktime"),
    (4, b"ftyp3g", "video/3gpp"),
    (4, b"ftyp", "video/mp4"),
    (0, b"OggS", "audio/ogg"),
    (0, b"#!AMR", "audio/amr"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"\xff\xfb", "audio/mpeg"),
    (0, b"\xff\xf3", "audio/mpeg"),
    (0, b"\xff\xf1", "audio/aac"),
    (0, b"fLaC", "audio/flac"),
    (0, b"caff", "audio/x-caf"),
    (0, b"\x1aE\xdf\xa3", "video/webm"),
    (0, b"BM", "image/bmp"),
    (0, b"II*\0", "image/tiff"),
    (0, b"MM\0*", "image/tiff"),
    (0, b"%PDF-", "application/pdf"),
)


def media_type_of(head: bytes, name: str = "") -> str:
    """What the first bytes are; the name only where they say nothing."""
    for offset, magic, media_type in _MAGIC:
        if head.startswith(magic, offset) and (magic != b"BM" or head[6:10] == b"\0\0\0\0"):
            return media_type
    return mimetypes.guess_type(name)[0] or ""


def attachment_of(source: Source, written: str, options: Options, report: Report, media_type: str = "") -> Attachment:
    """The attachment that a message names, with its digest when it lies in the same zip or folder."""
    name = written.replace("\\", "/").rpartition("/")[2]
    member = source.beside(written)
    if member is None:
        return Attachment(name, media_type or mimetypes.guess_type(name)[0] or "")
    try:
        return digest_member(source, member, options, report, name)
    except (Unreadable, NotOpened) as error:
        report.doubt(Place("byte", 0, 0, member), f"an attachment that cannot be read: {error.what}", name)
        return Attachment(name, media_type)


def digest_member(source: Source, member: str, options: Options, report: Report, name: str = "") -> Attachment:
    """One member of a zip or folder as an attachment."""
    report.used.add(member)
    digest = hashlib.sha256()
    size = 0
    head = b""
    held: list[bytes] | None = [] if options.keep_attachment else None
    with closing(source.open_member(member) if member else source.open()) as stream:
        for piece in chunks(stream):
            head = head or piece[:64]
            digest.update(piece)
            size += len(piece)
            if held is not None:
                held.append(piece)
                if size > MAX_HELD_BYTES:
                    held = None
                    report.doubt(Place("byte", 0, 0, member), "an attachment too large to be kept; only digested")
    shown = name or member.rpartition("/")[2] or source.name
    attachment = Attachment(shown, media_type_of(head, shown), digest.hexdigest(), size, included=True)
    if held is not None and options.keep_attachment:
        options.keep_attachment(attachment, b"".join(held))
    return attachment
