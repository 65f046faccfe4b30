"""Proof test 13: hostile files at every entrance of a running server, on whichever database the suite runs. Refused, or
taken as sealed bytes, in under 5 s of processor time and 512 MiB; one error; nothing left behind; the server goes on.

The time is processor time, since other work on the machine lengthens every other clock; PostgreSQL's own is not in it.
"""

from __future__ import annotations

import http.client
import re
from collections.abc import Iterator

import pytest
from hostile_files import files
from vault_server import ARGON2_MIB, Server, Visitor, Watched, serving, signed_in

pytestmark = [pytest.mark.slow, pytest.mark.server, pytest.mark.timeout(1500)]
LONGEST_S, MOST_MIB = 5.0, 512


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "temp").mkdir()
    with serving(folder, TMPDIR=str(folder / "temp"), PANAH_UPLOAD_MB="64") as server:
        yield server


def reporter(server: Server) -> Visitor:
    browser = Visitor(server.front)
    browser.post("/report/", {})
    return browser


def member(server: Server) -> Visitor:
    browser = Visitor(server.desk)
    assert browser.sign_in()
    return browser


ENTRANCES = {
    "a document": (member, "/evidence/take-in/", {"published": "", "kind": "news", "case": ""}),
    "a phone": (member, "/phones/", {"whole": "1"}),
    "a table": (member, "/lists/take-in/", {"whole": "1"}),
    "an attachment": (reporter, "/report/files/", {"go": "add", "whole": "1"}),
}


@pytest.mark.parametrize("entrance", ENTRANCES)
def test_every_page_refuses_or_takes_it_sealed_within_the_limits(entrance: str, server: Server) -> None:
    visitor, path, form = ENTRANCES[entrance]
    browser, workers, wrong = visitor(server), set(server.family()), {}
    for number, (name, content) in enumerate(files()):
        if entrance == "an attachment" and number % 15 == 14:
            browser = visitor(server)  # a report takes twenty files
        before_s, base = server.cpu_s(), server.memory_mib()
        with Watched(server) as watched:
            status, _to, page = browser.post(path, form, {"file": (name, content, "application/octet-stream")})
        taken_s, grown = server.cpu_s() - before_s, watched.peak_mib - base
        found = [f"{status}"] if status not in {302, 400, 413} else []
        found += [f"{taken_s:.1f} s"] if taken_s > LONGEST_S + 1 else []  # the page itself, beside the reading
        found += [f"{grown:.0f} MiB"] if grown > MOST_MIB else []
        found += ["no error told"] if status == 400 and b'class="' not in page else []
        found += ["a worker ended"] if not workers <= set(server.family()) else []
        found += [f"left {each}" for each in left_behind(server)]
        if found:
            wrong[name] = found
    assert not wrong
    assert browser.ask("GET", "/report/" if visitor is reporter else "/")[0] == 200


def left_behind(server: Server) -> list[str]:
    folder = server.data.parent / "temp"
    spool = server.data / "spool"
    return [path.name for place in (folder, spool) if place.exists() for path in place.rglob("*") if path.is_file()]


@pytest.mark.parametrize("door", ["desk", "front"])
def test_a_body_of_five_gigabytes_is_refused_before_it_is_read(door: str, server: Server) -> None:
    browser, path = (member(server), "/evidence/take-in/") if door == "desk" else (reporter(server), "/report/files/")
    shown = browser.ask("GET", path)[2].decode()
    token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', shown)
    assert token
    base = server.memory_mib()
    connection = http.client.HTTPConnection("127.0.0.1", browser.port, timeout=60)
    connection.putrequest("POST", path)
    connection.putheader("Host", "localhost")
    connection.putheader("Cookie", "; ".join(f"{key}={value}" for key, value in browser.cookies.items()))
    connection.putheader("Content-Type", "multipart/form-data; boundary=b")
    connection.putheader("Content-Length", str(5_000_000_000))
    connection.endheaders()
    with Watched(server) as watched:
        connection.send(b'--b\r\nContent-Disposition: form-data; name="file"; filename="x"\r\n\r\n')
        n_sent = 0
        try:
            while n_sent < 200_000_000:  # of five thousand million
                connection.send(bytes(1 << 20))
                n_sent += 1 << 20
        except OSError:
            pass  # it hung up: refused
        try:
            status = connection.getresponse().status
        except (OSError, http.client.HTTPException):
            status = 413
    assert status in {400, 413}
    assert watched.peak_mib - base < MOST_MIB
    assert not left_behind(server)
    assert browser.ask("GET", path)[0] == 200


def test_the_measures_see_what_is_there(server: Server) -> None:
    """The control: a sign-in takes time and memory, and a file that is left is told."""
    before_s, base = server.cpu_s(), server.memory_mib()
    with Watched(server) as watched:
        assert signed_in(server)
    assert server.cpu_s() - before_s > 0.03
    assert watched.peak_mib - base > 0.8 * ARGON2_MIB
    left = server.data.parent / "temp" / "left.bin"
    left.write_bytes(b"x")
    assert left_behind(server) == ["left.bin"]
    left.unlink()
