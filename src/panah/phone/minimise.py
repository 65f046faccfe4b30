"""Take only what matters out of a phone: first counts, then a choice, then nothing but what was chosen.

A phone holds the lives of people who have nothing to do with the matter. :func:`overview` counts per counterpart, thread
and month and keeps no text; a person chooses; :func:`read_chosen` gives the events chosen and hands over only their
attachments. The rest never leaves the parser.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, Final

from panah.model.phone import Attachment, PhoneEvent, PhoneExport, TimeZone, is_call

from . import reading
from .report import KeepAttachment

MAX_COUNTED: Final = 50_000
"""Counterparts or threads; an export with more is counted together from there on."""
OTHERS: Final = "…"


@dataclass(slots=True)
class Count:
    """How much there is of one counterpart, thread or month."""

    key: str
    presentation: str = "allowed"
    names: list[str] = field(default_factory=list)
    channels: list[str] = field(default_factory=list)
    n_messages: int = 0
    n_calls: int = 0
    n_attachments: int = 0
    first: datetime | None = None
    last: datetime | None = None

    def add(self, event: PhoneEvent) -> None:
        if event.kind == "message":
            self.n_messages += 1
        self.n_calls += is_call(event)
        self.n_attachments += len(event.attachments)
        if event.name and event.name not in self.names and len(self.names) < 5:
            self.names.append(event.name)
        if event.channel not in self.channels:
            self.channels.append(event.channel)
        if event.at is not None:
            self.first = event.at if self.first is None else min(self.first, event.at, key=_sortable)
            self.last = event.at if self.last is None else max(self.last, event.at, key=_sortable)


@dataclass(frozen=True, slots=True)
class Overview:
    """What an export holds, without a word of it."""

    format: str
    grade: str
    counterparts: tuple[Count, ...]
    """Most talkative first. Who withheld a number stands under the reason: ``restricted``, ``unknown``, …"""
    threads: tuple[Count, ...]
    months: tuple[Count, ...]
    """In order; events without a time stand under ``no time``."""
    time_zone: TimeZone
    n_not_understood: int
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Selection:
    """What to keep. Each part that is given must hold; an event is kept when all do.

    Attributes:
        counterparts: Keys of :attr:`Overview.counterparts`.
        threads: Keys of :attr:`Overview.threads`.
        since: First moment, inclusive; naive ones are compared with what the export printed.
        until: Last moment, exclusive.
        system_lines: Whether lines without a sender are kept too (within threads and period).
        without_time: Whether events without a time are kept when a period is given.
    """

    counterparts: frozenset[str] | None = None
    threads: frozenset[str] | None = None
    since: datetime | None = None
    until: datetime | None = None
    system_lines: bool = False
    without_time: bool = True

    def keeps(self, event: PhoneEvent) -> bool:
        if event.kind == "system" and not self.system_lines:
            return False
        by_key = event.kind == "system" or self.counterparts is None or counterpart_key(event) in self.counterparts
        return by_key and (self.threads is None or thread_key(event) in self.threads) and self._in_period(event.at)

    def _in_period(self, at: datetime | None) -> bool:
        if self.since is None and self.until is None:
            return True
        if at is None:
            return self.without_time
        moment = _sortable(at)
        after = self.since is None or moment >= _sortable(self.since)
        return after and (self.until is None or moment < _sortable(self.until))


def counterpart_key(event: PhoneEvent) -> str:
    """Under what an event is counted: the counterpart, or why there is none."""
    if event.counterpart:
        return event.counterpart
    return event.presentation if event.presentation != "allowed" else thread_key(event) or "unknown"


def thread_key(event: PhoneEvent) -> str:
    """The chat, group or file that an event belongs to; of a call log or messages the counterpart."""
    extra = event.extra
    return extra.get("chat") or extra.get("participants") or event.counterpart or event.place.member


def overview(path: str | os.PathLike[str], **options: Any) -> Overview:
    """Count what is in an export; nothing of its content is kept.

    Args:
        path: As in :func:`panah.phone.read_export`.
        options: As there, except ``keep_attachment``.

    Raises:
        Unreadable, UnknownFormat, NotOpened, NotConfigured: As there.
    """
    return look(path, None, **options)[0]


def look(path: str | os.PathLike[str], selection: Selection | None, **options: Any) -> tuple[Overview, int]:
    """As :func:`overview`, in the same pass counting the events that a selection would keep; None keeps nothing."""
    options.pop("keep_attachment", None)
    found, events, report = reading.stream(path, **options)
    n_chosen = 0
    counterparts: dict[str, Count] = {}
    threads: dict[str, Count] = {}
    months: dict[str, Count] = {}
    for event in events:
        n_chosen += selection is not None and selection.keeps(event)
        if event.kind != "system":
            count = _of(counterparts, counterpart_key(event))
            count.add(event)
            count.presentation = event.presentation
        _of(threads, thread_key(event)).add(event)
        _of(months, f"{event.at:%Y-%m}" if event.at else "no time").add(event)
    counted = Overview(
        format=found.slug,
        grade=found.grade,
        counterparts=_busiest(counterparts.values()),
        threads=_busiest(threads.values()),
        months=tuple(months[key] for key in sorted(months)),
        time_zone=report.time_zone,
        n_not_understood=len(report.not_understood) + report.n_more,
        notes=report.all_notes(),
    )
    return counted, n_chosen


def _of(counts: dict[str, Count], key: str) -> Count:
    if key not in counts and len(counts) >= MAX_COUNTED:
        key = OTHERS
    found = counts.get(key)
    if found is None:
        found = counts[key] = Count(key)
    return found


def _busiest(counts: Iterable[Count]) -> tuple[Count, ...]:
    return tuple(sorted(counts, key=lambda one: (-one.n_messages - one.n_calls, one.key)))


def read_chosen(
    path: str | os.PathLike[str],
    selection: Selection,
    *,
    keep_attachment: KeepAttachment | None = None,
    each: Callable[[PhoneEvent, bool], None] | None = None,
    **options: Any,
) -> PhoneExport:
    """Read an export and keep nothing but what was chosen.

    The parts that were not understood are named with their places, but not shown: they may belong to anybody.

    Args:
        path: As in :func:`panah.phone.read_export`.
        selection: What to keep.
        keep_attachment: Called with the attachments of the chosen events only.
        each: Called with every event and whether it is chosen, before its attachments; then no event is held here.
        options: As in :func:`panah.phone.read_export`.

    Raises:
        Unreadable, UnknownFormat, NotOpened, NotConfigured: As there.
    """
    waiting: list[tuple[Attachment, bytes]] = []
    collect = (lambda attachment, data: waiting.append((attachment, data))) if keep_attachment else None
    found, events, report = reading.stream(path, keep_attachment=collect, **options)
    kept: list[PhoneEvent] = []
    for event in events:
        # a parser reads the attachments of an event just before it gives the event
        held, waiting[:] = list(waiting), []
        is_chosen = selection.keeps(event)
        if each:
            each(event, is_chosen)
        if not is_chosen:
            continue
        if not each:
            kept.append(event)
        for attachment, data in held:
            if keep_attachment:
                keep_attachment(attachment, data)
    return PhoneExport(
        path=os.fspath(path),
        format=found.slug,
        grade=found.grade,
        events=tuple(kept),
        time_zone=report.time_zone,
        not_understood=tuple(replace(one, raw="") for one in report.not_understood),
        notes=report.all_notes(),
    )


def _sortable(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
