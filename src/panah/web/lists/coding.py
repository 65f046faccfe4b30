"""Incidents out of linked lists: one proposal for each cluster, in the case of the first list that tells of it.

A record of another list stays in that list's own case; the incident shows only that it stands on that list too.
"""

from __future__ import annotations

from dataclasses import dataclass

from django.db import transaction

from panah.model.base import new_id
from panah.model.claim import Claim as ClaimRecord
from panah.model.evidence import Locator
from panah.model.incident import Incident as IncidentRecord
from panah.model.linkage import ListRecord as RowRecord
from panah.model.place import Place
from panah.vault.keys import MemberKeys
from panah.web.accounts.models import Member
from panah.web.cases.models import CaseLog
from panah.web.cases.opening import OpenCase, open_case
from panah.web.register.actions import code_incident, state_claim
from panah.web.register.models import Incident

from .models import DocumentationList, LinkageRun, ListMembership, ListRecord
from .queries import stored_in
from .records import StoredList, unpack_record
from .runs import clusters_in

UNKNOWN_DATE = "XXXX"


@dataclass(frozen=True, slots=True)
class Coding:
    """What became of the clusters of a run."""

    incidents: tuple[Incident, ...]
    """New proposals."""
    n_known: int
    """Clusters whose incident was there from an earlier run."""
    n_not_coded: int
    """Clusters none of whose records gives a tactic."""
    n_in_two: int
    """Clusters whose records belong to different incidents of an earlier run: a person must decide."""


@dataclass(frozen=True, slots=True)
class _OpenList:
    opened: OpenCase
    documentation_list: DocumentationList
    stored: StoredList
    rows: dict[str, ListRecord]


def propose_incidents(actor: Member, keys: MemberKeys, run: LinkageRun) -> Coding:
    """Propose one incident for each cluster of a run; a second time for the same records nothing is made twice.

    Raises:
        NoGrant: The run, or one of its lists, was not granted to the actor.
    """
    clusters = clusters_in(open_case(actor, keys, run.case, CaseLog.Reason.CODING), run)
    lists = {each.label: _open_list(actor, keys, each) for each in run.lists.select_related("case")}
    with transaction.atomic():
        outcomes = [_propose(actor, lists, cluster.members) for cluster in clusters]
    return Coding(
        incidents=tuple(outcome for outcome in outcomes if isinstance(outcome, Incident)),
        n_known=outcomes.count("known"),
        n_not_coded=outcomes.count("not_coded"),
        n_in_two=outcomes.count("in_two"),
    )


def _open_list(actor: Member, keys: MemberKeys, documentation_list: DocumentationList) -> _OpenList:
    opened = open_case(actor, keys, documentation_list.case, CaseLog.Reason.CODING)
    rows = {unpack_record(opened.field(row)).record_id: row for row in documentation_list.records.all()}
    return _OpenList(opened, documentation_list, stored_in(opened, documentation_list), rows)


def _propose(actor: Member, lists: dict[str, _OpenList], members: tuple[tuple[str, str], ...]) -> Incident | str:
    placed = [(lists[label], lists[label].rows[record_id]) for label, record_id in sorted(members)]
    known = set(
        ListMembership.objects.filter(record__in=[row for _list, row in placed]).values_list("incident", flat=True)
    )
    if len(known) > 1:
        return "in_two"
    if known:
        incident: Incident | None = Incident.objects.get(pk=known.pop())
        outcome: Incident | str = "known"
    else:
        incident = _new_incident(actor, placed)
        outcome = incident or "not_coded"
    if incident is not None:
        for held, row in placed:
            ListMembership.objects.get_or_create(
                documentation_list=held.documentation_list, incident=incident, record=row
            )
    return outcome


def _new_incident(actor: Member, placed: list[tuple[_OpenList, ListRecord]]) -> Incident | None:
    """Code from the first record that gives a tactic; other records' words stay in their own cases."""
    for held, row in placed:
        record = unpack_record(held.opened.field(row))
        if record.tactic is not None and held.stored.evidence_id is not None:
            claim = _claim(held, record)
            state_claim(actor, held.opened, claim)
            return code_incident(actor, held.opened, _coded(record), [claim.id])
    return None


def _claim(held: _OpenList, record: RowRecord) -> ClaimRecord:
    return ClaimRecord(
        id=new_id(),
        source_id=held.stored.source_id,
        text=f"record {record.record_id}",
        stance="asserts",
        locator=Locator(evidence_id=held.stored.evidence_id or "", unit="row", start=record.row, end=record.row + 1),
    )


def _coded(record: RowRecord) -> IncidentRecord:
    return IncidentRecord(
        id=new_id(),
        tactic=record.tactic or "",
        date=record.date or UNKNOWN_DATE,
        host_place=Place(country=record.host_country, name=record.host_place or ""),
        act_place=Place(country=record.act_country),
        origin_state=record.origin_state,
    )
