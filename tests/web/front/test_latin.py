"""Uyghur in Latin script: every public page under /ug-latn/, with what a reader wrote left as it was written."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from hypothesis import given, settings
from hypothesis import strategies as st

from panah import places
from panah.web.intake import flows, latin
from panah.web.intake.advice import answer
from panah.web.intake.questions import SLUGS
from panah.web.intake.records import Draft


@pytest.mark.parametrize(
    ("arabic", "uly"),
    [
        ("ئۇيغۇرچە", "Uyghurche"),
        ("مەسئۇل", "Mes'ul"),
        ("ئۆلۈم تەھدىتى", "Ölüm tehditi"),
        ("ئىسھاق", "Is'haq"),
        ("ژۇرنال", "Zhurnal"),
        ("Panah 112", "Panah 112"),
    ],
)
def test_letters(arabic: str, uly: str) -> None:
    assert latin.text(arabic) == uly


def test_a_page_and_what_somebody_wrote_in_it() -> None:
    html = (
        '<html lang="ug" dir="rtl"><body><a href="/ug/report/" title="ئۇيغۇرچە">ئۇيغۇرچە</a>'
        '<p dir="auto">ئاپام <b>ئۇيغۇر</b></p><textarea name="x">ئاپام</textarea><bdi>رەسىم.png</bdi>'
        '<a href="/ug/" hreflang="ug">ئۇيغۇرچە</a><form action="/ug/report/">ياردەم</form></body></html>'
    )
    assert latin.page(html) == (
        '<html lang="ug-Latn" dir="ltr"><body><a href="/ug-latn/report/" title="Uyghurche">Uyghurche</a>'
        '<p dir="auto">ئاپام <b>ئۇيغۇر</b></p><textarea name="x">ئاپام</textarea><bdi>رەسىم.png</bdi>'
        '<a href="/ug/" hreflang="ug">ئۇيغۇرچە</a><form action="/ug-latn/report/">Yardem</form></body></html>'
    )


def test_every_page_and_the_way_between_them(cast: Any, data_folder: Path, front_door: Client) -> None:
    assert front_door.post("/ug-latn/report/").headers["Location"] == "/ug-latn/report/what/"
    answer = front_door.post("/ug-latn/report/what/", {"what": "ئاپام", "go": "next"})
    assert answer.headers["Location"] == "/ug-latn/report/when/"
    for path in ("", "method/", "report/", "report/check/", "report/back/", *(f"report/{slug}/" for slug in SLUGS)):
        answer = front_door.get(f"/ug-latn/{path}")
        page = answer.content.decode()
        assert answer.status_code == 200, path
        assert answer.headers["Content-Language"] == "ug-Latn"
        assert '<html lang="ug-Latn" dir="ltr"' in page
        ours = re.sub(r"<textarea.*?</textarea>|<[^>]*hreflang.*?</a>|<dd dir=.auto.*?</dd>", "", page, flags=re.DOTALL)
        ours = re.sub(r'<i lang="ug".*?</i>', "", ours)
        assert not re.search("[\u0600-\u06ff]", re.sub(r"<[^>]*>", "", ours)), path
        assert 'href="/ug-latn/' in page
    assert "ئاپام" in front_door.get("/ug-latn/report/check/").content.decode(), "the reader's own words stay"
    assert front_door.get("/ug-latn/nothing/here/").status_code == 404


def test_the_menu_names_both_scripts(cast: Any, data_folder: Path, front_door: Client) -> None:
    page = front_door.get("/report/").content.decode()
    assert 'href="/ug/report/"' in page
    assert 'href="/ug-latn/report/" lang="ug-Latn" dir="ltr"' in page
    other = front_door.get("/ug-latn/report/").content.decode()
    assert re.search(r'hreflang="ug-Latn" aria-current="true"', other)
    assert not re.search(r'hreflang="ug" aria-current', other)


def test_a_country_typed_in_either_script(cast: Any, data_folder: Path, front_door: Client) -> None:
    front_door.post("/ug-latn/report/")
    page = front_door.get("/ug-latn/report/where/").content.decode()
    named = re.findall(r"<option>([^<]+)", page)
    latin_name = next(name for name in named if latin.text(places.country_name("BE", "ug")) == name)
    for prefix, typed in (("/ug-latn", latin_name), ("/ug", places.country_name("BE", "ug"))):
        front_door.post(f"{prefix}/report/where/", {"my_country": typed, "go": "next"})
        kept = flows.read(Draft, front_door.cookies["f"].value)
        assert kept.told.my_country == "BE", typed


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="<>/\"'= abdirتەيaug-", max_size=60))
def test_no_page_breaks_it(html: str) -> None:
    assert isinstance(latin.page(html), str)


@pytest.mark.parametrize(
    ("language", "word"),
    [
        ("ug", "ھېچنېمىنى ئۆچۈرمەڭ"),
        ("ug-latn", "Hëchnëmini öchürmeng"),
        ("zh-hans", "什么都不要删"),
        ("tr", "Hiçbir şeyi silmeyin"),
    ],
)
def test_advice_stands_in_the_script_of_the_page_and_says_that_nobody_checked_it(
    cast: Any, data_folder: Path, front_door: Client, language: str, word: str
) -> None:
    shown = front_door.get(f"/{language}/report/advice/").content.decode()
    assert word.lower().replace("ë", "é") in shown.lower().replace("ë", "é")
    assert "This advice is not translated yet." not in shown
    assert '<bdi lang="en">' not in shown
    from django.utils.translation import override

    with override("ug" if language == "ug-latn" else language):
        from django.utils.translation import gettext

        note = gettext("Written by us; not yet checked by the community in every language.")
    assert (latin.page(note) if language == "ug-latn" else note) in shown


def test_who_reads_in_latin_letters_is_answered_in_them(cast: Any, data_folder: Path, front_door: Client) -> None:
    assert front_door.post("/ug-latn/report/").status_code == 302
    draft = flows.read(Draft, front_door.cookies["f"].value)
    assert draft is not None
    assert draft.language == "ug-latn"
    wording = answer("closing", draft.language)
    assert wording is not None
    assert not latin.ARABIC.search(wording.text)


@pytest.mark.parametrize(("language", "missing"), [("", "English"), ("/ug", "ئۇيغۇرچە"), ("/ug-latn", "Uyghurche")])
def test_every_language_stands_in_plain_sight_where_one_begins(
    cast: Any, data_folder: Path, front_door: Client, language: str, missing: str
) -> None:
    """A browser at its safest setting shows no icon, so a menu behind one would be found by nobody."""
    for path in ("/report/", "/report/back/"):
        page = front_door.get(language + path).content.decode()
        main = page[page.index("<main") :]
        links = dict(re.findall(r'<a href="([^"]+)"[^>]*hreflang="[^"]+">([^<]+)</a>', main))
        wanted = {"English", "ئۇيغۇرچە", "Uyghurche", "简体中文", "Türkçe", "Français", "Deutsch", "Nederlands"}
        assert set(links.values()) == wanted - {missing}
        assert all(front_door.get(address).status_code == 200 for address in links)
