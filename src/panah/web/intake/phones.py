"""A phone export on its way in: read, shown as counts, and cut down to what matters before anything is kept.

Invariant: between the upload and the choice the export lies sealed under a key that only the member's session holds,
and in memory while it is read; never in clear on a disk. What was not chosen is kept nowhere.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Iterable
from datetime import date, datetime
from typing import Any, BinaryIO

from django.db import transaction

from panah import phone
from panah.errors import PanahError, Refused, Unreadable
from panah.model.base import Record
from panah.model.evidence import Entrance
from panah.model.phone import PhoneEvent, PhoneExport, is_call
from panah.vault.keys import MemberKeys
from panah.web.accounts.models import Member
from panah.web.cases.opening import OpenCase
from panah.web.evidence.actions import keep_sealed, keep_view, seal_file
from panah.web.evidence.models import EvidenceItem

from . import flows, waiting
from .actions import receive_report
from .models import PendingFile, PhoneExtract
from .numbers import mark_numbers
from .records import SealedFile

MOST_KEPT = 20_000
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


class Group(Record):
    """One counterpart on one channel, as counted."""

    key: str
    channel: str
    counterpart: str | None
    presentation: str
    name: str = ""
    n_messages: int = 0
    n_calls: int = 0
    first: datetime | None = None
    last: datetime | None = None


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


def read(draft: PhoneDraft) -> PhoneExport:
    """Read the export.

    Raises:
        UnknownFormat: No format of ours.
        Unreadable: Nothing in it is whole.
        NotConfigured: Something has to be said first: the zone, the order of dates, a password.
    """
    with waiting.in_memory(draft.file) as path:
        try:
            return phone.read_export(
                path,
                owner_number=draft.owner_number or None,
                region=draft.region or None,
                time_zone=draft.time_zone or None,
                date_order=draft.date_order or None,
                password=draft.password or None,
            )
        except PanahError as error:
            # the path in memory means nothing to anybody, and the file's name is sealed
            raise type(error)(error.what, where="export", hint=error.hint) from error


def groups_of(export: PhoneExport) -> list[Group]:
    """Who was in touch, counted; those whose number was hidden first, then the busiest."""
    found: dict[str, dict[str, Any]] = {}
    for event in export.events:
        group = found.setdefault(
            key_of(event),
            {
                "key": key_of(event),
                "channel": event.channel,
                "counterpart": event.counterpart,
                "presentation": event.presentation,
                "n_messages": 0,
                "n_calls": 0,
                "first": None,
                "last": None,
            },
        )
        group["n_calls" if is_call(event) else "n_messages"] += 1
        if event.name:
            group["name"] = event.name
        if event.at is not None:
            group["first"] = min(filter(None, (group["first"], event.at)), key=_sortable)
            group["last"] = max(filter(None, (group["last"], event.at)), key=_sortable)
    counted = [Group(**values) for values in found.values()]
    return sorted(counted, key=lambda each: (each.presentation not in WITHHELD, -each.n_calls - each.n_messages))


def key_of(event: PhoneEvent) -> str:
    """What names a group in a form: a digest, since a number has no place in one."""
    who = event.counterpart if event.counterpart is not None else f"({event.presentation})"
    return hashlib.sha256(f"{event.channel}|{who}".encode()).hexdigest()[:32]


def _sortable(moment: datetime) -> tuple[datetime, bool]:
    return moment.replace(tzinfo=None), moment.tzinfo is None


def choose(
    events: Iterable[PhoneEvent], keys: Iterable[str], since: date | None = None, until: date | None = None
) -> list[PhoneEvent]:
    """The events of the ticked groups within the period, both days included; those without a time are kept."""
    wanted = frozenset(keys)
    return [
        event
        for event in events
        if key_of(event) in wanted
        and (event.at is None or ((not since or event.at.date() >= since) and (not until or event.at.date() <= until)))
    ]


def keep(
    actor: Member,
    keys: MemberKeys,
    opened: OpenCase,
    token: str,
    export: PhoneExport,
    chosen: list[PhoneEvent],
    *,
    with_original: bool,
) -> PhoneExtract:
    """Keep what was chosen in a case; the rest of the export is gone with its key.

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
    if not chosen:
        raise Refused("nothing was chosen", where="export", hint="tick somebody, or widen the period")
    if len(chosen) > MOST_KEPT:
        raise Refused(
            f"more than {MOST_KEPT:,} entries", where="export", hint="choose fewer people or a shorter period"
        )
    extract = Extract(
        file_name=draft.file.name,
        format=export.format,
        grade=export.grade,
        original_sha256=draft.file.sha256,
        original_kept=with_original,
        time_zone_known=export.time_zone.known,
        time_zone_source=export.time_zone.source,
        n_not_kept=0 if with_original else len(export.events) - len(chosen),
        events=tuple(event.as_dict() for event in chosen),
    )
    with transaction.atomic():
        item = _keep_item(actor, opened, draft, extract)
        row = PhoneExtract(item=item, n_events=len(chosen))
        opened.seal(row, extract)
        row.save(force_insert=True)
        receive_report(actor, keys, entrance=Entrance.PHONE_EXPORT, writer=opened, evidence_ids=(item.pk,))
    flows.end(token)  # what was not chosen loses its key here
    mark_numbers(actor, keys, opened, (event.counterpart for event in chosen if event.counterpart))
    return row


def _keep_item(actor: Member, opened: OpenCase, draft: PhoneDraft, extract: Extract) -> EvidenceItem:
    lines = "".join(json.dumps(event, ensure_ascii=False, sort_keys=True) + "\n" for event in extract.events).encode()
    if extract.original_kept:
        blob, key = flows.opened_file(draft.file)
        item = keep_sealed(actor, opened, blob, key, draft.file.name, extract.grade)
        PendingFile.objects.filter(blob_name=draft.file.blob_name).delete()
        keep_view(actor, opened, item, EvidenceItem.Kind.ROWS, lines)
        return item
    # an extract is our own text about an original that nobody keeps: its digest stands in it, and it is graded D
    head = {"original_sha256": extract.original_sha256, "format": extract.format, "n_not_kept": extract.n_not_kept}
    content = (json.dumps(head, sort_keys=True) + "\n").encode() + lines
    grade = max(extract.grade, "D")
    return seal_file(
        actor, opened, io.BytesIO(content), f"{draft.file.name}.extract.jsonl", grade, media_type="application/x-ndjson"
    )


def extracts_in(opened: OpenCase) -> list[tuple[PhoneExtract, Extract]]:
    """What was chosen from phones in an opened case."""
    rows = PhoneExtract.objects.filter(case=opened.case).select_related("item")
    return [(row, opened.record(Extract, row)) for row in rows]
