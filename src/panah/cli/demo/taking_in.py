"""The first half of the way: sealed evidence, claims, incidents, out of the invented inputs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC
from pathlib import Path
from typing import Any

from panah.demo import Inputs
from panah.errors import BadRow, Unreadable
from panah.model.base import new_id
from panah.model.claim import Source
from panah.model.denials import answer_codes
from panah.model.evidence import Entrance
from panah.model.incident import Campaign
from panah.phone.minimise import Overview
from panah.vault.keys import MemberKeys
from panah.web.accounts.models import Member
from panah.web.cases.actions import create_case
from panah.web.cases.models import Case, CaseLog
from panah.web.cases.opening import OpenCase, open_case
from panah.web.intake import phones
from panah.web.intake.actions import receive_report
from panah.web.intake.phone_entries import Entry, entries_in
from panah.web.intake.phones import WITHHELD
from panah.web.lists.actions import import_file
from panah.web.lists.models import DocumentationList
from panah.web.register import actions as register
from panah.web.register import documents, told_entries
from panah.web.register.models import DocumentReview, Incident
from panah.web.register.models import Source as SourceRow
from panah.web.register.reading import CaseReader

from .naming import name_listed, name_told

HOME = "BE"
ORIGIN = "CN"
NO_PLACES = {"host_place": "", "act_country": "", "act_place": ""}


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
    """The phone's export, as the pages take it in: kept whole, six entries stated, each an act, joined as one campaign."""
    opened = new_case(actor, keys, Case.Kind.CASE)
    counted = [_keep_whole(actor, keys, opened, path) for path in inputs.phone]
    marked = _state_threats(actor, opened, inputs)
    (source, *_) = opened.records(Source, SourceRow.objects.filter(case=opened.case))
    _confirm(actor, opened, marked, source, "nobody has been asked yet")
    name_told(actor, opened, marked)
    campaign = Campaign(id=new_id(), shares="script", incident_ids=tuple(row.pk for row in marked))
    register.add_campaign(actor, opened, campaign)
    told.incidents += marked
    people = [each for overview in counted for each in overview.counterparts]
    told.counts |= {
        "calls": sum(each.n_calls for each in people),
        "messages": sum(each.n_messages for each in people),
        "withheld_calls": sum(each.n_calls for each in people if each.presentation in WITHHELD),
        "threats_marked": len(marked),
    }


def _keep_whole(actor: Member, keys: MemberKeys, opened: OpenCase, path: Path) -> Overview:
    """Send, look, tick everybody, keep with the original, as the pages do one after the other."""
    with path.open("rb") as stream:
        token = phones.send(stream, path.name, path.stat().st_size)
    draft = phones.draft_of(token)
    if draft is None:
        raise Unreadable("the export waits no longer", where=path.name, hint="run the demo again")
    overview: Overview = phones.look(draft).overview
    everybody = phones.selection_of([each.key for each in overview.counterparts], [])
    phones.keep(actor, keys, opened, token, everybody, with_original=True)
    return overview


def _state_threats(actor: Member, opened: OpenCase, inputs: Inputs) -> list[Incident]:
    """The entries that the invented person points at, each an act of its own, by the tactic a case worker gives them."""
    tactic_at = {(threat.file_name, threat.at_ms): threat.tactic for threat in inputs.threats}
    marked: dict[str, list[Entry]] = {}
    for entry in entries_in(opened):
        at_ms = round(entry.at.timestamp() * 1000) if entry.at else 0
        tactic = tactic_at.get((entry.extract.file_name, at_ms))
        if tactic:
            marked.setdefault(tactic, []).append(entry)
    stated: list[Incident] = []
    for tactic, entries in marked.items():
        channel = told_entries.channel_told(entries)
        fields = {**NO_PLACES, "tactic": tactic, "host_country": HOME, "origin_state": ORIGIN, "channel": channel}
        stated += told_entries.state(actor, opened, entries, fields, connection="victim", apart_in=UTC)
    return stated


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
