"""Sign-in: one password opens the account and the member's keys; every failure looks the same."""

from __future__ import annotations

from typing import Any

import pytest
from cast import PASSWORD
from django.test import Client

from panah.web.accounts import actions, passwords
from panah.web.accounts.models import SessionRow

EMAIL = "case.worker@example.org"


def sign_in(client: Client, email: str = EMAIL, password: str = PASSWORD) -> Any:
    return client.post("/sign-in/", {"login": email, "password": password})


def test_the_right_password_opens_account_and_keys(cast: Any, client: Client) -> None:
    answer = sign_in(client)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/")
    inside = client.get("/account/")
    assert inside.wsgi_request.member_keys.public == cast.case_worker.keys.public


def test_the_address_is_found_however_it_is_written(cast: Any, client: Client) -> None:
    assert sign_in(client, " Case.Worker@EXAMPLE.org ").status_code == 302


def test_one_argon2_run_per_sign_in(cast: Any, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    runs = []
    derive = passwords.derive
    monkeypatch.setattr(passwords, "derive", lambda *given: runs.append(1) or derive(*given))
    sign_in(client)
    assert len(runs) == 1


def test_unknown_address_wrong_password_and_closed_account_get_the_same_answer(
    cast: Any, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    actions.close_account(cast.administrator.member, cast.stranger.member)
    runs: list[int] = []
    derive = passwords.derive
    monkeypatch.setattr(passwords, "derive", lambda *given: runs.append(1) or derive(*given))
    answers = [
        sign_in(Client(), "nobody@example.org"),
        sign_in(Client(), EMAIL, "another password altogether"),
        sign_in(Client(), "stranger@example.org"),
    ]
    assert len(runs) == 3, "each takes the time of one run"
    errors = [answer.context["form"].errors.as_json() for answer in answers]
    assert len(set(errors)) == 1
    assert all(answer.status_code == 200 for answer in answers)
    assert not any(answer.wsgi_request.user.is_authenticated for answer in answers)


def test_sign_out_deletes_the_row_and_clears_the_browser(cast: Any, client: Client) -> None:
    sign_in(client)
    before = SessionRow.objects.filter(member=cast.case_worker.member).count()
    answer = client.post("/sign-out/")
    assert answer.headers["Clear-Site-Data"] == '"cache", "cookies", "storage"'
    assert SessionRow.objects.filter(member=cast.case_worker.member).count() == before - 1
    assert client.get("/account/").status_code == 302


def test_signing_out_needs_more_than_a_link(cast: Any, client: Client) -> None:
    sign_in(client)
    client.get("/sign-out/")
    assert client.get("/account/").status_code == 200


def test_sign_out_everywhere_ends_the_other_browser_too(cast: Any) -> None:
    here, there = Client(), Client()
    sign_in(here)
    sign_in(there)
    here.post("/account/sign-out-everywhere/")
    assert there.get("/account/").status_code == 302
    assert not SessionRow.objects.filter(member=cast.case_worker.member).exists()


def test_the_next_page_is_ours_only(cast: Any, client: Client) -> None:
    answer = client.post(
        "/sign-in/?next=https://elsewhere.example/",
        {"login": EMAIL, "password": PASSWORD, "next": "https://elsewhere.example/"},
    )
    assert "elsewhere" not in answer.headers["Location"]


def test_a_form_without_its_token_is_refused(cast: Any) -> None:
    strict = Client(enforce_csrf_checks=True)
    answer = sign_in(strict)
    assert answer.status_code == 403
    assert b"out of date" in answer.content
