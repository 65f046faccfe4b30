"""What a phone or messenger export says, whichever app wrote it: one type for all formats.

These are not validated :class:`~panah.model.base.Record` values: an export may hold a million events, and they are made
only by our own parsers. Events and places are named tuples, which are made ten times faster than frozen dataclasses.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import MappingProxyType
from typing import Any, Final, Literal, NamedTuple

Kind = Literal["message", "call", "system"]
Direction = Literal["incoming", "outgoing", "none", "unknown"]
"""``none`` is a draft or a line without a direction; ``unknown`` is a value that only the maker of the phone knows."""

Presentation = Literal["allowed", "restricted", "unknown", "payphone", "unavailable"]
"""Why a number is shown or not. *Withheld by the caller* (``restricted``) and *the network did not say*
(``unknown``, ``unavailable``) are different facts and stay apart."""

MAX_RAW_CHARACTERS: Final = 400


class Place(NamedTuple):
    """Where in the original bytes something stands, half-open.

    ``unit`` says what ``start`` and ``end`` count: bytes of the file, lines (from 1), or rows of a table of a
    database. ``member`` names the file inside a zip or a backup folder.
    """

    unit: Literal["byte", "line", "row"]
    start: int
    end: int
    member: str = ""

    def __str__(self) -> str:
        span = f"{self.start}" if self.end <= self.start + 1 else f"{self.start}-{self.end}"
        return f"{self.member}: {self.unit} {span}" if self.member else f"{self.unit} {span}"


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a message: its digest when the export holds it, else only what was said of it."""

    name: str = ""
    media_type: str = ""
    sha256: str | None = None
    size_bytes: int | None = None
    included: bool = False
    """False when the export only names it ("media omitted")."""


class PhoneEvent(NamedTuple):
    """One message, call or system line, with its place in the export.

    Attributes:
        kind: ``message``, ``call``, or ``system`` (a line without a real sender).
        at: Aware and in UTC when the moment is known; naive, as the export printed it, when its zone is not;
            None when the export gives no time.
        direction: Seen from the owner of the phone.
        counterpart: Who was on the other side: a number in E.164, else the identity as the export gives it
            (``BANKINFO``, ``user900000001``, a display name); None when it was not shown or is not one identity.
        presentation: Whether and why the counterpart's number was shown.
        sender: Who said it, in the same terms; None when it was the owner and the export does not name the owner.
        name: The name the phone showed, from its contacts or chosen by the other side; never an identification.
        raw_identity: The counterpart as it stands in the export.
        channel: ``sms``, ``mms``, ``phone``, ``whatsapp``, ``telegram``, …
        status: What became of it: ``answered``, ``missed``, ``rejected``, ``blocked``, ``voicemail``,
            ``answered_elsewhere``, ``sent``, ``received``, ``draft``, ``failed``, ``queued``, ``deleted``,
            ``vendor_1000`` …
        duration_s: Length of a call in seconds.
        place: Its bytes or lines in the export.
        flags: Doubts about this one event (``characters_replaced``, ``edited``, ``goes_back_in_time``, …).
        extra: Attributes of the export that have no field here, kept as they are.
    """

    kind: Kind
    at: datetime | None
    direction: Direction
    channel: str
    place: Place
    counterpart: str | None = None
    presentation: Presentation = "allowed"
    sender: str | None = None
    name: str = ""
    raw_identity: str = ""
    status: str = ""
    text: str | None = None
    duration_s: int | None = None
    attachments: tuple[Attachment, ...] = ()
    flags: tuple[str, ...] = ()
    extra: Mapping[str, str] = MappingProxyType({})

    def as_dict(self) -> dict[str, Any]:
        """Plain values for JSON; what is empty is left out, except who and when."""
        row: dict[str, Any] = {
            "kind": self.kind,
            "at": printed_time(self.at),
            "zone_known": self.at is not None and self.at.tzinfo is not None,
            "direction": self.direction,
            "channel": self.channel,
            "counterpart": self.counterpart,
            "presentation": self.presentation,
            "sender": self.sender,
        }
        optional = {
            "name": self.name,
            "raw_identity": self.raw_identity,
            "status": self.status,
            "text": self.text,
            "duration_s": self.duration_s,
            "attachments": [_attachment(one) for one in self.attachments],
            "flags": list(self.flags),
            "extra": dict(self.extra),
        }
        row |= {key: value for key, value in optional.items() if value is not None and value not in ("", [], {})}
        row["where"] = str(self.place)
        return row


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """A part of the export that no rule explains, or that the parser had to repair."""

    where: Place
    why: str
    raw: str = ""

    def as_dict(self) -> dict[str, Any]:
        return {"where": str(self.where), "raw": self.raw[:MAX_RAW_CHARACTERS], "why": self.why}


class ContactNumber(NamedTuple):
    """One number of a contact, as written and in E.164 where it is complete."""

    raw: str
    e164: str | None
    label: str = ""


class Contact(NamedTuple):
    """An entry of an address book. A name in it is what the owner of the phone called someone, not who they are."""

    name: str
    numbers: tuple[ContactNumber, ...]
    where: Place
    extra: Mapping[str, str] = MappingProxyType({})

    def as_dict(self) -> dict[str, Any]:
        row: dict[str, Any] = {
            "name": self.name,
            "numbers": [{"raw": one.raw, "e164": one.e164, "label": one.label} for one in self.numbers],
        }
        return row | ({"extra": dict(self.extra)} if self.extra else {}) | {"where": str(self.where)}


@dataclass(frozen=True, slots=True)
class TimeZone:
    """Whether the export's times are absolute, and how that was decided."""

    known: bool
    source: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class PhoneExport:
    """One export file: its events in the order of the file, and every part that was not understood.

    ``grade`` is the assurance of the format (see :class:`panah.model.evidence.Grade`): how hard it would have been
    to forge. An author in a grade D export is never proven.
    """

    path: str
    format: str
    grade: Literal["A", "B", "C", "D", "E"]
    events: tuple[PhoneEvent, ...]
    time_zone: TimeZone
    not_understood: tuple[NotUnderstood, ...] = ()
    notes: tuple[str, ...] = ()
    """What a reader should know of the whole file: counts that disagree, what has to be asked."""
    contacts: tuple[Contact, ...] = ()
    """Of an address book."""

    @property
    def totals(self) -> Totals:
        """Counts, names and edges of the events."""
        totals = Totals()
        for event in self.events:
            totals.add(event)
        return totals

    @property
    def n_messages(self) -> int:
        return self.totals.n_messages

    @property
    def n_calls(self) -> int:
        """Calls, and lines of a chat which report one."""
        return self.totals.n_calls

    @property
    def n_system(self) -> int:
        return self.totals.n_system

    @property
    def n_attachments(self) -> int:
        return self.totals.n_attachments

    @property
    def withheld(self) -> int:
        """Calls and messages whose number the other side withheld."""
        return self.totals.withheld

    @property
    def presentations(self) -> dict[str, int]:
        """Events other than system lines, counted by why the number was shown or not."""
        return dict(sorted(self.totals.presentations.items()))

    @property
    def senders(self) -> tuple[str, ...]:
        """Everybody who wrote or called, sorted; in a call log everybody spoken to."""
        return tuple(sorted(self.totals.senders))

    @property
    def first(self) -> datetime | None:
        return self.totals.first

    @property
    def last(self) -> datetime | None:
        return self.totals.last

    def as_dict(self, totals: Totals | None = None) -> dict[str, Any]:
        """The document that ``panah phone --json`` prints for one file.

        Args:
            totals: Of events that are not held here, because they are too many.
        """
        found = totals or self.totals
        head = {"path": self.path, "format": self.format, "grade": self.grade}
        zone = {"known": self.time_zone.known, "source": self.time_zone.source, "name": self.time_zone.name}
        rest = {
            "time_zone": zone,
            "notes": list(self.notes),
            "not_understood": [one.as_dict() for one in self.not_understood],
            "events": [event.as_dict() for event in self.events],
        }
        contacts = {"contacts": [one.as_dict() for one in self.contacts]} if self.contacts else {}
        return head | found.as_dict() | rest | contacts


@dataclass(slots=True)
class Totals:
    """What is counted of events as they pass, without keeping any."""

    n_messages: int = 0
    n_calls: int = 0
    n_system: int = 0
    n_attachments: int = 0
    presentations: dict[str, int] = field(default_factory=dict)
    senders: set[str] = field(default_factory=set)
    first: datetime | None = None
    last: datetime | None = None

    @property
    def withheld(self) -> int:
        return self.presentations.get("restricted", 0)

    def add(self, event: PhoneEvent) -> None:
        self.n_calls += is_call(event)
        self.n_attachments += len(event.attachments)
        if event.kind == "system":
            self.n_system += 1
        else:
            self.presentations[event.presentation] = self.presentations.get(event.presentation, 0) + 1
            self.n_messages += event.kind == "message"
            if who := event.sender if event.kind == "message" else event.counterpart:
                self.senders.add(who)
        if event.at is not None:
            self.first = event.at if self.first is None else min(self.first, event.at, key=_sortable)
            self.last = event.at if self.last is None else max(self.last, event.at, key=_sortable)

    def as_dict(self) -> dict[str, Any]:
        return {
            "n_messages": self.n_messages,
            "n_calls": self.n_calls,
            "n_system": self.n_system,
            "n_attachments": self.n_attachments,
            "withheld": self.withheld,
            "presentations": dict(sorted(self.presentations.items())),
            "senders": sorted(self.senders),
            "first": printed_time(self.first),
            "last": printed_time(self.last),
        }


def is_call(event: PhoneEvent) -> bool:
    """Whether the event is a call, or a line of a chat that reports one."""
    return event.kind == "call" or "call" in event.flags


def printed_time(moment: datetime | None) -> str | None:
    """ISO 8601 with milliseconds: with ``Z`` when absolute, without a zone when the zone is not known."""
    if moment is None:
        return None
    if moment.tzinfo is None:
        return moment.isoformat(timespec="milliseconds")
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _attachment(one: Attachment) -> dict[str, Any]:
    return {
        "name": one.name,
        "media_type": one.media_type,
        "sha256": one.sha256,
        "size_bytes": one.size_bytes,
        "included": one.included,
    }


def _sortable(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
