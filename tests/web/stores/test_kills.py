"""Twenty times kill -9 under load, as ``benchmarks/kills.py`` does two hundred times; and that a loss would be found."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

KILLS = Path(__file__).parents[3] / "benchmarks" / "kills.py"
pytestmark = [pytest.mark.server, pytest.mark.slow, pytest.mark.timeout(900)]


def kills(*words: object) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PANAH", "DJANGO"))}
    command = [sys.executable, str(KILLS), *map(str, words)]
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment)


def test_nothing_acknowledged_is_lost_and_nothing_is_half() -> None:
    done = kills("--kills", 20, "--serve-every", 5, "--fresh", 10)
    assert done.returncode == 0, done.stderr[-3000:]
    assert "20 kills" in done.stdout
    assert "0 lost, nothing half" in done.stdout
    assert done.stdout.count("world ended: 10 kills") == 2


@pytest.mark.parametrize(
    ("what", "found"), [("file", "sealed file is missing"), ("row", "claim is not there"), ("line", "lines")]
)
def test_a_loss_is_found(what: str, found: str) -> None:
    done = kills("--kills", 6, "--serve-every", 0, "--seed", 3, "--lose", what)
    assert done.returncode == 1
    assert found in done.stderr.splitlines()[-1]
