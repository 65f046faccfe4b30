"""People and consent: who is named in a case, what each allows, recording an answer and taking one back.

Nothing is edited: an answer and a withdrawal are further records, and the newest holds.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any, Final

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from panah.errors import Refused
from panah.model.base import new_id
from panah.model.person import Consent, Purpose
from panah.web.cases.models import CaseLog
from panah.web.outflow.people import PersonAnswers, people_in
from panah.web.register.actions import record_answers

from .access import granted_case, opened_case, say, tells_refusals
from .purposes import LABELS

WAYS: Final = {
    "in_person": gettext_lazy("in person"),
    "telephone": gettext_lazy("by telephone"),
    "in_writing": gettext_lazy("in writing"),
}
STATES: Final = {
    "yes": gettext_lazy("yes"),
    "no": gettext_lazy("no"),
    "withdrawn": gettext_lazy("taken back"),
    "expired": gettext_lazy("expired"),
    "not_asked": gettext_lazy("was not asked"),
}


class AnswerForm(forms.Form):
    """What one person answered on one day."""

    def __init__(self, *args: Any, person_id: str, may_say_yes: bool, asker: str, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", auto_id=f"c-{person_id[:8]}-%s", **kwargs)
        today = _today().isoformat()
        said = [("", _("not asked now")), *([("yes", _("yes"))] if may_say_yes else []), ("no", _("no"))]
        for purpose in Purpose:
            self.fields[purpose.value] = forms.ChoiceField(label=LABELS[purpose], choices=said, required=False)
        self.fields["how"] = forms.ChoiceField(label=_("How they were asked"), choices=list(WAYS.items()))
        self.fields["asked_by"] = forms.CharField(label=_("Who asked"), max_length=120, initial=asker)
        self.fields["asked_on"] = forms.DateField(label=_("Day"), widget=_day(), initial=today)
        self.fields["expires_on"] = forms.DateField(
            label=_("Holds until"),
            widget=_day(),
            required=False,
            help_text=_("The first day on which it holds no more."),
        )

    def clean(self) -> dict[str, Any]:
        """At least one answer; the dates are checked where they are kept."""
        given = super().clean() or {}
        if not any(given.get(purpose.value) for purpose in Purpose):
            raise forms.ValidationError(_("Choose an answer for one purpose at least."))
        return given

    def consents(self, person_id: str) -> list[Consent]:
        """A record for each purpose that was asked for."""
        given = self.cleaned_data
        shared = {name: given[name] for name in ("how", "asked_by", "asked_on")}
        found = []
        for purpose in Purpose:
            if said := given.get(purpose.value):
                ends = given["expires_on"] if said == "yes" else None
                values = {"purpose": purpose, "given": said == "yes", "expires_on": ends, **shared}
                found.append(Consent(id=new_id(), person_id=person_id, **values))
        return found


def _today() -> date:
    return datetime.now(UTC).date()


def _day() -> forms.DateInput:
    return forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})


@tells_refusals
def people(request: HttpRequest, case_id: str) -> HttpResponse:
    """Everybody on record with their answers; POST records answers or takes them back. The opening is logged first."""
    case = granted_case(request, case_id)
    reason = CaseLog.Reason.CODING if request.method == "POST" else CaseLog.Reason.REVIEW
    opened = opened_case(request, case, reason)
    found = people_in(opened)
    bound: tuple[str, AnswerForm] | None = None
    if request.method == "POST":
        one = _one(found, request.POST.get("person", ""))
        if request.POST.get("act") == "withdraw":
            record_answers(request.user, opened, _withdrawals(request, one))
            say(request, _("Taken back. From now on nothing leaves for this; what left before cannot be called back."))
            return redirect("desk:people", case.pk)
        form = _form(request, one, request.POST)
        if form.is_valid():
            record_answers(request.user, opened, form.consents(one.person.id))
            say(
                request,
                _(
                    "Recorded. Of the answers for one purpose the newest holds; of two of one day, the one recorded last."
                ),
            )
            return redirect("desk:people", case.pk)
        bound = (one.person.id, form)
    listed = [(each, _form_for(request, each, bound), _rows(each)) for each in found]
    context = {"case": case, "people": listed, "failed": bound[0] if bound else ""}
    return render(request, "desk/people.html", context, status=400 if bound else 200)


def _one(found: list[PersonAnswers], person_id: str) -> PersonAnswers:
    """The person whose answers are kept here; none is kept for the accused."""
    for each in found:
        if each.person.id == person_id and not each.is_accused:
            return each
    raise Http404


def _form(request: HttpRequest, one: PersonAnswers, data: Any = None) -> AnswerForm:
    may_say_yes = not one.person.is_at_risk
    return AnswerForm(data, person_id=one.person.id, may_say_yes=may_say_yes, asker=str(request.user))


def _form_for(request: HttpRequest, one: PersonAnswers, bound: tuple[str, AnswerForm] | None) -> AnswerForm:
    return bound[1] if bound and bound[0] == one.person.id else _form(request, one)


def _withdrawals(request: HttpRequest, one: PersonAnswers) -> list[Consent]:
    """A record for each purpose taken back; only what holds can be."""
    wanted = set(request.POST.getlist("purpose"))
    held = [each.purpose for each in one.answers if each.state == "yes" and each.purpose in wanted]
    if not held:
        raise Refused("there is no yes to take back", where="consent", hint="load the page again")
    today, asker = _today(), str(request.user)
    return [
        Consent(id=new_id(), person_id=one.person.id, purpose=each, asked_on=today, withdrawn_on=today, asked_by=asker)
        for each in held
    ]


def _rows(one: PersonAnswers) -> list[dict[str, Any]]:
    return [
        {
            "purpose": each.purpose.value,
            "label": LABELS[each.purpose],
            "state": each.state,
            "word": STATES[each.state],
            "consent": each.consent,
            "way": WAYS.get(each.consent.how, "") if each.consent else "",
        }
        for each in one.answers
    ]
