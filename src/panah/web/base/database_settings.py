"""What the database itself may write down: asked of the running server, since a connection cannot promise it.

PostgreSQL logs statements, and with them their parameters, when it is told to; everything that reaches it is sealed or
coded, but the pattern of the work is nobody's business. SQLite keeps deleted pages unless it is told to overwrite them.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from django.db import connection

POSTGRESQL: Final = {
    "log_statement": {"none"},
    "log_min_duration_statement": {"-1"},
    "log_min_error_statement": {"panic"},
    "log_parameter_max_length": {"0"},
    "log_parameter_max_length_on_error": {"0"},
    "log_connections": {"off"},
    "log_duration": {"off"},
}
"""Setting -> values under which no statement of ours reaches the server's log."""
SQLITE: Final = {
    "secure_delete": {"1"},
    "temp_store": {"2"},
    "foreign_keys": {"1"},
    "journal_mode": {"wal", "truncate", "memory"},
}
JOURNAL_WAIT_MS: Final = 1000


def problems() -> list[str]:
    """``name=value`` of every setting that is not as it should be; empty when all is well."""
    if connection.vendor == "postgresql":
        return _wrong(POSTGRESQL, "SHOW {}")
    return _wrong(SQLITE, "PRAGMA {}")


def _wrong(wanted: dict[str, set[str]], question: str) -> list[str]:
    found = []
    with connection.cursor() as cursor:
        for name, allowed in wanted.items():
            cursor.execute(question.format(name))
            row = cursor.fetchone()
            value = str(row[0]).lower() if row else "?"
            if value not in allowed:
                found.append(f"{name}={value}")
    return found


def forget_deleted_rows(tables: Iterable[str]) -> None:
    """Take away what a database keeps of rows that are gone; inside a transaction neither database can.

    SQLite: the journal, whose pages are those from before (``secure_delete`` has overwritten the main file's).
    PostgreSQL: old versions of rows in these tables, by writing the tables anew. Its write-ahead log is not ours to
    empty; it is overwritten as it is recycled.
    """
    if connection.in_atomic_block:
        return
    truncate_journal()
    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            for table in tables:
                cursor.execute(f"VACUUM FULL {connection.ops.quote_name(table)}")


def truncate_journal() -> bool:
    """Empty SQLite's journal, in which what was deleted stays readable until then; nothing to do on PostgreSQL.

    Returns:
        False when somebody was reading or writing meanwhile: try again. It waits a second for them, not longer, since
        others cannot write while it waits.
    """
    if connection.vendor != "sqlite":
        return True
    with connection.cursor() as cursor:
        waited = cursor.execute("PRAGMA busy_timeout").fetchone()[0]
        cursor.execute(f"PRAGMA busy_timeout={JOURNAL_WAIT_MS}")
        try:
            busy, _pages, _moved = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        finally:
            cursor.execute(f"PRAGMA busy_timeout={int(waited)}")
    return not busy
