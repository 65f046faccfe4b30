"""XML as Android apps really write it, read in constant memory with the place of each element in the original bytes.

Two oddities are repaired before the XML parser sees them, and each is counted or reported: emoji written as two
surrogate references (``&#55357;&#56842;``), which is not XML, and characters that XML forbids. A parser's own
recovery is never used: it drops whole attributes in silence. A document type is refused, so there are no entities.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final
from xml.parsers import expat

from panah.errors import Unreadable
from panah.model.phone import Place

from .report import Report

MAX_TAG_BYTES: Final = 32 << 20
"""One tag with all its attributes. Expat holds it in memory; an attachment of 24 MB still fits."""
MAX_INSIDE: Final = 20_000
"""Elements inside one message; a file of nothing but opening tags must not fill the memory."""

_HELD_AT_MOST: Final = 16
_RUN = re.compile(rb"(?:&#(?:[xX][0-9A-Fa-f]{1,8}|[0-9]{1,10});)+")
_SUSPECT = re.compile(
    rb"&#(?:[xX]|0|5[5-7]\d{3};|[1-8];|1[124-9];|2\d;|3[01];|6553[45];|1(?:11[4-9]\d{3}|1[2-9]\d{4}|[2-9]\d{5});|[2-9]\d{6}|\d{8})"
)
"""A reference that may be half of a pair or forbidden: the legal ones, which are many, are not looked at."""
_ONE = re.compile(rb"&#(?:[xX]([0-9A-Fa-f]{1,8})|([0-9]{1,10}));")
_FORBIDDEN = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_FORBIDDEN_BYTES: Final = bytes([*range(9), 11, 12, *range(14, 32)])
_PARTIAL = re.compile(rb"&(?:#(?:[xX]?[0-9A-Fa-f]{0,10})?)?\Z")
_HIGH_DECIMAL: Final = rb"0{0,3}5(?:529[6-9]|5[3-9]\d\d|6[0-2]\d\d|63[01]\d)"  # 55296 to 56319
_LAST_HIGH = re.compile(rb"&#(?:[xX]0{0,3}[dD][89abAB][0-9A-Fa-f]{2}|" + _HIGH_DECIMAL + rb");\Z")
_TEXT_BETWEEN = re.compile(rb">\s*[^<\s]")
_REPLACEMENT = "\ufffd".encode()


class Repair:
    """Makes a byte stream well-formed and remembers where bytes moved.

    A pair of surrogates is written as one reference of the same length (leading zeros are legal), so that most
    repairs move nothing.
    """

    def __init__(self, report: Report) -> None:
        self.report = report
        self.n_joined = 0
        self.n_replaced = 0
        self._read = 0  # bytes of the original before the piece in hand
        self._written = 0
        self._moves: deque[tuple[int, int]] = deque()  # (offset in the repaired stream, bytes gained from there on)
        self._moved = 0

    def pieces(self, chunks: Iterable[bytes]) -> Iterator[bytes]:
        """The repaired stream."""
        held = b""
        for chunk in chunks:
            piece = held + chunk
            cut = _whole_until(piece)
            held = piece[cut:]
            yield self._repaired(piece[:cut])
        if held:
            yield self._repaired(held)

    def original(self, offset: int) -> int:
        """The offset in the original bytes; ask in rising order only."""
        while self._moves and self._moves[0][0] <= offset:
            self._moved += self._moves.popleft()[1]
        return offset + self._moved

    def _repaired(self, piece: bytes) -> bytes:
        parts: list[bytes] = []
        done = 0
        for start, end, new in self._changes(piece):
            parts += (piece[done:start], new)
            self._written += start - done + len(new)
            if gained := (end - start) - len(new):
                self._moves.append((self._written, gained))
            done = end
        parts.append(piece[done:])
        self._written += len(piece) - done
        self._read += len(piece)
        return b"".join(parts) if done else piece

    def _changes(self, piece: bytes) -> list[tuple[int, int, bytes]]:
        changes: list[tuple[int, int, bytes]] = []
        end = 0
        for suspect in _SUSPECT.finditer(piece) if b"&#" in piece else ():
            if suspect.start() < end:
                continue  # inside of the run before
            run = _RUN.match(piece, suspect.start())
            if run:
                end = run.end()
                changes.extend(self._in_run(piece, run.start(), end))
        if len(piece.translate(None, _FORBIDDEN_BYTES)) < len(piece):
            changes.extend(
                self._replace(match.start(), match.end(), "a character that XML forbids")
                for match in _FORBIDDEN.finditer(piece)
            )
        changes += self._not_utf8(piece)
        return sorted(changes)

    def _in_run(self, piece: bytes, start: int, end: int) -> Iterator[tuple[int, int, bytes]]:
        high: tuple[int, int] | None = None
        for match in _ONE.finditer(piece, start, end):
            code = int(match[1], 16) if match[1] else int(match[2])
            if high and 0xDC00 <= code <= 0xDFFF:
                joined = 0x10000 + ((high[1] - 0xD800) << 10) + (code - 0xDC00)
                self.n_joined += 1
                yield high[0], match.end(), b"&#%0*d;" % (match.end() - high[0] - 3, joined)
                high = None
                continue
            if high:
                yield self._replace(high[0], match.start(), "half of a surrogate pair")
                high = None
            if 0xD800 <= code <= 0xDBFF:
                high = match.start(), code
            elif not _legal(code):
                yield self._replace(match.start(), match.end(), "a character that XML forbids")
        if high:
            yield self._replace(high[0], end, "half of a surrogate pair")

    def _not_utf8(self, piece: bytes) -> list[tuple[int, int, bytes]]:
        changes: list[tuple[int, int, bytes]] = []
        start = 0
        while True:
            try:
                piece[start:].decode("utf-8") if start else piece.decode("utf-8")
            except UnicodeDecodeError as error:
                changes.append(self._replace(start + error.start, start + error.end, "bytes that are not UTF-8"))
                start += error.end
                if len(changes) > 1000:
                    raise Unreadable("not text in UTF-8", hint="check that this is the exported file") from None
            else:
                return changes

    def _replace(self, start: int, end: int, why: str) -> tuple[int, int, bytes]:
        self.n_replaced += 1
        self.report.doubt(Place("byte", self._read + start, self._read + end), f"{why}; shown as \ufffd")
        return start, end, _REPLACEMENT


def _legal(code: int) -> bool:
    return code in {9, 10, 13} or 0x20 <= code < 0xD800 or 0xE000 <= code < 0xFFFE or 0x10000 <= code <= 0x10FFFF


def _whole_until(piece: bytes) -> int:
    """Where to cut so that no reference, surrogate pair or UTF-8 sequence is torn."""
    end = len(piece)
    for back in range(1, min(4, end) + 1):
        byte = piece[end - back]
        if byte < 0x80:
            break
        if byte >= 0xC0:  # a lead byte: is its sequence complete?
            needed = 2 if byte < 0xE0 else 3 if byte < 0xF0 else 4
            end -= back if needed > back else 0
            break
    if partial := _PARTIAL.search(piece, max(0, end - _HELD_AT_MOST), end):
        end = partial.start()
    if high := _LAST_HIGH.search(piece, max(0, end - _HELD_AT_MOST), end):
        end = high.start()
    return end


class _TooMuch(Exception):
    """One message holds more than memory should."""


class Element:
    """One element with its attributes, its children's when they are kept, and its place."""

    __slots__ = ("attributes", "children", "end", "start", "tag")

    def __init__(self, tag: str, attributes: dict[str, str], start: int) -> None:
        self.tag, self.attributes, self.start = tag, attributes, start
        self.end = start
        self.children: list[Element] = []  # nearly always empty

    def named(self, tag: str) -> Iterator[Element]:
        """Descendants with this tag, in order."""
        for child in self.children:
            if child.tag == tag:
                yield child
            yield from child.named(tag)


class Stream:
    """Yields each child of the root once it is whole.

    After the last one, ``root`` holds the root element's attributes and ``broken`` the place and reason when the
    document ended before its root did, or was not XML from there on.
    """

    def __init__(self, report: Report) -> None:
        self.repair = Repair(report)
        self.root: Element | None = None
        self.broken: tuple[int, str] | None = None
        self._open: list[Element] = []
        self._whole: list[Element] = []
        self._n_inside = 0
        self._fed = 0
        self._text: list[str] = []
        self._parser = expat.ParserCreate("utf-8")  # whatever it declares: other encodings are turned before
        self._parser.StartElementHandler = self._start
        self._parser.EndElementHandler = self._end
        self._parser.StartDoctypeDeclHandler = self._doctype

    def elements(self, chunks: Iterable[bytes]) -> Iterator[Element]:
        """The root's children.

        Raises:
            Unreadable: A document type is declared.
        """
        after_tag = b""
        try:
            for piece in _growing(self.repair.pieces(chunks), self._waiting):
                start = self.repair.original(self._seen())
                # asked for only where there is some: it would be called for the end of every line
                between = _TEXT_BETWEEN.search(after_tag + piece)
                self._parser.CharacterDataHandler = self._text.append if between else None
                after_tag = b">" if piece.rstrip().endswith(b">") else b""
                try:
                    self._parser.Parse(piece, False)
                finally:
                    self._stray(start)
                self._fed += len(piece)
                yield from self._taken()
                if self._waiting() > MAX_TAG_BYTES:
                    self._break(f"one tag of more than {MAX_TAG_BYTES >> 20} MiB")
                    return
            self._parser.Parse(b"", True)
        except expat.ExpatError as error:
            self._break(expat.ErrorString(error.code))
        except _TooMuch:
            self._break(f"one element with more than {MAX_INSIDE:,} elements in it")
        yield from self._taken()

    def _taken(self) -> Iterator[Element]:
        whole, self._whole = self._whole, []
        yield from whole

    def _stray(self, start: int) -> None:
        """Tell text between the elements, where the app writes none."""
        found = "".join(self._text).strip()
        self._text.clear()
        if found:
            end = max(start, self.repair.original(self._seen()))
            self.repair.report.doubt(Place("byte", start, end), "text between the elements, where there is none", found)

    def _seen(self) -> int:
        return max(0, self._parser.CurrentByteIndex)

    def _waiting(self) -> int:
        """Bytes of an unfinished tag."""
        return self._fed - self._seen()

    def _break(self, reason: str) -> None:
        start = self._open[1].start if len(self._open) > 1 else self.repair.original(self._seen())
        self.broken = start, reason

    def _start(self, tag: str, attributes: dict[str, Any]) -> None:
        element = Element(tag, attributes, self.repair.original(self._parser.CurrentByteIndex))
        opened = self._open
        depth = len(opened)
        if depth > 1:
            self._n_inside += 1
            if self._n_inside > MAX_INSIDE:
                raise _TooMuch
            opened[-1].children.append(element)
        elif not depth:
            self.root = element
        opened.append(element)

    def _end(self, tag: str) -> None:
        element = self._open.pop()
        # expat stands after an empty element's tag, but before a closing tag
        closing = len(tag.encode()) + 3 if element.children else 0
        element.end = self.repair.original(self._parser.CurrentByteIndex) + closing
        if len(self._open) == 1:
            self._whole.append(element)
            self._n_inside = 0

    def _doctype(self, *_declaration: object) -> None:
        raise Unreadable("an XML document type is declared", hint="no export has one; do not open this file elsewhere")


def _growing(pieces: Iterable[bytes], waiting: Callable[[], int]) -> Iterator[bytes]:
    """Join pieces while one tag goes on: expat rescans an unfinished tag from its start, so that small pieces would
    cost the square of its length."""
    held: list[bytes] = []
    size = 0
    for piece in pieces:
        held.append(piece)
        size += len(piece)
        unfinished = waiting()
        if size >= min(unfinished, MAX_TAG_BYTES + 1 - unfinished):
            yield b"".join(held)
            held, size = [], 0
    if held:
        yield b"".join(held)
