"""JSON in constant memory, with the place of each value in the original bytes.

Only the frame of the document is walked here; each wanted value is cut out whole and read by :mod:`json`. Telegram
writes control characters as ``\\x07``, which is not JSON and loses a strict parser the whole file: in a value that is
not JSON for that reason alone the escape is read as ``\\u0007`` and counted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any, Final, NamedTuple

from panah.model.phone import Place

from .report import Report

MAX_VALUE_BYTES: Final = 64 << 20
MAX_DEPTH: Final = 64
_TOKEN: Final = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|[{}\[\],:]|[^\s"{}\[\],:]+', re.DOTALL)
_INSIDE: Final = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|["{}\[\]]', re.DOTALL)
"""A quotation mark alone opens a string that goes on in the next chunk: brackets in it are no brackets."""
_BOM: Final = b"\xef\xbb\xbf"
_BAD_ESCAPE: Final = re.compile(rb"\\(?:x([0-9A-Fa-f]{2})|(.))", re.DOTALL)

Path = tuple[str | int, ...]


class Value(NamedTuple):
    """A value with the keys and indexes that lead to it, and its bytes."""

    path: Path
    value: Any
    place: Place


class Broken(NamedTuple):
    """Where the document stops to be JSON."""

    start: int
    why: str


class Stream:
    """Walks one document.

    Args:
        wanted: Says of a path whether the value there is taken whole; other arrays and objects are walked into.
        member: Name of the file in a zip or folder, for places.
    """

    def __init__(self, wanted: Callable[[Path], bool], report: Report, member: str = "") -> None:
        self.wanted, self.report, self.member = wanted, report, member
        self.broken: Broken | None = None
        self.n_repaired = 0
        self._buffer = b""
        self._base = 0  # bytes before the buffer
        self._at = 0  # in the buffer
        self._done = 0  # bytes up to the end of the last sound value or closing bracket

    def values(self, chunks: Iterable[bytes]) -> Iterator[Value]:
        """Wanted values and single values on the way to them, in order; ``broken`` says afterwards where it broke."""
        self._chunks = iter(chunks)
        while len(self._buffer) < len(_BOM) and self._more():
            pass
        if self._buffer.startswith(_BOM):
            self._at = len(_BOM)
        try:
            yield from self._walk()
        except _Cut as cut:
            self.broken = Broken(self._done, str(cut))

    def _more(self) -> bool:
        """Take as much again as is waiting, so that a long value is not read over and over from its start."""
        waiting = len(self._buffer) - self._at
        pieces = [self._buffer[self._at :]]
        taken = 0
        while taken <= waiting and (piece := next(self._chunks, b"")):
            pieces.append(piece)
            taken += len(piece)
        if not taken:
            return False
        self._buffer = b"".join(pieces)
        self._base += self._at
        self._at = 0
        return True

    def _token(self) -> bytes:
        """The next token; its start is then ``_start``."""
        while True:
            match = _TOKEN.search(self._buffer, self._at)
            # a bare word or an unfinished string may go on in the next chunk
            if match and (match.end() < len(self._buffer) or match[0][:1] in b'"{}[],:'):
                if self._buffer[self._at : match.start()].strip():
                    if b'"' in self._buffer[self._at : match.start()] and self._grow():
                        continue
                    raise _Cut("not JSON from here on")
                self._start = self._base + match.start()
                self._at = match.end()
                return match[0]
            if not self._grow():
                if match and not self._buffer[self._at : match.start()].strip():
                    self._start = self._base + match.start()
                    self._at = match.end()
                    return match[0]
                raise _Cut("the file ends in the middle")

    def _grow(self) -> bool:
        if len(self._buffer) - self._at > MAX_VALUE_BYTES:
            raise _Cut(f"a value of more than {MAX_VALUE_BYTES >> 20} MiB")
        return self._more()

    def _walk(self) -> Iterator[Value]:
        stack: list[str | int] = []  # the key or index in hand, one a level
        arrays: list[bool] = []
        token = self._token()
        while True:
            path = tuple(stack)
            if token in (b"{", b"["):
                if self.wanted(path):
                    yield self._whole(path)
                    self._done = self._base + self._at
                else:
                    if len(arrays) >= MAX_DEPTH:
                        raise _Cut("too deeply nested")
                    arrays.append(token == b"[")
                    inner = self._token()
                    if inner == (b"]" if arrays[-1] else b"}"):
                        arrays.pop()
                    elif arrays[-1]:
                        stack.append(0)
                        token = inner
                        continue
                    else:
                        stack.append(self._key(inner))
                        token = self._token()
                        continue
            elif token[:1] in b"}],:":
                raise _Cut("not JSON from here on")
            else:
                start = self._start
                yield Value(path, self._read(token, start), Place("byte", start, start + len(token), self.member))
                self._done = start + len(token)
            while arrays:
                token = self._token()
                if token == b"," and arrays[-1]:
                    stack[-1] += 1  # type: ignore[operator]
                    token = self._token()
                    break
                if token == b",":
                    stack[-1] = self._key(self._token())
                    token = self._token()
                    break
                if token != (b"]" if arrays[-1] else b"}"):
                    raise _Cut("not JSON from here on")
                arrays.pop()
                stack.pop()
                self._done = self._base + self._at
            else:
                self._after()
                return

    def _after(self) -> None:
        """Nothing but blanks may follow."""
        while True:
            if rest := self._buffer[self._at :].strip():
                start = self._base + self._buffer.index(rest[:1], self._at)
                self.report.doubt(
                    Place("byte", start, start + len(rest), self.member), "bytes after the end of the document"
                )
                return
            self._at = len(self._buffer)
            if not self._more():
                return

    def _key(self, token: bytes) -> str:
        if not token.startswith(b'"'):
            raise _Cut("not JSON from here on")
        key = self._read(token, self._start)
        if self._token() != b":":
            raise _Cut("not JSON from here on")
        return str(key)

    def _whole(self, path: Path) -> Value:
        """The array or object whose bracket was just read."""
        start, inner, depth = self._start, self._at, 1
        opening = self._at - 1
        while depth:
            for match in _INSIDE.finditer(self._buffer, inner):
                first = self._buffer[match.start()]
                if match[0] == b'"':
                    inner = match.start()
                    break
                if first == 34:  # a string
                    inner = match.end()
                    continue
                inner = match.end()
                depth += 1 if first in b"{[" else -1
                if not depth:
                    break
            if depth:
                if depth > 10_000:
                    raise _Cut("too deeply nested")
                keep = self._at - opening
                self._at = opening
                moved = inner - opening
                if not self._grow():
                    raise _Cut("the file ends in the middle")
                opening, inner = 0, moved
                self._at = keep
        self._at = inner
        data = self._buffer[opening:inner]
        return Value(path, self._read(data, start), Place("byte", start, start + len(data), self.member))

    def _read(self, data: bytes, start: int) -> Any:
        try:
            return json.loads(data)
        except (ValueError, RecursionError):
            pass
        repaired = _BAD_ESCAPE.sub(_repaired, data)
        try:
            value = json.loads(repaired.decode("utf-8", "replace"), strict=False)
        except (ValueError, RecursionError):
            place = Place("byte", start, start + len(data), self.member)
            self.report.doubt(place, "a value that is not JSON", data[:400].decode("utf-8", "replace"))
            return None
        self.n_repaired += 1
        if repaired == data:
            self.report.doubt(
                Place("byte", start, start + len(data), self.member),
                "bytes that are not UTF-8, or characters that JSON forbids; shown as they could be read",
            )
        return value


def _repaired(match: re.Match[bytes]) -> bytes:
    return b"\\u00" + match[1] if match[1] else match[0]


class _Cut(Exception):
    """The document is broken here."""
