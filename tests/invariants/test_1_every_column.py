"""Invariant 1 again, on whichever database the suite runs: every column of every table is read as a thief would.

The file scan of its neighbour knows SQLite's files; this one asks the database itself, so it holds on PostgreSQL too.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from django.apps import apps
from django.db import connection
from stores_factories import ALLEGATION, COUNT, DENIAL, tell

from panah.web.cases.rotation import sealed_models
from panah.web.intake.actions import receive_report
from panah.web.register.actions import note_none_found

CLEAR_COLUMNS = json.loads((Path(__file__).parent / "clear_columns.json").read_text(encoding="utf-8"))
WORDS = (ALLEGATION, DENIAL, COUNT, "told.txt", "Invented Daily", "Nobody Invented", "Antwerp", "withheld number")


def test_no_word_in_any_column(cast: Any, data_folder: Path) -> None:
    story = tell(cast.case_worker)
    person = story.person()
    story.consent(person, "keep")
    row = story.answered_incident(demand="come home")
    note_none_found(story.member, story.opened, [row], story.source.id, "asked in writing")
    receive_report(None, text=ALLEGATION)
    n_columns = 0
    for name in connection.introspection.table_names():
        with connection.cursor() as cursor:
            cursor.execute(f'SELECT * FROM "{name}"')
            for values in cursor.fetchall():
                for value in values:
                    n_columns += 1
                    content = bytes(value) if isinstance(value, bytes | memoryview) else str(value).encode()
                    for word in (*WORDS, "come home", "asked in writing"):
                        assert word.encode() not in content, f"{name} holds readable words"
                        assert word.encode("utf-16-le") not in content
    assert n_columns > 200


def test_every_clear_column_is_one_that_was_agreed(db: Any) -> None:
    """A new readable column must be added to ``clear_columns.json`` and to docs/threat-model.md, in the open."""
    rooms = ("accounts", "cases", "evidence", "intake", "register", "lists", "outflow")
    found = {
        model._meta.db_table: sorted(
            field.column for field in model._meta.concrete_fields if type(field).__name__ != "SealedField"
        )
        for room in rooms
        for model in apps.get_app_config(room).get_models(include_auto_created=True)
    }
    assert found == CLEAR_COLUMNS


def test_the_threat_model_tells_every_clear_column() -> None:
    page = (Path(__file__).parents[2] / "docs" / "threat-model.md").read_text(encoding="utf-8")
    missing = [
        f"{table}.{column}"
        for table, columns in CLEAR_COLUMNS.items()
        for column in columns
        if column not in {"id", "case_id", "key_version"} and f"`{column}`" not in page
    ]
    assert missing == []


def test_what_is_sealed_under_a_case_key_has_one_sealed_column(db: Any) -> None:
    models = list(sealed_models())
    assert len(models) >= 12
    for model in models:
        sealed = [field.name for field in model._meta.concrete_fields if type(field).__name__ == "SealedField"]
        assert sealed == ["sealed"], model
