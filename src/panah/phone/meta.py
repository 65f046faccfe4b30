"""Facebook and Instagram, ``message_N.json``: strings are UTF-8 bytes written as Latin-1 characters, newest first.

Each string is put right by itself, and only where it then is UTF-8 (``ftfy`` would change quotation marks too, which
evidence must keep). There is no id of a person, only the name they go by. The download of end-to-end encrypted
Messenger chats is another format in proper UTF-8; repairing it would break it. Its keys are described by users, not
seen in a file of ours: provisional.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from typing import Any, Final

from panah.model.phone import Attachment, PhoneEvent, TimeZone

from . import encoded
from .json_stream import Path, Stream, Value
from .json_values import extra_of, text_of, utc, whole_number
from .members import attachment_of
from .report import Options, Report
from .source import Source, chunks
from .telegram import close

_FILES: Final = ("photos", "videos", "audio_files", "files", "gifs", "sticker")
_USED: Final = frozenset({"sender_name", "timestamp_ms", "content", "call_duration", "is_unsent", *_FILES})
_USED_E2EE: Final = frozenset({"senderName", "timestamp", "text", "isUnsent", "media"})
_NOT_LATIN: Final = re.compile(r"[\u0080-\u00ff]")


def recognises(source: Source) -> bool:
    head = encoded.head_of(source).removeprefix(b"\xef\xbb\xbf").lstrip()
    return not source.is_container and head[:1] == b"{" and b'"sender_name"' in head and b'"timestamp_ms"' in head


def recognises_e2ee(source: Source) -> bool:
    head = encoded.head_of(source).removeprefix(b"\xef\xbb\xbf").lstrip()
    return not source.is_container and head[:1] == b"{" and b'"senderName"' in head and b'"timestamp"' in head


def read(source: Source, options: Options, report: Report) -> Iterator[PhoneEvent]:
    """Events as they stand in the file, newest first.

    Raises:
        Unreadable: Not one message of it is whole.
    """
    yield from _read(source, options, report, encrypted=False)


def read_e2ee(source: Source, options: Options, report: Report) -> Iterator[PhoneEvent]:
    """As :func:`read`."""
    report.notes.append("the layout of this format is provisional: it was described, not seen; compare with the app")
    yield from _read(source, options, report, encrypted=True)


def _read(source: Source, options: Options, report: Report, *, encrypted: bool) -> Iterator[PhoneEvent]:
    report.time_zone = TimeZone(known=True, source="the export counts milliseconds in UTC", name="UTC")
    stream = Stream(_wanted, report, source.member)
    make = _sealed_message if encrypted else _message
    chat = source.member.rpartition("/")[0].rpartition("/")[2]  # a title comes after its messages
    n_read = 0
    head: dict[str, str] = {}
    with closing(source.open()) as file:
        for value in stream.values(encoded.as_utf8(source, chunks(file), report)):
            if value.path[:1] == ("messages",) and len(value.path) == 2 and isinstance(value.value, dict):
                n_read += 1
                event = make(value, source, options, report)
                yield event._replace(extra={**event.extra, "chat": chat}) if chat else event
            elif value.path[:1] == ("messages",):
                report.doubt(value.place, "a message that is no object", text_of(value.value))
            elif len(value.path) == 1 and isinstance(value.value, str):
                head[str(value.path[0])] = value.value if encrypted else repaired(value.value)
    if title := head.get("title") or head.get("threadName"):
        report.threads.append(title)
    close(source, stream, report, n_read)


def _wanted(path: Path) -> bool:
    return bool(path) and isinstance(path[-1], int)


def repaired(text: str) -> str:
    """UTF-8 that was written as Latin-1 characters, put right; any other text stays as it is."""
    if not _NOT_LATIN.search(text):
        return text
    try:
        return text.encode("latin-1").decode("utf-8")
    except UnicodeError:
        return text


def _all_repaired(value: Any) -> Any:
    """Every string of a value, keys too."""
    if isinstance(value, str):
        return repaired(value)
    if isinstance(value, list):
        return [_all_repaired(one) for one in value]
    if isinstance(value, dict):
        return {_all_repaired(key): _all_repaired(one) for key, one in value.items()}
    return value


def _message(value: Value, source: Source, options: Options, report: Report) -> PhoneEvent:
    row: dict[str, Any] = _all_repaired(value.value)
    at = utc(row.get("timestamp_ms"), 1)
    if at is None:
        report.doubt(value.place, "the time is not a number of milliseconds", text_of(row.get("timestamp_ms")))
    sender = text_of(row["sender_name"]) if row.get("sender_name") else None
    flags = ["deleted"] if row.get("is_unsent") else []
    call = "call_duration" in row or row.get("type") == "Call"
    duration = whole_number(row.get("call_duration")) if call else None
    attachments = tuple(_attachments(row, source, options, report))
    joined = row.get("type") in ("Subscribe", "Unsubscribe")
    return PhoneEvent(
        "call" if call else "system" if joined else "message",
        at,
        "unknown",
        "meta",
        value.place,
        sender,
        "allowed" if sender else "unknown",
        sender,
        sender or "",
        sender or "",
        ("missed" if row.get("missed") or not duration else "answered") if call else "deleted" if flags else "",
        text_of(row["content"]) if row.get("content") is not None else "",
        duration,
        attachments,
        tuple(flags),
        extra_of(row, _USED),
    )


def _attachments(row: dict[str, Any], source: Source, options: Options, report: Report) -> Iterator[Attachment]:
    for key in _FILES:
        named = row.get(key)
        for one in named if isinstance(named, list) else [named]:
            if isinstance(one, dict) and isinstance(one.get("uri"), str):
                yield attachment_of(source, one["uri"], options, report)


def _sealed_message(value: Value, source: Source, options: Options, report: Report) -> PhoneEvent:
    row: dict[str, Any] = value.value
    at = utc(row.get("timestamp"), 1)
    if at is None:
        report.doubt(value.place, "the time is not a number of milliseconds", text_of(row.get("timestamp")))
    sender = text_of(row["senderName"]) if row.get("senderName") else None
    flags = ["deleted"] if row.get("isUnsent") else []
    if "call" in text_of(row.get("type") or "").lower():
        flags.append("call")
    media = row.get("media") if isinstance(row.get("media"), list) else []
    attachments = tuple(
        attachment_of(source, one["uri"], options, report)
        for one in media or ()
        if isinstance(one, dict) and isinstance(one.get("uri"), str)
    )
    return PhoneEvent(
        "message", at, "unknown", "meta", value.place, sender, "allowed" if sender else "unknown", sender,
        sender or "", sender or "", "deleted" if "deleted" in flags else "", text_of(row.get("text") or ""), None, attachments,
        tuple(flags), extra_of(row, _USED_E2EE),
    )  # fmt: skip
