"""A document under review: its text with what was read underlined, and each part to accept, put right or reject."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any, Final

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from panah import codes, places
from panah.errors import BadRow, Refused
from panah.model.claim import Fidelity, Modifier
from panah.model.incident import UNKNOWN_DATE
from panah.model.reading import IncidentProposal, Statement
from panah.model.review import Review
from panah.web.cases.models import CaseLog
from panah.web.cases.opening import OpenCase
from panah.web.register import documents
from panah.web.register.models import DocumentReview
from panah.web.register.queries import document_of
from panah.web.register.reading import who_not_answered

from .access import opened_case, say, tells_refusals

CODED: Final = ("tactic", "channel", "target", "actor")
PLACED: Final = ("host_country", "act_country", "origin_state")


@dataclass(slots=True)
class Part:
    """One part of the reading as the page shows it."""

    name: str
    kind: str
    proposal: Any = field(repr=False)
    state: str
    spans: tuple[tuple[int, int], ...]
    form: forms.Form | None = field(default=None, repr=False)
    became: str = ""
    """The incident that an accepted part became, as long as nobody answered who is in it."""

    @property
    def tone(self) -> str:
        """How it is underlined: a statement by its stance, everything else by its kind."""
        return self.proposal.stance if self.kind == "statement" else self.kind

    @property
    def hedge(self) -> Any:
        """How the source hedges a number, in words."""
        counted = self.proposal.aggregate if self.kind == "incident" else self.proposal
        return HEDGES[counted.modifier]


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of the text with the parts that it belongs to; the first run of a part carries its anchor."""

    text: str = field(repr=False)
    part: Part | None = None
    anchors: tuple[str, ...] = ()


def _choices(thesaurus: str) -> list[tuple[str, str]]:
    language = get_language() or "en"
    if thesaurus == "tactic":
        found = [
            (tactic.code, codes.label("tactic", tactic.code, language)) for tactic in codes.codebook().tactics.values()
        ]
        return sorted(found, key=lambda pair: pair[1])
    return [(code, codes.label(thesaurus, code, language)) for code in codes.thesaurus(thesaurus)]


class CountryField(forms.CharField):
    """A country by its code, or by its name in the reader's language."""

    def clean(self, value: Any) -> str:
        given = super().clean(value).strip()
        if not given:
            return ""
        code = places.find_country(given.upper() if len(given) == 2 else given)
        if code is None:
            raise forms.ValidationError(_("No such country; write its name or its two letters."))
        return code


class IncidentForm(forms.Form):
    """What a person may put right in a proposed incident."""

    tactic = forms.ChoiceField(label=gettext_lazy("Tactic"))
    date = forms.CharField(label=gettext_lazy("Date"), max_length=40, required=False)
    host_country = CountryField(label=gettext_lazy("Host country"), required=False)
    host_place = forms.CharField(label=gettext_lazy("Host place"), max_length=120, required=False)
    act_country = CountryField(label=gettext_lazy("Country of the act"), required=False)
    act_place = forms.CharField(label=gettext_lazy("Place of the act"), max_length=120, required=False)
    origin_state = CountryField(label=gettext_lazy("Origin state"), required=False)
    channel = forms.ChoiceField(label=gettext_lazy("Channel"))
    target = forms.ChoiceField(label=gettext_lazy("Target"))
    actor = forms.ChoiceField(label=gettext_lazy("Alleged actor"))

    def __init__(self, *args: Any, part: str, candidates: Iterable[str] = (), **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", auto_id=f"{part}-%s", **kwargs)
        for name in CODED:
            self.fields[name].choices = _choices(name)
        for name in PLACED:
            self.fields[name].widget.attrs["list"] = "countries"
        self.candidates = tuple(candidates)
        if self.candidates:
            # isolated from left to right: in a Uyghur sentence 2024-06-05 would be read as 05-06-2024
            dates = ", ".join(f"\u2066{each}\u2069" for each in self.candidates)
            self.fields["date"].help_text = _("Also possible: %(dates)s") % {"dates": dates}

    def edits(self) -> dict[str, Any]:
        """The fields as :func:`panah.web.register.documents.coded` takes them."""
        return {**self.cleaned_data, "date": self.cleaned_data["date"].strip() or UNKNOWN_DATE}


class StatementForm(forms.Form):
    """What a person may put right in a statement: who says it, how it stands to the act, whether in their words."""

    speaker = forms.CharField(label=gettext_lazy("Speaker"), max_length=200, required=False)
    stance = forms.ChoiceField(label=gettext_lazy("Stance"))
    fidelity = forms.ChoiceField(label=gettext_lazy("In their words"))

    def __init__(self, *args: Any, part: str, **kwargs: Any) -> None:
        super().__init__(*args, label_suffix="", auto_id=f"{part}-%s", **kwargs)
        self.fields["stance"].choices = _choices("attribution")
        self.fields["fidelity"].choices = [(each.value, FIDELITIES[each]) for each in Fidelity]

    def edits(self) -> dict[str, Any]:
        """The fields as a :class:`Statement` has them."""
        return {**self.cleaned_data, "speaker": self.cleaned_data["speaker"].strip() or None}


HEDGES: Final = {
    Modifier.EXACTLY: gettext_lazy("exactly"),
    Modifier.ABOUT: gettext_lazy("about"),
    Modifier.UP_TO: gettext_lazy("up to"),
    Modifier.AT_LEAST: gettext_lazy("at least"),
    Modifier.MORE_THAN: gettext_lazy("more than"),
    Modifier.FEWER_THAN: gettext_lazy("fewer than"),
}
FIDELITIES: Final = {
    Fidelity.VERBATIM: gettext_lazy("word for word"),
    Fidelity.ALTERED: gettext_lazy("altered by a copy"),
    Fidelity.PARAPHRASE: gettext_lazy("in the writer's words"),
    Fidelity.UNKNOWN: gettext_lazy("not known"),
}


def document(request: HttpRequest, item_id: str) -> HttpResponse:
    """The text and its parts; the case is opened for this page, and the opening is logged."""
    row = _found(request, item_id)
    opened = opened_case(request, row.case)
    review = documents.review_in(opened, row)
    return _page(request, opened, row, review)


def _page(
    request: HttpRequest, opened: OpenCase, row: DocumentReview, review: Review, bound: Part | None = None
) -> HttpResponse:
    parts = [bound if bound and bound.name == name else part_of(review, name) for name in review.parts()]
    _tell_who_is_missing(opened, review, parts)
    context = {
        "row": row,
        "review": review,
        "note": review.reading.document,
        "parts": parts,
        "n_open": len(review.open_parts()),
        "pieces": pieces(review.reading.document.text, parts),
        "countries": country_names(),
        "kinds": (
            ("incident", _("Incidents")),
            ("statement", _("Statements")),
            ("count", _("Counts")),
        ),
    }
    return render(request, "desk/document.html", context, status=400 if bound else 200)


def _tell_who_is_missing(opened: OpenCase, review: Review, parts: Iterable[Part]) -> None:
    """Lead from an accepted act to the page on which somebody says who is in it."""
    accepted = [each for each in parts if each.kind == "incident" and each.state in {"accepted", "edited"}]
    missing = who_not_answered(opened, review.evidence_id) if accepted else {}
    for part in accepted:
        part.became = next((missing[start] for start, _end in part.spans if start in missing), "")


def country_names() -> list[tuple[str, str]]:
    """Every country by its code, named in the reader's language."""
    language = get_language() or "en"
    return [(code, places.country_name(code, language)) for code in places.country_codes()]


def part_of(review: Review, name: str, data: Any = None) -> Part:
    """One part of a reading, with a form as long as it waits.

    Raises:
        Refused: There is no such part.
    """
    if name not in review.parts():
        raise Refused("no such part of the reading", where="review", hint="open the document again")
    kind, number = name.split("-")
    told = {
        "incident": review.reading.incidents,
        "statement": review.reading.statements,
        "count": review.reading.counts,
    }
    proposal = told[kind][int(number)]
    spans = proposal.spans if kind == "incident" else ((proposal.start, proposal.end),)
    state = str(review.decisions.get(name, "open"))
    part = Part(name, kind, proposal, state, tuple(spans))
    if state == "open":
        part.form = _form(part, review, data)
    return part


def _form(part: Part, review: Review, data: Any) -> forms.Form | None:
    told = part.proposal
    if isinstance(told, IncidentProposal):
        if told.scope != "event" or review.seen_before is not None:
            return None
        names = [*CODED, *PLACED, "host_place", "act_place"]
        initial = {name: getattr(told, name) or "" for name in names} | {"date": told.date.edtf or ""}
        return IncidentForm(data, initial=initial, part=part.name, candidates=told.date.candidates[1:])
    if isinstance(told, Statement):
        initial = {"speaker": told.speaker or "", "stance": told.stance, "fidelity": told.fidelity}
        return StatementForm(data, initial=initial, part=part.name)
    return None


def pieces(text: str, parts: Iterable[Part]) -> list[Piece]:
    """Cut a text wherever a part begins or ends; of parts that overlap the shortest is the one underlined.

    Args:
        text: The canonical text.
        parts: Those with spans in it; a span outside of it is left out.
    """
    spans = [(start, end, part) for part in parts for start, end in part.spans if 0 <= start < end <= len(text)]
    spans.sort(key=lambda span: (span[0], span[1]))
    cuts = sorted({0, len(text), *(at for start, end, _part in spans for at in (start, end))})
    anchored: set[str] = set()
    found: list[Piece] = []
    open_spans: list[tuple[int, int, Part]] = []
    position = 0
    for start, end in pairwise(cuts):
        while position < len(spans) and spans[position][0] == start:
            open_spans.append(spans[position])
            position += 1
        open_spans = [span for span in open_spans if span[1] > start]
        finest = min(open_spans, key=lambda span: span[1] - span[0], default=None)
        news = tuple(dict.fromkeys(span[2].name for span in open_spans if span[2].name not in anchored))
        anchored |= set(news)
        found.append(Piece(text[start:end], finest[2] if finest else None, news))
    return found


def _found(request: HttpRequest, item_id: str) -> DocumentReview:
    row = document_of(request.user, item_id)
    if row is None:
        raise Http404
    return row


@require_POST
@tells_refusals
def decide_part(request: HttpRequest, item_id: str) -> HttpResponse:
    """Accept, put right or reject one part, or all that are left."""
    row = _found(request, item_id)
    opened = opened_case(request, row.case, CaseLog.Reason.CODING)
    review = documents.review_in(opened, row)
    decision, name = request.POST.get("decision", ""), request.POST.get("part", "")
    if decision == "reject":
        documents.reject(request.user, opened, row, name)
    elif decision == "accept":
        documents.accept(request.user, opened, row, name)
    elif decision == "edit":
        part = part_of(review, name, request.POST)
        try:
            if part.form is None or not part.form.is_valid():
                return _page(request, opened, row, review, part)
            documents.accept(request.user, opened, row, name, part.form.edits())
        except BadRow as error:
            part.form.add_error(None, error.what)
            return _page(request, opened, row, review, part)
    elif decision == "accept_rest":
        n = len(review.open_parts())
        documents.accept_rest(request.user, opened, row)
        say(request, ngettext("%(n)s part accepted.", "%(n)s parts accepted.", n) % {"n": n})
    elif decision == "reject_rest":
        n = len(review.open_parts())
        documents.reject(request.user, opened, row, *review.open_parts())
        say(request, ngettext("%(n)s part rejected.", "%(n)s parts rejected.", n) % {"n": n})
    else:
        raise Refused("no such decision", where="review", hint="accept, put right or reject")
    return redirect(f"{reverse('desk:document', args=[row.item_id])}#{_next(review, name)}")


def _next(review: Review, name: str) -> str:
    """The anchor of the open part after this one, so that the keyboard goes on there."""
    parts = review.parts()
    after = parts[parts.index(name) + 1 :] if name in parts else ()
    waiting = [part for part in after if part not in review.decisions]
    return f"p-{waiting[0]}" if waiting else "parts"
