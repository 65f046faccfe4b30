"""Writing into a case: sealing needs the case key and opens nothing.

A :class:`CaseWriter` comes from making a case (``actions.create_case``) or from opening one (``opening.open_case``).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from panah.errors import NoGrant
from panah.vault.keys import CaseKey
from panah.vault.seal import revision_of, seal_field

from . import revisions

if TYPE_CHECKING:
    from panah.model.base import Record

    from .models import Case, SealedRow

SEALED_COLUMN = "sealed"


@dataclass(frozen=True, slots=True)
class CaseWriter:
    """A case with its key in hand; never stored, never logged."""

    case: Case
    key: CaseKey = field(repr=False)

    def seal(self, row: SealedRow, record: Record | bytes) -> None:
        """Put a record into a row of this case; the row is not saved yet.

        Where it takes the place of an older value, that stands in the ledger from now on: save the row in the same
        transaction.

        Raises:
            NoGrant: The row belongs to another case.
        """
        self.require_here(row)
        revision = 1 if row._state.adding else revision_of(bytes(row.sealed)) + 1
        if revision > 1:
            revisions.note(self.case, revisions.row_name(row), revision, getattr(self, "member", None))
        self._seal(row, record if isinstance(record, bytes) else record.to_json().encode(), revision)

    def _seal(self, row: SealedRow, clear: bytes, revision: int) -> None:
        table, place = row._meta.db_table, {"row": row.pk, "column": SEALED_COLUMN}
        row.case, row.key_version = self.case, self.key.version
        row.sealed = seal_field(self.key, table=table, plaintext=clear, revision=revision, **place)

    def opened_along(self) -> tuple[CaseWriter, ...]:
        """The cases that follow this one, where they were opened together with it."""
        return ()

    def require_here(self, row: SealedRow) -> None:
        """Refuse a row of another case: a key in hand is no permission for its neighbour."""
        if row.case_id not in {None, self.case.pk}:
            raise NoGrant("the row belongs to another case", where=row._meta.db_table, hint="open its own case")
