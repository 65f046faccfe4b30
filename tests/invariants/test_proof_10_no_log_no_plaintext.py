"""Proof 10: a read is logged before it is shown. The log's table refuses to be written to, as on a full disk, and then
every page of the desk is asked for by somebody who may read everything: not one word of a case is shown.

The control asks for the same pages while the log can be written to, and counts how many show words.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from lived_pages import addresses, words_shown
from stores_at_rest import PASSWORD, Canaries, live

from panah.web.cases.models import CaseLog
from panah.web.intake.models import PhoneExtract

pytestmark = pytest.mark.slow
INSTALLATIONS_OWN = {"organisation", "member", "second member", "saved view"}
READ_VIEWS = {
    *("desk:incident", "desk:document", "desk:evidence", "desk:told", "desk:timeline", "desk:review_case"),
    "desk:documentation_list",
}
"""Pages that must show words in the control, or this proof looks at nothing."""


@pytest.fixture
def reader(db: Any, data_folder: Path) -> tuple[Client, set[str]]:
    canary = Canaries()
    live(data_folder, canary)
    client = Client()
    assert client.post("/sign-in/", {"login": "a@example.org", "password": PASSWORD}).status_code == 302
    words = {word for place, word in canary.planted.items() if place not in INSTALLATIONS_OWN}
    return client, words


def refuse_writes(table: str) -> None:
    """The log writer is dead: the table takes no row any more."""
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                f"CREATE FUNCTION {table}_dead() RETURNS trigger LANGUAGE plpgsql AS "
                "$$ BEGIN RAISE EXCEPTION 'the log is dead'; END $$"
            )
            cursor.execute(
                f"CREATE TRIGGER {table}_dead BEFORE INSERT ON {table} FOR EACH ROW EXECUTE FUNCTION {table}_dead()"
            )
        else:
            cursor.execute(
                f"CREATE TRIGGER {table}_dead BEFORE INSERT ON {table} BEGIN SELECT RAISE(ABORT, 'the log is dead'); END"
            )


@pytest.mark.parametrize("table", ["cases_caselog", "evidence_custodyentry"])
def test_without_a_log_no_page_shows_a_word(reader: tuple[Client, set[str]], table: str) -> None:
    client, words = reader
    pages = addresses()
    before = CaseLog.objects.count()
    shown = words_shown(client, pages, words)
    assert set(shown) >= READ_VIEWS, "the control: with the log they show what is in the case"
    assert CaseLog.objects.count() > before
    refuse_writes(table)
    assert words_shown(client, pages, words) == {}


@pytest.mark.parametrize("table", ["cases_caselog", "evidence_custodyentry"])
def test_without_a_log_the_form_for_ticked_entries_shows_no_word(reader: tuple[Client, set[str]], table: str) -> None:
    """It is shown in answer to a form, so no page above asks for it."""
    client, words = reader
    client.raise_request_exception = False
    row = PhoneExtract.objects.get()

    def shown() -> set[str]:
        answer = client.post(f"/timeline/{row.case_id}/state/", {"entry": [f"{row.pk}-0"]})
        return {word for word in words if word in answer.content.decode()}

    assert shown(), "the control: with the log it shows the message"
    refuse_writes(table)
    assert shown() == set()


def test_every_page_that_shows_a_word_wrote_a_line_first(reader: tuple[Client, set[str]]) -> None:
    """Page by page: whoever is shown a word of a case stands in the log of a case with one line more."""
    client, words = reader
    silent = []
    for name, address in addresses():
        before = CaseLog.objects.filter(act="opened").count()
        if words_shown(client, [(name, address)], words) and CaseLog.objects.filter(act="opened").count() == before:
            silent.append(name)
    assert silent == []
