"""HTML: the article without the page around it; nothing in it is run, followed or expanded."""

import pytest

from panah.errors import Unreadable
from panah.read import from_html

ARTICLE = "<p>One such call came in May when Ana Example was at home in Antwerp.</p><p>“They begged me to stop,” she said.</p>"


def page(body: str, head: str = "") -> bytes:
    return f"<!doctype html><html><head>{head}</head><body>{body}</body></html>".encode()


def test_entities_are_refused() -> None:
    with pytest.raises(Unreadable, match="declares entities"):
        from_html.read_html(b'<!DOCTYPE html [<!ENTITY a "b">]><html><body><p>&a;</p></body></html>', "a.html")


def test_nesting_without_end_is_refused() -> None:
    with pytest.raises(Unreadable, match="nests too deeply"):
        from_html.read_html(page("<div>" * 3000 + "text"), "a.html")


@pytest.mark.parametrize("body", ["", "<script>alert('Ana said no.')</script>", "<style>p{}</style>"])
def test_a_page_without_an_article_is_refused(body: str) -> None:
    with pytest.raises(Unreadable, match="no article text"):
        from_html.read_html(page(body), "a.html")


@pytest.mark.parametrize("charset", ["utf-9", "ascii"])
def test_a_page_not_in_its_character_set_is_refused(charset: str) -> None:
    head = f'<meta charset="{charset}">'.encode()
    with pytest.raises(Unreadable, match="character set"):
        from_html.read_html(b"<html><head>" + head + b"</head><body><p>caf\xc3\xa9</p></body></html>", "a.html")


def test_a_declared_character_set_is_used() -> None:
    source = page(f"<article>{ARTICLE}<p>Ein Café in Köln.</p></article>", '<meta charset="windows-1252">')
    document = from_html.read_html(source.decode().encode("windows-1252"), "a.html")
    assert "Café in Köln" in document.text


def test_the_article_its_title_and_its_day() -> None:
    head = '<title>Calls from home</title><meta property="article:published_time" content="2020-06-22T08:00:00Z">'
    around = "<nav><a href=/>Home</a><a href=/sport>Sport</a></nav><script>var x = 'evil';</script>"
    document = from_html.read_html(
        page(f"{around}<article><h1>Calls from home</h1>{ARTICLE}</article>", head), "a.html"
    )
    assert document.title == "Calls from home"
    assert document.published == "2020-06-22"
    assert "“They begged me to stop,” she said." in document.text
    assert "evil" not in document.text
    assert [stretch.of(document.text) for stretch in document.paragraphs][-1] == "“They begged me to stop,” she said."
