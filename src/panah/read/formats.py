"""What a file is, by its own bytes and not by its name; and its canonical text.

A name that says otherwise is an error: a PDF called ``.txt`` was renamed by mistake or on purpose, and the reader of
the evidence should know before anything is read from it.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Final

from panah.errors import UnknownFormat, Unreadable

from .canonical import MAX_BYTES, decode
from .paragraphs import Stretch, split_paragraphs


@dataclass(frozen=True, slots=True)
class Document:
    """The canonical text of one file with its paragraphs, and what the file says of itself."""

    text: str
    paragraphs: tuple[Stretch, ...]
    media_type: str = "text/plain"
    title: str = ""
    published: str | None = None
    """The day of publication that the file's own metadata states, in EDTF."""
    pages: tuple[int, ...] = field(default=())
    """For each paragraph its page from 1, when the format has pages."""


_SUFFIXES: Final = {
    ".txt": "text/plain",
    ".md": "text/plain",
    ".text": "text/plain",
    ".html": "text/html",
    ".htm": "text/html",
    ".xhtml": "text/html",
    ".pdf": "application/pdf",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".eml": "message/rfc822",
}
DOCX: Final = _SUFFIXES[".docx"]
_SHOWN: Final = {
    "text/plain": "text",
    "text/html": "HTML",
    "application/pdf": "a PDF",
    DOCX: "DOCX",
    "message/rfc822": "an e-mail",
}
_HTML = re.compile(
    rb"^\s*(?:<!--.{0,2000}?-->\s*)?"
    rb"(?:<!doctype\s+html|<(?:html|head|body|article|main|section|div|p|h1)[\s>]|<\?xml[^>]{0,200}\?>\s*<(?:!doctype\s+)?html)",
    re.IGNORECASE | re.DOTALL,
)
_XML = re.compile(rb"^\s*<(?:\?xml|!doctype|!entity)", re.IGNORECASE)
_HEADER = re.compile(rb"^[A-Za-z][A-Za-z0-9-]{1,40}:[ \t]")
_MAIL_HEADERS: Final = tuple(
    f"{header}:".encode()
    for header in "from received return-path message-id delivered-to mime-version subject".split()  # noqa: SIM905
)


def recognise(data: bytes, name: str = "") -> str:
    """The media type of a file by its first bytes.

    Raises:
        UnknownFormat: It is none that is read here, or its name says another.
    """
    found = _by_content(data, name)
    said = _SUFFIXES.get(PurePath(name).suffix.lower())
    if said is not None and said != found:
        raise UnknownFormat(
            f"the name says {_SHOWN[said]}, but it is {_SHOWN[found]}", where=name, hint="give it its right ending"
        )
    return found


def _by_content(data: bytes, name: str) -> str:
    start = data[:4096].removeprefix(b"\xef\xbb\xbf")
    if start.lstrip()[:5] == b"%PDF-":
        return "application/pdf"
    if start[:4] == b"PK\x03\x04":
        return DOCX
    if _HTML.match(start):
        return "text/html"
    if _XML.match(start):
        raise UnknownFormat("an XML file that is no page", where=name, hint="export it as text, HTML or DOCX")
    return "message/rfc822" if _is_mail(start) else "text/plain"


def _is_mail(start: bytes) -> bool:
    """Whether a file begins with at least three header lines, two of them of every mail."""
    head = re.split(rb"\r?\n\r?\n", start, maxsplit=1)[0]
    lines = [line for line in re.split(rb"\r?\n(?![ \t])", head) if line]
    known = sum(line.lower().startswith(_MAIL_HEADERS) for line in lines)
    return len(lines) >= 3 and known >= 2 and all(_HEADER.match(line) for line in lines[:3])


def open_document(data: bytes, name: str = "") -> Document:
    """The canonical text of a file.

    Raises:
        Unreadable: Empty, too large, damaged, locked, or without text.
        UnknownFormat: See :func:`recognise`.
    """
    if len(data) > MAX_BYTES:
        raise Unreadable(
            f"the document has {len(data):,} bytes, more than the {MAX_BYTES:,} read here",
            where=name,
            hint="split it, or check that it is the right file",
        )
    if not data.strip():
        raise Unreadable("there is nothing to read in it", where=name, hint="check that it is the right file")
    return _reader(recognise(data, name))(data, name)


def _reader(media_type: str) -> Callable[[bytes, str], Document]:
    """The reader of one format; each loads its library only when such a file comes."""
    if media_type == "text/html":
        from .from_html import read_html

        return read_html
    if media_type == "application/pdf":
        from .from_pdf import read_pdf

        return read_pdf
    if media_type == DOCX:
        from .from_docx import read_docx

        return read_docx
    if media_type == "message/rfc822":
        from .from_mail import read_mail

        return read_mail
    return _read_text


def _read_text(data: bytes, name: str) -> Document:
    text = decode(data, where=name)
    return Document(text, split_paragraphs(text))
