"""Reading articles, reports and testimonies: what is said, by whom, about which acts; no model and no network.

Nothing here enters the register by itself: a reading is a proposal, each part of it anchored to exact characters.

    >>> from panah.read import read_document
    >>> reading = read_document("“They called my mother,” Ana Example said.")
    >>> reading.statements[0].text
    'They called my mother,'
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from panah.model.reading import Reading

__all__ = ["read_document"]


def read_document(data: bytes | str, *, name: str = "", published: str | None = None) -> Reading:
    """Propose statements, incidents and counts from one document.

    Args:
        data: The file's bytes (text, HTML, PDF with a text layer, DOCX or e-mail), or text decoded already.
        name: The file's name, for messages and to notice that it is not what its name says.
        published: The day of publication in EDTF, when the reader knows it; else it is inferred where possible.

    Returns:
        The reading; every span counts characters of ``reading.document.text``.

    Raises:
        Unreadable: Empty, too large, damaged or not UTF-8.
        UnknownFormat: No text in a form that is read here, or not what its name says.
        BadDate: ``published`` is no EDTF date.
    """
    # the steps and their lexicons load when something is read, so that importing the room stays cheap
    from .document import read

    return read(data, name=name, published=published)
