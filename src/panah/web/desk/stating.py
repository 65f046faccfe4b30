"""A report that was kept in a case: what it says is stated as the reporter's claims, and one act is proposed."""

from __future__ import annotations

from typing import Any, ClassVar

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.html import format_html
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from panah import codes, dates
from panah.errors import BadDate, BadRow
from panah.model.base import new_id
from panah.model.person import Purpose
from panah.model.reading import DateReading
from panah.read.short_dates import told_date
from panah.web.cases.models import CaseLog
from panah.web.cases.opening import OpenCase
from panah.web.intake.consent import consents_of
from panah.web.intake.inbox import thread_of
from panah.web.intake.models import Report
from panah.web.intake.queries import entries_in, report_in, report_of, told_in
from panah.web.intake.reach import lies_alone
from panah.web.intake.records import Told
from panah.web.register import told_words
from panah.web.register.models import Incident
from panah.web.register.queries import incident_of
from panah.web.register.reading import CaseReader

from .access import opened_case, say, sent_once, tells_refusals
from .document import IncidentForm, country_names
from .told import thread_case


class StatingForm(IncidentForm):
    """The coded fields of one act, and by whom it came to us; a tactic is chosen, never preset."""

    beside: ClassVar[frozenset[str]] = frozenset({"connection"})
    """Fields that are no part of the incident."""
    connection = forms.ChoiceField(label=gettext_lazy("Who told it"))

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, part="state", **kwargs)
        language = get_language() or "en"
        self.fields["tactic"].choices = [("", "–"), *self.fields["tactic"].choices]
        self.fields["connection"].choices = [
            (code, codes.label("connection", code, language)) for code in told_words.CONNECTIONS
        ]

    def clean_date(self) -> str:
        """A date in EDTF, or nothing."""
        given: str = self.cleaned_data["date"].strip()
        try:
            if given:
                dates.parse(given)
        except BadDate as error:
            raise forms.ValidationError(_("No date in EDTF, such as 2024-03-05, 2024-03 or 2024~.")) from error
        return given

    def coded(self) -> dict[str, Any]:
        """The fields of the incident alone."""
        return {name: value for name, value in self.edits().items() if name not in self.beside}


class StateForm(StatingForm):
    """What a report tells of one act, and the words that it rests on."""

    beside = StatingForm.beside | {"words"}
    words = forms.MultipleChoiceField(label=gettext_lazy("The words it rests on"), widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, account: told_words.Account, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        language = get_language() or "en"
        self.fields["words"].choices = [(each.name, _shown(each, language)) for each in account.passages]


def _shown(passage: told_words.Passage, language: str) -> Any:
    """A passage beside what was asked, in the reader's language where the answer is a code."""
    asked, text = passage.asked, passage.text
    if asked is not None and asked.kind == "tactics":
        text = ", ".join(codes.label("tactic", code, language) for code in text.split(", "))
    label = asked.label if asked else _("Message")
    return format_html('<span class="quiet-text">{}</span> <bdi>{}</bdi>', label, text)


@tells_refusals
def state(request: HttpRequest, report_id: str) -> HttpResponse:
    """The form, and stating what was filled in; the case is opened for it, and the opening is logged."""
    row = report_of(request.user, report_id)
    if row is None or row.status == Report.Status.ERASED:
        raise Http404
    if lies_alone(row):
        say(request, _("Keep it in a case first: what is stated rests on it."))
        return redirect("desk:told", row.pk)
    opened = opened_case(request, row.case, CaseLog.Reason.CODING)
    account = told_words.account_of(opened, row)
    if not account.passages:
        raise Http404
    answers = told_in(opened, row)
    read = _date_of(opened, row, answers)
    initial = _initial(answers, read, account)
    others = [each for each in read.candidates if each != read.edtf]
    form = StateForm(request.POST or None, initial=initial, account=account, candidates=others)
    once = sent_once(request)
    if once and form.is_valid():
        try:
            incident = incident_of(request.user, once) or _stated(request, opened, row, form, once)
        except BadRow as error:
            form.add_error(None, error.what)
        else:
            return redirect("desk:who", incident.pk)
    context = {
        "row": row,
        "form": form,
        "read": read,
        "once": once or new_id(),
        "countries": country_names(),
        "stated": _stated_before(opened, row),
        "names_at_risk": bool(answers and answers.at_risk.strip()),
        "n_ticked": len(answers.tactics) if answers else 0,
        "may_count": Purpose.COUNT in _allowed(request, row, opened),
    }
    return render(request, "desk/state.html", context, status=400 if form.errors else 200)


def _stated(request: HttpRequest, opened: OpenCase, row: Report, form: StateForm, once: str) -> Incident:
    at_once = request.POST.get("decision") == Incident.Decision.CONFIRMED
    incident = told_words.state(
        request.user,
        opened,
        row,
        form.cleaned_data["words"],
        form.coded(),
        incident_id=once,
        connection=form.cleaned_data["connection"],
        confirmed=at_once,
    )
    waits = _("Stated. It waits in Review until a member confirms it.")
    say(request, _("Confirmed. It is counted from now on.") if at_once else waits)
    say(request, _("Now say who is in it: nobody can be asked who is not named."))
    return incident


def _stated_before(opened: OpenCase, row: Report) -> list[tuple[Incident, bool]]:
    """What was stated from a report already, and whether it is known who is in it."""
    reader = CaseReader(opened)
    found = told_words.stated_of(opened, row)
    return [(each, reader.incident(each, with_words=False).who.is_answered) for each in found]


def _date_of(opened: OpenCase, row: Report, answers: Told | None) -> DateReading:
    record = report_in(opened, row)
    if answers is None or not answers.when.strip():
        return DateReading()
    language = record.language.partition("-")[0]
    return told_date(answers.when, language, record.received_at.date().isoformat())


def _initial(answers: Told | None, read: DateReading, account: told_words.Account) -> dict[str, Any]:
    """What the reporter told, where a field takes it as it is; the origin state is never guessed."""
    names = [each.name for each in account.passages]
    start = {"channel": "unknown", "target": "unknown", "actor": "unknown", "connection": "unknown"}
    if answers is None:
        return start | {"words": names}
    return start | {
        "tactic": answers.tactics[0] if answers.tactics else "",
        "date": read.edtf or "",
        "host_country": answers.my_country,
        "host_place": answers.my_place,
        "act_country": answers.their_country,
        "act_place": answers.their_place,
        "words": [name for name in names if name.rpartition("-")[0] in {"tactics", "what", "when", "said"}],
    }


def _allowed(request: HttpRequest, row: Report, opened: OpenCase) -> frozenset[str]:
    """The purposes that the reporter allows now; nobody without a code was asked."""
    thread = thread_of(row)
    beside = thread_case(request, row, opened, thread)
    return consents_of(entries_in(beside, thread)) if thread and beside else frozenset()
