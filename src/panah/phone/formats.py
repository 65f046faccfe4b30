"""The table of formats: one line each, tried in this order, recognised by content and never by the file's name."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from panah.errors import UnknownFormat
from panah.model.phone import PhoneEvent

from . import sms_backup
from .report import Options, Report
from .source import Source


@dataclass(frozen=True, slots=True)
class Format:
    """One export format: its slug, its assurance grade, how to recognise and how to read it."""

    slug: str
    grade: Literal["A", "B", "C", "D", "E"]
    recognises: Callable[[Source], bool]
    read: Callable[[Source, Options, Report], Iterator[PhoneEvent]]


FORMATS: Final = (
    Format("sms-backup-restore-messages", "C", sms_backup.recognises_messages, sms_backup.read),
    Format("sms-backup-restore-calls", "C", sms_backup.recognises_calls, sms_backup.read),
)


def recognise(source: Source) -> Format:
    """The first format that knows this content.

    Raises:
        UnknownFormat: None does.
    """
    for one in FORMATS:
        if one.recognises(source):
            return one
    raise UnknownFormat(
        "not an export that is known here",
        where=source.name,
        hint=f"known are: {', '.join(one.slug for one in FORMATS)}",
    )
