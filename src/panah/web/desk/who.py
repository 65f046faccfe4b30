"""Who is in an incident: naming somebody on its words, putting it right, taking off, and that nobody else is in it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.text import Truncator
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from panah import codes
from panah.errors import Refused
from panah.model.base import new_id
from panah.model.naming import Naming as NamingRecord
from panah.model.person import ACCUSED, Person, PersonName
from panah.web.cases.models import CaseLog
from panah.web.cases.opening import OpenCase
from panah.web.register import naming
from panah.web.register.models import Incident, Naming
from panah.web.register.reading import CaseReader, IncidentView

from .access import opened_case, say, sent_once, tells_refusals
from .incident import found_incident

NAME_LENGTH: Final = 160
MOST_FORMS: Final = 12
REASON_LENGTH: Final = 500
MOST_OFFERED: Final = 12
"""People of the case who are offered after a look, those with a like name first."""
SOMEBODY_NEW: Final = "new"
KINDS: Final = {
    "unknown": gettext_lazy("not known"),
    "birth": gettext_lazy("name at birth"),
    "passport": gettext_lazy("as in a passport"),
    "pen_name": gettext_lazy("pen name"),
    "pseudonym": gettext_lazy("pseudonym, compared with no other name"),
}
IN_REACH: Final = {
    "": gettext_lazy("not known"),
    "yes": gettext_lazy("yes: they are at risk, and nothing about them leaves"),
    "no": gettext_lazy("no"),
}
MEANINGS: Final = {"": None, "yes": True, "no": False}
TELLS: Final = {
    "number": gettext_lazy("their telephone number or account"),
    "birth_date": gettext_lazy("their date of birth"),
    "address": gettext_lazy("where they live or work"),
    "relative": gettext_lazy("a relative of theirs"),
    "document": gettext_lazy("a document of theirs"),
    "themselves": gettext_lazy("they said so themselves"),
}


class RoleForm(forms.Form):
    """What somebody is in the incident, their names, and whether they are in reach of the origin state."""

    role = forms.ChoiceField(label=gettext_lazy("What they are in it"))
    forms_of_name = forms.CharField(
        label=gettext_lazy("Their name, each way of writing it on a line of its own"),
        max_length=NAME_LENGTH * MOST_FORMS,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto", "autocomplete": "off", "spellcheck": "false"}),
        help_text=gettext_lazy("In any script. Leave it empty when nobody knows the name."),
    )
    in_reach = forms.ChoiceField(label=gettext_lazy("In reach of the origin state"), required=False)

    def __init__(self, *args: Any, part: str, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", auto_id=f"{part}-%s", **kwargs)
        language = get_language() or "en"
        roles = [(each, codes.label("involvement", each, language)) for each in naming.NAMED_AS]
        self.fields["role"].choices = roles
        self.fields["in_reach"].choices = list(IN_REACH.items())

    def clean_forms_of_name(self) -> list[str]:
        """The lines that hold a name."""
        lines = [line.strip() for line in self.cleaned_data["forms_of_name"].splitlines()]
        given = list(dict.fromkeys(line for line in lines if line))
        if len(given) > MOST_FORMS or any(len(line) > NAME_LENGTH for line in given):
            raise forms.ValidationError(_("That is more than a name."))
        return given

    @property
    def reach(self) -> bool | None:
        """Whether they are in reach of the origin state."""
        return MEANINGS[self.cleaned_data["in_reach"]]


class NameForm(RoleForm):
    """Somebody to be named, on which words."""

    claim = forms.ChoiceField(label=gettext_lazy("The words that tell of them"))
    kind = forms.ChoiceField(label=gettext_lazy("What kind of name"), choices=list(KINDS.items()), required=False)
    name_not_known = forms.BooleanField(label=gettext_lazy("Nobody knows their name"), required=False)

    field_order = ("claim", "role", "forms_of_name", "name_not_known", "kind", "in_reach")

    def __init__(self, *args: Any, view: IncidentView, **kwargs: Any) -> None:
        super().__init__(*args, part="name", **kwargs)
        told = [(each.claim.id, _words(each)) for each in (*view.allegations, *view.answers)]
        self.fields["claim"].choices = told
        self.fields["role"].choices = [("", "–"), *self.fields["role"].choices]
        self.fields["forms_of_name"].help_text = _("In any script.")

    def clean(self) -> dict[str, Any]:
        """A name, or that nobody knows it; never neither and never both."""
        given = super().clean() or {}
        if "forms_of_name" in given and bool(given["forms_of_name"]) is bool(given.get("name_not_known")):
            raise forms.ValidationError(_("Write a name, or say that nobody knows it."))
        return given

    @property
    def names(self) -> list[PersonName]:
        """The forms of the name as they are kept."""
        kind = self.cleaned_data["kind"] or "unknown"
        return [naming.name_form(each, kind) for each in self.cleaned_data["forms_of_name"]]


def _words(each: Any) -> Any:
    return format_html("{}: {}", each.source.name, Truncator(each.claim.text).chars(90))


@tells_refusals
def who(request: HttpRequest, incident_id: str) -> HttpResponse:
    """Who is in one incident; POST with ``act`` changes it. The case is opened for it, and the opening is logged."""
    row = found_incident(request, incident_id)
    reason = CaseLog.Reason.CODING if request.method == "POST" else CaseLog.Reason.REVIEW
    opened = opened_case(request, row.case, reason)
    if request.method == "POST":
        done = _ACTS.get(request.POST.get("act", ""))
        if done is None:
            raise Refused("no such act", where="person", hint="load the page again")
        return done(request, opened, row)
    return _page(request, opened, row)


def _page(
    request: HttpRequest,
    opened: OpenCase,
    row: Incident,
    form: NameForm | None = None,
    *,
    view: IncidentView | None = None,
    offered: list[dict[str, Any]] | None = None,
    in_it_already: list[Person] | None = None,
    bound: tuple[str, RoleForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    view = view or CaseReader(opened).incident(row, with_words=False)
    context = {
        "row": row,
        "view": view,
        "named": [_shown(each, bound) for each in view.who.named],
        "form": form or NameForm(view=view),
        "offered": offered,
        "in_it_already": in_it_already,
        "tells": list(TELLS.items()),
        "once": sent_once(request) or new_id(),
        "failed": bound[0] if bound else "",
    }
    return render(request, "desk/who.html", context, status=status)


def _shown(each: Any, bound: tuple[str, RoleForm] | None) -> dict[str, Any]:
    """Somebody named, with the form to put it right when a naming says it and not a claim alone."""
    form = None
    if each.naming is not None:
        form = bound[1] if bound and bound[0] == each.naming.id else _role_form(each.person, each.naming)
    return {"each": each, "form": form, "tells": TELLS.get(each.naming.recognised_by, "") if each.naming else ""}


def _role_form(person: Person, record: NamingRecord, data: Any = None) -> RoleForm:
    reach = {True: "yes", False: "no", None: ""}[person.in_origin_state]
    initial = {
        "role": record.role,
        "forms_of_name": "\n".join(name.form for name in person.names),
        "in_reach": reach,
    }
    return RoleForm(data, initial=initial, part=f"r-{record.id[:8]}")


def _add(request: HttpRequest, opened: OpenCase, row: Incident) -> HttpResponse:
    """Name somebody; when the case holds somebody with a like name, a member says first whether they are one."""
    reader = CaseReader(opened)
    view = reader.incident(row, with_words=False)
    form = NameForm(request.POST, view=view)
    once = sent_once(request)
    if not form.is_valid() or not once:
        return _page(request, opened, row, form, view=view, status=400)
    if Naming.objects.filter(pk=once).exists():
        return redirect("desk:who", row.pk)  # the same form, sent twice
    chosen = request.POST.get("person", "")
    looks = request.POST["act"] == "look"
    alike = [each.person for each in naming.alike_in(reader, form.names)] if looks or not chosen else []
    if looks or alike:
        there = {person.id for person in view.persons}
        already = [each for each in alike if each.id in there]
        offered = _offered(reader, there, alike)
        return _page(request, opened, row, form, view=view, offered=offered, in_it_already=already)
    told = form.cleaned_data
    if chosen in {"", SOMEBODY_NEW}:
        naming.name_new(
            request.user,
            opened,
            row,
            told["claim"],
            told["role"],
            forms=form.names,
            in_origin_state=form.reach,
            naming_id=once,
        )
    else:
        recognised_by = request.POST.get("recognised_by", "") if request.POST.get("same") else ""
        naming.name_known(
            request.user,
            opened,
            row,
            told["claim"],
            told["role"],
            person_id=chosen,
            recognised_by=recognised_by,
            naming_id=once,
        )
    say(request, _("Named. Say below whether anybody else is in it."))
    return redirect(f"{reverse('desk:who', args=[row.pk])}#main")


def _offered(reader: CaseReader, there: set[str], alike: list[Person]) -> list[dict[str, Any]]:
    """Who of the case it may be: those with a like name, then others; who is named in it already is not asked for."""
    near = {each.id for each in alike}
    others = [each for each in reader.everybody() if each.id not in near and each.involvement not in ACCUSED]
    asked_for = [each for each in (*alike, *others) if each.id not in there]
    return [{"person": each, "is_alike": each.id in near} for each in asked_for][:MOST_OFFERED]


def _put_right(request: HttpRequest, opened: OpenCase, row: Incident) -> HttpResponse:
    kept = _one(request, opened, row)
    record = opened.record(NamingRecord, kept)
    person = CaseReader(opened).people.persons[record.person_id]
    form = _role_form(person, record, request.POST)
    if not form.is_valid():
        return _page(request, opened, row, bound=(record.id, form), status=400)
    known = {each.form: each for each in person.names}
    forms_of_name = [known.get(each) or naming.name_form(each) for each in form.cleaned_data["forms_of_name"]]
    role = form.cleaned_data["role"]
    naming.put_right(request.user, opened, kept, role, forms=forms_of_name, in_origin_state=form.reach)
    say(request, _("Put right."))
    return redirect("desk:who", row.pk)


def _take_off(request: HttpRequest, opened: OpenCase, row: Incident) -> HttpResponse:
    naming.take_off(request.user, opened, _one(request, opened, row), request.POST.get("reason", "")[:REASON_LENGTH])
    say(request, _("Taken off; the reason is kept. Say again whether anybody else is in it."))
    return redirect("desk:who", row.pk)


def _nobody_else(request: HttpRequest, opened: OpenCase, row: Incident) -> HttpResponse:
    naming.answer_nobody_else(request.user, opened, row, request.POST.get("seen", ""))
    say(request, _("Answered. What is stated about it later asks again."))
    return redirect("desk:incident", row.pk)


def _one(request: HttpRequest, opened: OpenCase, row: Incident) -> Naming:
    kept = naming.naming_in(opened, row, request.POST.get("naming", ""))
    if kept is None:
        raise Http404
    return kept


_ACTS: Final[dict[str, Callable[[HttpRequest, OpenCase, Incident], HttpResponse]]] = {
    "look": _add,
    "add": _add,
    "put_right": _put_right,
    "take_off": _take_off,
    "nobody_else": _nobody_else,
}
