"""What of a report, and of a phone, goes when a file or the report itself is deleted.

A report's row stays, emptied: its thread and repeats point at it, and the inbox tells that it was erased. Its files and
answers go. The thread lies in a case of its own, or goes with the report when it is in the same one.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, time
from typing import Final

from django.db import transaction

from panah.model.evidence import Entrance
from panah.model.evidence import Report as ReportRecord
from panah.vault.keys import MemberKeys
from panah.web.accounts.models import Member
from panah.web.cases.models import Case, CaseKeyWrap, SealedRow
from panah.web.cases.opening import OpenCase
from panah.web.cases.rotation import sealed_models
from panah.web.evidence import custody, deletion
from panah.web.evidence.models import EvidenceItem

from . import numbers
from .models import Message, NumberMark, PhoneExtract, Report, Telling, Thread, ThreadKey
from .phones import Extract
from .records import Said, Told

NOTHING_SEALED: Final = bytes([1]) + bytes(64)
"""Stands where something sealed stood; no key opens it."""
ERASED: Final = {
    "status": Report.Status.ERASED,
    "close_reason": Report.CloseReason.WITHDRAWN,
    "awaiting": False,
    "urgent": False,
    "tactic": "",
    "assignee": None,
    "promised_on": None,
}
"""The coded columns of a report that is no more."""


def follow_deletions() -> None:
    """Called once, when this room is loaded."""
    deletion.add_follower(resting_on)
    deletion.add_farewell(say_farewell)
    deletion.leave_stone(Report, emptied)


def resting_on(opened: OpenCase, rows: deletion.Rows) -> Iterator[SealedRow]:
    """Of a report its answers, its files and the messages in the same case; of a file what was chosen from it."""
    reports = [row for row in rows if isinstance(row, Report)]
    files = {row.pk for row in rows if isinstance(row, EvidenceItem)}
    for report in reports:
        ids = opened.record(ReportRecord, report).evidence_ids
        yield from EvidenceItem.objects.filter(case=opened.case, pk__in=ids)
    yield from Telling.objects.filter(case=opened.case, report__in=reports)
    messages = list(Message.objects.filter(case=opened.case, thread__report__in=reports))
    yield from messages
    for said in opened.records(Said, messages):
        yield from EvidenceItem.objects.filter(case=opened.case, pk__in=said.evidence_ids)
    yield from PhoneExtract.objects.filter(case=opened.case, item__in=files)


def emptied(report: Report) -> ReportRecord:
    """What stays sealed in a deleted report's row: nothing that was told, and the week in which it came."""
    week = datetime.combine(report.received_week, time(), tzinfo=UTC)
    return ReportRecord(id=report.pk, received_at=week, entrance=Entrance.PUBLIC_FORM)


def say_farewell(actor: Member, keys: MemberKeys, opened: OpenCase, rows: deletion.Rows) -> None:
    """Take away what points at rows that go, and the coded columns of reports that stay as stones."""
    for row in rows:
        if isinstance(row, Report):
            for name, value in ERASED.items():
                setattr(row, name, value)
            for thread in Thread.objects.filter(report=row):
                if thread.case_id != opened.case.pk:
                    destroy_case(actor, thread.case)
                end_thread(thread)
    if any(isinstance(row, PhoneExtract | Telling) for row in rows):
        _mark_anew(actor, keys, opened, {row.pk for row in rows})


def end_thread(thread: Thread) -> None:
    """The reporter's way in ends: the code opens nothing any more, and answers like any wrong one."""
    Thread.objects.filter(pk=thread.pk).update(
        wrapped_keys=NOTHING_SEALED, lookup=f"erased-{thread.pk}", box_public=b""
    )
    ThreadKey.objects.filter(thread=thread).delete()


def destroy_case(actor: Member, case: Case) -> None:
    """Destroy every key of a case that holds a thread and nothing else. Nobody has to open it for that."""
    names = []
    for item in EvidenceItem.objects.filter(case=case):
        custody.record(actor, None, "deleted", item.commitment)
        names.append(item.blob_name)
    CaseKeyWrap.objects.filter(case=case).delete()
    Case.objects.filter(pk=case.pk).update(follows=None)  # who opens the other case must not wait for this one
    for model in sealed_models():
        model.objects.filter(case=case).update(sealed=NOTHING_SEALED)
    transaction.on_commit(lambda: deletion.clear_away(names))


def _mark_anew(actor: Member, keys: MemberKeys, opened: OpenCase, going: set[str]) -> None:
    """Numbers that only occurred in what goes are shared with no case any more."""
    left = PhoneExtract.objects.filter(case=opened.case).exclude(pk__in=going)
    events = [event for extract in opened.records(Extract, left) for event in extract.events]
    kept = {event["counterpart"] for event in events if event["counterpart"]}
    kept |= {
        each.whole_number
        for each in opened.records(Told, Telling.objects.filter(case=opened.case).exclude(pk__in=going))
    }
    NumberMark.objects.filter(case=opened.case).delete()
    transaction.on_commit(lambda: numbers.mark_numbers(actor, keys, opened, kept))
