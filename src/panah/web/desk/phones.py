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

from .access import granted_case, keys_of, opened_case, say, sentences_of, tells_refusals
from .told import working_cases

WAITING: Final = "_phone"
GROUPS_SHOWN: Final = 500
LARGEST_BYTES: Final = 1024 * 1024 * 1024
"""An export is read out of memory, so it is smaller than what a case's evidence may be."""


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
            phones.look(phones.draft_of(token))
        except PanahError as error:
            flows.end(token)
            form.add_error(None, sentences_of(error))
        else:
            request.session[WAITING] = token
            return redirect("desk:phone_choose")
    return render(request, "desk/phone_import.html", {"form": form}, status=400 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@tells_refusals
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
    form = ChooseForm(request.POST or None, cases=working_cases(request))
    ticked, threads = request.POST.getlist("who"), request.POST.getlist("thread")
    is_chosen, selection = request.method == "POST" and form.is_valid(), None
    if is_chosen:
        given = form.cleaned_data
        selection = phones.selection_of(ticked, threads, given["since"], given["until"])
    found = phones.look(draft, selection)
    if is_chosen and request.POST.get("act") == "keep":
        try:
            phones.check_chosen(found.n_chosen)  # before a case is made for it
            return _kept(request, token, selection, form.cleaned_data)
        except PanahError as error:
            form.add_error(None, sentences_of(error))
    counted = found.overview
    context = {
        "draft": draft,
        "counted": counted,
        "people": [(each, each.key in ticked) for each in counted.counterparts[:GROUPS_SHOWN]],
        "threads": [(each, each.key in threads) for each in _threads(counted)],
        "n_messages": sum(each.n_messages for each in counted.counterparts),
        "n_calls": sum(each.n_calls for each in counted.counterparts),
        "n_withheld": sum(
            each.n_messages + each.n_calls for each in counted.counterparts if each.presentation == "restricted"
        ),
        "n_events": sum(each.n_messages + each.n_calls for each in counted.counterparts),
        "form": form,
        "n_chosen": found.n_chosen if is_chosen else None,
    }
    return render(request, "desk/phone_choose.html", context, status=400 if form.errors else 200)


def _threads(counted: Any) -> list[Any]:
    """Chats and groups; a thread with one counterpart of the same name says nothing new."""
    people = {each.key for each in counted.counterparts}
    return [each for each in counted.threads[:GROUPS_SHOWN] if each.key and each.key not in people]


def _kept(request: HttpRequest, token: str, selection: Any, given: dict[str, Any]) -> HttpResponse:
    keys = keys_of(request)
    case = (
        granted_case(request, given["case"]) if given["case"] else create_case(request.user, keys, Case.Kind.CASE).case
    )
    opened = opened_case(request, case, CaseLog.Reason.INTAKE)
    row = phones.keep(request.user, keys, opened, token, selection, with_original=given["with_original"])
    request.session.pop(WAITING, "")
    say(request, _("%(n)s entries are kept; the rest of the export is gone.") % {"n": row.n_events})
    return redirect("desk:timeline", case.pk)
