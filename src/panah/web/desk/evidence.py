"""Documents and other evidence: what is there, and one item with every claim marked at its exact place."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from panah.errors import Unreadable
from panah.model.evidence import EvidenceItem as ItemRecord
from panah.model.evidence import Locator
from panah.web.base.errors import error_page
from panah.web.cases.models import CaseLog
from panah.web.evidence.copies import copy_of, make_copy, name_of
from panah.web.evidence.models import EvidenceItem
from panah.web.evidence.places import LARGEST_VIEW_BYTES, Places
from panah.web.evidence.queries import custody_of, is_in_reading_room, item_of, originals_of, record_in
from panah.web.outflow.actions import ask_for_original, export_original
from panah.web.register.queries import page_of
from panah.web.register.reading import CaseReader, ClaimView

from .access import keys_of, opened_case, say, tells_refusals

UNITS = ("character", "byte", "row", "page", "millisecond")
AROUND_BYTES = 1200
LARGEST_TEXT = 400_000
"""Characters of a text that are shown at once; of a longer one the part around the place."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of the text: plain, or one claim's words. Only the piece that was asked for is the ``target``."""

    text: str
    claim: ClaimView | None = None
    target: bool = False


def documents(request: HttpRequest) -> HttpResponse:
    """The originals in the member's cases; names are sealed, so this page opens nothing and names nothing."""
    return render(
        request, "desk/documents.html", {"page": page_of(originals_of(request.user), request.GET.get("page"))}
    )


@tells_refusals
def evidence(request: HttpRequest, item_id: str) -> HttpResponse:
    """One item; its case is opened and the item logged as viewed."""
    row = _found(request, item_id, copies=True)
    if row.kind == EvidenceItem.Kind.COPY:
        return redirect("desk:evidence", row.derived_from_id)
    opened = opened_case(request, row.case)
    places = Places(opened, around=AROUND_BYTES)
    place = _asked_place(request, row)
    context = {
        "row": row,
        "item": record_in(opened, row),
        "copy": copy_of(row),
        "in_room": is_in_reading_room(opened, row),
        "custody": [json.loads(entry.line) for entry in custody_of(opened, row)],
        "place": place,
        "excerpt": None,
        "pieces": (),
    }
    reader = CaseReader(opened)
    claims = [view for view in _claims(reader) if view.claim.locator.evidence_id == row.pk]
    context["claims"] = claims
    if place is not None and place.unit != "character":
        context["excerpt"] = places.excerpt(place)
    elif _is_text(row, context["item"]) and (not context["in_room"] or row.derived.filter(kind="text").exists()):
        spans = [view for view in claims if view.claim.locator.unit == "character"]
        context["pieces"] = pieces(places.text(row), spans, place)
    return render(request, "desk/evidence.html", context)


def _found(request: HttpRequest, item_id: str, *, copies: bool = False) -> EvidenceItem:
    """An original of the member's cases, or a working copy of one."""
    row = item_of(request.user, item_id)
    if row is None or (row.derived_from_id and not (copies and row.kind == EvidenceItem.Kind.COPY)):
        raise Http404
    return row


def _asked_place(request: HttpRequest, row: EvidenceItem) -> Locator | None:
    """The place in the address; none when it is none."""
    unit = request.GET.get("unit", "character")
    numbers = [request.GET.get(name, "") for name in ("start", "end")]
    if unit not in UNITS or not all(number.isascii() and number.isdigit() and len(number) < 16 for number in numbers):
        return None
    start, end = map(int, numbers)
    return Locator(evidence_id=row.pk, unit=unit, start=start, end=end) if start <= end else None


def _is_text(row: EvidenceItem, item: ItemRecord) -> bool:
    return item.media_type.startswith("text/plain") or row.derived.filter(kind=EvidenceItem.Kind.TEXT).exists()


def _claims(reader: CaseReader) -> Iterable[ClaimView]:
    """All claims of the case with their sources, without opening the evidence again."""
    from panah.web.register.models import Incident

    yield from reader.claims(None, with_words=False)
    for row in Incident.objects.filter(case=reader.opened.case):
        yield from reader.claims(row, with_words=False)


def pieces(text: str, claims: Iterable[ClaimView], place: Locator | None) -> list[Piece]:
    """Cut a text at its claims. Of claims that overlap the one that was asked for is marked, else the first.

    Args:
        text: The canonical text.
        claims: Those with character spans in it.
        place: The place that was asked for.
    """
    window = _window(text, place)
    wanted = [(place.start, place.end, None, True)] if place and place.end > place.start else []
    named = {(view.claim.locator.start, view.claim.locator.end): view for view in claims}
    spans = [(start, end, view, False) for (start, end), view in sorted(named.items(), key=lambda item: item[0])]
    if wanted and (view := named.get(wanted[0][:2])):
        wanted = [(*wanted[0][:2], view, True)]
    chosen: list[tuple[int, int, ClaimView | None, bool]] = []
    for span in [*wanted, *spans]:
        inside = window[0] <= span[0] < span[1] <= window[1]
        if inside and all(span[1] <= start or end <= span[0] for start, end, _view, _target in chosen):
            chosen.append(span)
    found, at = [], window[0]
    for start, end, view, target in sorted(chosen, key=lambda span: span[0]):
        found += [Piece(text[at:start]), Piece(text[start:end], view, target)]
        at = end
    return [piece for piece in [*found, Piece(text[at : window[1]])] if piece.text]


def _window(text: str, place: Locator | None) -> tuple[int, int]:
    if len(text) <= LARGEST_TEXT:
        return 0, len(text)
    middle = place.start if place else 0
    start = max(0, min(middle - LARGEST_TEXT // 2, len(text) - LARGEST_TEXT))
    return start, start + LARGEST_TEXT


@tells_refusals
def original(request: HttpRequest, item_id: str) -> HttpResponse:
    """The bytes of an original or a working copy leave when two members agree: ask, and download once it is approved."""
    row = _found(request, item_id, copies=True)
    if request.method != "POST":
        return render(request, "desk/original.html", {"row": row})
    if request.POST.get("act") != "download":
        ask_for_original(request.user, keys_of(request), row)
        say(request, _("Asked. Another member of the case finds it on this page and answers within a day."))
        return redirect("desk:approvals")
    if row.rounded_size_bytes > LARGEST_VIEW_BYTES:
        return error_page(
            request,
            413,
            title=_("This original is too large for a page"),
            advice=_("Give it out in an evidence bundle; that has no limit."),
        )
    opened = opened_case(request, row.case, CaseLog.Reason.OUTFLOW)
    content = export_original(request.user, opened, row)
    if not content:
        raise Unreadable("the original is empty", where="evidence")
    suffix = "age" if is_in_reading_room(opened, row) else "bin"
    name = name_of(opened, row) if row.kind == EvidenceItem.Kind.COPY else f"evidence-{row.pk[:8]}.{suffix}"
    answer = HttpResponse(content, content_type="application/octet-stream")
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer


@require_POST
@tells_refusals
def working_copy(request: HttpRequest, item_id: str) -> HttpResponse:
    """Make a copy without metadata beside the original; giving it out is asked for like the original."""
    row = _found(request, item_id)
    made = make_copy(request.user, opened_case(request, row.case, CaseLog.Reason.OUTFLOW), row)
    say(request, _("The copy is sealed beside the original, which stayed as it was."))
    return redirect("desk:original", made.pk)
