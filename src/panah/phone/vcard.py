"""vCard 2.1, 3.0 and 4.0, also mixed in one file: an address book, so that numbers on a timeline get their names.

Written here because the kept library fails on the soft line breaks of 2.1. A name in an address book is what the owner
called someone; it identifies nobody.
"""

from __future__ import annotations

import quopri
import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from panah.errors import Unreadable
from panah.model.phone import Contact, ContactNumber, PhoneEvent, Place, TimeZone

from .identity import read_identity
from .report import Options, Report
from .source import Source
from .text_lines import head_text, lines

MAX_PROPERTY_CHARS: Final = 8 << 20
"""A photograph in a card; longer is an attack."""
_START: Final = re.compile(r"(?:[\w-]+\.)?BEGIN:VCARD\s*\Z", re.IGNORECASE)
_PROPERTY: Final = re.compile(
    r"(?:(?P<group>[\w-]+)\.)?(?P<name>[\w-]+)(?P<params>(?:;[^:;\"]*(?:\"[^\"]*\")?[^:;\"]*)*):"
)
_PHONE_SCHEME: Final = re.compile(r"(?:tel|callto):", re.IGNORECASE)
_KINDS: Final = frozenset({"CELL", "HOME", "WORK", "FAX", "MAIN", "VOICE", "IPHONE", "MOBILE", "OTHER", "PAGER"})
_PICTURES: Final = frozenset({"PHOTO", "LOGO", "SOUND"})
_NOT_KEPT: Final = _PICTURES | {"BEGIN", "END", "VERSION", "N", "FN", "TEL", "X-ABLABEL"}


class Property(NamedTuple):
    """One content line, unfolded and decoded."""

    group: str
    name: str
    params: str
    value: str


def recognises(source: Source) -> bool:
    if source.is_container:
        return False
    first = next((line.strip() for line in head_text(source).split("\n") if line.strip()), "")
    return _START.match(first) is not None


def read(source: Source, options: Options, report: Report) -> Iterator[PhoneEvent]:
    """Fills ``report.contacts``; there are no events.

    Raises:
        Unreadable: Not one card is whole.
    """
    report.time_zone = TimeZone(known=True, source="an address book has no times")
    card: list[Property] = []
    start = n_pictures = 0
    for line, at, end in _unfolded(source, report):
        if _START.match(line):
            if start:
                _broken(report, start, at, source)
            card, start = [], at
            continue
        if not start:
            if line.strip():
                report.doubt(Place("line", at, end, source.member), "a line outside of any card", line)
            continue
        if not line.strip():
            continue  # after a photograph in 2.1
        found = _property(line)
        if found is None:
            report.doubt(Place("line", at, end, source.member), "a line that is no property", line)
        elif found.name == "END":
            report.contacts.append(_contact(card, Place("line", start, end, source.member), options))
            n_pictures += sum(one.name in _PICTURES and bool(one.value.strip()) for one in card)
            card, start = [], 0
        else:
            card.append(found)
    if n_pictures:
        report.notes.append(f"{n_pictures:,} pictures and sounds of contacts are not kept")
    if start and not report.contacts:
        raise Unreadable("no card in it is whole", where=source.name, hint="export the contacts again")
    if start:
        _broken(report, start, end, source)
    yield from ()


def _broken(report: Report, start: int, end: int, source: Source) -> None:
    place = Place("line", start, end, source.member)
    report.doubt(place, "the file breaks here: a card without end; what is before is whole")


def _unfolded(source: Source, report: Report) -> Iterator[tuple[str, int, int]]:
    """Content lines with the lines they stand on: a blank at the start, or ``=`` at the end of a quoted one, goes on."""
    held: list[str] = []
    start = number = 0
    size = 0
    soft = False
    for number, line in lines(source, report):
        goes_on = held and (soft or line[:1] in (" ", "\t"))
        if goes_on and size < MAX_PROPERTY_CHARS:
            held.append(line if soft else line[1:])
        else:
            if held:
                yield "".join(held), start, number
            held, start, size = [line], number, 0
        size += len(line)
        soft = line.endswith("=") and "QUOTED-PRINTABLE" in held[0].upper()
        if soft:
            held[-1] = held[-1][:-1]
    if held:
        yield "".join(held), start, number + 1


def _property(line: str) -> Property | None:
    match = _PROPERTY.match(line)
    if match is None:
        return None
    params = match["params"].upper()
    value = line[match.end() :]
    if "QUOTED-PRINTABLE" in params:
        charset = re.search(r"CHARSET=([\w-]+)", params)
        value = _decoded(quopri.decodestring(value.encode()), charset[1] if charset else "utf-8")
    return Property(match["group"] or "", match["name"].upper(), params, value)


def _decoded(data: bytes, charset: str) -> str:
    try:
        return data.decode(charset, "replace")
    except LookupError:
        return data.decode("utf-8", "replace")


def _contact(card: list[Property], where: Place, options: Options) -> Contact:
    if any(one.name == "VERSION" and one.value.strip() == "2.1" for one in card):
        card = [one._replace(value=_escaped(one.value)) for one in card]
    labels = {one.group: _text(one.value) for one in card if one.name == "X-ABLABEL" and one.group}
    names = [_text(one.value) for one in card if one.name == "FN"]
    if not names:
        names = [" ".join(_text(part) for part in _parts(one.value) if part.strip()) for one in card if one.name == "N"]
    numbers = tuple(_number(one, labels, options) for one in card if one.name == "TEL" and one.value.strip())
    extra: dict[str, str] = {}
    for one in card:
        if one.name not in _NOT_KEPT and one.value.strip():
            text = _text(one.value)
            extra[one.name] = f"{extra[one.name]}\n{text}" if one.name in extra else text
    names.append(extra.get("ORG", "").replace(";", " ").strip())
    return Contact(next((name for name in names if name), ""), numbers, where, extra)


def _number(one: Property, labels: dict[str, str], options: Options) -> ContactNumber:
    raw = _PHONE_SCHEME.sub("", _text(one.value)).strip()
    number = read_identity(raw.partition(";")[0], options.region)
    kinds = [kind for kind in re.split(r"[;,=\"]", one.params) if kind in _KINDS]
    label = labels.get(one.group, "").removeprefix("_$!<").removesuffix(">!$_") or " ".join(kinds).lower()
    return ContactNumber(raw, number if number and number.startswith("+") else None, label)


def _parts(value: str) -> list[str]:
    """``N`` has the family name first; given, further and family are put in the order they are said."""
    parts = (re.split(r"(?<!\\);", value) + [""] * 5)[:5]
    return [parts[3], parts[1], parts[2], parts[0], parts[4]]


def _escaped(value: str) -> str:
    """A value of 2.1, where a backslash is a letter except before ``;``, as later versions write it."""
    return re.sub(r"\\(?!;)", r"\\\\", value)


def _text(value: str) -> str:
    return re.sub(r"\\([nN,;\\:])", lambda match: "\n" if match[1] in "nN" else match[1], value).strip()
