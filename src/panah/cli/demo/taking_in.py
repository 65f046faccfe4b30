"""The first half of the way: sealed evidence, claims, incidents, out of the invented inputs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from panah import phone
from panah.demo import Inputs
from panah.errors import BadRow
from panah.model.base import new_id
from panah.model.claim import Source
from panah.model.denials import answer_codes
from panah.model.evidence import Entrance
from panah.model.incident import Campaign
from panah.model.phone import PhoneEvent, PhoneExport
from panah.vault.keys import MemberKeys
from panah.web.accounts.models import Member
from panah.web.cases.actions import create_case
from panah.web.cases.models import Case, CaseLog
from panah.web.cases.opening import OpenCase, open_case
from panah.web.evidence.actions import seal_file
from panah.web.intake.actions import receive_report
from panah.web.lists.actions import import_file
from panah.web.lists.models import DocumentationList
from panah.web.register import actions as register
from panah.web.register import documents
from panah.web.register.models import DocumentReview, Incident
from panah.web.register.models import Source as SourceRow
from panah.web.register.proposing import propose_events
from panah.web.register.reading import CaseReader

from .naming import name_listed, name_told

HOME = "BE"
ORIGIN = "CN"


@dataclass(slots=True)
class Told:
    """What was counted on the way; printed at the end, and as JSON."""

    counts: dict[str, Any] = field(default_factory=dict)
    problems: list[BadRow] = field(default_factory=list)
    incidents: list[Incident] = field(default_factory=list)
    lists: list[DocumentationList] = field(default_factory=list)
    n_told: int = 0
    """How many of the incidents, the first ones, have words of their own and are told one by one in the report."""


def new_case(actor: Member, keys: MemberKeys, kind: Case.Kind) -> OpenCase:
    """A case made by the actor and opened at once, for the log's reason ``intake``."""
    writer = create_case(actor, keys, kind)
    return open_case(actor, keys, writer.case, CaseLog.Reason.INTAKE)


def take_in_articles(actor: Member, keys: MemberKeys, inputs: Inputs, told: Told) -> None:
    """The article and its reprint: sealed, read, recognised as one source, claims proposed and confirmed."""
    opened = new_case(actor, keys, Case.Kind.DOCUMENT)
    article = _take_in(actor, opened, inputs.article, inputs.published)
    reprint = _take_in(actor, opened, inputs.reprint, inputs.published, known=documents.known_in(opened))
    receive_report(
        actor,
        keys,
        entrance=Entrance.DOCUMENT,
        language="en",
        writer=opened,
        evidence_ids=(article.item_id, reprint.item_id),
    )
    read_first = documents.accept_rest(actor, opened, article)
    read_again = documents.accept_rest(actor, opened, reprint)
    incidents = _as_told(opened)
    source = documents.source_of(opened, read_first)
    _note_unanswered(actor, opened, incidents, source, "looked for in the article and its reprint")
    name_told(actor, opened, incidents)
    told.incidents += incidents
    reading = read_first.reading
    told.counts |= {
        "documents": 2,
        "reprint_of_one_source": read_again.seen_before is not None,
        "reprint_verdict": read_again.reading.document.copy_note.verdict,
        "statements": len(reading.statements),
        "denials": sum(each.stance in answer_codes("attribution") for each in reading.statements),
        "aggregates": sum(each.scope == "aggregate" for each in reading.incidents),
        "incidents_from_article": len(incidents),
    }


def take_in_newsletter(actor: Member, keys: MemberKeys, inputs: Inputs, told: Told) -> None:
    """Another association's newsletter: sealed and read, and left for whoever opens the pages to decide on."""
    opened = new_case(actor, keys, Case.Kind.DOCUMENT)
    waiting = _take_in(actor, opened, inputs.newsletter, "2024-12-02")
    receive_report(
        actor, keys, entrance=Entrance.DOCUMENT, language="en", writer=opened, evidence_ids=(waiting.item_id,)
    )
    told.counts |= {"parts_to_review": waiting.n_open}


def _take_in(
    actor: Member, opened: OpenCase, path: Path, published: str, known: Iterable[documents.Known] = ()
) -> DocumentReview:
    """What the page for documents does: seal the bytes, read those same bytes, lay the reading out for review."""
    with path.open("rb") as stream:
        return documents.take_in_document(actor, opened, stream, path.name, published=published, known=known)


def _confirm(actor: Member, opened: OpenCase, incidents: list[Incident], source: Source, looked: str) -> None:
    """What a person does on the review page: look, note where no answer was found, confirm."""
    _note_unanswered(actor, opened, incidents, source, looked)
    register.confirm_all(actor, opened, incidents, "demonstration: confirmed together")


def _note_unanswered(actor: Member, opened: OpenCase, incidents: list[Incident], source: Source, looked: str) -> None:
    reader = CaseReader(opened)
    unanswered = [row for row in incidents if not reader.incident(row, with_words=False).is_answered]
    if unanswered:
        register.note_none_found(actor, opened, unanswered, source.id, looked)


def _as_told(opened: OpenCase) -> list[Incident]:
    """The incidents of a document's case in the order in which it tells them."""
    reader = CaseReader(opened)
    rows = Incident.objects.filter(case=opened.case)
    return sorted(rows, key=lambda row: reader.claims(row, with_words=False)[0].claim.locator.start)


def take_in_phone(actor: Member, keys: MemberKeys, inputs: Inputs, told: Told) -> None:
    """The phone export: sealed, read, six entries marked as threats, joined as one campaign."""
    opened = new_case(actor, keys, Case.Kind.CASE)
    source = Source(id=new_id(), name="Owner of the phone (fictional)", kind="person", connection="victim")
    register.add_source(actor, opened, source)
    marked: list[Incident] = []
    exports = []
    for path in inputs.phone:
        export = phone.read_export(path)
        with path.open("rb") as stream:
            item = seal_file(actor, opened, stream, path.name, export.grade, media_type="text/xml")
        for tactic, events in _marked(export, inputs, path.name).items():
            marked += propose_events(
                actor, opened, item, events, source=source, tactic=tactic, host_country=HOME, origin_state=ORIGIN
            ).incidents
        exports.append(export)
    receive_report(actor, keys, entrance=Entrance.PHONE_EXPORT, writer=opened)
    _confirm(actor, opened, marked, source, "nobody has been asked yet")
    name_told(actor, opened, marked)
    campaign = Campaign(id=new_id(), shares="script", incident_ids=tuple(row.pk for row in marked))
    register.add_campaign(actor, opened, campaign)
    told.incidents += marked
    told.counts |= {
        "calls": sum(export.n_calls for export in exports),
        "messages": sum(export.n_messages for export in exports),
        "withheld_calls": sum(export.withheld for export in exports),
        "threats_marked": len(marked),
    }


def _marked(export: PhoneExport, inputs: Inputs, file_name: str) -> dict[str, list[PhoneEvent]]:
    """The entries that the invented person points at, by the tactic that a case worker gives them."""
    tactic_at = {threat.at_ms: threat.tactic for threat in inputs.threats if threat.file_name == file_name}
    marked: dict[str, list[PhoneEvent]] = {}
    for event in export.events:
        tactic = tactic_at.get(round(event.at.timestamp() * 1000)) if event.at else None
        if tactic:
            marked.setdefault(tactic, []).append(event)
    return marked


def take_in_lists(actor: Member, keys: MemberKeys, inputs: Inputs, told: Told) -> None:
    """The three organisations' lists, each in a case of its own; rows that cannot be read are told, never dropped."""
    for path, name in zip(inputs.lists, inputs.list_names, strict=True):
        done = import_file(actor, new_case(actor, keys, Case.Kind.LIST), path, name=name)
        told.lists.append(done.documentation_list)
        told.problems += done.problems
    told.counts |= {
        "lists": {each.label: each.n_records for each in told.lists},
        "rows_not_read": len(told.problems),
    }


def decide_on_lists(actor: Member, keys: MemberKeys, incidents: Iterable[Incident]) -> None:
    """Confirm the incidents of the lists, case by case, with the note that no answer has been found yet."""
    by_case: dict[str, list[Incident]] = {}
    for row in incidents:
        by_case.setdefault(row.case_id, []).append(row)
    for rows in by_case.values():
        opened = open_case(actor, keys, rows[0].case, CaseLog.Reason.REVIEW)
        source = opened.records(Source, SourceRow.objects.filter(case=rows[0].case))[0]
        _confirm(actor, opened, rows, source, "not asked: the list names no accused side to ask")
        name_listed(actor, opened, rows)
