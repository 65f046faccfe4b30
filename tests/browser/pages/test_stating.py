"""From what was told, and from what a phone holds, to an incident: on a telephone and at a desk, in both directions."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from browser_pages import Reader, View, reader
from intake_phones import CALLS, MESSAGES

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.slow]
VIEWS = [View(width, language, "light") for language in ("en", "ug") for width in (390, 1440)]
every_view = pytest.mark.parametrize("view", VIEWS, ids=str)
WHO = re.compile(r"/incidents/[0-9a-f]{32}/people/")


def take_in(see: Reader, content: bytes, folder: Path) -> None:
    """A phone with everybody in it, over the pages, into a new case."""
    export = folder / "phone.xml"
    export.write_bytes(content)
    see.open("/phones/")
    see.page.set_input_files("input[type=file]", export)
    see.page.click("main form button")
    see.page.wait_for_url(re.compile("/phones/choose/"))
    for box in see.page.locator("[name=who]").all():
        box.check()
    see.page.click("button[value=keep]")
    see.page.wait_for_url(re.compile("/timeline/[0-9a-f]{32}/"))


def fill(see: Reader) -> None:
    """What neither a phone nor a reporter says."""
    see.page.select_option("[name=tactic]", "proxy_family_call")
    see.page.fill("[name=host_country]", "BE")
    see.page.select_option("[name=target]", "activist")


def stated(see: Reader, name: str = "") -> str:
    """The next page asks who is in it; from there to the incident, whose path is returned."""
    see.page.wait_for_url(WHO)
    if name:
        see.check(name)
    path = re.sub("^.*(?=/incidents/)", "", see.page.url).removesuffix("people/")
    see.open(path)
    return path


@every_view
def test_six_calls_of_a_phone_become_one_incident(browser: Any, site: Any, view: View, tmp_path: Path) -> None:
    with reader(browser, site, view) as see:
        see.sign_in("aygul@example.org")
        take_in(see, CALLS, tmp_path)
        see.page.click("a[href*='pattern=']")
        see.page.wait_for_url(re.compile("pattern="))
        line_of_time = re.sub("^.*(?=/timeline/)", "", see.page.url)
        boxes = see.page.locator("[name=entry]")
        assert boxes.count() == 6
        for box in boxes.all():
            box.check()
        see.check("desk-timeline-pattern")
        see.page.click("main button[accesskey=s]")
        see.page.wait_for_url(re.compile("/state/"))
        assert see.page.input_value("[name=date]") == "2026-03-02/2026-03-07"
        see.check("desk-state-entries")
        see.page.fill("[name=zone]", "Asia/Urumqi")
        see.press("button[value=zone]")
        assert see.page.input_value("[name=date]") == "2026-03-03/2026-03-08"
        fill(see)
        see.page.click("button[value=state]")
        incident = stated(see, "desk-who-of-entries")
        assert see.page.locator("main article.claim").count() == 6
        see.check("desk-incident-of-entries")
        see.open(line_of_time)
        assert see.page.locator(f"main tbody a[href='{incident}']").count() == 6, "marked on the line of time"
        see.check("desk-timeline-stated")


def test_stated_by_keyboard_alone_and_without_a_script(browser: Any, site: Any, tmp_path: Path) -> None:
    def reach(see: Reader, wanted: str) -> None:
        for _ in range(90):
            see.page.keyboard.press("Tab")
            # a page without scripts of its own still answers the test's questions
            if see.page.locator(f"{wanted}:focus").count():
                return
        pytest.fail(f"Tab does not reach {wanted}")

    with reader(browser, site, VIEWS[0], scripts=False) as see:
        see.sign_in("aygul@example.org")
        take_in(see, MESSAGES, tmp_path)
        reach(see, "[name=entry]")
        see.page.keyboard.press("Space")
        reach(see, "button[accesskey=s]")
        see.page.keyboard.press("Enter")
        see.page.wait_for_url(re.compile("/state/"))
        reach(see, "[name=tactic]")
        see.page.keyboard.type("Death")
        reach(see, "button[value=state]")
        see.page.keyboard.press("Enter")
        stated(see)
        assert "we know where your mother lives" in see.page.locator("main").inner_text()


@every_view
def test_what_a_report_says_becomes_an_incident(browser: Any, site: Any, view: View) -> None:
    with reader(browser, site, view) as see:
        see.sign_in("aygul@example.org")
        see.open("/inbox/telephone/")
        see.page.check("[value=death_threat]")
        see.page.fill("[name=what]", "ئاپام تېلېفون قىلدى. She wept.")
        see.page.fill("[name=when]", "5 March 2024")
        see.page.check("[name=consents][value=keep]")
        see.page.click("main form.wide button")
        see.page.wait_for_url(re.compile("/inbox/telephone/[0-9a-f]{32}/"))
        see.page.click("main form button")
        see.page.wait_for_url(re.compile("/inbox/[0-9a-f]{32}/$"))
        see.press("button[value=keep]")
        see.page.click("main a[href$='/state/']")
        see.page.wait_for_url(re.compile("/inbox/[0-9a-f]{32}/state/"))
        see.check("desk-state")
        assert see.page.input_value("[name=tactic]") == "death_threat"
        fill(see)
        see.page.fill("[name=date]", "last week")
        see.press("main form.wide button >> nth=0")
        assert see.page.locator("[name=date][aria-invalid=true]").count() == 1
        see.screenshot("desk-state-refused")
        see.complaints.clear()  # the answer 400 is told on the console
        see.page.fill("[name=date]", "2024-03-05")
        see.page.click("main form.wide button >> nth=0")
        stated(see, "desk-who-of-a-report")
        marked = see.page.locator("main article.claim mark").all_inner_texts()
        assert any("She wept." in words for words in marked), marked
        see.check("desk-incident-of-a-report")
