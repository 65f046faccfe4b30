"""Long work: arguments are ids and numbers, never content."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from panah.web.base import jobs


@pytest.mark.parametrize("argument", ["Ada Example", "+44 7700 900123", b"bytes", None, 1.5, "0" * 31, "G" * 32, ["x"]])
def test_content_is_no_argument(argument: Any) -> None:
    with pytest.raises(TypeError):
        jobs.check_argument(argument)


@pytest.mark.parametrize("argument", ["0123456789abcdef" * 2, 7, True])
def test_ids_and_numbers_are(argument: Any) -> None:
    jobs.check_argument(argument)


def test_a_job_runs_in_the_thread_of_the_server(tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jobs, "_look", lambda: None)  # the real chores would leave rows in the tests' database
    settings.PANAH_JOBS_FILE, settings.PANAH_JOBS_AT_ONCE = tmp_path / "jobs.sqlite3", False
    jobs.queue.cache_clear()
    done: list[str] = []

    def remember(row_id: str) -> None:
        done.append(row_id)

    work = jobs.job(remember)
    consumer = jobs.consumer()
    consumer.start()
    try:
        work("0123456789abcdef" * 2)
        until = time.monotonic() + 10
        while not done and time.monotonic() < until:
            time.sleep(0.05)
    finally:
        consumer.stop(graceful=True)
        jobs.queue.cache_clear()
        jobs._jobs.pop()
    assert done == ["0123456789abcdef" * 2]
