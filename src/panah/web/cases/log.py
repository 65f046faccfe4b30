"""The log of a case, and who else is told of each entry.

Invariant: an entry and what it tells of stand or fall in one transaction; an opening is written before anything is
shown.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from .models import CaseLog

if TYPE_CHECKING:
    from panah.web.accounts.models import Member

    from .models import Case

Witness = Callable[[CaseLog], None]
_witnesses: list[Witness] = []


def add_witness(witness: Witness) -> None:
    """Let a higher room follow the log: the evidence room repeats each entry in the custody log."""
    if witness not in _witnesses:
        _witnesses.append(witness)


def write(member: Member | None, case: Case, act: str, reason: str, subject: Member | None = None) -> CaseLog:
    """Add one entry. Any failure, a witness's included, is the caller's failure."""
    entry = CaseLog.objects.create(
        case=case, member=member, act=CaseLog.Act(act), reason=CaseLog.Reason(reason), subject=subject
    )
    for witness in _witnesses:
        witness(entry)
    return entry
