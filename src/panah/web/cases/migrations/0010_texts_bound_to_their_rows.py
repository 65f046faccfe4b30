"""Texts sealed under the installation's key are bound to their row from now on, and are sealed anew once for it.

All such columns of all rooms are named here, as they were when this was written: a new installation has none of them yet.
"""

from __future__ import annotations

from typing import Any

from django.db import migrations

from panah.web.base.deployment import deployment_key

COLUMNS = (
    ("accounts", "organisation", "name"),
    ("accounts", "member", "email"),
    ("accounts", "member", "name"),
    ("cases", "dualrequest", "details"),
    ("intake", "savedfilter", "name"),
    ("intake", "savedmapping", "name"),
    ("intake", "savedmapping", "roles"),
)


def bind(_apps: Any, editor: Any) -> None:
    """Seal each text anew, bound to its row."""
    key = deployment_key()
    with editor.connection.cursor() as cursor:
        tables = set(editor.connection.introspection.table_names(cursor))
        for room, model, column in COLUMNS:
            table, place = f"{room}_{model}", f"{room}.{model}.{column}"
            if table not in tables:
                continue
            cursor.execute(f'SELECT id, "{column}" FROM "{table}"')
            for row_id, sealed in cursor.fetchall():
                if sealed:
                    bound = key.seal(key.open(bytes(sealed), place), f"{place}|{row_id}")
                    cursor.execute(f'UPDATE "{table}" SET "{column}" = %s WHERE id = %s', [bound, row_id])


class Migration(migrations.Migration):
    dependencies = (("cases", "0009_revisions_only_grow"), ("accounts", "0003_recovery"))
    operations = (migrations.RunPython(bind, migrations.RunPython.noop),)
