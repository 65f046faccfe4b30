"""Fixtures of the browser tests: one Chromium, one small site, one site with the demo's data; made once per run."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browser_pages import CHROMIUM_ARGUMENTS
from browser_site import PANAH, Site, clean_environment, fill, served

DEMO_EMAIL, DEMO_PASSWORD = "demo@example.org", "four invented words suffice"
"""As `panah demo` prints them; its own module is not imported, since it needs Django."""


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """The system's Chromium; skipped, with the reason, where it is not installed."""
    path = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
    if not path:
        pytest.skip("needs the system package chromium: apt-get install chromium")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=CHROMIUM_ARGUMENTS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """An organisation with two members and nothing else."""
    data = tmp_path_factory.mktemp("site") / "data"
    fill(data)
    with served(data) as running:
        yield running


@pytest.fixture(scope="session")
def empty_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A first run: nobody has set it up."""
    with served(tmp_path_factory.mktemp("empty") / "data") as running:
        yield running


@pytest.fixture(scope="session")
def demo_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The invented community's data, as ``panah demo`` leaves it."""
    data: Path = tmp_path_factory.mktemp("demo") / "demo"
    command = [str(PANAH), "demo", "--data", str(data), "--no-serve"]
    done = subprocess.run(command, capture_output=True, text=True, env=clean_environment(), timeout=280)
    assert done.returncode == 0, done.stderr[-2000:]
    with served(data, DEMO_EMAIL, DEMO_PASSWORD) as running:
        yield running
