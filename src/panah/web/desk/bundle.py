"""The bundle dialogue: choose, see who may receive what, ask a second member; then make what was approved."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path
from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from panah.errors import Refused
from panah.web.cases import dual_control
from panah.web.outflow.actions import HowBundled, ask_for_bundle, how_approved, make_bundle
from panah.web.outflow.consents import consent_table
from panah.web.register.models import Incident
from panah.web.register.queries import incidents_of

from .access import keys_of, say, tells_refusals
from .purposes import LABELS, RECEIVERS, receivers

LISTED = 200
"""Incidents that the page offers; more are given out in several bundles."""


@tells_refusals
def bundle(request: HttpRequest) -> HttpResponse:
    """The dialogue (GET, or POST with ``act``); POST with ``request`` makes an approved bundle."""
    if request.method == "POST" and request.POST.get("request"):
        return _made(request, request.POST["request"])
    offered = list(incidents_of(request.user).select_related("case")[:LISTED])
    chosen = _chosen(request, offered)
    context: dict[str, Any] = {
        "offered": offered,
        "chosen": {row.pk for row in chosen},
        "purposes": receivers(),
        "purpose": request.POST.get("purpose", ""),
        "recipients": request.POST.get("recipients", ""),
        "how": _how(request),
    }
    if request.method == "POST":
        if request.POST.get("act") == "ask":
            return _asked(request, chosen)
        if chosen:
            context["table"] = consent_table(request.user, keys_of(request), chosen, RECEIVERS)
            context["verdicts"] = list(
                zip((LABELS[each] for each in RECEIVERS), context["table"].may_leave, strict=True)
            )
            context["receivers"] = [LABELS[each] for each in RECEIVERS]
    return render(request, "desk/bundle.html", context)


def _chosen(request: HttpRequest, offered: list[Incident]) -> list[Incident]:
    ticked = set(request.POST.getlist("incident"))
    return [row for row in offered if row.pk in ticked]


def _how(request: HttpRequest) -> HowBundled:
    return HowBundled(
        receiver=request.POST.get("receiver", "").strip(),
        redact=bool(request.POST.get("redact")),
        bagit=bool(request.POST.get("bagit")),
    )


def _asked(request: HttpRequest, chosen: list[Incident]) -> HttpResponse:
    recipients = request.POST.get("recipients", "").split()
    if not recipients:
        raise Refused("there is no recipient", where="bundle", hint="write the receiver's age1… recipient")
    purpose = request.POST.get("purpose", "")
    if purpose not in {value for value, _label in receivers()}:
        raise Refused("no such purpose", where="outflow", hint="choose one from the list")
    how = _how(request)
    ask_for_bundle(request.user, keys_of(request), chosen, recipients=recipients, purpose=purpose, how=how)
    say(request, _("Asked. Another member of the cases finds it on this page and answers within a day."))
    return redirect("desk:approvals")


def _made(request: HttpRequest, request_id: str) -> HttpResponse:
    """What lies on the disk meanwhile is sealed already."""
    row = dual_control.asked_by(request.user).filter(pk=request_id).first()
    details = json.loads(row.details) if row else {}
    if not details.get("recipients"):
        raise Http404
    with tempfile.TemporaryDirectory(dir=settings.PANAH_DATA) as folder:
        target = Path(folder) / "bundle.zip"
        make_bundle(
            request.user,
            keys_of(request),
            incidents_of(request.user).filter(pk__in=details["incidents"]),
            recipients=details["recipients"],
            purpose=details["purpose"],
            target=target,
            how=how_approved(details),
        )
        answer = HttpResponse(target.read_bytes(), content_type="application/zip")
    answer.headers["Content-Disposition"] = 'attachment; filename="bundle.zip"'
    return answer
