"""Sign-in, set-up, account, members and second factor in a real browser."""

from __future__ import annotations

import re
from typing import Any

import pytest
from browser_pages import VIEWS, View, reader
from browser_site import PASSWORD

pytestmark = [pytest.mark.browser, pytest.mark.server]
every_view = pytest.mark.parametrize("view", VIEWS, ids=str)
PHONE, DESK = View(390, "en", "light"), View(1440, "en", "light")


@every_view
def test_the_pages_of_an_account(browser: Any, site: Any, view: View) -> None:
    with reader(browser, site, view) as see:
        see.open("/sign-in/")
        see.check("sign-in")
        see.sign_in()
        for path, name in [
            ("/account/", "account"),
            ("/members/", "members"),
            ("/members/add/", "add-member"),
            ("/account/password/", "password"),
            ("/account/second-factor/", "second-factor"),
        ]:
            see.open(path)
            see.check(name)


@every_view
def test_before_and_at_the_first_run(browser: Any, empty_site: Any, view: View) -> None:
    with reader(browser, empty_site, view) as see:
        see.open("/sign-in/")
        see.check("not-set-up")
        see.open(empty_site.set_up.removeprefix(empty_site.desk))
        see.check("set-up")


@every_view
def test_a_missing_page(browser: Any, site: Any, view: View) -> None:
    with reader(browser, site, view) as see:
        see.open("/nothing/")
        see.complaints.clear()  # the browser's own line about status 404
        see.check("missing")


def test_set_up_sign_in_and_authenticator_app_by_hand(browser: Any, tmp_path: Any) -> None:
    from browser_site import served

    with served(tmp_path / "data") as site, reader(browser, site, PHONE) as see:
        page = see.page
        page.goto(site.set_up)
        page.get_by_label("Organisation").fill("Example Association")
        page.get_by_label("Name", exact=True).fill("Ada Example")
        page.get_by_label("E-mail address").fill(site.email)
        page.get_by_label("Password").fill(PASSWORD)
        page.get_by_role("button", name="Make the organisation").click()
        page.wait_for_url(re.compile("/sign-in/"))
        see.sign_in()
        see.open("/account/second-factor/totp/activate/")
        page.get_by_label("Password").fill(PASSWORD)
        see.press(page.get_by_role("button", name="Confirm"))
        see.check("authenticator-app")
        secret = page.locator("code.digest").inner_text()
        page.locator("[name=code]").fill(one_time_code(secret))
        see.press(page.get_by_role("button", name="Activate"))
        see.check("recovery-codes")
        assert page.locator(".codes li").count() == 10


def test_a_passkey_is_added_and_then_asked_for(browser: Any, tmp_path: Any) -> None:
    from browser_site import fill, served

    fill(tmp_path / "data")
    with served(tmp_path / "data") as site, reader(browser, site, DESK) as see:
        page = see.page
        with_authenticator(page)
        see.sign_in()
        see.open("/account/second-factor/webauthn/add/")
        page.get_by_label("Password").fill(PASSWORD)
        see.press(page.get_by_role("button", name="Confirm"))
        see.check("add-passkey")
        page.get_by_role("button", name="Ask the device").click()
        page.wait_for_url(re.compile("recovery-codes|webauthn/$"))
        see.open("/account/second-factor/webauthn/")
        see.check("passkeys")
        see.open("/account/")
        page.get_by_role("button", name="Sign out everywhere").click()
        page.wait_for_url(re.compile("/sign-in/"))
        see.sign_in()
        assert page.url.endswith("/authenticate/")
        see.check("second-factor-asked")
        page.get_by_role("button", name="Use a passkey instead").click()
        page.wait_for_url(site.desk + "/")


def test_everything_is_reached_by_keyboard(browser: Any, site: Any) -> None:
    with reader(browser, site, DESK) as see:
        see.open("/sign-in/")
        order = see.focus_order()
        assert order[0] == "a:Skip to the content"
        assert [step for step in order if step.startswith("input")] == ["input:login", "input:password"]
        assert order[-2:] == ["button:Sign in", "a:I lost my password and have two shares"]
        outline = see.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
        assert outline is not None
        see.page.locator("[name=login]").focus()
        see.page.keyboard.press("Tab")
        assert see.page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"


def test_language_and_theme_without_a_script(browser: Any, site: Any) -> None:
    with reader(browser, site, PHONE, scripts=False) as see:
        page = see.page
        see.open("/sign-in/")
        page.locator("details.languages summary").click()
        see.press("details.languages button[value=ug]")
        assert page.locator("html").get_attribute("dir") == "rtl"
        page.locator("details.theme summary").click()
        see.press("details.theme button[value=dark]")
        assert page.locator("html").get_attribute("data-theme") == "dark"
        page.locator("[name=login]").fill(site.email)
        page.locator("[name=password]").fill(site.password)
        see.press(page.locator("main form button").first)
        see.open("/account/")
        assert page.locator("h1").inner_text() == "Ada Example"


def test_a_menu_closes_on_escape_and_gives_the_focus_back(browser: Any, site: Any) -> None:
    with reader(browser, site, DESK) as see:
        see.open("/sign-in/")
        menu = see.page.locator("details.languages")
        menu.locator("summary").click()
        assert menu.get_attribute("open") is not None
        see.screenshot("menu")
        see.page.keyboard.press("Escape")
        assert menu.get_attribute("open") is None
        assert see.page.evaluate("document.activeElement.tagName") == "SUMMARY"


def one_time_code(secret: str) -> str:
    """RFC 6238, six digits of SHA-1 and 30 s, as an authenticator app makes them."""
    import base64
    import hashlib
    import hmac
    import time

    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.digest(key, int(time.time() // 30).to_bytes(8, "big"), hashlib.sha1)
    at = digest[-1] & 15
    return f"{(int.from_bytes(digest[at : at + 4], 'big') & 0x7FFFFFFF) % 1_000_000:06d}"


def with_authenticator(page: Any) -> None:
    """A virtual security key that says yes."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    options = {"protocol": "ctap2", "transport": "usb", "hasUserVerification": True, "isUserVerified": True}
    session.send("WebAuthn.addVirtualAuthenticator", {"options": {**options, "automaticPresenceSimulation": True}})
