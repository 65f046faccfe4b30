"""Signal Desktop through signal-export (carderne, MIT): ``data.json``, one JSON object a line.

Fields after its ``sigexport/models.py``. Not a faithful copy: the tool removes back-ticks, adds two blanks to each text,
calls the owner "Me" and prints the local time of the computer it ran on.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final

from panah.errors import Unreadable
from panah.model.phone import PhoneEvent, Place, TimeZone

from .json_values import extra_of, local, text_of
from .members import attachment_of
from .report import Options, Report
from .source import Source
from .text_lines import head_text, lines

_KEYS: Final = frozenset({"date", "sender", "body"})
_OWNER: Final = "Me"
_USED: Final = _KEYS | {"attachments", "deleted", "call", "missed"}


def recognises(source: Source) -> bool:
    if source.is_container:
        return False
    first = first_object(source)
    return first is not None and first.keys() >= _KEYS


def first_object(source: Source) -> dict[str, Any] | None:
    """The first line as a JSON object."""
    line = next((one for one in head_text(source).split("\n") if one.strip()), "")
    if not line.lstrip().startswith("{"):
        return None
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    return value if isinstance(value, dict) else None


def objects(source: Source, report: Report) -> Iterator[tuple[dict[str, Any], Place]]:
    """Each line as an object; one that is none is told, and the last one as the place where the file breaks.

    Raises:
        Unreadable: Not one line is an object.
    """
    broken: tuple[Place, str] | None = None
    n_read = 0
    for number, line in lines(source, report):
        if not line.strip():
            continue
        if broken:
            report.doubt(broken[0], "a line that is not a JSON object", broken[1])
            broken = None
        place = Place("line", number, number + 1, source.member)
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            value = None
        if isinstance(value, dict):
            n_read += 1
            yield value, place
        else:
            broken = place, line
    if not n_read:
        raise Unreadable("no line in it is a whole JSON object", where=source.name, hint="export it again")
    if broken:
        report.doubt(broken[0], "the file breaks here: a line that is not whole; what is before is whole", broken[1])


def read(source: Source, options: Options, report: Report) -> Iterator[PhoneEvent]:
    """Events in the order of the file; raises as :func:`objects`."""
    report.time_zone = TimeZone(known=False, source="local times of the computer that exported, without its zone")
    report.notes.append("signal-export removes back-ticks and adds two blanks to each text: not a faithful copy")
    chat = source.member.rpartition("/")[0].rpartition("/")[2]
    for row, place in objects(source, report):
        if not row.keys() >= _KEYS:
            report.doubt(place, "a line without date, sender and body", text_of(row))
            continue
        yield _event(row, place, source, options, report, chat)


def _event(
    row: dict[str, Any], place: Place, source: Source, options: Options, report: Report, chat: str
) -> PhoneEvent:
    at = local(row["date"])
    if at is None:
        report.doubt(place, "the date is not a time", text_of(row["date"]))
    sender = text_of(row["sender"] or "") or None
    mine = sender == _OWNER
    other = (chat or None) if mine else sender
    flags = ["deleted"] if row.get("deleted") else []
    extra = extra_of(row, _USED)
    if chat:
        extra["chat"] = chat
    attachments = tuple(
        attachment_of(source, text_of(one.get("path") or one.get("name") or ""), options, report)
        for one in row.get("attachments") or ()
        if isinstance(one, dict)
    )
    call = bool(row.get("call"))
    status = ("missed" if row.get("missed") else "answered") if call else "deleted" if flags else ""
    return PhoneEvent(
        "call" if call else "message", at, "outgoing" if mine else "incoming", "signal", place, other,
        "allowed" if other else "unknown", sender, "" if mine else sender or "", sender or "", status,
        text_of(row["body"] or "").removesuffix("  "), None, attachments, tuple(flags), extra,
    )  # fmt: skip
