"""Estimates: the sentence, the figure, the flags, what other methods say, and what would change it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from panah.errors import Refused
from panah.model.estimate import Estimate, Flag, explain
from panah.model.overlap import OverlapTable
from panah.web.lists.jobs import work_out
from panah.web.lists.models import EstimateRun
from panah.web.lists.queries import estimates_of, linkage_runs_of
from panah.web.lists.runs import ask_estimate, overlap_of

from . import figures
from .access import say, tells_refusals


@dataclass(frozen=True, slots=True)
class Answer:
    """A run with its estimate opened, or with the reason why there is none."""

    run: EstimateRun
    estimate: Estimate | None
    statement: str
    flags: tuple[tuple[str, str], ...]
    """Name and sentence of each doubt."""


def answer_of(run: EstimateRun) -> Answer:
    """A stored run in the reader's language; of several methods compared, the last one stands for all in the figure."""
    if run.result is None:
        return Answer(run, None, run.refusal or _("It is being worked out."), ())
    found, language = figures.estimates_of(run.result), get_language() or "en"
    if not found:
        return Answer(run, None, str(run.result["statement"]), ())
    doubts = dict.fromkeys(flag for each in found for flag in each.flags)
    flags = tuple((flag.value.replace("_", " "), explain(flag, language)) for flag in doubts)
    statement = found[0].statement(language) if len(found) == 1 else str(run.result["statement"])
    return Answer(run, found[-1], statement, flags)


def estimates(request: HttpRequest) -> HttpResponse:
    """All estimates that the member may see, newest first, refusals among them."""
    answers = [answer_of(run) for run in estimates_of(request.user)[:50]]
    return render(request, "desk/estimates.html", {"answers": answers})


def estimate(request: HttpRequest, run_id: str) -> HttpResponse:
    """One estimate beside the other methods' on the same table."""
    run = _found(request, run_id)
    answer = answer_of(run)
    others = [answer_of(each) for each in _newest_by_method(estimates_of(request.user).filter(snapshot=run.snapshot))]
    by_method = {
        each.method: each for other in others if other.run.result for each in figures.estimates_of(other.run.result)
    }
    drawn = [by_method[name] for name in sorted(by_method)]
    table = OverlapTable.from_json(_json(run.table))
    context = {
        "answer": answer,
        "run": run,
        "drawn": drawn,
        "figure": figures.intervals(drawn) if drawn else None,
        "table": table,
        "overlap": figures.overlap(table),
        "overlap_rows": figures.overlap_rows(table),
        "would_change": list(would_change(answer.estimate, table)),
        "methods": methods_for(table),
        "changed": run.linkage.changed_lists if run.linkage else [],
    }
    return render(request, "desk/estimate.html", context)


def _newest_by_method(runs: Iterable[EstimateRun]) -> list[EstimateRun]:
    found: dict[str, EstimateRun] = {}
    for each in runs:
        found.setdefault(each.method, each)
    return [found[name] for name in sorted(found)]


def would_change(found: Estimate | None, table: OverlapTable) -> Iterable[str]:
    """What would move the number, or let there be one, in plain sentences."""
    flags = set(found.flags) if found else set()
    if table.n_lists < 3 or Flag.FEW_LISTS in flags:
        yield _("A third list, made independently of the others: with two, independence has to be believed.")
    if table.n_overlap < 20 or flags & {Flag.TINY_OVERLAP, Flag.NO_OVERLAP, Flag.DISCONNECTED_LISTS}:
        yield _("More incidents that stand on two lists or more: now each of them moves the number visibly.")
    if Flag.METHODS_DISAGREE in flags:
        yield _("Agreement between methods: as long as they exclude each other, quote the range of all of them.")
    yield _(
        "Doubtful pairs decided otherwise: every link that is missed makes the number larger, every false one smaller."
    )
    yield _(
        "Lists that hear of the same people: when one list passes cases on to another, the number is too low; when "
        "each serves people whom the other does not reach, it is too high."
    )
    yield _("Incidents of a kind that no list can record, such as those told to nobody: no method here can see them.")


def methods_for(table: OverlapTable) -> list[tuple[str, str]]:
    """Name and summary of the methods that take so many lists."""
    from panah.estimate.methods import METHODS

    return [
        (name, entry.summary)
        for name, entry in METHODS.items()
        if entry.min_lists <= table.n_lists <= (entry.max_lists or table.n_lists)
    ]


@require_POST
@tells_refusals
def make_estimate(request: HttpRequest) -> HttpResponse:
    """Estimate from the overlap of a linkage run; a refusal is kept too, with its reason. What waits is asked once more."""
    if waiting := request.POST.get("again", ""):
        run = _found(request, waiting)
        if run.is_waiting:
            work_out(run.pk)
        return redirect("desk:estimate", run.pk)
    linkage = linkage_runs_of(request.user).filter(pk=request.POST.get("linkage", "")).first()
    if linkage is None:
        raise Http404
    table = overlap_of(linkage)
    if request.POST.get("method") not in dict(methods_for(table)):
        raise Refused("no such method for this table", where="estimate", hint="choose one from the list")
    run = ask_estimate(request.user, table, method=request.POST["method"], linkage=linkage)
    work_out(run.pk)
    run.refresh_from_db()
    if run.is_waiting:
        say(request, _("It is being worked out."))
    elif run.result:
        say(request, _("Estimated."))
    else:
        say(request, _("The table does not answer with this method; the reason is kept."))
    return redirect("desk:estimate", run.pk)


def _found(request: HttpRequest, run_id: str) -> EstimateRun:
    run = estimates_of(request.user).filter(pk=run_id).first()
    if run is None:
        raise Http404
    return run


def _json(value: Any) -> str:
    import json

    return json.dumps(value)
