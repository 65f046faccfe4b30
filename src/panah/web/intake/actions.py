"""Taking in a report. It needs no key that opens anything, so that the public door can do it."""

from __future__ import annotations

from datetime import UTC, datetime

from django.db import transaction

from panah.errors import Refused
from panah.model.base import new_id
from panah.model.evidence import Entrance
from panah.model.evidence import Report as ReportRecord
from panah.vault.keys import MemberKeys
from panah.web.accounts.models import Member, Role
from panah.web.cases.actions import create_case, require_member
from panah.web.cases.models import Case
from panah.web.cases.sealing import CaseWriter
from panah.web.evidence import custody

from .models import Report, Telling
from .records import Told


@transaction.atomic
def receive_report(
    actor: Member | None,
    keys: MemberKeys | None = None,
    *,
    text: str = "",
    language: str = "und",
    entrance: str = Entrance.PUBLIC_FORM,
    writer: CaseWriter | None = None,
    evidence_ids: tuple[str, ...] = (),
    told: Told | None = None,
    report_id: str | None = None,
) -> tuple[Report, CaseWriter]:
    """Seal a report as it came in.

    Args:
        actor: Who took it in; None at the public door.
        keys: The actor's keys, which sign the grants of a new case; None at the public door.
        writer: The case that it belongs to; without it a new case is made, which the actor and every member with the
            role of intake can open.
        evidence_ids: Items already sealed in that case.
        told: The answers to the questions; their words are the report's text when none is given.
        report_id: The id that a form chose, so that sending it twice makes one report.

    Returns:
        The report's row, and the case with its key to seal attachments into.

    Raises:
        Refused: Nobody here takes in reports.
        NoGrant: The actor is not in that case.
    """
    if writer is None:
        writer = new_intake_case(actor, keys)
    elif actor is None:
        raise Refused("nobody is signed in who could write into this case", where="case", hint="sign in")
    else:
        require_member(actor, writer.case)
    row = keep_report(
        actor,
        writer,
        text=text,
        language=language,
        entrance=entrance,
        evidence_ids=evidence_ids,
        told=told,
        report_id=report_id,
    )
    return row, writer


def new_intake_case(actor: Member | None, keys: MemberKeys | None = None) -> CaseWriter:
    """A case for one report: its key goes to the actor and to every member with the role of intake.

    Raises:
        Refused: Nobody here takes in reports.
    """
    return create_case(actor, keys, Case.Kind.CASE, members=_takers())


def keep_report(
    actor: Member | None,
    writer: CaseWriter,
    *,
    text: str = "",
    language: str = "und",
    entrance: str = Entrance.PUBLIC_FORM,
    evidence_ids: tuple[str, ...] = (),
    told: Told | None = None,
    report_id: str | None = None,
) -> Report:
    """Seal a report into the case that was made for it in the same transaction; see :func:`receive_report`."""
    record = ReportRecord(
        id=report_id or new_id(),
        received_at=datetime.now(UTC),
        entrance=Entrance(entrance),
        language=language,
        text=text or (told.words if told else ""),
        evidence_ids=evidence_ids,
    )
    row = Report(id=record.id)
    entry = custody.record(actor, writer, "received", custody.row_name(row), {"entrance": record.entrance})
    row.arrival = entry.seq
    if told is not None:
        row.tactic, row.urgent = (told.tactics[0] if told.tactics else ""), told.is_urgent
    writer.seal(row, record)
    row.save(force_insert=True)
    if told is not None:
        kept = Telling(report=row)
        writer.seal(kept, told)
        kept.save(force_insert=True)
    return row


def _takers() -> list[Member]:
    return [member for member in Member.objects.filter(is_active=True) if member.has_role(Role.INTAKE)]


@transaction.atomic
def set_status(actor: Member, writer: CaseWriter, report: Report, status: str) -> None:
    """Say how far a report is; its words never change.

    Raises:
        NoGrant: The actor is not in the case, or the report is in another.
    """
    require_member(actor, writer.case)
    writer.require_here(report)
    Report.objects.filter(pk=report.pk).update(status=Report.Status(status))
    custody.record(actor, writer, "annotated", custody.row_name(report), {"status": status})
