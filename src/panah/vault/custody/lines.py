"""The custody log, format 1: one RFC 8785 JSON line per act, each with the SHA-256 of the line before it.

On one line each::

    {"act":"received","actor":"<32 hex>","detail":"<64 hex>","item":"<64 hex>",
     "prev":"<64 hex>","seq":1,"t":"2026-05-01T14:00:00Z","v":1}

``prev`` covers the whole previous line with its newline; the first line's is the SHA-256 of nothing. ``item`` is the
commitment to a file, ``detail`` a commitment to details that are kept sealed, ``actor`` a random id or one of
:data:`NAMELESS_ACTORS`; times are rounded down to the hour. The line has room for nothing personal.

Invariant: lines are only ever added. Editing, removing, inserting and exchanging lines break the chain; cutting off
the end does not, and is seen by a signed size (:mod:`panah.vault.checkpoint`).
Promise: version 1 lines verify for ever.
"""

from __future__ import annotations

import csv
import functools
import hashlib
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import resources
from typing import Final

import rfc8785

from panah.errors import CustodyBroken, UnknownCode

VERSION: Final = 1
NOTHING: Final = hashlib.sha256(b"").hexdigest()
"""``prev`` of the first line."""
NAMELESS_ACTORS: Final = ("reporter", "system")
"""Who acts without being a member: whoever holds a receipt, and the software itself."""

_ACTOR: Final = rf"[0-9a-f]{{32}}|{'|'.join(NAMELESS_ACTORS)}"
_HEX: Final = r'null|"[0-9a-f]{64}"'
# RFC 8785 leaves exactly one spelling for such a line, so a pattern checks the form, and a million lines take seconds.
_LINE: Final = re.compile(
    rf'{{"act":"([a-z-]{{1,40}})","actor":"({_ACTOR})","detail":({_HEX}),"item":({_HEX}),'
    r'"prev":"([0-9a-f]{64})","seq":([1-9][0-9]{0,15}),'
    r'"t":"([0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])T(?:[01][0-9]|2[0-3]):00:00Z)","v":1}\n'.encode()
)


@dataclass(frozen=True, slots=True)
class Entry:
    """One act as it stands in the log."""

    seq: int
    act: str
    actor: str
    at: str
    item: str | None
    detail: str | None
    prev: str


@dataclass(frozen=True, slots=True)
class Head:
    """The end of a verified log: how many lines, and the digest that the next line's ``prev`` must have."""

    size: int
    digest: str


EMPTY: Final = Head(0, NOTHING)


@functools.cache
def acts() -> Mapping[str, str]:
    """Code and meaning of every act, from ``acts.csv``."""
    text = (resources.files(__package__) / "acts.csv").read_text(encoding="utf-8")
    return {row["code"]: row["meaning"] for row in csv.DictReader(text.splitlines())}


def line_digest(line: bytes) -> str:
    """SHA-256 of a line with its newline, hexadecimal."""
    return hashlib.sha256(line).hexdigest()


def entry_line(
    previous: bytes | None,
    *,
    actor: str,
    act: str,
    item: str | None = None,
    detail: str | None = None,
    at: datetime | None = None,
) -> bytes:
    """The line that follows ``previous`` (None for the first), newline included.

    Args:
        previous: The log's last line as stored, newline included.
        actor: A member's random id (32 hexadecimal digits) or one of :data:`NAMELESS_ACTORS`.
        act: A code of ``acts.csv``.
        item: Commitment to the file, by :func:`panah.vault.commitment.commit_item`.
        detail: Commitment to, or digest of, the sealed details.
        at: Aware moment; now if not given. Only its hour is written.

    Raises:
        UnknownCode: There is no such act.
        CustodyBroken: ``previous`` is not a line of a custody log.
        ValueError: An actor, item or detail that could carry something personal.
    """
    if act not in acts():
        raise UnknownCode("no such custody act", hint="the acts are in vault/custody/acts.csv", value=act)
    moment = (at or datetime.now(UTC)).astimezone(UTC)
    line = (
        rfc8785.dumps(
            {
                "v": VERSION,
                "seq": 1 if previous is None else read_line(previous).seq + 1,
                "prev": NOTHING if previous is None else line_digest(previous),
                "t": moment.strftime("%Y-%m-%dT%H:00:00Z"),
                "actor": actor,
                "act": act,
                "item": item,
                "detail": detail,
            }
        )
        + b"\n"
    )
    if not _LINE.fullmatch(line):
        raise ValueError("actor is 32 hexadecimal digits or a nameless actor; item and detail are 64 or nothing")
    return line


def read_line(line: bytes, *, where: str = "custody log") -> Entry:
    """One line, checked for its form but not for its place.

    Raises:
        CustodyBroken: It is not a whole line of format 1 with a known act.
    """
    found = _LINE.fullmatch(line)
    if found is None:
        raise CustodyBroken("not a whole custody line", where=where)
    act, actor, detail, item, prev, seq, at = (group.decode() for group in found.groups())
    if act not in acts():
        raise CustodyBroken("an act that this version does not know", where=where, hint="upgrade panah")
    return Entry(int(seq), act, actor, at, _unquote(item), _unquote(detail), prev)


def verify(lines: Iterable[bytes], *, after: Head = EMPTY, where: str = "custody log") -> Head:
    """Check form, numbering and chain of all lines.

    Args:
        lines: Lines with their newlines, oldest first; a binary file will do.
        after: The end of what was verified before, to check only what was added.
        where: The log's name, for the message.

    Returns:
        The end of the log, to compare with a checkpoint: the chain alone does not see lines cut off the end.

    Raises:
        CustodyBroken: The first line that is not what it should be, by its number.
    """
    size, digest = after.size, after.digest
    known = {act.encode() for act in acts()}
    for size, line in enumerate(lines, start=after.size + 1):
        found = _LINE.fullmatch(line)
        if found is None or found[1] not in known:
            read_line(line, where=f"{where}, line {size}")  # tells which of the two
            raise CustodyBroken("not a whole custody line", where=f"{where}, line {size}")
        if int(found[6]) != size or found[5].decode() != digest:
            raise CustodyBroken("does not follow from the line before it", where=f"{where}, line {size}")
        digest = hashlib.sha256(line).hexdigest()
    return Head(size, digest)


def _unquote(text: str) -> str | None:
    return None if text == "null" else text.strip('"')
