"""Naming who is in an incident and recording what they allow, in a real browser: by mouse, by keyboard, without a script."""

from __future__ import annotations

import re
from typing import Any

import pytest
from browser_pages import VIEWS, Reader, View, reader

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.slow]
DESK = View(1440, "en", "light")
PRESS = "share_press"


def open_told_incident(see: Reader, tactic: str) -> str:
    """Sign in, and open an incident of the article's case; returns its path."""
    see.sign_in()
    see.open(f"/incidents/?tactic={tactic}")
    links = see.page.eval_on_selector_all("main a[href]", "all => all.map(a => a.getAttribute('href'))")
    for link in links:
        if re.fullmatch(r"/incidents/[0-9a-f]{32}/", link):
            see.open(link)
            if "article.txt" in see.page.inner_text("main"):
                return str(link)
    raise AssertionError(f"no told incident of {tactic}")


def name(see: Reader, written: str, role: str = "witness") -> None:
    see.page.select_option("#name-role", role)
    see.page.fill("#name-forms_of_name", written)
    see.press("#add button[value=add]")


@pytest.mark.parametrize("view", VIEWS, ids=str)
def test_somebody_is_named_and_their_consent_recorded(browser: Any, demo_site: Any, view: View) -> None:
    who = f"Zulpiye Example{view.width_px}{view.language}\nزۇلپىيە"
    with reader(browser, demo_site, view) as see:
        incident = open_told_incident(see, "covert_photography")
        see.check("incident-with-people")
        see.open(f"{incident}people/")
        see.check("who")
        name(see, who)
        if see.page.locator("input[name=person][value=new]").count():  # earlier views named the like of her
            see.check("who-a-like-name")
            see.page.check("input[name=person][value=new]")
            see.press("#add button[value=add]")
        see.check("who-named")
        assert "زۇلپىيە" in see.page.inner_text("main")
        see.page.locator("article details summary").first.click()
        see.check("who-put-right")
        see.page.click("button[value=nobody_else]")
        see.page.wait_for_url(re.compile(re.escape(incident) + "(#.*)?$"))
        see.press(see.page.locator("dl.facts a[href*='/people/#p-']").last)
        see.check("people")
        card = see.page.locator(f"section#{see.page.url.partition('#')[2]}")
        card.locator("summary").click()
        see.check("people-answering")
        card.locator(f"select[name={PRESS}]").select_option("no")
        see.press(card.locator("button[value=record]"))
        card.locator("summary").click()
        card.locator(f"select[name={PRESS}]").select_option("yes")
        see.press(card.locator("button[value=record]"))
        assert card.locator("button[value=withdraw]").count() == 1, "of one day the answer recorded last holds"
        see.check("people-answered")


def test_a_like_name_of_the_case_is_asked_about(browser: Any, demo_site: Any) -> None:
    with reader(browser, demo_site, View(390, "en", "light")) as see:
        incident = open_told_incident(see, "host_state_complicity")
        see.open(f"{incident}people/")
        name(see, "Aygul Barat")
        assert see.page.locator("input[name=person]").count() >= 2
        see.check("who-asked-about")
        see.page.locator("input[name=person]").first.check()
        see.press("#add button[value=add]")
        assert see.page.locator("h1").inner_text() == "This was not done", "a name alone joins nobody"


def test_by_keyboard_alone_and_without_a_script(browser: Any, demo_site: Any) -> None:
    with reader(browser, demo_site, DESK, scripts=False) as see:
        incident = open_told_incident(see, "host_state_complicity")
        see.page.goto(f"{see.site.desk}{incident}people/")
        keys = see.page.keyboard
        see.page.focus("#name-claim")
        keys.press("Tab")
        keys.type("witness")
        keys.press("Tab")
        keys.press("Tab")
        keys.type("Turdi Qurban")
        for _ in range(2):
            keys.press("Tab")
        keys.press("Tab")
        with see.leaving():
            keys.press("Enter")
        assert "Turdi Qurban" in see.page.inner_text("main")
        see.page.focus("button[value=nobody_else]")
        keys.press("Enter")
        see.page.wait_for_url(re.compile(re.escape(incident) + "(#.*)?$"))
        assert "Turdi Qurban" in see.page.inner_text("dl.facts")
