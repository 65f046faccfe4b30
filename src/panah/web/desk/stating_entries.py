"""Entries that were ticked on a case's line of time: stated as claims of the phone, and proposed as one act or as many."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Any, Final
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from panah.errors import BadRow
from panah.model.incident import UNKNOWN_DATE
from panah.web.cases.models import Case, CaseLog
from panah.web.cases.opening import OpenCase
from panah.web.evidence.queries import record_in
from panah.web.intake.phone_entries import Entry, entries_in
from panah.web.register import told_entries
from panah.web.register.models import Incident

from .access import granted_case, opened_case, say, tells_refusals
from .document import country_names
from .stating import StatingForm
from .timeline import found_in

UTC_NAME: Final = "UTC"


class ZoneField(forms.CharField):
    """A time zone by its name in the tz database."""

    def clean(self, value: Any) -> ZoneInfo:
        given = super().clean(value).strip()
        try:
            return ZoneInfo(given or UTC_NAME)
        except (ZoneInfoNotFoundError, ValueError, OSError) as error:
            raise forms.ValidationError(_("No such time zone; write it as Europe/Brussels.")) from error


class StateEntriesForm(StatingForm):
    """The coded fields, on which calendar the times are put, and whether the entries are one act."""

    beside = StatingForm.beside | {"zone", "acts"}
    acts = forms.ChoiceField(
        label=gettext_lazy("How many acts"),
        widget=forms.RadioSelect,
        required=False,
        choices=[
            ("one", gettext_lazy("One act, which all of them are part of")),
            ("each", gettext_lazy("Each is an act of its own, with its own date")),
        ],
    )
    zone = ZoneField(
        label=gettext_lazy("Time zone"),
        required=False,
        max_length=60,
        help_text=gettext_lazy("Days are counted in it. Where the phone was, as Europe/Brussels; else UTC."),
    )
    connection = forms.ChoiceField(label=gettext_lazy("Whose phone"))


@dataclass(frozen=True, slots=True)
class Chosen:
    """One entry as the form shows it: its time on the clock of the zone, and what it was stated as before."""

    entry: Entry
    at: datetime | None
    stated: tuple[Incident, ...]


@tells_refusals
def state_entries(request: HttpRequest, case_id: str) -> HttpResponse:
    """The form for the chosen entries, and stating them; the case is opened for it, and the opening is logged."""
    case = granted_case(request, case_id)
    if request.method != "POST":
        return redirect("desk:timeline", case.pk)
    opened = opened_case(request, case, CaseLog.Reason.CODING)
    entries, stated = entries_in(opened), told_entries.stated_in(opened)
    chosen = _chosen(request, entries, stated)
    if not chosen:
        say(request, _("Tick what is to be stated."))
        return redirect("desk:timeline", case.pk)
    if request.POST.get("act") in {"state", "confirm"}:
        form = StateEntriesForm(request.POST)
        if form.is_valid():
            try:
                return _state(request, opened, chosen, stated, form)
            except BadRow as error:
                form.add_error(None, error.what)
    else:
        form = StateEntriesForm(initial=_initial(request, chosen))
    return _page(request, case, opened, chosen, stated, form)


def _chosen(request: HttpRequest, entries: list[Entry], stated: told_entries.Stated) -> list[Entry]:
    """What was ticked, or all that a filter keeps; an entry of another case is not there.

    Raises:
        Http404: A ticked entry is not in this case.
        Refused: There are more than :data:`told_entries.MOST_TOGETHER`.
    """
    keys = set(request.POST.getlist("entry"))
    if "all" in request.POST:
        found = found_in(entries, stated, request.GET)[1]
    else:
        found = [each for each in entries if each.key in keys]
        if len(found) != len(keys):
            raise Http404
    told_entries.check_number(len(found), told_entries.MOST_TOGETHER)
    return found


def _state(
    request: HttpRequest, opened: OpenCase, chosen: list[Entry], stated: told_entries.Stated, form: StateEntriesForm
) -> HttpResponse:
    given = form.cleaned_data
    apart = given["acts"] == "each" and len(chosen) > 1
    confirmed = request.POST["act"] == "confirm"
    incidents = told_entries.state(
        request.user,
        opened,
        chosen,
        form.coded(),
        connection=given["connection"],
        apart_in=given["zone"] if apart else None,
        confirmed=confirmed,
    )
    n_new = len({each.pk for each in incidents} - stated.incidents.keys())
    if not n_new:
        say(request, _("This was stated before; nothing was added."))
    elif confirmed:
        say(
            request,
            ngettext("Confirmed. It is counted from now on.", "%(n)s acts are confirmed.", n_new) % {"n": n_new},
        )
    else:
        waits = ngettext(
            "Stated. It waits in Review until a member confirms it.",
            "%(n)s acts are stated. They wait in Review until a member confirms them.",
            n_new,
        )
        say(request, waits % {"n": n_new})
    if n_new:
        say(request, _("Now say who is in it: nobody can be asked who is not named."))
    if len(incidents) == 1:
        return redirect("desk:who" if n_new else "desk:incident", incidents[0].pk)
    return redirect("desk:timeline", opened.case.pk)


def _initial(request: HttpRequest, chosen: list[Entry]) -> dict[str, Any]:
    """What the entries themselves say; and what was typed already, when the days are to be counted in another zone."""
    typed = {name: request.POST[name] for name in StateEntriesForm.base_fields if name in request.POST}
    start = {
        "channel": told_entries.channel_told(chosen),
        "target": "unknown",
        "actor": "unknown",
        "connection": "victim",
        "acts": "one",
        "zone": UTC_NAME,
        **typed,
    }
    day = told_entries.date_of(chosen, _zone(start["zone"]))
    return start | {"date": "" if day == UNKNOWN_DATE else day}


def _zone(name: Any) -> tzinfo:
    try:
        return ZoneField(required=False).clean(name)
    except forms.ValidationError:
        return ZoneInfo(UTC_NAME)


def _page(
    request: HttpRequest,
    case: Case,
    opened: OpenCase,
    chosen: list[Entry],
    stated: told_entries.Stated,
    form: StateEntriesForm,
) -> HttpResponse:
    zone = _zone(form["zone"].value())
    rows = {each.row.pk: each for each in chosen}.values()
    context = {
        "case": case,
        "form": form,
        "zone": str(zone),
        "chosen": [Chosen(each, _on_the_clock(each, zone), stated.of(each)) for each in chosen],
        "exports": [(each.extract, record_in(opened, each.row.item)) for each in rows],
        "zone_known": any(each.event["zone_known"] for each in chosen),
        "already": {each.pk: each for entry in chosen for each in stated.of(entry)}.values(),
        "most_apart": told_entries.MOST_APART,
        "countries": country_names(),
    }
    return render(request, "desk/state_entries.html", context, status=400 if form.errors else 200)


def _on_the_clock(entry: Entry, zone: tzinfo) -> datetime | None:
    """The time as a clock there shows it, without its zone, so that the template moves it nowhere."""
    at = entry.at
    return at.astimezone(zone).replace(tzinfo=None) if at and at.tzinfo else at
