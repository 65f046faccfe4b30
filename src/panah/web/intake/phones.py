"""A phone export on its way in: read, shown as counts, and cut down to what matters before anything is kept.

Invariant: between the upload and the choice the export lies sealed under a key that only the member's session holds,
and in memory while it is read, by a process with limits that can write no file (decision 263); never in clear on a disk.
What was not chosen is kept nowhere.
"""

from __future__ import annotations

import io
import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, BinaryIO, Final

from django.db import transaction

from panah import phone
from panah.errors import Refused, Unreadable
from panah.model.base import Record
from panah.model.evidence import Entrance
from panah.model.phone import Attachment
from panah.phone.apart import Look, Taken, look_apart, take_apart, too_many
from panah.vault.blobs import BlobKey, SealedBlob, seal_stream
from panah.vault.keys import MemberKeys
from panah.web.accounts.models import Member
from panah.web.cases.opening import OpenCase
from panah.web.evidence import reading_room
from panah.web.evidence.actions import keep_sealed, keep_view, seal_file
from panah.web.evidence.models import EvidenceItem
from panah.web.evidence.records import evidence_folder
from panah.web.evidence.renewal import into_the_room

from . import flows, waiting
from .actions import receive_report
from .models import PendingFile, PhoneExtract
from .numbers import mark_numbers
from .records import SealedFile

MOST_KEPT: Final = 50_000
"""Entries of one extract: years of a busy chat. The timeline unseals and reads all of them for each page (benchmarks/timeline.py)."""
WITHHELD = {"restricted", "unknown", "payphone", "unavailable"}


class PhoneDraft(Record):
    """An export that was sent and not chosen from yet, with what its reader said about it."""

    file: SealedFile
    owner_number: str = ""
    region: str = ""
    time_zone: str = ""
    date_order: str = ""
    password: str = ""

    def __repr__(self) -> str:
        return "PhoneDraft()"


class Extract(Record):
    """What was chosen: events as ``panah phone --json`` prints them, and where they come from."""

    file_name: str
    format: str
    grade: str
    original_sha256: str
    original_kept: bool
    time_zone_known: bool
    time_zone_source: str
    n_not_kept: int
    events: tuple[dict[str, Any], ...]


def send(stream: BinaryIO, name: str, at_most: int, **said: str) -> str:
    """Seal an export for the choosing; returns the token for the member's session."""
    token, file = waiting.seal(stream, name, at_most)
    waiting.write(token, PhoneDraft(file=file, **said))
    return token


def draft_of(token: str) -> PhoneDraft | None:
    """The export that waits for the choice."""
    return flows.read(PhoneDraft, token) if token else None


def look(draft: PhoneDraft, selection: phone.Selection | None = None) -> Look:
    """What the export holds, in counts, and how much of it a selection would keep.

    Raises:
        UnknownFormat: No format of ours.
        Unreadable: Nothing in it is whole, or reading it takes too much.
        NotConfigured: Something has to be said first: the zone, the order of dates, a password.
    """
    with waiting.memory_file(draft.file) as descriptor:
        return look_apart(descriptor, selection, **_options(draft))


def selection_of(
    counterparts: Iterable[str], threads: Iterable[str], since: date | None = None, until: date | None = None
) -> phone.Selection | None:
    """What was ticked, both days of the period included; None when nothing was."""
    who, where = frozenset(counterparts), frozenset(threads)
    if not who and not where:
        return None
    return phone.Selection(
        counterparts=who or None,
        threads=where or None,
        since=_midnight(since) if since else None,
        until=_midnight(until) + timedelta(days=1) if until else None,
    )


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def _options(draft: PhoneDraft) -> dict[str, Any]:
    said = ("owner_number", "region", "time_zone", "date_order", "password")
    return {name: getattr(draft, name) or None for name in said}


def keep(
    actor: Member,
    keys: MemberKeys,
    opened: OpenCase,
    token: str,
    selection: phone.Selection | None,
    *,
    with_original: bool,
) -> PhoneExtract:
    """Keep what was chosen in a case, with its attachments; the rest of the export is gone with its key.

    Args:
        with_original: The person agreed that the whole export is kept, sealed.

    Raises:
        NoGrant: The actor is not in the case.
        Refused: Nothing was chosen, or more than one page of a case can hold.
        Unreadable: The export waits no longer.
    """
    draft = draft_of(token)
    if draft is None:
        raise Unreadable("the export waits no longer", where="export", hint="send it again")
    attached: list[_Attached] = []
    kept: list[EvidenceItem] = []
    try:
        taken = _take(draft, selection, None if with_original else attached)
        with transaction.atomic():
            row = _keep(actor, keys, opened, draft, taken, attached, kept, with_original)
    except BaseException:
        # their rows are gone with the transaction, so their bytes go too
        for name in {each.blob.name for each in attached} | {item.blob_name for item in kept}:
            (evidence_folder() / f"{name}.age").unlink(missing_ok=True)
        raise
    flows.end(token)  # what was not chosen loses its key here
    numbers = (event["counterpart"] for event in opened.record(Extract, row).events if event["counterpart"])
    mark_numbers(actor, keys, opened, numbers)
    return row


def nothing_chosen() -> Refused:
    """Nobody was ticked, or nothing lies in the period."""
    return Refused("nothing was chosen", where="export", hint="tick somebody, or widen the period")


def check_chosen(n: int) -> None:
    """Refuse a choice that keeps nothing, or more than a page can hold.

    Raises:
        Refused: See above.
    """
    if not n:
        raise nothing_chosen()
    if n > MOST_KEPT:
        raise too_many(MOST_KEPT)


@dataclass(frozen=True, slots=True)
class _Attached:
    """An attachment that was sealed while it was read, before there is a row of it."""

    attachment: Attachment
    blob: SealedBlob
    key: BlobKey


def _take(draft: PhoneDraft, selection: phone.Selection | None, attached: list[_Attached] | None) -> Taken:
    """Read what was chosen, outside any transaction: reading may take long.

    Args:
        attached: Where its attachments are noted; None when the whole original is kept, which holds them.
    """

    def seal(attachment: Attachment, stream: BinaryIO) -> None:
        assert attached is not None
        key, also_to = reading_room.key_for_original()
        attached.append(_Attached(attachment, seal_stream(stream, evidence_folder(), key, also_to=also_to), key))

    if selection is None:
        raise nothing_chosen()
    with waiting.memory_file(draft.file) as descriptor:
        taken = take_apart(
            descriptor,
            selection,
            at_most=MOST_KEPT,
            keep_attachment=None if attached is None else seal,
            **_options(draft),
        )
    check_chosen(len(taken.events))
    return taken


def _keep(
    actor: Member,
    keys: MemberKeys,
    opened: OpenCase,
    draft: PhoneDraft,
    taken: Taken,
    attached: list[_Attached],
    kept: list[EvidenceItem],
    with_original: bool,
) -> PhoneExtract:
    extract = Extract(
        file_name=draft.file.name,
        format=taken.format,
        grade=taken.grade,
        original_sha256=draft.file.sha256,
        original_kept=with_original,
        time_zone_known=taken.time_zone.known,
        time_zone_source=taken.time_zone.source,
        n_not_kept=0 if with_original else taken.n_all - len(taken.events),
        events=taken.events,
    )
    items = [_keep_attachment(actor, opened, each) for each in attached]
    item = _keep_item(actor, opened, draft, extract, kept)
    row = PhoneExtract(item=item, n_events=len(taken.events))
    opened.seal(row, extract)
    row.save(force_insert=True)
    evidence = (item.pk, *(each.pk for each in items))
    receive_report(actor, keys, entrance=Entrance.PHONE_EXPORT, writer=opened, evidence_ids=evidence)
    return row


def _keep_attachment(actor: Member, opened: OpenCase, each: _Attached) -> EvidenceItem:
    name, media = each.attachment.name or "attachment", each.attachment.media_type or "application/octet-stream"
    return keep_sealed(actor, opened, each.blob, each.key, name, "E", media_type=media)


def _keep_item(
    actor: Member, opened: OpenCase, draft: PhoneDraft, extract: Extract, kept: list[EvidenceItem]
) -> EvidenceItem:
    """The original as it came, or an extract in its place; whatever bytes are new are noted in ``kept``."""
    lines = "".join(json.dumps(event, ensure_ascii=False, sort_keys=True) + "\n" for event in extract.events).encode()
    if extract.original_kept:
        blob, key = into_the_room(opened, *flows.opened_file(draft.file))
        item = keep_sealed(actor, opened, blob, key, draft.file.name, extract.grade)
        PendingFile.objects.filter(blob_name=draft.file.blob_name).delete()
        kept.append(keep_view(actor, opened, item, EvidenceItem.Kind.ROWS, lines))
        return item
    # an extract is our own text about an original that nobody keeps: its digest stands in it, and it is graded D
    head = {"original_sha256": extract.original_sha256, "format": extract.format, "n_not_kept": extract.n_not_kept}
    content = (json.dumps(head, sort_keys=True) + "\n").encode() + lines
    grade = max(extract.grade, "D")
    name = f"{draft.file.name}.extract.jsonl"
    item = seal_file(actor, opened, io.BytesIO(content), name, grade, media_type="application/x-ndjson")
    kept.append(item)
    return item


def extracts_in(opened: OpenCase) -> list[tuple[PhoneExtract, Extract]]:
    """What was chosen from phones in an opened case."""
    rows = PhoneExtract.objects.filter(case=opened.case).select_related("item")
    return [(row, opened.record(Extract, row)) for row in rows]
