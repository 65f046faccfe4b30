"""``panah demo`` as a real process: the whole way twice, and every way of not getting there."""

from __future__ import annotations

import csv
import json
import os
import signal
import sqlite3
import subprocess
import time
import zipfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from real_process import PANAH, fails_with_one_line, panah

pytestmark = [pytest.mark.slow]
FILES = ("report.pdf", "report.html", "bundle.zip", "public-table.csv", "estimate.json")
WHOLE_WAY_S = 240


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("demo") / "demo"


@pytest.fixture(scope="module")
def first(folder: Path) -> dict:
    done = panah("demo", "--data", folder, "--no-serve", "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_it_goes_the_whole_way(first: dict, folder: Path) -> None:
    counts = first["counts"]
    assert counts["calls"] + counts["messages"] == 400
    assert counts["threats_marked"] == 6
    assert counts["reprint_of_one_source"] is True
    assert counts["bundle_verified"] is True
    assert counts["parts_to_review"] > 0
    assert counts["held_back"] == 3, "a relative at risk is in them"
    assert counts["counted_in_public"] == counts["incidents"] - counts["held_back"]
    assert len(first["problems"]) == 3, "one broken row in each list"
    for problem, name in zip(
        first["problems"], ("list_antwerp.csv", "list_munich.xlsx", "list_stockholm.csv"), strict=True
    ):
        assert problem.startswith(f"{name}, row ")
    for name in FILES:
        assert (folder / name).stat().st_size > 0


def test_the_whole_phone_stands_on_the_line_of_time(first: dict, folder: Path) -> None:
    """All 400 entries are kept as the pages keep them, so that the page of a case's calls and messages shows them."""
    with closing(sqlite3.connect(folder / "panah.sqlite3")) as database:
        kept = database.execute("SELECT COUNT(DISTINCT case_id), SUM(n_events) FROM intake_phoneextract").fetchone()
    assert kept == (1, first["counts"]["calls"] + first["counts"]["messages"])


def test_what_it_writes_is_what_it_says(first: dict, folder: Path) -> None:
    assert (folder / "report.pdf").read_bytes().startswith(b"%PDF-")
    assert zipfile.ZipFile(folder / "bundle.zip").testzip() is None
    assert panah("bundle", "verify", folder / "bundle.zip").returncode == 0
    assert json.loads((folder / "estimate.json").read_text())["statement"] == first["statement"]
    rows = list(csv.DictReader((folder / "public-table.csv").open(encoding="utf-8")))
    assert rows


def test_twice_gives_the_same_numbers(first: dict, folder: Path) -> None:
    again = panah("demo", "--data", folder, "--no-serve", "--json")
    assert again.returncode == 0, again.stderr
    second = json.loads(again.stdout)
    assert (second["counts"], second["statement"]) == (first["counts"], first["statement"])


def test_a_folder_that_no_demo_made_is_left_alone(tmp_path: Path) -> None:
    (tmp_path / "panah.sqlite3").write_bytes(b"somebody's")
    assert "no demo made" in fails_with_one_line(panah("demo", "--data", tmp_path, "--no-serve"))
    assert [path.name for path in tmp_path.iterdir()] == ["panah.sqlite3"]


@pytest.fixture
def running(tmp_path: Path) -> Iterator[tuple[subprocess.Popen[str], Path]]:
    """A demo that has begun."""
    data = tmp_path / "data"
    process = subprocess.Popen(
        [PANAH, "demo", "--data", data, "--no-serve"], stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stderr is not None
    for line in process.stderr:
        if "sealing and reading the article" in line:
            break
    yield process, data
    process.kill()
    process.wait()


def test_ctrl_c_leaves_nothing(running: tuple[subprocess.Popen[str], Path]) -> None:
    process, data = running
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=WHOLE_WAY_S)
    assert process.returncode == 2
    assert out == ""
    assert err.splitlines()[-1] == "panah demo: stopped; nothing half-written was kept"
    assert not data.exists()


def test_a_second_one_in_the_same_folder_is_refused(running: tuple[subprocess.Popen[str], Path]) -> None:
    _process, data = running
    assert "another demo is running" in fails_with_one_line(panah("demo", "--data", data, "--no-serve"))


def test_killed_halfway_then_run_again(running: tuple[subprocess.Popen[str], Path]) -> None:
    process, data = running
    process.kill()
    process.wait()
    assert panah("demo", "--data", data, "--no-serve").returncode == 0
    assert not (data / ".making").exists()
    assert all((data / name).is_file() for name in FILES)


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to mount a small disk")
@pytest.mark.parametrize("size_mb", [3, 5])
def test_a_full_disk(tmp_path: Path, size_mb: int) -> None:
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={size_mb}m", "tmpfs", tmp_path],
        capture_output=True,
        text=True,
        check=False,
    )
    if mounted.returncode:
        pytest.skip(f"no small disk can be mounted here: {mounted.stderr.strip()}")
    try:
        done = panah("demo", "--data", tmp_path / "demo", "--no-serve")
        last = done.stderr.splitlines()[-1]
        assert done.returncode == 2
        assert "the disk is full" in last
        assert "Traceback" not in done.stderr
        assert not list(tmp_path.iterdir())
    finally:
        for _ in range(20):
            if subprocess.run(["umount", tmp_path], capture_output=True, check=False).returncode == 0:
                break
            time.sleep(0.2)


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_text("mine", encoding="utf-8")
    fails_with_one_line(panah("demo", "--data", path, "--no-serve"))
    assert path.read_text(encoding="utf-8") == "mine"
