"""Documentation lists, how they overlap, and what linking them gave."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from panah.errors import Refused
from panah.web.lists.coding import propose_incidents
from panah.web.lists.models import LinkageRun
from panah.web.lists.queries import linkage_runs_of, lists_of, records_in, stored_in
from panah.web.lists.runs import linkage_in, overlap_of, run_linkage
from panah.web.register.queries import page_of

from . import figures
from .access import keys_of, opened_case, say, tells_refusals
from .estimates import methods_for

PAIRS_SHOWN = 100
ROWS_SHOWN = 50
DOUBTFUL = (0.05, 0.95)


def lists(request: HttpRequest) -> HttpResponse:
    """The member's lists by their letters, and the newest overlap; names open with a list."""
    found = list(lists_of(request.user))
    runs = list(linkage_runs_of(request.user)[:10])
    context = {"lists": found, "runs": runs, "can_link": len(found) > 1}
    if runs:
        table = overlap_of(runs[0])
        context |= {"overlap": figures.overlap(table), "overlap_rows": figures.overlap_rows(table), "table": table}
    return render(request, "desk/lists.html", context)


@tells_refusals
def documentation_list(request: HttpRequest, list_id: str) -> HttpResponse:
    """One list: its name, what its columns are taken for, its records."""
    found = lists_of(request.user).filter(pk=list_id).first()
    if found is None:
        raise Http404
    opened = opened_case(request, found.case)
    stored = stored_in(opened, found)
    records = records_in(opened, found).records
    context = {
        "list": found,
        "stored": stored,
        "page": page_of(records, request.GET.get("page", 1), ROWS_SHOWN),
    }
    return render(request, "desk/documentation_list.html", context)


@require_POST
@tells_refusals
def link(request: HttpRequest) -> HttpResponse:
    """Link the chosen lists and propose an incident for each group of records."""
    chosen = list(lists_of(request.user).filter(pk__in=request.POST.getlist("list")))
    seed = request.POST.get("seed", "0")
    if not (seed.isascii() and seed.isdigit() and len(seed) < 10):
        raise Refused("the seed is no number", where="lists", hint="write a whole number, as 0")
    run = run_linkage(request.user, keys_of(request), chosen, seed=int(seed))
    coding = propose_incidents(request.user, keys_of(request), run)
    say(request, _("Linked. %(n)s new incidents are proposed for review.") % {"n": len(coding.incidents)})
    return redirect("desk:linkage", run.pk)


def _found(request: HttpRequest, run_id: str) -> LinkageRun:
    run = linkage_runs_of(request.user).filter(pk=run_id).first()
    if run is None:
        raise Http404
    return run


@tells_refusals
def linkage(request: HttpRequest, run_id: str) -> HttpResponse:
    """One run of linking: overlap, counts, and the pairs that a person should look at."""
    run = _found(request, run_id)
    stored = linkage_in(opened_case(request, run.case), run)
    table = overlap_of(run)
    low, high = DOUBTFUL
    doubtful = [pair for pair in stored.pairs if low <= pair["match_probability"] <= high]
    context = {
        "run": run,
        "stored": stored,
        "table": table,
        "overlap": figures.overlap(table),
        "overlap_rows": figures.overlap_rows(table),
        "doubtful": doubtful[:PAIRS_SHOWN],
        "n_doubtful": len(doubtful),
        "records": sorted(run.counts.get("records", {}).items()),
        "methods": methods_for(table),
        "estimates": run.estimates.all(),
        "changed": run.changed_lists,
    }
    return render(request, "desk/linkage.html", context)
