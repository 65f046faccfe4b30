"""E-mail: one message (``.eml``) or a mailbox (``mbox``), by the standard library's parser.

The raw bytes are the evidence. Nothing remote is fetched: a tracking picture in a threat would tell the sender that it
was read. ``Date`` is the sender's own clock; what the servers on the way printed is kept beside it. The signature of
the sender's server (DKIM) is named, not checked, so the grade is D.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from email import policy
from email.message import EmailMessage, Message
from email.parser import HeaderParser
from email.utils import parseaddr, parsedate_to_datetime
from html.parser import HTMLParser
from typing import Any, Final

from panah.errors import Unreadable
from panah.mails import parse_mail
from panah.model.phone import Attachment, PhoneEvent, Place, TimeZone

from .members import media_type_of
from .report import Options, Report
from .source import Source, chunks

MAX_MESSAGE_BYTES: Final = 128 << 20
MAX_DEPTH: Final = 4
"""Messages inside of messages."""
_MESSAGE: Final = "message/rfc822"
_HEADER: Final = re.compile(
    rb"(?:^|\n)(from|to|subject|date|message-id|received|mime-version|return-path)[ \t]*:", re.IGNORECASE
)
_END_OF_HEADERS: Final = re.compile(rb"\r?\n\r?\n")
_FIRST: Final = re.compile(rb"\A(?:\xef\xbb\xbf)?[!-9;-~]{1,70}[ \t]*:[ \t\r\n]")
_FROM_LINE: Final = re.compile(rb"From [^\n]*\d{2}:\d{2}[^\n]*\Z|From \S+ [^\n]*\d{4}[^\n]*\Z")
_USED: Final = frozenset(
    {"from", "date", "received", "dkim-signature", "mime-version", "content-type", "content-transfer-encoding"}
)
MAX_HEADER_CHARS: Final = 4000
_REMOTE_PICTURE: Final = re.compile(r"(?:src|background)\s*=\s*[\"']?\s*https?:", re.IGNORECASE)


def recognises(source: Source) -> bool:
    if source.is_container or not _FIRST.match(source.head):
        return False
    head = re.split(rb"\r?\n\r?\n", source.head, maxsplit=1)[0]
    found = {name.lower() for name in _HEADER.findall(head)}
    return len(found) >= 3 or {b"from", b"date"} <= found or {b"received", b"from"} <= found


def recognises_mbox(source: Source) -> bool:
    first, _, rest = source.head.partition(b"\n")
    return (
        not source.is_container and bool(_FROM_LINE.match(first.rstrip())) and bool(_HEADER.search(b"\n" + rest[:4096]))
    )


def read(source: Source, options: Options, report: Report) -> Iterator[PhoneEvent]:
    """The one message.

    Raises:
        Unreadable: It has no sender and no text, or is larger than a mail.
    """
    if source.size_bytes > MAX_MESSAGE_BYTES:
        raise Unreadable(f"a message of {source.size_bytes:,} bytes", where=source.name, hint="check that it is a mail")
    with closing(source.open()) as file:
        data = b"".join(chunks(file))
    message = parse_mail(data.removeprefix(b"\xef\xbb\xbf"), where=source.name)
    _say(report, data[-1:])
    if source.size_bytes <= len(source.head) and not _END_OF_HEADERS.search(source.head):
        report.notes.append("the headers do not end: the message may be cut")
    yield from _events(message, Place("byte", 0, source.size_bytes, source.member), options, report)


def read_mbox(source: Source, options: Options, report: Report) -> Iterator[PhoneEvent]:
    """Each message of a mailbox, in order.

    Raises:
        Unreadable: None of them is whole.
    """
    _say(report)
    n_read = 0
    for start, end, data in _messages(source, report):
        n_read += 1
        if not _END_OF_HEADERS.search(data):
            report.doubt(Place("byte", start, end, source.member), "the headers do not end: the message may be cut")
        try:
            message = parse_mail(data, where=source.name)
        except Unreadable as error:  # the others are read
            report.doubt(Place("byte", start, end, source.member), f"{error.what}; not read")
            continue
        yield from _events(message, Place("byte", start, end, source.member), options, report)
    if not n_read:
        raise Unreadable("no message in it is whole", where=source.name, hint="export it again")


def _say(report: Report, last: bytes = b"\n") -> None:
    if not last.endswith(b"\n"):
        report.notes.append("the last line has no end: the message may be cut")
    report.time_zone = TimeZone(known=True, source="each message prints its offset; by the clock of its sender")
    report.notes.append("the signature of the sender's server (DKIM) is not checked here; keep the original bytes")


def _messages(source: Source, report: Report) -> Iterator[tuple[int, int, bytes]]:
    """Messages of an mbox without their ``From `` lines; ``>From `` in a text is put right (mboxrd)."""
    held: list[bytes] = []
    size = start = at = 0
    line = b"\n"
    blank = True
    with closing(source.open()) as file:
        for line in _lines(chunks(file)):
            if blank and line.startswith(b"From ") and _FROM_LINE.match(line.rstrip()):
                if held:
                    yield start, at, b"".join(held)
                held, size, start = [], 0, at
            elif size <= MAX_MESSAGE_BYTES:
                held.append(line[1:] if re.match(rb">+From ", line) else line)
                size += len(line)
                if size > MAX_MESSAGE_BYTES:
                    report.doubt(Place("byte", start, at, source.member), "a message larger than a mail; cut")
            blank = not line.strip(b"\r\n")
            at += len(line)
    if not line.endswith(b"\n"):
        report.notes.append("the last line has no end: the last message may be cut")
    if held:
        yield start, at, b"".join(held)
    elif at > start:
        report.doubt(Place("byte", start, at, source.member), "the file breaks here: a message with nothing in it")


def _lines(pieces: Iterator[bytes]) -> Iterator[bytes]:
    rest = b""
    for piece in pieces:
        *whole, rest = (rest + piece).split(b"\n")
        for line in whole:
            yield line + b"\n"
        if len(rest) > 1 << 20:  # a line without end goes on in pieces
            yield rest
            rest = b""
    if rest:
        yield rest


def _header(message: Message, name: str) -> str:
    """All headers of a name, decoded; the standard library raises on headers that nobody should send."""
    try:
        return "\n".join(" ".join(str(value).split()) for value in message.get_all(name, []))
    except Exception:  # it raises whatever comes to pass inside of it
        return "\n".join(str(value) for key, value in message.raw_items() if key.casefold() == name)


def headers_of(text: str) -> dict[str, str]:
    """The headers that a mail program keeps as one text, decoded, by their names in small letters."""
    if not text.strip():
        return {}
    message = HeaderParser(policy=policy.default).parsestr(text)
    used = {name: value for name in ("from", "date", "received") if (value := _header(message, name))}
    return used | kept_of(message)


def kept_of(message: Message) -> dict[str, str]:
    """Headers without a field of ours, decoded, by their names in small letters."""
    names = dict.fromkeys(name.lower() for name, _ in message.raw_items())
    kept = {name: _header(message, name)[:MAX_HEADER_CHARS] for name in names if name not in _USED}
    return {name: value for name, value in kept.items() if value}


def address_of(written: str) -> tuple[str, str]:
    """Name and address of one sender."""
    try:
        return parseaddr(written)
    except Exception:  # the standard library again
        return "", written.strip()


def has_remote_picture(html: str) -> bool:
    """Whether looking at the page would tell its sender; nothing is ever fetched here."""
    return _REMOTE_PICTURE.search(html) is not None


def _events(
    message: EmailMessage | Message, place: Place, options: Options, report: Report, depth: int = 0
) -> Iterator[PhoneEvent]:
    """The message, then each message that it carries: a threat that was forwarded as an attachment."""
    parts = list(_parts(message))
    event = _event(message, parts, place, options, report)
    yield event._replace(flags=(*event.flags, "attached_message")) if depth else event
    for part in parts:
        inside = part.get_payload() if part.get_content_type() == _MESSAGE else None
        if not isinstance(inside, list) or not inside or not isinstance(inside[0], Message):
            continue
        if depth >= MAX_DEPTH:
            report.doubt(place, f"a message more than {MAX_DEPTH} deep in others; not read")
            return
        yield from _events(inside[0], place, options, report, depth + 1)


def _event(
    message: EmailMessage | Message,
    parts: list[EmailMessage | Message],
    place: Place,
    options: Options,
    report: Report,
) -> PhoneEvent:
    name, address = address_of(_header(message, "from"))
    at = time_of(_header(message, "date"))
    received = [one for one in _header(message, "received").split("\n") if one]
    arrived = time_of(received[0].rpartition(";")[2]) if received else None
    flags: list[str] = []
    if at is None:
        at = arrived
        flags.append("time_of_server" if at else "no_time")
        report.doubt(place, "no date of the sender that can be read", _header(message, "date"))
    text, html, attachments = _content(parts, options)
    for defect in message.defects:
        report.doubt(place, f"not as mail is written: {type(defect).__name__}")
    if not text and html:
        text = as_text(html)
        flags.append("from_html")
    if has_remote_picture(html):
        flags.append("remote_content")
    extra = kept_of(message)
    if received:
        extra["received"] = "\n".join(received)
    if arrived:
        extra["received_at"] = arrived.isoformat()
    if _header(message, "dkim-signature"):
        extra["dkim-signature"] = "present, not checked"
    mine = bool(options.owner_number) and address == options.owner_number
    return PhoneEvent(
        "message", at, "outgoing" if mine else "incoming" if options.owner_number else "unknown", "email", place,
        address or name or None, "allowed" if address or name else "unknown", address or name or None, name, address,
        "", text, None, tuple(attachments), tuple(flags), extra,
    )  # fmt: skip


def time_of(written: str) -> datetime | None:
    try:
        moment = parsedate_to_datetime(written.strip())
        if written.strip().endswith("-0000"):  # in UTC, the sender does not say where
            return moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC) if moment.tzinfo else moment
    except (ValueError, TypeError, IndexError, OverflowError):
        return None


def _parts(message: EmailMessage | Message) -> Iterator[EmailMessage | Message]:
    """The parts of one message, not those of messages inside of it."""
    waiting: list[Any] = [message]
    while waiting:
        part = waiting.pop()
        if part.is_multipart() and part.get_content_type() != _MESSAGE:
            waiting += reversed(part.get_payload())
        else:
            yield part


def _content(parts: list[EmailMessage | Message], options: Options) -> tuple[str, str, list[Attachment]]:
    texts: list[str] = []
    html: list[str] = []
    attachments: list[Attachment] = []
    for part in parts:
        name = _file_name(part)
        media_type = part.get_content_type()
        whole_text = media_type in ("text/plain", "text/html") and not name
        if whole_text and part.get_content_disposition() != "attachment":
            (texts if media_type == "text/plain" else html).append(_text(part))
        elif media_type == _MESSAGE:
            attachments.append(Attachment(name or "message", media_type))
        else:
            attachments.append(_attachment(part, name, media_type, options))
    return "\n".join(texts).strip("\n"), "\n".join(html), attachments


def _file_name(part: EmailMessage | Message) -> str:
    try:
        return str(part.get_filename() or "").replace("\\", "/").rpartition("/")[2]
    except (ValueError, IndexError, TypeError, AttributeError, LookupError):
        return "?"


def _payload(part: EmailMessage | Message) -> bytes:
    try:
        content = part.get_payload(decode=True)
    except (ValueError, AssertionError, LookupError, AttributeError):
        content = None
    return content if isinstance(content, bytes) else b""


def _text(part: EmailMessage | Message) -> str:
    data = _payload(part)
    try:
        return data.decode(str(part.get_content_charset() or "utf-8"), "replace")
    except (LookupError, ValueError):
        return data.decode("utf-8", "replace")


def _attachment(part: EmailMessage | Message, name: str, said: str, options: Options) -> Attachment:
    data = _payload(part)
    digest = hashlib.sha256(data).hexdigest()
    one = Attachment(name, media_type_of(data[:64], "") or said, digest, len(data), included=True)
    if options.keep_attachment:
        options.keep_attachment(one, data)
    return one


class _Words(HTMLParser):
    """The words of a page, nothing of it run or fetched."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.words: list[str] = []
        self.hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.hidden += tag in ("script", "style")
        if tag in ("p", "br", "div", "tr", "li"):
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        self.hidden = max(0, self.hidden - (tag in ("script", "style")))

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.words.append(data)


def as_text(html: str) -> str:
    parser = _Words()
    parser.feed(html)
    parser.close()
    return re.sub(r"\n\s*\n\s*", "\n", "".join(parser.words)).strip()
