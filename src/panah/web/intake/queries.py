"""Reports that a member may see."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import QuerySet

from panah.model.evidence import Report as ReportRecord
from panah.web.accounts.models import Member
from panah.web.cases.opening import OpenCase
from panah.web.cases.queries import cases_of
from panah.web.evidence.models import EvidenceItem
from panah.web.evidence.queries import stored_in
from panah.web.evidence.records import evidence_folder

from .models import Report


def reports_of(member: Member, *, status: str | None = None) -> QuerySet[Report]:
    """The reports in the member's cases, newest week first; sealed until their case is opened."""
    found = Report.objects.filter(case__in=cases_of(member)).select_related("case")
    return found.filter(status=status) if status else found


def report_in(opened: OpenCase, report: Report) -> ReportRecord:
    """The report as it came in."""
    return opened.record(ReportRecord, report)


def file_chunks(opened: OpenCase, item: EvidenceItem) -> Iterator[bytes]:
    """The original bytes of a file of an opened case, in chunks; a wrong digest is told at the end."""
    stored = stored_in(opened, item)
    return opened.blob(evidence_folder(), stored.blob, stored.key)
