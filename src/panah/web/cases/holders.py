"""Who holds a case's key without being a member: told when the key changes.

Members' wraps are this room's own. A higher room that seals a case's key to somebody else (intake does, to the
reporter of a thread) says so here, so that a change of the key does not shut that person out.
"""

from __future__ import annotations

from collections.abc import Callable

from .sealing import CaseWriter

Holder = Callable[[CaseWriter], None]
_holders: list[Holder] = []
_tables: list[str] = ["cases_casekeywrap"]


def add_holder(renew: Holder, table: str) -> None:
    """Have ``renew`` called with the case under its new key, inside the transaction that changes it.

    Args:
        renew: Seals the new key to whoever holds one.
        table: Where those sealed keys lie.
    """
    if renew not in _holders:
        _holders.append(renew)
        _tables.append(table)


def tables() -> tuple[str, ...]:
    """Every table in which case keys lie sealed to somebody."""
    return tuple(_tables)


def renew_all(writer: CaseWriter) -> None:
    """The case has a new key: everybody named here seals it anew. Any failure is the caller's failure."""
    for renew in _holders:
        renew(writer)
