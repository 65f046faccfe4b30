"""What a parser says besides its events: every part it did not understand, and notes on the whole file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import tzinfo
from typing import Final

from panah.model.phone import Attachment, Contact, NotUnderstood, Place, TimeZone

MAX_TOLD: Final = 1000

KeepAttachment = Callable[[Attachment, bytes], None]


@dataclass(slots=True)
class Options:
    """What the reader of the export knows and the file does not say."""

    owner_number: str | None = None
    region: str | None = None
    """ISO 3166 alpha-2 code by which national numbers are read; that of ``owner_number`` when not given."""
    zone: tzinfo | None = None
    zone_name: str = ""
    date_order: str | None = None
    """``day-first``, ``month-first`` or ``year-first``, for exports where it cannot be proved."""
    password: str | None = None
    keep_attachment: KeepAttachment | None = None
    """Called with each attachment's bytes as they are met; they are kept nowhere else."""


@dataclass(slots=True)
class Report:
    """Filled by a parser while its events are taken."""

    not_understood: list[NotUnderstood] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    time_zone: TimeZone = field(default_factory=lambda: TimeZone(known=False, source="the export does not say"))
    contacts: list[Contact] = field(default_factory=list)
    threads: list[str] = field(default_factory=list)
    """Names that the export gives to the chats in it."""
    used: set[str] = field(default_factory=set)
    """Members of a zip or folder that a message named or a reader read."""
    n_more: int = 0
    """Parts not understood beyond the first ``MAX_TOLD``."""

    def doubt(self, where: Place, why: str, raw: str = "") -> None:
        """Note a part that was not understood; past a bound they are only counted, so that memory stays bounded."""
        if len(self.not_understood) < MAX_TOLD:
            self.not_understood.append(NotUnderstood(where, why, raw))
        else:
            self.n_more += 1

    def all_notes(self) -> tuple[str, ...]:
        more = (f"{self.n_more:,} more parts were not understood",) if self.n_more else ()
        return (*dict.fromkeys(self.notes), *more)
