"""Fetching a page: only the web, only when asked, nothing that is too large; against a server of our own."""

import gzip
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from panah.errors import Unreadable
from panah.read.fetch import fetch, is_address

PAGE = b"<html><body><article><p>They called my mother in May.</p></article></body></html>"


class _Site(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        path = self.path
        if path == "/page":
            self._answer(200, PAGE)
        elif path == "/packed":
            self._answer(200, gzip.compress(PAGE), {"Content-Encoding": "gzip"})
        elif path == "/bomb":
            self._answer(200, gzip.compress(b"a" * 5_000_000), {"Content-Encoding": "gzip"})
        elif path == "/broken":
            self._answer(200, b"not gzip", {"Content-Encoding": "gzip"})
        elif path == "/away":
            self._answer(302, b"", {"Location": "file:///etc/passwd"})
        elif path == "/round":
            self._answer(302, b"", {"Location": "/round"})
        elif path == "/on":
            self._answer(302, b"", {"Location": "/page"})
        else:
            self._answer(404, b"no")

    def _answer(self, status: int, body: bytes, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        pass


@pytest.fixture(scope="module")
def site() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Site)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize(
    "url", ["file:///etc/passwd", "ftp://example.org/a", "data:text/plain,a", "http://", "a.txt", "", "javascript:1"]
)
def test_only_the_web(url: str) -> None:
    with pytest.raises(Unreadable, match=r"not a web address|could not be fetched"):
        fetch(url, at_most=1000)


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/nothing?token=secret", "status 404"),
        ("/away", "leads away|status 302"),
        ("/round", "status 302|could not"),
        ("/bomb", "more than 1,000,000"),
        ("/broken", "could not be fetched"),
    ],
)
def test_what_goes_wrong_is_told_without_the_address(site: str, path: str, says: str) -> None:
    with pytest.raises(Unreadable, match=says) as caught:
        fetch(site + path, at_most=1_000_000)
    assert "secret" not in str(caught.value)
    assert str(caught.value).startswith("127.0.0.1: ")


@pytest.mark.parametrize("path", ["/page", "/packed", "/on"])
def test_the_bytes_come_back(site: str, path: str) -> None:
    assert fetch(site + path, at_most=1000) == PAGE


def test_too_large_is_refused(site: str) -> None:
    with pytest.raises(Unreadable, match="more than 10 bytes"):
        fetch(site + "/page", at_most=10)


def test_nobody_there() -> None:
    with pytest.raises(Unreadable, match="could not be fetched"):
        fetch("http://127.0.0.1:9/", at_most=10, timeout_s=2)


@pytest.mark.parametrize(
    ("text", "is_one"), [("https://a.org", True), ("HTTP://a.org", True), ("a.html", False), ("file://a", False)]
)
def test_what_is_an_address(text: str, is_one: bool) -> None:
    assert is_address(text) is is_one
