"""The second factor: keys stay shut until it is done, seeds are sealed, recovery codes work once."""

from __future__ import annotations

import json
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from cast import PASSWORD
from django.test import Client

from panah.errors import NotOpened
from panah.web.accounts.adapters import SecondFactorAdapter

EMAIL = "case.worker@example.org"


@pytest.fixture
def seed(cast: Any) -> str:
    """A case worker with an authenticator app."""
    made = totp.generate_totp_secret()
    totp.TOTP.activate(cast.case_worker.member, made)
    return made


def code_of(seed: str) -> str:
    return totp.format_hotp_value(totp.hotp_value(seed, next(iter(totp.yield_hotp_counters_from_time()))))


def sign_in(client: Client) -> Any:
    return client.post("/sign-in/", {"login": EMAIL, "password": PASSWORD})


def confirm(client: Client) -> None:
    answer = client.post("/account/confirm/", {"password": PASSWORD, "next": "/account/"})
    assert answer.status_code == 302, answer.content


def test_with_a_second_factor_the_password_alone_opens_nothing(cast: Any, seed: str, client: Client) -> None:
    assert sign_in(client).headers["Location"] == "/account/second-factor/authenticate/"
    answer = client.get("/account/")
    assert answer.status_code == 302
    assert not answer.wsgi_request.member_keys


def test_the_right_code_signs_in_and_opens_the_keys(cast: Any, seed: str, client: Client) -> None:
    sign_in(client)
    answer = client.post("/account/second-factor/authenticate/", {"code": code_of(seed)})
    assert answer.headers["Location"] == "/"
    assert client.get("/account/").wsgi_request.member_keys.public == cast.case_worker.keys.public


def test_a_wrong_code_does_not(cast: Any, seed: str, client: Client) -> None:
    sign_in(client)
    wrong = f"{(int(code_of(seed)) + 1) % 1_000_000:06d}"
    answer = client.post("/account/second-factor/authenticate/", {"code": wrong})
    assert answer.status_code == 200
    assert client.get("/account/").status_code == 302


def test_the_seed_is_not_readable_in_the_database(cast: Any, seed: str) -> None:
    kept = json.dumps(Authenticator.objects.get().data)
    assert seed not in kept


def test_a_seed_sealed_elsewhere_does_not_open(cast: Any) -> None:
    adapter = SecondFactorAdapter()
    sealed = adapter.encrypt("SEED")
    assert adapter.decrypt(sealed) == "SEED"
    with pytest.raises(NotOpened):
        adapter.decrypt(sealed[:-8] + "AAAAAAA=")


def test_a_recovery_code_works_once(cast: Any, seed: str) -> None:
    code = RecoveryCodes.activate(cast.case_worker.member).get_unused_codes()[0]
    first, second = Client(), Client()
    for client in (first, second):
        sign_in(client)
    assert first.post("/account/second-factor/authenticate/", {"code": code}).status_code == 302
    assert second.post("/account/second-factor/authenticate/", {"code": code}).status_code == 200
    assert second.get("/account/").status_code == 302


def test_setting_up_the_app_by_its_pages(cast: Any, client: Client) -> None:
    sign_in(client)
    confirm(client)
    page = client.get("/account/second-factor/totp/activate/")
    assert page.status_code == 200
    secret = page.context["form"].secret
    done = client.post("/account/second-factor/totp/activate/", {"code": code_of(secret)})
    assert done.status_code == 302
    assert Authenticator.objects.filter(user=cast.case_worker.member, type="totp").exists()
    codes = client.get("/account/second-factor/recovery-codes/")
    assert codes.status_code == 200
    assert len(codes.context["unused_codes"]) == 10


def test_the_picture_for_the_app_does_not_name_the_member(cast: Any) -> None:
    url = SecondFactorAdapter().build_totp_url(cast.case_worker.member, "SEED")
    assert "Case" not in url
    assert "example.org" not in url


def test_a_passkey_page_offers_a_challenge_without_inline_script(cast: Any, client: Client) -> None:
    sign_in(client)
    confirm(client)
    page = client.get("/account/second-factor/webauthn/add/").content.decode()
    assert 'id="passkey-options" type="application/json"' in page
    assert 'data-passkey="register"' in page
    assert "case.worker@example.org" not in page


def test_changing_the_factor_asks_for_the_password_once_more(cast: Any, client: Client) -> None:
    sign_in(client)
    for page in ("totp/activate/", "webauthn/add/"):
        answer = client.get(f"/account/second-factor/{page}")
        assert answer.status_code == 302
        assert "/account/confirm/" in answer.headers["Location"]
    assert client.post("/account/confirm/", {"password": "not the password"}).status_code == 200
    assert client.get("/account/second-factor/totp/activate/").status_code == 302
