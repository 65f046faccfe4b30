"""XML and JSON that somebody saved again in another encoding than the app's UTF-8: turned back on the way, and told.

Places then count bytes of the file as UTF-8, which ``iconv -f ENCODING -t utf-8`` gives too.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from typing import Final

from panah.model.phone import Place

from .report import Report
from .source import Source

_MARKS: Final = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_BARE: Final = ((b"<\0", "utf-16-le"), (b"\0<", "utf-16-be"), (b"{\0", "utf-16-le"), (b"\0{", "utf-16-be"))
_DECLARED: Final = re.compile(rb"\A\s*<\?xml[^>]{0,60}?encoding\s*=\s*[\"']([\w.:-]{2,30})[\"']", re.IGNORECASE)
_KNOWN: Final = re.compile(r"iso8859|cp125\d|koi8|gb|big5|shift_jis|euc|mac")
"""Names of Python's codecs for what texts are written in; others are no encodings of texts."""


def encoding_of(head: bytes) -> str:
    """The encoding of a file by its mark, its first byte or its declaration; empty for UTF-8."""
    for mark, name in (*_MARKS, *_BARE):
        if head.startswith(mark):
            return name
    if (declared := _DECLARED.match(head)) is None:
        return ""
    try:
        name = codecs.lookup(declared[1].decode("ascii")).name
    except (LookupError, ValueError):
        return ""
    return name if _KNOWN.match(name) else ""


def head_of(source: Source) -> bytes:
    """The first bytes as UTF-8."""
    encoding = encoding_of(source.head)
    return source.head.decode(encoding, "ignore").encode("utf-8", "replace") if encoding else source.head


def as_utf8(source: Source, pieces: Iterator[bytes], report: Report) -> Iterator[bytes]:
    """The file as UTF-8."""
    encoding = encoding_of(source.head)
    if not encoding:
        yield from pieces
        return
    report.notes.append(f"saved again as {encoding}: places count its bytes as UTF-8 (iconv -f {encoding} -t utf-8)")
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    n_broken = 0
    for piece in pieces:
        text = decoder.decode(piece)
        n_broken += text.count("\ufffd")
        yield text.encode("utf-8", "replace")
    rest = decoder.decode(b"", final=True)
    n_broken += rest.count("\ufffd")
    yield rest.encode()
    if n_broken:
        where = Place("byte", 0, source.size_bytes, source.member)
        report.doubt(where, f"{n_broken:,} characters that are not {encoding}; shown as \ufffd")
