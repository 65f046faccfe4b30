"""How a model record becomes a sealed row: the row has the record's id, so that ids inside records stay true."""

from __future__ import annotations

from typing import Any, TypeVar

from panah.errors import Refused
from panah.model.base import Record
from panah.web.accounts.models import Member
from panah.web.cases.actions import require_member
from panah.web.cases.models import SealedRow
from panah.web.cases.sealing import CaseWriter
from panah.web.evidence import custody

Row = TypeVar("Row", bound=SealedRow)


def keep(
    actor: Member, writer: CaseWriter, model: type[Row], record: Record, act: str = "annotated", **columns: Any
) -> Row:
    """Seal a new record; part of an action's transaction.

    Raises:
        NoGrant: The actor is not in the case.
        Refused: There is a row of this id already.
    """
    require_member(actor, writer.case)
    row_id = record.id  # type: ignore[attr-defined]
    if model.objects.filter(pk=row_id).exists():
        raise Refused("there is a record of this id already", where=model._meta.db_table, hint="make a new id")
    row = model(id=row_id, **columns)
    writer.seal(row, record)
    row.save(force_insert=True)
    custody.record(actor, writer, act, custody.row_name(row), {"table": model._meta.db_table})
    return row


def replace(actor: Member, writer: CaseWriter, row: Row, record: Record, **columns: Any) -> Row:
    """Seal a record anew into its row; the custody log says that it was changed."""
    require_member(actor, writer.case)
    for name, value in columns.items():
        setattr(row, name, value)
    writer.seal(row, record)
    row.save()
    custody.record(actor, writer, "annotated", custody.row_name(row), {"table": row._meta.db_table, "changed": True})
    return row


def found_here(writer: CaseWriter, model: type[Row], row_id: str, what: str) -> Row:
    """The row of this id in this case.

    Raises:
        Refused: There is none; a record may not point out of its case.
    """
    row = model.objects.filter(case=writer.case, pk=row_id).first()
    if row is None:
        raise Refused(f"no such {what} in this case", where=what, hint=f"add the {what} first")
    return row
