"""*SMS Backup & Restore* for Android (SyncTech): XML with ``<smses>`` or ``<calls>``, never both in one file.

Times are milliseconds since 1970 in UTC. An absent value is the word ``null``. Fields after
synctech.com.au/sms-backup-restore/fields-in-xml-backup-files; ``<addrs>`` is missing from its schema but written.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing
from datetime import UTC, datetime
from operator import itemgetter
from types import MappingProxyType
from typing import Final

from panah.errors import Unreadable
from panah.model.phone import Attachment, Direction, PhoneEvent, Place, TimeZone

from . import encoded, xml_stream
from .identity import NULL, PRESENTATIONS, Identity, identify_call, read_identity
from .report import Options, Report
from .source import Source, chunks
from .xml_stream import Element

_ROOT = re.compile(rb"\A(?:\xef\xbb\xbf)?\s*(?:<\?.*?\?>\s*|<!--.*?-->\s*)*<(smses|calls)[\s/>]", re.DOTALL)
_SECONDS_BELOW_MS: Final = 100_000_000_000
"""A smaller number is seconds: as milliseconds it would lie before March 1973. Android's MMS table counts seconds."""
_OWNER_STAND_IN: Final = "insert-address-token"
_LONGEST_RAW: Final = 400

_MESSAGE_TYPES: Final[dict[str, tuple[Direction, str]]] = {
    "1": ("incoming", "received"),
    "2": ("outgoing", "sent"),
    "3": ("none", "draft"),
    "4": ("outgoing", "outbox"),
    "5": ("outgoing", "failed"),
    "6": ("outgoing", "queued"),
}
_CALL_TYPES: Final[dict[str, tuple[Direction, str]]] = {
    "1": ("incoming", "answered"),
    "2": ("outgoing", "dialled"),
    "3": ("incoming", "missed"),
    "4": ("incoming", "voicemail"),
    "5": ("incoming", "rejected"),
    "6": ("incoming", "blocked"),
    "7": ("incoming", "answered_elsewhere"),
}
_FROM: Final = "137"
_ROLES: Final = {"137": "from", "151": "to", "130": "cc", "129": "bcc"}
_NULL_BODY: Final = ("null_body",)
"""The word stands for an absent text, or somebody wrote it: the file does not tell."""
_PART: Final = frozenset({"seq", "ct", "name", "chset", "cd", "fn", "cid", "cl", "ctt_s", "ctt_t", "text", "data"})
_OTHER_FILE: Final = {"calls": "messages", "smses": "calls"}
_ABSENT: Final = frozenset({NULL, ""})
_DATE_SENT: Final = "date_sent"
_NOTHING_SENT: Final = frozenset({NULL, "", "0"})
"""The app writes 0 where the network gave no time."""
_REMEMBERED: Final = 4096
_NO_NAME: Final = frozenset({"(Unknown)", NULL})
_FROM_TIMESTAMP: Final = datetime.fromtimestamp
_USED = {
    "sms": {"address", "date", "type", "body", "contact_name", "readable_date"},
    "mms": {"address", "date", "msg_box", "contact_name", "readable_date"},
    "call": {"number", "duration", "date", "type", "presentation", "contact_name", "readable_date"},
}


def recognises_messages(source: Source) -> bool:
    return _root(source) == b"smses"


def recognises_calls(source: Source) -> bool:
    return _root(source) == b"calls"


def _root(source: Source) -> bytes:
    if b"<" not in source.head[:400]:
        return b""
    head = encoded.head_of(source)
    if b"<!DOCTYPE" in head[:4096] and re.search(rb"<(?:smses|calls)[\s/>]", head):
        raise Unreadable(
            "an XML document type is declared", where=source.name, hint="no export has one; do not open this file"
        )
    match = _ROOT.match(head)
    return match[1] if match else b""


def read(source: Source, options: Options, report: Report) -> Iterator[PhoneEvent]:
    """Events in the order of the file.

    Raises:
        Unreadable: Not one element of the file was whole.
    """
    report.time_zone = TimeZone(known=True, source="the export counts milliseconds in UTC", name="UTC")
    stream = xml_stream.Stream(report)
    makers: dict[str, Callable[[Element, Options, Report, _Extras], PhoneEvent]] = {
        "sms": _sms,
        "mms": _mms,
        "call": _call,
    }
    extras = _Extras()
    n_read = 0
    with closing(source.open()) as file:
        for element in stream.elements(encoded.as_utf8(source, chunks(file), report)):
            make = makers.get(element.tag)
            if make is None:
                report.doubt(_place(element), "an element that is neither message nor call", element.tag)
                continue
            n_read += 1
            yield make(element, options, report, extras)
    _close(source, stream, report, n_read)
    if stream.root is not None and not source.member and (other := _OTHER_FILE.get(stream.root.tag)):
        report.notes.append(f"the app keeps {other} in a file of their own: ask for it too")


def _close(source: Source, stream: xml_stream.Stream, report: Report, n_read: int) -> None:
    """Say what the whole file said of itself, and where it broke."""
    if stream.broken:
        start, reason = stream.broken
        if not n_read:
            raise Unreadable(
                f"broken XML at byte {start}: {reason}; nothing in it is whole",
                where=source.name,
                hint="export it again",
            )
        # what was repaired in the broken end is part of the break
        report.not_understood = [doubt for doubt in report.not_understood if doubt.where.start < start]
        where = Place("byte", start, source.size_bytes)
        report.doubt(where, f"the file breaks here: {reason}; what is before is whole")
    if stream.repair.n_joined:
        report.notes.append(f"{stream.repair.n_joined:,} characters joined from surrogate references")
    if stream.repair.n_replaced:
        report.notes.append(f"{stream.repair.n_replaced:,} characters replaced that no XML may hold")
    said = (stream.root.attributes.get("count") or "") if stream.root else ""
    if said.isdecimal() and int(said[:18]) != n_read:
        report.notes.append(f"the file says {int(said[:18]):,} entries, {n_read:,} were read")


def _place(element: Element) -> Place:
    return Place("byte", element.start, element.end)


def _value(element: Element, attribute: str) -> str:
    found = element.attributes.get(attribute, "")
    return "" if found == NULL else found


def _moment(element: Element, report: Report, *, seconds_allowed: bool = False) -> datetime | None:
    written = element.attributes.get("date", "")
    try:
        milliseconds = int(written)
        if seconds_allowed and 0 < milliseconds < _SECONDS_BELOW_MS:
            milliseconds *= 1000
        if milliseconds > 0:
            return _FROM_TIMESTAMP(milliseconds / 1000, UTC)  # exact: a float has room for microseconds until 2255
        report.doubt(_place(element), "a time that is zero or before 1970", written)
        return None
    except (ValueError, OverflowError, OSError):
        report.doubt(_place(element), "the time is not a number of milliseconds", written[:_LONGEST_RAW])
        return None


class _Extras:
    """Attributes without a field of ours, kept as they are; ``readable_date`` repeats the time in local words.

    A million messages share a few hundred sets of such values, so that each set is made once.
    """

    def __init__(self) -> None:
        self._getters: dict[tuple[str, ...], tuple[tuple[str, ...], Callable[..., tuple[str, ...]]]] = {}
        self._last_keys: tuple[str, ...] = ()
        self._last_values: tuple[str, ...] = ()
        self._last: Mapping[str, str] | None = None
        self._made: dict[tuple[tuple[str, ...], tuple[str, ...]], Mapping[str, str]] = {}

    def of(self, element: Element) -> Mapping[str, str]:
        attributes = element.attributes
        keys = tuple(attributes)
        known = self._getters.get(keys)
        if known is None:
            unused = tuple(key for key in keys if key not in _USED[element.tag] and key != _DATE_SENT)
            if len(self._getters) >= _REMEMBERED:
                self._getters.clear()
            get = itemgetter(*unused) if len(unused) > 1 else _values_of(unused)
            known = self._getters[keys] = unused, get
        unused, get = known
        values = get(attributes)
        if values == self._last_values and unused is self._last_keys:
            extra: Mapping[str, str] | None = self._last
        else:
            extra = self._made.get((unused, values))
        if extra is None:
            if len(self._made) >= _REMEMBERED:
                self._made.clear()
            pairs = zip(unused, values, strict=True)
            extra = MappingProxyType({key: value for key, value in pairs if value not in _ABSENT})
            self._made[unused, values] = extra
        self._last_keys, self._last_values, self._last = unused, values, extra
        sent = attributes.get(_DATE_SENT, "")
        return extra if sent in _NOTHING_SENT else {**extra, _DATE_SENT: sent}


def _values_of(keys: tuple[str, ...]) -> Callable[[Mapping[str, str]], tuple[str, ...]]:
    return lambda attributes: tuple(attributes[key] for key in keys)


def _extra(element: Element) -> dict[str, str]:
    used = _USED[element.tag]
    return {key: value for key, value in element.attributes.items() if key not in used and value not in _ABSENT}


def _name(element: Element) -> str:
    name = _value(element, "contact_name")
    return "" if name == "(Unknown)" else name


def _kind(table: dict[str, tuple[Direction, str]], code: str) -> tuple[Direction, str]:
    return table.get(code, ("unknown", f"vendor_{code}" if code else "unknown"))


def _sms(element: Element, options: Options, report: Report, extras: _Extras) -> PhoneEvent:
    get = element.attributes.get
    direction, status = _kind(_MESSAGE_TYPES, get("type", ""))
    raw = get("address", "")
    if raw == NULL:
        raw = ""
    counterpart = read_identity(raw, options.region)
    name = get("contact_name", "")
    body = get("body", "")
    return PhoneEvent._make(  # a million of them: positional, in the order of the fields
        (
            "message",
            _moment(element, report),
            direction,
            "sms",
            Place("byte", element.start, element.end),
            counterpart,
            "allowed" if counterpart else "unknown",
            counterpart if direction == "incoming" else _owner(options, direction),
            "" if name in _NO_NAME else name,
            raw,
            status,
            body,
            None,
            (),
            () if body != NULL else _NULL_BODY,
            extras.of(element),
        )
    )


def _owner(options: Options, direction: Direction) -> str | None:
    return options.owner_number if direction == "outgoing" else None


def _call(element: Element, options: Options, report: Report, extras: _Extras) -> PhoneEvent:
    direction, status = _kind(_CALL_TYPES, element.attributes.get("type", ""))
    raw = _value(element, "number")
    shown = _value(element, "presentation")
    who = identify_call(raw, shown, options.region)
    if shown and shown not in PRESENTATIONS:
        report.doubt(_place(element), "a presentation code that is not known: the number is not taken", shown)
        who = Identity(None, "unknown")
    duration = element.attributes.get("duration", "")
    if not duration.isdecimal():
        report.doubt(_place(element), "the duration is not a number of seconds", duration[:_LONGEST_RAW])
    return PhoneEvent(
        kind="call",
        at=_moment(element, report),
        direction=direction,
        channel="phone",
        place=_place(element),
        counterpart=who.counterpart,
        presentation=who.presentation,
        sender=who.counterpart if direction == "incoming" else _owner(options, direction),
        name=_name(element),
        raw_identity=raw,
        status=status,
        duration_s=int(duration[:9]) if duration.isdecimal() else None,
        extra=extras.of(element),
    )


def _mms(element: Element, options: Options, report: Report, _extras: _Extras) -> PhoneEvent:
    direction, status = _kind(_MESSAGE_TYPES, element.attributes.get("msg_box", ""))
    raw = _value(element, "address")
    others = [one for one in raw.split("~") if one and one != _OWNER_STAND_IN]
    written_by = _written_by(element)
    only_other = others[0] if len(others) == 1 else ""
    shown = (written_by or only_other) if direction == "incoming" else only_other
    counterpart = read_identity(shown, options.region)
    extra = _extra(element) | _roles(element)
    texts, attachments = _parts(element, options, report, extra)
    if len(others) > 1:
        extra["participants"] = "~".join(read_identity(one, options.region) or one for one in others)
    return PhoneEvent(
        kind="message",
        at=_moment(element, report, seconds_allowed=True),
        direction=direction,
        channel="mms",
        place=_place(element),
        counterpart=counterpart,
        presentation="allowed" if counterpart or len(others) > 1 else "unknown",
        sender=counterpart if direction == "incoming" else _owner(options, direction),
        name=_name(element),
        raw_identity=raw,
        status=status,
        text="\n".join(texts),
        attachments=tuple(attachments),
        extra=extra,
    )


def _written_by(element: Element) -> str:
    """The address of the sender among a message's addresses."""
    senders = (_value(one, "address") for one in element.named("addr") if one.attributes.get("type") == _FROM)
    return next((one for one in senders if one != _OWNER_STAND_IN), "")


def _roles(element: Element) -> dict[str, str]:
    """Who wrote it, and to whom, as the addresses say."""
    found: dict[str, str] = {}
    for one in element.named("addr"):
        code = one.attributes.get("type", "")
        role = _ROLES.get(code, f"addr_{code}")
        address = _value(one, "address")
        found[role] = f"{found[role]}~{address}" if role in found else address
    return found


def _parts(
    element: Element, options: Options, report: Report, extra: dict[str, str]
) -> tuple[list[str], list[Attachment]]:
    texts: list[str] = []
    attachments: list[Attachment] = []
    for number, part in enumerate(element.named("part")):
        media_type = _value(part, "ct").lower()
        for key in part.attributes.keys() - _PART:
            extra[f"part_{number}.{key}"] = part.attributes[key]
        if media_type == "application/smil":
            continue
        if media_type == "text/plain" and "data" not in part.attributes:
            texts.append(_value(part, "text"))
        else:
            attachments.append(_attachment(part, media_type, options, report))
    return texts, attachments


def _attachment(part: Element, media_type: str, options: Options, report: Report) -> Attachment:
    name = next((found for key in ("cl", "name", "fn") if (found := _value(part, key))), "")
    encoded = _value(part, "data")
    text = _value(part, "text")
    if not encoded and not text:
        return Attachment(name, media_type)
    try:
        content = base64.b64decode(encoded, validate=True) if encoded else text.encode()
    except (binascii.Error, ValueError):
        report.doubt(_place(part), "an attachment that is not base64", name)
        return Attachment(name, media_type)
    attachment = Attachment(name, media_type, hashlib.sha256(content).hexdigest(), len(content), included=True)
    if options.keep_attachment:
        options.keep_attachment(attachment, content)
    return attachment
