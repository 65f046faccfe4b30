"""The Signal app's own plaintext export of 2026: ``main.jsonl``, ``metadata.json`` and ``files/``.

Frames after ``app/src/main/protowire/Backup.proto`` in protobuf's JSON spelling (64-bit numbers as strings). No real
file was seen: provisional, so both spellings of a key and of a number are read, and every frame that is not known is
told. ``dateSent`` is the sender's own clock; what the server said goes first.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterator
from contextlib import closing
from datetime import datetime
from typing import Any, Final

from panah.model.phone import Attachment, PhoneEvent, Place, TimeZone

from .json_values import extra_of, text_of, utc, whole_number
from .members import attachment_of, digest_member
from .report import Options, Report
from .signal_desktop import first_object, objects
from .source import Source, chunks
from .text_lines import head_text

_FRAMES: Final = re.compile(r'"(?:recipient|chatItem|chat|account)"\s*:\s*\{')
_SKIPPED: Final = frozenset(
    {"account", "stickerPack", "adHocCall", "notificationProfile", "chatFolder", "version", "backupTimeMs"}
)
_STATES: Final = {"ACCEPTED": "answered", "NOT_ACCEPTED": "not_accepted", "MISSED": "missed"}
_USED: Final = frozenset(
    {"chatId", "authorId", "dateSent", "incoming", "outgoing", "directionless", "standardMessage", "updateMessage",
     "remoteDeletedMessage"}
)  # fmt: skip


def recognises(source: Source) -> bool:
    if source.is_container or first_object(source) is None:
        return False
    return _FRAMES.search("\n".join(head_text(source).split("\n")[:5])) is not None


def read(source: Source, options: Options, report: Report) -> Iterator[PhoneEvent]:
    """Events in the order of the file.

    Raises:
        Unreadable: No line of it is an object.
    """
    report.time_zone = TimeZone(known=True, source="the export counts milliseconds in UTC", name="UTC")
    report.notes.append("the layout of this format is provisional: it was described, not seen; compare with the app")
    report.used.add(f"{source.member.rpartition('/')[0]}/metadata.json".removeprefix("/"))
    book = _Book()
    files = _Files(source)
    for row, place in objects(source, report):
        if isinstance(item := row.get("chatItem"), dict):
            yield _item(item, place, book, files, options, report)
        elif isinstance(recipient := row.get("recipient"), dict):
            book.add(recipient)
        elif isinstance(chat := row.get("chat"), dict):
            book.chats[_id(chat.get("id"))] = _id(chat.get("recipientId"))
        elif not row.keys() & _SKIPPED:
            report.doubt(place, f"a frame that is not known: {', '.join(sorted(row))[:80]}", text_of(row))


class _Files:
    """The files below ``files/``: their names say nothing, so that one is found by the digest its pointer gives."""

    def __init__(self, source: Source) -> None:
        self.source = source
        self.by_size: dict[int, list[str]] | None = None
        self.digests: dict[str, str] = {}

    def attachment(self, pointer: dict[str, Any], options: Options, report: Report) -> Attachment:
        name = text_of(pointer.get("path") or pointer.get("fileName") or "")
        media_type = text_of(pointer.get("contentType") or "")
        located = pointer.get("locatorInfo")
        member = self._found(located) if isinstance(located, dict) else ""
        if not member:
            return attachment_of(self.source, name, options, report, media_type)
        return digest_member(self.source, member, options, report, name)

    def _found(self, located: dict[str, Any]) -> str:
        try:
            wanted = base64.b64decode(text_of(located.get("plaintextHash") or "")).hex()
        except ValueError:
            return ""
        size = whole_number(located.get("size"))
        if not wanted or size is None or not self.source.members:
            return ""
        return next((one for one in self._of_size(size) if self._digest(one) == wanted), "")

    def _of_size(self, size: int) -> list[str]:
        if self.by_size is None:
            self.by_size = {}
            for member in self.source.members:
                if "/files/" in f"/{member}":
                    self.by_size.setdefault(self.source.size_of(member), []).append(member)
        return self.by_size.get(size, [])

    def _digest(self, member: str) -> str:
        if member not in self.digests:
            digest = hashlib.sha256()
            with closing(self.source.open_member(member)) as stream:
                for piece in chunks(stream):
                    digest.update(piece)
            self.digests[member] = digest.hexdigest()
        return self.digests[member]


def _id(value: object) -> str:
    return "" if value is None else str(value)


class _Book:
    """Recipients and chats come before the items that name them."""

    def __init__(self) -> None:
        self.people: dict[str, tuple[str, str]] = {}
        self.chats: dict[str, str] = {}
        self.own = ""

    def add(self, row: dict[str, Any]) -> None:
        key = _id(row.get("id"))
        if isinstance(contact := row.get("contact"), dict):
            number = re.sub(r"\D", "", text_of(contact.get("e164") or ""))
            identity = f"+{number}" if number else text_of(contact.get("aci") or contact.get("pni") or "")
            self.people[key] = identity, _name(contact)
        elif isinstance(group := row.get("group"), dict):
            self.people[key] = "", _title(group)
        elif "self" in row:
            self.own = key

    def who(self, key: str) -> tuple[str | None, str]:
        identity, name = self.people.get(key, ("", ""))
        return identity or name or None, name


def _name(contact: dict[str, Any]) -> str:
    nickname = contact.get("nickname") if isinstance(contact.get("nickname"), dict) else {}
    pairs = (
        ((nickname or {}).get("given"), (nickname or {}).get("family")),
        (contact.get("systemGivenName"), contact.get("systemFamilyName")),
        (contact.get("profileGivenName"), contact.get("profileFamilyName")),
    )
    names = (" ".join(text_of(part) for part in pair if part) for pair in pairs)
    return next((name for name in names if name), "")


def _title(group: dict[str, Any]) -> str:
    snapshot = group.get("snapshot")
    title = snapshot.get("title") if isinstance(snapshot, dict) else None
    return text_of(title.get("title") or "") if isinstance(title, dict) else ""


def _item(
    item: dict[str, Any], place: Place, book: _Book, files: _Files, options: Options, report: Report
) -> PhoneEvent:
    author = _id(item.get("authorId"))
    chat = book.chats.get(_id(item.get("chatId")), "")
    outgoing = "outgoing" in item or (author == book.own and author != "")
    identity, name = book.who(chat if outgoing else author)
    sender = options.owner_number if outgoing else identity
    at = _moment(item, place, report)
    extra = extra_of(item, _USED)
    extra["date_sent"] = text_of(item.get("dateSent", ""))
    if thread := book.who(chat)[1]:
        extra["chat"] = thread
    direction = "outgoing" if outgoing else "none" if "directionless" in item else "incoming"
    presentation = "allowed" if identity else "unknown"
    update = item.get("updateMessage")
    call = update.get("individualCall", update.get("groupCall")) if isinstance(update, dict) else None
    if isinstance(call, dict):
        state = text_of(call.get("state", ""))
        way = text_of(call.get("direction", "")).lower() or ("outgoing" if outgoing else "incoming")
        return PhoneEvent(
            "call", utc(call.get("startedCallTimestamp"), 1) or at, "outgoing" if way == "outgoing" else "incoming",
            "signal", place, identity, "allowed" if identity else "unknown", sender, name, identity or "",
            _STATES.get(state, state.lower()), None, _duration(call), (), (), extra | extra_of(call, ("state",)),
        )  # fmt: skip
    if update is not None:
        return PhoneEvent("system", at, "none", "signal", place, identity, name=name, text=text_of(update), extra=extra)
    message = item.get("standardMessage")
    text, attachments = _content(message, files, options, report) if isinstance(message, dict) else ("", ())
    if isinstance(message, dict):
        extra |= extra_of(message, ("text", "attachments"))
    flags = ("deleted",) if "remoteDeletedMessage" in item else ()
    return PhoneEvent(
        "message", at, direction, "signal", place, identity, presentation, sender, name,  # type: ignore[arg-type]
        identity or "", "deleted" if flags else "", text, None, attachments, flags, extra,
    )  # fmt: skip


def _duration(call: dict[str, Any]) -> int | None:
    started, ended = (whole_number(text_of(call.get(key, ""))[:-3] or None) for key in
                      ("startedCallTimestamp", "endedCallTimestamp"))  # fmt: skip
    return ended - started if started and ended and ended >= started else None


def _moment(item: dict[str, Any], place: Place, report: Report) -> datetime | None:
    incoming = item.get("incoming") if isinstance(item.get("incoming"), dict) else {}
    for value in ((incoming or {}).get("dateServerSent"), item.get("dateSent"), (incoming or {}).get("dateReceived")):
        if (at := utc(value, 1)) is not None:
            return at
    report.doubt(place, "no time that can be read")
    return None


def _content(
    message: dict[str, Any], files: _Files, options: Options, report: Report
) -> tuple[str, tuple[Attachment, ...]]:
    written = message.get("text")
    text = text_of(written.get("body") or "") if isinstance(written, dict) else text_of(written or "")
    attachments = []
    for one in message.get("attachments") or ():
        pointer = one.get("pointer", one) if isinstance(one, dict) else {}
        if isinstance(pointer, dict):
            attachments.append(files.attachment(pointer, options, report))
    return text, tuple(attachments)
