"""Coming back with the code: the answer, another message, another file, consent, erasure."""

from __future__ import annotations

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from panah.errors import BadIdentifier, PanahError, Refused
from panah.model.person import Purpose
from panah.web.intake import flows
from panah.web.intake.consent import consents_of
from panah.web.intake.forms import CodeForm, MessageForm
from panah.web.intake.mailbox import Mailbox, come_back, visit
from panah.web.intake.questions import CONSENTS
from panah.web.intake.records import Draft

from .flow import forget, remember, token_of


@require_http_methods(["GET", "POST"])
def back(request: HttpRequest) -> HttpResponse:
    """The code is asked for; what it opens is decided by what it was given for."""
    form = CodeForm(request.POST or None, label_suffix="", auto_id="q_%s")
    if request.method == "POST" and form.is_valid():
        try:
            token, found = come_back(form.cleaned_data["code"])
        except BadIdentifier:
            form.add_error("code", _("A digit is missing or wrong. Compare it with what you wrote down."))
        except Refused:
            form.add_error("code", _("Too many codes were tried. Wait some minutes and try again."))
        except PanahError:
            form.add_error("code", _("This code opens nothing here. Compare it with what you wrote down."))
        else:
            target = "front:report_check" if isinstance(found, Draft) else "front:mailbox"
            return remember(redirect(target), token)
    # a code that was typed is never printed back
    shown = CodeForm(label_suffix="", auto_id="q_%s")
    errors = form.errors.get("code", []) if request.method == "POST" else []
    context = {"form": shown, "errors": errors}
    return render(request, "front/report/back.html", context, status=400 if errors else 200)


@require_http_methods(["GET", "POST"])
def mailbox(request: HttpRequest) -> HttpResponse:
    """What was said, and what can be done now."""
    opened = visit(token_of(request))
    if opened is None:
        return forget(redirect("front:back"))
    form = MessageForm(label_suffix="", auto_id="q_%s")
    status = 200
    if request.method == "POST":
        form = MessageForm(request.POST, request.FILES, label_suffix="", auto_id="q_%s")
        problem = _written(request, opened, form)
        if problem is None:
            return redirect("front:mailbox")
        form.add_error(None, problem)
        status = 400
    return _shown(request, opened, form, status)


def _written(request: HttpRequest, opened: Mailbox, form: MessageForm) -> str | None:
    if "whole" not in request.POST:
        return _("The upload broke off. Nothing of it was kept: send the file again.")
    if not form.is_valid():
        return _("The file is empty, or the message is too long.")
    given, text = form.cleaned_data["file"], form.cleaned_data["text"].strip()
    if not given and not text:
        return _("Write something, or add a file.")
    files = [(given.file, given.name[:200], given.content_type or "")] if given else []
    if _said_already(opened, text, [name for _stream, name, _media in files], request.POST.get("n", "")):
        return None
    try:
        opened.write(text, files)
    except Refused:  # the case got a new key in this very moment
        return _("It could not be kept just now. Send it again.")
    return None


def _said_already(opened: Mailbox, text: str, names: list[str], n_seen: str) -> bool:
    """The same form sent twice: the last entry says the same, and nothing came between.

    Two voice notes may have one name: with a file it is the same only when the form is older than the last entry.
    """
    entries = opened.entries()
    last = entries[-1] if entries else None
    if last is None or not last.incoming or last.kind != "message" or last.text != text:
        return False
    return list(last.file_names) == names and (not names or n_seen != str(len(entries)))


def _shown(request: HttpRequest, opened: Mailbox, form: MessageForm, status: int) -> HttpResponse:
    entries = opened.entries()
    allowed = consents_of(entries)
    opened.mark_fetched()
    context = {
        "entries": [entry for entry in entries if entry.kind != "consents"],
        "consents": [(code, label, code in allowed) for code, label in CONSENTS],
        "form": form,
        "n_entries": len(entries),
        "limit": settings.PANAH_UPLOAD_BYTES,
        "report": opened.thread.report,
        "wants_erasure": opened.thread.wants_erasure,
    }
    return render(request, "front/report/mailbox.html", context, status=status)


@require_POST
def consent(request: HttpRequest) -> HttpResponse:
    """Change what may be done."""
    chosen = tuple(purpose for purpose in Purpose if purpose.value in request.POST.getlist("consents"))

    def agree(opened: Mailbox) -> None:
        if consents_of(opened.entries()) != frozenset(map(str, chosen)):
            opened.agree(chosen)

    return _done(request, agree)


def _done(request: HttpRequest, act: Callable[[Mailbox], None]) -> HttpResponse:
    """Do something that must not be lost: once more when the thread got a new key in this very moment."""
    for attempt in (1, 2):
        opened = visit(token_of(request))
        if opened is None:
            return forget(redirect("front:back"))
        try:
            act(opened)
        except Refused:
            if attempt == 2:
                raise
        else:
            break
    return redirect("front:mailbox")


@require_http_methods(["GET", "POST"])
def erasure(request: HttpRequest) -> HttpResponse:
    """Ask to have everything erased; asked once more first."""
    if request.method == "POST":
        return _done(request, lambda opened: None if opened.thread.wants_erasure else opened.ask_erasure())
    if visit(token_of(request)) is None:
        return forget(redirect("front:back"))
    return render(request, "front/report/erasure.html")


@require_POST
def close(request: HttpRequest) -> HttpResponse:
    """Done for now: nothing is left in this window."""
    flows.end(token_of(request))
    return forget(redirect("front:report_done"))
