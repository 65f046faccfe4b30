"""The door to a case: a granted member, with unlocked keys, for a stated reason.

Invariant: :func:`open_case` commits the entry in the case's log before it gives anything back. No entry, no plaintext.
A case that others follow is opened together with them where what is decided on it holds for them too.
This is one of the three modules that may import ``panah.vault.unseal``.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, TypeVar

from django.db import transaction

from panah.errors import NoGrant
from panah.model.base import Record
from panah.vault import unseal
from panah.vault.blobs import SealedBlob
from panah.vault.keys import BlobKey, CaseKey, MemberKeys
from panah.web.accounts.models import Member, RecoveryShare

from . import log, revisions
from .models import Case, CaseKeyWrap, CaseLog, SealedReference, SealedRow
from .sealing import SEALED_COLUMN, CaseWriter

R = TypeVar("R", bound=Record)
WITH_FOLLOWERS: Final = frozenset({CaseLog.Reason.SHARING, CaseLog.Reason.ROTATION, CaseLog.Reason.OUTFLOW})
"""Reasons for which a case is opened with those that follow it: who may read, and what may leave, is one decision."""


@dataclass(frozen=True, slots=True)
class OpenCase(CaseWriter):
    """An opened case: reads and writes its rows, for one request or one run; never stored."""

    member: Member
    followers: tuple[OpenCase, ...] = ()
    """The cases that follow this one, when it was opened for a reason of :data:`WITH_FOLLOWERS`."""
    newest: Mapping[str, int] = field(default_factory=dict, repr=False)
    """What the ledger said when the case was opened, see :mod:`.revisions`."""

    def opened_along(self) -> tuple[OpenCase, ...]:
        return self.followers

    def field(self, row: SealedRow, column: str = SEALED_COLUMN) -> bytes:
        """The opened bytes of one column.

        Raises:
            NoGrant: The row belongs to another case.
            NotOpened: It was altered, moved from another row, or sealed under another key.
            Altered: It is an older value of this row.
        """
        self.require_here(row)
        revisions.check_row(row, self.newest)
        return unseal.open_field(
            self.key, table=row._meta.db_table, row=row.pk, column=column, sealed=bytes(getattr(row, column))
        )

    def record(self, kind: type[R], row: SealedRow) -> R:
        """The model record that is sealed in a row."""
        return kind.from_json(self.field(row))

    def records(self, kind: type[R], rows: Iterable[SealedRow]) -> list[R]:
        """The model records of several rows, in their order."""
        return [self.record(kind, row) for row in rows]

    def resealed(self, key: CaseKey, model: type[SealedRow], rows: Sequence[tuple[str, bytes]]) -> Iterator[bytes]:
        """The sealed columns of rows of this case, sealed under its next key, in their order.

        Args:
            key: What follows this case's key.
            model: The rows' table.
            rows: Id and sealed column of each, as they stand in the database now.

        Raises:
            NotOpened: One of them does not open.
            Altered: One of them is an older value.
        """
        revisions.check_stored(model, rows, self.newest)
        table = model._meta.db_table
        fields = (unseal.FieldAt(table, row_id, SEALED_COLUMN, sealed) for row_id, sealed in rows)
        return unseal.reseal_fields(self.key, key, fields)

    def blob(self, folder: Path, sealed: SealedBlob, key: BlobKey) -> Iterator[bytes]:
        """A sealed file's original bytes in chunks; its key comes out of its row, which only this case opens.

        Whoever passes them on must be able to take them back: a wrong digest is told at the end.

        Raises:
            Unreadable: The file is not there.
            Altered: The stored bytes are not those that were sealed.
        """
        return unseal.blob_chunks(folder, sealed, key)


def open_case(member: Member, keys: MemberKeys, case: Case, reason: str) -> OpenCase:
    """Open a case that was granted to the member.

    Args:
        member: Who opens it.
        keys: The member's unlocked keys, from the session.
        case: What is opened.
        reason: A value of ``CaseLog.Reason``; it stands in the log.

    Raises:
        NoGrant: No key of this case was given to the member.
        NotOpened: The keys are not those that the grant was made for.
        Altered: The case was put back to an older key.
        RuntimeError: Called inside a transaction, which could take the log entry back.
    """
    wrap = wrap_of(member, case)
    with transaction.atomic(durable=True):
        log.write(member, case, CaseLog.Act.OPENED, reason)
    newest = revisions.newest_of(case)
    revisions.check_case(case, newest)
    followers = list(Case.objects.filter(follows=case).order_by("pk")) if reason in WITH_FOLLOWERS else []
    return OpenCase(
        case=case,
        key=_key(wrap, keys),
        member=member,
        followers=tuple(open_case(member, keys, each, reason) for each in followers),
        newest=newest,
    )


def wrap_of(member: Member, case: Case) -> CaseKeyWrap:
    """The member's way into the case's present key version.

    Raises:
        NoGrant: There is none; the answer is the same for a case that does not exist.
    """
    wrap = CaseKeyWrap.objects.filter(case=case, member=member, version=case.key_version).first()
    if wrap is None or not member.is_active:
        raise NoGrant("this case was not granted to you", where="case", hint="ask a member of the case for a grant")
    return wrap


def _key(wrap: CaseKeyWrap, keys: MemberKeys) -> CaseKey:
    return unseal.open_case_key(bytes(wrap.sealed_key), keys, case_id=wrap.case_id, version=wrap.version)


def open_share(holder: Member, keys: MemberKeys, share: RecoveryShare) -> str:
    """The words of a recovery share, for the colleague who holds it; ``recovery.reveal`` asks whether it is allowed.

    Raises:
        NoGrant: Somebody else holds it.
        NotOpened: It was sealed to another holder or changed.
    """
    if share.holder_id != holder.pk or not holder.is_active:
        raise NoGrant("this share was entrusted to somebody else", where="recovery")
    return unseal.open_share(bytes(share.sealed_share), keys, member_id=share.member_id)


def share_of_reference(keys: MemberKeys, sealed: bytes, reference_id: str) -> str:
    """One member's share of a sealed reference, to be handed on; alone it says nothing.

    Raises:
        NotOpened: It was sealed to somebody else.
    """
    return unseal.open_share(sealed, keys, member_id=reference_id)


def open_reference(opened: OpenCase, row: SealedReference, shares: Iterable[str]) -> bytes:
    """The content of a reference of an opened case, by two shares; ``references`` asks whether it is allowed.

    Raises:
        NoGrant: It belongs to another case.
        NotOpened: Two shares of this reference are needed.
    """
    return unseal.open_reference(opened.field(row), shares, row.pk)
