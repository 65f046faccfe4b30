"""The database: sound, of this version, watched by its triggers, and quiet about what it is asked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from django.db import connection
from django.db.migrations.executor import MigrationExecutor

from panah.backup.landing import MARK
from panah.web.base.database_settings import problems
from panah.web.cases.append_only import missing_triggers

from .checks import Check, bad, look, well

LARGE_JOURNAL_BYTES: Final = 64 << 20
LOCAL: Final = frozenset({"", "localhost", "127.0.0.1", "::1"})


def integrity() -> Iterator[Check]:
    """Whether what is stored is whole, and whether what is acknowledged stays."""
    if connection.vendor == "sqlite":
        yield _sqlite_integrity()
    else:
        yield _postgresql_integrity()
        yield _durability()


def _sqlite_integrity() -> Check:
    rows = [row[0] for row in _all("PRAGMA integrity_check")]
    if rows != ["ok"]:
        return bad("integrity", f"{len(rows)} faults in the database file", "stop the server; panah restore")
    if dangling := _all("PRAGMA foreign_key_check"):
        return bad(
            "integrity", f"{len(dangling)} rows point at rows that are missing", "stop the server; panah restore"
        )
    return well("integrity", "whole, and every row finds the rows it points at")


def _postgresql_integrity() -> Check:
    broken = _all("SELECT coalesce(sum(checksum_failures), 0) FROM pg_stat_database")[0][0]
    if broken:
        return bad("integrity", f"{broken} pages failed their checksum", "stop the server; panah restore")
    if _all("SHOW data_checksums")[0][0] == "off":
        return look("integrity", "pages have no checksums", "pg_checksums --enable, with the server stopped")
    return well("integrity", "no page failed its checksum")


def _durability() -> Check:
    off = [name for name in ("fsync", "full_page_writes") if _all(f"SHOW {name}")[0][0] == "off"]
    if off:
        return bad("durability", f"{' and '.join(off)} off: a power cut loses what was acknowledged", "turn it on")
    return well("durability", "what is acknowledged is on the disk")


def migrations() -> Iterator[Check]:
    """Whether the tables are those of this version, and were verified if they were restored."""
    if MARK in connection.introspection.table_names():
        yield bad("migrations", "a restore into this database did not end", "run panah restore again, it begins anew")
        return
    executor = MigrationExecutor(connection)
    waiting = executor.migration_plan(executor.loader.graph.leaf_nodes())
    ours = {app for app, _name in executor.loader.disk_migrations}
    newer = [
        each
        for each in executor.loader.applied_migrations
        if each[0] in ours and each not in executor.loader.disk_migrations
    ]
    if newer:
        yield bad("migrations", "the database is of a newer version", "upgrade panah")
    elif waiting:
        yield bad("migrations", f"{len(waiting)} are not applied", "panah serve applies them at its start")
    else:
        yield well("migrations", "all applied")


def triggers() -> Iterator[Check]:
    """Whether the tables that only grow are watched."""
    missing = missing_triggers()
    if missing:
        do = "find out who took them away, compare with a checkpoint kept elsewhere, then panah restore"
        yield bad("triggers", f"missing or changed: {', '.join(missing)}", do)
    else:
        yield well("triggers", "what only grows refuses UPDATE and DELETE")


def server_settings() -> Iterator[Check]:
    """What the database writes down by itself."""
    wrong = problems()
    if wrong and connection.vendor == "postgresql":
        yield bad("database_settings", ", ".join(wrong), "see the end of docs/security-checklist.md")
    elif wrong:
        yield bad("database_settings", ", ".join(wrong), "do not override our settings")
    else:
        yield well("database_settings", f"{connection.vendor}; no statement is written down, nothing deleted is kept")
    yield _journal() if connection.vendor == "sqlite" else _transport()


def _journal() -> Check:
    path = Path(f"{connection.settings_dict['NAME']}-wal")
    size = path.stat().st_size if path.exists() else 0
    found = f"{size / 1_000_000:.1f} MB"
    if size > LARGE_JOURNAL_BYTES:
        return look("journal", found, "somebody reads without end; end that, the server then empties it")
    return well("journal", found)


def _transport() -> Check:
    host = str(connection.settings_dict.get("HOST") or "")
    is_local = host in LOCAL or host.startswith(("/", "%2F"))
    encrypted = bool(_all("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")[0][0])
    mode = str(connection.settings_dict.get("OPTIONS", {}).get("sslmode", ""))
    if is_local:
        return well("database_tls", "on this machine")
    if not encrypted:
        return bad("database_tls", f"the way to {host} is not encrypted", "add ?sslmode=verify-full to DATABASE_URL")
    if mode != "verify-full":
        return look("database_tls", f"encrypted, but {host} is not checked", "add ?sslmode=verify-full to DATABASE_URL")
    return well("database_tls", "encrypted, and the server is checked")


def _all(statement: str) -> list[tuple[Any, ...]]:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())
