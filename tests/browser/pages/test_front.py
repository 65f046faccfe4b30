"""The public pages on the demo's release, in a real browser; no account and no cookie."""

from __future__ import annotations

import re
from typing import Any

import pytest
from browser_pages import VIEWS, View, reader

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.slow]
every_view = pytest.mark.parametrize("view", VIEWS, ids=str)


@every_view
def test_public_pages(browser: Any, demo_site: Any, view: View) -> None:
    with reader(browser, demo_site, view, front=True) as see:
        see.open("/")
        see.check("front-home")
        links = see.page.eval_on_selector_all("main a[href]", "all => all.map(a => a.getAttribute('href'))")
        release = next(link for link in links if re.fullmatch(r"(/ug)?/releases/[\w-]+/", link))
        see.open(release.removeprefix("/ug"))
        see.check("front-release")
        see.open("/method/")
        see.check("front-method")
        assert see.page.context.cookies() == []


@every_view
def test_before_anything_is_published(browser: Any, site: Any, view: View) -> None:
    with reader(browser, site, view, front=True) as see:
        see.open("/")
        see.check("front-empty")
        see.open("/method/")
        see.check("front-method-empty")
