"""Writes one after another: whoever writes sealed rows or the custody log holds this until the transaction ends.

One lock for all of it, taken before any other, so that two writers wait for each other in one order only. SQLite's
IMMEDIATE transaction does that by itself.
"""

from __future__ import annotations

from typing import Final

from django.db import connection

_LOCK: Final = 0x70616E6168  # "panah" in ASCII


def one_at_a_time() -> None:
    """Wait until no other transaction writes; for use inside a transaction."""
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
