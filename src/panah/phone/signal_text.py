"""What signal-export means by its ``chat.md``: a text with the tool's own marks in it.

Marks after carderne/signal-export ``sigexport/models.py``: the owner is "Me", files are links into ``./media``, reactions
stand in ``(- name: emoji -)``, each text ends with two blanks.
"""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import unquote

from panah.model.phone import PhoneEvent

from .members import attachment_of
from .report import Options, Report
from .source import Source

WRITES: Final = re.compile(
    r"\] Me: |\]\(\./media/|\(This message was deleted\)|^\[[^\n]+  $|^\(- [^\n]+ -\)$", re.MULTILINE
)
_FILE: Final = re.compile(r"!?\[([^\]\n]*)\]\(\./([^)\n]+)\) {0,2}")
_REACTIONS: Final = re.compile(r"\n\(- ([^\n]+) -\)")
_DELETED: Final = "(This message was deleted)"
_OWNER: Final = "Me"


def said(event: PhoneEvent, source: Source, options: Options, report: Report) -> PhoneEvent:
    """The event without the tool's marks, and what they say."""
    if event.kind != "message":
        return event
    text = event.text or ""
    extra = dict(event.extra)
    if reactions := _REACTIONS.findall(text):
        extra["reactions"] = ", ".join(reactions)
        text = _REACTIONS.sub("", text)
    files = tuple(attachment_of(source, unquote(one[2]), options, report) for one in _FILE.finditer(text))
    text = _FILE.sub("", text).strip("\n").removesuffix("  ")
    deleted = text.strip() == _DELETED
    mine = event.sender == _OWNER
    return event._replace(
        text=text,
        direction="outgoing" if mine else "incoming",
        counterpart=None if mine else event.counterpart,
        presentation="unknown" if mine else event.presentation,
        name="" if mine else event.name,
        status="deleted" if deleted else event.status,
        flags=(*event.flags, "deleted") if deleted else event.flags,
        attachments=(*event.attachments, *files),
        extra=extra,
    )
