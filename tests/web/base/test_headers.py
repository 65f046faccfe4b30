"""What every answer carries, on both doors, errors included."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

TEMPLATES = sorted(Path(__file__).parents[3].glob("src/panah/web/*/templates/**/*.html"))
EXPECTED = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Cache-Control": "no-store",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}


def check(answer: Any) -> None:
    for name, value in EXPECTED.items():
        assert answer.headers[name] == value, name
    assert "camera=()" in answer.headers["Permissions-Policy"]
    policy = dict(part.strip().split(" ", 1) for part in answer.headers["Content-Security-Policy"].split(";"))
    assert policy["default-src"] == "'none'"
    assert policy["script-src"] == policy["style-src"] == "'self'"
    assert policy["frame-ancestors"] == policy["object-src"] == policy["base-uri"] == "'none'"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("path", ["/", "/sign-in/", "/nothing/here/", "/account/"])
def test_the_desk(cast: Any, path: str) -> None:
    check(cast.nobody.client.get(path))
    check(cast.case_worker.client.get(path))


@pytest.mark.parametrize("path", ["/", "/ug/", "/nothing/here/"])
def test_the_front(front_door: Client, db: Any, path: str) -> None:
    answer = front_door.get(path)
    check(answer)
    assert not answer.cookies, "reading sets no cookie"


def test_a_page_that_breaks_still_says_nothing(cast: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    canary = "Canary Name +44 7700 900123"

    def broken(*_given: Any) -> None:
        raise RuntimeError(canary)

    monkeypatch.setattr("panah.web.accounts.views._fingerprint", broken)
    client = cast.case_worker.client
    client.raise_request_exception = False
    answer = client.get("/members/")
    assert answer.status_code == 500
    check(answer)
    assert canary not in answer.content.decode()
    assert "RuntimeError" not in answer.content.decode()


def test_static_files_may_be_kept_because_their_address_changes(client: Client) -> None:
    answer = client.get(settings.STATIC_URL + "panah/panah.css")
    assert answer.status_code == 200
    assert "max-age=31536000" in answer.headers["Cache-Control"]
    assert re.fullmatch(r"/static/[0-9a-f]{12}/", settings.STATIC_URL)


@pytest.mark.parametrize("path", TEMPLATES, ids=lambda path: path.name)
def test_no_template_has_inline_script_or_style(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<script(?![^>]*\bsrc=)", text), "a script without src"
    assert not re.search(r"\sstyle=|<style|\son\w+=|hx-on|javascript:", text)
    assert not re.search(r"""(?:src|href)=["'](?:https?:)?//""", text), "nothing comes from elsewhere"


def test_the_form_token_cookie_is_strict(client: Client, cast: Any) -> None:
    morsel = client.get("/sign-in/").cookies[settings.CSRF_COOKIE_NAME]
    assert morsel["samesite"] == "Strict"
    assert morsel["httponly"]


@pytest.mark.parametrize("host", ["evil.example", "127.0.0.1.evil.example"])
def test_another_host_name_is_refused(client: Client, db: Any, host: str) -> None:
    assert client.get("/sign-in/", headers={"host": host}).status_code == 400
