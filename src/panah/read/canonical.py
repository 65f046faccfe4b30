"""The canonical text: the one string that every character span counts in, and that is stored as evidence.

Invariant: for a text file it is the file's own characters; only the byte order mark goes, and line ends
become ``\\n``. Nothing else is repaired here, because a repair would move every span after it.
"""

from __future__ import annotations

import codecs
import re
from typing import Final

from panah.errors import UnknownFormat, Unreadable

MAX_BYTES: Final = 64 * 1024 * 1024
"""The largest file that is opened at all."""
MAX_CHARACTERS: Final = 4_000_000
"""The longest text that is read: some eight novels."""

_CONTROL = re.compile(r"[\x00-\x08\x0b\x0e-\x1f\x7f]")
_LINE_ENDS = re.compile(r"\r\n?|\x0c|\x85|\u2028|\u2029")
_WIDE_MARKS: Final = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def decode(data: bytes, *, where: str = "") -> str:
    """The canonical text of a text file.

    Raises:
        Unreadable: It is empty, too large, or not UTF-8 (or UTF-16 with its byte order mark).
        UnknownFormat: It has control characters, so it is no text.
    """
    if len(data) > MAX_BYTES:
        raise Unreadable(
            f"the document has {len(data):,} bytes, more than the {MAX_BYTES:,} read here",
            where=where,
            hint="split it, or check that it is the right file",
        )
    for mark, encoding in _WIDE_MARKS:
        if data.startswith(mark):
            return canonical(_decoded(data[len(mark) :], encoding, where), where=where)
    if b"\x00" in data[:4096]:
        raise _not_text(where)
    return canonical(_decoded(data.removeprefix(codecs.BOM_UTF8), "utf-8", where), where=where)


def _decoded(data: bytes, encoding: str, where: str) -> str:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError as error:
        raise Unreadable(
            f"not {encoding.upper()} text at byte {error.start}", where=where, hint="save it as UTF-8"
        ) from None


def canonical(text: str, *, where: str = "") -> str:
    """The canonical text of characters that are decoded already; raises as :func:`decode` does."""
    if len(text) > MAX_CHARACTERS:
        raise Unreadable(
            f"the text has {len(text):,} characters, more than the {MAX_CHARACTERS:,} read here",
            where=where,
            hint="split it",
        )
    text = _LINE_ENDS.sub("\n", text.removeprefix("\ufeff"))
    if _CONTROL.search(text):
        raise _not_text(where)
    if any("\ud800" <= character <= "\udfff" for character in text):
        raise Unreadable("the text has half a character", where=where, hint="save it as UTF-8")
    if not text.strip():
        raise Unreadable("there is nothing to read in it", where=where, hint="check that it is the right file")
    return text


def _not_text(where: str) -> UnknownFormat:
    return UnknownFormat("neither text, HTML, PDF, DOCX nor e-mail", where=where, hint="convert it to one of these")
