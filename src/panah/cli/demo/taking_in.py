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
from panah.model.evidence import Entrance
from panah.model.incident import Campaign
from panah.model.phone import PhoneEvent, PhoneExport
from panah.model.place import Place
from panah.read import copies
from panah.vault.keys import MemberKeys
from panah.web.accounts.models import Member
from panah.web.cases.actions import create_case
from panah.web.cases.models import Case, CaseLog
from panah.web.cases.opening import OpenCase, open_case
from panah.web.evidence.actions import keep_view, seal_file
from panah.web.evidence.models import EvidenceItem
from panah.web.intake.actions import receive_report
from panah.web.lists.actions import import_file
from panah.web.lists.models import DocumentationList
from panah.web.register import actions as register
from panah.web.register.models import Incident
from panah.web.register.models import Source as SourceRow
from panah.web.register.proposing import Proposed, propose_events, propose_reading

HOME_OF_THE_PHONE = Place(country="BE", name="Antwerp")


@dataclass(slots=True)
class Told:
    """What was counted on the way; printed at the end, and as JSON."""

    counts: dict[str, Any] = field(default_factory=dict)
    problems: list[BadRow] = field(default_factory=list)
    incidents: list[Incident] = field(default_factory=list)
    lists: list[DocumentationList] = field(default_factory=list)


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
    source = _document_source(actor, opened, "The Harbour Courier (fictional)", group)
    _document_source(actor, opened, "Invented World Digest (fictional)", group if likeness.same_source else new_id())
    proposed = propose_reading(actor, opened, article, reading, source)
    _confirm(actor, opened, proposed, source)
    told.incidents += proposed.incidents
    told.counts |= {
        "documents": 2,
        "reprint_of_one_source": likeness.same_source,
        "reprint_verdict": reprint_reading.document.copy_note.verdict,
        "statements": proposed.n_statements,
        "denials": proposed.n_denials,
        "aggregates": proposed.n_aggregates,
        "incidents_from_article": len(proposed.incidents),
    }


def _seal_document(actor: Member, opened: OpenCase, path: Path, published: str) -> tuple[EvidenceItem, Any]:
    """Seal the bytes, then read those same bytes; the text in which spans count is kept beside them."""
    with path.open("rb") as stream:
        item = seal_file(actor, opened, stream, path.name, "D", media_type="text/plain")
    reading = read.read_document(path.read_bytes(), name=path.name, published=published)
    keep_view(actor, opened, item, EvidenceItem.Kind.TEXT, reading.document.text.encode())
    return item, reading


def _document_source(actor: Member, opened: OpenCase, name: str, group: str) -> Source:
    source = Source(id=new_id(), name=name, kind="news", connection="media", independence_group=group)
    register.add_source(actor, opened, source)
    return source


def _confirm(actor: Member, opened: OpenCase, proposed: Proposed, source: Source) -> None:
    """What a person does on the review page: look, note where no answer was found, confirm."""
    register.note_none_found(
        actor, opened, proposed.incidents, source.id, "looked for in the article; other answers are quoted where found"
    )
    register.confirm_all(actor, opened, proposed.incidents, "demonstration: confirmed together")


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
        told_of = _marked(export, inputs, path.name)
        marked += propose_events(
            actor, opened, item, told_of, source, host_place=HOME_OF_THE_PHONE, origin_state="CN"
        )
        exports.append(export)
    receive_report(actor, keys, entrance=Entrance.PHONE_EXPORT, writer=opened)
    register.note_none_found(actor, opened, marked, source.id, "nobody has been asked yet")
    register.confirm_all(actor, opened, marked, "demonstration: marked by listening to the person")
    register.add_campaign(
        actor, opened, Campaign(id=new_id(), shares="moment", incident_ids=tuple(row.pk for row in marked))
    )
    told.incidents += marked
    told.counts |= {
        "calls": sum(export.n_calls for export in exports),
        "messages": sum(export.n_messages for export in exports),
        "withheld_calls": sum(export.withheld for export in exports),
        "threats_marked": len(marked),
    }


def _marked(export: PhoneExport, inputs: Inputs, file_name: str) -> list[tuple[PhoneEvent, str]]:
    """The entries that the invented person points at, with the tactic a case worker gives them."""
    tactic_at = {threat.at_ms: threat.tactic for threat in inputs.threats if threat.file_name == file_name}
    return [
        (event, tactic_at[moment])
        for event in export.events
        if event.at is not None and (moment := round(event.at.timestamp() * 1000)) in tactic_at
    ]


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
        register.note_none_found(actor, opened, rows, source.id, "not asked: the list names no accused side to ask")
        register.confirm_all(actor, opened, rows, "demonstration: confirmed together after linking")
