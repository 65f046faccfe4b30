"""Signal Desktop through signal-export (carderne, MIT): ``data.json``, one JSON object a line.

Fields after its ``sigexport/models.py``. Not a faithful copy: the tool removes back-ticks, adds two blanks to each text,
calls the owner "Me" and prints the local time of the computer it ran on.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final
from urllib.parse import unquote

from panah.errors import Unreadable
from panah.model.phone import PhoneEvent, Place, TimeZone

from .json_values import extra_of, local, text_of
from .members import attachment_of
from .report import Options, Report
from .source import Source
from .text_lines import head_text, lines

_KEYS: Final = frozenset({"date", "sender", "body"})
COPIES: Final = ("chat.md", "index.md", "index.html", "chat.txt")
_OWNER: Final = "Me"
_CALL: Final = re.compile(
    r"(?P<way>Incoming|Outgoing|Missed) (?:voice |video )?call(?: \((?P<what>[\w ]+)(?:, (?:(?P<m>\d+)m )?(?P<s>\d+)s)?\))?\Z"
)
"""What the tool writes as the text of a call."""
_USED: Final = _KEYS | {"attachments", "deleted", "call", "missed"}


def recognises(source: Source) -> bool:
    if source.is_container:
        return False
    first = first_object(source)
    return first is not None and first.keys() >= _KEYS


def first_object(source: Source) -> dict[str, Any] | None:
    """The first line as a JSON object."""
    line = next((one for one in head_text(source).split("\n") if one.strip()), "")
    if not line.lstrip().startswith(("{", "[")):
        return None
    try:
        value = json.loads(line)
    except (ValueError, RecursionError):
        return None
    if isinstance(value, list) and value:
        value = value[0]  # one array instead of a line for each
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
        rows = value if isinstance(value, list) and value else [value]
        if all(isinstance(row, dict) for row in rows):
            n_read += len(rows)
            yield from ((row, place) for row in rows)
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
    folder = source.member.rpartition("/")[0]
    chat = folder.rpartition("/")[2]
    _leave_copies(source, folder, report)
    for row, place in objects(source, report):
        if not row.keys() >= _KEYS:
            report.doubt(place, "a line without date, sender and body", text_of(row))
            continue
        yield _event(row, place, source, options, report, chat)


def _leave_copies(source: Source, folder: str, report: Report) -> None:
    """The tool writes each chat three times; the other two say less."""
    top = f"{folder}/" if folder else ""
    copies = [one for name in COPIES if (one := top + name) in source.members]
    if copies:
        report.used.update(copies)
        report.notes.append(f"not read, since the JSON beside says more: {', '.join(copies)}")


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
        attachment_of(source, unquote(text_of(one.get("path") or one.get("name") or "")), options, report)
        for one in row.get("attachments") or ()
        if isinstance(one, dict)
    )
    text = text_of(row["body"] or "").removesuffix("  ")
    said = _CALL.match(text)
    call = row["call"] is True if "call" in row else said is not None  # older versions write only the text
    status, duration = "deleted" if flags else "", None
    if call:
        mine = mine or (said is not None and said["way"] == "Outgoing")
        missed = row.get("missed") or (said and said["way"] == "Missed")
        status = "missed" if missed else (said and said["what"]) or ("answered" if said is None else "unknown")
        status = "answered" if status == "accepted" else status
        duration = int(said["m"] or 0) * 60 + int(said["s"]) if said and said["s"] else None
    return PhoneEvent(
        "call" if call else "message", at, "outgoing" if mine else "incoming", "signal", place, other,
        "allowed" if other else "unknown", sender, "" if mine else sender or "", sender or "", status,
        text, duration, attachments, tuple(flags), extra,
    )  # fmt: skip
