"""The register of incidents: filters, figures, table. Coded columns only; no case is opened for it."""

from __future__ import annotations

import re
from typing import Any, Final

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from panah import codes, places
from panah.errors import PanahError
from panah.web.register.models import Incident
from panah.web.register.queries import (
    RegisterFilter,
    choices,
    counts_by_country,
    counts_by_month,
    incidents_of,
    page_of,
)

from . import figures

CODED: Final = ("tactic", "host_country", "origin_state", "status", "channel")
LABELS: Final = {
    "tactic": _("Tactic"),
    "host_country": _("Host country"),
    "origin_state": _("Origin state"),
    "status": _("Status"),
    "channel": _("Channel"),
}
DECISIONS: Final = (
    (Incident.Decision.CONFIRMED, _("Confirmed")),
    (Incident.Decision.PROPOSED, _("Proposed")),
    (Incident.Decision.REJECTED, _("Rejected")),
)
_MONTH = re.compile(r"\d{4}(-(0[1-9]|1[0-2]))?")


class FilterForm(forms.Form):
    """What to show. A value that stands in no incident of the member's is no choice, so links age well."""

    month_from = forms.RegexField(regex=_MONTH, required=False, label=_("From"), error_messages={"invalid": ""})
    month_to = forms.RegexField(regex=_MONTH, required=False, label=_("Until"), error_messages={"invalid": ""})
    decision = forms.ChoiceField(choices=DECISIONS, required=False, label=_("Decision"))

    def __init__(self, *args: Any, values: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in ("month_from", "month_to"):
            # a text field, since `type=month` is no more than that in half of the browsers
            self.fields[name].widget.attrs.update(placeholder="2024-03", inputmode="numeric", maxlength=7)
            self.fields[name].error_messages["invalid"] = _("Write a month as 2024-03, or a year as 2024.")
        for name in CODED:
            named = sorted(((code, label_of(name, code)) for code in values[name]), key=lambda pair: pair[1])
            field = forms.ChoiceField(choices=[("", _("All")), *named], required=False, label=LABELS[name])
            self.fields[name] = field
        self.order_fields([*CODED, "month_from", "month_to", "decision"])

    def chosen(self) -> RegisterFilter:
        """The filter, without the values that are none."""
        self.is_valid()
        values = {name: value for name, value in self.cleaned_data.items() if value}
        return RegisterFilter(**values)


def label_of(column: str, code: str) -> str:
    """A coded value in the reader's language."""
    language = get_language() or "en"
    try:
        if column in {"host_country", "origin_state"}:
            return places.country_name(code, language)
        return codes.label(column, code, language)
    except PanahError:
        return code


def register(request: HttpRequest) -> HttpResponse:
    """Table, map and timeline of the incidents in the member's cases."""
    decision = request.GET.get("decision") or Incident.Decision.CONFIRMED
    form = FilterForm(
        request.GET or {"decision": decision}, values=choices(request.user, decision), auto_id="f_%s", label_suffix=""
    )
    chosen = form.chosen()
    found = incidents_of(request.user, chosen)
    months = counts_by_month(request.user, chosen)
    countries = counts_by_country(request.user, chosen)
    context = {
        "form": form,
        "page": page_of(found, request.GET.get("page", 1)),
        "n_counted": sum(months.values()),
        "is_filtered": any(value for name, value in request.GET.items() if name != "page"),
        "timeline": figures.timeline(months) if months else None,
        "map": figures.country_map(countries) if countries else None,
        "month_rows": figures.month_rows(months),
        "country_rows": figures.country_rows(countries),
        "decision": chosen.decision,
    }
    return render(request, "desk/register.html", context)
