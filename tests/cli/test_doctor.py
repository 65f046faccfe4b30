"""``panah doctor`` as a process: a sound installation, each broken thing by name, and nothing made in its place."""

from __future__ import annotations

import http.server
import json
import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from ops_installation import clean_environment, installation
from real_process import PANAH, fails_with_one_line

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """An installation, and the note of a checkpoint that was kept elsewhere."""
    data = tmp_path_factory.mktemp("doctor") / "panah"
    return data, installation("make", data)["note"]


@pytest.fixture
def data(made: tuple[Path, str], tmp_path: Path) -> Path:
    return Path(shutil.copytree(made[0], tmp_path / "panah"))


def doctor(data: Path, *words: object, **variables: str) -> subprocess.CompletedProcess[str]:
    command = [PANAH, "doctor", "--data", data, *words]
    environment = clean_environment() | variables
    return subprocess.run(command, capture_output=True, text=True, check=False, env=environment, timeout=200)


def states(done: subprocess.CompletedProcess[str]) -> dict[str, str]:
    return {check["name"]: check["state"] for check in json.loads(done.stdout)["checks"]}


def test_a_sound_installation(made: tuple[Path, str], tmp_path: Path) -> None:
    note = tmp_path / "note"
    note.write_text(made[1])
    done = doctor(made[0], "--json", "--checkpoint", note)
    found = states(done)
    assert [name for name, state in found.items() if state == "bad"] == ["backup"], done.stdout  # none was made yet
    assert done.returncode == 1
    assert found["headers_desk"] == found["headers_front"] == found["checkpoint"] == found["fixity"] == "well"
    assert len(found) > 25
    made[0].joinpath("last-backup.txt").write_text("2999-01-01T00:00:00+00:00\n")
    assert doctor(made[0], "--quick").returncode == 0


def test_lines_for_people(data: Path) -> None:
    (data / "signer.key").chmod(0o644)
    done = doctor(data)
    assert done.returncode == 1
    assert "bad   signer_key" in done.stdout
    assert "chmod 600" in done.stdout
    assert done.stderr.splitlines()[-1].startswith("2 of ")  # the key, and that the rest was not looked at


def test_where_nothing_is_nothing_is_made(tmp_path: Path) -> None:
    assert "there is no installation here" in fails_with_one_line(doctor(tmp_path / "nowhere"))
    assert list(tmp_path.iterdir()) == []


def test_a_lost_key_is_told_and_not_made_anew(data: Path) -> None:
    (data / "secret.key").unlink()
    assert states(doctor(data, "--json"))["secret_key_file"] == "bad"
    assert not (data / "secret.key").exists()


@pytest.mark.skipif(os.geteuid() != 0, reason="needs root to give a folder away")
def test_another_user_is_refused_before_anything_is_touched(data: Path) -> None:
    before = sorted((path.name, path.stat().st_mtime_ns) for path in data.iterdir())
    os.chown(data, 12345, 12345)
    found = states(doctor(data, "--json"))
    assert (found["owner"], found["rest"]) == ("bad", "bad")
    assert sorted((path.name, path.stat().st_mtime_ns) for path in data.iterdir()) == before


def spoil_the_middle(path: Path) -> None:
    with path.open("r+b") as stream:
        stream.seek(path.stat().st_size // 2 // 4096 * 4096)
        stream.write(os.urandom(8192))


def not_a_database(path: Path) -> None:
    path.write_bytes(os.urandom(100_000))


@pytest.mark.parametrize("harm", [spoil_the_middle, not_a_database])
def test_a_spoilt_database_is_named(data: Path, harm: Callable[[Path], None]) -> None:
    harm(data / "panah.sqlite3")
    done = doctor(data, "--json")
    assert done.returncode == 1, done.stderr
    assert states(done)["integrity"] == "bad"
    assert "Traceback" not in done.stderr


def test_settings_from_outside(data: Path) -> None:
    found = states(doctor(data, "--quick", "--json", PANAH_HOSTS="*", PANAH_SECRET_KEY="guess me"))
    assert found["hosts"] == found["secret_key"] == "bad"
    done = doctor(data, PANAH_UPLOAD_MB="much")
    assert "bad   settings            PANAH_UPLOAD_MB: not a whole number; write" in done.stdout
    assert done.returncode == 1


class _Bare(http.server.BaseHTTPRequestHandler):
    """A proxy that passes nothing on."""

    def do_GET(self) -> None:
        self.send_response(200)
        self.end_headers()

    def log_message(self, *_given: Any) -> None:
        """Quiet."""


@pytest.fixture
def bare() -> Iterator[str]:
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), _Bare) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def test_a_running_door_that_sends_too_little_is_named(data: Path, bare: str) -> None:
    done = doctor(data, "--quick", "--json", "--url", bare)
    (check,) = [check for check in json.loads(done.stdout)["checks"] if check["name"].startswith("headers_at")]
    assert check["state"] == "bad"
    assert "Content-Security-Policy" in check["found"]


def test_a_door_that_does_not_answer_is_named(data: Path) -> None:
    done = doctor(data, "--quick", "--json", "--url", "http://127.0.0.1:9")
    assert "cannot be reached" in done.stdout
    assert done.returncode == 1
