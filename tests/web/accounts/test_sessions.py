"""The session engine: the row is useless without the cookie, the cookie without the row, and both end in time."""

from __future__ import annotations

import base64
import re
from datetime import timedelta
from typing import Any

import pytest
from cast import signed_in
from django.conf import settings
from django.contrib.sessions.backends.base import UpdateError
from django.test import Client

from panah.errors import NotOpened
from panah.vault.keys import open_session, session_row_id
from panah.web.accounts import sessions
from panah.web.accounts.models import SessionRow
from panah.web.accounts.sessions import SessionStore


def cookie(client: Client) -> str:
    return client.cookies[settings.SESSION_COOKIE_NAME].value


def row_of(client: Client) -> SessionRow:
    token = base64.urlsafe_b64decode(cookie(client) + "=")
    return SessionRow.objects.get(pk=session_row_id(token))


def later(monkeypatch: pytest.MonkeyPatch, by: timedelta) -> None:
    now = sessions._now() + by
    monkeypatch.setattr(sessions, "_now", lambda: now)


def test_the_database_holds_neither_the_cookie_nor_the_keys(cast: Any) -> None:
    row = row_of(cast.case_worker.client)
    kept = row.id.encode() + bytes(row.sealed)
    keys = cast.case_worker.keys.to_bytes()
    assert cookie(cast.case_worker.client).encode() not in kept
    assert keys not in kept
    assert base64.b64encode(keys) not in kept
    assert b"_member_keys" not in kept


def test_another_cookie_does_not_open_the_row(cast: Any) -> None:
    row = row_of(cast.case_worker.client)
    with pytest.raises(NotOpened):
        open_session(bytes(32), bytes(row.sealed))


def test_swapping_two_rows_content_opens_neither(cast: Any) -> None:
    mine, theirs = row_of(cast.case_worker.client), row_of(cast.colleague.client)
    SessionRow.objects.filter(pk=mine.pk).update(sealed=bytes(theirs.sealed))
    assert cast.case_worker.client.get("/account/").status_code == 302
    assert not SessionRow.objects.filter(pk=mine.pk).exists(), "a row that does not open is deleted"


def test_a_session_ends_after_a_quarter_of_an_hour_without_a_request(
    cast: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    later(monkeypatch, timedelta(minutes=14))
    assert cast.case_worker.client.get("/account/").status_code == 200
    later(monkeypatch, timedelta(minutes=14))
    assert cast.case_worker.client.get("/account/").status_code == 200, "a request moves the limit"
    later(monkeypatch, timedelta(minutes=16))
    assert cast.case_worker.client.get("/account/").status_code == 302


def test_a_session_ends_after_eight_hours_whatever_happens(cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(8 * 6 - 1):
        later(monkeypatch, timedelta(minutes=10))
        assert cast.case_worker.client.get("/account/").status_code == 200
    later(monkeypatch, timedelta(minutes=11))
    assert cast.case_worker.client.get("/account/").status_code == 302


def test_the_end_of_a_session_is_not_moved_in_the_database(cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who holds a cookie and can write to the database moves both limits, as far as they please."""
    client = cast.case_worker.client
    SessionRow.objects.update(idle_until=sessions._now() + timedelta(days=99))
    SessionRow.objects.update(absolute_until=sessions._now() + timedelta(days=99))
    assert client.get("/account/").status_code == 200, "the control: before its own end it is read"
    later(monkeypatch, timedelta(hours=9))
    assert client.get("/account/").status_code == 302


def test_an_ended_row_is_gone_from_the_database(cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    row = row_of(cast.case_worker.client)
    later(monkeypatch, timedelta(hours=1))
    SessionStore.clear_expired()
    assert not SessionRow.objects.filter(pk=row.pk).exists()


def test_a_deleted_session_does_not_come_back_by_a_late_save(cast: Any) -> None:
    session = SessionStore(cookie(cast.case_worker.client))
    session["something"] = 1
    SessionRow.objects.all().delete()
    with pytest.raises(UpdateError):
        session.save()
    assert not SessionRow.objects.exists()


def test_signing_in_gives_a_new_cookie(cast: Any, client: Client) -> None:
    client.get("/sign-in/")
    session = client.session
    session["before"] = 1
    session.save()
    before = cookie(client)
    client.force_login(cast.case_worker.member)
    assert cookie(client) != before
    assert not SessionStore().exists(before)


@pytest.mark.parametrize("forged", ["", "x", "A" * 43, "é" * 43, "A" * 400, "../../etc/passwd"])
def test_a_forged_cookie_is_nobody(cast: Any, client: Client, forged: str) -> None:
    client.cookies[settings.SESSION_COOKIE_NAME] = forged
    assert client.get("/account/").status_code == 302


def test_the_cookie_is_strict_and_hidden_from_scripts(cast: Any, client: Client) -> None:
    client.post("/sign-in/", {"login": "case.worker@example.org", "password": "four words are enough here"})
    morsel = client.cookies[settings.SESSION_COOKIE_NAME]
    assert morsel["httponly"]
    assert morsel["samesite"] == "Strict"
    assert not morsel["max-age"], "it ends with the browser"
    assert re.fullmatch(r"[A-Za-z0-9_-]{43}", morsel.value)


def test_keys_of_another_member_are_never_given(cast: Any) -> None:
    player = signed_in(cast.stranger.member)
    session = player.client.session
    session["_member_keys"] = [cast.case_worker.member.id, session["_member_keys"][1]]
    session.save()
    assert not player.client.get("/account/").wsgi_request.member_keys
