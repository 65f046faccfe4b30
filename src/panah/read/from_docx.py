"""DOCX files: the paragraphs of the main text, read from the package itself, with nothing linked or embedded opened."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from typing import Any, Final

from panah.errors import UnknownFormat, Unreadable

from .canonical import MAX_CHARACTERS, canonical
from .formats import DOCX, Document
from .paragraphs import split_paragraphs

MAX_PART_BYTES: Final = 64 * 1024 * 1024
"""The largest unpacked main part: a small archive that unpacks to more is an attack."""
_MAIN: Final = "word/document.xml"
_WORDS: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def read_docx(data: bytes, name: str) -> Document:
    """The paragraphs of a DOCX file's main text.

    Raises:
        UnknownFormat: A ZIP archive that is no DOCX.
        Unreadable: Damaged, too large when unpacked, or without text.
    """
    text = "\n\n".join(paragraph for paragraph in _paragraphs(_main_part(data, name), name) if paragraph.strip())
    if len(text) > MAX_CHARACTERS or not text.strip():
        raise Unreadable("the document has no text", where=name, hint="check that it is the right file")
    text = canonical(text, where=name)
    return Document(text, split_paragraphs(text), DOCX)


def _main_part(data: bytes, name: str) -> bytes:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if _MAIN not in archive.namelist():
                raise UnknownFormat(
                    "a ZIP archive that is no DOCX", where=name, hint="unpack it and read what is in it"
                )
            with archive.open(_MAIN) as part:
                content = part.read(MAX_PART_BYTES + 1)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError) as error:
        raise Unreadable("the document is damaged or locked", where=name, hint="open and save it again") from error
    if len(content) > MAX_PART_BYTES:
        raise Unreadable("the document unpacks to far more than a document has", where=name, hint="save its text")
    return content


def _paragraphs(content: bytes, name: str) -> Iterator[str]:
    import defusedxml  # type: ignore[import-untyped]
    from defusedxml.ElementTree import ParseError, fromstring  # type: ignore[import-untyped]

    try:
        root: Any = fromstring(content, forbid_dtd=True)
    except (ParseError, defusedxml.DefusedXmlException, ValueError) as error:
        raise Unreadable("the document is damaged", where=name, hint="open and save it again") from error
    for paragraph in root.iter(f"{_WORDS}p"):
        yield "".join(_run_text(node) for node in paragraph.iter())


def _run_text(node: Any) -> str:
    if node.tag == f"{_WORDS}t":
        return str(node.text or "")
    return {f"{_WORDS}tab": "\t", f"{_WORDS}br": "\n", f"{_WORDS}noBreakHyphen": "-"}.get(node.tag, "")
