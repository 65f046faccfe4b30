"""Language and theme: chosen by the reader, kept in two cookies that say nothing else."""

from __future__ import annotations

from typing import Any

import pytest
from django.test import Client

from panah import i18n


def test_a_language_is_kept_and_turns_the_page_round(cast: Any, client: Client) -> None:
    answer = client.post("/preferences/language/", {"language": "ug", "next": "/sign-in/"})
    assert answer.headers["Location"] == "/sign-in/"
    page = client.get("/sign-in/").content.decode()
    assert '<html lang="ug" dir="rtl"' in page


@pytest.mark.parametrize("tag", i18n.LANGUAGES)
def test_every_language_has_its_pages(cast: Any, client: Client, tag: str) -> None:
    client.post("/preferences/language/", {"language": tag, "next": "/"})
    page = client.get("/sign-in/").content.decode()
    assert f'<html lang="{tag}"' in page
    assert f'lang="{tag}" dir="{"rtl" if tag == "ug" else "ltr"}" aria-current="true"' in page


@pytest.mark.parametrize("chosen", ["xx", "", "../../en", "en-us'"])
def test_an_unknown_language_changes_nothing(cast: Any, client: Client, chosen: str) -> None:
    client.post("/preferences/language/", {"language": chosen, "next": "/"})
    assert not client.cookies


def test_the_theme_stands_on_the_page_and_can_follow_the_device_again(cast: Any, client: Client) -> None:
    client.post("/preferences/theme/", {"theme": "dark", "next": "/"})
    assert 'data-theme="dark"' in client.get("/sign-in/").content.decode()
    client.post("/preferences/theme/", {"theme": "", "next": "/"})
    assert "data-theme" not in client.get("/sign-in/").content.decode()


@pytest.mark.parametrize(
    "target", ["https://elsewhere.example/", "//elsewhere.example", "javascript:alert(1)", "\\\\x"]
)
def test_the_way_back_is_ours_only(cast: Any, client: Client, target: str) -> None:
    answer = client.post("/preferences/theme/", {"theme": "dark", "next": target})
    assert answer.headers["Location"] == "/"


def test_a_forged_theme_cookie_is_not_printed(cast: Any, client: Client) -> None:
    client.cookies["panah_theme"] = '"><script>'
    assert "<script>" not in client.get("/sign-in/").content.decode()


def test_the_public_door_has_its_language_in_the_path(front_door: Client, db: Any) -> None:
    page = front_door.get("/ug/")
    assert '<html lang="ug" dir="rtl"' in page.content.decode()
    assert page.headers["Content-Language"] == "ug"
    assert 'href="/tr/"' in page.content.decode()
    assert '<html lang="en"' in front_door.get("/").content.decode()
