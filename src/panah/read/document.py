"""The reading itself: bytes in, proposals out."""

from __future__ import annotations

import hashlib

from panah.model.claim import Fidelity
from panah.model.reading import CopyNote, DocumentNote, ParagraphNote, Reading, Statement

from .canonical import canonical, decode
from .paragraphs import split_paragraphs
from .quotations import find_quotations


def read_document(data: bytes | str, *, name: str = "", published: str | None = None) -> Reading:
    """Propose statements, incidents and counts from one document.

    Args:
        data: The file's bytes, or text that is decoded already.
        name: The file's name, for messages and to notice that it is not what its name says.
        published: The day of publication in EDTF, when the reader knows it; else it is inferred where possible.

    Returns:
        The reading; every span counts characters of ``reading.document.text``.

    Raises:
        Unreadable: Empty, too large, damaged or not UTF-8.
        UnknownFormat: No text in a form that is read here, or not what its name says.
        BadDate: ``published`` is no EDTF date.
    """
    original = data.encode("utf-8", "surrogatepass") if isinstance(data, str) else data
    text = canonical(data, where=name) if isinstance(data, str) else decode(data, where=name)
    paragraphs = split_paragraphs(text)
    quotations = find_quotations(text, paragraphs)
    return Reading(
        document=DocumentNote(
            hash=hashlib.sha256(original).hexdigest(),
            name=name,
            published=published,
            text=text,
            copy=CopyNote(),
            paragraphs=tuple(ParagraphNote(start=each.start, end=each.end) for each in paragraphs),
        ),
        statements=tuple(
            Statement(
                start=each.start,
                end=each.end,
                text=text[each.start : each.end],
                kind="direct",
                fidelity=Fidelity.UNKNOWN,
            )
            for each in quotations
        ),
    )
