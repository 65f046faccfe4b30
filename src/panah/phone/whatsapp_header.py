"""The head of a line in a WhatsApp export: dozens of shapes by language, country and phone, one of them a file.

A *shape* is found by trial over all lines, not on the first; the order of day and month is not part of it and is proved
elsewhere (:mod:`.date_order`). Shapes seen: ``dd/mm/yy, HH:MM - ``, ``m/d/yy, h:mm PM - ``, ``[d.mm.yyyy HH:MM:SS] ``,
``dd/mm/yyyy, hh:mm a. m. - ``, ``13.6.2018 klo 21.25.15 - ``, ``13. 6. 2018. 21:25:15 ``, ``yyyy/m/d 下午9:01 - ``,
``2025. 5. 6. 오후 9:01 - ``, ``21:01, 06/05/2025 - `` (Pustur/whatsapp-chat-parser issue 248 and tests,
mtln/chat-export issue 16, and CLDR's short dates).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from typing import Final, NamedTuple

from .whatsapp_words import MARKS, day_period

_M: Final = f"[{MARKS}]*"
_SP: Final = "[ \u00a0\u202f\u2009]"
_DATE: Final = (
    rf"(?P<a>\d{{1,4}})(?P<s1>{_M}{_SP}?[/.\-\u2010-\u2013年년]{_M}{_SP}?)(?P<b>\d{{1,2}})"
    rf"(?P<s2>{_M}{_SP}?[/.\-\u2010-\u2013月월]{_M}{_SP}?)(?P<c>\d{{1,4}})(?P<s3>(?:日|일|{_SP}?г\.?|\.)?)"
)
_TIME: Final = r"(?P<h>\d{1,2})(?P<t1>[:.：])(?P<mi>\d{2})(?:[:.：](?P<s>\d{2}))?"
_BEFORE: Final = rf"(?P<pre>[^\W\d_][^\d:\[\]<>]{{0,14}}?)?{_SP}?"
_AFTER: Final = rf"(?:{_M}{_SP}?{_M}(?P<post>[^\W\d_][^\d:\[\]<>]{{0,13}}?))??"
_GLUE: Final = rf"(?P<glue>{_M}[,،、，]?{_M}{_SP}{{0,2}})"
_END: Final = rf"(?:(?P<bracket>{_M}\]{_M}{_SP}?)|{_M}(?P<dash>{_SP}[-\u2013\u2014]{_SP}))"
_NO_END: Final = rf"(?P<post>)(?P<bracket>(?!))?{_SP}{{1,2}}"
_DATE_FIRST: Final = re.compile(rf"{_M}(?P<open>\[?){_M}{_DATE}{_GLUE}{_M}{_BEFORE}{_TIME}{_AFTER}{_END}")
_TIME_FIRST: Final = re.compile(rf"{_M}(?P<open>\[?){_M}{_BEFORE}{_TIME}{_AFTER}{_GLUE}{_M}{_DATE}{_END}")
_BARE: Final = re.compile(rf"{_M}(?P<open>){_DATE}{_GLUE}{_M}{_BEFORE}{_TIME}{_NO_END}")
"""Without bracket or dash, as ``13. 6. 2018. 21:25:15 Name: text``: only with seconds, else it is prose."""
_STARTS: Final = re.compile(rf"{_M}(?:\[{_M}.|\d)", re.DOTALL)
LONGEST_HEADER: Final = 80


class Shape(NamedTuple):
    """What all headers of one file share."""

    time_first: bool
    end: str
    separators: str
    year: str
    """``first``, ``last`` or ``short`` (two digits)."""
    glue: str
    clock: str
    seconds: bool
    twelve: str
    """Where the half of the day stands: ``before``, ``after`` or nowhere."""


class Parts(NamedTuple):
    """The numbers of one header, undecided, and where the text after it starts."""

    a: int
    b: int
    c: int
    hour: int
    minute: int
    second: int
    half: str
    end: int


def shape_of(line: str) -> Shape | None:
    """The shape of the header that a line starts with, if it starts with one."""
    if not _STARTS.match(line):
        return None
    head = line[:LONGEST_HEADER]
    for pattern, time_first in ((_DATE_FIRST, False), (_TIME_FIRST, True), (_BARE, False)):
        match = pattern.match(head)
        if match and (match["bracket"] is not None) == bool(match["open"]):
            return _shape(match, time_first)
    return None


def _shape(match: re.Match[str], time_first: bool) -> Shape | None:
    a, c = len(match["a"]), len(match["c"])
    if a == 4 and c <= 2:
        year = "first"
    elif c == 4 and a <= 2:
        year = "last"
    elif c == 2 and a <= 2:
        year = "short"
    else:
        return None
    twelve = "after" if match["post"] else ""
    if match["pre"] and day_period(match["pre"]):
        twelve = "before"
    word = "" if twelve == "before" else (match["pre"] or "").strip()
    end = "none" if match.re is _BARE else "bracket" if match["bracket"] is not None else "dash"
    if end == "none" and match["s"] is None:
        return None
    return Shape(
        time_first=time_first,
        end=end,
        separators=_plain(match["s1"]) + _plain(match["s2"]) + match["s3"].strip(),
        year=year,
        glue=_plain(match["glue"]).strip() + word,
        clock=match["t1"],
        seconds=match["s"] is not None,
        twelve=twelve,
    )


def _plain(text: str) -> str:
    return re.sub(rf"[{MARKS}\s\u00a0\u202f]", "", text)


@lru_cache(maxsize=64)
def pattern_of(shape: Shape) -> re.Pattern[str]:
    """A fast pattern for one shape; groups ``a b c`` of the date, ``h mi s`` of the time, ``half`` of the day."""
    first, second = shape.separators[0], shape.separators[1]
    rest = shape.separators[2:]
    digits = {"first": ("{4}", "{1,2}"), "last": ("{1,2}", "{4}"), "short": ("{1,2}", "{2}")}[shape.year]
    date = (
        rf"(\d{digits[0]}){_M}{_SP}?{re.escape(first)}{_M}{_SP}?(\d{{1,2}}){_M}{_SP}?{re.escape(second)}{_M}{_SP}?"
        rf"(\d{digits[1]}){_SP}?{re.escape(rest)}"
    )
    clock = re.escape(shape.clock)
    time = rf"(\d{{1,2}}){clock}(\d\d)" + (rf"{clock}(\d\d)" if shape.seconds else "()")
    before = rf"(?:([^\W\d_][^\d:\[\]<>]{{0,14}}?){_SP}?)?" if shape.twelve == "before" else ""
    after = rf"(?:{_M}{_SP}?{_M}([^\W\d_][^\d:\[\]<>]{{0,13}}?))?" if shape.twelve == "after" else ""
    half = "" if shape.twelve else "()"
    mark, word = re.match(r"([,،、，]?)(.*)", shape.glue, re.DOTALL).groups()  # type: ignore[union-attr]
    glue = rf"{_M}{re.escape(mark)}{_M}{_SP}{{0,2}}" + (rf"{re.escape(word)}{_SP}?" if word else "")
    end = {
        "bracket": rf"{_M}\]{_M}{_SP}?",
        "dash": rf"{_M}{_SP}[-\u2013\u2014]{_SP}",
        "none": rf"{_SP}{{1,2}}",
    }[shape.end]
    bracket = r"\[" if shape.end == "bracket" else ""
    timed = before + time + after + half
    whole = timed + glue + _M + date if shape.time_first else date + glue + _M + timed
    return re.compile(f"{_M}{bracket}{_M}{whole}{end}")


Find = Callable[[str], Iterable[tuple[str, ...]]]


class Usual(NamedTuple):
    """How one line prints its head: the pattern's two groups are date and clock, in the order of the line."""

    pattern: str
    pieces: tuple[str, str, str]
    time_first: bool

    def head(self, date: str, clock: str) -> str:
        """The head of such a line with this date and clock."""
        start, glue, closing = self.pieces
        first, second = (clock, date) if self.time_first else (date, clock)
        return start + first + glue + second + closing

    def line(self) -> Callable[[str], tuple[str, str, str] | None]:
        """Date, clock and sender of one line with such a head."""
        match = re.compile(rf"{self.pattern}([^:\n]{{1,80}}): ").match

        def read(line: str) -> tuple[str, str, str] | None:
            found = match(line)
            if found is None:
                return None
            first, second, sender = found.groups()
            return (second, first, sender) if self.time_first else (first, second, sender)

        return read

    def dated(self, pattern: re.Pattern[str]) -> Find:
        """All matches in a text, as tuples with the date before the clock."""
        if not self.time_first:
            return pattern.findall
        return lambda text: [(date, clock, *more) for clock, date, *more in pattern.findall(text)]


def usual_head(line: str) -> Usual | None:
    """How a line prints its head; None when it has none.

    One export prints its blanks and marks the same way on every line, so that nearly all lines fit and a whole piece of
    text is searched at once; the others are for :class:`Reader`.
    """
    head = line[:LONGEST_HEADER]
    time_first = False
    for pattern in (_DATE_FIRST, _TIME_FIRST):
        time_first = pattern is _TIME_FIRST
        match = pattern.match(head)
        if match and (match["bracket"] is not None) == bool(match["open"]):
            break
    else:
        return None
    digits = {4: r"\d{4}", 1: r"\d{1,2}", 2: r"\d{1,2}", 3: r"\d{3}"}
    date = "".join(
        (digits[len(match["a"])], re.escape(match["s1"]), r"\d{1,2}", re.escape(match["s2"]), digits[len(match["c"])],
         re.escape(match["s3"]))
    )  # fmt: skip
    half = r"[^\d\[\]:<>\n]{1,14}?"
    clock_end = match.end("s") if match["s"] else match.end("mi")
    clock = r"\d{1,2}" + re.escape(match["t1"]) + r"\d\d" + (re.escape(match["t1"]) + r"\d\d" if match["s"] else "")
    before = half if match["pre"] else ""
    between = head[match.end("pre") : match.start("h")] if match["pre"] else ""
    clock = before + re.escape(between) + clock
    start, end = (match.start("pre") if match["pre"] else match.start("h")), clock_end
    if match["post"]:
        clock += re.escape(head[clock_end : match.start("post")]) + half
        end = match.end("post")
    first, second = ((start, end), (match.start("a"), match.end("s3")))[:: 1 if time_first else -1]
    glue = re.escape(head[first[1] : second[0]])
    parts = f"({clock}){glue}({date})" if time_first else f"({date}){glue}({clock})"
    closing = re.escape(head[second[1] : match.end()])
    opening = r"\[" if match["open"] else ""
    pieces = "[" if match["open"] else "", head[first[1] : second[0]], head[second[1] : match.end()]
    return Usual(rf"{_M}{opening}{_M}{parts}{closing}", pieces, time_first)


class Reader:
    """Reads headers of one shape."""

    def __init__(self, shape: Shape) -> None:
        self.shape = shape
        self.match = pattern_of(shape).match
        self._before = shape.twelve == "before"

    def parts(self, line: str) -> Parts | None:
        """The numbers of the header at the start of a line; None when it has none of this shape."""
        match = self.match(line)
        if match is None:
            return None
        if self.shape.time_first:
            if self._before:
                half, h, mi, s, a, b, c = match.groups("")
            else:
                h, mi, s, half, a, b, c = match.groups("")
        elif self._before:
            a, b, c, half, h, mi, s = match.groups("")
        else:
            a, b, c, h, mi, s, half = match.groups("")
        hour = int(h)
        if self.shape.twelve:
            hour, half = _on_24(hour, half)
        return Parts(int(a), int(b), int(c), hour, int(mi), int(s) if s else 0, half, match.end())


def _on_24(hour: int, half: str) -> tuple[int, str]:
    """The hour of a 12-hour clock; the half of the day comes back when it is a word that is not known."""
    meaning = day_period(half) if half else ""
    if not meaning:
        return hour, half
    if hour > 12:
        return hour, ""  # some locales write 21:01 PM
    return hour % 12 + (12 if meaning == "pm" else 0), ""
