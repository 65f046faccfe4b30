"""Canary records: plant one with a second member, and see who opened it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from panah import i18n
from panah.errors import Refused
from panah.web.accounts.models import Member
from panah.web.cases.actions import CONTENT_ROLES
from panah.web.intake import canaries as acts
from panah.web.intake.records import LONGEST_LINE, LONGEST_TEXT

from .access import say, tells_refusals


@tells_refusals
def canaries(request: HttpRequest) -> HttpResponse:
    """What this member guards, what happened to it, and the form to plant another."""
    if request.method == "POST":
        return _answered(request) if request.POST.get("canary") else _planted(request)
    context = {
        "openings": acts.openings_for(request.user),
        "n_guarded": len(acts.canaries_of(request.user)),
        "told": acts.suggestion(),
        "others": [each for each in Member.objects.filter(is_active=True) if _can_guard(each, request.user)],
    }
    return render(request, "desk/canaries.html", context)


def _can_guard(member: Member, other: Member) -> bool:
    return member.has_role(*CONTENT_ROLES) and not member.is_same_person(other)


def _planted(request: HttpRequest) -> HttpResponse:
    second = Member.objects.filter(pk=request.POST.get("second", ""), is_active=True).first()
    if second is None:
        raise Refused("two members are told who opens it", where="canary", hint="choose the second one")
    told = acts.suggestion().model_copy(
        update={
            "what": request.POST.get("what", "").strip()[:LONGEST_TEXT],
            "number": request.POST.get("number", "").strip()[:LONGEST_LINE],
        }
    )
    language = get_language() or "en"
    acts.plant(request.user, second, told, language=language if language in i18n.LANGUAGES else "en")
    say(request, _("Planted. It looks like any report; tell nobody but the second member."))
    return redirect("desk:canaries")


def _answered(request: HttpRequest) -> HttpResponse:
    acts.answer(request.user, request.POST["canary"])
    return redirect("desk:canaries")
