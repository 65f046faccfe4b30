"""Sealed references of one case: roles without names. Two members open one together."""

from __future__ import annotations

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from panah.errors import Refused
from panah.web.cases import references as kept
from panah.web.cases.models import Case, CaseLog, SealedReference

from .access import granted_case, keys_of, opened_case, say, tells_refusals

LONGEST = 4000


class ReferenceForm(forms.Form):
    """A role, and what two will read together."""

    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=SealedReference.Role.choices)
    content = forms.CharField(
        label=gettext_lazy("Who, and why you think so"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4, "autocomplete": "off"}),
        help_text=gettext_lazy(
            "After sealing you cannot read it alone again. A suspicion is no finding: write what you saw, and how you know."
        ),
    )


@tells_refusals
def references(request: HttpRequest, case_id: str) -> HttpResponse:
    """What is sealed (roles and weeks), sealing another, asking, and opening what a second member agreed to."""
    case = granted_case(request, case_id)
    act = request.POST.get("act", "")
    form = ReferenceForm(request.POST if act == "keep" else None, label_suffix="")
    if act in {"ask", "open"}:
        return _one(request, case, act)
    if act == "keep" and form.is_valid() and _kept(request, case, form):
        return redirect("desk:references", case.pk)
    context = {"case": case, "form": form, "could_be_sealed": kept.could_be_sealed(case)}
    return render(request, "desk/references.html", {**context, "rows": kept.standing_of(request.user, case)})


def _kept(request: HttpRequest, case: Case, form: ReferenceForm) -> bool:
    """Whether it was sealed; if not, what was written stays in the form."""
    opened = opened_case(request, case, CaseLog.Reason.CODING)
    try:
        kept.keep(request.user, opened, form.cleaned_data["role"], form.cleaned_data["content"])
    except Refused:
        form.add_error(None, _("Two members of the case are needed: let a second one in first."))
        return False
    say(request, _("Sealed. From now on two members of the case open it together."))
    return True


def _one(request: HttpRequest, case: Case, act: str) -> HttpResponse:
    row = kept.references_of(request.user, case).filter(pk=request.POST.get("reference", "")).first()
    if row is None:
        raise Http404
    if act == "ask":
        kept.ask(request.user, keys_of(request), row)
        say(request, _("Asked. Another member of the case finds it on this page and answers within a day."))
        return redirect("desk:approvals")
    opened = opened_case(request, row.case, CaseLog.Reason.REVIEW)
    content = kept.open_together(request.user, keys_of(request), opened, row)
    return render(request, "desk/reference.html", {"case": case, "row": row, "content": content})
