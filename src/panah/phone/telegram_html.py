"""Telegram Desktop, HTML: the last choice, since identities are display names only; the JSON export says more.

The ``title`` of a message's date has the offset of the computer that exported (``06.05.2025 20:00:00 UTC+01:00``); older
exports print none. A message that goes on from the one above ("joined") has no name of its own.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Final

from panah.errors import Unreadable
from panah.model.phone import PhoneEvent, Place, TimeZone

from .members import attachment_of
from .report import Options, Report
from .source import Source, chunks

_TITLE: Final = re.compile(r"(\d\d)\.(\d\d)\.(\d{4}) (\d\d):(\d\d):(\d\d)(?: UTC([+-])(\d\d):?(\d\d))?\Z")
_TAIL_BYTES: Final = 400
_SECONDS: Final = re.compile(r"\((\d+) seconds?\)")
_VOID: Final = frozenset({"br", "img", "hr", "meta", "link", "input", "source", "area", "base", "col", "wbr"})


def recognises(source: Source) -> bool:
    head = source.head
    return (not source.is_container and b"message default" in head and b'class="history"' in head) or (
        not source.is_container and b"Exported Data" in head and b"message service" in head
    )


class _Message:
    def __init__(self, line: int, classes: set[str]) -> None:
        self.line, self.classes = line, classes
        self.parts: dict[str, list[str]] = {}
        self.title = ""
        self.files: list[str] = []
        self.media = ""

    def said(self, part: str) -> str:
        return "".join(self.parts.get(part, ())).strip()


class _Page(HTMLParser):
    """Collects messages; a stack of what each open element is for."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.done: list[_Message] = []
        self.now: _Message | None = None
        self.stack: list[str] = []
        self.depth = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br" and self.now and self.stack:
            self.handle_data("\n")
        if tag in _VOID:
            return
        values = {key: value or "" for key, value in attrs}
        classes = set(values.get("class", "").split())
        if tag == "div" and "message" in classes and ({"default", "service"} & classes) and self.now is None:
            self.now, self.depth, self.stack = _Message(self.getpos()[0], classes), 0, []
            return
        if self.now is None:
            return
        self.depth += 1
        part = self.stack[-1] if self.stack else ""
        if "date" in classes and "title" in values:
            self.now.title = self.now.title or values["title"]
            part = "clock"
        elif "from_name" in classes:
            part = "forwarded" if "forwarded" in self.stack else "name"
        elif "forwarded" in classes:
            part = "forwarded"
        elif "text" in classes:
            part = "text"
        elif "reply_to" in classes:
            part = "reply"
        elif "media_call" in classes:
            part = "call"
            self.now.media = "call"
        elif "status" in classes and self.now.media == "call":
            part = "status"
        elif "media_wrap" in classes or "media" in classes:
            part = "media"
        elif "userpic" in classes or "reactions" in classes:
            part = "beside"
        elif "service" in self.now.classes and "details" in classes:
            part = "text"
        if tag == "a" and values.get("href") and part == "media" and "://" not in values["href"]:
            self.now.files.append(values["href"])
        self.stack.append(part)

    def handle_endtag(self, tag: str) -> None:
        if self.now is None or tag in _VOID:
            return
        if self.depth == 0:
            self.done.append(self.now)
            self.now = None
            return
        self.depth -= 1
        self.stack.pop()

    def handle_data(self, data: str) -> None:
        if self.now and self.stack:
            self.now.parts.setdefault(self.stack[-1], []).append(data)


def read(source: Source, options: Options, report: Report) -> Iterator[PhoneEvent]:
    """Events in the order of the page.

    Raises:
        Unreadable: No message of it is whole.
    """
    _leave_furniture(source, report)
    page = _Page()
    state = _State(source, options, report)
    n_read = 0
    tail = b""
    decoder = codecs.getincrementaldecoder("utf-8")("replace")
    with closing(source.open()) as file:
        for piece in chunks(file):
            page.feed(decoder.decode(piece))
            tail = (tail + piece)[-_TAIL_BYTES:]
            done, page.done = page.done, []
            for message in done:
                n_read += 1
                yield state.event(message, page.getpos()[0])
    if not n_read:
        raise Unreadable("no message in it is whole", where=source.name, hint="export it again, as JSON")
    if page.now is not None:
        at = page.now.line
        report.doubt(Place("line", at, at + 1, source.member), "the file breaks here; what is before is whole")
    elif b"</body>" not in tail.lower():
        at = page.getpos()[0]
        report.doubt(
            Place("line", at, at + 1, source.member),
            "the page does not end: the file breaks here, after a whole message",
        )
    zone = state.zone_seen
    report.time_zone = TimeZone(zone, "the offset printed with each date" if zone else "local times without a zone")


def _leave_furniture(source: Source, report: Report) -> None:
    """The pictures that every export of the app has: they are nobody's."""
    folder = source.member.rpartition("/")[0]
    top = f"{folder}/" if folder else ""
    if f"{top}css/style.css" in source.members:
        report.used.update(
            one for one in source.members if one.startswith((f"{top}images/", f"{top}js/", f"{top}css/"))
        )


class _State:
    def __init__(self, source: Source, options: Options, report: Report) -> None:
        self.source, self.options, self.report = source, options, report
        self.name = ""
        self.zone_seen = False

    def event(self, message: _Message, end: int) -> PhoneEvent:
        place = Place("line", message.line, max(end, message.line + 1), self.source.member)
        if "service" in message.classes:
            return PhoneEvent("system", None, "none", "telegram", place, text=message.said("text"))
        if "joined" not in message.classes:
            self.name = message.said("name")
        at = self._time(message.title, place)
        name = self.name or None
        if message.media == "call":
            said = message.said("status")
            seconds = _SECONDS.search(said)
            way = "outgoing" if said.casefold().startswith(("outgoing", "cancel")) else "incoming"
            status = "answered" if seconds else said.partition(" ")[0].casefold()
            return PhoneEvent(
                "call", at, way, "telegram", place, name, "allowed" if name else "unknown", name,  # type: ignore[arg-type]
                self.name, self.name, status, None, int(seconds[1]) if seconds else None,
            )  # fmt: skip
        attachments = tuple(attachment_of(self.source, one, self.options, self.report) for one in message.files)
        omitted = "Not included" in message.said("media") and not attachments
        flags = [flag for flag, seen in (("media_omitted", omitted), ("forwarded", message.said("forwarded"))) if seen]
        extra = {key: said for key in ("reply", "media", "forwarded") if (said := " ".join(message.said(key).split()))}
        return PhoneEvent(
            "message", at, "unknown", "telegram", place, name, "allowed" if name else "unknown", name, self.name,
            self.name, "", message.said("text"), None, attachments, tuple(flags), extra,
        )  # fmt: skip

    def _time(self, title: str, place: Place) -> datetime | None:
        match = _TITLE.search(title)
        if match is None:
            self.report.doubt(place, "no time that can be read", title)
            return None
        day, month, year, hour, minute, second = (int(part) for part in match.groups()[:6])
        try:
            at = datetime(year, month, day, hour, minute, second)  # noqa: DTZ001  # printed; the offset comes below
        except ValueError:
            self.report.doubt(place, "not a date", title)
            return None
        if not match[7]:
            return at
        self.zone_seen = True
        offset = timedelta(hours=int(match[8]), minutes=int(match[9]))
        return at.replace(tzinfo=UTC) - (-offset if match[7] == "-" else offset)
