"""Deleting for good: the key of the bytes is destroyed, the row goes, and a stone stays in the custody log.

A case's key wraps the keys of its files and opens its rows, so removing rows is not enough: an old copy of the database
and a key held today would give them back. The case gets a new key in the same transaction; what an old copy has is
sealed under a key that no wrap gives any more once the key sets of backups have expired (``panah.backup``).

What quotes a thing goes with it: a view, a reading, a claim that rests on it. Higher rooms say what that is
(:func:`add_follower`), since this room knows only files. Invariant: a member never deletes alone where there is a second
person, and what the second one approved is exactly what goes.

Afterwards: the line ``deleted`` names the item by its commitment, whose salt is gone, so it says nothing to anyone; chain,
tree and checkpoints verify as before; the details of earlier lines about it are destroyed too, since they held its digest.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction

from panah.errors import Refused
from panah.model.base import Record
from panah.vault import custody as lines
from panah.vault.approvals import digest_of
from panah.vault.keys import MemberKeys
from panah.web.accounts.models import Member
from panah.web.base.database_settings import forget_deleted_rows
from panah.web.cases import dual_control, holders, log
from panah.web.cases.actions import require_member
from panah.web.cases.models import CaseLog, DualRequest, SealedRow
from panah.web.cases.opening import OpenCase
from panah.web.cases.rotation import rotate

from . import custody
from .models import CustodyDetail, EvidenceItem, Tombstone
from .records import evidence_folder

Rows = Sequence[SealedRow]
Follower = Callable[[OpenCase, Rows], Iterable[SealedRow]]
Farewell = Callable[[Member, MemberKeys, OpenCase, Rows], object]

_followers: list[Follower] = []
_farewells: list[Farewell] = []
_stones: dict[type[SealedRow], Callable[[Any], Record]] = {}


@dataclass(frozen=True, slots=True)
class Going:
    """What was asked for, and everything that goes with it, itself included."""

    asked: tuple[SealedRow, ...]
    rows: tuple[SealedRow, ...]

    def counted(self) -> dict[str, int]:
        """How many rows of each table."""
        counts: dict[str, int] = {}
        for row in self.rows:
            counts[row._meta.db_table] = counts.get(row._meta.db_table, 0) + 1
        return counts

    def details(self, reason: str) -> dict[str, Any]:
        """What an approval depends on: a claim that was stated meanwhile needs another one."""
        named = sorted(f"{row._meta.db_table} {row.pk}" for row in self.rows)
        return {
            "delete": sorted(row.pk for row in self.asked),
            "table": self.asked[0]._meta.db_table,
            "reason": str(reason),
            "n": len(self.rows),
            "all": digest_of({"rows": named}),
        }


def add_follower(follower: Follower) -> None:
    """Have a higher room say what goes along: it is given rows that go, and names those of its own that rest on them.

    It may raise ``Refused``, when something rests on a row that cannot go this way.
    """
    if follower not in _followers:
        _followers.append(follower)


def add_farewell(farewell: Farewell) -> None:
    """Have a higher room told, in the transaction and before rows go, so that it takes away what points at them."""
    if farewell not in _farewells:
        _farewells.append(farewell)


def leave_stone(model: type[SealedRow], emptied: Callable[[Any], Record]) -> None:
    """Rows of this table stay, emptied: other rows point at them. ``emptied`` gives what is sealed in their place."""
    _stones[model] = emptied


def going_with(opened: OpenCase, *rows: SealedRow) -> Going:
    """Everything that goes when these rows of an opened case go.

    Raises:
        NoGrant: A row lies in another case.
        Refused: Something rests on one of them that is deleted in another way.
    """
    found: dict[tuple[str, str], SealedRow] = {}
    new: list[SealedRow] = list(rows)
    while new:
        for row in new:
            opened.require_here(row)
            found[row._meta.db_table, row.pk] = row
        everything = tuple(found.values())
        along = [each for follower in (_views, *_followers) for each in follower(opened, everything)]
        new = [each for each in along if (each._meta.db_table, each.pk) not in found]
    return Going(rows, tuple(found.values()))


def _views(_opened: OpenCase, rows: Rows) -> Iterable[EvidenceItem]:
    return EvidenceItem.objects.filter(derived_from__in=[row.pk for row in rows if isinstance(row, EvidenceItem)])


def needs_second_person(actor: Member) -> bool:
    """Whether there is anybody here who could approve; where there is nobody, nothing waits for one."""
    return dual_control.somebody_else_could_answer(actor, actor)


def ask_to_delete(actor: Member, keys: MemberKeys, opened: OpenCase, going: Going, reason: str) -> DualRequest:
    """Ask a second member of the case to agree.

    Raises:
        NoGrant: The actor is not in the case.
        Refused: No such reason.
    """
    _check_reason(reason)
    details = going.details(reason)
    return dual_control.ask(actor, keys, DualRequest.Act.DELETE, cases=[opened.case], details=details)


def is_approved(actor: Member, opened: OpenCase, going: Going, reason: str) -> bool:
    """Whether a second member's yes to exactly this waits to be acted on."""
    details = going.details(reason)
    return dual_control.approval_of(actor, DualRequest.Act.DELETE, cases=[opened.case], details=details) is not None


@transaction.atomic
def delete(actor: Member, keys: MemberKeys, opened: OpenCase, rows: Rows, reason: str) -> OpenCase:
    """Delete rows of a case and what rests on them; the case gets a new key.

    Args:
        actor: Who deletes.
        keys: The actor's keys, which sign the grants of the new key.
        opened: The case of all these rows.
        rows: Evidence items, reports, incidents, claims: any sealed rows.
        reason: One of ``CaseLog.DELETION_REASONS``; all members of the case see it.

    Returns:
        The case opened under its new key. Use it from here on: the old one opens nothing.

    Raises:
        NoGrant: The actor is not in the case, or a row lies in another.
        Refused: No second member approved exactly this; or something rests on a row that cannot go this way.
    """
    require_member(actor, opened.case)
    _check_reason(reason)
    going = going_with(opened, *rows)
    told: dict[str, Any] = {"reason": str(reason)}
    if needs_second_person(actor):
        details = going.details(reason)
        approval = dual_control.use(actor, DualRequest.Act.DELETE, cases=[opened.case], details=details)
        told |= {"approved_by": approval.answered_by_id, "request": approval.pk}
    log.write(actor, opened.case, CaseLog.Act.DELETED, reason)
    _forget_details(opened, {item_name(row) for row in going.rows})
    for row in going.rows:
        _set_stone(actor, opened, row, told)
    names = [row.blob_name for row in going.rows if isinstance(row, EvidenceItem)]
    for farewell in _farewells:
        farewell(actor, keys, opened, going.rows)
    _remove(opened, going.rows)
    before = opened.key.version
    renewed = rotate(actor, keys, opened)
    # nobody left the case, so the other files' own keys are as good as they were
    EvidenceItem.objects.filter(case=opened.case, blob_version=before).update(blob_version=renewed.key.version)
    transaction.on_commit(lambda: clear_away(names))
    return renewed


def item_name(row: SealedRow) -> str:
    """What names a row in the custody log: a file's commitment, else a digest of table and id."""
    return row.commitment if isinstance(row, EvidenceItem) else custody.row_name(row)


def _check_reason(reason: str) -> None:
    if reason not in set(CaseLog.DELETION_REASONS):
        raise Refused("no such reason", where="deletion", hint="choose one from the list")


def _forget_details(opened: OpenCase, names: set[str]) -> None:
    """Destroy what earlier lines committed to: digest, size and exact times. The lines themselves stay as they are."""
    details = CustodyDetail.objects.filter(case=opened.case).select_related("entry")
    gone = [each.pk for each in details if lines.read_line(f"{each.entry.line}".encode()).item in names]
    for start in range(0, len(gone), 500):
        CustodyDetail.objects.filter(pk__in=gone[start : start + 500]).delete()


def _set_stone(actor: Member, opened: OpenCase, row: SealedRow, told: dict[str, Any]) -> None:
    entry = custody.record(actor, opened, "deleted", item_name(row), {**told, "table": row._meta.db_table})
    Tombstone.objects.create(entry=entry, case=opened.case, table=row._meta.db_table, row=row.pk)


def _remove(opened: OpenCase, rows: Rows) -> None:
    for row in rows:
        if type(row) in _stones:
            opened.seal(row, _stones[type(row)](row))
            row.save()
    leaving = [row for row in rows if type(row) not in _stones]
    while leaving:
        # whatever nothing else of these points at any more
        targets = {(field.related_model, getattr(row, field.attname)) for row in leaving for field in _links(row)}
        free = [row for row in leaving if (type(row), row.pk) not in targets]
        for model in {type(row) for row in free}:
            model.objects.filter(pk__in=[row.pk for row in free if type(row) is model]).delete()
        leaving = [row for row in leaving if row not in free]


def _links(row: SealedRow) -> list[Any]:
    return [field for field in row._meta.concrete_fields if field.is_relation and field.name != "case"]


def clear_away(blob_names: Iterable[str]) -> None:
    """After the commit: the sealed files, and what databases keep of rows that are gone."""
    for name in blob_names:
        (evidence_folder() / f"{name}.age").unlink(missing_ok=True)
    forget_deleted_rows(holders.tables())
