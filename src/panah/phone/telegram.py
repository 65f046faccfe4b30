"""Telegram Desktop, "Machine-readable JSON": one chat, or the whole account.

Keys after telegramdesktop/tdesktop ``Telegram/SourceFiles/export/output/export_output_json.cpp``. ``date`` is the local
time of the computer that exported; ``date_unixtime`` is not in old files. ``from`` is null for a deleted account: who
it was is ``from_id``. Secret chats are never in an export.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import closing
from typing import Any, Final

from panah.errors import Unreadable
from panah.model.phone import Attachment, Direction, PhoneEvent, Place, TimeZone

from . import encoded
from .json_stream import Path, Stream, Value
from .json_values import extra_of, local, text_of, utc, whole_number
from .members import attachment_of
from .report import Options, Report
from .source import Source, chunks

_SINGLE: Final = re.compile(rb'"type"\s*:\s*"(?:message|service|unsupported)"')
_CHAT: Final = re.compile(
    rb'"type"\s*:\s*"(?:personal_chat|bot_chat|saved_messages|replies|verification_codes|'
    rb'(?:private|public)_(?:group|supergroup|channel))"'
)
_ACCOUNT: Final = re.compile(rb'"(?:personal_information|left_chats)"\s*:\s*\{')
_TIMES: Final = re.compile(rb'"(?:date_unixtime|from_id|actor_id|text_entities)"\s*:')
_LISTS: Final = frozenset({"chats", "left_chats"})
_CALL_STATUS: Final = {"busy": "rejected", "missed": "missed", "hangup": "answered", "disconnect": "disconnected"}
_FILES: Final = ("photo", "file")
_USED: Final = frozenset(
    {"id", "type", "date", "date_unixtime", "from", "from_id", "actor", "actor_id", "text", "text_entities", "photo",
     "file", "file_name", "mime_type", "action", "duration_seconds", "discard_reason", "edited"}
)  # fmt: skip


def recognises(source: Source) -> bool:
    head = encoded.head_of(source).removeprefix(b"\xef\xbb\xbf").lstrip()
    if source.is_container or not head.startswith(b"{"):
        return False
    if b'"messages"' in head and ((_SINGLE.search(head) and _TIMES.search(head)) or _CHAT.search(head)):
        return True
    return _ACCOUNT.search(head) is not None and b'"user_id"' in head


def read(source: Source, options: Options, report: Report) -> Iterator[PhoneEvent]:
    """Events in the order of the file.

    Raises:
        Unreadable: Not one message of it is whole.
    """
    chats = _Chats(source, options, report)
    stream = Stream(_wanted, report, source.member)
    n_read = 0
    with closing(source.open()) as file:
        for value in stream.values(encoded.as_utf8(source, chunks(file), report)):
            event = chats.take(value)
            if event is not None:
                n_read += 1
                yield event
    chats.close()
    close(source, stream, report, n_read)


def close(source: Source, stream: Stream, report: Report, n_read: int) -> None:
    """Say where a document broke, or refuse it when nothing in it was whole."""
    if stream.n_repaired:
        report.notes.append(f"{stream.n_repaired:,} values repaired that were not JSON (\\x escapes, or bytes)")
    if stream.broken is None:
        return
    start, why = stream.broken
    if not n_read:
        raise Unreadable(
            f"broken JSON at byte {start}: {why}; nothing in it is whole", where=source.name, hint="export it again"
        )
    place = Place("byte", start, source.size_bytes, source.member)
    report.doubt(place, f"the file breaks here: {why}; what is before is whole")


def _wanted(path: Path) -> bool:
    """Elements of arrays are taken whole, except the chats of an account, which are walked into."""
    return bool(path) and isinstance(path[-1], int) and not (len(path) == 3 and path[0] in _LISTS)


class _Chats:
    """Keeps the head of the chat in hand: its name, type and id stand before its messages."""

    def __init__(self, source: Source, options: Options, report: Report) -> None:
        self.source, self.options, self.report = source, options, report
        self.owner = ""
        self.prefix: Path = ()
        self.chat: dict[str, Any] = {}
        self.n_absolute = self.n_local = 0
        self.skipped: dict[str, int] = {}
        self.threads: dict[str, Any] = {}

    def take(self, value: Value) -> PhoneEvent | None:
        path = value.path
        if path == ("personal_information", "user_id"):
            self.owner = f"user{value.value}"
        prefix: Path = path[:3] if len(path) > 3 and path[0] in _LISTS else ()
        inner = path[len(prefix) :]
        if prefix != self.prefix:
            self.prefix, self.chat = prefix, {}
        if len(inner) == 1:
            self.chat[str(inner[0])] = value.value
            return None
        if len(inner) == 2 and inner[0] == "messages" and isinstance(value.value, dict):
            return self._event(value.value, value.place)
        if len(inner) == 2 and inner[0] == "messages":
            self.report.doubt(value.place, "a message that is no object")
        elif path and isinstance(path[-1], int):
            self.skipped[str(path[0])] = self.skipped.get(str(path[0]), 0) + 1
        return None

    def close(self) -> None:
        for part, count in self.skipped.items():
            self.report.notes.append(f"not read: {count:,} entries of {part}, which are no messages")
        if self.n_absolute and self.n_local:
            self.report.notes.append(f"{self.n_local:,} entries print only a local time, without its zone")
        if self.n_absolute:
            self.report.time_zone = TimeZone(known=True, source="the export counts seconds in UTC", name="UTC")
        else:
            said = "old export: the local time of the computer that exported, without its zone"
            self.report.time_zone = TimeZone(known=False, source=said)

    def _event(self, row: dict[str, Any], place: Place) -> PhoneEvent | None:
        kind = row.get("type")
        if kind not in ("message", "service"):
            self.report.doubt(place, f"of type {kind}: Telegram gives only its number", text_of(row))
            return None
        at = utc(row.get("date_unixtime"), 1000)
        if at is not None:
            self.n_absolute += 1
        else:
            at = local(row.get("date"))
            self.n_local += at is not None
            if at is None:
                self.report.doubt(place, "no time that can be read", text_of(row.get("date")))
        if kind == "service":
            return self._service(row, place, at)
        direction, counterpart, sender = self._who(row, "from")
        attachments, flags = self._files(row)
        extra = extra_of(row, _USED)
        if "edited" in row or "edited_unixtime" in row:
            flags.append("edited")
        if "forwarded_from" in row or "forwarded_from_id" in row:
            flags.append("forwarded")
        if self.prefix:
            extra["chat"] = self._thread()
        if "mime_type" in row and not attachments:
            extra["mime_type"] = text_of(row["mime_type"])
        if "duration_seconds" in row:
            extra["duration_seconds"] = text_of(row["duration_seconds"])
        return PhoneEvent(
            "message", at, direction, "telegram", place, counterpart, "allowed" if counterpart else "unknown", sender,
            text_of(row.get("from") or ""), sender or "", "", _text(row.get("text", "")), None, attachments,
            tuple(flags), extra,
        )  # fmt: skip

    def _service(self, row: dict[str, Any], place: Place, at: Any) -> PhoneEvent:
        direction, counterpart, sender = self._who(row, "actor")
        extra = extra_of(row, _USED)
        if self.prefix:
            extra["chat"] = self._thread()
        action = text_of(row.get("action", ""))
        name = text_of(row.get("actor") or "")
        if action == "phone_call":
            reason = text_of(row.get("discard_reason", ""))
            status = _CALL_STATUS.get(reason, reason or "unknown")
            return PhoneEvent(
                "call", at, direction, "telegram", place, counterpart, "allowed" if counterpart else "unknown", sender,
                name, sender or "", status, None, whole_number(row.get("duration_seconds")), (), (), extra,
            )  # fmt: skip
        return PhoneEvent(
            "system", at, "none", "telegram", place, counterpart, name=name, raw_identity=sender or "", status=action,
            text=_text(row.get("text", "")), extra=extra,
        )  # fmt: skip

    def _thread(self) -> str:
        """What the chat in hand is called: its name, which two chats may share, else its kind and number."""
        key = self.chat.get("id")
        name = text_of(self.chat.get("name") or "")
        if not name or self.threads.setdefault(name, key) != key:
            return f"{name or text_of(self.chat.get('type') or 'chat')} {text_of(key)}"
        return name

    def _who(self, row: dict[str, Any], key: str) -> tuple[Direction, str | None, str | None]:
        """Direction, counterpart and sender; only an id says who an account is, and a name where there is no id."""
        identity = row.get(f"{key}_id")
        sender = str(identity) if identity not in (None, "") else (text_of(row[key]) if row.get(key) else None)
        personal = self.chat.get("type") in ("personal_chat", "bot_chat")
        other = f"user{self.chat.get('id')}" if personal and "id" in self.chat else None
        if self.owner:
            mine = sender == self.owner
            return "outgoing" if mine else "incoming", other or (None if mine else sender), sender
        if other and sender in (other, str(self.chat.get("id"))):
            return "incoming", sender, sender
        if other and sender and sender.startswith("user"):
            return "outgoing", other, sender
        return "unknown", sender, sender

    def _files(self, row: dict[str, Any]) -> tuple[tuple[Attachment, ...], list[str]]:
        attachments: list[Attachment] = []
        flags: list[str] = []
        for key in _FILES:
            written = row.get(key)
            if not isinstance(written, str) or not written:
                continue
            if written.startswith("(") and written.endswith(")"):
                flags.append("media_omitted")
            else:
                media_type = text_of(row.get("mime_type", "")) if key == "file" else ""
                attachments.append(attachment_of(self.source, written, self.options, self.report, media_type))
        return tuple(attachments), flags


def _text(value: object) -> str:
    """``text`` is a string, or a list of strings and formatted parts."""
    if isinstance(value, str):
        return value
    if isinstance(value, list):
        return "".join(part if isinstance(part, str) else _part(part) for part in value)
    return "" if value is None else text_of(value)


def _part(part: object) -> str:
    return text_of(part.get("text", "")) if isinstance(part, dict) else text_of(part)
