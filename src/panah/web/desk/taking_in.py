"""Taking in a document: sealed and read at once, compared with what is here, and laid out for review."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import formats
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from panah import codes
from panah.errors import PanahError
from panah.model.evidence import Entrance
from panah.web.cases.actions import create_case
from panah.web.cases.models import Case, CaseLog
from panah.web.cases.opening import OpenCase
from panah.web.cases.queries import cases_of
from panah.web.intake.actions import receive_report
from panah.web.register import documents
from panah.web.register.queries import document_cases_of

from .access import granted_case, keys_of, opened_case, say

DOCUMENT_SOURCES = ("news", "organisation", "person", "authority", "unknown")


class DocumentForm(forms.Form):
    """One document, and what the member knows of it."""

    file = forms.FileField(
        label=_("Document"), help_text=_("Text, web page, PDF with a text layer, Word document or e-mail; up to 64 MB.")
    )
    published = forms.CharField(
        label=_("Published"),
        required=False,
        max_length=32,
        help_text=_("As exact as you know: 2024, 2024-11, 2024-11-18. Left empty it is looked for in the document."),
    )
    kind = forms.ChoiceField(label=_("Who wrote it"))
    case = forms.ChoiceField(label=_("Case"), required=False)

    def __init__(self, *args: Any, member: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", auto_id="d_%s", **kwargs)
        language = get_language() or "en"
        self.fields["kind"].choices = [(code, codes.label("source_kind", code, language)) for code in DOCUMENT_SOURCES]
        cases = cases_of(member).filter(kind=Case.Kind.DOCUMENT, status=Case.Status.OPEN)[:50]
        named = [(each.pk, f"{each.pk[:8]} · {formats.date_format(each.created_week)}") for each in cases]
        self.fields["case"].choices = [("", _("a new case")), *named]


def take_in(request: HttpRequest) -> HttpResponse:
    """The form, and what is sent with it."""
    form = DocumentForm(request.POST or None, request.FILES or None, member=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            return _taken_in(request, form.cleaned_data)
        except PanahError as error:
            form.add_error(None, f"{error.what}. {error.hint}".strip(" .") + ".")
    return render(request, "desk/take_in.html", {"form": form}, status=400 if form.errors else 200)


def _taken_in(request: HttpRequest, given: dict[str, Any]) -> HttpResponse:
    known = _known(request)
    opened = _case_for(request, given["case"])
    row = documents.take_in_document(
        request.user,
        opened,
        given["file"].file,
        given["file"].name,
        published=given["published"],
        known=known,
        kind=given["kind"],
    )
    receive_report(
        request.user, keys_of(request), entrance=Entrance.DOCUMENT, writer=opened, evidence_ids=(row.item_id,)
    )
    say(request, _("Sealed and read. Nothing of it counts before you have decided on it."))
    return redirect("desk:document", row.item_id)


def _known(request: HttpRequest) -> list[documents.Known]:
    """Every document that this member may read; each case's opening is in its log."""
    cases = document_cases_of(request.user)
    return [each for case in cases for each in documents.known_in(opened_case(request, case, CaseLog.Reason.INTAKE))]


def _case_for(request: HttpRequest, case_id: str) -> OpenCase:
    case = (
        granted_case(request, case_id)
        if case_id
        else create_case(request.user, keys_of(request), Case.Kind.DOCUMENT).case
    )
    return opened_case(request, case, CaseLog.Reason.INTAKE)
