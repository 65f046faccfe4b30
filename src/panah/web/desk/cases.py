"""The member's cases: which there are, who may open each and why, its log, and letting in or taking out."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, F, Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from panah.errors import Refused
from panah.vault.keys import MemberPublic
from panah.web.accounts.models import Member
from panah.web.cases import dual_control
from panah.web.cases.actions import CONTENT_ROLES, grant, set_sealed
from panah.web.cases.models import Case, CaseLog, DualRequest
from panah.web.cases.queries import cases_of, holders_of, log_of
from panah.web.cases.rotation import revoke
from panah.web.register.queries import page_of

from .access import granted_case, keys_of, opened_case, say, tells_refusals

LOG_PAGE = 50


def cases(request: HttpRequest) -> HttpResponse:
    """The cases that were granted to the member; nothing is opened. A conversation stands with the case it follows."""
    held = Count("wraps", filter=Q(wraps__version=F("key_version")))
    page = page_of(
        cases_of(request.user).filter(follows=None).annotate(n_holders=held).order_by("-created_week", "pk"),
        request.GET.get("page"),
    )
    return render(request, "desk/cases.html", {"page": page})


@tells_refusals
def case_access(request: HttpRequest, case_id: str) -> HttpResponse:
    """Who may open a case, since when, by whom and why; every member of it sees all of this."""
    case = granted_case(request, case_id)
    if request.method == "POST":
        return _changed(request, case)
    holders = holders_of(request.user, case)
    context = {
        "case": case,
        "holders": holders,
        "candidates": _candidates({each.member.pk for each in holders}),
        "reasons": [(each.value, each.label) for each in CaseLog.GRANT_REASONS],
    }
    return render(request, "desk/case_access.html", context)


def _candidates(held: set[str]) -> list[tuple[Member, str]]:
    """Who could be let in, with the words to compare by voice."""
    others = Member.objects.filter(is_active=True).exclude(pk__in=held)
    found = [(each, _words(each)) for each in others if each.has_role(*CONTENT_ROLES)]
    return sorted(found, key=lambda pair: pair[0].name.casefold())


def _words(member: Member) -> str:
    return MemberPublic(bytes(member.box_public), bytes(member.sign_public)).fingerprint_words


def _changed(request: HttpRequest, case: Case) -> HttpResponse:
    act = request.POST.get("act", "")
    changes = {"grant": _grant, "revoke": _revoke, "seal": _seal, "unseal": _unseal}
    if act not in changes:
        raise Refused("no such act", where="access", hint="use the buttons of the page")
    return changes[act](request, case)


def _grant(request: HttpRequest, case: Case) -> HttpResponse:
    member = Member.objects.filter(pk=request.POST.get("member", ""), is_active=True).first()
    if member is None or request.POST.get("compared") != "yes":
        raise Refused(
            "the words were not compared", where="access", hint="choose a member and compare the ten words by voice"
        )
    reason = request.POST.get("reason", "")
    if reason not in set(CaseLog.GRANT_REASONS):
        raise Refused("no such reason", where="access", hint="choose one from the list")
    if case.is_sealed and not _is_approved(request, case, member):
        dual_control.ask(request.user, keys_of(request), DualRequest.Act.GRANT, cases=[case], subject=member)
        say(request, _("The case is sealed. Another member of it was asked; come back here once they said yes."))
        return redirect("desk:approvals")
    opened = opened_case(request, case, CaseLog.Reason.SHARING)
    grant(request.user, keys_of(request), opened, member, reason)
    say(request, _("%(name)s may open this case now.") % {"name": member})
    return redirect("desk:case_access", case.pk)


def _is_approved(request: HttpRequest, case: Case, member: Member | None, **details: Any) -> bool:
    found = dual_control.asked_by(request.user).filter(
        act=DualRequest.Act.GRANT, cases=case, subject=member, approved=True
    )
    unseals = bool(details)
    return any(dual_control.is_alive(row) and ("unseal" in row.details) is unseals for row in found)


def _revoke(request: HttpRequest, case: Case) -> HttpResponse:
    member = Member.objects.filter(pk=request.POST.get("member", "")).first()
    if member is None:
        raise Refused("no such member", where="access", hint="load the page again")
    opened = opened_case(request, case, CaseLog.Reason.SHARING)
    revoke(request.user, keys_of(request), opened, member)
    if member == request.user:
        say(request, _("You left the case. What you read you know; from now on it does not open for you."))
        return redirect("desk:cases")
    say(request, _("The case has a new key. Its files get new keys on the page Keys."))
    return redirect("desk:case_access", case.pk)


def _seal(request: HttpRequest, case: Case) -> HttpResponse:
    if dual_control.n_holders(case) < 2:
        raise Refused(
            "only one member holds this case", where="access", hint="let a second one in first: two guard a sealed case"
        )
    set_sealed(request.user, case, sealed=True)
    return redirect("desk:case_access", case.pk)


def _unseal(request: HttpRequest, case: Case) -> HttpResponse:
    if not _is_approved(request, case, None, unseal=True):
        dual_control.ask(request.user, keys_of(request), DualRequest.Act.GRANT, cases=[case], details={"unseal": True})
        say(request, _("Another member of the case was asked; come back here once they said yes."))
        return redirect("desk:approvals")
    set_sealed(request.user, case, sealed=False)
    return redirect("desk:case_access", case.pk)


def case_log(request: HttpRequest, case_id: str) -> HttpResponse:
    """Who did what to a case, newest first; all its members see it."""
    case = granted_case(request, case_id)
    entries = log_of(request.user, case).order_by("-id")
    return render(
        request, "desk/case_log.html", {"case": case, "page": page_of(entries, request.GET.get("page"), LOG_PAGE)}
    )
