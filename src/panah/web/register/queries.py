"""The register as a member may see it: coded columns without opening a case, counts for the figures.

Rows come from the member's own cases. Counts over the whole register are for the roles that work with coded fields.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.core.paginator import Page, Paginator
from django.db.models import Count, Exists, OuterRef, QuerySet, Sum

from panah.web.accounts.models import Member, Role
from panah.web.cases.models import Case
from panah.web.cases.queries import cases_of

from .models import Claim, DocumentReview, Incident

PAGE_SIZE = 25
COUNTING_ROLES = (Role.ANALYST, Role.DATA_STEWARD, Role.PUBLISHER)
COLUMNS = ("tactic", "host_country", "origin_state", "month", "status", "channel", "target")


@dataclass(frozen=True, slots=True)
class RegisterFilter:
    """What to show; an empty value does not narrow. Months are ``YYYY-MM``, both included."""

    tactic: str = ""
    host_country: str = ""
    origin_state: str = ""
    status: str = ""
    channel: str = ""
    target: str = ""
    month_from: str = ""
    month_to: str = ""
    decision: str = Incident.Decision.CONFIRMED
    """Empty for all; by default only what a person confirmed."""

    def narrow(self, found: QuerySet[Incident]) -> QuerySet[Incident]:
        """Apply it."""
        wanted = {
            name: getattr(self, name)
            for name in ("tactic", "host_country", "origin_state", "status", "channel", "target", "decision")
        }
        found = found.filter(**{name: value for name, value in wanted.items() if value})
        if self.month_from:
            # a date known to its year only is kept when its year may lie in the period
            found = found.filter(month__gte=self.month_from[:4]).exclude(
                month__gt=self.month_from[:4], month__lt=self.month_from
            )
        if self.month_to:
            last = self.month_to if len(self.month_to) > 4 else f"{self.month_to}-12"
            found = found.filter(month__lte=last).exclude(month="")
        return found


def incidents_of(member: Member, chosen: RegisterFilter = RegisterFilter()) -> QuerySet[Incident]:
    """The incidents in the member's cases, newest month first."""
    return chosen.narrow(Incident.objects.filter(case__in=cases_of(member))).select_related("case")


def page_of(found: QuerySet[Incident], number: object = 1, size: int = PAGE_SIZE) -> Page:
    """One page; a number out of range gives the nearest page."""
    return Paginator(found, size).get_page(number)


def claim_of(member: Member, claim_id: str) -> Claim | None:
    """One claim in the member's cases; None alike for one of another case and for one that does not exist."""
    return Claim.objects.filter(case__in=cases_of(member), pk=claim_id).select_related("case").first()


def incident_of(member: Member, incident_id: str) -> Incident | None:
    """One incident in the member's cases; None alike for one of another case and for one that does not exist."""
    return Incident.objects.filter(case__in=cases_of(member), pk=incident_id).select_related("case").first()


def n_waiting(member: Member) -> int:
    """How many proposals and parts of documents wait for a person's decision in the member's cases."""
    parts = documents_waiting_for(member).aggregate(n=Sum("n_open"))["n"] or 0
    return proposals_of(member).count() + int(parts)


def proposals_of(member: Member) -> QuerySet[Incident]:
    """What waits for a person's decision in the member's cases."""
    return incidents_of(member, RegisterFilter(decision=Incident.Decision.PROPOSED))


def documents_waiting_for(member: Member) -> QuerySet[DocumentReview]:
    """Documents in the member's cases of which parts wait for a person, the fullest first; sealed until opened."""
    found = DocumentReview.objects.filter(case__in=cases_of(member), n_open__gt=0)
    return found.select_related("case", "item").order_by("-n_open", "id")


def document_of(member: Member, item_id: str) -> DocumentReview | None:
    """The reading of a document in the member's cases; None alike for another case's and for one that is not."""
    found = DocumentReview.objects.filter(case__in=cases_of(member), item_id=item_id)
    return found.select_related("case", "item").first()


def document_cases_of(member: Member) -> QuerySet[Case]:
    """The member's cases that hold documents which were read, newest first."""
    read = DocumentReview.objects.filter(case=OuterRef("pk"))
    return cases_of(member).filter(Exists(read))


def claims_without_incident(member: Member) -> QuerySet[Claim]:
    """Claims in the member's cases that belong to no incident: counts, context, and what is not coded yet."""
    return Claim.objects.filter(case__in=cases_of(member), incident=None).select_related("case")


def counted_by(member: Member, chosen: RegisterFilter = RegisterFilter()) -> QuerySet[Incident]:
    """The incidents that this member's figures count: all of them for the roles that work with coded fields, else the
    member's own. Only coded columns of them may be read; an administrator alone counts none."""
    if member.is_active and member.has_role(*COUNTING_ROLES):
        return chosen.narrow(Incident.objects.all())
    return incidents_of(member, chosen)


def counts(
    member: Member,
    *by: str,
    chosen: RegisterFilter = RegisterFilter(),
) -> dict[tuple[str, ...], int]:
    """How many incidents by one or more coded columns.

    Args:
        member: Who looks.
        by: Names out of :data:`COLUMNS`.
        chosen: Which incidents.

    Returns:
        Value of each column -> number of incidents, sorted by the values.

    Raises:
        ValueError: A column that may not be counted by.
    """
    if not by or not set(by) <= set(COLUMNS):
        raise ValueError(f"counts are by {', '.join(COLUMNS)}")
    rows = counted_by(member, chosen).order_by(*by).values_list(*by).annotate(n=Count("pk"))
    return {tuple(row[:-1]): row[-1] for row in rows}


def counts_by_month(member: Member, chosen: RegisterFilter = RegisterFilter()) -> dict[str, int]:
    """For the timeline: month, or year when a date is no finer, -> incidents; an unknown date is ``""``."""
    return {month: n for (month,), n in counts(member, "month", chosen=chosen).items()}


def counts_by_country(member: Member, chosen: RegisterFilter = RegisterFilter()) -> dict[str, int]:
    """For the map: host country -> incidents; an unknown country is ``""``."""
    return {country: n for (country,), n in counts(member, "host_country", chosen=chosen).items()}


def choices(member: Member, decision: str = Incident.Decision.CONFIRMED) -> Mapping[str, list[str]]:
    """The values that stand in the member's register, for the filter bar: column -> sorted values."""
    found = incidents_of(member, RegisterFilter(decision=decision)).order_by()
    return {
        column: sorted(value for value in found.values_list(column, flat=True).distinct() if value)
        for column in COLUMNS
    }
