"""Dates in Chinese: "2023年8月3日", "去年三月", "上周五", "两天后", "当天", in figures and in Han numerals."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from .date_printed import FIRST_YEAR, LAST_YEAR, PrintedDate

_DIGITS: Final = {digit: value for value, digit in enumerate("〇一二三四五六七八九")} | {
    "零": 0,
    "○": 0,
    "两": 2,
    "兩": 2,
}
_NUMERAL: Final = r"(?:\d{1,2}|[一二三四五六七八九十]{1,3})"
_COUNT: Final = r"(?:\d{1,3}|[一二两兩三四五六七八九十]{1,3}|半)"
_DATE: Final = re.compile(
    r"(?=[\s\d一二三四五六七八九十去今前明同当當次翌上本这這])"
    r"(?:(?P<y>(?:19|20)\d\d|[一二][〇零○一二三四五六七八九]{3})\s?年"
    r"|(?P<year>今(?=[春夏秋冬])|去(?=[春夏秋冬])|去年|今年|前年|明年|同年|当年|當年|次年|翌年)|(?P<month>上个?月|上個月|本月|这个月|這個月|同月|当月|當月|次月))?"
    rf"(?:(?<![\d年])|(?<=年))\s?(?:(?P<m>{_NUMERAL})\s?月(?:份)?)?"
    rf"(?:(?<=月)\s?(?P<d>{_NUMERAL})\s?[日号號])?"
)
_PART: Final = re.compile(r"年?[初底末]|中旬|上旬|下旬|中期|早些时候|年?中(?![国國共])")
_ABOUT: Final = re.compile(r"\s?(?:左右|前后|前後)")
_HALF: Final = re.compile(r"([上下])半年|第?([一二三四])季度?")
_SEASON: Final = re.compile(r"\s?的?([春夏秋冬])[天季]?")
_OPEN: Final = re.compile(r"\s?(?:以来|以來|起|开始|開始|至今)")
_OPENED: Final = re.compile(r"自从?$")
_UNTIL: Final = re.compile(r"\s?(?:深夜|晚间|晚間|夜间|夜間|晚上|晚)?(?:、|至|到|或|—|–|-|~|～)\s?")
_SPAN_OF_YEARS: Final = re.compile(r"(?<!\d)((?:19|20)\d\d)\s?(?:至|到|—|–|-|~|～)\s?((?:19|20)\d\d)\s?年")
_YEARS: Final = {
    "去年": ("last", 1),
    "去": ("last", 1),
    "今": ("this", 0),
    "前年": ("last", 2),
    "今年": ("this", 0),
    "明年": ("next", 1),
    "同年": ("same", 0),
    "当年": ("same", 0),
    "當年": ("same", 0),
    "次年": ("later", 1),
    "翌年": ("later", 1),
}
_RELATIVE: Final = re.compile(
    r"(?P<yesterday>昨[天日晚]|昨夜)|(?P<before>前天)|(?P<today>今[天日晚早])"
    r"|(?P<same>(?:当|當|同)[天日晚夜]|那[天晚])|(?P<next_day>次日|翌日|隔天|隔日|第二天)|(?P<day_before>前一[天日晚])"
    r"|(?P<week>上周|上週|上个?星期|上個星期|上礼拜|上禮拜|本周|本週|这周|這週|这个?星期|這個星期|同一?周|同一?週|下周|下週)(?P<of_week>[一二三四五六日天末])?"
    r"|(?:星期|周|週|礼拜|禮拜)[一二三四五六日天](?:深夜|晚间|晚間|夜间|夜間|晚上|晚|夜)?(?:至|到)(?:星期|周|週|礼拜|禮拜)(?P<night>[一二三四五六日天])(?:凌晨|清晨)"
    r"|(?:星期|周|週|礼拜|禮拜)(?P<weekday>[一二三四五六日天])(?![\d年月])|(?P<weekend>周末|週末)"
    r"|(?P<years>[一二两兩三]|\d)年半(?:之|以)?前"
    rf"|(?P<n>{_COUNT})\s?(?P<unit>天|日|周|週|个?星期|個星期|个月|個月|年)(?:之|以)?(?P<way>前|后|後)(?![天年排])"
    r"|(?P<vague>(?:几|幾|数|數)(?:天|日|周|週|个月|個月|年)(?:之|以)?(?:前|后|後))"
)
_FEASTS: Final = {
    "元旦": (1, 1),
    "国庆": (10, 1),
    "國慶": (10, 1),
    "圣诞": (12, 25),
    "聖誕": (12, 25),
    "平安夜": (12, 24),
}
_FEAST: Final = re.compile(rf"(?:(?P<y>(?:19|20)\d\d)\s?年)?(?P<feast>{'|'.join(_FEASTS)})[节節日]?")
_AFTER: Final = re.compile(rf"(?:之|以)?(?P<way>后|後|前)(?P<n>{_COUNT})(?P<unit>天|日|周|週|个月|個月|年)")
_UNITS: Final = {"天": "day", "日": "day", "年": "year", "周": "week", "週": "week", "月": "month", "期": "week"}
_WEEKS: Final = {
    "上": ("last", 1),
    "本": ("this", 0),
    "这": ("this", 0),
    "這": ("this", 0),
    "同": ("same", 0),
    "下": ("next", 1),
}


def han_dates(text: str, start: int, end: int) -> list[PrintedDate]:
    """Every Chinese date expression between two characters; some may overlap."""
    found = [_marked(text, date) for date in _dated(text, start, end)]
    named = [
        PrintedDate(*match.span(), int(match["y"]) if match["y"] else None, *_FEASTS[match["feast"]])
        for match in _FEAST.finditer(text, start, end)
    ]
    years = [
        PrintedDate(*match.span(), int(match[1]), until=PrintedDate(*match.span(2), int(match[2])))
        for match in _SPAN_OF_YEARS.finditer(text, start, end)
    ]
    return [_counted(text, date) for date in (*_intervals(text, found), *named, *years, *_relative(text, start, end))]


def _counted(text: str, date: PrintedDate) -> PrintedDate:
    """ "元旦后两天": counted from the date that stands before."""
    match = _AFTER.match(text, date.end)
    if match is None or date.hangs_on_another:
        return date
    relation = "earlier" if match["way"] == "前" else "later"
    unit, count = _UNITS[match["unit"][-1]], _number(match["n"])
    return PrintedDate(date.start, match.end(), relation=relation, count=count, unit=unit, within=date)


def _dated(text: str, start: int, end: int) -> Iterator[PrintedDate]:
    for match in _DATE.finditer(text, start, end):
        year, month, day = (_number(match[name]) if match[name] else None for name in "ymd")
        within = _within(match)
        if year is not None and not FIRST_YEAR <= year <= LAST_YEAR:
            continue
        if year is None and month is None and within is None:
            continue
        begin = match.start() + len(match[0]) - len(match[0].lstrip())
        if within is not None and month is None and day is None:
            yield replace(within, start=begin, end=match.end())
            continue
        date = PrintedDate(begin, match.end(), year, month, day, within=within)
        if date.can_be:
            yield date


def _number(numeral: str) -> int:
    if numeral.isdecimal():
        return int(numeral)
    if "十" not in numeral:
        return int("".join(str(_DIGITS[digit]) for digit in numeral))
    tens, _, units = numeral.partition("十")
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[units] if units else 0)


def _within(match: re.Match[str]) -> PrintedDate | None:
    if match["year"]:
        relation, count = _YEARS[match["year"]]
        return PrintedDate(*match.span("year"), relation=relation, count=count, unit="year")
    if match["month"]:
        first = match["month"][0]
        relation, count = {"上": ("last", 1), "次": ("later", 1)}.get(first, ("this", 0))
        relation = "same" if first in "同当當" else relation
        return PrintedDate(*match.span("month"), relation=relation, count=count, unit="month")
    return None


def _marked(text: str, date: PrintedDate) -> PrintedDate:
    """Take what stands right after the date into account: a part of it, a season, "since"."""
    if date.month is None and (season := _SEASON.match(text, date.end)) and date.unit in {"", "year"}:
        told = replace(date, within=None) if date.unit else None
        number = 21 + "春夏秋冬".index(season[1])
        date = replace(date, end=season.end(), season=number, within=told, relation="", unit="", count=0)
    elif date.month is None and date.year is not None and (half := _HALF.match(text, date.end)):
        count, unit = ("一二三四".index(half[2]) + 1, "3") if half[2] else (1 + (half[1] == "下"), "6")
        return replace(date, end=half.end(), relation="part", count=count, unit=unit)
    elif date.day is not None and (about := _ABOUT.match(text, date.end)):
        date = replace(date, end=about.end(), approximate=True)
    elif date.day is None and (part := _PART.match(text, date.end)):
        date = replace(date, end=part.end(), approximate=date.month is None and date.unit != "month")
    if _OPEN.match(text, date.end) or _OPENED.search(text[max(0, date.start - 2) : date.start]):
        date = replace(date, open_end=True)
    return date


def _intervals(text: str, dates: list[PrintedDate]) -> Iterator[PrintedDate]:
    """ "2019年3月至5月", "3月5日到8日": two dates with "to" between them are one."""
    at = 0
    while at < len(dates):
        date = dates[at]
        joint = _UNTIL.match(text, date.end)
        following = dates[at + 1] if at + 1 < len(dates) else None
        if joint and following is not None and following.start == joint.end() and not following.relation:
            yield replace(date, end=following.end, until=following)
            at += 2
            continue
        if joint and date.day and (day := re.compile(rf"({_NUMERAL})\s?[日号號]").match(text, joint.end())):
            last = PrintedDate(day.start(), day.end(), date.year, date.month, _number(day[1]))
            if last.can_be:
                yield replace(date, end=day.end(), until=last)
                at += 1
                continue
        yield date
        at += 1


def _relative(text: str, start: int, end: int) -> Iterator[PrintedDate]:
    for match in _RELATIVE.finditer(text, start, end):
        yield _of_relative(match)


_SET_PHRASES: Final = {
    "yesterday": ("yesterday", 1),
    "before": ("ago", 2),
    "today": ("today", 0),
    "same": ("same", 0),
    "next_day": ("later", 1),
    "day_before": ("earlier", 1),
    "vague": ("vague", 0),
}


def _of_relative(match: re.Match[str]) -> PrintedDate:
    span = match.span()
    for name, (relation, count) in _SET_PHRASES.items():
        if match[name]:
            return PrintedDate(*span, relation=relation, count=count, unit="day")
    if match["week"]:
        relation, count = _WEEKS[match["week"][0]]
        if match["of_week"] == "末":
            return PrintedDate(*span, relation=relation, count=count, unit="weekend")
        week = PrintedDate(*span, relation=relation, count=count, unit="week")
        weekday = _weekday(match["of_week"]) if match["of_week"] else None
        return week if weekday is None else PrintedDate(*span, weekday=weekday, within=week)
    if match["night"]:
        return PrintedDate(*span, weekday=_weekday(match["night"]), relation="this", night_before=True)
    if match["weekday"]:
        return PrintedDate(*span, weekday=_weekday(match["weekday"]), relation="this")
    if match["weekend"]:
        return PrintedDate(*span, relation="last", count=1, unit="weekend")
    if match["years"]:
        return PrintedDate(*span, relation="ago", count=_number(match["years"]) * 12 + 6, unit="month")
    unit = _UNITS[match["unit"][-1]]
    count = 6 if match["n"] == "半" else _number(match["n"])
    unit = "month" if match["n"] == "半" else unit
    if match["way"] == "前":
        return PrintedDate(*span, relation="ago", count=count, unit=unit)
    return PrintedDate(*span, relation="later", count=count, unit=unit)


def _weekday(name: str) -> int:
    return "一二三四五六日".index("日" if name == "天" else name)
