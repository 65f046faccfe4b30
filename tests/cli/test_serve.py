"""``panah serve`` as a real process: both doors answer, it stops when asked, and says one line when it cannot start."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

PANAH = Path(__file__).parents[2] / ".venv" / "bin" / "panah"
pytestmark = pytest.mark.server


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def environment() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if not name.startswith(("PANAH", "DJANGO", "DATABASE"))}


@contextmanager
def serving(data: Path, *words: str) -> Iterator[tuple[subprocess.Popen[str], int, int, str]]:
    desk, front = free_port(), free_port()
    command = [str(PANAH), "serve", "--data", str(data), "--port", str(desk), "--public-port", str(front), *words]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=environment())
    told = ""
    try:
        assert process.stderr is not None
        while "stop with Ctrl-C" not in told:
            line = process.stderr.readline()
            assert line, f"it ended: {told}"
            told += line
        yield process, desk, front, told
    finally:
        process.kill() if process.poll() is None else None
        process.wait()


def get(port: int, path: str = "/") -> tuple[int, str, str]:
    class Stay(urllib.request.HTTPRedirectHandler):
        def redirect_request(self, *_given: object) -> None:
            return None

    try:
        answer = urllib.request.build_opener(Stay).open(f"http://127.0.0.1:{port}{path}", timeout=10)
    except urllib.error.HTTPError as error:
        answer = error
    return answer.status or answer.code, answer.headers.get("Location", ""), answer.read().decode()


def children_of(process_id: int) -> list[int]:
    out = subprocess.run(["ps", "-o", "pid=", "--ppid", str(process_id)], capture_output=True, text=True).stdout
    return [int(word) for word in out.split()]


def gone(process_id: int) -> bool:
    try:
        state = Path(f"/proc/{process_id}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return True
    return state == "Z"


def test_both_doors_the_set_up_link_and_a_graceful_stop(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as (process, desk, front, told):
        assert get(desk)[:2] == (302, "/sign-in/?next=/")
        assert get(front)[0] == 200
        assert get(front, "/sign-in/")[0] == 404, "no account at the public door"
        link = re.search(r"http://localhost:\d+(/setup/\S+/)", told)
        assert link
        status, _, page = get(desk, link[1])
        assert status == 200
        assert 'name="organisation"' in page
        assert get(desk, "/setup/guess/")[0] == 404
        doors = children_of(process.pid)
        assert len(doors) == 2
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 0
        assert all(gone(door) for door in doors)
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", desk)) != 0


def test_when_it_is_killed_the_doors_go_too(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as (process, _desk, _front, _told):
        doors = children_of(process.pid)
        process.kill()
        process.wait()
        until = time.monotonic() + 15
        while time.monotonic() < until and not all(gone(door) for door in doors):
            time.sleep(0.1)
        assert all(gone(door) for door in doors)


@pytest.mark.slow
@pytest.mark.parametrize("of_the_two", [0, 1])
def test_when_a_door_alone_is_killed_its_worker_goes_too_and_the_rest(tmp_path: Path, of_the_two: int) -> None:
    with serving(tmp_path / "data") as (process, _desk, _front, _told):
        doors = children_of(process.pid)
        family = [*doors, *(worker for door in doors for worker in children_of(door))]
        assert len(family) == 4
        os.kill(doors[of_the_two], signal.SIGKILL)
        assert process.wait(30) == 2
        until = time.monotonic() + 15
        while time.monotonic() < until and not all(map(gone, family)):
            time.sleep(0.1)
        assert all(map(gone, family))


@pytest.mark.slow
def test_when_a_worker_alone_is_killed_all_of_it_ends_so_that_it_is_started_again(tmp_path: Path) -> None:
    with serving(tmp_path / "data") as (process, _desk, _front, _told):
        (worker,) = children_of(children_of(process.pid)[0])
        os.kill(worker, signal.SIGKILL)
        assert process.wait(30) == 2


def refused(data: Path, *words: str) -> tuple[int, str]:
    done = subprocess.run(
        [str(PANAH), "serve", "--data", str(data), *words],
        capture_output=True,
        text=True,
        timeout=60,
        env=environment(),
    )
    assert done.stdout == ""
    return done.returncode, done.stderr


def test_a_taken_port_is_one_clear_line_and_leaves_nothing(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        code, told = refused(tmp_path / "data", "--port", str(port), "--public-port", str(free_port()))
    assert code == 2
    assert told == f"panah serve: 127.0.0.1:{port}: the port is taken; choose others with --port and --public-port\n"
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--port", "8123", "--public-port", "8123"), "both doors have the same port"),
        (("--port", "0"), "0 is not in the range"),
        (("--port", "x"), "not a valid integer"),
        (("--host", "203.0.113.7"), "the port cannot be listened on"),
    ],
)
def test_a_wrong_address_is_one_clear_line(tmp_path: Path, words: tuple[str, ...], said: str) -> None:
    code, told = refused(tmp_path / "data", *words)
    assert code == 2
    assert told.count("\n") == 1
    assert said in told


def test_a_folder_that_cannot_be_written_is_one_clear_line(tmp_path: Path) -> None:
    file = tmp_path / "file"
    file.write_text("")
    code, told = refused(file / "data", "--port", str(free_port()), "--public-port", str(free_port()))
    assert code == 2
    assert told.count("\n") == 1


def test_one_folder_is_served_once(tmp_path: Path) -> None:
    with serving(tmp_path / "data"):
        code, told = refused(tmp_path / "data", "--port", str(free_port()), "--public-port", str(free_port()))
    assert code == 2
    assert "served already" in told
