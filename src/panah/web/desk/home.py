"""The first page after sign-in: what waits, what there is, what was estimated last."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from panah.web.cases.queries import cases_of
from panah.web.intake.queries import counts_of
from panah.web.lists.queries import estimates_of, lists_of
from panah.web.outflow.queries import outflows_of
from panah.web.register.queries import counted_by, counts_by_country, counts_by_month, n_waiting

from . import figures
from .estimates import answer_of


def home(request: HttpRequest) -> HttpResponse:
    """What waits, and what there is."""
    member = request.user
    months, countries = counts_by_month(member), counts_by_country(member)
    estimate = estimates_of(member).filter(result__isnull=False).first()
    context = {
        "n_incidents": counted_by(member).count(),
        "n_countries": len([code for code in countries if code]),
        "n_proposals": n_waiting(member),
        "inbox": counts_of(member),
        "n_cases": cases_of(member).count(),
        "n_lists": lists_of(member).count(),
        "outflows": outflows_of(member)[:4],
        "estimate": estimate,
        "answer": answer_of(estimate) if estimate else None,
        "timeline": figures.timeline(months) if months else None,
        "month_rows": figures.month_rows(months),
    }
    return render(request, "desk/home.html", context)
