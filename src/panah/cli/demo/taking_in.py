"""The first half of the way: sealed evidence, claims, incidents, out of the invented inputs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from panah import phone, read
from panah.demo import Inputs
from panah.errors import BadRow
from panah.model.base import new_id
from panah.model.claim import Source
from panah.model.denials import answer_codes
from panah.model.evidence import Entrance
from panah.model.incident import Campaign
from panah.model.phone import PhoneEvent, PhoneExport
from panah.model.reading import Reading
from panah.read import copies
from panah.vault.keys import MemberKeys
from panah.web.accounts.models import Member
from panah.web.cases.actions import create_case
from panah.web.cases.models import Case, CaseLog
from panah.web.cases.opening import OpenCase, open_case
from panah.web.evidence.actions import seal_file
from panah.web.evidence.models import EvidenceItem
from panah.web.intake.actions import receive_report
from panah.web.lists.actions import import_file
from panah.web.lists.models import DocumentationList
from panah.web.register import actions as register
from panah.web.register.models import Incident
from panah.web.register.models import Source as SourceRow
from panah.web.register.proposing import propose_events, propose_reading
from panah.web.register.reading import CaseReader

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
    article, reading = _seal_document(actor, opened, inputs.article, inputs.published)
    reprint, reprint_reading = _seal_document(actor, opened, inputs.reprint, inputs.published)
    receive_report(
        actor, keys, entrance=Entrance.DOCUMENT, language="en", writer=opened, evidence_ids=(article.pk, reprint.pk)
    )
    likeness = copies.compare(reading.document.text, reprint_reading.document.text)
    group = new_id()
    proposed = propose_reading(actor, opened, article, reading, independence_group=group)
    propose_reading(
        actor,
        opened,
        reprint,
        reprint_reading,
        independence_group=group if likeness.same_source else "",
        code=not likeness.same_source,
    )
    incidents = list(proposed.incidents)
    _confirm(actor, opened, incidents, proposed.source, "looked for in the article and its reprint")
    told.incidents += incidents
    told.counts |= {
        "documents": 2,
        "reprint_of_one_source": likeness.same_source,
        "reprint_verdict": reprint_reading.document.copy_note.verdict,
        "statements": len(reading.statements),
        "denials": sum(each.stance in answer_codes("attribution") for each in reading.statements),
        "aggregates": sum(each.scope == "aggregate" for each in reading.incidents),
        "incidents_from_article": len(incidents),
    }


def _seal_document(actor: Member, opened: OpenCase, path: Path, published: str) -> tuple[EvidenceItem, Reading]:
    """Seal the bytes, then read those same bytes."""
    with path.open("rb") as stream:
        item = seal_file(actor, opened, stream, path.name, "D", media_type="text/plain")
    return item, read.read_document(path.read_bytes(), name=path.name, published=published)


def _confirm(actor: Member, opened: OpenCase, incidents: list[Incident], source: Source, looked: str) -> None:
    """What a person does on the review page: look, note where no answer was found, confirm."""
    reader = CaseReader(opened)
    unanswered = [row for row in incidents if not reader.incident(row, with_words=False).is_answered]
    if unanswered:
        register.note_none_found(actor, opened, unanswered, source.id, looked)
    register.confirm_all(actor, opened, incidents, "demonstration: confirmed together")


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
