"""Tables that only grow: triggers that refuse UPDATE and DELETE, on SQLite and on PostgreSQL.

Invariant: an append-only table gets its triggers in the migration that makes it. They stop this application and a
careless administrator; who owns the database can drop them, and that is what checkpoints are for.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import migrations

_VERBS = ("UPDATE", "DELETE")


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
    return migrations.RunPython(
        _run({"sqlite": _sqlite, "postgresql": _postgresql}, table),
        _run({"sqlite": _drop_sqlite, "postgresql": _drop_postgresql}, table),
    )
