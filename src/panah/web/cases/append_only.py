"""Tables that only grow: triggers that refuse UPDATE and DELETE, on SQLite and on PostgreSQL.

Invariant: an append-only table gets its triggers in the migration that makes it. They stop this application and a
careless administrator; who owns the database can drop them, and that is what checkpoints are for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection, migrations
from django.db.migrations.loader import MigrationLoader

_VERBS = ("UPDATE", "DELETE")
_tables: set[str] = set()


def _names(table: str) -> list[tuple[str, str]]:
    return [(f"{table}_refuse_{verb.lower()}", verb) for verb in _VERBS]


def _sqlite(table: str) -> list[str]:
    return [
        f'CREATE TRIGGER "{name}" BEFORE {verb} ON "{table}" BEGIN SELECT RAISE(ABORT, \'{table} only grows\'); END'
        for name, verb in _names(table)
    ]


def _postgresql(table: str) -> list[str]:
    function = f"{table}_only_grows"
    return [
        (
            f'CREATE OR REPLACE FUNCTION "{function}"() RETURNS trigger LANGUAGE plpgsql AS '
            f"$$ BEGIN RAISE EXCEPTION '{table} only grows'; END $$"
        ),
        *(
            f'CREATE TRIGGER "{name}" BEFORE {verb} ON "{table}" FOR EACH ROW EXECUTE FUNCTION "{function}"()'
            for name, verb in _names(table)
        ),
        # a row trigger does not see TRUNCATE
        (
            f'CREATE TRIGGER "{table}_refuse_truncate" BEFORE TRUNCATE ON "{table}" '
            f'FOR EACH STATEMENT EXECUTE FUNCTION "{function}"()'
        ),
    ]


def _run(statements: dict[str, Callable[[str], list[str]]], table: str) -> Callable[[Any, Any], None]:
    def run(_apps: Any, editor: Any) -> None:
        for statement in statements[editor.connection.vendor](table):
            editor.execute(statement)

    return run


def _drop_sqlite(table: str) -> list[str]:
    return [f'DROP TRIGGER IF EXISTS "{name}"' for name, _verb in _names(table)]


def _drop_postgresql(table: str) -> list[str]:
    return [f'DROP FUNCTION IF EXISTS "{table}_only_grows"() CASCADE']


def append_only(table: str) -> migrations.RunPython:
    """The migration step that lets a table only grow. Must stand in a migration after the one that makes the table
    whole: SQLite re-makes a table when it is altered, and its triggers are lost with the old one."""
    _tables.add(table)
    return migrations.RunPython(
        _run({"sqlite": _sqlite, "postgresql": _postgresql}, table),
        _run({"sqlite": _drop_sqlite, "postgresql": _drop_postgresql}, table),
    )


def missing_triggers() -> list[str]:
    """Names of the triggers that are not there, are turned off, or do something else than refuse."""
    MigrationLoader(connection)  # reads every migration, and with them which tables only grow
    found = _on_sqlite() if connection.vendor == "sqlite" else _on_postgresql()
    return sorted(name for name, refuses in _wanted() if not refuses(found.get(name, "")))


def _wanted() -> list[tuple[str, Callable[[str], bool]]]:
    wanted: list[tuple[str, Callable[[str], bool]]] = []
    for table in _tables:
        if connection.vendor == "sqlite":
            statements = zip(_names(table), _sqlite(table), strict=True)
            wanted += [(name, lambda sql, right=right: sql == right) for (name, _verb), right in statements]
        else:
            names = [name for name, _verb in _names(table)] + [f"{table}_refuse_truncate"]
            wanted += [
                (name, lambda body, table=table: f"RAISE EXCEPTION '{table} only grows'" in body) for name in names
            ]
    return wanted


def _on_sqlite() -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
        return dict(cursor.fetchall())


def _on_postgresql() -> dict[str, str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgname, prosrc FROM pg_trigger JOIN pg_proc ON pg_proc.oid = tgfoid "
            "WHERE NOT tgisinternal AND tgenabled IN ('O', 'A')"
        )
        return dict(cursor.fetchall())
