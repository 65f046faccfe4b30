"""Which value of a row is the newest: a ledger that only grows, asked each time a row is opened.

The attack: somebody who can write to the database puts an older value of a row back, sealed under the key that is
still the case's. It opens, since every part it is bound to is right. So each value after the first carries its revision
inside what the key protects (``vault.seal``, format 2), and the ledger names the newest.

Invariant: the entry is written in the transaction of the row that it tells of. Who reads asks the ledger first and the
row after it: a row older than the ledger was put back, whatever runs beside. A case has an entry for each new key, so
that neither a member who left nor a deleted row comes back with an old one. Entries are repeated in the custody log,
where checkpoints cover them: who drops them from the ledger is told by ``evidence.revisions.verify_revisions``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Final

from django.db.models import Max

from panah.errors import Altered
from panah.vault.seal import revision_of

from .models import Case, RowRevision

if TYPE_CHECKING:
    from django.db.models import Model

    from panah.web.accounts.models import Member

    from .models import SealedRow

Witness = Callable[[RowRevision, "Member | None"], None]
_witnesses: list[Witness] = []


def add_witness(witness: Witness) -> None:
    """Let a higher room follow the ledger: the evidence room repeats each entry in the custody log."""
    if witness not in _witnesses:
        _witnesses.append(witness)


def row_name(row: Model) -> str:
    """What names a row without telling its id: a digest of its table and id, 64 hexadecimal digits."""
    return _name(row._meta.db_table, row.pk)


def _name(table: str, row_id: str) -> str:
    return hashlib.sha256(f"panah/row/v1\n{table}\n{row_id}\n".encode()).hexdigest()


def note(case: Case, name: str, revision: int, actor: Member | None) -> None:
    """Say that a row has a newer value now; part of the transaction that writes it."""
    entry = RowRevision.objects.create(case=case, name=name, revision=revision)
    for witness in _witnesses:
        witness(entry, actor)


def note_moved(row: SealedRow) -> None:
    """A row leaves its case: put back where it lay, it would be read by who may not read it any more."""
    note(row.case, row_name(row), revision_of(bytes(row.sealed)) + 1, None)


def newest_of(case: Case) -> Mapping[str, int]:
    """The newest revision of every row of a case that has had more than one value, by the row's name."""
    return dict(RowRevision.objects.filter(case=case).values_list("name").annotate(Max("revision")))


def check_case(case: Case, newest: Mapping[str, int]) -> None:
    """Refuse a case whose key version was put back, and with it a member who had left.

    Raises:
        Altered: It was.
    """
    version = newest.get(row_name(case), 1)
    if case.key_version < version and (_stored_version(case) or 0) < version:
        raise Altered("the case is older than its ledger says", where=Case._meta.db_table, hint=_HINT)


def check_row(row: SealedRow, newest: Mapping[str, int]) -> None:
    """Refuse a row whose value is older than the ledger says.

    Raises:
        Altered: It was put back.
    """
    revision = newest.get(row_name(row), 1)
    if revision == 1 or revision_of(bytes(row.sealed)) >= revision:
        return
    # somebody may have written while this request held the row: what counts is what stands there now
    stored = type(row)._default_manager.filter(pk=row.pk).values_list("sealed", flat=True).first()
    if stored is None or revision_of(bytes(stored)) < revision:
        raise Altered("an older value of the row was put back", where=row._meta.db_table, hint=_HINT)


def check_stored(model: type[SealedRow], stored: Iterable[tuple[str, bytes]], newest: Mapping[str, int]) -> None:
    """Refuse an older value among the ids and sealed columns that stand in a table now, while nobody else writes.

    Raises:
        Altered: One was put back.
    """
    table = model._meta.db_table
    for row_id, sealed in stored if newest else ():
        if revision_of(sealed) < newest.get(_name(table, row_id), 1):
            raise Altered("an older value of the row was put back", where=table, hint=_HINT)


_HINT: Final = "restore the database from a backup and see who can write to it"


def _stored_version(case: Case) -> int | None:
    return Case.objects.filter(pk=case.pk).values_list("key_version", flat=True).first()
