"""Deleting for good: what would go, why, a second member's yes, and then the stones that are left."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from panah.errors import Refused
from panah.vault import custody
from panah.web.accounts.models import Member
from panah.web.cases import dual_control
from panah.web.cases.models import CaseLog, SealedRow
from panah.web.cases.opening import OpenCase
from panah.web.evidence import deletion
from panah.web.evidence.queries import deletion_told, item_of, tombstones_of
from panah.web.intake.queries import report_of
from panah.web.register.queries import claim_of, incident_of, page_of

from .access import granted_case, keys_of, opened_case, say, tells_refusals

LABELS: Final = {
    "evidence_evidenceitem": gettext_lazy("files and their views"),
    "register_documentreview": gettext_lazy("readings of documents"),
    "register_claim": gettext_lazy("claims"),
    "register_incident": gettext_lazy("incidents"),
    "register_decision": gettext_lazy("decisions"),
    "register_response": gettext_lazy("answers of authorities"),
    "register_campaign": gettext_lazy("campaigns"),
    "register_source": gettext_lazy("sources that nothing else names"),
    "register_person": gettext_lazy("people whom nothing else names"),
    "register_naming": gettext_lazy("namings of people in incidents"),
    "register_nobodyelse": gettext_lazy("answers that nobody else is in an incident"),
    "register_consent": gettext_lazy("consents"),
    "intake_report": gettext_lazy("reports"),
    "intake_telling": gettext_lazy("answers to the questions"),
    "intake_message": gettext_lazy("messages"),
    "intake_phoneextract": gettext_lazy("calls and messages of a telephone"),
}
PAGES: Final = {
    "evidence_evidenceitem": "desk:delete_item",
    "register_incident": "desk:delete_incident",
    "register_claim": "desk:delete_claim",
    "intake_report": "desk:delete_report",
}
"""What may be asked for, and on which page."""


def label(table: str) -> str:
    """Rows of a table in words; the table's name when it has none."""
    return str(LABELS.get(table, table))


def page_for(details: dict[str, Any]) -> str:
    """The address on which an approved deletion is done."""
    name = PAGES.get(details.get("table", ""))
    return reverse(name, args=[details["delete"][0]]) if name else ""


@dataclass(frozen=True, slots=True)
class Stone:
    """One line of the log that says ``deleted``, with what its sealed detail tells."""

    seq: int
    hour: datetime
    table: str
    name: str
    reason: str
    members: tuple[Member, ...]

    @property
    def what(self) -> str:
        """In words."""
        return label(self.table)


@tells_refusals
def delete_item(request: HttpRequest, item_id: str) -> HttpResponse:
    """One original, with what rests on it."""
    return _page(request, item_of, item_id, lambda pk: reverse("desk:evidence", args=[pk]))


@tells_refusals
def delete_incident(request: HttpRequest, incident_id: str) -> HttpResponse:
    """One incident, with what is said of it; the evidence stays."""
    return _page(request, incident_of, incident_id, lambda pk: reverse("desk:incident", args=[pk]))


@tells_refusals
def delete_claim(request: HttpRequest, claim_id: str) -> HttpResponse:
    """One claim; an incident that nothing else asserts goes with it."""
    return _page(request, claim_of, claim_id, lambda _pk: reverse("desk:register"))


@tells_refusals
def delete_report(request: HttpRequest, report_id: str) -> HttpResponse:
    """One report with its files, what rests on them, and its conversation."""
    return _page(request, report_of, report_id, lambda pk: reverse("desk:told", args=[pk]))


def _page(
    request: HttpRequest,
    one_of: Callable[[Member, str], SealedRow | None],
    row_id: str,
    back: Callable[[str], str],
) -> HttpResponse:
    row = one_of(request.user, row_id)
    if row is None or getattr(row, "derived_from_id", None):
        raise Http404
    opened = opened_case(request, row.case)
    going = deletion.going_with(opened, row)
    if request.method == "POST":
        return _done(request, opened, going)
    reasons = [(each.value, each.label) for each in CaseLog.DELETION_REASONS]
    context = {
        "row": row,
        "what": label(row._meta.db_table),
        "counted": [(label(table), n) for table, n in going.counted().items()],
        "back": back(row.pk),
        "reasons": reasons,
        "alone": not deletion.needs_second_person(request.user),
        "only_holder": dual_control.n_holders(row.case) < 2,
        "approved": [each for each in reasons if deletion.is_approved(request.user, opened, going, each[0])],
    }
    return render(request, "desk/delete.html", context)


def _done(request: HttpRequest, opened: OpenCase, going: deletion.Going) -> HttpResponse:
    reason = request.POST.get("reason", "")
    if request.POST.get("act") == "ask":
        deletion.ask_to_delete(request.user, keys_of(request), opened, going, reason)
        say(request, _("Asked. Another member of the case finds it on this page and answers within a day."))
        return redirect("desk:approvals")
    if request.POST.get("sure") != "yes":
        raise Refused("deleting cannot be undone", where="deletion", hint="tick that you are sure")
    deletion.delete(request.user, keys_of(request), opened, going.asked, reason)
    say(request, _("Deleted: no key is left that opens it. These lines stay."))
    return redirect("desk:deleted", opened.case.pk)


def deleted(request: HttpRequest, case_id: str) -> HttpResponse:
    """What was deleted from a case, by which lines of the custody log; the case is opened for who and why."""
    case = granted_case(request, case_id)
    opened = opened_case(request, case)
    page = page_of(tombstones_of(request.user, case), request.GET.get("page"))
    members = {each.pk: each for each in Member.objects.all()}
    page.object_list = [_stone(opened, each, members) for each in page.object_list]
    return render(request, "desk/deleted.html", {"case": case, "page": page})


def _stone(opened: OpenCase, row: Any, members: dict[str, Member]) -> Stone:
    line = custody.read_line(row.entry.line.encode())
    told = deletion_told(opened, row)
    by = [members[each] for each in (line.actor, told.get("approved_by")) if each in members]
    reasons = {each.value: str(each.label) for each in CaseLog.DELETION_REASONS}
    return Stone(
        seq=line.seq,
        hour=datetime.fromisoformat(line.at),
        table=row.table,
        name=line.item or "",
        reason=reasons.get(told.get("reason", ""), ""),
        members=tuple(by),
    )
