"""Every address of the desk, found in its list of addresses, refuses a visitor who has not signed in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.urls.resolvers import RoutePattern

OPEN = {
    "account_login",
    "account_logout",
    "account_signup",
    "account_inactive",
    "set_up",
    "choose_theme",
    "choose_language",
    "mfa_authenticate",
    "recover",
}
"""Pages before the sign-in is complete; each is tested by itself."""

SAMPLES = {"str": "0" * 32, "int": "1", "slug": "x", "uuid": "00000000-0000-0000-0000-000000000000", "path": "x"}


def addresses(patterns: Any, prefix: str = "") -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern.url_patterns, prefix + filled(pattern.pattern))
        elif isinstance(pattern, URLPattern):
            yield pattern.name or "", prefix + filled(pattern.pattern)


def filled(pattern: Any) -> str:
    assert isinstance(pattern, RoutePattern), "addresses of the desk are plain routes"
    route = pattern._route
    for name, converter in pattern.converters.items():
        kind = type(converter).__name__.removesuffix("Converter").lower().replace("string", "str")
        route = route.replace(f"<{kind}:{name}>", SAMPLES[kind]).replace(f"<{name}>", SAMPLES["str"])
    assert "<" not in route, route
    return route


def desk_pages() -> list[tuple[str, str]]:
    found = addresses(get_resolver(settings.ROOT_URLCONF).url_patterns)
    return sorted({(name, "/" + path) for name, path in found if name not in OPEN})


def test_there_is_something_to_try() -> None:
    assert len(desk_pages()) > 10


@pytest.mark.parametrize("method", ["get", "post"])
def test_nobody_comes_in(cast: Any, method: str) -> None:
    let_in = []
    for name, path in desk_pages():
        answer = getattr(Client(), method)(path)
        refused = answer.status_code == 302 and answer.headers["Location"].startswith("/sign-in/")
        if not refused:
            let_in.append((name, path, answer.status_code))
    assert not let_in


def test_the_same_addresses_do_let_a_member_in_or_say_there_is_nothing(cast: Any) -> None:
    client = cast.case_worker.client
    client.raise_request_exception = False
    answers = {path: client.get(path).status_code for _name, path in desk_pages()}
    assert not [path for path, status in answers.items() if status >= 500]
    assert sum(status == 200 for status in answers.values()) >= 3, "the crawl finds real pages"
