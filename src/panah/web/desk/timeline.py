"""Calls and messages of a case on one line of time: repeated hidden calls, and numbers that other cases know."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from panah.web.cases.models import CaseLog
from panah.web.intake import numbers, phones
from panah.web.intake.phones import WITHHELD
from panah.web.intake.queries import all_told_in
from panah.web.register.queries import page_of

from .access import granted_case, keys_of, opened_case, say, tells_refusals

PAGE_SIZE: Final = 200
_NEVER: Final = datetime(1, 1, 1)  # noqa: DTZ001 - only compared with others of the kind
PATTERN_FROM: Final = 3
"""So many calls with a hidden number in the same hour of the day are told as one pattern."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One event as shown, with its moment for the order."""

    at: datetime | None
    event: dict[str, Any]
    extract: Any
    pattern: str = ""
    known: Any = None


@dataclass(frozen=True, slots=True)
class Pattern:
    """Calls whose number was hidden, at the same hour of the day."""

    name: str
    hour: int
    presentation: str
    n: int
    first: datetime
    last: datetime


def entries_of(extracts: list[tuple[Any, phones.Extract]]) -> list[Entry]:
    """All events of a case, oldest first; those without a time come last."""
    found = [
        Entry(datetime.fromisoformat(event["at"]) if event.get("at") else None, event, row)
        for row, extract in extracts
        for event in extract.events
    ]
    return sorted(found, key=lambda each: (each.at is None, each.at.replace(tzinfo=None) if each.at else _NEVER))


def patterns_of(entries: list[Entry]) -> list[Pattern]:
    """Hidden calls that come again at the same hour of the day, the most frequent first.

    The hour is that of the clock in which the export states its times (UTC, or the phone's own where no zone is known).
    """
    hidden = [each for each in entries if _is_hidden_call(each)]
    found = []
    key = lambda each: (each.event["presentation"], each.at.hour)  # noqa: E731 - sorted and grouped by one key
    for (presentation, hour), same in groupby(sorted(hidden, key=key), key=key):
        times = sorted((each.at for each in same), key=lambda moment: moment.replace(tzinfo=None))
        if len(times) >= PATTERN_FROM:
            found.append(Pattern(f"{presentation}-{hour}", hour, presentation, len(times), times[0], times[-1]))
    return sorted(found, key=lambda each: -each.n)


def _is_hidden_call(entry: Entry) -> bool:
    is_call = entry.event["kind"] == "call" or "call" in entry.event.get("flags", ())
    return entry.at is not None and is_call and entry.event["presentation"] in WITHHELD


@tells_refusals
def timeline(request: HttpRequest, case_id: str) -> HttpResponse:
    """The calls and messages that were chosen for this case."""
    case = granted_case(request, case_id)
    opened = opened_case(request, case, CaseLog.Reason.REVIEW)
    extracts = phones.extracts_in(opened)
    entries = entries_of(extracts)
    patterns = patterns_of(entries)
    named = {(each.presentation, each.hour): each.name for each in patterns}
    others = Counter(each.event.get("counterpart") for each in entries if each.event.get("counterpart"))
    others.update(filter(None, (each.whole_number for each in all_told_in(opened))))
    known = numbers.known(request.user, keys_of(request), case, others)
    shown = [
        Entry(
            each.at,
            each.event,
            each.extract,
            pattern=named.get((each.event["presentation"], each.at.hour), "") if _is_hidden_call(each) else "",
            known=known.get(each.event.get("counterpart") or ""),
        )
        for each in entries
    ]
    context = {
        "case": case,
        "extracts": extracts,
        "page": page_of(shown, request.GET.get("page", 1), PAGE_SIZE),
        "patterns": patterns,
        "shared": [(number, others[number], known[number]) for number in others if number in known],
        "n_entries": len(entries),
    }
    return render(request, "desk/timeline.html", context)


@require_POST
@tells_refusals
def ask(request: HttpRequest, case_id: str) -> HttpResponse:
    """Ask the members of a case that one may not read about a number both know."""
    case = granted_case(request, case_id)
    mark = request.POST.get("mark", "")
    if len(mark) != 64:
        raise Http404
    numbers.ask(request.user, case, mark)
    say(request, _("Asked. Who holds the other case sees your name and this case’s number in the inbox."))
    return redirect("desk:timeline", case_id)


@require_POST
def answered(request: HttpRequest, question_id: str) -> HttpResponse:
    """A question about a number was dealt with."""
    numbers.answered(request.user, question_id)
    return redirect("desk:inbox")
