"""A first password, which an administrator knows, opens one page, for a week."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from cast import PASSWORD, unlock
from django.test import Client

from panah.web.accounts import actions
from panah.web.accounts.models import Member

NEW = {"name": "New Member", "email": "new@example.org", "password": PASSWORD, "roles": ["intake"]}
OWN = "rivers meet under quiet hills"


@pytest.fixture
def made(cast: Any) -> Member:
    assert cast.administrator.client.post("/members/add/", NEW).status_code == 302
    return Member.objects.by_email(NEW["email"])


def sign_in(password: str) -> tuple[Client, Any]:
    client = Client()
    return client, client.post("/sign-in/", {"login": NEW["email"], "password": password})


def test_it_opens_nothing_but_the_page_that_changes_it(made: Member) -> None:
    client, answer = sign_in(PASSWORD)
    assert answer.status_code == 302
    for page in ("/", "/inbox/", "/cases/", "/members/", "/account/", "/account/sessions/", "/account/second-factor/"):
        shown = client.get(page)
        assert (shown.status_code, shown.headers["Location"]) == (302, "/account/password/"), page
    assert client.post("/evidence/take-in/", {}).headers["Location"] == "/account/password/"
    assert "An administrator chose" in client.get("/account/password/").content.decode()


def test_the_members_own_opens_everything_and_the_first_no_more(made: Member) -> None:
    client, _answer = sign_in(PASSWORD)
    assert client.post("/account/password/", {"old": PASSWORD, "new": OWN}).status_code == 200
    assert sign_in(PASSWORD)[1].status_code == 200, "refused"
    client, _answer = sign_in(OWN)
    assert client.get("/").status_code == 200
    made.refresh_from_db()
    assert made.first_until is None
    assert unlock(made, OWN)


def test_after_a_week_it_is_refused_like_a_wrong_one(made: Member) -> None:
    wrong = sign_in("not the password at all")[1]
    Member.objects.filter(pk=made.pk).update(first_until=made.first_until - timedelta(days=7, minutes=1))
    client, late = sign_in(PASSWORD)
    assert late.status_code == wrong.status_code == 200
    assert late.context["form"].errors.as_json() == wrong.context["form"].errors.as_json()
    assert client.get("/account/password/").status_code == 302
    Member.objects.filter(pk=made.pk).update(first_until=made.first_until)
    assert sign_in(PASSWORD)[1].status_code == 302, "the control: in time it lets in"


def test_after_a_reset_by_an_administrator_too(cast: Any) -> None:
    member = cast.stranger.member
    actions.replace_keys(member, actions.prepare_password(member, OWN))
    member.refresh_from_db()
    assert member.first_until is not None
    client = Client()
    client.post("/sign-in/", {"login": "stranger@example.org", "password": OWN})
    assert client.get("/inbox/").headers["Location"] == "/account/password/"


def test_the_members_page_tells_who_has_not_chosen_one(cast: Any, made: Member) -> None:
    page = cast.administrator.client.get("/members/").content.decode()
    assert page.count("first password") == 1
    Member.objects.filter(pk=made.pk).update(first_until=made.first_until - timedelta(days=8))
    assert "first password run out" in cast.administrator.client.get("/members/").content.decode()
