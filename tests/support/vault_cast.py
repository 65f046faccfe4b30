"""Cheap keys and small logs for the tests of the vault and of bundles; the people are invented numbers."""

from __future__ import annotations

from datetime import UTC, datetime

from panah.vault import custody
from panah.vault.keys import Argon2Cost, CaseKey, MemberKeys

CHEAP = Argon2Cost(memory_kib=8, passes=1, lanes=1)
NOON = datetime(2026, 5, 1, 12, 34, 56, tzinfo=UTC)
ALICE, BOB = "a" * 32, "b" * 32
CASE, OTHER_CASE = "c" * 32, "d" * 32
ACTS = ("received", "hashed", "sealed", "viewed", "parsed", "key-granted", "exported")

alice, bob = MemberKeys.generate(), MemberKeys.generate()
case_key = CaseKey.generate(CASE)


def log_of(size: int, *, actor: str = ALICE) -> list[bytes]:
    """A sound custody log of this many lines."""
    lines: list[bytes] = []
    for number in range(size):
        lines.append(
            custody.entry_line(
                lines[-1] if lines else None,
                actor=actor,
                act=ACTS[number % len(ACTS)],
                item=f"{number:064x}" if number % 3 else None,
                detail=f"{number + 7:064x}" if number % 2 else None,
                at=NOON,
            )
        )
    return lines
