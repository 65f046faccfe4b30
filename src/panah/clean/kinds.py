"""Which files a clean copy can be made of, told by their first bytes and never by their names."""

from __future__ import annotations

import csv
import functools
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Final

from panah.errors import Refused

FIRST_BYTES: Final = 64
_OFFICE_MEMBERS: Final = {"word/document.xml": "docx", "xl/workbook.xml": "xlsx"}
_ODF: Final = {
    "application/vnd.oasis.opendocument.text": "odt",
    "application/vnd.oasis.opendocument.spreadsheet": "ods",
}
_HEIF: Final = frozenset({b"heic", b"heix", b"hevc", b"heim", b"heis", b"mif1", b"msf1"})
_FILM: Final = frozenset({b"isom", b"iso2", b"iso4", b"iso5", b"iso6", b"mp41", b"mp42", b"avc1", b"M4V ", b"qt  "})


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of file: what its copy is, and what is told of it."""

    code: str
    copy_type: str
    """Media type of the copy."""
    suffix: str
    """Extension of the copy."""


@functools.cache
def _table() -> Mapping[str, Kind]:
    text = (resources.files(__package__) / "kinds.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return {row["code"]: Kind(row["code"], row["copy_type"], row["suffix"]) for row in rows}


KINDS: Final = _table()


def kind_of(data: bytes) -> Kind:
    """The kind of a file.

    Raises:
        Refused: No clean copy can be made of it.
    """
    code = _code(data)
    if code is None:
        raise Refused(
            "no clean copy can be made of this kind of file",
            where="working copy",
            hint="make a photograph, a PDF or a sound file of what is to be shared",
        )
    return KINDS[code]


def _code(data: bytes) -> str | None:
    head = data[:FIRST_BYTES]
    starts = {
        b"\xff\xd8\xff": "jpeg",
        b"\x89PNG\r\n\x1a\n": "png",
        b"GIF87a": "gif",
        b"GIF89a": "gif",
        b"II*\x00": "tiff",
        b"MM\x00*": "tiff",
        b"%PDF-": "pdf",
        b"OggS": "ogg",
        b"ID3": "mp3",
    }
    for start, code in starts.items():
        if head.startswith(start):
            return code
    if head[:4] == b"RIFF":
        return {b"WEBP": "webp", b"WAVE": "wav"}.get(head[8:12])
    if head[4:8] == b"ftyp":
        return _brand(head)
    if head[:4] == b"PK\x03\x04":
        return _packed(data)
    if len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2:  # Layer III, any version
        return "mp3"
    return "text" if _is_text(data) else None


def _brand(head: bytes) -> str | None:
    size = int.from_bytes(head[:4], "big")
    brands = {head[8:12], *(head[at : at + 4] for at in range(16, min(size, FIRST_BYTES), 4))}
    if brands & {b"avif", b"avis"}:
        return "avif"
    if brands & _HEIF:
        return "heic"
    if head[8:11] in {b"M4A", b"M4B"}:
        return "m4a"
    return "mp4" if brands & _FILM or any(brand[:2] == b"3g" for brand in brands) else None


def _packed(data: bytes) -> str | None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as packed:
            names = set(packed.namelist())
            if "mimetype" in names and packed.getinfo("mimetype").file_size < 200:
                return _ODF.get(packed.read("mimetype").decode("ascii", "replace").strip())
    except (zipfile.BadZipFile, NotImplementedError, OSError, EOFError):
        return None
    return next((code for member, code in _OFFICE_MEMBERS.items() if member in names), None)


def _is_text(data: bytes) -> bool:
    """Plain text has no place for metadata; text that a program reads as markup has."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    control = any(ord(character) < 32 and character not in "\t\r\n\f" for character in text)
    return (
        bool(text.strip()) and not control and "<" not in text.lstrip("\ufeff \t\r\n")[:1] and "{\\rtf" not in text[:16]
    )
