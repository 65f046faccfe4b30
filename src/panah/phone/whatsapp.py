"""WhatsApp "Export chat": text, alone or in a zip with its media.

No ids, no zone, language- and locale-dependent, and **forgeable**: a newline in a message followed by
``01/06/2025, 10:02 - Rana: I agree`` is byte-identical to a real line, so an author here is never proven (grade D).
Two passes: :mod:`.whatsapp_survey` finds the header's shape and the order of the date over all lines, then every line
is read. A header that goes back in time, or that has neither a name nor words of the app, is text of the message above
and is told.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Final

from panah.errors import Unreadable
from panah.model.phone import Attachment, Direction, PhoneEvent, Place, TimeZone

from . import signal_text, whatsapp_text
from .date_order import moment
from .identity import read_identity
from .members import attachment_of
from .report import Options, Report
from .source import Source
from .text_lines import head_text, texts
from .whatsapp_header import Find, Reader, Shape, Usual, shape_of, usual_head
from .whatsapp_survey import Survey, Written, survey, written
from .whatsapp_words import LONGEST_PHRASE, MARKS, bare, plain, words

_LOOKED_AT = 60
FORGEABLE = "whoever wrote in the chat can forge a line of its export: the author of a line is not proven"
_REMEMBERED = 100_000
_KEPT_LINES = 10_000
"""Lines of one message; a million lines without a header are not one message."""


def recognises(source: Source) -> bool:
    shape = _first_shape(source)
    return shape is not None and not _is_signal(shape, source)


def recognises_signal(source: Source) -> bool:
    """``chat.md`` or ``.txt`` of signal-export: ``[2019-12-24, 12:23] Jane Doe: text``, or ``[2019-12-24 12:23:05] …``."""
    shape = _first_shape(source)
    return shape is not None and _is_signal(shape, source)


def _is_signal(shape: Shape, source: Source) -> bool:
    """WhatsApp prints seconds in brackets, in Sweden after the same date: there only what the tool writes decides."""
    if (shape.end, shape.separators, shape.year) != ("bracket", "--", "first") or shape.twelve:
        return False
    return not shape.seconds or signal_text.WRITES.search(head_text(source)) is not None


def _first_shape(source: Source) -> Shape | None:
    if source.is_container:
        return None
    for line in head_text(source).split("\n", _LOOKED_AT)[:_LOOKED_AT]:
        if shape := shape_of(line):
            return shape
        if len(line) > 5000:
            return None
    return None


def read_signal(source: Source, options: Options, report: Report) -> Iterator[PhoneEvent]:
    for event in read(source, options, report, channel="signal"):
        yield signal_text.said(event, source, options, report)


def read(source: Source, options: Options, report: Report, *, channel: str = "whatsapp") -> Iterator[PhoneEvent]:
    """Events in the order of the file.

    Raises:
        Unreadable: No line of it has a header of a known shape.
    """
    found = survey(source, options)
    if found is None:
        raise Unreadable("no line starts with a date and a time", where=source.name, hint="export the chat again")
    report.time_zone = TimeZone(known=False, source="the export prints local times without a zone")
    report.notes.append(FORGEABLE)
    report.notes.append(f"order of the date: {found.decision.order or 'not known'}, {found.decision.reason}")
    if found.calendar:
        report.notes.append(f"dates of another calendar, turned into Gregorian ones: {found.calendar}")
    if n := len(found.colon_names):
        report.notes.append(f"{n:,} names taken with a colon in them, since each of their lines has it")
    yield from _Chat(source, options, report, found, channel).events()
    if found.decision.order is None:
        why = f"{found.decision.reason}; say --date-order day-first or month-first"
        report.doubt(Place("line", 1, found.n_lines + 1, source.member), why, found.example)


Opened = tuple[int, datetime | None, str, Written, tuple[str, ...]]
"""A message whose end is not yet seen: its line, time, printed head, sender and text, and doubts."""


Who = tuple[str, Direction, str | None, str]
"""A sender: name, direction, counterpart, name that the phone showed."""
Waiting = tuple[int, datetime, Who, str]
"""A usual line whose message may go on below: its number, time, sender and text."""


def _finder(usual: Usual) -> Find:
    """Date, clock, sender and text of each line of a text; empty where a line has another head or none."""
    line = rf"{usual.pattern}([^:\n]{{1,80}}): ([^\n]*)"
    return usual.dated(re.compile(rf"^(?:{line}|[^\n]*)$", re.MULTILINE))


class _Chat:
    """The second pass."""

    def __init__(self, source: Source, options: Options, report: Report, found: Survey, channel: str) -> None:
        self.source, self.options, self.report, self.found, self.channel = source, options, report, found, channel
        self.reader = Reader(found.shape)
        self.open: Opened | None = None
        self.index = -1
        self.days: dict[str, datetime] = {}
        self.clocks: dict[str, timedelta] = {}
        self.people: dict[str, Who] = {}
        self.usual: Callable[[str], tuple[str, str, str] | None] | None = None
        self.member = source.member
        self.tail: list[str] = []
        self.flags: list[str] = []
        self.owner = read_identity(options.owner_number, options.region) if options.owner_number else None
        self.identities: dict[str, tuple[Direction, str | None, str]] = {}
        self.app_starts = whatsapp_text.app_starts()

    def events(self) -> Iterator[PhoneEvent]:
        number = 0
        before: list[str] = []
        find: Find | None = None
        waiting: Waiting | None = None
        days, clocks, people, dropped = self.days, self.clocks, self.people, self.found.not_headers
        for text in texts(self.source, self.report):
            lines = text.split("\n")
            # all lines with the usual head at once; the others give empty groups
            found = find(text) if find else itertools.repeat(_UNUSUAL, len(lines))
            for line, (date, clock, sender, body) in zip(lines, found, strict=True):
                number += 1
                if sender in people and date in days and clock in clocks:
                    self.index += 1
                    if self.index not in dropped:
                        if waiting is not None:
                            yield self._said(waiting, number)
                        elif self.open is not None:
                            yield self._close(number)
                        waiting = number, days[date] + clocks[clock], people[sender], body
                        continue
                    self.index -= 1
                opened = self._header(number, line)
                if opened is None:
                    self._continue(number, line, None if waiting or self.open else before)
                    continue
                if waiting is not None:
                    yield self._said(waiting, number)
                    waiting = None
                elif self.open is not None:
                    yield self._close(number)
                elif before:
                    self._before_first(before, number)
                self.open = opened
                if find is None and (usual := usual_head(line)):
                    self.usual, find = usual.line(), _finder(usual)
                self._remember(line, opened)
        if waiting is not None:
            yield self._said(waiting, number + 1)
        elif self.open is not None:
            yield self._close(number + 1)

    def _said(self, waiting: Waiting, end: int) -> PhoneEvent:
        """What one usual line and those below it say."""
        start, at, who, body = waiting
        name, direction, counterpart, shown = who
        doubtful = self.tail or self.flags or not body or ">" in body or body[:3] in self.app_starts
        if doubtful or body[0] in _APP_WORDS_START or body[-1] in _APP_WORDS_END:
            self.open = start, at, "", Written(name, body), ()
            return self._close(end)
        return _new(  # a million of them: in the order of the fields
            PhoneEvent,
            ("message", at, direction, self.channel, _new(Place, ("line", start, end, self.member)), counterpart,
             "allowed", name, shown, name, "", body, None, (), (), _NOTHING),
        )  # fmt: skip

    def _header(self, number: int, line: str) -> Opened | None:
        """What a line opens, if it opens a message."""
        parts = self.reader.parts(line)
        if parts is None:
            return None
        head = written(line[parts.end :], first=self.index < 0)
        if head is None:
            self._not_a_header(number, line, "a header with neither a name nor words of the app")
            return None
        if full := self.found.colon_names.get(head.sender):
            head = Written(full, head.body[len(full) - len(head.sender) :])
        self.index += 1
        if self.index in self.found.not_headers:
            self._not_a_header(number, line, "a header that goes back in time")
            return None
        printed = line[: parts.end]
        order = self.found.decision.order
        at = moment(order, parts) if order else None
        return number, at, printed, head, self._doubts(parts.half, at, number, printed)

    def _remember(self, line: str, opened: Opened) -> None:
        """What the date, the clock and the sender of a sound line mean, for the next line that prints the same."""
        _, at, _, head, doubts = opened
        if at is None or doubts or not head.sender or self.found.colon_names or self.usual is None:
            return
        if (found := self.usual(line)) is None:
            return
        if len(self.clocks) > _REMEMBERED or len(self.people) > _REMEMBERED:
            self.clocks.clear()
            self.people.clear()
        midnight = at.replace(hour=0, minute=0, second=0)
        date, clock, sender = found
        self.days[date], self.clocks[clock] = midnight, at - midnight
        self.people[sender] = (head.sender, *self._who(head.sender))

    def _continue(self, number: int, line: str, before: list[str] | None) -> None:
        """A further line of the message above, or of what stands before the first one."""
        if before is not None:
            before.append(line)
        elif len(self.tail) < _KEPT_LINES:
            self.tail.append(line)
        else:
            self._overflow(number)

    def _before_first(self, before: list[str], number: int) -> None:
        if text := "\n".join(before).strip():
            self.report.doubt(Place("line", 1, number, self.source.member), "lines before the first message", text)

    def _doubts(self, half: str, at: datetime | None, number: int, printed: str) -> tuple[str, ...]:
        if self.found.decision.order is None:
            return ("date_order_unknown",)
        if at is None:
            self.report.doubt(Place("line", number, number + 1, self.source.member), "not a date", printed)
            return ("date_not_understood",)
        if half:
            why = "a word for the half of the day that is not known"
            self.report.doubt(Place("line", number, number + 1, self.source.member), why, half)
            return ("half_of_day_unknown",)
        return ()

    def _not_a_header(self, number: int, line: str, why: str) -> None:
        self.flags.append("header_in_text")
        self.report.doubt(
            Place("line", number, number + 1, self.source.member), f"{why}; taken as text of the message above", line
        )

    def _overflow(self, number: int) -> None:
        if "cut" not in self.flags:
            self.flags.append("cut")
            self.report.doubt(
                Place("line", number, number + 1, self.source.member), f"a message of more than {_KEPT_LINES:,} lines"
            )

    def _close(self, end: int) -> PhoneEvent:
        assert self.open is not None
        start, at, printed, head, doubts = self.open
        tail = self.tail
        while tail and not tail[-1].strip():  # an empty line before the next header, or at the end of the file
            tail.pop()
        sender, body = head
        flags: list[str] = [*doubts, *dict.fromkeys(self.flags)] if (doubts or self.flags) else []
        self.tail, self.flags, self.open = [], [], None
        place = Place("line", start, end, self.source.member)
        extra = {} if at is not None and not doubts else {"printed": printed.strip()}
        if sender and not self._is_system(sender, body):
            return self._message(at, sender, body, tail, flags, place, extra)
        return self._system(at, head, tail, flags, place, extra)

    def _system(
        self,
        at: datetime | None,
        head: Written,
        tail: list[str],
        flags: list[str],
        place: Place,
        extra: Mapping[str, str],
    ) -> PhoneEvent:
        """A line of the app, on an iPhone under the name of the chat."""
        text = plain("\n".join([head.body, *tail])).strip()
        short = bare(head.body)
        if len(short) < LONGEST_PHRASE and words().call_start.match(short):
            flags.append("call")
        return PhoneEvent(
            "system", at, "none", self.channel, place, name=head.sender, text=text, flags=tuple(flags), extra=extra
        )

    def _who(self, sender: str) -> tuple[Direction, str | None, str]:
        """Direction, counterpart and name that the phone showed, by the printed sender."""
        known = self.identities.get(sender)
        if known is None:
            counterpart = read_identity(sender, self.options.region)
            name = "" if counterpart and counterpart.startswith("+") else sender
            mine = self.owner is not None and counterpart == self.owner
            way: Direction = "outgoing" if mine else "incoming" if self.owner else "unknown"
            known = self.identities[sender] = way, None if mine else counterpart, name
        return known

    def _is_system(self, sender: str, body: str) -> bool:
        """On an iPhone the app's own lines stand under the name of the group, behind a mark of direction."""
        if not body.startswith("\u200e") and not (sender == self.found.chat_name and body[:1] in MARKS):
            return False
        if sender == self.found.chat_name and self.found.chat_name_is_only_system:
            return True
        short = bare(body)
        if words().alone.get(short) == "deleted" or words().call_start.match(short):
            return False
        return sender == self.found.chat_name and words().system.search(short) is not None

    def _message(
        self,
        at: datetime | None,
        sender: str,
        body: str,
        tail: list[str],
        flags: list[str],
        place: Place,
        extra: dict[str, str],
    ) -> PhoneEvent:
        direction, counterpart, name = self._who(sender)
        attachments: tuple[Attachment, ...] = ()
        if body[:1] in _APP_WORDS_START or len(body) < LONGEST_PHRASE or body[-1:] in ")>" or body[-2:-1] == ">":
            body, name_of_file = whatsapp_text.without_marks(body, flags, extra)
            if name_of_file:
                attachments = (attachment_of(self.source, name_of_file, self.options, self.report),)
        text = "\n".join([body, *tail]) if tail else body
        if tail:
            text = whatsapp_text.unedited(text, flags)
        if attachments:
            text = text.lstrip("\n")
        elif not text and not flags:
            flags.append("empty")
        return PhoneEvent(
            "message",
            at,
            direction,
            self.channel,
            place,
            counterpart,
            "allowed",
            sender,
            name,
            sender,
            "deleted" if "deleted" in flags else "",
            text,
            None,
            attachments,
            tuple(flags),
            extra,
        )


_APP_WORDS_START = frozenset(f"{MARKS}<>.。…‹›「」() ")
_APP_WORDS_END = frozenset(")>\u200e\u200f ")
_UNUSUAL: Final = ("", "", "", "")
_new: Final = tuple.__new__
_NOTHING: Mapping[str, str] = MappingProxyType({})
