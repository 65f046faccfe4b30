"""PDF files with a text layer, by pypdf; every paragraph keeps its page."""

from __future__ import annotations

import io
import logging
import re
from typing import Any, Final

from panah.errors import PanahError, Unreadable

from .canonical import MAX_CHARACTERS, canonical
from .formats import Document
from .paragraphs import Stretch

MAX_PAGES: Final = 2000
_BROKEN_WORD = re.compile(r"(?<=[^\W\d_])-\n(?=[a-zà-ÿ])")
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufeff]")
_ENDS_PARAGRAPH = re.compile(r"[.!?…:;]['\"”’»)]?$")


def read_pdf(data: bytes, name: str) -> Document:
    """The text layer of a PDF, page after page; lines of one paragraph are joined.

    Raises:
        Unreadable: Damaged, locked by a password, without a text layer, or too long.
    """
    try:
        pages, title = _pages(data, name)
    except PanahError:
        raise
    except Exception as error:  # a hostile PDF raises anything at all, from pypdf and from what it calls
        raise Unreadable("the PDF is damaged", where=name, hint="print it to a new PDF, or save its text") from error
    text, paragraphs, numbers = _joined(pages)
    if not text.strip():
        raise Unreadable("the PDF has no text layer", where=name, hint="run text recognition (OCR) on it first")
    return Document(canonical(text, where=name), paragraphs, "application/pdf", title, pages=numbers)


def _pages(data: bytes, name: str) -> tuple[list[str], str]:
    from pypdf import PdfReader

    logging.getLogger("pypdf").setLevel(logging.CRITICAL)  # it would log parts of the file
    reader = PdfReader(io.BytesIO(data))
    if reader.is_encrypted and not reader.decrypt(""):
        raise Unreadable("the PDF is locked by a password", where=name, hint="save it without one")
    if len(reader.pages) > MAX_PAGES:
        raise Unreadable(f"the PDF has more than {MAX_PAGES:,} pages", where=name, hint="split it")
    texts: list[str] = []
    length = 0
    for page in reader.pages:
        texts.append(_CONTROL.sub("", page.extract_text() or ""))
        length += len(texts[-1])
        if length > MAX_CHARACTERS:
            raise Unreadable(f"the text has more than {MAX_CHARACTERS:,} characters", where=name, hint="split it")
    information: Any = reader.metadata
    return texts, str((information and information.title) or "")


def _joined(pages: list[str]) -> tuple[str, tuple[Stretch, ...], tuple[int, ...]]:
    pieces: list[str] = []
    paragraphs: list[Stretch] = []
    numbers: list[int] = []
    position = 0
    for number, page in enumerate(pages, start=1):
        for block in _blocks(page):
            pieces.append(block)
            paragraphs.append(Stretch(position, position + len(block)))
            numbers.append(number)
            position += len(block) + 2
    return "\n\n".join(pieces), tuple(paragraphs), tuple(numbers)


def _blocks(page: str) -> list[str]:
    """Paragraphs of one page: blank lines part them, or a short line that ends a sentence."""
    page = _BROKEN_WORD.sub("", page.replace("\r\n", "\n").replace("\r", "\n"))
    lines = [line.rstrip() for line in page.split("\n")]
    width = max((len(line) for line in lines), default=0)
    blocks: list[list[str]] = [[]]
    for line in lines:
        if not line.strip():
            blocks.append([])
            continue
        blocks[-1].append(line.strip())
        if len(line) < width * 0.75 and _ENDS_PARAGRAPH.search(line):
            blocks.append([])
    joined = (" ".join(" ".join(block).split()) for block in blocks)
    return [block for block in joined if block]
