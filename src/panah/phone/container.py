"""A zip or a folder: the export files in it, read one after the other as one export, and its media as attachments."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import closing
from typing import TYPE_CHECKING, Final

from panah.errors import Unreadable
from panah.model.phone import PhoneEvent, Place

from .report import Options, Report
from .source import Source, chunks

if TYPE_CHECKING:
    from .formats import Format

_LOOKED_INTO: Final = frozenset(
    {"txt", "json", "jsonl", "csv", "xml", "html", "htm", "vcf", "eml", "mbox", "msg", "db", "storedata", "md", ""}
)
"""Endings of members that may be an export; their content decides. Media is not opened to be recognised."""
_NOT_AN_EXPORT: Final = frozenset({"css", "js", "plist", "ico"})
MAX_PARTS: Final = 5_000

Part = tuple["Format", Source]


def parts(source: Source, recognise: Callable[[Source], Format | None]) -> list[Part]:
    """The exports inside, in the order of their names' numbers (``message_2.json`` before ``message_10.json``).

    Raises:
        NotOpened: The zip is encrypted and the password is missing or wrong.
        Unreadable: All that could be one is damaged.
    """
    found: list[Part] = []
    damaged: Unreadable | None = None
    for member in sorted(source.members, key=_by_numbers):
        if _ending(member) not in _LOOKED_INTO or member.rpartition("/")[2].startswith("._"):
            continue
        try:
            inner = source.inner(member)
        except Unreadable as error:
            damaged = error
            continue
        if inner.head and (kind := recognise(inner)):
            found.append((kind, inner))
            if len(found) > MAX_PARTS:
                raise Unreadable(f"more than {MAX_PARTS:,} exports in one", where=source.name, hint="split it")
    if damaged and not found:
        raise Unreadable(damaged.what, where=source.name, hint=damaged.hint)
    return found


def read_parts(found: list[Part], source: Source, options: Options, report: Report) -> Iterator[PhoneEvent]:
    """Events of each part in turn; then every member that nothing named is told."""
    n_whole = 0
    failed: Unreadable | None = None
    twins = _Twins(found)
    for kind, inner in found:
        if inner.member in report.used:
            continue  # a file that someone sent in the chat, and no export of this phone
        report.used.add(inner.member)
        if first := twins.before(inner):
            report.doubt(Place("byte", 0, inner.size_bytes, inner.member), "the same file twice: not read again", first)
            continue
        try:
            yield from kind.read(inner, options, report)
            n_whole += 1
        except Unreadable as error:
            failed = error
            report.doubt(Place("byte", 0, inner.size_bytes, inner.member), f"not readable: {error.what}")
    if failed and not n_whole:
        raise failed
    for member in source.members:
        if member not in report.used and _ending(member) not in _NOT_AN_EXPORT:
            report.doubt(Place("byte", 0, 0, member), "a file that no message names; not read")


class _Twins:
    """Knows which file is, byte for byte, one of the same folder that was met before; a folder is often a chat, and two
    chats may say the same. Only files of one size are digested."""

    def __init__(self, found: list[Part]) -> None:
        self.sizes = Counter(inner.size_bytes for _, inner in found)
        self.met: dict[tuple[str, bytes], str] = {}

    def before(self, inner: Source) -> str:
        """The name of the first one, or nothing."""
        if self.sizes[inner.size_bytes] < 2:
            return ""
        digest = hashlib.sha256()
        try:
            with closing(inner.open()) as file:
                for piece in chunks(file):
                    digest.update(piece)
        except Unreadable:
            return ""  # its reader will say so
        first = self.met.setdefault((inner.member.rpartition("/")[0], digest.digest()), inner.member)
        return "" if first == inner.member else first


def _ending(member: str) -> str:
    name = member.rpartition("/")[2]
    return name.rpartition(".")[2].casefold() if "." in name else ""


def _by_numbers(member: str) -> tuple[str, int, str]:
    folder, _, name = member.rpartition("/")
    digits = "".join(char if char in "0123456789" else " " for char in name).split()
    stem = name.rstrip("0123456789.abcdefghijklmnopqrstuvwxyz") or name
    return f"{folder}/{stem}", int(digits[-1][:9]) if digits else 0, name
