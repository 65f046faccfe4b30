"""A member sees who came in or tried to, to the hour, and nobody else does."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from cast import PASSWORD
from django.test import Client

from panah.web.accounts import actions, sign_ins
from panah.web.accounts.models import SignIn

EMAIL = "case.worker@example.org"


def attempt(password: str = PASSWORD, email: str = EMAIL) -> Client:
    client = Client()
    client.post("/sign-in/", {"login": email, "password": password})
    return client


def told(player: Any) -> list[tuple[str, int]]:
    return sorted((each.kind, each.n) for each in sign_ins.recent(player.member, player.keys))


def test_what_was_tried_and_what_came_in(cast: Any) -> None:
    for number in range(3):
        attempt(f"wrong password {number}")
    attempt()
    assert told(cast.case_worker) == [("done", 1), ("refused", 3)]
    assert told(cast.colleague) == []
    hours = {each.hour for each in sign_ins.recent(cast.case_worker.member, cast.case_worker.keys)}
    now = datetime.now(UTC)
    assert all(hour and hour.minute == hour.second == 0 and now - hour < timedelta(hours=2) for hour in hours)


def test_the_page_tells_the_member(cast: Any) -> None:
    attempt()
    for number in range(3):
        attempt(f"wrong password {number}")
    page = attempt().get("/account/sessions/").content.decode()
    assert "3 attempts in that week" in page
    assert "3 passwords refused" in page
    for player in (cast.colleague, cast.administrator):
        page = player.client.get("/account/sessions/").content.decode()
        assert "refused in that week" not in page
        assert "was refused at your account" not in page


def test_asking_once_more_is_no_sign_in_but_a_wrong_answer_is_told(cast: Any) -> None:
    client = attempt()
    client.post("/account/confirm/", {"password": "not the password"})
    client.post("/account/confirm/", {"password": PASSWORD})
    assert told(cast.case_worker) == [("done", 1), ("refused", 1)]


def test_a_right_password_without_the_second_factor_is_told_apart(cast: Any) -> None:
    from allauth.mfa.models import Authenticator
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    TOTP.activate(cast.case_worker.member, generate_totp_secret())
    client = attempt()
    assert not client.get("/account/").wsgi_request.user.is_authenticated
    assert told(cast.case_worker) == [("half", 1)]
    Authenticator.objects.all().delete()
    attempt()
    assert told(cast.case_worker) == [("done", 1), ("half", 1)]


def test_a_copy_of_the_database_names_neither_member_nor_hour(cast: Any) -> None:
    attempt()
    attempt("wrong password")
    hour = datetime.now(UTC).strftime(sign_ins.HOUR).encode()
    for row in SignIn.objects.all():
        kept = b"|".join(str(value).encode() for value in vars(row).values()) + bytes(row.sealed)
        assert not any(player.member.pk.encode() in kept for player in cast.members)
        assert hour not in kept
        assert b"example.org" not in kept
        assert row.week.weekday() == 0


def test_with_every_key_but_the_members_own_no_hour_opens(cast: Any) -> None:
    """The whole data folder, and a colleague's or administrator's keys: how often, never when."""
    attempt("wrong password")
    for other in (cast.colleague, cast.administrator):
        assert [each.hour for each in sign_ins.recent(cast.case_worker.member, other.keys)] == [None]
    assert [each.hour for each in sign_ins.recent(cast.case_worker.member, cast.case_worker.keys)] != [None], "control"


def test_a_note_moved_to_another_row_does_not_open(cast: Any) -> None:
    attempt()
    attempt("wrong password")
    first, second = SignIn.objects.order_by("kind")
    SignIn.objects.filter(pk=second.pk).update(sealed=bytes(first.sealed))
    hours = {each.kind: each.hour is None for each in sign_ins.recent(cast.case_worker.member, cast.case_worker.keys)}
    assert hours == {"done": False, "refused": True}


def test_an_address_that_nobody_has_leaves_a_row_of_the_same_kind(cast: Any) -> None:
    """Otherwise the time of a refusal would tell which addresses exist."""
    actions.close_account(cast.administrator.member, cast.stranger.member)
    attempt("wrong password")
    known = SignIn.objects.get()
    attempt("wrong password", "nobody@example.org")
    attempt("wrong password", "stranger@example.org")
    unknown = SignIn.objects.exclude(pk=known.pk).get()
    assert (unknown.kind, unknown.n) == ("refused", 2)
    assert len(bytes(unknown.sealed)) == len(bytes(known.sealed))
    assert told(cast.stranger) == []


def test_after_four_weeks_nothing_is_left(cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    attempt("wrong password")
    sign_ins.forget_old()
    assert SignIn.objects.count() == 1
    later = datetime.now(UTC) + timedelta(weeks=5)
    monkeypatch.setattr(sign_ins, "_now", lambda: later)
    assert told(cast.case_worker) == []
    sign_ins.forget_old()
    assert SignIn.objects.count() == 0


def test_a_flood_of_refusals_is_one_row_and_hides_no_sign_in(cast: Any) -> None:
    for _number in range(40):
        sign_ins.note_refused(cast.case_worker.member)
    attempt()
    assert told(cast.case_worker) == [("done", 1), ("refused", 40)]
    assert SignIn.objects.count() == 2
