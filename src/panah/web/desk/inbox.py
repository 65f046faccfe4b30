"""The inbox: which reports wait, for whom, by when. Nothing is opened here; coded fields only."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from panah import codes
from panah.web.intake import inbox as acts
from panah.web.intake.canaries import openings_for
from panah.web.intake.models import Report, SavedFilter
from panah.web.intake.numbers import questions_of
from panah.web.intake.queries import SHOWS, Filter, counts_of, filters_of, inbox_of, reports_of
from panah.web.register.queries import page_of

from .access import say, tells_refusals

PAGE_SIZE = 25
SHOW_NAMES: Final = {
    "open": gettext_lazy("Open"),
    "new": gettext_lazy("New"),
    "mine": gettext_lazy("Mine"),
    "waiting": gettext_lazy("Waiting for our answer"),
    "urgent": gettext_lazy("Urgent"),
    "due": gettext_lazy("Answer promised"),
    "done": gettext_lazy("Closed"),
    "all": gettext_lazy("All"),
}


class FilterForm(forms.Form):
    """Tactic; the view is chosen by a link."""

    tactic = forms.ChoiceField(label=gettext_lazy("Tactic"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", auto_id="f_%s", **kwargs)
        language = get_language() or "en"
        named = [(code, codes.label("tactic", code, language)) for code in codes.codes_of("tactic")]
        self.fields["tactic"].choices = [("", _("All tactics")), *named]


def chosen_filter(request: HttpRequest) -> Filter:
    """The view that an address asks for; what it does not know it leaves out."""
    show = request.GET.get("show", "open")
    tactic = request.GET.get("tactic", "")
    return Filter(
        show=show if show in SHOWS else "open",
        tactic=tactic if tactic in codes.codes_of("tactic") else "",
    )


def inbox(request: HttpRequest) -> HttpResponse:
    """The reports in one view."""
    chosen = chosen_filter(request)
    counts = counts_of(request.user)
    context = {
        "page": page_of(inbox_of(request.user, chosen), request.GET.get("page", 1), PAGE_SIZE),
        "chosen": chosen,
        "views": [(show, name, counts[show]) for show, name in SHOW_NAMES.items()],
        "n_unread": counts["unread"],
        "n_late": inbox_of(request.user, Filter("due")).filter(promised_on__lt=datetime.now(UTC).date()).count(),
        "form": FilterForm({"tactic": chosen.tactic}),
        "questions": questions_of(request.user),
        "openings": openings_for(request.user),
        "saved": filters_of(request.user),
        "reasons": Report.CloseReason.choices,
    }
    return render(request, "desk/inbox.html", context)


@require_POST
@tells_refusals
def bulk(request: HttpRequest) -> HttpResponse:
    """One act on all that were ticked."""
    ticked = list(reports_of(request.user).filter(pk__in=request.POST.getlist("report")))
    act = request.POST.get("act", "")
    if ticked and act == "take":
        n = acts.assign(request.user, ticked, request.user)
        say(request, ngettext("%(n)s report is yours.", "%(n)s reports are yours.", n) % {"n": n})
    elif ticked and act == "close" and (reason := request.POST.get("reason", "")) in Report.CloseReason.values:
        n = acts.close(request.user, ticked, reason)
        say(request, ngettext("%(n)s report closed.", "%(n)s reports closed.", n) % {"n": n})
    elif ticked and act == "seen":
        n = acts.mark_all_seen(request.user, ticked)
        say(request, ngettext("%(n)s report marked as read.", "%(n)s reports marked as read.", n) % {"n": n})
    return _back(request)


@require_POST
def save_filter(request: HttpRequest) -> HttpResponse:
    """Keep the present view under a name, or let one go."""
    if drop := request.POST.get("drop", ""):
        filters_of(request.user).filter(pk=drop).delete()
        return _back(request)
    name = request.POST.get("name", "").strip()[:60]
    if name:
        SavedFilter.objects.create(member=request.user, name=name, query=asdict(chosen_filter(request)))
    return _back(request)


def _back(request: HttpRequest) -> HttpResponse:
    query = request.GET.urlencode()
    answer = redirect("desk:inbox")
    if query:
        answer.headers["Location"] += f"?{query}"
    return answer
