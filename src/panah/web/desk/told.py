"""One report and the conversation with whoever told it. Opening it stands in its case's log."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import formats
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from panah import codes
from panah.errors import Refused
from panah.model.evidence import Entrance
from panah.web.cases.actions import create_case
from panah.web.cases.models import Case, CaseLog
from panah.web.cases.opening import OpenCase
from panah.web.cases.queries import cases_of, holders_of
from panah.web.evidence.models import EvidenceItem
from panah.web.evidence.queries import record_in
from panah.web.intake import inbox as acts
from panah.web.intake import numbers
from panah.web.intake.advice import ANSWER_NAMES
from panah.web.intake.advice import answer as first_answer
from panah.web.intake.agreeing import OF_NOBODY, keeping_of, note_agreement
from panah.web.intake.consent import consents_of, taken_back
from panah.web.intake.models import Report, Thread
from panah.web.intake.queries import entries_in, report_in, report_of, reports_of, told_in
from panah.web.intake.questions import CONSENTS, QUESTIONS
from panah.web.intake.reach import cases_of_reports, give_code, lies_alone
from panah.web.intake.records import Told
from panah.web.outflow.models import Outflow
from panah.web.outflow.queries import left_of
from panah.web.register.told_words import account_of

from .access import granted_case, keys_of, opened_case, say, tells_refusals
from .people import WAYS
from .purposes import purpose_label
from .quick import CODES

PROMISES_DAYS = (1, 3, 7, 14)


class NoteForm(forms.Form):
    """That the person agreed elsewhere: how, on which day, and who asked."""

    how = forms.ChoiceField(label=gettext_lazy("How they were asked"))
    asked_by = forms.CharField(label=gettext_lazy("Who asked"), max_length=120)
    asked_on = forms.DateField(
        label=gettext_lazy("Day"), widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
    )

    def __init__(self, *args: Any, asker: str, **kwargs: Any) -> None:
        initial = {"asked_by": asker, "asked_on": datetime.now(UTC).date().isoformat()}
        super().__init__(*args, label_suffix="", auto_id="n-%s", initial=initial, **kwargs)
        self.fields["how"].choices = [("", "–"), *WAYS.items()]  # chosen, never just left standing


def _found(request: HttpRequest, report_id: str) -> Report:
    row = report_of(request.user, report_id)
    if row is None:
        raise Http404
    return row


@tells_refusals
def told(request: HttpRequest, report_id: str) -> HttpResponse:
    """What was told, what was said since, and what can be done."""
    row = _found(request, report_id)
    opened = opened_case(request, row.case, CaseLog.Reason.INTAKE)
    thread = acts.thread_of(row)
    beside = thread_case(request, row, opened, thread)
    report = report_in(opened, row)
    entries = entries_in(beside, thread) if thread and beside else []
    acts.mark_seen(request.user, row)
    answers = told_in(opened, row)
    allowed = consents_of(entries)
    context = {
        "row": row,
        "report": report,
        "thread": thread,
        "answers": answered(answers) if answers else [],
        "known": _known(request, row, answers.whole_number) if answers else None,
        "files": _files(opened, row),
        "entries": [
            (entry, _entry_files(beside, entry), WAYS.get(entry.agreement.how) if entry.agreement else "")
            for entry in entries
            if entry.kind != "consents"
        ],
        "consents": [(label, code in allowed) for code, label in CONSENTS] if thread else [],
        "keeping": keeping_of(thread, report.entrance, entries),
        "note": NoteForm(asker=str(request.user)),
        "taken_back": [(at, [_purpose_named(code) for code in gone]) for at, gone in taken_back(entries)],
        "left": [(each, purpose_label(each.purpose), each.purpose in allowed) for each in _left(request, row, thread)],
        "draft": _draft(request, report.language),
        "answer_names": ANSWER_NAMES.items(),
        "holders": [holder.member for holder in holders_of(request.user, row.case)],
        "others": reports_of(request.user).filter(merged_into=None).exclude(pk=row.pk)[:50],
        "cases": working_cases(request),
        "reasons": Report.CloseReason.choices,
        "promises": PROMISES_DAYS,
        "in_thread_case": thread is not None and thread.case_id == row.case_id,
        "lies_alone": lies_alone(row),
        "may_state": bool(account_of(opened, row).passages) and not lies_alone(row),
        "by_email": report.entrance == Entrance.EMAIL,
        "by_a_person": report.entrance not in OF_NOBODY,
    }
    return render(request, "desk/told.html", context)


def _known(request: HttpRequest, row: Report, number: str) -> numbers.Known | None:
    """Where else the number that was told is known."""
    return numbers.known(request.user, keys_of(request), row.case, [number]).get(number) if number else None


def _left(request: HttpRequest, row: Report, thread: Thread | None) -> list[Outflow]:
    """What left of the report's case, and of the conversation's."""
    found = {each.pk: each for each in left_of(request.user, row.case)}
    found |= {each.pk: each for each in left_of(request.user, thread.case)} if thread else {}
    return sorted(found.values(), key=lambda each: each.hour, reverse=True)


def _purpose_named(code: str) -> Any:
    return dict(CONSENTS).get(code, code)


def thread_case(request: HttpRequest, row: Report, opened: OpenCase, thread: Thread | None) -> OpenCase | None:
    """The thread's own case: the report's until it is kept in a working case."""
    if thread is None or thread.case_id == row.case_id:
        return opened if thread else None
    try:
        return opened_case(request, thread.case, CaseLog.Reason.INTAKE)
    except Http404:
        return None


def answered(told: Told) -> list[tuple[Any, list[tuple[Any, str, str]]]]:
    """The answers in words, question by question, as (kind, label, value); what was skipped is left out."""
    language = get_language() or "en"
    shown = []
    for question in QUESTIONS:
        given = []
        for asked in question.fields:
            value = getattr(told, asked.name)
            if not value or asked.kind == "consents":
                continue
            names = dict(asked.choices)
            if asked.kind == "tactics":
                value = ", ".join(codes.label("tactic", code, language) for code in value)
            elif names:
                value = ", ".join(
                    str(names.get(str(one), one)) for one in ([value] if isinstance(value, str) else value)
                )
            given.append((asked.kind, asked.label, value))
        if given:
            shown.append((question, given))
    return shown


def _files(opened: OpenCase, row: Report) -> list[tuple[EvidenceItem, str]]:
    items = EvidenceItem.objects.filter(case=opened.case, pk__in=report_in(opened, row).evidence_ids)
    return [(item, record_in(opened, item).file_name) for item in items]


def _entry_files(opened: OpenCase | None, entry: Any) -> list[tuple[str, str]]:
    return list(zip(entry.evidence_ids, entry.file_names, strict=False)) if opened else []


def _draft(request: HttpRequest, language: str) -> Any:
    key = request.GET.get("answer", "")
    return first_answer(key, language) if key in ANSWER_NAMES else None


def working_cases(request: HttpRequest) -> list[tuple[str, str]]:
    """The member's open cases that were not made for one report alone, by id and week."""
    open_ = cases_of(request.user).filter(kind=Case.Kind.CASE, status=Case.Status.OPEN)
    found = open_.exclude(pk__in=cases_of_reports().values("pk"))[:50]
    return [
        (case.pk, f"{case.pk[:8]} · {formats.date_format(case.created_week, 'SHORT_DATE_FORMAT')}") for case in found
    ]


@require_POST
@tells_refusals
def act(request: HttpRequest, report_id: str) -> HttpResponse:
    """One act on one report."""
    row = _found(request, report_id)
    done = _ACTS.get(request.POST.get("act", ""))
    if done is None:
        raise Http404
    sentence = done(request, row)
    if not sentence:  # a code was made: it is shown at once, and once
        return redirect("desk:quick_code", report_id)
    say(request, sentence)
    gone = report_of(request.user, report_id) is None
    return redirect("desk:inbox") if gone else redirect("desk:told", report_id)


def _assign(request: HttpRequest, row: Report) -> str:
    wanted = request.POST.get("member", "")
    holders = {holder.member.pk: holder.member for holder in holders_of(request.user, row.case)}
    acts.assign(request.user, [row], holders.get(wanted))
    return _("Noted whose it is.")


def _promise(request: HttpRequest, row: Report) -> str:
    days = request.POST.get("days", "")
    day = datetime.now(UTC).date() + timedelta(days=int(days)) if days in map(str, PROMISES_DAYS) else None
    acts.promise(request.user, row, day)
    return _("Promised.") if day else _("The promise is taken back.")


def _answer(request: HttpRequest, row: Report) -> str:
    thread = acts.thread_of(row)
    if thread is None:
        raise Refused("nobody can be answered here", where="report", hint="it came without a code")
    opened = opened_case(request, thread.case, CaseLog.Reason.INTAKE)
    acts.answer(request.user, opened, row, request.POST.get("text", ""))
    return _("Sealed for the person. It is read with the code.")


def _decline(request: HttpRequest, row: Report) -> str:
    thread = acts.thread_of(row)
    if thread is None:
        raise Refused("nobody asked for that", where="report", hint="load the page again")
    opened = opened_case(request, thread.case, CaseLog.Reason.INTAKE)
    acts.decline_erasure(request.user, opened, row, request.POST.get("text", ""))
    return _("Sealed for the person, with your reason. They can ask again.")


def _close(request: HttpRequest, row: Report) -> str:
    reason = request.POST.get("reason", "")
    if reason not in Report.CloseReason.values:
        raise Refused("a report is closed for a reason", where="reason", hint="choose one")
    acts.close(request.user, [row], reason)
    return _("Closed.")


def _reopen(request: HttpRequest, row: Report) -> str:
    acts.reopen(request.user, row)
    return _("Open again.")


def _merge(request: HttpRequest, row: Report) -> str:
    acts.merge(request.user, row, _found(request, request.POST.get("into", "")))
    return _("Noted as told before; its thread stays open.")


def _keep(request: HttpRequest, row: Report) -> str:
    keys, case_id = keys_of(request), request.POST.get("case", "")
    case = granted_case(request, case_id) if case_id else create_case(request.user, keys, Case.Kind.CASE).case
    opened = opened_case(request, row.case, CaseLog.Reason.INTAKE)
    target = opened_case(request, case, CaseLog.Reason.INTAKE)
    acts.keep_in_case(request.user, keys, opened, row, target)
    return _("Kept in the case %(id)s.") % {"id": case.pk[:8]}


def _agreed(request: HttpRequest, row: Report) -> str:
    form, thread = NoteForm(request.POST, asker=str(request.user)), acts.thread_of(row)
    if thread is None or not form.is_valid():
        raise Refused("a note says who asked, how, and on which day", where="consent", hint="fill in all three")
    opened = opened_case(request, thread.case, CaseLog.Reason.INTAKE)
    note_agreement(request.user, opened, row, **form.cleaned_data)
    return _("Noted. The person reads the note with their code, and can take it back.")


def _code(request: HttpRequest, row: Report) -> str:
    opened = opened_case(request, row.case, CaseLog.Reason.INTAKE)
    receipt = give_code(request.user, keys_of(request), opened, row)
    request.session[CODES] = {**request.session.get(CODES, {}), row.pk: receipt.digits}
    return ""


def _erase(request: HttpRequest, row: Report) -> str:
    if request.POST.get("sure") != "yes":
        raise Refused("erasing cannot be undone", where="report", hint="tick that you are sure")
    acts.erase(request.user, opened_case(request, row.case, CaseLog.Reason.INTAKE), row)
    return _("Erased: no key is left that opens it.")


_ACTS = {
    "assign": _assign,
    "promise": _promise,
    "answer": _answer,
    "close": _close,
    "reopen": _reopen,
    "merge": _merge,
    "keep": _keep,
    "erase": _erase,
    "decline": _decline,
    "code": _code,
    "agreed": _agreed,
}
