"""The calls and messages of a case's phones on one line of time: whose they are, what comes again, what a filter keeps.

A case may hold tens of thousands: an entry is a thin look at what the export's reader printed, in the order of those
texts (ISO 8601 sorts as it reads), and a moment is made of it only where it is shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any, Final, NamedTuple

from panah.web.cases.opening import OpenCase

from .models import PhoneExtract
from .phones import WITHHELD, Extract, extracts_in

PATTERN_FROM: Final = 3
"""So many calls with a hidden number in the same hour of the day are told as one pattern."""


class Entry(NamedTuple):
    """One call or message: the event as ``panah phone --json`` prints it, and the export it was chosen from."""

    event: dict[str, Any]
    row: PhoneExtract
    extract: Extract
    number: int
    """Its place among the events of the extract, from 0."""

    @property
    def key(self) -> str:
        """What names it in a form: the extract's id and its number, nothing of what it says."""
        return f"{self.row.pk}-{self.number}"

    @property
    def at(self) -> datetime | None:
        """Aware when the moment is known, naive as the phone printed it when its zone is not, None without a time."""
        return datetime.fromisoformat(self.event["at"]) if self.event.get("at") else None

    @property
    def is_call(self) -> bool:
        """A call, or a line of a chat that reports one."""
        return self.event["kind"] == "call" or "call" in self.event.get("flags", ())

    @property
    def who(self) -> str:
        """Under what it is grouped: the counterpart, or why none was shown, or the name of the chat."""
        event = self.event
        hidden = event["presentation"] if event["presentation"] != "allowed" else ""
        return str(event.get("counterpart") or hidden or event.get("name") or "")

    @property
    def pattern_name(self) -> str:
        """Of a call with a hidden number: why it was hidden, and the hour of the day; else nothing."""
        event = self.event
        if event["presentation"] not in WITHHELD or not event.get("at") or not self.is_call:
            return ""
        return f"{event['presentation']}-{int(event['at'][11:13])}"


@dataclass(frozen=True, slots=True)
class Pattern:
    """Calls whose number was hidden, at the same hour of the day."""

    name: str
    hour: int
    presentation: str
    n: int
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class Group:
    """All entries with one counterpart, or without one for one reason."""

    key: str
    """The key of its first entry: an address never holds a number."""
    who: str
    presentation: str
    name: str
    n: int


@dataclass(frozen=True, slots=True)
class EntryFilter:
    """What to show; what is empty does not narrow. Days are those of the printed times, both included."""

    like: str = ""
    """The key of an entry: those of the same counterpart."""
    pattern: str = ""
    kind: str = ""
    """``call`` or ``message``."""
    since: date | None = None
    until: date | None = None

    @property
    def narrows(self) -> bool:
        """Whether anything is chosen."""
        return self != EntryFilter()

    def keep(self, entries: Sequence[Entry]) -> list[Entry]:
        """The entries that fit, in their order; none for a key that is not among them."""
        tests: list[Callable[[Entry], bool]] = []
        if self.like:
            who = next((each.who for each in entries if each.key == self.like), None)
            tests.append(lambda each: who is not None and each.who == who)
        if self.pattern:
            tests.append(lambda each: each.pattern_name == self.pattern)
        if self.kind:
            tests.append(lambda each: each.is_call is (self.kind == "call"))
        if self.since:
            first = self.since.isoformat()
            tests.append(lambda each: (each.event.get("at") or "")[:10] >= first)
        if self.until:
            last = self.until.isoformat()
            tests.append(lambda each: "" < (each.event.get("at") or "")[:10] <= last)
        return [each for each in entries if all(test(each) for test in tests)]


def entries_in(opened: OpenCase) -> list[Entry]:
    """All entries of an opened case, oldest first."""
    return entries_of(extracts_in(opened))


def entries_of(extracts: Iterable[tuple[PhoneExtract, Extract]]) -> list[Entry]:
    """The entries of these extracts, oldest first; those without a time come last."""
    found = [
        Entry(event, row, extract, number) for row, extract in extracts for number, event in enumerate(extract.events)
    ]
    return sorted(found, key=lambda each: each.event.get("at") or "~")


def patterns_of(entries: Iterable[Entry]) -> list[Pattern]:
    """Hidden calls that come again at the same hour of the day, the most frequent first.

    The hour is that of the clock in which the export states its times (UTC, or the phone's own where no zone is known).
    """
    named = sorted((each for each in entries if each.pattern_name), key=lambda each: each.pattern_name)
    found = []
    for name, same in groupby(named, key=lambda each: each.pattern_name):
        times = [each.at for each in same if each.at]
        if len(times) >= PATTERN_FROM:
            presentation, _, hour = name.rpartition("-")
            times.sort(key=lambda moment: moment.replace(tzinfo=None))
            found.append(Pattern(name, int(hour), presentation, len(times), times[0], times[-1]))
    return sorted(found, key=lambda each: -each.n)


def groups_of(entries: Iterable[Entry]) -> list[Group]:
    """Who stands on the line of time, the most frequent first."""
    counts: dict[str, int] = {}
    first: dict[str, Entry] = {}
    for each in entries:
        who = each.who
        counts[who] = counts.get(who, 0) + 1
        first.setdefault(who, each)
    return [
        Group(first[who].key, who, first[who].event["presentation"], first[who].event.get("name", ""), n)
        for who, n in sorted(counts.items(), key=lambda pair: (-pair[1], first[pair[0]].key))
    ]
