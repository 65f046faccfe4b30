"""Proofs 2 and 3: a copy of database, files, settings and keys without a password opens no word; neither does a copy of a
running server without a cookie, nor a cookie without its row.

The thief of ``tests/support/thief.py`` tries every byte as every kind of key. The controls hand over the one thing that
is missing, a password, a code, a cookie with its row, and the same thief must find the words.
"""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import pytest
import thief
from cast import unlock
from django.conf import settings
from django.test import Client
from stores_at_rest import PASSWORD, Canaries, live

from panah.vault.keys import session_row_id
from panah.web.accounts.models import Member, SessionRow
from panah.web.accounts.passwords import password_keys_of

pytestmark = pytest.mark.slow
INSTALLATIONS_OWN = {"organisation", "member", "second member", "saved view"}
"""Sealed under ``secret.key``, which is in the loot; docs/threat-model.md says so."""


@pytest.fixture
def day(db: Any, data_folder: Path) -> Canaries:
    """A working day, and a member who is signed in at the end of it."""
    canary = Canaries()
    live(data_folder, canary)
    (data_folder / "secret.key").write_bytes(settings.PANAH_DEPLOYMENT_KEY._key)
    (data_folder / "settings.txt").write_text(f"{settings.SECRET_KEY}\n")
    return canary


def signed_in() -> Client:
    client = Client()
    answer = client.post("/sign-in/", {"login": "a@example.org", "password": PASSWORD})
    assert answer.status_code == 302
    assert client.get("/account/").status_code == 200
    return client


def words_in(loot: thief.Loot, canary: Canaries) -> set[str]:
    return {place for place, word in canary.planted.items() if any(word.encode() in each for each in loot.opened)}


def token_of(client: Client) -> bytes:
    return base64.urlsafe_b64decode(client.cookies[settings.SESSION_COOKIE_NAME].value + "=")


def test_2_a_stolen_database_with_files_and_keys_opens_no_word(day: Canaries, data_folder: Path) -> None:
    loot = thief.take(data_folder)
    assert len(loot.candidates()) > 300, "the thief has something to try"
    thief.try_everything(loot, data_folder)
    assert words_in(loot, day) - INSTALLATIONS_OWN == set()


def test_2_with_one_password_the_same_thief_reads_that_members_cases(day: Canaries, data_folder: Path) -> None:
    """The control: the script can open what may be opened."""
    member = Member.objects.by_email("a@example.org")
    derived = password_keys_of(member, PASSWORD)
    assert derived is not None
    loot = thief.take(data_folder)
    loot.given.append(derived.wrapping_key)
    thief.try_everything(loot, data_folder)
    assert {"claim", "person", "evidence", "file name", "report", "list name 1", "message"} <= words_in(loot, day)


def test_2_live_session_rows_cannot_be_replayed(day: Canaries, data_folder: Path) -> None:
    client = signed_in()
    row = SessionRow.objects.get()
    loot = thief.take(data_folder)
    tried = {row.pk, bytes(row.sealed).hex(), settings.SECRET_KEY}
    for key in (bytes.fromhex(row.pk), *loot.candidates()):
        tried.add(base64.urlsafe_b64encode(key).rstrip(b"=").decode())
    for cookie in tried:
        forger = Client()
        forger.cookies[settings.SESSION_COOKIE_NAME] = cookie
        if len(cookie) < 200:
            assert "_auth_user_id" not in forger.session, "a replayed row let somebody in"
    assert client.get("/account/").status_code == 200, "the control: the one true cookie does"


def test_3_a_running_servers_disk_without_a_cookie_opens_no_word(day: Canaries, data_folder: Path) -> None:
    client = signed_in()
    loot = thief.take(data_folder)
    assert loot.tables["accounts_sessionrow"]
    thief.try_everything(loot, data_folder)
    assert words_in(loot, day) - INSTALLATIONS_OWN == set()
    loot.given.append(token_of(client))
    thief.try_everything(loot, data_folder)
    assert {"claim", "person", "evidence"} <= words_in(loot, day), "the control: with the cookie it opens"


def test_3_a_cookie_whose_row_is_gone_opens_no_word(day: Canaries, data_folder: Path) -> None:
    client = signed_in()
    token = token_of(client)
    client.post("/sign-out/")
    assert not SessionRow.objects.filter(pk=session_row_id(token)).exists()
    loot = thief.take(data_folder)
    loot.given.append(token)
    thief.try_everything(loot, data_folder)
    assert words_in(loot, day) - INSTALLATIONS_OWN == set()
    replayed = Client()
    replayed.cookies[settings.SESSION_COOKIE_NAME] = base64.urlsafe_b64encode(token).rstrip(b"=").decode()
    assert replayed.get("/account/").status_code == 302


def test_2_the_reporters_code_opens_that_thread_and_nothing_else(day: Canaries, data_folder: Path) -> None:
    """Another control, of the narrow kind: what one key opens is what it is for."""
    from panah.vault.receipt import Receipt
    from panah.web.intake import receipts

    loot = thief.take(data_folder)
    loot.given.append(receipts.stretch(Receipt(day.planted["code"])).wrapping_key)
    thief.try_everything(loot, data_folder)
    found = words_in(loot, day) - INSTALLATIONS_OWN
    assert "message" in found
    assert not {"claim", "person", "evidence", "list name 1", "telephone what"} & found
    assert unlock(Member.objects.by_email("a@example.org"), PASSWORD)
