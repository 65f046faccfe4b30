"""Taking in a phone: send the export, see what it holds, choose what matters, keep that."""

from __future__ import annotations

from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from panah.errors import PanahError
from panah.web.cases.actions import create_case
from panah.web.cases.models import Case, CaseLog
from panah.web.intake import flows, phones

from .access import granted_case, keys_of, opened_case, say
from .told import working_cases

WAITING: Final = "_phone"
LARGEST_BYTES: Final = 1024 * 1024 * 1024
"""An export is read in memory, so it is smaller than what a case's evidence may be."""


class SendForm(forms.Form):
    """The export, and what its reader knows and it does not say."""

    file = forms.FileField(
        label=gettext_lazy("Export of the phone or messenger"),
        help_text=gettext_lazy("One file as the app wrote it, up to 1 GB. It is recognised by its content."),
    )
    owner_number = forms.CharField(
        label=gettext_lazy("The phone’s own number"),
        required=False,
        max_length=40,
        help_text=gettext_lazy("With its country code; by it numbers without one are completed."),
    )
    time_zone = forms.CharField(
        label=gettext_lazy("Time zone of the phone"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("For exports that print local times: Europe/Brussels."),
    )
    date_order = forms.ChoiceField(
        label=gettext_lazy("Order of dates"),
        required=False,
        choices=[
            ("", gettext_lazy("as the export proves it")),
            ("day-first", gettext_lazy("day, month, year")),
            ("month-first", gettext_lazy("month, day, year")),
            ("year-first", gettext_lazy("year, month, day")),
        ],
    )
    password = forms.CharField(
        label=gettext_lazy("Password of an encrypted backup"),
        required=False,
        max_length=200,
        widget=forms.PasswordInput,
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", auto_id="p_%s", **kwargs)


class ChooseForm(forms.Form):
    """The period, the case, and whether the whole original stays."""

    since = forms.DateField(
        label=gettext_lazy("From"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    until = forms.DateField(
        label=gettext_lazy("Until"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )
    case = forms.ChoiceField(label=gettext_lazy("Case"), required=False)
    with_original = forms.BooleanField(
        label=gettext_lazy("The person agrees that the whole export is kept, sealed"), required=False
    )

    def __init__(self, *args: Any, cases: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", auto_id="p_%s", **kwargs)
        self.fields["case"].choices = [("", _("a new case")), *cases]


@require_http_methods(["GET", "POST"])
def phone_import(request: HttpRequest) -> HttpResponse:
    """The form; what is sent waits sealed for the choice."""
    posted = request.method == "POST"
    form = SendForm(request.POST if posted else None, request.FILES if posted else None)
    if request.method == "POST" and "whole" not in request.POST:
        form.add_error(None, _("The upload broke off. Nothing of it was kept: send the file again."))
    if request.method == "POST" and form.is_valid():
        said = {
            name: form.cleaned_data[name].strip() for name in ("owner_number", "time_zone", "date_order", "password")
        }
        flows.clear_expired()
        flows.end(request.session.pop(WAITING, ""))
        token = ""
        try:
            given = form.cleaned_data["file"]
            token = phones.send(given.file, given.name, LARGEST_BYTES, **said)
            phones.read(phones.draft_of(token))
        except PanahError as error:
            flows.end(token)
            form.add_error(None, f"{error.what}. {error.hint}".strip(" .") + ".")
        else:
            request.session[WAITING] = token
            return redirect("desk:phone_choose")
    return render(request, "desk/phone_import.html", {"form": form}, status=400 if form.errors else 200)


@require_http_methods(["GET", "POST"])
def phone_choose(request: HttpRequest) -> HttpResponse:
    """What the export holds, in counts; what is ticked is kept, the rest is not."""
    token = request.session.get(WAITING, "")
    draft = phones.draft_of(token)
    if draft is None:
        return redirect("desk:phone_import")
    if request.POST.get("act") == "drop":
        flows.end(request.session.pop(WAITING, ""))
        say(request, _("Nothing was kept."))
        return redirect("desk:inbox")
    export = phones.read(draft)
    form = ChooseForm(request.POST or None, cases=working_cases(request))
    ticked = request.POST.getlist("group")
    n_chosen = None
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        chosen = phones.choose(export.events, ticked, given["since"], given["until"])
        n_chosen = len(chosen)
        if request.POST.get("act") == "keep":
            try:
                return _kept(request, token, export, chosen, given)
            except PanahError as error:
                form.add_error(None, f"{error.what}. {error.hint}".strip(" .") + ".")
    context = {
        "draft": draft,
        "export": export,
        "groups": [(group, group.key in ticked) for group in phones.groups_of(export)],
        "form": form,
        "n_chosen": n_chosen,
        "n_events": len(export.events),
        "not_understood": export.not_understood[:50],
    }
    return render(request, "desk/phone_choose.html", context, status=400 if form.errors else 200)


def _kept(request: HttpRequest, token: str, export: Any, chosen: list[Any], given: dict[str, Any]) -> HttpResponse:
    keys = keys_of(request)
    case = (
        granted_case(request, given["case"])
        if given["case"]
        else (create_case(request.user, keys, Case.Kind.CASE).case if chosen else None)
    )
    if case is None:
        raise PanahError("nothing was chosen", hint="tick somebody, or widen the period")
    opened = opened_case(request, case, CaseLog.Reason.INTAKE)
    row = phones.keep(request.user, keys, opened, token, export, chosen, with_original=given["with_original"])
    request.session.pop(WAITING, "")
    say(request, _("%(n)s entries are kept; the rest of the export is gone.") % {"n": row.n_events})
    return redirect("desk:timeline", case.pk)
