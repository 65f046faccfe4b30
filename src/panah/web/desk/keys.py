"""New keys for cases: yearly, and when a member left; with what is done and what is left.

The member's own unlocked keys are needed, so no background job can do it: the page works some seconds at a time and
goes on by itself while it is open.
"""

from __future__ import annotations

import time
from typing import Final

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_POST

from panah.web.cases.models import CaseLog
from panah.web.cases.queries import due_for_a_new_key
from panah.web.cases.rotation import rotate
from panah.web.evidence.queries import files_with_an_old_key
from panah.web.evidence.renewal import renew_file

from .access import keys_of, opened_case, tells_refusals

WORK_S: Final = 4.0
"""Seconds of work in one request; the case or file at hand is finished first."""


def keys(request: HttpRequest) -> HttpResponse:
    """What is due."""
    return _page(request)


@require_POST
@tells_refusals
def renew(request: HttpRequest) -> HttpResponse:
    """Give new keys for some seconds, cases first, and show what is left."""
    until = time.monotonic() + WORK_S
    for case in due_for_a_new_key(request.user):
        rotate(request.user, keys_of(request), opened_case(request, case, CaseLog.Reason.ROTATION))
        if time.monotonic() >= until:
            return _page(request)
    opened = None
    files = files_with_an_old_key(request.user).select_related("case").order_by("case_id", "pk")
    for item in list(files[:500]):
        if opened is None or opened.case.pk != item.case_id:
            opened = opened_case(request, item.case, CaseLog.Reason.ROTATION)
        renew_file(request.user, opened, item)
        if time.monotonic() >= until:
            break
    return _page(request)


def _page(request: HttpRequest) -> HttpResponse:
    due = due_for_a_new_key(request.user)
    n_files = files_with_an_old_key(request.user).count()
    n_left = len(due) + n_files
    asked = request.POST.get("n_total", "")
    n_total = max(n_left, int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 10 else n_left)
    context = {"due": due, "n_files": n_files, "n_left": n_left, "n_total": n_total, "n_done": n_total - n_left}
    return render(request, "desk/keys.html", {**context, "running": request.method == "POST" and n_left > 0})
