"""Pages of grants, logs, keys, dual control, custody and health in a real browser, on the demo's data."""

from __future__ import annotations

import re
from typing import Any

import pytest
from browser_fixtures import DEMO_PASSWORD
from browser_pages import VIEWS, Reader, View, reader

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.slow]
SECOND = "second@example.org"


def first_link(see: Reader, pattern: str) -> str:
    """The path of the first link on the page that matches."""
    links = see.page.eval_on_selector_all("main a[href]", "all => all.map(a => a.getAttribute('href'))")
    found = [link for link in links if re.fullmatch(pattern, link)]
    assert found, f"no link {pattern} among {links}"
    return str(found[0])


def to_a_case(see: Reader) -> str:
    """The access page of the first case."""
    see.open("/cases/")
    return first_link(see, r"/cases/[0-9a-f]{32}/access/")


@pytest.mark.parametrize("view", VIEWS, ids=str)
def test_every_page_of_the_vault(browser: Any, demo_site: Any, view: View) -> None:
    with reader(browser, demo_site, view) as see:
        see.sign_in()
        access = to_a_case(see)
        see.check("cases")
        see.open(access)
        see.check("case-access")
        see.open(access.replace("access", "log"))
        see.check("case-log")
        see.open(access.replace("access", "deleted"))
        see.check("case-deleted")
        see.open(access.replace("access", "people"))
        see.check("case-people")
        see.open("/incidents/")
        see.open(first_link(see, r"/incidents/[0-9a-f]{32}/") + "delete/")
        see.check("delete")
        see.open("/evidence/")
        see.open(first_link(see, r"/evidence/[0-9a-f]{32}/") + "original/")
        see.check("original")
        see.open("/give-out/bundle/")
        for box in see.page.locator("[name=incident]").all()[:3]:
            box.check()
        see.press("button[value=look]")
        see.check("bundle")
        see.open("/canaries/")
        see.check("canaries")
        see.open("/keys/")
        see.check("keys")
        see.open("/custody/")
        see.press("main form button >> nth=0")
        see.check("custody")
        see.open("/account/sessions/")
        see.check("sessions")
        see.open("/health/")
        see.check("health")


@pytest.mark.parametrize("view", VIEWS[1:3], ids=str)
def test_two_together(browser: Any, demo_site: Any, view: View) -> None:
    """One asks for an original, the other finds it and approves, the first one finds that."""
    with reader(browser, demo_site, view) as see:
        see.sign_in()
        see.open("/evidence/")
        item = first_link(see, r"/evidence/[0-9a-f]{32}/")
        see.open(item + "original/")
        see.check("original")
        see.page.click("button[value=ask]")
        see.page.wait_for_url("**/together/")
        see.check("together-asked")
        with reader(browser, demo_site, view) as other:
            other.sign_in(SECOND, DEMO_PASSWORD)
            other.open("/together/")
            other.check("together-waiting")


@pytest.mark.parametrize("view", VIEWS, ids=str)
def test_a_suspicion_is_sealed_and_read_together(browser: Any, demo_site: Any, view: View) -> None:
    """Asked for in a case of two, agreed to by the other, read once, and then sealed anew."""
    words = "An invented neighbour asked for names twice; seen by two of us."
    with reader(browser, demo_site, view) as see:
        see.sign_in()
        see.open(references_of_a_case(see, of_two=False))
        see.check("references-alone")
        address = references_of_a_case(see, of_two=True)
        see.open(address)
        see.page.fill("[name=content]", words)
        submit(see, "keep")
        see.check("references")
        assert words not in see.page.content()
        see.open("/together/")
        before = requests_on(see)
        see.open(address)
        submit(see, "ask")
        (request,) = requests_on(see) - before
        see.open(address)
        see.check("references-asked")
        with reader(browser, demo_site, view) as other:
            other.sign_in(SECOND, DEMO_PASSWORD)
            other.open("/together/")
            other.check("references-waiting")
            other.press(f"form[action*='{request}'] button[value=approve]")
        see.open("/together/")
        see.check("references-agreed")
        see.open(address)
        see.check("references-approved")
        submit(see, "open")
        assert words in see.page.locator("main").inner_text()
        see.check("reference")
        see.open(address)
        assert see.page.locator("button[value=open]").count() == 0
        assert words not in see.page.content()


def references_of_a_case(see: Reader, *, of_two: bool) -> str:
    """The page of sealed references of a case with one member or with two: only there something can be sealed."""
    see.open("/cases/")
    links = see.page.eval_on_selector_all("main a[href$='/access/']", "all => all.map(a => a.getAttribute('href'))")
    for link in links:
        see.open(link.replace("access", "references"))
        if see.page.locator("[name=content]").count() == of_two:
            return str(link.replace("access", "references"))
    raise AssertionError(f"no case of {2 if of_two else 1} among {len(links)}")


def requests_on(see: Reader) -> set[str]:
    """Ids of what the reader asked for: of one hour they stand in no order."""
    asked = see.page.locator("main article[aria-labelledby^=m-]").all()
    return {str(each.get_attribute("aria-labelledby")).removeprefix("m-") for each in asked}


def submit(see: Reader, value: str) -> None:
    """Press the last button with this value, and wait for the page."""
    see.press(f"main button[name=act][value={value}] >> nth=-1")
