"""The members' pages on the demo's data, in a real browser: phone and desk, both directions, light and dark."""

from __future__ import annotations

import re
from typing import Any

import pytest
from browser_pages import VIEWS, Reader, View, reader

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.slow]
every_view = pytest.mark.parametrize("view", VIEWS, ids=str)
PHONE, DESK = View(390, "en", "light"), View(1440, "en", "light")


def first_link(see: Reader, pattern: str) -> str:
    """The path of the first link on the page that matches."""
    links = see.page.eval_on_selector_all("main a[href]", "all => all.map(a => a.getAttribute('href'))")
    found = [link for link in links if re.fullmatch(pattern, link)]
    assert found, f"no link {pattern} among {links}"
    return str(found[0])


@every_view
def test_overview_and_register(browser: Any, demo_site: Any, view: View) -> None:
    with reader(browser, demo_site, view) as see:
        see.sign_in()
        see.open("/")
        see.check("overview")
        see.open("/incidents/")
        see.check("register")
        assert see.page.locator("figure svg[role=img]").count() == 2
        see.open("/incidents/?tactic=assassination&month_from=2099")
        see.check("register-empty")


@every_view
def test_an_incident_and_its_evidence(browser: Any, demo_site: Any, view: View) -> None:
    with reader(browser, demo_site, view) as see:
        see.sign_in()
        see.open("/incidents/")
        see.open(first_link(see, r"/incidents/[0-9a-f]{32}/"))
        see.check("incident")
        see.open(first_link(see, r"/evidence/[0-9a-f]{32}/\?.*"))
        see.check("evidence-place")
        see.open("/evidence/")
        see.check("documents")
        see.open("/review/")
        see.check("review")


@every_view
def test_lists_and_estimates(browser: Any, demo_site: Any, view: View) -> None:
    with reader(browser, demo_site, view) as see:
        see.sign_in()
        see.open("/lists/")
        see.check("lists")
        one, run = first_link(see, r"/lists/[0-9a-f]{32}/"), first_link(see, r"/lists/runs/[0-9a-f]{32}/")
        see.open(one)
        see.check("list")
        see.open(run)
        see.check("linkage")
        see.open("/estimates/")
        see.check("estimates")
        see.open(first_link(see, r"/estimates/[0-9a-f]{32}/"))
        see.check("estimate")
        see.open("/give-out/")
        see.check("give-out")


@pytest.mark.parametrize("view", [PHONE, DESK], ids=str)
def test_the_filter_narrows_with_and_without_a_script(browser: Any, demo_site: Any, view: View) -> None:
    with reader(browser, demo_site, view) as see:
        see.sign_in()
        see.open("/incidents/")
        before = see.page.locator("main tbody tr").count()
        see.page.locator("#f_host_country").select_option("NO")
        see.page.wait_for_url(re.compile("host_country=NO"))
        see.page.wait_for_load_state("networkidle")
        narrowed = see.page.locator("main table.stacked tbody tr, main table.data tbody tr").count()
        assert narrowed > 0
        assert see.page.locator("main tbody tr").count() <= before
        see.open("/incidents/?host_country=NO")
        assert see.page.locator("#f_host_country").input_value() == "NO"


def test_the_keyboard_reaches_filters_rows_and_sections(browser: Any, demo_site: Any) -> None:
    with reader(browser, demo_site, DESK) as see:
        see.sign_in()
        see.open("/incidents/")
        order = see.focus_order(60)
        assert order[0] == "a:Skip to the content"
        assert sum(name.startswith("select:") for name in order) >= 5
        assert any(name.startswith("summary:") for name in order)


def test_every_denial_of_the_article_is_on_its_incident(browser: Any, demo_site: Any) -> None:
    """A claim leads to the exact words in its evidence, denials like the rest."""
    with reader(browser, demo_site, DESK) as see:
        see.sign_in()
        see.open("/evidence/")
        links = see.page.eval_on_selector_all("main a[href]", "all => all.map(a => a.getAttribute('href'))")
        items = [link for link in links if re.fullmatch(r"/evidence/[0-9a-f]{32}/", link)]
        tones = set()
        for item in items:
            see.open(item)
            tones |= set(
                see.page.eval_on_selector_all("main [data-tone]", "all => all.map(e => e.getAttribute('data-tone'))")
            )
        assert {"asserts", "denies"} <= tones


@every_view
def test_a_document_under_review(browser: Any, demo_site: Any, view: View) -> None:
    with reader(browser, demo_site, view) as see:
        see.sign_in()
        see.open("/evidence/take-in/")
        see.check("take-in")
        see.open("/review/")
        see.open(first_link(see, r"/review/documents/[0-9a-f]{32}/"))
        see.check("document")
        see.page.locator("[data-part] details summary").first.click()
        see.check("document-put-right")


def test_a_document_is_decided_on_by_keyboard_alone(browser: Any, demo_site: Any) -> None:
    """Last of its kind on this site: it rejects one part and puts another right, and so changes what waits."""
    with reader(browser, demo_site, DESK) as see:
        see.sign_in()
        see.open("/review/")
        see.open(first_link(see, r"/review/documents/[0-9a-f]{32}/"))
        parts = see.page.locator("[data-part]")
        waiting = see.page.locator("[data-part][data-state=open]").count()
        parts.first.focus()
        see.page.keyboard.press("j")
        second = see.page.evaluate("document.activeElement.id")
        assert second == parts.nth(1).get_attribute("id")
        see.page.keyboard.press("k")
        see.page.keyboard.press("e")
        assert see.page.evaluate("document.activeElement.tagName") in {"SELECT", "INPUT"}
        see.page.keyboard.press("a")  # a letter in a field is a letter
        see.page.keyboard.press("Escape")
        see.page.keyboard.press("r")
        see.page.wait_for_url(re.compile(r"#p-"))
        see.page.wait_for_load_state("networkidle")
        assert see.page.locator("[data-part][data-state=open]").count() == waiting - 1
        assert parts.first.get_attribute("data-state") == "rejected"
        assert see.page.evaluate("document.activeElement.dataset.state") == "open"
