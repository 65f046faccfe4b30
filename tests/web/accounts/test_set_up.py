"""The first-run page: whoever holds the printed link makes the organisation, once."""

from __future__ import annotations

from typing import Any

import pytest
from cast import PASSWORD, unlock
from django.test import Client

from panah.errors import BadRow, Refused
from panah.web.accounts import actions, first_run
from panah.web.accounts.models import Member, Organisation, Role

FORM = {"organisation": "Example", "name": "Ada Example", "email": "Ada@Example.org", "password": PASSWORD}


@pytest.fixture
def link(db: Any, data_folder: Any) -> str:
    return f"/setup/{first_run.new_token()}/"


def test_the_link_makes_organisation_and_first_member_with_every_role(client: Client, link: str) -> None:
    assert client.get(link).status_code == 200
    answer = client.post(link, FORM)
    assert (answer.status_code, answer.headers["Location"]) == (302, "/sign-in/")
    member = Member.objects.get()
    assert member.roles == list(Role.values)
    assert member.organisation.name == "Example"
    assert unlock(member).public.box_public == bytes(member.box_public)


def test_the_link_works_once(client: Client, link: str) -> None:
    client.post(link, FORM)
    again = client.post(link, {**FORM, "email": "second@example.org"})
    assert again.headers["Location"] == "/sign-in/"
    assert Member.objects.count() == 1


@pytest.mark.parametrize("guess", ["x", "A" * 32, "setup.token"])
def test_a_guess_is_no_link(client: Client, link: str, guess: str) -> None:
    assert client.get(f"/setup/{guess}/").status_code == 404
    assert client.post(f"/setup/{guess}/", FORM).status_code == 404
    assert not Organisation.objects.exists()


def test_a_new_start_makes_the_earlier_link_useless(client: Client, link: str) -> None:
    newer = first_run.new_token()
    assert client.get(link).status_code == 404
    assert client.get(f"/setup/{newer}/").status_code == 200


def test_the_file_beside_the_database_does_not_hold_the_token(link: str, data_folder: Any) -> None:
    token = link.split("/")[2]
    kept = (data_folder / first_run.DIGEST_FILE).read_text()
    assert token not in kept
    assert (data_folder / first_run.DIGEST_FILE).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("changed", "field"),
    [({"password": "too short"}, "password"), ({"password": "1qaz2wsx3edc"}, "password"), ({"email": "no"}, "email")],
)
def test_a_weak_password_or_a_wrong_address_is_said_beside_its_field(
    client: Client, link: str, changed: dict[str, str], field: str
) -> None:
    answer = client.post(link, {**FORM, **changed})
    assert answer.status_code == 200
    assert f'id="id_{field}_error"' in answer.content.decode()
    assert not Organisation.objects.exists()


def test_nobody_sets_up_twice_by_code(db: Any) -> None:
    actions.set_up(**FORM)
    with pytest.raises(Refused):
        actions.set_up(**{**FORM, "email": "b@example.org"})


def test_a_password_among_the_first_tried_is_refused(db: Any) -> None:
    with pytest.raises(BadRow) as refused:
        actions.set_up(**{**FORM, "password": "1qaz2wsx3edc"})
    assert "1qaz2wsx" not in str(refused.value)


def test_before_set_up_the_sign_in_page_says_how_to_begin(client: Client, db: Any) -> None:
    answer = client.get("/sign-in/")
    assert b"panah serve" in answer.content
    assert b'name="login"' not in answer.content


def test_nobody_signs_up(client: Client, db: Any) -> None:
    assert client.get("/sign-up/").status_code == 404
