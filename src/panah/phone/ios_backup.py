"""A backup folder of an iPhone, plain or encrypted: messages of ``sms.db`` and calls of ``CallHistory.storedata``.

A backup is the whole life of a person; only these two databases and the attachments of messages are opened. iOS does
not store whether a number was withheld or unknown, so a call without an address is ``unknown``. Times are nanoseconds
since 2001, before iOS 11 seconds; a text may stand in ``attributedBody`` only.
"""

from __future__ import annotations

import hashlib
import plistlib
import re
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from panah.errors import NotOpened, Unreadable
from panah.model.phone import Attachment, Direction, PhoneEvent, Place, TimeZone

from . import ios_decrypt, ios_rows
from .identity import read_identity, region_of
from .json_values import whole_number
from .members import media_type_of
from .report import Options, Report
from .source import Source

_NO_REASON: Final = "iOS does not tell a withheld number from an unknown one; calls without a number are unknown"
_EPOCH: Final = datetime(2001, 1, 1, tzinfo=UTC)
_NANOSECONDS_FROM: Final = 100_000_000_000
_PLIST_BYTES: Final = 16 << 20
_JID: Final = re.compile(r"(\d{5,15})@s\.whatsapp\.net\Z")
_CALL_TYPES: Final = {0: "third_party", 1: "phone", 8: "facetime_video", 16: "facetime_audio"}
_USED: Final = frozenset(
    {"ROWID", "guid", "text", "attributedBody", "handle_id", "handle.id", "date", "is_from_me", "service", "attachments",
     "chat.guid", "chat.chat_identifier", "chat.display_name", "associated_message_type", "payload_data",
     "message_summary_info", "cache_has_attachments", "is_sent", "is_delivered", "is_finished", "is_read", "version"}
)  # fmt: skip
_USED_CALL: Final = frozenset(
    {"Z_PK", "Z_ENT", "Z_OPT", "ZDATE", "ZDURATION", "ZADDRESS", "ZANSWERED", "ZORIGINATED", "ZCALLTYPE", "ZNAME"}
)


def _folder(source: Source) -> Path | None:
    """The backup's own folder: the given one, or the only one in it."""
    if not source.is_folder or source.member:
        return None
    found = [one for one in source.members if one == "Manifest.db" or one.endswith("/Manifest.db")]
    if found and found[0].count("/") <= 1:
        return source.path / found[0].removesuffix("Manifest.db")
    folder = source.path
    return folder if (folder / "Manifest.db").is_file() else None


def recognises(source: Source) -> bool:
    return _folder(source) is not None


def read(source: Source, options: Options, report: Report) -> Iterator[PhoneEvent]:
    """Messages by their row, then calls by theirs.

    Raises:
        NotOpened: It is encrypted, and the password is missing or wrong.
        Unreadable: Neither database can be read.
    """
    folder = _folder(source)
    assert folder is not None
    report.time_zone = TimeZone(known=True, source="the databases count from 2001 in UTC", name="UTC")
    report.used.update(source.members)
    owner = str(_plist(folder / "Info.plist").get("Phone Number") or "")
    region = options.region or region_of(owner)
    backup = _Backup(folder, options, report, region)
    if not _plist(folder / "Manifest.plist").get("IsEncrypted"):
        yield from backup.plain()
    elif options.password is None:
        raise NotOpened(
            "the backup is encrypted", where=folder.name, hint="give its password with --password or --password-file"
        )
    else:
        yield from backup.encrypted(options.password)
    report.notes.append(_NO_REASON)


def recognises_database(source: Source) -> bool:
    """One of the two databases alone, as other tools take them out of a backup."""
    return not source.is_container and not source.is_zip and _reader(source) is not None


def _reader(source: Source) -> str | None:
    if not source.head.startswith(b"SQLite format 3\0"):
        return None
    try:
        with closing(ios_rows.open_database(source.file)) as connection:
            tables = ios_rows.tables(connection)
    except (sqlite3.Error, Unreadable, UnicodeDecodeError):
        return None
    return "messages" if {"message", "handle"} <= tables else "calls" if "ZCALLRECORD" in tables else None


def read_database(source: Source, options: Options, report: Report) -> Iterator[PhoneEvent]:
    """Events by their row; attachments are only named.

    Raises:
        Unreadable: It is broken before its first row.
    """
    report.time_zone = TimeZone(known=True, source="the databases count from 2001 in UTC", name="UTC")
    backup = _Backup(source.file.parent, options, report, options.region)
    if _reader(source) == "messages":
        yield from backup.rows(source.file, ios_rows.SMS[1], ios_rows.message_rows, backup.message)
    else:
        yield from backup.rows(source.file, ios_rows.CALLS[1], ios_rows.call_rows, backup.call)
        report.notes.append(_NO_REASON)
    backup.refuse_nothing(1)


def _plist(path: Path) -> dict[str, Any]:
    try:
        if path.stat().st_size > _PLIST_BYTES:
            return {}
        with path.open("rb") as file:
            found = plistlib.load(file)
    except (OSError, ValueError, plistlib.InvalidFileException, RecursionError, TypeError, AttributeError, IndexError):
        return {}
    return found if isinstance(found, dict) else {}


class _Backup:
    def __init__(self, folder: Path, options: Options, report: Report, region: str | None) -> None:
        self.folder, self.options, self.report, self.region = folder, options, report, region
        self.n_read = 0

    def plain(self) -> Iterator[PhoneEvent]:
        n_found = 0
        readers: tuple[tuple[tuple[str, str], Callable[..., Any], Callable[..., Any]], ...] = (
            (ios_rows.SMS, ios_rows.message_rows, self.message),
            (ios_rows.CALLS, ios_rows.call_rows, self.call),
        )
        for (domain, path), rows, event in readers:
            found = self._file(domain, path)
            if found is None:
                self.report.notes.append(f"not in the backup: {path}")
                continue
            n_found += 1
            yield from self.rows(found, path, rows, event)
        self.refuse_nothing(n_found)

    def rows(self, found: Path, path: str, rows: Callable[..., Any], event: Callable[..., Any]) -> Iterator[PhoneEvent]:
        """Events of one database, up to where it is broken."""
        try:
            with closing(ios_rows.open_database(found)) as connection:
                for row in rows(connection):
                    self.n_read += 1
                    yield event(row)
        except (sqlite3.Error, Unreadable, UnicodeDecodeError) as error:  # a name of a column is no text
            what = error.what if isinstance(error, Unreadable) else "the database is broken"
            self.report.doubt(Place("row", self.n_read, self.n_read + 1, path), f"{what}; what is before is whole")

    def encrypted(self, password: str) -> Iterator[PhoneEvent]:
        n_broken = 0
        for kind, row in ios_decrypt.rows(self.folder, password, contents=self.options.keep_attachment is not None):
            if kind == "broken":
                n_broken += 1
                self.report.doubt(Place("row", 0, 1, row["file"]), row["what"])
                continue
            self.n_read += 1
            yield self.message(row) if kind == "message" else self.call(row)
        self.refuse_nothing(2 - n_broken)

    def refuse_nothing(self, n_found: int) -> None:
        if not self.n_read and (not n_found or self.report.not_understood):
            raise Unreadable("no message and no call in the backup can be read", where=self.folder.name,
                             hint="make the backup again")  # fmt: skip

    def _file(self, domain: str, path: str) -> Path | None:
        name = hashlib.sha1(f"{domain}-{path}".encode(), usedforsecurity=False).hexdigest()
        found = self.folder / name[:2] / name
        return found if found.is_file() and not found.is_symlink() else None

    def message(self, row: dict[str, Any]) -> PhoneEvent:
        place = Place("row", row["ROWID"], row["ROWID"] + 1, ios_rows.SMS[1])
        mine = bool(row.get("is_from_me"))
        raw = str(row.get("handle.id") or "") or self._of_chat(row)
        counterpart = read_identity(raw, self.region) if raw else None
        flags: list[str] = []
        text = row.get("text")
        if text is None and isinstance(row.get("attributedBody"), bytes):
            text = attributed_text(row["attributedBody"])
            flags.append("from_attributed_body")
            if text is None:
                self.report.doubt(place, "a text in attributedBody that cannot be read")
        if row.get("date_retracted"):
            flags += ["retracted", "deleted"]
        elif row.get("date_edited"):
            flags.append("edited")
        kind, status, direction = _kind(row, mine)
        if status.startswith("reaction"):
            flags.append("reaction")
        attachments = tuple(self._attachment(one) for one in row.get("attachments", ()))
        text = text or ""
        if attachments or row.get("cache_has_attachments"):  # a letter that stands for each of them
            text = text.replace("\ufffc", "").strip()
        extra = _extra(row, _USED)
        if chat := row.get("chat.display_name") or (row.get("chat.chat_identifier") if _is_group(row) else ""):
            extra["chat"] = str(chat)
        sender = self.options.owner_number if mine else counterpart
        return PhoneEvent(
            kind, _moment(row.get("date")), direction, str(row.get("service") or "sms").lower(), place,  # type: ignore[arg-type]
            counterpart, "allowed" if counterpart or mine else "unknown", sender, "", raw, status,
            text, None, attachments, tuple(flags), extra,
        )  # fmt: skip

    @staticmethod
    def _of_chat(row: dict[str, Any]) -> str:
        """The other side of a chat of two; the messages one sends have no handle."""
        return "" if _is_group(row) else str(row.get("chat.chat_identifier") or "")

    def _attachment(self, one: dict[str, Any]) -> Attachment:
        name = str(one.get("transfer_name") or "") or str(one.get("filename") or "").rpartition("/")[2]
        said = str(one.get("mime_type") or "")
        if one.get("sha256"):
            found = Attachment(name, one["media_type"] or said, one["sha256"], one["size_bytes"], included=True)
            if self.options.keep_attachment and isinstance(one.get("content"), bytes):
                self.options.keep_attachment(found, one["content"])
            return found
        path = self._file(ios_rows.ATTACHMENTS_DOMAIN, ios_rows.backup_path(str(one.get("filename") or "")))
        if path is None:
            return Attachment(name, said)
        return self._digested(path, name, said)

    def _digested(self, path: Path, name: str, said: str) -> Attachment:
        if self.options.keep_attachment is None:
            with path.open("rb") as file:
                head = file.read(64)
                file.seek(0)
                digest = hashlib.file_digest(file, "sha256").hexdigest()
            return Attachment(name, media_type_of(head) or said, digest, path.stat().st_size, included=True)
        data = path.read_bytes()
        found = Attachment(name, media_type_of(data[:64]) or said, hashlib.sha256(data).hexdigest(), len(data), True)
        self.options.keep_attachment(found, data)
        return found

    def call(self, row: dict[str, Any]) -> PhoneEvent:
        place = Place("row", row["Z_PK"], row["Z_PK"] + 1, ios_rows.CALLS[1])
        written = row.get("ZADDRESS")
        raw = written.decode("utf-8", "replace") if isinstance(written, bytes) else str(written or "")
        jid = _JID.match(raw)
        counterpart = f"+{jid[1]}" if jid else read_identity(raw, self.region)
        mine = bool(row.get("ZORIGINATED"))
        answered = bool(row.get("ZANSWERED"))
        duration = whole_number(row.get("ZDURATION"))
        status = "dialled" if mine else "answered" if answered else "missed"
        service = str(row.get("ZSERVICE_PROVIDER") or "").lower()
        channel = "whatsapp" if "whatsapp" in service else "facetime" if "facetime" in service else "phone"
        kind: int | None = row.get("ZCALLTYPE")
        extra = _extra(row, _USED_CALL) | {"call_type": _CALL_TYPES.get(kind or 0, str(kind))}
        return PhoneEvent(
            "call", _moment(row.get("ZDATE")), "outgoing" if mine else "incoming", channel, place, counterpart,
            "allowed" if counterpart else "unknown", self.options.owner_number if mine else counterpart,
            str(row.get("ZNAME") or ""), raw, status, None, duration, (), (), extra,
        )  # fmt: skip


def _is_group(row: dict[str, Any]) -> bool:
    return ";-;" not in str(row.get("chat.guid") or "")


def _kind(row: dict[str, Any], mine: bool) -> tuple[str, str, Direction]:
    reaction = row.get("associated_message_type") or 0
    if isinstance(reaction, int) and 2000 <= reaction <= 3999:
        return "system", f"reaction_{reaction}", "outgoing" if mine else "incoming"
    if row.get("item_type"):
        return "system", f"item_{row['item_type']}", "none"
    return "message", "sent" if mine else "received", "outgoing" if mine else "incoming"


def _moment(value: object) -> datetime | None:
    """Seconds since 2001, or nanoseconds where the number is too large for seconds."""
    if not isinstance(value, (int, float)) or value <= 0:
        return None
    try:
        if value > _NANOSECONDS_FROM:
            return _EPOCH + timedelta(microseconds=int(value) // 1000)
        return _EPOCH + timedelta(milliseconds=round(value * 1000))
    except OverflowError:
        return None


def _extra(row: dict[str, Any], used: frozenset[str]) -> dict[str, str]:
    """Columns without a field of ours that say something."""
    return {
        key: str(value)
        for key, value in row.items()
        if key not in used and value not in (None, "", 0, b"") and not isinstance(value, (bytes, list))
    }


def attributed_text(data: bytes) -> str | None:
    """The string of an ``NSAttributedString`` in Apple's *typedstream*; None when it has none.

    After the class name comes ``+`` and a length: one byte, or 0x81 and two bytes, or 0x82 and four.
    """
    named = data.find(b"NSString")
    named = named if named >= 0 else data.find(b"NSMutableString")
    at = data.find(b"\x84\x01+", named) if named >= 0 else -1
    if at < 0:
        return None
    size_bytes = {0x81: 2, 0x82: 4}.get(data[at + 3] if at + 3 < len(data) else 0, 0)
    start = at + 4 + size_bytes
    size = int.from_bytes(data[at + 4 : start], "little") if size_bytes else int.from_bytes(data[at + 3 : at + 4])
    text = data[start : start + size]
    return text.decode("utf-8", "replace") if size and len(text) == size else None
