"""A reader in a real Chromium: how wide the window is, which language, light or dark; and what every page must hold.

Used as ``with reader(browser, site, view) as see: see.sign_in(); see.open("/account/"); see.check("account")``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

SCREENSHOTS = Path(__file__).parents[1] / "browser" / "screenshots"
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-background-networking",
    "--disable-component-update",
    "--no-first-run",
    "--force-color-profile=srgb",
]


@dataclass(frozen=True)
class View:
    """How a reader looks at a page."""

    width_px: int
    language: str
    theme: str

    def __str__(self) -> str:
        return f"{self.width_px}-{self.language}-{self.theme}"


VIEWS = [View(390, "en", "light"), View(1440, "en", "dark"), View(390, "ug", "dark"), View(1440, "ug", "light")]
"""Phone and desk, left-to-right and right-to-left, light and dark: each with each of the others' halves."""


@dataclass
class Reader:
    """One browser window at one site."""

    page: Any
    site: Any
    view: View
    front: bool = False
    complaints: list[str] = field(default_factory=list)

    def open(self, path: str) -> None:
        """Go to a path of the door; the public one has the language in it."""
        door = self.site.front if self.front else self.site.desk
        prefix = f"/{self.view.language}" if self.front and self.view.language != "en" else ""
        self.page.goto(door + prefix + path)
        self.page.wait_for_load_state("networkidle")

    @contextmanager
    def leaving(self) -> Iterator[None]:
        """For what leads to another page, or to this one anew: goes on when that one is there.

        A click by itself waits for no page: the one that is left is idle too, and a window closed now sends nothing.
        """
        with self.page.expect_navigation(wait_until="networkidle"):
            yield

    def press(self, target: Any) -> None:
        """Click what sends a form, by a selector or a locator, and wait for the page that answers."""
        with self.leaving():
            (self.page.locator(target) if isinstance(target, str) else target).click()

    def sign_in(self, email: str = "", password: str = "") -> None:
        """Through the form, as a member does."""
        self.page.goto(self.site.desk + "/sign-in/")
        self.page.fill("[name=login]", email or self.site.email)
        self.page.fill("[name=password]", password or self.site.password)
        self.page.click("main button[type=submit], main form button >> nth=0")
        self.page.wait_for_url(re.compile(r"^(?!.*/sign-in/)"))

    def check(self, name: str) -> None:
        """What every page must hold: language, direction, one heading, no overflow, no complaint, accessible."""
        self.screenshot(name)
        html = self.page.locator("html")
        assert html.get_attribute("lang") == self.view.language
        assert html.get_attribute("dir") == ("rtl" if self.view.language == "ug" else "ltr")
        assert self.page.locator("h1").count() == 1, "one first heading"
        assert self.page.locator("main#main").count() == 1
        wide = self.page.evaluate("document.documentElement.scrollWidth")
        assert wide <= self.view.width_px, f"{name} is {wide} px wide in a window of {self.view.width_px}"
        assert not self.complaints, self.complaints
        check_accessible(self.page)
        check_targets(self.page)

    def screenshot(self, name: str) -> None:
        """Keep a picture of the whole page; the folder is not committed."""
        SCREENSHOTS.mkdir(exist_ok=True)
        self.page.screenshot(path=SCREENSHOTS / f"{name}-{self.view}.png", full_page=True)

    def focus_order(self, at_most: int = 60) -> list[str]:
        """What the Tab key reaches, from the top, as ``tag:text``."""
        self.page.evaluate("document.activeElement?.blur(); window.scrollTo(0, 0)")
        seen: list[str] = []
        for _ in range(at_most):
            self.page.keyboard.press("Tab")
            here = self.page.evaluate(
                "(() => { const e = document.activeElement; return e === document.body ? '' :"
                " e.tagName.toLowerCase() + ':' +"
                " (e.getAttribute('aria-label') || e.innerText || e.name || '').trim() })()"
            )
            if not here or (seen and here == seen[0]):
                break
            seen.append(here)
        return seen


def check_accessible(page: Any) -> None:
    """axe-core finds nothing against WCAG 2.2 A and AA."""
    from axe_playwright_python.sync_playwright import Axe

    tags = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
    found = Axe().run(page, options={"runOnly": {"type": "tag", "values": tags}})
    told = [
        f"{violation['id']}: {violation['help']}: {[node['target'] for node in violation['nodes'][:3]]}"
        for violation in found.response["violations"]
    ]
    assert not told, told


def check_targets(page: Any) -> None:
    """Buttons, fields and menus can be hit with a finger: 24 px at least (WCAG 2.5.8), links in text apart."""
    small = page.evaluate(
        """() => [...document.querySelectorAll('button, input:not([type=hidden]), select, summary, .button')]
        .filter(e => e.offsetParent && !e.closest('label'))
        .map(e => [e.outerHTML.slice(0, 80), e.getBoundingClientRect()])
        .filter(([_, box]) => box.height < 24 || box.width < 24).map(([html]) => html)"""
    )
    assert not small, small


@contextmanager
def reader(browser: Any, site: Any, view: View, *, front: bool = False, scripts: bool = True) -> Iterator[Reader]:
    """A fresh window with its own cookies; what the console complains about is kept for :meth:`Reader.check`."""
    context = browser.new_context(
        viewport={"width": view.width_px, "height": 900},
        color_scheme="dark" if view.theme == "dark" else "light",
        locale=view.language if view.language != "ug" else "en",
        reduced_motion="reduce",
        java_script_enabled=scripts,
    )
    context.set_default_timeout(15_000)
    if not front:
        context.add_cookies([{"name": "panah_language", "value": view.language, "url": site.desk}])
    page = context.new_page()
    see = Reader(page, site, view, front)
    page.on("console", lambda said: see.complaints.append(said.text) if said.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: see.complaints.append(str(error)))
    page.on("request", lambda asked: _must_be_ours(asked, see))
    try:
        yield see
    finally:
        context.close()


def _must_be_ours(asked: Any, see: Reader) -> None:
    if not asked.url.startswith((see.site.desk, see.site.front, "data:", "blob:")):
        see.complaints.append(f"asks somebody else: {asked.url}")
