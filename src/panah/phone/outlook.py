"""Outlook's ``.msg``: recognised and refused with what to do instead.

The one kept reader of the format (extract-msg) is GPL, which Panah's licence cannot take in; ``.eml`` says more, since it
is the message as it came.
"""

from __future__ import annotations

from collections.abc import Iterator

from panah.errors import Unreadable
from panah.model.phone import PhoneEvent

from .report import Options, Report
from .source import Source


def recognises(source: Source) -> bool:
    return source.head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")


def read(source: Source, options: Options, report: Report) -> Iterator[PhoneEvent]:
    """Refuses.

    Raises:
        Unreadable: Always.
    """
    refused = Unreadable(
        "a message of Outlook (.msg) or another old Office file, which is not read here",
        where=source.name,
        hint="in Outlook, forward it as an attachment or save it as .eml",
    )
    yield from _refuse(refused)


def _refuse(error: Unreadable) -> Iterator[PhoneEvent]:
    raise error
