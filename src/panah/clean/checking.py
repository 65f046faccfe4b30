"""Which reader looks at which kind of copy."""

from __future__ import annotations

import struct
from collections.abc import Callable, Mapping
from typing import Final

from . import scan, scan_documents, scan_media

READERS: Final[Mapping[str, Callable[[bytes], None]]] = {
    "jpeg": scan.jpeg,
    "heic": scan.jpeg,
    "avif": scan.jpeg,
    "png": scan.png,
    "gif": scan.gif,
    "webp": scan.webp,
    "tiff": scan.tiff,
    "pdf": scan_documents.pdf,
    "mp3": scan_media.mp3,
    "ogg": scan_media.ogg,
    "wav": scan_media.wav,
    "mp4": scan_media.mp4,
    "m4a": scan_media.mp4,
    "docx": scan_documents.office,
    "xlsx": scan_documents.office,
    "odt": scan_documents.office,
    "ods": scan_documents.office,
    "text": lambda _data: None,
}


def check_clean(code: str, copy: bytes) -> None:
    """Refuse a copy in which there is anything that a clean one has not.

    Raises:
        NotClean: By what was found.
    """
    try:
        READERS[code](copy)
    except (IndexError, ValueError, KeyError, struct.error) as error:
        raise scan.NotClean("it does not read to its end") from error
