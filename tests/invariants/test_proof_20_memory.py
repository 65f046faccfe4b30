"""Proof 20, honest: a server is run, somebody signs in, reads and signs out, a reporter comes back with a code; then the
memory of every process of the server is read as a thief with root would, and hits are counted.

The target is none for passwords and codes; Python cannot promise it, so a hit is an expected failure that tells its
count. The control must find what is certainly there: the address of the page that was asked for last.
"""

from __future__ import annotations

import contextlib
import http.cookiejar
import re
import subprocess
import sys
import urllib.error
import urllib.parse
import urllib.request
from pathlib import Path
from typing import Any

import pytest
from browser_site import EMAIL, PANAH, fill, served
from own_database import own_database

from panah.vault.receipt import Receipt

pytestmark = pytest.mark.server
PASSWORD = "four words are enough here"
READ_BYTES = 1 << 24


class Visitor:
    """A browser without scripts."""

    def __init__(self, door: str) -> None:
        self.door = door
        jar = urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar())
        self.opener = urllib.request.build_opener(jar)

    def get(self, path: str) -> str:
        with self.opener.open(self.door + path, timeout=30) as answer:
            return str(answer.read().decode())

    def post(self, path: str, page: str, **given: str) -> str:
        token = re.search(r'name="csrfmiddlewaretoken" value="(\w+)"', page)
        form = {"csrfmiddlewaretoken": token[1] if token else "", **given}
        request = urllib.request.Request(self.door + path, urllib.parse.urlencode(form).encode())
        request.add_header("Referer", self.door + path)
        request.add_header("Origin", self.door)
        try:
            answer = self.opener.open(request, timeout=30)
        except urllib.error.HTTPError as refused:  # a wrong code is answered with 400
            answer = refused
        with answer:
            return str(answer.read().decode())


def processes_below(pid: int) -> list[int]:
    out = subprocess.run(["ps", "-o", "pid=", "--ppid", str(pid)], capture_output=True, text=True, check=False).stdout
    children = [int(word) for word in out.split()]
    return [pid, *(each for child in children for each in processes_below(child))]


def hits(pids: list[int], words: dict[str, list[bytes]]) -> dict[str, int]:
    """How often each word stands in the readable memory of the processes."""
    found = dict.fromkeys(words, 0)
    for pid in pids:
        for start, end in _regions(pid):
            with Path(f"/proc/{pid}/mem").open("rb", buffering=0) as memory:
                try:
                    memory.seek(start)
                    content = memory.read(end - start)
                except (OSError, ValueError, OverflowError):
                    continue
            for name, spellings in words.items():
                found[name] += sum(content.count(each) for each in spellings)
    return found


def _regions(pid: int) -> list[tuple[int, int]]:
    regions = []
    for line in Path(f"/proc/{pid}/maps").read_text().splitlines():
        span, rights, *rest = line.split()
        if rights.startswith("rw") and not (rest and rest[-1].startswith("[v")):
            start, end = (int(each, 16) for each in span.split("-"))
            regions += [(at, min(at + READ_BYTES, end)) for at in range(start, end, READ_BYTES)]
    return regions


def spellings(word: str) -> list[bytes]:
    return [word.encode(), word.encode("utf-16-le"), word.encode("utf-32-le"), urllib.parse.quote_plus(word).encode()]


def server_of(site: Any) -> int:
    """The process that was started on this folder."""
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            words = path.read_bytes().split(b"\0")
        except OSError:
            continue
        if str(PANAH).encode() in words and str(site.data).encode() in words:
            return int(path.parent.name)
    raise AssertionError("the server is not there")


def test_what_the_memory_of_a_server_holds_after_sign_out(
    tmp_path: Path, record_property: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    data = tmp_path / "data"
    with own_database(data) as address, contextlib.ExitStack() as running:
        fill(data, address)
        site = running.enter_context(served(data, address=address))
        pids = processes_below(server_of(site))
        try:
            with Path(f"/proc/{pids[0]}/mem").open("rb"):
                pass
        except OSError as error:
            pytest.skip(f"the memory of a child process cannot be read here: {error}")
        member = Visitor(site.desk)
        page = member.post("/sign-in/", member.get("/sign-in/"), login=EMAIL, password=PASSWORD)
        assert "sign-out" in page
        member.get("/account/?q=control-of-the-memory-scan")
        member.post("/sign-out/", page)
        reporter = Visitor(site.front)
        code = "".join(Receipt("123456789012345678901234").groups)
        assert "opens nothing" in reporter.post("/report/back/", reporter.get("/report/back/"), code=code)
        words = {
            "password": [*spellings(PASSWORD), urllib.parse.quote(PASSWORD).encode()],
            "code": spellings(code),
            "control": [b"control-of-the-memory-scan"],
        }
        found = hits(pids, words)
        for _ in range(30):  # what comes after overwrites some of it
            member.get("/sign-in/")
        later = hits(pids, words)
    for name, count in found.items():
        record_property(f"hits_{name}", count)
    with capsys.disabled():
        sys.stdout.write(f"\nmemory of {len(pids)} processes after sign-out: {found}; thirty requests later: {later}\n")
    assert found["control"] > 0, "the scan is blind"
    if later["password"] or later["code"]:
        pytest.xfail(f"a password or code was still in memory: {later} (docs/threat-model.md does not promise it)")
