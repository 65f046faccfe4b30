"""Lists, links and estimates that a member may see."""

from __future__ import annotations

from django.db.models import QuerySet

from panah.model.linkage import RecordList
from panah.web.accounts.models import Member
from panah.web.cases.opening import OpenCase
from panah.web.cases.queries import cases_of
from panah.web.register.models import Incident
from panah.web.register.queries import COUNTING_ROLES

from .models import DocumentationList, EstimateRun, LinkageRun, ListMembership, ListRecord
from .records import StoredList, unpack_record


def lists_of(member: Member) -> QuerySet[DocumentationList]:
    """The lists whose case is granted to the member, by label."""
    return DocumentationList.objects.filter(case__in=cases_of(member)).select_related("case")


def stored_in(opened: OpenCase, documentation_list: DocumentationList) -> StoredList:
    """A list's name, period, places and roles of columns."""
    return opened.record(StoredList, documentation_list)


def records_in(opened: OpenCase, documentation_list: DocumentationList, *, name: str | None = None) -> RecordList:
    """A list's records as they were read, in the order of the file.

    Args:
        opened: The list's case.
        documentation_list: A list of it.
        name: What to call the list in the result; its clear label when not given.
    """
    opened.require_here(documentation_list)
    rows = documentation_list.records.order_by("row", "id")
    return RecordList(
        name=name or documentation_list.label,
        records=tuple(unpack_record(opened.field(row)) for row in rows),
        roles=stored_in(opened, documentation_list).roles,
    )


def memberships_of(member: Member, incident: Incident) -> QuerySet[ListMembership]:
    """On which lists an incident stands; the record itself opens only with the list's own case."""
    if not cases_of(member).filter(pk=incident.case_id).exists():
        return ListMembership.objects.none()
    return incident.memberships.select_related("documentation_list", "record").order_by("documentation_list__label")


def record_of(member: Member, record_id: str) -> ListRecord | None:
    """One list record in the member's cases."""
    return ListRecord.objects.filter(case__in=cases_of(member), pk=record_id).select_related("case").first()


def linkage_runs_of(member: Member) -> QuerySet[LinkageRun]:
    """Runs of linking whose case is granted to the member, newest first."""
    return LinkageRun.objects.filter(case__in=cases_of(member)).select_related("case", "member")


def estimates_of(member: Member) -> QuerySet[EstimateRun]:
    """Estimates that the member may see, newest first: all of them for the roles that work with coded fields, else the
    member's own and those of linkage runs granted to the member."""
    found = EstimateRun.objects.select_related("member", "linkage")
    if not member.is_active:
        return found.none()
    if member.has_role(*COUNTING_ROLES):
        return found
    return found.filter(member=member) | found.filter(linkage__case__in=cases_of(member))
