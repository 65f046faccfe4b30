"""Proof 16: every answer of both doors, found by following every link and form and by the list of addresses, carries what
a browser must be told; every cookie is bound to the host; and every form works where scripts are switched off.

The doors run as they do behind https, on whichever database the suite runs.
The control runs them without the middleware that does this: it must be told.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from own_database import own_database

SCRIPT = Path(__file__).parents[1] / "support" / "crawl_doors.py"
pytestmark = pytest.mark.slow
WANTED = {
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "X-Robots-Tag": "noindex, nofollow, noarchive",
}
OUTSIDE = {"desk": set(), "front": set()}


def crawled(tmp_path: Path, door: str, *options: str) -> list[dict[str, Any]]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PANAH_", "DJANGO_"))}
    command = [sys.executable, str(SCRIPT), str(tmp_path / door), door, *options]
    with own_database(tmp_path / door) as address:
        environment["DATABASE_URL"] = address
        done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, timeout=240)
        assert done.returncode == 0, done.stderr[-3000:]
    return [json.loads(line) for line in done.stdout.splitlines()]


def faults(answers: list[dict[str, Any]]) -> set[str]:
    """What is wrong, each once with one place where it was seen."""
    found: dict[str, str] = {}
    for answer in answers:
        headers, place = answer["headers"], f"{answer['method']} {answer['path']} {answer['status']}"
        for name, value in WANTED.items():
            if headers.get(name) != value:
                found.setdefault(f"header {name}", place)
        static = answer["path"].startswith("/static/") and answer["status"] == 200
        if not static and headers.get("Cache-Control") != "no-store":
            found.setdefault("may be kept", place)
        policy = dict(
            part.strip().split(" ", 1) for part in headers.get("Content-Security-Policy", "").split(";") if " " in part
        )
        strict = {"default-src", "object-src", "base-uri", "frame-ancestors"}
        if any(policy.get(name) != "'none'" for name in strict) or "unsafe" in str(policy) or "*" in str(policy):
            found.setdefault("content policy", place)
        if "Access-Control-Allow-Origin" in headers or "Server" in headers:
            found.setdefault("says too much", place)
        kind = headers.get("Content-Type", "")
        if kind.startswith("text/") and "charset" not in kind:
            found.setdefault("no charset", place)
        if answer["status"] >= 500:
            found.setdefault("fails", place)
        for name, cookie in answer["cookies"].items():
            bound = name.startswith("__Host-") and cookie["secure"] and cookie["path"] == "/" and not cookie["domain"]
            taken_back = cookie["max-age"] == 0
            if not bound or not (taken_back or (cookie["httponly"] and cookie["samesite"] == "Strict")):
                found.setdefault(f"cookie {name}", place)
        for form in answer["forms"]:
            if not form["buttons"]:
                found.setdefault(f"form without a button: {form['action'] or answer['path']}", place)
        if answer["scripted"]:
            found.setdefault(f"works by script only: {answer['scripted'][0]}", place)
        if answer["outside"]:
            found.setdefault(f"leads outside: {answer['outside'][0]}", place)
    return {f"{fault} ({place})" for fault, place in found.items()}


@pytest.mark.parametrize(("door", "n_pages"), [("desk", 90), ("front", 30)])
def test_every_answer_of_a_door(tmp_path: Path, door: str, n_pages: int) -> None:
    answers = crawled(tmp_path, door)
    assert len({answer["path"] for answer in answers}) >= n_pages
    assert sum(answer["status"] == 200 for answer in answers) >= n_pages // 3, "the crawl reaches real pages"
    assert any(answer["path"].startswith("/static/") for answer in answers)
    assert faults(answers) == set()


def test_the_control_is_told(tmp_path: Path) -> None:
    told = " ".join(faults(crawled(tmp_path, "desk", "--plain")))
    for fault in (
        "header Strict-Transport",
        "header X-Content",
        "may be kept",
        "content policy",
        "cookie __Host-panah_desk",
    ):
        assert fault in told
    assert "cookie __Host-panah_csrf" in told
