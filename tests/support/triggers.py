"""What an administrator who owns the database can do first: take the triggers off that let a table only grow."""

from __future__ import annotations

from django.db import connection

from panah.web.cases.append_only import append_only


def triggers_off(*tables: str) -> None:
    """Let these tables be changed and emptied."""
    with connection.schema_editor() if connection.vendor == "postgresql" else _Plain() as editor:
        for table in tables:
            append_only(table).reverse_code(None, editor)


class _Plain:
    """A stand-in for Django's editor, which SQLite refuses inside a transaction."""

    connection = connection

    def __enter__(self) -> _Plain:
        return self

    def __exit__(self, *_error: object) -> None:
        pass

    def execute(self, statement: str) -> None:
        with connection.cursor() as cursor:
            cursor.execute(statement)
