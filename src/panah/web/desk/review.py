"""What a machine read or linked waits here until a person decides: nothing is counted before."""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from panah.web.cases.models import Case, CaseLog
from panah.web.register import actions, naming
from panah.web.register.models import Incident
from panah.web.register.queries import documents_waiting_for, page_of, proposals_of
from panah.web.register.reading import CaseReader

from .access import granted_case, opened_case, say, tells_refusals

PAGE_SIZE = 20
NOBODY_ELSE = "nobody_else"


@dataclass(frozen=True, slots=True)
class Waiting:
    """A case in which proposals wait."""

    case: Case
    n: int


def review(request: HttpRequest) -> HttpResponse:
    """The cases with proposals, the fullest first; nothing is opened here."""
    found = proposals_of(request.user).order_by().values("case").annotate(n=Count("pk")).order_by("-n", "case")
    counts = {row["case"]: row["n"] for row in found}
    cases = Case.objects.in_bulk(counts)
    waiting = [Waiting(cases[case_id], n) for case_id, n in counts.items()]
    context = {"waiting": waiting, "documents": documents_waiting_for(request.user)[:50]}
    return render(request, "desk/review.html", context)


@tells_refusals
def review_case(request: HttpRequest, case_id: str) -> HttpResponse:
    """The proposals of one case with the words they rest on."""
    case = granted_case(request, case_id)
    page = page_of(proposals_of(request.user).filter(case=case), request.GET.get("page", 1), PAGE_SIZE)
    reader = CaseReader(opened_case(request, case))
    views = [reader.incident(row, with_words=False) for row in page]
    return render(request, "desk/review_case.html", {"case": case, "page": page, "views": views})


@require_POST
@tells_refusals
def decide_together(request: HttpRequest, case_id: str) -> HttpResponse:
    """Confirm or reject the proposals that a person ticked, or answer that nobody else is in them."""
    case = granted_case(request, case_id)
    ticked = list(proposals_of(request.user).filter(case=case, pk__in=request.POST.getlist("incident")))
    if ticked:
        opened = opened_case(request, case, CaseLog.Reason.CODING)
        if request.POST.get("decision") == NOBODY_ELSE:
            looked_at = [(row, request.POST.get(f"seen-{row.pk}", "")) for row in ticked]
            naming.answer_together(request.user, opened, looked_at)
            done = ngettext("Answered for %(n)s proposal.", "Answered for %(n)s proposals.", len(ticked))
        elif request.POST.get("decision") == Incident.Decision.REJECTED:
            with transaction.atomic():
                for row in ticked:
                    actions.reject(request.user, opened, row)
            done = ngettext("%(n)s proposal rejected.", "%(n)s proposals rejected.", len(ticked))
        else:
            actions.confirm_all(request.user, opened, ticked)
            done = ngettext("%(n)s proposal confirmed.", "%(n)s proposals confirmed.", len(ticked))
        say(request, done % {"n": len(ticked)})
    return redirect("desk:review_case", case.pk)
