"""Evidence that a member may see, and the words around a claim's place in it."""

from __future__ import annotations

from typing import Any

from django.db.models import F, QuerySet

from panah.model.evidence import EvidenceItem as ItemRecord
from panah.web.accounts.models import Member
from panah.web.cases.models import Case
from panah.web.cases.opening import OpenCase
from panah.web.cases.queries import cases_of

from . import reading_room
from .models import CustodyDetail, CustodyEntry, EvidenceItem, Tombstone
from .records import StoredDetail, StoredItem


def originals_of(member: Member) -> QuerySet[EvidenceItem]:
    """The originals in the member's cases, newest hour first; sealed until their case is opened."""
    found = EvidenceItem.objects.filter(case__in=cases_of(member), kind=EvidenceItem.Kind.ORIGINAL)
    return found.select_related("case").order_by("-received_hour", "id")


def files_with_an_old_key(member: Member, case: Case | None = None) -> QuerySet[EvidenceItem]:
    """Files, views included, whose own key was made before their case's present key."""
    found = EvidenceItem.objects.filter(case__in=cases_of(member), blob_version__lt=F("case__key_version"))
    return found.filter(case=case) if case else found


def item_of(member: Member, item_id: str) -> EvidenceItem | None:
    """One item in the member's cases; None alike for one of another case and for one that does not exist."""
    return EvidenceItem.objects.filter(case__in=cases_of(member), pk=item_id).select_related("case").first()


def tombstones_of(member: Member, case: Case | None = None) -> QuerySet[Tombstone]:
    """What was deleted for good from the member's cases, with the custody line that says so, newest first."""
    found = Tombstone.objects.filter(case__in=cases_of(member)).select_related("entry", "case").order_by("-entry")
    return found.filter(case=case) if case else found


def deletion_told(opened: OpenCase, stone: Tombstone) -> dict[str, Any]:
    """What the sealed detail of a tombstone's line says: why, and who agreed; nothing when the detail is gone."""
    detail = CustodyDetail.objects.filter(case=opened.case, entry=stone.entry_id).first()
    return opened.record(StoredDetail, detail).values() if detail else {}


def stored_in(opened: OpenCase, item: EvidenceItem) -> StoredItem:
    """An item with what opens its bytes."""
    return opened.record(StoredItem, item)


def is_in_reading_room(opened: OpenCase, item: EvidenceItem) -> bool:
    """Whether this server has no key of an item's bytes."""
    return reading_room.is_inside(stored_in(opened, item).key)


def record_in(opened: OpenCase, item: EvidenceItem) -> ItemRecord:
    """An item's file name, media type, digest, size and exact time."""
    return stored_in(opened, item).item


def custody_of(opened: OpenCase, item: EvidenceItem) -> list[CustodyEntry]:
    """The custody lines of an item of an opened case, oldest first."""
    opened.require_here(item)
    return list(CustodyEntry.objects.filter(line__contains=f'"item":"{item.commitment}"').order_by("seq"))
