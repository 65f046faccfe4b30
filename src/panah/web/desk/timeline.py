"""Calls and messages of a case on one line of time: repeated hidden calls, and numbers that other cases know."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any, Final

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from panah.web.base.rules import may_ask
from panah.web.cases.models import CaseLog
from panah.web.intake import numbers
from panah.web.intake.phone_entries import Entry, EntryFilter, Group, entries_in, groups_of, patterns_of
from panah.web.intake.queries import all_told_in
from panah.web.register.models import Incident
from panah.web.register.queries import page_of
from panah.web.register.told_entries import MOST_TOGETHER, Stated, stated_in

from .access import granted_case, keys_of, opened_case, say, tells_refusals

PAGE_SIZE: Final = 100
GROUPS_SHOWN: Final = 60


class FilterForm(forms.Form):
    """What to show of a line of time; a value that is none narrows nothing, so links age well."""

    like = forms.CharField(label=gettext_lazy("Who"), required=False, max_length=60)
    kind = forms.ChoiceField(
        label=gettext_lazy("What"),
        required=False,
        choices=[("", gettext_lazy("All")), ("call", gettext_lazy("Calls")), ("message", gettext_lazy("Messages"))],
    )
    since = forms.DateField(label=gettext_lazy("From"), required=False, widget=forms.DateInput({"type": "date"}))
    until = forms.DateField(label=gettext_lazy("Until"), required=False, widget=forms.DateInput({"type": "date"}))
    pattern = forms.CharField(required=False, max_length=40, widget=forms.HiddenInput)
    open = forms.BooleanField(label=gettext_lazy("Not stated yet"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", auto_id="f_%s", **kwargs)

    def chosen(self) -> EntryFilter:
        """The filter, without the values that are none."""
        self.is_valid()
        return EntryFilter(**{name: value for name, value in self.cleaned_data.items() if value and name != "open"})

    @property
    def open_only(self) -> bool:
        """Whether what is stated already is left out."""
        return bool(self.cleaned_data.get("open"))


def found_in(entries: list[Entry], stated: Stated, data: Any) -> tuple[FilterForm, list[Entry]]:
    """The filter that an address or a form holds, and what it keeps."""
    form = FilterForm(data)
    kept = form.chosen().keep(entries)
    return form, [each for each in kept if not stated.of(each)] if form.open_only else kept


@dataclass(frozen=True, slots=True)
class Shown:
    """One entry as the page shows it."""

    entry: Entry
    pattern: str
    known: Any
    group: Group
    stated: tuple[Incident, ...]


@tells_refusals
def timeline(request: HttpRequest, case_id: str) -> HttpResponse:
    """The calls and messages that were chosen for this case."""
    case = granted_case(request, case_id)
    opened = opened_case(request, case, CaseLog.Reason.REVIEW)
    entries, stated = entries_in(opened), stated_in(opened)
    patterns, groups = patterns_of(entries), groups_of(entries)
    by_who = {each.who: each for each in groups}
    names = {each.name for each in patterns}
    form, found = found_in(entries, stated, request.GET)
    others = Counter(each.event.get("counterpart") for each in entries if each.event.get("counterpart"))
    others.update(filter(None, (each.whole_number for each in all_told_in(opened))))
    known = numbers.known(request.user, keys_of(request), case, others)
    page = page_of(found, request.GET.get("page", 1), PAGE_SIZE)
    context = {
        "case": case,
        "page": page,
        "shown": [
            Shown(
                each,
                each.pattern_name if each.pattern_name in names else "",
                known.get(each.event.get("counterpart") or ""),
                by_who[each.who],
                stated.of(each),
            )
            for each in page
        ],
        "form": form,
        "chosen_pattern": next((each for each in patterns if each.name == form.cleaned_data.get("pattern")), None),
        "groups": groups[:GROUPS_SHOWN],
        "n_more_groups": max(0, len(groups) - GROUPS_SHOWN),
        "group": next((by_who[each.who] for each in entries if each.key == form.cleaned_data.get("like")), None),
        "is_filtered": form.open_only or form.chosen().narrows,
        "patterns": patterns,
        "shared": [(number, others[number], known[number]) for number in others if number in known],
        "n_entries": len(entries),
        "n_found": len(found),
        "may_state": may_ask(request.user, "desk:state_entries"),
        "most": MOST_TOGETHER,
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
