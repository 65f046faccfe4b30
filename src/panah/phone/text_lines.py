"""Lines of a text export, in constant memory and with their numbers; bytes that are no text are shown and told."""

from __future__ import annotations

import codecs
import itertools
from collections.abc import Iterator
from contextlib import closing
from typing import Final

from panah.errors import Unreadable
from panah.model.phone import Place

from .report import Report
from .source import Source, chunks

MAX_LINE_BYTES: Final = 16 << 20
_UTF16: Final = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


def head_text(source: Source) -> str:
    """The first 64 KiB as text, for recognition only; empty when they are no text."""
    head = source.head
    for mark, encoding in _UTF16.items():
        if head.startswith(mark):
            return head[2:].decode(encoding, "ignore")
    if b"\0" in head:
        return ""
    if _only_cr(head):
        head = head.replace(b"\r", b"\n")
    text = head.removeprefix(codecs.BOM_UTF8).decode("utf-8", "replace")
    return "" if text.count("\ufffd") > 1 + len(text) // 20 else text


def texts(source: Source, report: Report | None = None) -> Iterator[str]:
    """The text in pieces of whole lines, about a mebibyte each, without the end of the last line.

    ``\\n`` ends a line, and ``\\r\\n``; other separators are text. A byte that is not UTF-8 becomes U+FFFD and is
    told to ``report``.

    Raises:
        Unreadable: One line is longer than any message.
    """
    rest: list[bytes] = []
    waiting = 0
    number = 1
    with closing(source.open()) as file:
        for piece in _utf8(chunks(file, 1 << 20), source.head):
            cut = piece.rfind(b"\n")
            if cut < 0:
                rest.append(piece)
                waiting += len(piece)
                if waiting > MAX_LINE_BYTES:
                    raise Unreadable("a line of more than 16 MiB", where=source.name, hint="check that it is an export")
                continue
            whole = b"".join((*rest, piece[:cut]))
            rest, waiting = [piece[cut + 1 :]], len(piece) - cut - 1
            yield _decoded(whole, number, report, source.member)
            number += whole.count(b"\n") + 1
    if last := b"".join(rest):
        if report is not None:
            report.notes.append("the last line has no end: what stands last may be cut")
        yield _decoded(last, number, report, source.member)


def _decoded(data: bytes, number: int, report: Report | None, member: str) -> str:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        if report is not None:
            for at, line in enumerate(data.split(b"\n"), number):
                if "\ufffd" in line.decode("utf-8", "replace") and not _is_utf8(line):
                    shown = line.decode("utf-8", "backslashreplace")
                    report.doubt(Place("line", at, at + 1, member), "bytes that are not UTF-8; shown as \ufffd", shown)
        text = data.decode("utf-8", "replace")
    return text.replace("\r\n", "\n").removesuffix("\r") if "\r" in text else text


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True


def _utf8(pieces: Iterator[bytes], head: bytes) -> Iterator[bytes]:
    """The stream as UTF-8 without its mark."""
    for mark, encoding in _UTF16.items():
        if head.startswith(mark):
            decoder = codecs.getincrementaldecoder(encoding)("replace")
            skipped = len(mark)
            for piece in pieces:
                yield decoder.decode(piece[skipped:]).encode("utf-8", "replace")
                skipped = 0
            return
    if head.startswith(codecs.BOM_UTF8):
        pieces = itertools.chain([next(pieces, b"").removeprefix(codecs.BOM_UTF8)], pieces)
    if _only_cr(head):
        pieces = (piece.replace(b"\r", b"\n") for piece in pieces)
    yield from pieces


def _only_cr(head: bytes) -> bool:
    """Whether lines end as on an old Mac: then a ``\\r`` is an end, and elsewhere it is text."""
    return b"\n" not in head and head.count(b"\r") > 1


def lines(source: Source, report: Report | None = None) -> Iterator[tuple[int, str]]:
    """Lines with their numbers, from 1."""
    number = 0
    for text in texts(source, report):
        for line in text.split("\n"):
            number += 1
            yield number, line
