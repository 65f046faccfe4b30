"""The custody log from outside: its signed size and root, to keep elsewhere, to print, and to compare."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from panah.errors import PanahError
from panah.web.evidence import custody as log
from panah.web.evidence.models import Checkpoint, CustodyEntry

from .access import say, tells_refusals

SHOWN = 24


def custody(request: HttpRequest) -> HttpResponse:
    """The newest checkpoints; a checkpoint tells a number of lines and a hash, nothing of any case."""
    kept = list(Checkpoint.objects.order_by("-size")[:SHOWN])
    context = {"kept": kept, "newest": kept[0] if kept else None, "n_lines": CustodyEntry.objects.count()}
    context["verifier"] = log.signer().verifier
    if request.method == "POST":
        context |= _compared(request.POST.get("note", ""))
    return render(request, "desk/custody.html", context)


def _compared(text: str) -> dict[str, object]:
    """Whether the log is the one that a kept checkpoint saw."""
    note = text.replace("\r\n", "\n").strip().encode() + b"\n"
    try:
        head = log.check_note(note)
    except PanahError as error:
        return {"compared": "bad", "why": error.what}
    return {"compared": "good", "n_verified": head.size}


@require_POST
@tells_refusals
def sign(request: HttpRequest) -> HttpResponse:
    """Sign the log as it is now."""
    made = log.checkpoint()
    say(request, _("Signed: %(n)s lines.") % {"n": made.size})
    return redirect("desk:custody")


def checkpoint(request: HttpRequest, size: int) -> HttpResponse:
    """One checkpoint as a C2SP signed note, to keep elsewhere."""
    kept = Checkpoint.objects.filter(size=size).first()
    if kept is None:
        raise Http404
    answer = HttpResponse(kept.note, content_type="text/plain; charset=utf-8")
    answer.headers["Content-Disposition"] = f'attachment; filename="checkpoint-{kept.size}.txt"'
    return answer
