"""LINE, "Export chat history": a date on its own line, then ``TIME<tab>sender<tab>text``.

Shapes after meyfa/line-chat-parser ``test/index.js`` and the parsers of ChatLab: ``2025/05/06(火)``, ``Tue, 05/06/2025``,
``2025.05.06 星期二``; a line of the app has no sender; a text of several lines stands in quotation marks; 12-hour clocks
print ``11:58PM`` or ``下午09:01``. A weekday proves the order of day and month.
"""

from __future__ import annotations

import itertools
import re
from collections import deque
from collections.abc import Iterator
from datetime import datetime
from typing import Final

from panah.errors import Unreadable
from panah.model.phone import PhoneEvent, Place, TimeZone

from .date_order import Decision, Evidence, moment
from .identity import read_identity
from .report import Options, Report
from .source import Source
from .text_lines import head_text, lines
from .whatsapp_words import day_period, plain, weekday

_DATE: Final = re.compile(
    r"(?:(?P<before>[^\d\s.,/\-()（）:]{1,14})[.,]{0,2}\s)?(?P<a>\d{1,4})(?P<s1>[./\-年])\s?(?P<b>\d{1,2})[./\-月]\s?(?P<c>\d{1,4})日?\.?"
    r"\s?[(（]?(?P<after>[^\d\s.,/\-()（）:]{0,14})\.?[)）]?\s*\Z"
)
_TIME: Final = re.compile(
    r"(?P<pre>[^\W\d]{1,4}\.?[^\W\d]?\.?\s?)?(?P<h>\d{1,2})[:.](?P<m>\d{2})(?:[:.]\d{2})?\s?(?P<post>[AaPp]\.?[Mm]\.?)?(?P<sep>\t| )"
)
_APP: Final = re.compile(
    r"(?:joined the group|left the group|unsent a message|invited .{1,80} to the group|changed the group .{1,80}"
    r"|created the group|グループに参加しました|グループを退会しました|送信を取り消しました|加入(?:了)?群組?|退出(?:了)?群組?|已收回訊息"
    r"|撤回了一条消息)\.?\Z",
    re.IGNORECASE,
)
"""Lines of the app in exports that set no cells off: only there the words have to tell."""
_CALL: Final = re.compile(r"☎\s?(?P<what>.*?)\s?(?:(?P<h>\d+):)?(?:(?P<m>\d+):(?P<s>\d\d))?\Z")
_MISSED: Final = re.compile(r"missed|不在|未接|부재|cancel|キャンセル|取消|無應答|no answer|응답", re.IGNORECASE)
_MEDIA: Final = re.compile(
    r"\[(?:写真|動画|スタンプ|ボイスメッセージ|ファイル|アルバム|位置情報|連絡先|Photo|Photos|Video|Sticker|Voice message|File|Album|"
    r"Location|Contact|照片|圖片|图片|影片|视频|貼圖|贴图|语音信息|語音訊息|檔案|文件|사진|동영상|스티커|음성메시지|파일|รูป|สติกเกอร์)\]\s*\Z",
    re.IGNORECASE,
)  # fmt: skip
_QUOTED_AT_MOST: Final = 1000


def recognises(source: Source) -> bool:
    if source.is_container:
        return False
    head = [line for line in head_text(source).replace("\r", "").split("\n")[:40] if line.strip()]
    if not head:
        return False
    if head[0].startswith("[LINE]"):
        return True
    for line, following in itertools.pairwise(head):
        date, time = _DATE.match(line), _TIME.match(following)
        if date and time and (time["sep"] == "\t" or _weekday(date) is not None):
            return True
    return False


def _weekday(date: re.Match[str]) -> int | None:
    return weekday(date["before"] or date["after"] or "")


def read(source: Source, options: Options, report: Report) -> Iterator[PhoneEvent]:
    """Events in the order of the file.

    Raises:
        Unreadable: No message in it.
    """
    report.time_zone = TimeZone(known=False, source="the export prints local times without a zone")
    decision, tabs = _survey(source, options)
    if not tabs:
        report.notes.append("senders are set off by blanks, not tabs: a name of several words is cut after the first")
    n_read = 0
    for event in _Chat(source, options, report, decision, tabs).events():
        n_read += 1
        yield event
    if not n_read:
        raise Unreadable("no message in it", where=source.name, hint="export the chat again")
    if decision.order is None:
        report.doubt(
            Place("line", 1, 2, source.member), f"{decision.reason}; say --date-order day-first or month-first"
        )


def _survey(source: Source, options: Options) -> tuple[Decision, bool]:
    """The order of day and month, by the weekdays first; and whether tabs set the cells off."""
    evidence: Evidence | None = None
    by_weekday = {"day-first": 0, "month-first": 0}
    n_tabs = n_times = 0
    for _, line in lines(source):
        if (match := _TIME.match(line)) is not None:
            n_times += 1
            n_tabs += match["sep"] == "\t"
        elif (match := _DATE.match(line)) is not None:
            parts = _numbers(match)
            year = "first" if len(match["a"]) == 4 else "last" if len(match["c"]) == 4 else "short"
            evidence = evidence or Evidence(year=year, separators="//" if match["s1"] in "/-" else match["s1"] * 2)
            evidence.add(parts)
            if (named := _weekday(match)) is not None:
                days = {one: moment(one, parts) for one in by_weekday}
                fits = {one: day is not None and day.weekday() == named for one, day in days.items()}
                for one, fit in fits.items():
                    by_weekday[one] += fit and not all(fits.values())
    tabs = n_tabs * 2 >= n_times
    if evidence is None:
        return Decision(options.date_order or "year-first", "no date stands in it"), tabs
    day, month = by_weekday["day-first"], by_weekday["month-first"]
    if evidence.year != "first" and day != month and min(day, month) == 0:
        return Decision("day-first" if day else "month-first", "proved by the weekdays"), tabs
    return evidence.decide(options.date_order), tabs


def _numbers(match: re.Match[str]) -> tuple[int, int, int, int, int, int]:
    return int(match["a"]), int(match["b"]), int(match["c"]), 0, 0, 0


class _Chat:
    def __init__(self, source: Source, options: Options, report: Report, decision: Decision, tabs: bool) -> None:
        self.source, self.options, self.report = source, options, report
        self.order, self.tabs = decision.order, tabs
        self.waiting: deque[tuple[int, str]] = deque()
        self.stream = lines(source, report)
        self.day: datetime | None = None
        self.printed_day = ""
        self.owner = read_identity(options.owner_number, options.region) if options.owner_number else None

    def _next(self) -> tuple[int, str] | None:
        return self.waiting.popleft() if self.waiting else next(self.stream, None)

    def events(self) -> Iterator[PhoneEvent]:
        opened: tuple[int, re.Match[str], list[str]] | None = None
        end = 1
        head: list[str] = []
        while (found := self._next()) is not None:
            number, line = found
            end = number + 1
            date = _DATE.match(line)
            time = None if date else self._time(line)
            if date is None and time is None:
                if opened:
                    opened[2].append(line)
                elif line.strip() and not self.printed_day:
                    head.append(line)
                elif line.strip():
                    self.report.doubt(Place("line", number, end, self.source.member), "a line of no message", line)
                continue
            if opened:
                yield self._event(opened, number)
                opened = None
            if date:
                self.printed_day = line.strip()
                self.day = moment(self.order, _numbers(date)) if self.order else None
                continue
            assert time is not None
            text = [line[time.end() :]]
            text += self._quoted(text[0])
            opened = number, time, text
        if opened:
            yield self._event(opened, end)
        if head:
            self.report.notes.append(f"the head of the export: {plain(' / '.join(head))[:200]}")

    def _time(self, line: str) -> re.Match[str] | None:
        match = _TIME.match(line)
        if match is None or (self.tabs and match["sep"] != "\t") or int(match["h"]) > 24 or int(match["m"]) > 59:
            return None
        return match

    def _quoted(self, first: str) -> list[str]:
        """The further lines of a text in quotation marks: what looks like a message in there is text."""
        text = first.rpartition("\t")[2]
        if not text.startswith('"') or (len(text) > 1 and text.endswith('"')):
            return []
        taken: list[tuple[int, str]] = []
        while len(taken) < _QUOTED_AT_MOST and (found := self._next()) is not None:
            taken.append(found)
            if found[1].count('"') % 2 and found[1].rstrip().endswith('"'):
                for number, line in taken:
                    if self._time(line):
                        place = Place("line", number, number + 1, self.source.member)
                        self.report.doubt(place, "looks like a message, but stands inside of a quoted text", line)
                return [line for _, line in taken]
        self.waiting.extendleft(reversed(taken))
        return []

    def _event(self, opened: tuple[int, re.Match[str], list[str]], end: int) -> PhoneEvent:
        start, time, text = opened
        place = Place("line", start, end, self.source.member)
        first, tail = text[0], text[1:]
        while tail and not tail[-1].strip():
            tail.pop()
        sender, separated, body = first.partition("\t" if self.tabs else " ")
        if not separated or (not self.tabs and _APP.search(first)):
            sender, body = "", first
        body = "\n".join([body, *tail])
        if tail and body.startswith('"') and body.endswith('"'):
            body = body[1:-1].replace('""', '"')
        flags: list[str] = []
        call = _CALL.match(body.strip())
        duration = None
        if call:
            flags.append("call")
            if call["m"]:
                duration = int(call["h"] or 0) * 3600 + int(call["m"]) * 60 + int(call["s"])
        if _MEDIA.match(body):
            flags.append("media_omitted")
        at = self._at(time, place, flags)
        sender = plain(sender).strip()
        counterpart = read_identity(sender, self.options.region) if sender else None
        mine = counterpart is not None and counterpart == self.owner
        status = ("missed" if _MISSED.search(call["what"]) else "") if call else ""
        return PhoneEvent(
            "message" if sender else "system", at,
            "none" if not sender else "outgoing" if mine else "incoming" if self.owner else "unknown",
            "line", place, None if mine else counterpart, "allowed", sender or None, sender, sender, status, body,
            duration, (), tuple(flags),
            {} if at else {"printed": f"{self.printed_day} {time[0].strip()}".strip()},
        )  # fmt: skip

    def _at(self, time: re.Match[str], place: Place, flags: list[str]) -> datetime | None:
        if self.order is None:
            flags.append("date_order_unknown")
            return None
        if self.day is None:
            flags.append("date_not_understood")
            return None
        hour = int(time["h"])
        half = day_period(time["pre"] or "") or day_period(time["post"] or "")
        if time["pre"] and not half:
            flags.append("half_of_day_unknown")
            self.report.doubt(place, "a word for the half of the day that is not known", time["pre"])
        if half and hour <= 12:
            hour = hour % 12 + (12 if half == "pm" else 0)
        return self.day.replace(hour=hour % 24, minute=int(time["m"]))
