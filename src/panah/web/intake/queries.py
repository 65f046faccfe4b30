"""Reports that a member may see."""

from __future__ import annotations

from django.db.models import QuerySet

from panah.model.evidence import Report as ReportRecord
from panah.web.accounts.models import Member
from panah.web.cases.opening import OpenCase
from panah.web.cases.queries import cases_of

from .models import Report


def reports_of(member: Member, *, status: str | None = None) -> QuerySet[Report]:
    """The reports in the member's cases, newest week first; sealed until their case is opened."""
    found = Report.objects.filter(case__in=cases_of(member)).select_related("case")
    return found.filter(status=status) if status else found


def report_in(opened: OpenCase, report: Report) -> ReportRecord:
    """The report as it came in."""
    return opened.record(ReportRecord, report)
