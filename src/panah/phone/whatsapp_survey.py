"""The first pass over a chat: the shape of its headers, the order of its dates, and which headers cannot be real."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from .date_order import Decision, Evidence, out_of_order
from .report import Options
from .source import Source
from .text_lines import texts
from .whatsapp_header import LONGEST_HEADER, Find, Parts, Reader, Shape, Usual, shape_of, usual_head
from .whatsapp_words import MARKS, bare, plain, words

_SENDER: Final = re.compile(r"((?:[^:\n]|:(?=[^\s:/\d.])){1,100}?):(?: (.*)|(\.)?\Z)", re.DOTALL)
"""The first colon that a blank or the end of the line follows: ``Dr:Kim: text`` is said by Dr:Kim."""
_SECOND_NAME: Final = re.compile(r"[^:\n]{1,40}: ")
_PROVES_A_NAME: Final = 4
"""Lines of one sender, all of them, that start with the same word and colon: that is a name, and no habit of writing."""
_NO_SECOND: Final = ("", 0)
_SAMPLE: Final = 400
_REMEMBERED: Final = 100_000
LRM: Final = "\u200e"
_MAY_START: Final = frozenset("[0123456789\u200e\u200f\u202a\u202b٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹")
_QUOTES: Final = frozenset('“”„«»"「')


class Written(NamedTuple):
    """What follows a header: who, without marks of direction, and what; ``sender`` is empty for a line of the app."""

    sender: str
    body: str


class Survey(NamedTuple):
    """What was found out about the whole chat."""

    shape: Shape
    decision: Decision
    not_headers: frozenset[int]
    """Which of the headers, counted from 0, are text of the message above."""
    chat_name: str
    """Of an iPhone's export: the name under which the app's own lines stand."""
    chat_name_is_only_system: bool
    n_lines: int
    example: str
    calendar: str
    """Name of the calendar of its dates, when it is not the Gregorian one."""
    colon_names: Mapping[str, str]
    """Senders as first read, to the name with a colon in it that each of their lines shows."""


def written(rest: str, *, first: bool) -> Written | None:
    """Who and what after a header; None when that is neither a name and text nor words of the app.

    The first line of a chat is the app's, in whatever language; there is no message above it.
    """
    match = _SENDER.match(rest)
    if match:
        printed, body, dot = match.groups()
        if name := _name(printed):
            return Written(name, body if body is not None else dot or "")
    if rest[:1] == LRM or first or words().system.search(bare(rest)):
        return Written("", rest)
    return None


@lru_cache(maxsize=4096)
def _name(printed: str) -> str:
    """A sender without marks of direction; empty when it cannot be a name."""
    name = plain(printed).strip()
    return name if len(name) <= 80 and not _QUOTES.intersection(name) else ""


def survey(source: Source, options: Options) -> Survey | None:
    """Look at every line; None when none starts with a header."""
    shape = _likely(source)
    seen: set[Shape] = set()
    while shape is not None and shape not in seen:
        seen.add(shape)
        found = _Pass(shape)
        better = found.over(source)
        if better is None:
            return found.survey(options)
        shape = better
    return None if shape is None else _first_kept(shape, source, options)


def _first_kept(shape: Shape, source: Source, options: Options) -> Survey | None:
    """Two shapes that are each the commoner one by the other's count: the one in hand is taken."""
    found = _Pass(shape)
    found.over(source)
    return found.survey(options)


def _likely(source: Source) -> Shape | None:
    """The commonest shape among the first headers."""
    shapes: Counter[Shape] = Counter()
    for text in texts(source):
        for line in text.split("\n"):
            if shape := shape_of(line):
                shapes[shape] += 1
                if shapes.total() >= _SAMPLE:
                    return shapes.most_common(1)[0][0]
    return shapes.most_common(1)[0][0] if shapes else None


class _Pass:
    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self.evidence = Evidence(year=shape.year, separators=shape.separators)
        self.n_lines = 0
        self.example = ""
        self.chat_name = ""
        self.chat_name_has_text = False
        self.arabic = False
        self.others: Counter[Shape] = Counter()
        self.days: dict[str, int] = {}
        self.clocks: dict[str, int] = {}
        self.names: set[str] = set()
        self.second_names: defaultdict[str, tuple[str, int]] = defaultdict(lambda: _NO_SECOND)
        self.usual: Usual
        self.settled: set[str] = set()
        """Senders, as printed, whose lines show that no colon is part of their name."""

    def over(self, source: Source) -> Shape | None:
        """Count; gives another shape when more lines have that one."""
        self.reader = Reader(self.shape)
        find = None
        for text in texts(source):
            self.n_lines += text.count("\n") + 1
            if find is None:
                text, find = self._until_usual(text)
            if find is not None:
                self._take(find(text))
        best = self.others.most_common(1)
        return best[0][0] if best and best[0][1] > len(self.evidence.packed) else None

    def _until_usual(self, text: str) -> tuple[str, Find | None]:
        """Take lines up to the first sound head; what is left of the text, and how to find heads like it."""
        lines = text.split("\n")
        for number, line in enumerate(lines, 1):
            if self._header(line) is not None and (usual := usual_head(line)):
                self.usual = usual
                pattern = re.compile(
                    rf"^(?:{usual.pattern}([^:\n]{{1,80}}): ((?:[^:\n]{{1,40}}: )?)({LRM}?)[^\n]*|(?=[\[\d{MARKS}])([^\n]*))",
                    re.MULTILINE,
                )
                return "\n".join(lines[number:]), usual.dated(pattern)
        return "", None

    def _take(self, found: Iterable[tuple[str, ...]]) -> None:
        """Heads of a whole text: those of a known date, clock and sender at once, the others one by one."""
        append, days, clocks, names = self.evidence.packed.append, self.days, self.clocks, self.names
        settled = self.settled
        for date, clock, sender, second, mark, other in found:
            if sender in names and date in days and clock in clocks:
                append(days[date] + clocks[clock])
                if sender not in settled:
                    self._second_name(name := _name(sender), second)
                    if not self.second_names[name][0]:
                        settled.add(sender)
                if sender == self.chat_name and not mark and second[:1] != LRM:
                    self.chat_name_has_text = True
            elif other:
                self._header(other)
            else:
                self._new(date, clock, sender, second + mark)

    def _new(self, date: str, clock: str, sender: str, start_of_text: str) -> None:
        """A head with a date, clock or sender that was not met yet."""
        if not _name(sender):
            return
        parts = self.reader.parts(self.usual.head(date, clock))
        if parts is None:
            return
        if len(self.clocks) > _REMEMBERED or len(self.names) > _REMEMBERED:
            self.clocks.clear()
            self.names.clear()
        self.days[date], self.clocks[clock] = self._add(parts, "", Written(_name(sender), start_of_text))
        self.names.add(sender)

    def _header(self, line: str) -> tuple[int, int] | None:
        """Take a line as a header if it is one; gives what its date and its clock add to ``packed``."""
        parts = self.reader.parts(line)
        if parts is None:
            if line[:1] and line[0] in _MAY_START and (other := shape_of(line)):
                self.others[other] += 1
            return None
        head = written(line[parts.end :], first=not self.evidence.packed)
        return None if head is None else self._add(parts, line, head)

    def _add(self, parts: Parts, line: str, head: Written) -> tuple[int, int]:
        if head.sender:
            self._second_name(head.sender, head.body)
        first = not self.evidence.packed
        day, seconds = self.evidence.add(parts)
        if first:
            self._first(line, head)
        elif head.sender == self.chat_name and head.body[:1] != LRM:
            self.chat_name_has_text = True
        return self.evidence.start_of(day), seconds

    def _second_name(self, sender: str, body: str) -> None:
        """Count the lines of a sender that go on with the same ``name: ``; the first other line settles that none is."""
        said = self.second_names.get(sender)
        if said is None:
            if len(self.second_names) < _REMEMBERED:
                match = _SECOND_NAME.match(body)
                self.second_names[sender] = (match[0], 1) if match else _NO_SECOND
        elif said[0]:
            self.second_names[sender] = (said[0], said[1] + 1) if body.startswith(said[0]) else _NO_SECOND

    def _first(self, line: str, head: Written) -> None:
        self.example = line[:LONGEST_HEADER]
        digits = [char for char in self.example if char.isdigit()][:6]
        self.arabic = bool(digits) and all("\u0660" <= char <= "\u0669" for char in digits)
        if head.body[:1] == LRM and self.shape.end == "bracket":
            short = bare(head.body)
            if (
                words().system.search(short)
                and words().alone.get(short) != "deleted"
                and not words().call_start.match(short)
            ) or len(short) > 60:
                self.chat_name = head.sender

    def survey(self, options: Options) -> Survey | None:
        if not self.evidence.packed:
            return None
        hint = "Arabic digits: every Arabic locale puts the day first" if self.arabic else ""
        decision = self.evidence.decide(options.date_order, hint)
        dropped: frozenset[int] = frozenset()
        if decision.order and not self.evidence.in_order(decision.order):
            dropped = out_of_order(self.evidence.times(decision.order), seconds=self.shape.seconds)
        only = bool(self.chat_name) and not self.chat_name_has_text
        named = {
            sender: f"{sender}: {second[:-2]}"
            for sender, (second, count) in self.second_names.items()
            if second and count >= _PROVES_A_NAME
        }
        return Survey(
            self.shape, decision, dropped, self.chat_name, only, self.n_lines, self.example,
            self.evidence.calendar(decision.order) if decision.order else "", named,
        )  # fmt: skip
