"""The database: SQLite beside the evidence by default, PostgreSQL when ``DATABASE_URL`` names one."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any, Final

from panah.errors import NotConfigured

FILE_NAME: Final = "panah.sqlite3"
BUSY_TIMEOUT_S: Final = 20

# secure_delete overwrites what is deleted; temp_store keeps sort files out of the temp folder
SQLITE_START: Final = (
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON; "
    "PRAGMA secure_delete=ON; PRAGMA temp_store=MEMORY; PRAGMA journal_size_limit=33554432;"
)


def database(folder: Path) -> dict[str, Any]:
    """Django's settings of the one database.

    Raises:
        NotConfigured: ``DATABASE_URL`` is not an address of PostgreSQL or SQLite.
    """
    address = os.environ.get("DATABASE_URL", "").strip()
    return postgresql(address) if address else sqlite(folder / FILE_NAME)


def sqlite(path: Path) -> dict[str, Any]:
    """One file; a write takes its lock at the start of the transaction, so that two writers wait, not fail."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(path),
        "OPTIONS": {"timeout": BUSY_TIMEOUT_S, "transaction_mode": "IMMEDIATE", "init_command": SQLITE_START},
    }


def postgresql(address: str) -> dict[str, Any]:
    """PostgreSQL through psycopg 3; statements and their parameters stay out of its log."""
    import dj_database_url

    hint = "write postgres://USER:PASSWORD@HOST:PORT/NAME, or leave it empty for SQLite"
    try:
        settings: dict[str, Any] = dict(dj_database_url.parse(address, conn_max_age=60, conn_health_checks=True))
    except ValueError:
        raise NotConfigured("not the address of a database", where="DATABASE_URL", hint=hint) from None
    if settings["ENGINE"] == "django.db.backends.sqlite3":
        if settings["NAME"] in {"", ":memory:"}:  # each process would have a database of its own
            raise NotConfigured("names no file", where="DATABASE_URL", hint=hint)
        return sqlite(Path(settings["NAME"]))
    if settings["ENGINE"] != "django.db.backends.postgresql":
        raise NotConfigured("not PostgreSQL or SQLite", where="DATABASE_URL", hint=hint)
    return settings
