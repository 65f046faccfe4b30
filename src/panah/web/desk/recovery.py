"""Setting recovery up, holding somebody's share, using shares when the password is lost, and the administrator's reset."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import reauthentication_required
from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from panah.errors import PanahError
from panah.web.accounts import actions as accounts
from panah.web.accounts.forms import NEW_PASSWORD_HELP, password_field
from panah.web.accounts.models import Member
from panah.web.cases import dual_control
from panah.web.cases import recovery as shares
from panah.web.cases.actions import CONTENT_ROLES
from panah.web.cases.models import DualRequest

from .access import keys_of, say, tells_refusals


class RecoverForm(forms.Form):
    """Two shares and a new password; the shares are typed as they are written on paper or read by voice."""

    email = forms.EmailField(label=gettext_lazy("E-mail address"))
    first = forms.CharField(label=gettext_lazy("First share"), widget=forms.Textarea(attrs={"rows": 3, "dir": "ltr"}))
    second = forms.CharField(label=gettext_lazy("Second share"), widget=forms.Textarea(attrs={"rows": 3, "dir": "ltr"}))
    password = password_field(gettext_lazy("New password"), new=True, help_text=NEW_PASSWORD_HELP)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", **kwargs)
        for name in ("first", "second"):
            self.fields[name].widget.attrs |= {"autocomplete": "off", "spellcheck": "false"}


@tells_refusals
@reauthentication_required(allow_get=True)  # a browser left open must not give the keys away on paper
def recovery(request: HttpRequest) -> HttpResponse:
    """Choose who holds a share; the shares left for paper are shown on this answer and never again."""
    candidates = [each for each in _colleagues(request.user) if each.has_role(*CONTENT_ROLES)]
    context: dict[str, Any] = {
        "candidates": candidates,
        "is_set_up": shares.is_set_up(request.user),
        "holders": [each.holder for each in request.user.recovery_shares.select_related("holder")],
    }
    if request.method == "POST":
        chosen = [each for each in candidates if each.pk in request.POST.getlist("holder")]
        context["paper"] = accounts.set_up_recovery(request.user, keys_of(request), chosen)
        context |= {"holders": chosen, "is_set_up": True, "is_new": True}
    return render(request, "desk/recovery.html", context)


def _colleagues(member: Member) -> list[Member]:
    others = Member.objects.filter(is_active=True).exclude(pk=member.pk)
    return sorted((each for each in others if not each.is_same_person(member)), key=lambda each: each.name.casefold())


@require_POST
@tells_refusals
def share(request: HttpRequest, member_id: str) -> HttpResponse:
    """A share that this member holds: ask for the recovery, or see the words once it was agreed to."""
    subject = next((each for each in shares.held_by(request.user) if each.pk == member_id), None)
    if subject is None:
        raise Http404
    if request.POST.get("act") == "show":
        words = shares.reveal(request.user, keys_of(request), subject)
        return render(request, "desk/share.html", {"subject": subject, "words": words})
    shares.ask(request.user, keys_of(request), subject)
    say(request, _("Asked. Another member finds it on this page and answers within a day."))
    return redirect("desk:approvals")


@login_not_required
@sensitive_post_parameters()
def recover(request: HttpRequest) -> HttpResponse:
    """The way back in with two shares; the second factor is asked at the next sign-in as always."""
    form = RecoverForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        try:
            shares.recover(given["email"], [given["first"], given["second"]], given["password"])
        except PanahError as error:
            form.add_error(None, f"{error.where}: {error.what}. {error.hint}".strip(" :.") + ".")
        else:
            return render(request, "accounts/password_changed.html")
    return render(request, "desk/recover.html", {"form": form}, status=400 if form.errors else 200)


@require_POST
@tells_refusals
@sensitive_post_parameters()
def reset(request: HttpRequest, member_id: str) -> HttpResponse:
    """The administrator's reset: ask a second member, then give new keys and a first password."""
    member = Member.objects.filter(pk=member_id).first()
    if member is None:
        raise Http404
    if request.POST.get("act") == "ask":
        dual_control.ask(request.user, keys_of(request), DualRequest.Act.RECOVERY, subject=member, details=shares.RESET)
        say(request, _("Asked. A member who works on cases finds it on their page and answers within a day."))
        return redirect("member", member.pk)
    shares.reset(request.user, member, request.POST.get("password", ""))
    return redirect("members")
