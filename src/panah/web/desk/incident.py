"""One incident: what is said of it, what the accused side says, each word at its place; and the decision on it."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from panah.model.base import new_id
from panah.model.claim import Source as SourceRecord
from panah.web.cases.models import CaseLog
from panah.web.cases.opening import OpenCase
from panah.web.lists.queries import memberships_of
from panah.web.register import actions
from panah.web.register.models import Incident, Source
from panah.web.register.queries import incident_of
from panah.web.register.reading import incident_view

from .access import opened_case, say, tells_refusals

NOTE_LENGTH = 2000


def incident(request: HttpRequest, incident_id: str) -> HttpResponse:
    """One incident with everything below it; its case is opened for this page, and the opening is logged."""
    row = found_incident(request, incident_id)
    view = incident_view(opened_case(request, row.case), row)
    context = {"view": view, "row": row, "memberships": memberships_of(request.user, row)}
    return render(request, "desk/incident.html", context)


def found_incident(request: HttpRequest, incident_id: str) -> Incident:
    """An incident in the member's cases.

    Raises:
        Http404: Of another case, or none.
    """
    row = incident_of(request.user, incident_id)
    if row is None:
        raise Http404
    return row


@require_POST
@tells_refusals
def decide(request: HttpRequest, incident_id: str) -> HttpResponse:
    """Confirm or reject a proposal."""
    row = found_incident(request, incident_id)
    opened = opened_case(request, row.case, CaseLog.Reason.CODING)
    note = request.POST.get("note", "")[:NOTE_LENGTH]
    if request.POST.get("decision") == Incident.Decision.CONFIRMED:
        actions.confirm(request.user, opened, row, note)
        say(request, _("Confirmed. It is counted from now on."))
    elif request.POST.get("decision") == Incident.Decision.REJECTED:
        actions.reject(request.user, opened, row, note)
        say(request, _("Rejected. It is kept with its claims, and counted nowhere."))
    return redirect("desk:incident", row.pk)


@require_POST
@tells_refusals
def none_found(request: HttpRequest, incident_id: str) -> HttpResponse:
    """Note that an answer of the accused side was looked for, where, and that none was found."""
    row = found_incident(request, incident_id)
    text = request.POST.get("text", "").strip()[:NOTE_LENGTH]
    if not text:
        say(request, _("Write where you looked: without that the note says nothing."))
        return redirect("desk:incident", row.pk)
    opened = opened_case(request, row.case, CaseLog.Reason.CODING)
    actions.note_none_found(request.user, opened, [row], _looker(request, opened), text)
    say(request, _("Noted. If an answer comes later, it stands beside this note."))
    return redirect("desk:incident", row.pk)


def _looker(request: HttpRequest, opened: OpenCase) -> str:
    """The organisation as a source of this case: it is the one who looked."""
    name = str(request.user.organisation)
    for source in opened.records(SourceRecord, Source.objects.filter(case=opened.case)):
        if source.kind == "organisation" and source.name == name:
            return source.id
    source = SourceRecord(id=new_id(), name=name, kind="organisation", connection="organisation")
    actions.add_source(request.user, opened, source)
    return source.id
