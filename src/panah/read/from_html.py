"""HTML pages by trafilatura: the article without menus and advertisements; scripts and entities are never followed.

Source: Barbaresi (2021), "Trafilatura: a web scraping library and command-line tool", ACL demo.
"""

from __future__ import annotations

import logging
import re
from typing import Any, Final

from panah.errors import Unreadable

from .canonical import canonical, decode
from .formats import Document
from .paragraphs import split_paragraphs

MAX_DEPTH: Final = 2000
"""More tags open at once than this is no page that people wrote."""
_ENTITIES = re.compile(r"<!ENTITY[^>]*>", re.IGNORECASE)
_OPENING = re.compile(r"<(/?)(?:div|span|b|i|font|p|section|table|td|tr|ul|li|blockquote)\b", re.IGNORECASE)
_CHARSET = re.compile(rb"<meta[^>]{0,200}charset=[\"']?([A-Za-z0-9_-]{2,30})", re.IGNORECASE)


def read_html(data: bytes, name: str) -> Document:
    """The text of the article in a page; one paragraph a block.

    Raises:
        Unreadable: It holds no article text, declares entities, or nests too deeply.
    """
    source = _decoded(data, name)
    _check(source, name)
    text, found = _article(source)
    if not text:
        raise Unreadable("no article text was found in the page", where=name, hint="save the text of it by itself")
    text = canonical(_separated(text), where=name)
    title, published = str(found.get("title") or ""), found.get("date")
    return Document(text, split_paragraphs(text), "text/html", title, str(published) if published else None)


def _decoded(data: bytes, name: str) -> str:
    declared = _CHARSET.search(data[:2048])
    if declared and declared[1].lower() not in {b"utf-8", b"utf8"}:
        try:
            return data.decode(declared[1].decode("ascii"))
        except (LookupError, UnicodeDecodeError):
            raise Unreadable(
                "the page is not in the character set it declares", where=name, hint="save it as UTF-8"
            ) from None
    return decode(data, where=name)


def _check(source: str, name: str) -> None:
    if _ENTITIES.search(source[:100_000]):
        raise Unreadable(
            "the page declares entities, as attacks on readers do", where=name, hint="save its text instead"
        )
    depth = 0
    for match in _OPENING.finditer(source):
        depth = max(0, depth + (-1 if match[1] else 1))
        if depth > MAX_DEPTH:
            raise Unreadable("the page nests too deeply to be read", where=name, hint="save its text instead")


def _article(source: str) -> tuple[str, dict[str, Any]]:
    import trafilatura

    logging.getLogger("trafilatura").setLevel(logging.CRITICAL)  # it would log words of the page
    logging.getLogger("htmldate").setLevel(logging.CRITICAL)
    text = trafilatura.extract(source, favor_recall=True, include_comments=False, include_tables=True) or ""
    metadata = trafilatura.extract_metadata(source)
    return text, (metadata.as_dict() if metadata is not None else {})


def _separated(text: str) -> str:
    """A blank line between blocks, which trafilatura prints one a line."""
    return "\n\n".join(line.strip() for line in text.splitlines() if line.strip())
