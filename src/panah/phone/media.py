"""A screenshot, a photograph, a voice note: evidence as it is, grade E. Digested and told by its bytes, never changed.

The time in a picture's EXIF is its camera's clock, without a zone, and anybody can write it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from typing import Final

from panah.model.phone import PhoneEvent, Place, TimeZone

from .members import digest_member, media_type_of
from .report import Options, Report
from .source import Source

_KINDS: Final = ("image/", "audio/", "video/", "application/pdf")
_DATE_TAKEN: Final = 0x9003  # EXIF DateTimeOriginal
_EXIF: Final = 0x8769


def recognises(source: Source) -> bool:
    return not source.is_container and media_type_of(source.head[:64]).startswith(_KINDS)


def read(source: Source, options: Options, report: Report) -> Iterator[PhoneEvent]:
    """One event without a sender that carries the file."""
    report.time_zone = TimeZone(known=False, source="a camera's clock, if any; anybody can write it")
    one = digest_member(source, source.member, options, report)
    taken = _taken(source) if one.media_type.startswith("image/") else None
    yield PhoneEvent(
        "system", taken, "none", "file", Place("byte", 0, source.size_bytes, source.member), None, "unavailable",
        attachments=(one,), flags=("camera_clock",) if taken else (),
    )  # fmt: skip


def _taken(source: Source) -> datetime | None:
    from PIL import Image

    try:
        with closing(source.open()) as file, Image.open(file) as picture:
            written = str(picture.getexif().get_ifd(_EXIF).get(_DATE_TAKEN, ""))
        match = re.fullmatch(r"(\d{4}):(\d\d):(\d\d) (\d\d):(\d\d):(\d\d)", written.strip("\0 "))
        return datetime(*(int(part) for part in match.groups())) if match else None  # type: ignore[arg-type]  # noqa: DTZ001
    except Exception:  # a broken picture is evidence all the same
        return None
