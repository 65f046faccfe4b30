"""Few at a time, over threads and processes, and a place that comes free when its holder is killed."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from panah.web.base.turns import turn

HOLD = """
import sys, time
from pathlib import Path
from panah.web.base.turns import turn
with turn(Path(sys.argv[1]), "work", 2):
    print("in", flush=True)
    time.sleep(float(sys.argv[2]))
"""


def most_at_once(folder: Path, places: int, n: int = 12) -> int:
    lock, inside, most = threading.Lock(), 0, 0

    def work() -> None:
        nonlocal inside, most
        with turn(folder, "work", places):
            with lock:
                inside += 1
                most = max(most, inside)
            time.sleep(0.02)
            with lock:
                inside -= 1

    threads = [threading.Thread(target=work) for _ in range(n)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return most


def test_never_more_than_there_are_places(tmp_path: Path) -> None:
    assert most_at_once(tmp_path, 2) == 2
    assert most_at_once(tmp_path, 12) > 2, "the count would see more"


def holder(folder: Path, seconds: float) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder), str(seconds)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout
    assert process.stdout.readline() == "in\n"
    return process


@pytest.mark.slow
def test_other_processes_hold_places_too_and_a_killed_one_gives_its_back(tmp_path: Path) -> None:
    first, second = holder(tmp_path, 60), holder(tmp_path, 60)
    got_in = threading.Event()

    def third() -> None:
        with turn(tmp_path, "work", 2):
            got_in.set()

    waiting = threading.Thread(target=third)
    waiting.start()
    try:
        assert not got_in.wait(0.5)
        first.send_signal(signal.SIGKILL)
        assert got_in.wait(10)
    finally:
        for process in (first, second):
            process.kill()
            process.wait()
        waiting.join()
