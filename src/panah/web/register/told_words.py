"""What a report says becomes claims of whoever told it, and one proposed incident: each claim at the answer it rests on.

The answers are sealed once more as one text, an original of grade E that belongs to the report: a claim's place counts
characters of it. The source is the reporter, by the report's own id and no name. Who may be counted, and what may leave,
is asked of the reporter each time (:mod:`panah.web.outflow.reporters`); nothing of it is copied here.
"""

from __future__ import annotations

import hashlib
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from django.db import transaction
from django.utils import translation

from panah.errors import Refused
from panah.model.claim import Claim as ClaimRecord
from panah.model.claim import Fidelity
from panah.model.claim import Source as SourceRecord
from panah.model.evidence import Entrance
from panah.web.accounts.models import Member
from panah.web.cases.actions import require_member
from panah.web.cases.opening import OpenCase
from panah.web.evidence.actions import keep_view, seal_file
from panah.web.evidence.models import EvidenceItem
from panah.web.evidence.queries import record_in
from panah.web.intake.models import Report
from panah.web.intake.queries import report_in, told_in
from panah.web.intake.questions import QUESTIONS, Asked
from panah.web.intake.reach import lies_alone
from panah.web.intake.records import Told

from . import actions
from .documents import record_of
from .keeper import Keeper
from .keeping import replace
from .models import Claim, Incident, Source

FILE_NAME: Final = "what-was-told.txt"
CONNECTIONS: Final = ("victim", "relative", "eyewitness", "hearsay", "unknown")
"""How whoever told it may stand to what happened."""
NEVER_STATED: Final = frozenset({"consents", "at_risk"})
"""Answers that are no account of the act: what may be done with it, and what must never be shown."""
OWN_WORDS: Final = frozenset({Entrance.PUBLIC_FORM, Entrance.EMAIL})
"""Entrances at which the person writes; elsewhere somebody else wrote down what was said."""


@dataclass(frozen=True, slots=True)
class Passage:
    """One paragraph of one answer, with its place in the sealed text."""

    name: str
    """The answer's name and the number of the paragraph in it: ``what-0``."""
    asked: Asked | None
    text: str = field(repr=False)
    start: int
    is_typed: bool

    @property
    def end(self) -> int:
        """Where it ends."""
        return self.start + len(self.text)


@dataclass(frozen=True, slots=True)
class Account:
    """All that was told, as one text with its passages."""

    text: str = field(repr=False)
    passages: tuple[Passage, ...] = field(repr=False)


def account_of(opened: OpenCase, report: Report) -> Account:
    """What a report of an opened case says; no passages when it has no words."""
    record, told = report_in(opened, report), told_in(opened, report)
    if told is not None:
        answers = _answers(told)
    elif record.entrance == Entrance.EMAIL:
        answers = [("message", None, record.text.partition("\n\n")[2])]  # who sent it stays in the sealed message
    else:
        answers = [("message", None, record.text)]
    text, passages = "", []
    for name, asked, value in answers:
        paragraphs = [each.strip() for each in value.replace("\r\n", "\n").split("\n\n") if each.strip()]
        if paragraphs:
            text += f"[{name}]\n"
        for number, words in enumerate(paragraphs):
            is_typed = asked is None or asked.kind in {"text", "line"}
            passages.append(Passage(f"{name}-{number}", asked, words, len(text), is_typed))
            text += f"{words}\n\n"
    return Account(text, tuple(passages))


def _answers(told: Told) -> list[tuple[str, Asked | None, str]]:
    """Every answer in English words, so that its text is the same whoever looks."""
    found: list[tuple[str, Asked | None, str]] = []
    with translation.override("en"):
        for asked in (each for question in QUESTIONS for each in question.fields):
            value = getattr(told, asked.name)
            if not value or asked.name in NEVER_STATED:
                continue
            names = {str(code): str(label) for code, label in asked.choices}
            given = [value] if isinstance(value, str) else value
            found.append((asked.name, asked, ", ".join(names.get(str(each), str(each)) for each in given)))
    return found


def stated_of(opened: OpenCase, report: Report) -> list[Incident]:
    """The incidents of a case that a report's reporter asserts."""
    rows = Claim.objects.filter(case=opened.case, incident__isnull=False).select_related("incident")
    told = zip(rows, opened.records(ClaimRecord, rows), strict=True)
    found = {row.incident_id: row.incident for row, claim in told if claim.source_id == report.pk}
    return list(found.values())


@transaction.atomic
def state(
    actor: Member,
    opened: OpenCase,
    report: Report,
    chosen: Sequence[str],
    fields: Mapping[str, Any],
    *,
    incident_id: str,
    connection: str = "unknown",
    confirmed: bool = False,
) -> Incident:
    """State chosen passages as the reporter's claims, and propose the one act that they tell of.

    Args:
        actor: Who states it.
        opened: The working case in which the report is kept.
        report: The report.
        chosen: Names of the passages that it rests on.
        fields: The coded fields, as :func:`panah.web.register.documents.record_of` takes them.
        incident_id: Chosen by the form, so that sending it twice makes one incident.
        connection: How whoever told it stands to it, out of :data:`CONNECTIONS`; kept with the first act.
        confirmed: Whether it counts at once; else it waits in Review.

    Raises:
        NoGrant: The actor is not in the case, or the report lies in another.
        Refused: It was not kept in a case, or no passage is chosen.
        BadRow: A field has no value of its kind.
    """
    require_member(actor, opened.case)
    opened.require_here(report)
    if lies_alone(report):
        raise Refused("nothing is stated before the report is kept in a case", where="report", hint="keep it first")
    account = account_of(opened, report)
    passages = [each for each in account.passages if each.name in set(chosen)]
    if not passages:
        raise Refused("nothing stands without its words", where="report", hint="choose the words that it rests on")
    entrance = report_in(opened, report).entrance
    item = _sealed(actor, opened, report, account)
    keeper = Keeper(actor, opened, item.pk, _source(actor, opened, report, connection))
    claims = [
        keeper.state(keeper.document, each.text, each.start, each.end, fidelity=_fidelity(each, entrance))
        for each in passages
    ]
    incident = actions.code_incident(
        actor, opened, record_of({"id": incident_id, **fields}), [claim.id for claim in claims]
    )
    if confirmed:
        actions.confirm(actor, opened, incident)
    return incident


def _fidelity(passage: Passage, entrance: str) -> Fidelity:
    return Fidelity.VERBATIM if passage.is_typed and entrance in OWN_WORDS else Fidelity.UNKNOWN


def _source(actor: Member, opened: OpenCase, report: Report, connection: str) -> SourceRecord:
    """Whoever told the report; who told it twice is one source for corroboration."""
    row = Source.objects.filter(case=opened.case, pk=report.pk).first()
    if row is not None:
        return opened.record(SourceRecord, row)
    source = SourceRecord(
        id=report.pk,
        name=f"reporter {report.pk[:8]}",
        kind="person",
        connection=connection,
        independence_group=report.merged_into_id or report.pk,
    )
    actions.add_source(actor, opened, source)
    return source


def _sealed(actor: Member, opened: OpenCase, report: Report, account: Account) -> EvidenceItem:
    """The account as evidence of this report; sealed the first time, found again by its digest."""
    record, data = report_in(opened, report), account.text.encode()
    digest = hashlib.sha256(data).hexdigest()
    for item in EvidenceItem.objects.filter(case=opened.case, pk__in=record.evidence_ids):
        kept = record_in(opened, item)
        if kept.sha256 == digest and kept.file_name == FILE_NAME:
            return item
    item = seal_file(actor, opened, io.BytesIO(data), FILE_NAME, "E", media_type="text/plain")
    keep_view(actor, opened, item, EvidenceItem.Kind.TEXT, data)  # places count in it, also where a reading room is
    # so the reporter's answer holds for it, and it goes when the report is deleted
    replace(actor, opened, report, record.model_copy(update={"evidence_ids": (*record.evidence_ids, item.pk)}))
    return item
