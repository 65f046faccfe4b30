"""A person on the telephone: all questions on one page for the case worker, and a sheet of paper for where there is
no computer. The code that is given is kept in the member's sealed session until it has been read out.
"""

from __future__ import annotations

from typing import Final

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from panah import codes, i18n
from panah.errors import NoGrant
from panah.model.base import new_id
from panah.vault.receipt import Receipt
from panah.web.base.context import direction_of
from panah.web.intake import latin
from panah.web.intake.forms import QuestionForm, countries
from panah.web.intake.inbox import take_in_by_hand
from panah.web.intake.models import Report
from panah.web.intake.queries import report_of
from panah.web.intake.questions import COMMON_TACTICS, CONSENTS, QUESTIONS
from panah.web.intake.records import Told

from .access import keys_of, sent_once, tells_refusals

CODES: Final = "_codes_to_read_out"
SPOKEN: Final = frozenset({*i18n.LANGUAGES, latin.LANGUAGE})
"""Languages of a person, Uyghur in both scripts."""


@require_http_methods(["GET", "POST"])
@tells_refusals
def quick(request: HttpRequest) -> HttpResponse:
    """The form; sent twice it keeps one report."""
    form = QuestionForm(QUESTIONS, request.POST or None)
    once = sent_once(request)
    language = request.POST.get("language", get_language() or "en")
    if once and form.is_valid() and language in SPOKEN:
        if Report.objects.filter(pk=once).exists():
            return _sent_before(request, once)
        report, receipt = take_in_by_hand(
            request.user, keys_of(request), form.told(Told()), language=language, report_id=once
        )
        request.session[CODES] = {**request.session.get(CODES, {}), report.pk: receipt.digits}
        return redirect("desk:quick_code", report.pk)
    context = {
        "form": form,
        "parts": [(question, [form[asked.name] for asked in question.fields]) for question in QUESTIONS],
        "countries": countries(),
        "once": once or new_id(),
        "chosen_language": language,
    }
    return render(request, "desk/quick.html", context, status=400 if form.errors else 200)


def _sent_before(request: HttpRequest, report_id: str) -> HttpResponse:
    if report_of(request.user, report_id) is None:
        raise NoGrant("this form was sent already", where="form", hint="load the page again")
    waiting = report_id in request.session.get(CODES, {})
    return redirect("desk:quick_code" if waiting else "desk:told", report_id)


@require_http_methods(["GET", "POST"])
def quick_code(request: HttpRequest, report_id: str) -> HttpResponse:
    """The code to read out, until the case worker says that the person has it: of a call, or of a report that came without."""
    waiting = request.session.get(CODES, {})
    if report_of(request.user, report_id) is None or report_id not in waiting:
        raise Http404
    if request.method == "POST":
        request.session[CODES] = {key: digits for key, digits in waiting.items() if key != report_id}
        return redirect("desk:told", report_id)
    return render(request, "desk/quick_code.html", {"groups": Receipt(waiting[report_id]).groups})


def paper(request: HttpRequest, language: str) -> HttpResponse:
    """The same questions on paper, in a language of the person, to be typed in later."""
    if language not in SPOKEN:
        raise Http404
    in_latin, script = language == latin.LANGUAGE, language
    language = "ug" if in_latin else language
    with translation.override(language):
        context = {
            "questions": QUESTIONS,
            "tactics": [codes.label("tactic", code, language) for code, _picture in COMMON_TACTICS],
            "consents": CONSENTS,
            "paper_language": language,
            "paper_direction": direction_of(language),
        }
        answer = render(request, "desk/paper.html", context)
    if in_latin:
        answer.content = latin.page(answer.content.decode()).encode()
    answer.headers["Content-Language"] = script
    return answer
