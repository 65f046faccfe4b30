"""The exact place that a claim points at, with the words before and after it.

Invariant: bytes of an item are opened only after the line ``viewed`` is in the custody log.
"""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from django.db import transaction

from panah.errors import Unreadable
from panah.model.evidence import Locator
from panah.web.cases.opening import OpenCase

from . import custody, reading_room
from .models import EvidenceItem
from .queries import stored_in
from .records import evidence_folder

AROUND = 240
"""Characters, or bytes, shown on each side of the place."""
NEEDS_BYTES = frozenset({"character", "byte", "row"})
LARGEST_VIEW_BYTES = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The words at a locator. ``before + words + after`` stands in the evidence exactly so."""

    item: EvidenceItem
    locator: Locator
    before: str = field(repr=False)
    words: str = field(repr=False)
    after: str = field(repr=False)
    cut_before: bool
    cut_after: bool


@dataclass(slots=True)
class Places:
    """Excerpts of one opened case; each item is opened, and logged as viewed, at most once."""

    opened: OpenCase
    around: int = AROUND
    _texts: dict[tuple[str, str], str | bytes] = field(default_factory=dict, repr=False)
    _rows_of: dict[str, list[str]] = field(default_factory=dict, repr=False)

    def excerpt(self, locator: Locator) -> Excerpt | None:
        """The words at a place; None for an item that is not in this case, or a unit that has no words.

        None too for an original in the reading room, of which nothing was read here.

        Raises:
            Altered: The stored bytes are not those that were sealed.
        """
        item = EvidenceItem.objects.filter(case=self.opened.case, pk=locator.evidence_id).first()
        if item is None or (locator.unit in NEEDS_BYTES and not self._is_readable(item, locator.unit)):
            return None
        if locator.unit == "character":
            return self._cut(item, locator, self._text(item), locator.start, locator.end)
        if locator.unit == "byte":
            return self._cut(item, locator, self._bytes(item), locator.start, locator.end)
        if locator.unit == "row":
            return self._rows(item, locator)
        return None

    def _is_readable(self, item: EvidenceItem, unit: str) -> bool:
        """Whether the words of a unit can be shown: out of a view, or out of bytes that this server can open."""
        if not reading_room.is_inside(stored_in(self.opened, item).key):
            return True
        kinds = {"character": ("text",), "row": ("rows", "text"), "byte": ()}[unit]
        return item.derived.filter(kind__in=kinds).exists()

    def text(self, item: EvidenceItem) -> str:
        """The whole canonical text of an item, in which character spans count."""
        self.opened.require_here(item)
        return self._text(item)

    def _cut(self, item: EvidenceItem, locator: Locator, whole: str | bytes, start: int, end: int) -> Excerpt:
        first, last = max(0, start - self.around), min(len(whole), end + self.around)
        parts = (whole[first:start], whole[start:end], whole[end:last])
        before, words, after = (part if isinstance(part, str) else part.decode("utf-8", "replace") for part in parts)
        return Excerpt(item, locator, before, words, after, cut_before=first > 0, cut_after=last < len(whole))

    def _rows(self, item: EvidenceItem, locator: Locator) -> Excerpt | None:
        """Rows as a reader kept them, else lines of the text; both count from 1."""
        if item.pk not in self._rows_of:
            view = self._view(item, EvidenceItem.Kind.ROWS)
            if view is None or _names_lines(view):
                if reading_room.is_inside(stored_in(self.opened, item).key) and not self._has_text(item):
                    return None
                self._rows_of[item.pk] = lines_of(self._text(item))
            else:
                self._rows_of[item.pk] = _rows_in(view)
        rows = self._rows_of[item.pk]
        words = "\n".join(rows[max(0, locator.start - 1) : max(locator.end, locator.start + 1) - 1])
        return Excerpt(item, locator, "", words, "", cut_before=False, cut_after=False)

    def _has_text(self, item: EvidenceItem) -> bool:
        return item.derived.filter(kind=EvidenceItem.Kind.TEXT).exists()

    def _text(self, item: EvidenceItem) -> str:
        view = self._view(item, EvidenceItem.Kind.TEXT)
        if view is not None:
            return view
        data = self._bytes(item)
        is_wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        return data.decode("utf-16" if is_wide else "utf-8", "replace")

    def _view(self, item: EvidenceItem, kind: str) -> str | None:
        """The newest view of a kind; a parser's later view replaces an earlier one."""
        key = (item.pk, kind)
        if key not in self._texts:
            made = item if item.kind == kind else item.derived.filter(kind=kind).order_by("-received_hour").first()
            if made is None:
                return None
            self._texts[key] = self._bytes(made).decode("utf-8")
        found = self._texts[key]
        assert isinstance(found, str)
        return found

    def _bytes(self, item: EvidenceItem) -> bytes:
        key = (item.pk, "bytes")
        if key not in self._texts:
            if item.rounded_size_bytes > LARGEST_VIEW_BYTES:
                raise Unreadable("the item is too large to show", where="evidence", hint="download the original")
            self._texts[key] = b"".join(original_chunks(self.opened, item))
        found = self._texts[key]
        assert isinstance(found, bytes)
        return found


def lines_of(text: str) -> list[str]:
    """The lines of a text as the readers of exports count them; other separators of Unicode stand inside of a line."""
    return [line.removesuffix("\r") for line in text.split("\n" if "\n" in text else "\r")]


def _rows_in(view: str) -> list[str]:
    """The rows of a view, the first as number 1: of a table one object, row by number; of a phone one record a line."""
    if view.endswith("\n"):
        return view.split("\n")
    rows: dict[str, str] = json.loads(view)
    return [rows.get(str(number), "") for number in range(1, max(map(int, rows), default=0) + 1)]


def _names_lines(view: str) -> bool:
    """Whether these are a phone's records whose places are lines of the original itself: then those lines are the rows."""
    return view.endswith("\n") and str(json.loads(view.partition("\n")[0]).get("where", "")).startswith("line ")


def original_chunks(opened: OpenCase, item: EvidenceItem) -> Iterator[bytes]:
    """An item's bytes in chunks; the line ``viewed`` is written before the first is given.

    Raises:
        NoGrant: The item lies in another case.
        Altered: The stored bytes are not those that were sealed, told at the end.
    """
    opened.require_here(item)
    stored = stored_in(opened, item)
    reading_room.require_outside(stored.key)
    with transaction.atomic(durable=True):
        custody.record(opened.member, opened, "viewed", item.commitment)
    yield from opened.blob(evidence_folder(), stored.blob, stored.key)
