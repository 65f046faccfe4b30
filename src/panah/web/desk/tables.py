"""Taking in a table: send it, see what its columns are taken for and which rows cannot be read, then confirm."""

from __future__ import annotations

import json
from typing import Any, Final

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods

from panah.errors import PanahError
from panah.link import ROLES
from panah.web.cases.actions import create_case
from panah.web.cases.models import Case, CaseLog
from panah.web.intake import flows, waiting
from panah.web.intake.models import SavedMapping
from panah.web.lists import taking_in
from panah.web.lists.models import DocumentationList
from panah.web.lists.queries import lists_of, stored_in
from panah.web.lists.taking_in import Preview, TableDraft

from .access import keys_of, opened_case, say, tells_refusals

WAITING: Final = "_table"
LARGEST_BYTES: Final = 64 * 1024 * 1024
PROBLEMS_SHOWN: Final = 20
ROLE_NAMES: Final = {
    "record_id": gettext_lazy("Number in the list"),
    "name": gettext_lazy("Name"),
    "given_name": gettext_lazy("Given name"),
    "family_name": gettext_lazy("Family name"),
    "date": gettext_lazy("Date"),
    "host_country": gettext_lazy("Host country"),
    "act_country": gettext_lazy("Country of the act"),
    "origin_state": gettext_lazy("Origin state"),
    "host_place": gettext_lazy("Host place"),
    "tactic": gettext_lazy("Tactic"),
    "birth_date": gettext_lazy("Date of birth"),
    "identifier": gettext_lazy("Identifier"),
}


class TableForm(forms.Form):
    """A table, and which list it belongs to."""

    file = forms.FileField(label=gettext_lazy("Table"), help_text=gettext_lazy("CSV, XLSX or ODS, up to 64 MB."))
    list = forms.ChoiceField(label=gettext_lazy("List"), required=False)
    name = forms.CharField(
        label=gettext_lazy("Name of a new list"),
        required=False,
        max_length=120,
        widget=forms.TextInput({"dir": "auto"}),
    )
    mapping = forms.ChoiceField(label=gettext_lazy("Columns as in"), required=False)

    def __init__(self, *args: Any, member: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", auto_id="t_%s", **kwargs)
        self.fields["list"].choices = [("", _("a new list")), *((each.pk, each.label) for each in lists_of(member))]
        saved = SavedMapping.objects.filter(member=member)
        self.fields["mapping"].choices = [("", _("the header says")), *((each.pk, each.name) for each in saved)]


@require_http_methods(["GET", "POST"])
def table_import(request: HttpRequest) -> HttpResponse:
    """The form; what is sent waits sealed until it is confirmed."""
    posted = request.method == "POST"
    form = TableForm(request.POST if posted else None, request.FILES if posted else None, member=request.user)
    if posted and "whole" not in request.POST:
        form.add_error(None, _("The upload broke off. Nothing of it was kept: send the file again."))
    if posted and form.is_valid():
        given = form.cleaned_data
        flows.clear_expired()
        flows.end(request.session.pop(WAITING, ""))
        token = ""
        try:
            token, file = waiting.seal(given["file"].file, given["file"].name, LARGEST_BYTES)
            draft = TableDraft(file=file, name=_name(given), list_id=given["list"], roles=_roles_before(request, given))
            waiting.write(token, draft)
            taking_in.preview(draft)
        except PanahError as error:
            flows.end(token)
            form.add_error(None, f"{error.what}. {error.hint}".strip(" .") + ".")
        else:
            request.session[WAITING] = token
            return redirect("desk:table_check")
    return render(request, "desk/table_import.html", {"form": form}, status=400 if form.errors else 200)


def _name(given: dict[str, Any]) -> str:
    return given["name"].strip() or str(given["file"].name).rpartition(".")[0][:120] or _("List")


def _roles_before(request: HttpRequest, given: dict[str, Any]) -> dict[str, str]:
    """A saved mapping, or what the list's columns were taken for the last time."""
    saved = SavedMapping.objects.filter(member=request.user, pk=given["mapping"]).first()
    if saved is not None:
        return dict(json.loads(saved.roles))
    kept = lists_of(request.user).filter(pk=given["list"]).first() if given["list"] else None
    if kept is None:
        return {}
    return dict(stored_in(opened_case(request, kept.case, CaseLog.Reason.INTAKE), kept).roles)


@require_http_methods(["GET", "POST"])
@tells_refusals
def table_check(request: HttpRequest) -> HttpResponse:
    """Columns, counts, problems; kept when confirmed."""
    token = request.session.get(WAITING, "")
    draft = taking_in.draft_of(token)
    if draft is None:
        return redirect("desk:table_import")
    act = request.POST.get("act", "")
    if act == "drop":
        flows.end(request.session.pop(WAITING, ""))
        say(request, _("Nothing was kept."))
        return redirect("desk:lists")
    if act:
        draft = draft.model_copy(update={"roles": _said(request, taking_in.preview(draft))})
        waiting.write(token, draft)
    found = taking_in.preview(draft)
    if act == "save" and (name := request.POST.get("mapping_name", "").strip()[:60]):
        roles = json.dumps({column: role for column, role, _values in found.columns})
        SavedMapping.objects.create(member=request.user, name=name, roles=roles)
    if act == "keep" and found.read is not None:
        return _kept(request, token, draft, found)
    opened = _list_opened(request, draft)
    context = {
        "draft": draft,
        "found": found,
        "columns": [(f"c{number}", *each) for number, each in enumerate(found.columns)],
        "roles": [(role, ROLE_NAMES.get(role, role)) for role in ROLES],
        "problems": [(taking_in.place_of(each), each.what, each.hint) for each in found.problems[:PROBLEMS_SHOWN]],
        "n_more": max(0, len(found.problems) - PROBLEMS_SHOWN),
        "counts": taking_in.compare(*opened, found.read) if opened and found.read else None,
    }
    return render(request, "desk/table_check.html", context, status=400 if found.refusal else 200)


def _said(request: HttpRequest, before: Preview) -> dict[str, str]:
    """The role that was chosen for each column; of two columns with one role the first keeps it."""
    said: dict[str, str] = {}
    for number, (column, role, _values) in enumerate(before.columns):
        chosen = request.POST.get(f"c{number}", role)
        said[column] = chosen if chosen in ROLES and chosen not in said.values() else ""
    return said


def _list_opened(request: HttpRequest, draft: TableDraft) -> tuple[Any, DocumentationList] | None:
    kept = lists_of(request.user).filter(pk=draft.list_id).first() if draft.list_id else None
    return (opened_case(request, kept.case, CaseLog.Reason.INTAKE), kept) if kept else None


def _kept(request: HttpRequest, token: str, draft: TableDraft, found: Preview) -> HttpResponse:
    existing = _list_opened(request, draft)
    if draft.list_id and existing is None:
        raise Http404
    keys = keys_of(request)
    case = existing[1].case if existing else create_case(request.user, keys, Case.Kind.LIST).case
    opened = opened_case(request, case, CaseLog.Reason.INTAKE)
    roles = {column: role for column, role, _values in found.columns}
    done = taking_in.keep(request.user, opened, token, roles)
    request.session.pop(WAITING, "")
    counts = {"new": done.n_new, "changed": done.n_changed, "same": done.n_same, "problems": len(done.problems)}
    say(request, _("New %(new)s, changed %(changed)s, known already %(same)s, not read %(problems)s.") % counts)
    return redirect("desk:documentation_list", done.documentation_list.pk)


@require_GET
@tells_refusals
def table_problems(request: HttpRequest) -> HttpResponse:
    """All rows that cannot be read, as a table."""
    draft = taking_in.draft_of(request.session.get(WAITING, ""))
    if draft is None:
        return redirect("desk:table_import")
    answer = HttpResponse(
        taking_in.problems_csv(taking_in.preview(draft).problems), content_type="text/csv; charset=utf-8"
    )
    answer.headers["Content-Disposition"] = 'attachment; filename="rows-not-read.csv"'
    return answer
