"""Guessing passwords is slowed down, for the address and for the visitor; what is counted stays in memory."""

from __future__ import annotations

from typing import Any

import pytest
from cast import PASSWORD
from django.conf import settings
from django.core.cache import cache
from django.test import Client

EMAIL = "case.worker@example.org"


@pytest.fixture
def limited(settings: Any, cast: Any) -> Any:
    """As in production: the tests' own settings switch the limits off."""
    del settings.ACCOUNT_RATE_LIMITS
    cache.clear()
    yield
    cache.clear()


def attempt(password: str, email: str = EMAIL) -> Any:
    return Client().post("/sign-in/", {"login": email, "password": password})


def test_after_some_wrong_passwords_even_the_right_one_waits(limited: Any) -> None:
    assert attempt(PASSWORD).status_code == 302
    for number in range(6):
        attempt(f"wrong password {number}")
    answer = attempt(PASSWORD)
    assert answer.status_code in (200, 429)
    assert not answer.wsgi_request.user.is_authenticated


def test_the_count_is_kept_in_memory_only() -> None:
    assert settings.CACHES["default"]["BACKEND"].endswith("LocMemCache")
