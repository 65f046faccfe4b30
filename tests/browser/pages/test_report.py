"""A whole report, first page to receipt and back with the code, on a telephone without a script; and by keyboard alone."""

from __future__ import annotations

import contextlib
import re
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from browser_pages import VIEWS, View, reader
from browser_site import clean_environment
from intake_phones import CALLS

pytestmark = [pytest.mark.browser, pytest.mark.server, pytest.mark.slow]
LANGUAGES = ["en", "ug", "zh-hans"]
STEPS = ["what", "when", "where", "who", "wanted", "words", "danger", "relatives", "files", "consent", "check"]
MOST_BYTES = 40_000


@contextmanager
def phone(browser: Any, site: Any, language: str, width_px: int = 390, **more: Any) -> Iterator[Any]:
    with reader(browser, site, View(width_px, language, "light"), front=True, **more) as see:
        yield see


def go(see: Any, value: str = "next") -> None:
    see.press(f"main button[name=go][value={value}]")


def begin(see: Any) -> None:
    see.open("/report/")
    see.page.click("main form button")
    see.page.wait_for_url(re.compile("/report/what/"))


def code_on(page: Any) -> str:
    return "".join(page.locator(".receipt-code span").all_inner_texts())


@pytest.mark.parametrize("language", LANGUAGES)
def test_first_page_to_receipt_and_back_without_a_script(
    browser: Any, site: Any, language: str, tmp_path: Path
) -> None:
    """What the pages weigh is counted on the way, style sheet and pictures included."""
    picture = tmp_path / "shot\u202egnp.png"
    picture.write_bytes(b"\x89PNG" + bytes(2000))
    with phone(browser, site, language, scripts=False) as see:
        begin(see)
        see.page.check("[value=proxy_family_call]")
        see.page.fill("[name=what]", "ئاپام تېلېفون قىلدى")
        for step in STEPS[:-1]:
            assert f"/report/{step}/" in see.page.url
            if step == "files":
                see.page.set_input_files("input[type=file]", picture)
                go(see, "add")
                assert see.page.locator("main .rows li").count() == 1
            if step == "danger":
                see.page.check("[name=danger][value=yes]")
            see.screenshot(f"report-{step}-plain")
            go(see)
        see.screenshot("report-check-plain")
        go(see, "send")
        code = code_on(see.page)
        assert re.fullmatch(r"\d{28}", code)
        see.screenshot("report-receipt-plain")
        see.page.click("main form button")
        see.page.wait_for_url(re.compile("/report/done/"))
        assert [each["name"] for each in see.page.context.cookies()] == []
        see.open("/report/back/")
        see.page.fill("[name=code]", code)
        see.page.click("main form button")
        see.page.wait_for_url(re.compile("/report/mailbox/"))
        see.page.fill("[name=text]", "ۋە يەنە")
        see.press("main form:has([name=text]) button")
        assert "ۋە يەنە" in see.page.locator("main .entry").last.inner_text()
        see.screenshot("report-mailbox-plain")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_page_is_accessible_and_fits_the_smallest_telephone(browser: Any, site: Any, language: str) -> None:
    """With scripts allowed, since axe is one; our pages load none."""
    with phone(browser, site, language, width_px=320) as see:
        see.open("/report/")
        see.check("report-start")
        see.open("/report/advice/")
        see.check("report-advice")
        see.open("/report/back/")
        see.check("report-back")
        begin(see)
        for step in STEPS[:-1]:
            see.check(f"report-{step}")
            go(see)
        see.check("report-check")
        assert see.page.locator("script").count() == 0
        go(see, "send")
        see.check("report-receipt")
        code = code_on(see.page)
        see.page.click("main form button")
        see.page.wait_for_url(re.compile("/report/done/"))
        see.check("report-done")
        see.open("/report/back/")
        see.page.fill("[name=code]", code)
        see.page.click("main form button")
        see.page.wait_for_url(re.compile("/report/mailbox/"))
        see.check("report-mailbox")


def test_by_keyboard_alone(browser: Any, site: Any) -> None:
    """Tab, Space and Enter from the first page to the code."""

    def reach(see: Any, wanted: str) -> None:
        for _ in range(80):
            see.page.keyboard.press("Tab")
            if see.page.evaluate(f"document.activeElement.matches({wanted!r})"):
                return
        pytest.fail(f"Tab does not reach {wanted}")

    with phone(browser, site, "en") as see:
        see.open("/report/")
        reach(see, "main form button")
        see.page.keyboard.press("Enter")
        see.page.wait_for_url(re.compile("/report/what/"))
        reach(see, "[value=proxy_family_call]")
        see.page.keyboard.press("Space")
        for step in STEPS[:-1]:
            see.page.wait_for_url(re.compile(f"/report/{step}/"))
            reach(see, "button[name=go][value=next]")
            see.page.keyboard.press("Enter")
        see.page.wait_for_url(re.compile("/report/check/"))
        assert "Relatives made to call" in see.page.locator("main").inner_text()
        reach(see, "button[name=go][value=send]")
        see.page.keyboard.press("Enter")
        see.page.wait_for_url(re.compile("/report/receipt/"))
        assert len(code_on(see.page)) == 28


def test_leaving_lands_elsewhere_with_nothing_left(browser: Any, site: Any) -> None:
    with phone(browser, site, "en", scripts=False) as see:
        see.page.route("https://www.wikipedia.org/**", lambda route: route.fulfill(body="elsewhere"))
        begin(see)
        see.page.fill("[name=what]", "half a sentence")
        see.page.click(".leave")
        see.page.wait_for_url("https://www.wikipedia.org/")
        assert see.page.context.cookies() == []
        see.open("/report/what/")
        assert see.page.url.endswith("/report/"), "nothing to come back to"


def test_what_a_page_weighs(browser: Any, site: Any) -> None:
    with phone(browser, site, "ug", scripts=False) as see:
        weights: dict[str, int] = {}
        see.page.on("response", lambda answer: weights.__setitem__(answer.url, len(answer.body())))
        begin(see)
        see.open("/report/where/")
        page = sum(size for url, size in weights.items() if "/report/where/" in url or "/static/" in url)
        assert 0 < page <= MOST_BYTES, weights


@pytest.mark.parametrize("view", VIEWS, ids=str)
def test_the_desk_side(browser: Any, site: Any, view: View) -> None:
    """A report by telephone, found in the inbox, answered; every page checked as it comes."""
    with reader(browser, site, view) as see:
        see.sign_in("aygul@example.org")
        see.open("/inbox/telephone/")
        see.check("desk-telephone")
        see.page.check("[value=death_threat]")
        see.page.fill("[name=what]", "Somebody rang.")
        see.page.click("main form.wide button")
        see.page.wait_for_url(re.compile("/inbox/telephone/[0-9a-f]{32}/"))
        see.check("desk-telephone-code")
        see.page.click("main form button")
        see.page.wait_for_url(re.compile("/inbox/[0-9a-f]{32}/"))
        see.check("desk-told")
        see.page.fill("#a-text", "Thank you.")
        see.press("button[value=answer]")
        see.open("/inbox/?show=all")
        see.check("desk-inbox")
        see.page.keyboard.press("j")
        see.page.keyboard.press("x")
        assert see.page.locator("[name=report]:checked").count() == 1
        see.open(f"/inbox/paper/{view.language}/")
        see.check("desk-paper")


BY_MAIL = """
import sys, django; django.setup()
from panah.web.intake.mail_in import take_in
from panah.web.intake.mail_origin import Origin, Verdict
letter = "From: Invented <someone@example.org>\\r\\nSubject: Help\\r\\n\\r\\nThey rang."
take_in((letter + sys.argv[1]).encode(), Origin(Verdict.UNSIGNED))
"""


def reports_of(site: Any) -> set[str]:
    """The numbers of all reports of an installation. Within a week the inbox goes by number, which is drawn by chance,
    and other tests leave reports of this week: what is the newest only the database tells."""
    with contextlib.closing(sqlite3.connect(f"{(site.data / 'panah.sqlite3').as_uri()}?mode=ro", uri=True)) as database:
        return {UUID(str(number)).hex for (number,) in database.execute("SELECT id FROM intake_report")}


def open_new_report(see: Any, site: Any, before: set[str]) -> None:
    """The one that was not there before; it stands in the inbox as new."""
    (number,) = reports_of(site) - before
    see.open("/inbox/?show=new")
    assert see.page.locator(f"main tbody th a[href='/inbox/{number}/']").count() == 1
    see.open(f"/inbox/{number}/")


@pytest.mark.parametrize("view", VIEWS, ids=str)
def test_consent_taken_back_erasure_asked_for_and_a_letter_by_mail(browser: Any, site: Any, view: View) -> None:
    """A reporter changes their mind; the case worker sees it, takes the report up, and declines with a reason."""
    before = reports_of(site)
    with phone(browser, site, view.language, view.width_px, scripts=False) as told:
        begin(told)
        for step in STEPS[:-1]:
            if step == "consent":
                told.page.check("[value=keep]")
                told.page.check("[value=share_police]")
            go(told)
        go(told, "send")
        code = code_on(told.page)
        told.page.click("main form button")
        told.open("/report/back/")
        told.page.fill("[name=code]", code)
        told.page.click("main form button")
        told.page.wait_for_url(re.compile("/report/mailbox/"))
        told.page.uncheck("[value=share_police]")
        told.press("main form[action*=consent] button")
        told.open("/report/mailbox/erasure/")
        told.press("main form button")
        with reader(browser, site, view) as see:
            see.sign_in()
            open_new_report(see, site, before)
            see.check("desk-told-taken-back")
            assert see.page.locator("button[value=keep]").is_disabled(), "who asked for erasure is answered first"
            see.page.click("main .notice details summary")
            see.page.fill("#d-text", "A court asked us to keep it.")
            see.press("button[value=decline]")
            assert see.page.locator("button[value=decline]").count() == 0
            see.press("button[value=keep]")
            see.check("desk-told-taken-up")
            see.open("/cases/")
            see.check("desk-cases")
            environment = clean_environment() | {
                "PANAH_DATA": str(site.data),
                "DJANGO_SETTINGS_MODULE": "panah.web.config.desk",
            }
            before = reports_of(site)
            subprocess.run([sys.executable, "-c", BY_MAIL, str(view)], env=environment, check=True)
            open_new_report(see, site, before)
            see.check("desk-told-by-mail")
            see.page.click("button[value=code]")
            see.page.wait_for_url(re.compile("/inbox/telephone/"))
            assert len(code_on(see.page)) == 28
            see.page.click("main form button")
            see.page.wait_for_url(re.compile("/inbox/[0-9a-f]{32}/"))
            see.page.click("main .notice details summary")
            see.check("desk-told-not-agreed")
            see.page.select_option("[name=how]", "telephone")
            see.press("button[value=agreed]")
            assert not see.page.locator("button[value=keep]").is_disabled()
            see.check("desk-told-agreed")
            see.press("button[value=close]")
        told.open("/report/mailbox/")
        assert "A court asked us to keep it." in told.page.locator("main").inner_text()
        told.screenshot("report-mailbox-declined")


@pytest.mark.parametrize("view", VIEWS, ids=str)
def test_a_phone_and_a_table_are_taken_in(browser: Any, site: Any, view: View, tmp_path: Path) -> None:
    calls, table = tmp_path / "calls.xml", tmp_path / "list.csv"
    calls.write_bytes(CALLS)
    table.write_text("id,name,date,host country,tactic\n1,Ana Invented,2024-03-02,BE,assault\n2,Bo,never,BE,assault\n")
    with reader(browser, site, view) as see:
        see.sign_in("aygul@example.org")
        see.open("/phones/")
        see.check("desk-phone-import")
        see.page.set_input_files("input[type=file]", calls)
        see.page.click("main form button")
        see.page.wait_for_url(re.compile("/phones/choose/"))
        see.page.check("[name=who] >> nth=0")
        see.page.check("[name=who] >> nth=1")
        see.press("button[value=count]")
        see.check("desk-phone-choose")
        see.page.click("button[value=keep]")
        see.page.wait_for_url(re.compile("/timeline/"))
        see.check("desk-timeline")
        see.open("/lists/take-in/")
        see.check("desk-table-import")
        see.page.set_input_files("input[type=file]", table)
        see.page.click("main form button")
        see.page.wait_for_url(re.compile("/lists/take-in/check/"))
        see.check("desk-table-check")
        see.page.click("button[value=drop]")
