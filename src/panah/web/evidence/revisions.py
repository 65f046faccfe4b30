"""The ledger of newest values, held against the custody log; needs no key."""

from __future__ import annotations

from collections import Counter

from panah.errors import CustodyBroken
from panah.vault.custody import read_line
from panah.web.cases.models import RowRevision

from .models import CustodyEntry


def verify_revisions() -> int:
    """Check that every newer value which the custody log tells of stands in the ledger, and no other.

    Whoever drops an entry of the ledger to put an older value back would have to take its line out of the custody log
    too, and that is told by the log itself and by anybody who holds a checkpoint.

    Returns:
        How many entries there are.

    Raises:
        CustodyBroken: An entry is missing from one of the two.
    """
    lines = CustodyEntry.objects.filter(line__contains='"act":"replaced"').values_list("line", flat=True)
    logged = Counter(read_line(line.encode()).item for line in lines.iterator(chunk_size=2000))
    held = Counter(RowRevision.objects.values_list("name", flat=True).iterator(chunk_size=2000))
    if missing := (logged - held).total():
        raise CustodyBroken(f"{missing} entries are missing", where="ledger of newest values", hint=_HINT)
    if missing := (held - logged).total():
        raise CustodyBroken(f"{missing} lines are missing", where="custody log", hint=_HINT)
    return held.total()


_HINT = "restore the database from a backup and see who can write to it"
