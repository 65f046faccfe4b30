"""The register of outflows that a member may see."""

from __future__ import annotations

from django.db.models import QuerySet

from panah.web.accounts.models import Member
from panah.web.cases.models import Case
from panah.web.cases.queries import cases_of

from .models import Outflow


def left_of(member: Member, case: Case) -> QuerySet[Outflow]:
    """What left of one granted case, newest first; nothing for a case of others."""
    return outflows_of(member).filter(cases__in=cases_of(member).filter(pk=case.pk))


def outflows_of(member: Member) -> QuerySet[Outflow]:
    """What left of the member's cases, and what the member made, newest first."""
    if not member.is_active:
        return Outflow.objects.none()
    of_cases = Outflow.objects.filter(cases__in=cases_of(member)).values("pk")
    found = Outflow.objects.filter(pk__in=of_cases) | Outflow.objects.filter(member=member)
    return found.select_related("member").distinct()
