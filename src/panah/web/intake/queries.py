"""Reports that a member may see."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from django.db.models import F, IntegerField, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce, Greatest

from panah.model.evidence import Report as ReportRecord
from panah.web.accounts.models import Member
from panah.web.cases.opening import OpenCase
from panah.web.cases.queries import cases_of
from panah.web.evidence.models import EvidenceItem
from panah.web.evidence.queries import stored_in
from panah.web.evidence.records import evidence_folder

from .models import Message, ReadMark, Report, SavedFilter, Telling, Thread
from .records import Said, Told


def reports_of(member: Member, *, status: str | None = None) -> QuerySet[Report]:
    """The reports in the member's cases, newest first; sealed until their case is opened."""
    found = Report.objects.filter(case__in=cases_of(member)).select_related("case")
    return found.filter(status=status) if status else found


@dataclass(frozen=True, slots=True)
class Filter:
    """A view of the inbox: coded choices only, so that it can be read, saved and shared in an address."""

    show: str = "open"
    """``new``, ``mine``, ``waiting``, ``urgent``, ``due``, ``open``, ``done`` or ``all``."""
    tactic: str = ""
    assignee: str = ""


SHOWS: Final = ("new", "mine", "waiting", "urgent", "due", "open", "done", "all")


def inbox_of(member: Member, chosen: Filter | None = None) -> QuerySet[Report]:
    """The member's reports in one view, with ``n_unread``: urgent ones first, then what was promised soonest, what
    waits for us, and of these the newest."""
    chosen = chosen or Filter()
    found = reports_of(member).select_related("assignee", "thread")
    open_ = found.filter(status__in=(Report.Status.NEW, Report.Status.TAKEN))
    views = {
        "new": found.filter(status=Report.Status.NEW),
        "mine": open_.filter(assignee=member),
        "waiting": open_.filter(awaiting=True),
        "urgent": open_.filter(urgent=True),
        "due": open_.filter(promised_on__isnull=False),
        "open": open_,
        "done": found.exclude(pk__in=open_.values("pk")),
        "all": found,
    }
    shown = views.get(chosen.show, open_)
    if chosen.tactic:
        shown = shown.filter(tactic=chosen.tactic)
    if chosen.assignee:
        shown = shown.filter(assignee=chosen.assignee)
    seen = ReadMark.objects.filter(member=member, report=OuterRef("pk")).values("n_seen")[:1]
    there = Coalesce(F("thread__n_incoming"), Value(0)) + 1
    return shown.annotate(
        n_unread=Greatest(there - Coalesce(Subquery(seen), Value(0)), Value(0), output_field=IntegerField())
    ).order_by("-urgent", F("promised_on").asc(nulls_last=True), "-awaiting", "-received_week", "-arrival", "id")


def counts_of(member: Member) -> dict[str, int]:
    """How many reports each view holds, and how many have something unread."""
    counts = {show: inbox_of(member, Filter(show)).count() for show in SHOWS}
    return counts | {"unread": inbox_of(member).filter(n_unread__gt=0).count()}


def report_of(member: Member, report_id: str) -> Report | None:
    """One report in the member's cases; None alike for one of another case and for one that does not exist."""
    return reports_of(member).select_related("assignee").filter(pk=report_id).first()


def filters_of(member: Member) -> QuerySet[SavedFilter]:
    """The member's own saved views."""
    return SavedFilter.objects.filter(member=member)


def told_in(opened: OpenCase, report: Report) -> Told | None:
    """The answers to the questions, when the report came by them."""
    row = Telling.objects.filter(report=report).first()
    return opened.record(Told, row) if row else None


def all_told_in(opened: OpenCase) -> list[Told]:
    """The answers to the questions of every report in a case."""
    return opened.records(Told, Telling.objects.filter(case=opened.case))


def entries_in(opened: OpenCase, thread: Thread) -> list[Said]:
    """What was said in a thread, oldest first."""
    return opened.records(Said, Message.objects.filter(thread=thread))


def report_in(opened: OpenCase, report: Report) -> ReportRecord:
    """The report as it came in."""
    return opened.record(ReportRecord, report)


def file_chunks(opened: OpenCase, item: EvidenceItem) -> Iterator[bytes]:
    """The original bytes of a file of an opened case, in chunks; a wrong digest is told at the end."""
    stored = stored_in(opened, item)
    return opened.blob(evidence_folder(), stored.blob, stored.key)
