"""The second factor at a terminal: asked like in the browser, a code serves once, and a passkey cannot be got around."""

from __future__ import annotations

from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth

from panah.errors import Refused
from panah.web.accounts.second_factor import agrees


def code_of(secret: str) -> str:
    return auth.format_hotp_value(auth.hotp_value(secret, next(iter(auth.yield_hotp_counters_from_time()))))


def never() -> str:
    raise AssertionError("no code should be asked for")


def test_without_one_nothing_is_asked(cast: Any) -> None:
    assert agrees(cast.case_worker.member, never)


def test_a_code_is_asked_for_and_serves_once(cast: Any) -> None:
    member, secret = cast.case_worker.member, auth.generate_totp_secret()
    auth.TOTP.activate(member, secret)
    right = code_of(secret)
    assert not agrees(member, lambda: "")
    assert not agrees(member, lambda: f"{(int(right) + 1) % 10**6:06}")
    assert agrees(member, lambda: f" {right}\n")
    assert not agrees(member, lambda: right)


def test_a_passkey_is_not_skipped(cast: Any) -> None:
    member = cast.case_worker.member
    Authenticator.objects.create(user=member, type=Authenticator.Type.WEBAUTHN, data={})
    with pytest.raises(Refused, match="browser"):
        agrees(member, never)
