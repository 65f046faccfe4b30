"""Pages of sign-in, set-up, members and one's own account."""

from __future__ import annotations

from typing import Any

from allauth.account.views import LoginView, LogoutView
from django.conf import settings
from django.contrib.auth import logout
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.decorators import method_decorator
from django.utils.timezone import now
from django.utils.translation import get_language
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from panah.errors import Refused
from panah.vault.keys import MemberPublic

from . import actions, first_run, sign_ins
from .forms import AddMemberForm, ChangePasswordForm, SetUpForm
from .models import Member, Organisation, Role, SessionRow
from .sessions import current_row_id

CLEAR_SITE_DATA = '"cache", "cookies", "storage"'


@method_decorator(login_not_required, name="dispatch")
class SignIn(LoginView):
    """Before the organisation exists there is nobody to sign in: say how to begin."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if not Organisation.objects.exists():
            return render(request, "accounts/not_set_up.html")
        return super().get(request, *args, **kwargs)


@method_decorator(login_not_required, name="dispatch")
class SignOut(LogoutView):
    """Ends the session and asks the browser to forget what it has of this site."""

    def post(self, *args: Any, **kwargs: Any) -> HttpResponse:
        response = super().post(*args, **kwargs)
        response.headers["Clear-Site-Data"] = CLEAR_SITE_DATA
        return response


sign_in = SignIn.as_view()
sign_out = SignOut.as_view()


@login_not_required
def no_sign_up(_request: HttpRequest) -> HttpResponse:
    """Nobody makes an account for themselves."""
    raise Http404


@login_not_required
@sensitive_post_parameters()
def set_up(request: HttpRequest, token: str) -> HttpResponse:
    """The first-run page: organisation and first member, for whoever holds the link that ``panah serve`` printed."""
    if Organisation.objects.exists():
        return redirect("account_login")
    if not first_run.is_token(token):
        raise Http404
    form = SetUpForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.set_up(**form.cleaned_data, language=get_language() or "en")
        except Refused:
            return redirect("account_login")
        first_run.forget_token()
        return redirect("account_login")
    return render(request, "accounts/set_up.html", {"form": form})


def account(request: HttpRequest) -> HttpResponse:
    """One's own account: roles, key fingerprint, second factor, sessions."""
    context = {
        "fingerprint": _fingerprint(request.user),
        "words": _public(request.user).fingerprint_words,
        "roles": _roles(request.user),
    }
    return render(request, "accounts/account.html", context)


def sessions(request: HttpRequest) -> HttpResponse:
    """Where the member is signed in: when each began and ends, nothing else is kept of them; and ending the others."""
    here = current_row_id(request.session)
    if request.method == "POST":
        ended = actions.sign_out_elsewhere(request.user, keep=here, only=request.POST.get("session") or None)
        return redirect(f"{reverse('sessions')}?ended={ended}")
    rows = SessionRow.objects.filter(member=request.user, absolute_until__gt=now()).order_by("-absolute_until")
    told = [
        {
            "id": row.pk,
            "since": row.absolute_until - settings.PANAH_SESSION_ABSOLUTE,
            "idle_until": row.idle_until,
            "here": row.pk == here,
        }
        for row in rows
    ]
    ended = request.GET.get("ended", "")
    recent = sign_ins.recent(request.user, request.member_keys) if request.member_keys else []
    context = {"rows": told, "ended": ended if ended.isdigit() else "", "recent": recent[: sign_ins.SHOWN]}
    return render(request, "accounts/sessions.html", {**context, "n_tried": sign_ins.n_tried(recent)})


@sensitive_post_parameters()
def change_password(request: HttpRequest) -> HttpResponse:
    """Wrap the keys under a new password; every session ends, this one too."""
    form = ChangePasswordForm(request.POST or None, member=request.user)
    if request.method == "POST" and form.is_valid():
        logout(request)
        return render(request, "accounts/password_changed.html")
    return render(request, "accounts/change_password.html", {"form": form})


@require_POST
def sign_out_everywhere(request: HttpRequest) -> HttpResponse:
    """End all sessions of this member."""
    actions.sign_out_everywhere(request.user)
    request.session.flush()
    response = redirect("account_login")
    response.headers["Clear-Site-Data"] = CLEAR_SITE_DATA
    return response


def members(request: HttpRequest) -> HttpResponse:
    """Who belongs to the organisation, with the fingerprints to compare by voice."""
    everyone = Member.objects.select_related("organisation")
    rows = sorted(
        ((each, _fingerprint(each), _roles(each)) for each in everyone), key=lambda row: row[0].name.casefold()
    )
    return render(request, "accounts/members.html", {"rows": rows})


@sensitive_post_parameters()
def add_member(request: HttpRequest) -> HttpResponse:
    """An administrator makes an account; it opens no case."""
    _administrators_only(request)
    form = AddMemberForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        actions.add_member(request.user, **form.cleaned_data, first_until=actions.first_password_ends())
        return redirect("members")
    return render(request, "accounts/add_member.html", {"form": form})


def member(request: HttpRequest, member_id: str) -> HttpResponse:
    """Roles of one member, and closing the account."""
    _administrators_only(request)
    found = get_object_or_404(Member, pk=member_id)
    refused = ""
    if request.method == "POST":
        try:
            if request.POST.get("act") == "close":
                actions.close_account(request.user, found)
            else:
                actions.set_roles(request.user, found, request.POST.getlist("roles"))
        except Refused as error:
            refused = str(error)
        else:
            return redirect("members")
    context = {"member": found, "fingerprint": _fingerprint(found), "all_roles": Role.choices, "refused": refused}
    return render(request, "accounts/member.html", context, status=409 if refused else 200)


def _administrators_only(request: HttpRequest) -> None:
    if not request.user.has_role(Role.ADMINISTRATOR):
        raise PermissionDenied


def _public(member: Member) -> MemberPublic:
    return MemberPublic(bytes(member.box_public), bytes(member.sign_public))


def _fingerprint(member: Member) -> str:
    return _public(member).fingerprint


def _roles(member: Member) -> list[Any]:
    return [label for value, label in Role.choices if value in member.roles]
