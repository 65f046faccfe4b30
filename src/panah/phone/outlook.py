"""Outlook's ``.msg``: one message as a compound file, read through ``olefile`` with a property table of our own.

Storages, streams and numbers after Microsoft's open specifications MS-OXMSG and MS-OXPROPS. What the servers printed stands
in ``transport headers`` and is kept; a message without them was never sent, or is a copy from a calendar. The clock is the
sender's. A text that exists only as RTF is kept as a file and told.
"""

from __future__ import annotations

import hashlib
import io
import struct
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from panah.errors import Unreadable
from panah.model.phone import Attachment, PhoneEvent, Place, TimeZone

from . import mail
from .members import media_type_of
from .report import Options, Report
from .source import Source, chunks

MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAX_BYTES: Final = 128 << 20
MAX_DEPTH: Final = 4
"""Messages inside of messages."""
MAX_PARTS: Final = 2048
"""Of recipients and of attachments, as MS-OXMSG allows."""
MAX_EXTRA_CHARS: Final = 4000
_SINCE: Final = datetime(1601, 1, 1, tzinfo=UTC)
_SECTOR: Final = 512
_HEAD_BYTES: Final = {"message": 32, "inside": 24, "part": 8}
_TEXT, _ANSI, _BINARY, _FILETIME, _LONG, _OBJECT = 0x1F, 0x1E, 0x0102, 0x40, 0x03, 0x0D
_ROLES: Final = {1: "to", 2: "cc", 3: "bcc"}
_NAMES: Final = {
    0x0037: "subject", 0x1000: "body", 0x1013: "html", 0x1009: "rtf", 0x007D: "headers", 0x001A: "message_class",
    0x0C1A: "sender_name", 0x0C1F: "sender_address", 0x5D01: "sender_smtp", 0x0C1E: "sender_kind",
    0x0042: "represented_name", 0x0065: "represented_address", 0x5D02: "represented_smtp",
    0x0039: "submitted", 0x0E06: "delivered", 0x3007: "created", 0x3008: "changed",
    0x1035: "message-id", 0x1042: "in-reply-to", 0x1039: "references", 0x0E07: "flags", 0x3FFD: "codepage",
    0x3FDE: "internet_codepage", 0x0C15: "role", 0x3001: "name", 0x3003: "address", 0x39FE: "smtp",
    0x3707: "long_file_name", 0x3704: "file_name", 0x370E: "media_type", 0x3701: "data", 0x3712: "content_id",
}  # fmt: skip
"""MS-OXPROPS numbers that have a field here; other texts are kept under their number."""
_IDS: Final = {name: key for key, name in _NAMES.items()}
_UNSENT: Final = 0x08


def recognises(source: Source) -> bool:
    return not source.is_container and source.head.startswith(MAGIC)


def read(source: Source, options: Options, report: Report) -> Iterator[PhoneEvent]:
    """The message, then each message inside of it.

    Raises:
        Unreadable: It is no message of Outlook (an old Word or Excel file looks the same from outside), or is broken.
    """
    place = Place("byte", 0, source.size_bytes, source.member)
    ole = _opened(source, report)
    with closing(ole):
        if not ole.exists("__properties_version1.0"):
            raise Unreadable(
                "an old Office file, and no message of Outlook", where=source.name, hint="keep it as evidence"
            )
        report.time_zone = TimeZone(known=True, source="the message counts in UTC; by the clock of its sender")
        top = _Storage(_File(ole, place, report), (), "message")
        yield from _Message(top, place, options, report).events(0)
    for defect, what in ole.parsing_issues[:10]:
        report.doubt(place, f"not as a compound file is written: {defect.__name__}", str(what))


def _opened(source: Source, report: Report) -> Any:
    import olefile

    if source.size_bytes > MAX_BYTES:
        raise Unreadable(f"a message of {source.size_bytes:,} bytes", where=source.name, hint="check that it is a mail")
    with closing(source.open()) as file:
        data = b"".join(chunks(file))
    if torn := len(data) % _SECTOR:
        where = Place("byte", len(data) - torn, len(data), source.member)
        report.doubt(where, "the file breaks here, in the middle of a sector; what is before is whole")
        data += b"\xff" * (_SECTOR - torn)  # in a table of sectors: free
    try:
        return olefile.OleFileIO(io.BytesIO(data))
    except Exception as error:  # it raises whatever a broken table leads to
        raise Unreadable("a broken compound file", where=source.name, hint="save the message again") from error


class _File:
    """The compound file: names by their storage, and streams."""

    def __init__(self, ole: Any, place: Place, report: Report) -> None:
        self.ole, self.place, self.report = ole, place, report
        self.names: dict[tuple[str, ...], list[str]] = {}
        for whole in ole.listdir(streams=True, storages=True):
            self.names.setdefault(tuple(whole[:-1]), []).append(whole[-1])

    def stream(self, path: tuple[str, ...]) -> bytes:
        """Its bytes; none, and told, when its chain of sectors is broken."""
        try:
            data = self.ole.openstream(list(path)).read()
        except Exception:  # whatever a broken table leads to
            self.report.doubt(self.place, "a part of the message that is broken", "/".join(path))
            return b""
        return data if isinstance(data, bytes) else b""


class _Storage:
    """One storage of the file: a message, a recipient or an attachment."""

    def __init__(self, file: _File, path: tuple[str, ...], kind: str, codepage: int = 0) -> None:
        self.file, self.path = file, path
        self.streams: dict[int, tuple[int, str]] = {}
        self.inside: list[str] = []
        for name in file.names.get(path, ()):
            self._note(name)
        self.fixed = self._fixed(_HEAD_BYTES[kind])
        self.codepage = self._codepage(codepage)

    def _note(self, name: str) -> None:
        start, _, number = name.partition("__substg1.0_")
        if start or len(number) != 8:
            self.inside.append(name)
            return
        try:
            key, kind = int(number[:4], 16), int(number[4:], 16)
        except ValueError:
            return
        if kind == _OBJECT:
            self.inside.append(name)
        elif kind in (_TEXT, _ANSI, _BINARY) and not (key in self.streams and kind == _ANSI):
            self.streams[key] = kind, name

    def _fixed(self, head_bytes: int) -> dict[int, tuple[int, bytes]]:
        name = "__properties_version1.0"
        data = self._bytes(name)[head_bytes:] if name in self.inside else b""
        rows = (data[at : at + 16] for at in range(0, len(data) - 15, 16))
        return {key: (kind, row[8:]) for row in rows for kind, key in (struct.unpack("<HH", row[:4]),)}

    def _codepage(self, inherited: int) -> int:
        return self.number("codepage") or self.number("internet_codepage") or inherited or 1252

    def _bytes(self, name: str) -> bytes:
        return self.file.stream((*self.path, name))

    def number(self, name: str) -> int:
        kind, value = self.fixed.get(_IDS[name], (0, b""))
        return int.from_bytes(value[:4], "little") if kind == _LONG else 0

    def moment(self, name: str) -> datetime | None:
        kind, value = self.fixed.get(_IDS[name], (0, b""))
        if kind != _FILETIME or not any(value):
            return None
        try:
            return _SINCE + timedelta(microseconds=int.from_bytes(value, "little") // 10)
        except OverflowError:
            return None

    def binary(self, name: str) -> bytes | None:
        """Bytes as they stand, whatever their kind; None when there is no such stream."""
        found = self.streams.get(_IDS[name])
        return self._bytes(found[1]) if found else None

    def text(self, name: str) -> str:
        return self._text_of(_IDS[name])

    def _text_of(self, key: int) -> str:
        found = self.streams.get(key)
        if found is None:
            return ""
        kind, stream = found
        data = self._bytes(stream)
        if kind == _TEXT:
            return data.decode("utf-16-le", "replace").rstrip("\0")
        return _decoded(data, self.codepage).rstrip("\0")

    def other_texts(self) -> dict[str, str]:
        """Texts without a field of ours, under their number."""
        found = {
            f"mapi_{key:04x}": self._text_of(key)[:MAX_EXTRA_CHARS]
            for key, (kind, _) in sorted(self.streams.items())
            if key not in _NAMES and kind != _BINARY
        }
        return {key: text for key, text in found.items() if text.strip()}

    def parts(self, start: str, kind: str = "part") -> Iterator[_Storage]:
        names = sorted(name for name in self.inside if name.startswith(start))
        yield from (_Storage(self.file, (*self.path, name), kind, self.codepage) for name in names[:MAX_PARTS])


def _decoded(data: bytes, codepage: int) -> str:
    name = {65001: "utf-8", 20127: "ascii", 28591: "iso8859-1"}.get(codepage, f"cp{codepage}")
    try:
        return data.decode(name, "replace")
    except LookupError:
        return data.decode("cp1252", "replace")


class _Message:
    def __init__(self, storage: _Storage, place: Place, options: Options, report: Report) -> None:
        self.storage, self.place, self.options, self.report = storage, place, options, report

    def events(self, depth: int) -> Iterator[PhoneEvent]:
        storage = self.storage
        headers = mail.headers_of(storage.text("headers"))
        name, address = self._sender(headers)
        at = storage.moment("submitted") or storage.moment("delivered")
        flags: list[str] = ["attached_message"] if depth else []
        if at is None:
            at = mail.time_of(headers.get("date", "")) or storage.moment("created")
            flags.append("no_time" if at is None else "time_of_copy" if not headers.get("date") else "time_of_headers")
        if at is None:
            self.report.doubt(self.place, "no time that can be read")
        text, html = storage.text("body"), self._html()
        if not text and html:
            text = mail.as_text(html)
            flags.append("from_html")
        if mail.has_remote_picture(html):
            flags.append("remote_content")
        status = "draft" if storage.number("flags") & _UNSENT else ""
        attachments, messages = self._attachments(text)
        mine = bool(self.options.owner_number) and address == self.options.owner_number
        way = "outgoing" if mine else "incoming" if self.options.owner_number else "unknown"
        yield PhoneEvent(
            "message", at, "none" if status else way, "email", self.place, address or name or None,  # type: ignore[arg-type]
            "allowed" if address or name else "unknown", address or name or None, name, address, status,
            text.replace("\r\n", "\n").strip("\n"), None, tuple(attachments), tuple(flags), self._extra(headers),
        )  # fmt: skip
        for one in messages:
            if depth >= MAX_DEPTH:
                self.report.doubt(self.place, f"a message more than {MAX_DEPTH} deep in others; not read")
                return
            yield from _Message(one, self.place, self.options, self.report).events(depth + 1)

    def _sender(self, headers: dict[str, str]) -> tuple[str, str]:
        """Name and address; inside one Exchange the address is a path and the headers or another field know the real one."""
        storage = self.storage
        written_name, written = mail.address_of(headers.get("from", ""))
        found = [
            storage.text(key) for key in ("sender_smtp", "represented_smtp", "sender_address", "represented_address")
        ]
        address = next((one for one in (*found[:2], written, *found[2:]) if "@" in one), "")
        name = storage.text("sender_name") or storage.text("represented_name") or written_name
        return name, address or next((one for one in found if one), "")

    def _html(self) -> str:
        data = self.storage.binary("html") or b""
        kind = self.storage.streams.get(_IDS["html"], (0, ""))[0]
        if kind == _TEXT:
            return data.decode("utf-16-le", "replace")
        return _decoded(data, self.storage.number("internet_codepage") or self.storage.codepage)

    def _extra(self, headers: dict[str, str]) -> dict[str, str]:
        storage = self.storage
        extra = {
            key: text
            for key in ("subject", "message_class", "message-id", "in-reply-to", "references")
            if (text := storage.text(key))
        }
        for one in storage.parts("__recip_version1.0_"):
            role = _ROLES.get(one.number("role") & 0xF, "to")
            address = next((text for key in ("smtp", "address", "name") if (text := one.text(key))), "")
            extra[role] = f"{extra[role]}, {address}" if role in extra else address
        if arrived := storage.moment("delivered"):
            extra["received_at"] = arrived.isoformat()
        if received := headers.get("received"):
            extra["received"] = received
        others = {key: value for key, value in headers.items() if key not in extra and key not in ("from", "date")}
        return extra | others | storage.other_texts()

    def _attachments(self, text: str) -> tuple[list[Attachment], list[_Storage]]:
        attachments: list[Attachment] = []
        messages: list[_Storage] = []
        for one in self.storage.parts("__attach_version1.0_"):
            name = one.text("long_file_name") or one.text("file_name") or one.text("name")
            inside = next(one.parts("__substg1.0_3701000D", "inside"), None)
            if inside is not None:
                messages.append(inside)
                attachments.append(Attachment(name or "message", "application/vnd.ms-outlook"))
                continue
            data = one.binary("data")
            if data is None:
                attachments.append(Attachment(name, one.text("media_type")))
                continue
            attachments.append(self._kept(name, data, one.text("media_type")))
        rtf = self.storage.binary("rtf")
        if rtf and not text:
            self.report.doubt(self.place, "the text stands only as compressed RTF; kept as a file and not read")
            attachments.append(self._kept("body.rtf.lzfu", rtf, "application/rtf"))
        return attachments, messages

    def _kept(self, name: str, data: bytes, said: str) -> Attachment:
        found = Attachment(
            name, media_type_of(data[:64], name) or said, hashlib.sha256(data).hexdigest(), len(data), True
        )
        if self.options.keep_attachment:
            self.options.keep_attachment(found, data)
        return found
