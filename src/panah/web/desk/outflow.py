"""What leaves: report, bundle, public release, estimate file. Consent and denials are asked in ``web.outflow``."""

from __future__ import annotations

from collections.abc import Iterable

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from panah.errors import Refused
from panah.model.person import Purpose
from panah.web.lists.queries import estimates_of
from panah.web.outflow.actions import Wording, make_estimate_file, make_release, make_report
from panah.web.outflow.queries import outflows_of
from panah.web.register.models import Incident
from panah.web.register.queries import incidents_of

from .access import keys_of, say, tells_refusals

FORMATS = {"pdf": "application/pdf", "html": "text/html"}


def outflow(request: HttpRequest) -> HttpResponse:
    """The register of what left, and the forms to give something out."""
    context = {
        "outflows": outflows_of(request.user)[:50],
        "n_incidents": incidents_of(request.user).count(),
        "purposes": [(each.value, each.value.replace("share_", "").replace("_", " ")) for each in Purpose],
        "estimates": estimates_of(request.user).filter(result__isnull=False)[:10],
    }
    return render(request, "desk/outflow.html", context)


def _chosen(request: HttpRequest) -> Iterable[Incident]:
    """The ticked incidents, or every confirmed one of the member's."""
    found = incidents_of(request.user)
    ticked = request.POST.getlist("incident")
    return found.filter(pk__in=ticked) if ticked else found


def _purpose(request: HttpRequest) -> str:
    try:
        return Purpose(request.POST.get("purpose", "")).value
    except ValueError:
        raise Refused("no such purpose", where="outflow", hint="choose one from the list") from None


@require_POST
@tells_refusals
def report(request: HttpRequest) -> HttpResponse:
    """A report as PDF or HTML, as a download."""
    kind = request.POST.get("format", "pdf")
    if kind not in FORMATS:
        raise Refused("no such format", where="report", hint="choose pdf or html")
    estimate = estimates_of(request.user).filter(pk=request.POST.get("estimate") or "", result__isnull=False).first()
    wording = Wording(
        title=request.POST.get("title", "").strip()[:200] or _("Report"),
        organisation=str(request.user.organisation),
        notice=request.POST.get("notice", "").strip()[:200],
        language=get_language() or "en",
    )
    made = make_report(
        request.user,
        keys_of(request),
        _chosen(request),
        purpose=_purpose(request),
        wording=wording,
        formats=(kind,),
        estimate=estimate,
        receiver=request.POST.get("receiver", ""),
    )
    return _download(made[kind], f"report.{kind}", FORMATS[kind])


@require_POST
@tells_refusals
def release(request: HttpRequest) -> HttpResponse:
    """Publish counts of all confirmed incidents of the member's cases, under disclosure control."""
    title = request.POST.get("title", "").strip()[:200]
    languages = tuple(code for code, _name in settings.LANGUAGES)
    made = make_release(request.user, keys_of(request), _chosen(request), title=title, languages=languages)
    say(request, _("Published: %(n)s incidents are counted in it.") % {"n": made.n_counted})
    if made.n_who_not_answered:
        told = ngettext(
            "%(n)s incident was left out: nobody answered who is in it.",
            "%(n)s incidents were left out: nobody answered who is in them.",
            made.n_who_not_answered,
        )
        say(request, told % {"n": made.n_who_not_answered})
    return redirect("desk:outflow")


@require_POST
@tells_refusals
def estimate_file(request: HttpRequest, run_id: str) -> HttpResponse:
    """``estimate.json``: table, method, settings, seed and result."""
    run = estimates_of(request.user).filter(pk=run_id).first()
    if run is None:
        raise Http404
    return _download(make_estimate_file(request.user, run), "estimate.json", "application/json")


def _download(content: bytes, name: str, kind: str) -> HttpResponse:
    answer = HttpResponse(content, content_type=kind)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
