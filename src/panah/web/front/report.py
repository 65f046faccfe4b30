"""Telling what happened: one question a page, no account, no script.

Each page keeps its answers when it is left by one of its buttons, so that Back loses nothing. A page that comes after
its flow has ended begins a new one: what was just typed is kept.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods

from panah.errors import PanahError
from panah.vault.receipt import Receipt
from panah.web.base.errors import error_page
from panah.web.intake import flows
from panah.web.intake.advice import advice_for
from panah.web.intake.forms import FileForm, QuestionForm, countries
from panah.web.intake.questions import COMMON_TACTICS, QUESTIONS, SLUGS, question
from panah.web.intake.records import Draft, Told
from panah.web.intake.threads import hand_in

from .flow import draft_of, forget, remember, token_of
from .latin import language_of

FILES, CHECK = "files", "check"
STEPS = (*SLUGS[:-1], FILES, SLUGS[-1], CHECK)
"""The files come before what may be done with all of it."""


@require_http_methods(["GET", "POST"])
def start(request: HttpRequest) -> HttpResponse:
    """What this is, what happens next, what does not; then the first question."""
    if request.method == "POST":
        flows.clear_expired()
        token = flows.new_token()
        flows.write(token, Draft(language=language_of(request)))
        return remember(redirect("front:report_step", STEPS[0]), token)
    return render(request, "front/report/start.html", {"draft": draft_of(request)})


@require_http_methods(["GET", "POST"])
def step(request: HttpRequest, slug: str) -> HttpResponse:
    """One question."""
    asked = question(slug)
    if asked is None:
        raise Http404
    draft = draft_of(request)
    if draft is not None and draft.sent:
        return redirect("front:report_receipt")
    if request.method == "GET":
        if draft is None:
            return redirect("front:report")
        return _page(request, slug, QuestionForm.showing((asked,), draft.told), draft)
    token = token_of(request) if draft else flows.new_token()
    draft = draft or Draft(language=language_of(request))
    form = QuestionForm((asked,), request.POST)
    if not form.is_valid():
        return _page(request, slug, form, draft, status=400)
    kept = draft.model_copy(update={"told": form.told(draft.told)})
    flows.write(token, kept)
    return remember(_onward(request.POST.get("go", ""), slug), token)


def _onward(go: str, slug: str) -> HttpResponse:
    if go == "keep":
        return redirect("front:report_keep")
    at = STEPS.index(slug) + (-1 if go == "back" else 1)
    return _to(STEPS[at]) if at >= 0 else redirect("front:report")


def _to(slug: str) -> HttpResponse:
    return redirect(f"front:report_{slug}") if slug in {FILES, CHECK} else redirect("front:report_step", slug)


def _page(request: HttpRequest, slug: str, form: QuestionForm, draft: Draft, status: int = 200) -> HttpResponse:
    context: dict[str, Any] = {
        "question": question(slug),
        "form": form,
        "draft": draft,
        **_progress(slug),
        "countries": countries() if slug == "where" else None,
    }
    if slug == "what":
        ticked = set(form["tactics"].value() or ())
        boxes = [(box, box.data["value"], box.data["value"] in ticked) for box in form["tactics"]]
        pictures = dict(COMMON_TACTICS)
        context["common"] = [(box, pictures[code]) for box, code, _on in boxes if code in pictures]
        context["rest"] = [box for box, code, _on in boxes if code not in pictures]
        context["rest_open"] = any(on for _box, code, on in boxes if code not in pictures)
    if slug == "danger" and draft.told.tactics:
        context["advice"] = advice_for(draft.told.tactics, get_language() or "en")
    return render(request, "front/report/step.html", context, status=status)


def _progress(slug: str) -> dict[str, Any]:
    at = STEPS.index(slug)
    return {"number": at + 1, "n_steps": len(STEPS), "next": STEPS[at + 1] if at + 1 < len(STEPS) else "", "slug": slug}


@require_http_methods(["GET", "POST"])
def files(request: HttpRequest) -> HttpResponse:
    """Photographs, voice notes, documents: sealed while they stream in."""
    draft = draft_of(request)
    if draft is None:
        return redirect("front:report")
    if draft.sent:
        return redirect("front:report_receipt")
    form, status = FileForm(label_suffix="", auto_id="q_%s"), 200
    if request.method == "POST":
        go = request.POST.get("go", "")
        if go in {"next", "back", "keep"} and not request.FILES:
            return _onward(go, FILES)
        if blob_name := request.POST.get("remove", ""):
            flows.remove_file(token_of(request), draft, blob_name)
            return redirect("front:report_files")
        form = FileForm(request.POST, request.FILES, label_suffix="", auto_id="q_%s")
        problem = _taken(request, draft, form)
        if problem is None:
            return _onward(go, FILES) if go in {"next", "back", "keep"} else redirect("front:report_files")
        form.add_error("file", problem)
        status = 400
    context = {"form": form, "draft": draft, "limit": settings.PANAH_UPLOAD_BYTES, **_progress(FILES)}
    return render(request, "front/report/files.html", context, status=status)


def _taken(request: HttpRequest, draft: Draft, form: FileForm) -> str | None:
    """Keep the file that was sent; what is wrong with it otherwise."""
    # the last part of the form: without it the upload broke off on the way, and half a file is no evidence
    if "whole" not in request.POST:
        return _("The upload broke off. Nothing of it was kept: send the file again.")
    if not form.is_valid():
        return _("No file arrived, or it is empty. Choose it again.")
    if len(draft.files) >= flows.MOST_FILES:
        return _("There are %(n)s files already. Hand these in; more can follow with your code.") % {
            "n": flows.MOST_FILES
        }
    given = form.cleaned_data["file"]
    if _sent_before(draft, given, request.POST.get("n", "")):
        return None
    flows.add_file(token_of(request), draft, given.file, given.name, given.content_type or "")
    return None


def _sent_before(draft: Draft, given: Any, n_seen: str) -> bool:
    """The same form sent twice: it is older than the last file, which has the same name and size."""
    last = draft.files[-1] if draft.files else None
    same = last is not None and (last.name, last.size_bytes) == (given.name[:200], given.size)
    return same and n_seen != "" and n_seen != str(len(draft.files))


@require_http_methods(["GET", "POST"])
def check(request: HttpRequest) -> HttpResponse:
    """Everything once more; then it is handed in."""
    draft = draft_of(request)
    if draft is None:
        return redirect("front:report")
    if draft.sent:
        return redirect("front:report_receipt")
    if request.method == "POST":
        go = request.POST.get("go", "")
        if go == "back":
            return _onward(go, CHECK)
        if go == "keep":
            return redirect("front:report_keep")
        try:
            hand_in(token_of(request))
        except PanahError:
            return error_page(
                request,
                503,
                title=_("Nobody can take it in at the moment"),
                advice=_("Nothing is lost: keep it under a code, and hand it in later."),
            )
        return redirect("front:report_receipt")
    context = {"draft": draft, "answers": _answers(draft.told), **_progress(CHECK)}
    return render(request, "front/report/check.html", context)


def _answers(told: Told) -> list[tuple[Any, list[tuple[Any, Any]]]]:
    """What was answered, question by question, in words."""
    from panah import codes

    shown = []
    language = get_language() or "en"
    for each in QUESTIONS:
        given = []
        for asked in each.fields:
            value = getattr(told, asked.name)
            if not value:
                continue
            names = dict(asked.choices)
            if asked.kind == "tactics":
                value = ", ".join(codes.label("tactic", code, language) for code in value)
            elif names:
                value = ", ".join(str(names[str(one)]) for one in ([value] if isinstance(value, str) else value))
            given.append((asked, value))
        shown.append((each, given))
    return shown


@require_http_methods(["GET", "POST"])
def keep(request: HttpRequest) -> HttpResponse:
    """Keep an unfinished report under a code, to go on with it later or on another device."""
    draft = draft_of(request)
    if draft is None or draft.sent:
        return redirect("front:report")
    if request.method == "POST" and not draft.kept_digits:
        draft = flows.keep_under_code(token_of(request), draft)
        return redirect("front:report_keep")
    groups = Receipt(draft.kept_digits).groups if draft.kept_digits else None
    return render(request, "front/report/keep.html", {"draft": draft, "groups": groups, "days": flows.KEPT.days})


@require_http_methods(["GET", "POST"])
def receipt(request: HttpRequest) -> HttpResponse:
    """The code and the proof, until the person says that they are noted."""
    draft = draft_of(request)
    if draft is None or draft.sent is None:
        return redirect("front:report")
    if request.method == "POST":
        flows.end(token_of(request))
        return forget(redirect("front:report_done"))
    context = {
        "groups": Receipt(draft.sent.digits).groups,
        "proof": draft.sent.proof,
        "draft": draft,
        "advice": advice_for(draft.told.tactics, get_language() or "en"),
    }
    return render(request, "front/report/receipt.html", context)


@require_GET
def done(request: HttpRequest) -> HttpResponse:
    """It is handed in and nothing is left in this window."""
    return render(request, "front/report/done.html")


@require_GET
def advice(request: HttpRequest) -> HttpResponse:
    """All safety advice, for everybody."""
    codes_ = [code for code, _picture in COMMON_TACTICS]
    return render(request, "front/report/advice.html", {"advice": advice_for(codes_, get_language() or "en")})


@require_GET
def leave(request: HttpRequest) -> HttpResponse:
    """Away at once: to a neutral page, with nothing left in this window. A draft kept under a code stays there."""
    flows.end(token_of(request))
    answer = HttpResponse(status=303)
    answer.headers["Location"] = settings.PANAH_LEAVE_TO
    return forget(answer)
