"""What two members do together: what waits for my answer, what I asked for, and how it stands."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from panah.web.cases import dual_control, recovery, references
from panah.web.cases.models import CaseLog, DualRequest

from . import deleting
from .access import keys_of, say, tells_refusals
from .purposes import purpose_label

SHOWN = 30


@dataclass(frozen=True, slots=True)
class Shown:
    """A request as the page shows it."""

    row: DualRequest
    details: dict[str, Any]
    state: str

    @property
    def purpose(self) -> str:
        """For whom, in words."""
        return purpose_label(self.details.get("purpose", ""))

    @property
    def what(self) -> str:
        """What a deletion was asked for, in words."""
        return deleting.label(self.details.get("table", ""))

    @property
    def n_along(self) -> int:
        """How many rows go with it."""
        return int(self.details.get("n", 1)) - 1

    @property
    def reason(self) -> str:
        """Why something is deleted, in words."""
        return {each.value: str(each.label) for each in CaseLog.DELETION_REASONS}.get(
            self.details.get("reason", ""), ""
        )

    @property
    def deletion_page(self) -> str:
        """Where an approved deletion is looked at and done."""
        return deleting.page_for(self.details)

    @property
    def may_be_seen(self) -> bool:
        """Whether it is still there to be looked at."""
        return self.state in {"waiting", "approved"} and bool(self.deletion_page)


def approvals(request: HttpRequest) -> HttpResponse:
    """The inbox of dual control. It opens nothing: a request holds ids, recipients and codes."""
    context = {
        "waiting": [_shown(row) for row in dual_control.waiting_for(request.user)],
        "held": [(each, dual_control.approved_recovery_of(each)) for each in recovery.held_by(request.user)],
        "mine": [_shown(row) for row in dual_control.asked_by(request.user)[:SHOWN]],
    }
    return render(request, "desk/approvals.html", context)


@require_POST
@tells_refusals
def answer(request: HttpRequest, request_id: str) -> HttpResponse:
    """Approve or decline; what one may not answer is not there."""
    row = next((each for each in dual_control.waiting_for(request.user) if each.pk == request_id), None)
    if row is None:
        raise Http404
    approve = request.POST.get("answer") == "approve"
    reference = references.reference_of(request.user, row) if row.act == DualRequest.Act.REFERENCE else None
    if approve and reference is not None:
        references.agree(request.user, keys_of(request), row, reference)
    else:
        dual_control.answer(request.user, keys_of(request), row, approve=approve)
    say(request, _("Approved. It serves once, within a day.") if approve else _("Declined."))
    return redirect("desk:approvals")


def _shown(row: DualRequest) -> Shown:
    return Shown(row, json.loads(row.details), _state(row))


def _state(row: DualRequest) -> str:
    if row.used_hour is not None:
        return "used"
    if row.approved is False:
        return "declined"
    if not dual_control.is_alive(row):
        return "run_out"
    return "approved" if row.approved else "waiting"
