"""Members and roles: an administrator makes accounts and opens nothing by it."""

from __future__ import annotations

from typing import Any

import pytest
from cast import PASSWORD, unlock
from django.db import connection

from panah.errors import BadRow, NoGrant, NotOpened, Refused
from panah.web.accounts import actions
from panah.web.accounts.models import Member, Role, SessionRow

NEW = {"name": "New Member", "email": "new@example.org", "password": PASSWORD}


def test_an_administrator_adds_a_member_by_the_page(cast: Any) -> None:
    answer = cast.administrator.client.post("/members/add/", {**NEW, "roles": ["intake"]})
    assert answer.status_code == 302
    assert Member.objects.by_email("NEW@example.org").roles == ["intake"]


def test_nobody_else_may(cast: Any) -> None:
    for player in (cast.case_worker, cast.colleague, cast.stranger):
        assert player.client.get("/members/add/").status_code == 403
        assert player.client.post("/members/add/", {**NEW, "roles": ["intake"]}).status_code == 403
        with pytest.raises(NoGrant):
            actions.add_member(player.member, **NEW)
    assert Member.objects.by_email(NEW["email"]) is None


def test_roles_change_but_never_leave_nobody_to_administer(cast: Any) -> None:
    administrator = cast.administrator.member
    with pytest.raises(Refused):
        actions.set_roles(administrator, administrator, [Role.INTAKE])
    with pytest.raises(Refused):
        actions.close_account(administrator, administrator)
    actions.set_roles(administrator, cast.colleague.member, [Role.ADMINISTRATOR, Role.INTAKE])
    actions.set_roles(administrator, administrator, [])
    administrator.refresh_from_db()
    assert administrator.roles == []


def test_administrators_give_no_role_to_themselves(cast: Any) -> None:
    """A role of intake would have every later report sealed to them."""
    administrator = cast.administrator.member
    with pytest.raises(Refused, match="themselves"):
        actions.set_roles(administrator, administrator, [Role.ADMINISTRATOR, Role.INTAKE])
    page = f"/members/{administrator.pk}/"
    answer = cast.administrator.client.post(page, {"roles": ["administrator", "intake"]})
    assert answer.status_code == 409
    administrator.refresh_from_db()
    assert administrator.roles == ["administrator"]


def test_an_unknown_role_or_a_taken_address_is_refused(cast: Any) -> None:
    with pytest.raises(BadRow):
        actions.add_member(cast.administrator.member, **NEW, roles=["king"])
    with pytest.raises(BadRow):
        actions.add_member(cast.administrator.member, **{**NEW, "email": "COLLEAGUE@example.org"})


def test_closing_an_account_ends_its_sessions_at_once(cast: Any) -> None:
    actions.close_account(cast.administrator.member, cast.stranger.member)
    assert not SessionRow.objects.filter(member=cast.stranger.member).exists()
    assert cast.stranger.client.get("/account/").status_code == 302


def test_the_page_closes_an_account_and_says_when_it_may_not(cast: Any) -> None:
    page = f"/members/{cast.administrator.member.pk}/"
    assert cast.administrator.client.post(page, {"act": "close"}).status_code == 409
    page = f"/members/{cast.stranger.member.pk}/"
    assert cast.administrator.client.post(page, {"act": "close"}).status_code == 302


def test_names_and_addresses_are_not_readable_in_the_database(cast: Any) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT * FROM accounts_member")
        rows = [bytes(value) if isinstance(value, memoryview) else value for row in cursor for value in row]
    kept = b" ".join(value if isinstance(value, bytes) else str(value).encode() for value in rows)
    for word in (b"Case Worker", b"example.org", PASSWORD.encode()):
        assert word not in kept
    assert b"case_worker" in kept, "the scan reads what is there"


def test_a_new_password_wraps_the_same_keys_and_ends_all_sessions(cast: Any) -> None:
    player = cast.case_worker
    answer = player.client.post("/account/password/", {"old": PASSWORD, "new": "another four words here"})
    assert answer.status_code == 200
    assert b"Password changed" in answer.content
    player.member.refresh_from_db()
    assert unlock(player.member, "another four words here") == player.keys
    with pytest.raises(AssertionError):
        unlock(player.member)
    assert player.client.get("/account/").status_code == 302


def test_the_wrong_old_password_changes_nothing(cast: Any) -> None:
    player = cast.case_worker
    answer = player.client.post("/account/password/", {"old": "not the password", "new": "another four words here"})
    assert answer.status_code == 200
    with pytest.raises(NotOpened):
        actions.change_password(player.member, "not the password", "another four words here")
    player.member.refresh_from_db()
    assert unlock(player.member) == player.keys


def test_a_members_row_copied_over_anothers_opens_nothing(cast: Any) -> None:
    thief, victim = cast.stranger.member, cast.case_worker.member
    victim.wrapped_keys, victim.salt, victim.cost = thief.wrapped_keys, thief.salt, thief.cost
    victim.password = thief.password
    victim.save()
    with pytest.raises(NotOpened):
        unlock(victim)


def test_set_password_is_closed(cast: Any) -> None:
    with pytest.raises(NotImplementedError):
        cast.case_worker.member.set_password("x")


@pytest.mark.parametrize(
    "password",
    ["example.association", "New Member 123", "panah-panah-panah", "new@example.org!", "ExampleAssociation7"],
)
def test_a_password_of_names_that_anybody_would_try_here_is_refused(cast: Any, password: str) -> None:
    with pytest.raises(BadRow, match="guess"):
        actions.add_member(cast.administrator.member, **{**NEW, "password": password})
    answer = cast.administrator.client.post("/members/add/", {**NEW, "roles": ["intake"], "password": password})
    assert answer.status_code == 200
    assert Member.objects.by_email(NEW["email"]) is None


def test_a_name_within_enough_other_words_is_no_matter(cast: Any) -> None:
    made = actions.add_member(cast.administrator.member, **{**NEW, "password": "panah stands where rivers meet"})
    assert unlock(made, "panah stands where rivers meet")
