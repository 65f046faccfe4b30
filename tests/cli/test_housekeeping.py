"""``panah serve`` does its own work without being asked: as a real process on a real installation."""

from __future__ import annotations

import contextlib
import sqlite3
import subprocess
import time
from pathlib import Path

import pytest
from browser_site import served
from ops_installation import installation

pytestmark = [pytest.mark.server, pytest.mark.slow]


def runs(data: Path) -> dict[str, str]:
    """Chore -> problem, of those that were done or tried."""
    connection = sqlite3.connect(f"{data.as_uri()}/panah.sqlite3?mode=ro", uri=True)
    with contextlib.closing(connection):
        return dict(connection.execute("SELECT name, problem FROM base_chorerun").fetchall())


def test_the_server_keeps_house(tmp_path: Path) -> None:
    data = tmp_path / "panah"
    installation("make", data)
    assert runs(data) == {}
    with served(data):
        until = time.monotonic() + 90
        while "sweep_files" not in runs(data) and time.monotonic() < until:
            time.sleep(0.2)
        found = runs(data)
    assert set(found.values()) == {""}, found
    assert len(found) >= 8
    check = ["sha256sum", "--check", "--quiet", "evidence.sha256"]
    assert subprocess.run(check, cwd=data, check=False).returncode == 0
    assert len((data / "evidence.sha256").read_text().splitlines()) == 2
