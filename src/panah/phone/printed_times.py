"""Dates and times as tables print them: the numbers first, their order decided over the whole file."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from .date_order import moment
from .whatsapp_words import day_period, month, plain

_DATE: Final = re.compile(
    r"(?<!\d)(\d{1,4})\s?[./\-\u2010\u2011年]\s?(\d{1,2})\s?[./\-\u2010\u2011月]\s?(\d{1,4})(?!\d)[日.]?"
)
_NAMED: Final = re.compile(
    r"(?<!\w)(?:(\d{1,2})\.?(?:[ \-]| de )([^\W\d]{3,14})\.?(?:[ \-,]{1,2}| de )(\d{4})|([^\W\d]{3,14})\.? (\d{1,2}),? (\d{4})"
    r"|[A-Za-z]{3} ([A-Za-z]{3}) (\d{1,2}) [\d:]{8} (?:\S+ )?(\d{4}))(?!\w)"
)
_TIME: Final = re.compile(r"(?<![\d:])(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?(?:[.,]\d+)?(?![\d:])")
_ZONE: Final = re.compile(r"(?:GMT|UTC)?([+-])(\d{2}):?(\d{2})(?!\d)")
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)


class Printed(NamedTuple):
    """Numbers of a date and time; ``year`` as in the headers of chats: ``first``, ``last``, ``short``, ``named``."""

    parts: tuple[int, int, int, int, int, int]
    year: str
    separators: str
    zone: timedelta | None
    absolute: datetime | None = None

    def at(self, order: str | None) -> datetime | None:
        """The moment under an order of day and month: aware where a zone was printed."""
        if self.absolute:
            return self.absolute
        order = {"first": "year-first", "named": "day-first"}.get(self.year, order)
        found = moment(order, self.parts) if order else None
        if found is None or self.zone is None:
            return found
        return found.replace(tzinfo=UTC) - self.zone


def read_printed(date: str, time: str = "") -> Printed | None:
    """Numbers of a printed date, with the time in the same text or beside it; None when there is no date."""
    text = plain(date).strip()
    if text.isdecimal() and len(text) in (10, 13) and not time:
        return Printed(
            (0,) * 6, "", "", None, _EPOCH + timedelta(milliseconds=int(text) * (1 if len(text) > 10 else 1000))
        )
    clock = _clock(plain(time) if time else text)
    if clock is None:
        return None
    zone = _zone(plain(time) if time else text[10:])
    if named := _named(text):
        return Printed((*named, *clock), "named", "", zone)
    match = _DATE.search(text)
    if match is None:
        return None
    a, b, c = match.groups()
    year = "first" if len(a) == 4 else "last" if len(c) == 4 else "short"
    if len(a) == 3 or len(c) == 3 or (len(a) == 4 and len(c) == 4):
        return None
    separators = "".join(char for char in match[0] if not char.isdigit() and not char.isspace())
    return Printed((int(a), int(b), int(c), *clock), year, separators, zone)


def _named(text: str) -> tuple[int, int, int] | None:
    match = _NAMED.search(text)
    if match is None:
        return None
    day = match[1] or match[5] or match[8]
    word = match[2] or match[4] or match[7]
    year = match[3] or match[6] or match[9]
    number = month(word) or month(word[:3])
    return (int(day), number, int(year)) if number else None


def _clock(text: str) -> tuple[int, int, int] | None:
    found = list(_TIME.finditer(text))
    if not found:
        return (0, 0, 0) if _DATE.search(text) or _named(text) else None
    match = next((one for one in reversed(found) if ":" in one[0]), found[-1])
    hour = int(match[1])
    around = text[match.end() : match.end() + 14], text[: match.start()][-8:]
    half = next((known for one in around for word in _words(one) if (known := day_period(word))), "")
    if half and hour <= 12:
        hour = hour % 12 + (12 if half == "pm" else 0)
    if hour > 23 or int(match[2]) > 59:
        return None
    return hour, int(match[2]), int(match[3] or 0)


def _words(text: str) -> list[str]:
    stripped = text.strip()
    return [stripped, *stripped.split()]


def _zone(text: str) -> timedelta | None:
    if re.search(r"\dZ\Z", text.strip()):
        return timedelta()
    match = _ZONE.search(text)
    if match is None:
        return None
    offset = timedelta(hours=int(match[2]), minutes=int(match[3]))
    return -offset if match[1] == "-" else offset


_DURATION: Final = re.compile(
    r"(?:(?P<h>\d+)\s*(?:h|hr|hrs|hours?|std\.?|ч|小时|saat|sa)(?![a-zа-я])\.?\s*)?"
    r"(?:(?P<m>\d+)\s*(?:m|min|mins|minutes?|мин|分钟?|dk)(?![a-zа-я])\.?\s*)?"
    r"(?:(?P<s>\d+)\s*(?:s|sec|secs|seconds?|sek|сек|с|秒|sn)(?![a-zа-я])\.?)?\Z",
    re.IGNORECASE,
)


def read_duration(written: str) -> int | None:
    """Seconds, of ``41``, ``00:00:41``, ``10:02`` (minutes and seconds) or ``10 min 2 s``."""
    text = plain(written).strip().casefold()
    if text.isdecimal():
        return int(text[:9])
    if re.fullmatch(r"\d{1,3}(:\d{2}){1,2}", text):
        seconds = 0
        for part in text.split(":"):
            seconds = seconds * 60 + int(part)
        return seconds
    match = _DURATION.match(text)
    if match and any(match.groups()):
        return int(match["h"] or 0) * 3600 + int(match["m"] or 0) * 60 + int(match["s"] or 0)
    return None
