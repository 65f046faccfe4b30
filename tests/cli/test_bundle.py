"""``panah bundle`` as a process: what it prints, how it leaves, and that a failure leaves nothing behind."""

from __future__ import annotations

import json
import os
import resource
import shutil
import signal
import stat
import subprocess
import sys
import time
from pathlib import Path

import pyrage
import pytest

PANAH = [sys.executable, "-m", "panah"]
CANARY = "canary Renagul +44 7700 900123"
identity = pyrage.x25519.Identity.generate()
TO = str(identity.to_public())


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A folder with two files to seal and a recipient's key."""
    (tmp_path / "letter.txt").write_text(CANARY)
    (tmp_path / "empty.bin").write_bytes(b"")
    (tmp_path / "key.txt").write_text(f"# made by age-keygen\n{identity}\n")
    return tmp_path


def panah(*arguments: object, cwd: Path, **more: object) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"PANAH_DATA": str(cwd / "data"), "TMPDIR": str(cwd), "NO_COLOR": "1"}
    command = [*PANAH, "bundle", *map(str, arguments)]
    return subprocess.run(command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=120, **more)  # type: ignore[call-overload, no-any-return]


def created(desk: Path, *more: object) -> subprocess.CompletedProcess[str]:
    return panah("create", "letter.txt", "empty.bin", "--to", TO, "--out", "b.zip", *more, cwd=desk)


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    assert done.stdout == ""
    (line,) = done.stderr.splitlines()
    assert line.startswith("panah bundle: ")
    assert not line.endswith(".")
    return line


def test_create_then_verify(desk: Path) -> None:
    done = created(desk)
    assert done.returncode == 0, done.stderr
    assert "2 originals sealed, 6 custody lines" in done.stdout
    assert stat.S_IMODE((desk / "data/signer.key").stat().st_mode) == 0o600
    assert sorted(path.name for path in desk.iterdir()) == ["b.zip", "data", "empty.bin", "key.txt", "letter.txt"]
    closed = panah("verify", "b.zip", cwd=desk)
    assert closed.returncode == 0
    assert "not opened" in closed.stdout
    opened = panah("verify", "b.zip", "--identity", "key.txt", cwd=desk)
    assert opened.returncode == 0
    assert "2 originals in the custody log" in opened.stdout
    assert CANARY not in opened.stdout + opened.stderr
    assert sorted(path.name for path in desk.iterdir()) == ["b.zip", "data", "empty.bin", "key.txt", "letter.txt"]


def test_json_for_machines(desk: Path) -> None:
    made = json.loads(created(desk, "--json").stdout)
    assert made["size_bytes"] == (desk / "b.zip").stat().st_size
    found = json.loads(panah("verify", "b.zip", "--identity", "key.txt", "--json", cwd=desk).stdout)
    assert found["verified"] is True
    assert found["manifest"] == made["manifest"]
    assert [item["evidence"]["file_name"] for item in found["items"]] == ["letter.txt", "empty.bin"]
    (desk / "b.zip").write_bytes((desk / "b.zip").read_bytes()[:-1])
    failed = panah("verify", "b.zip", "--json", cwd=desk)
    assert failed.returncode == 1
    told = json.loads(failed.stdout)
    assert told["verified"] is False
    assert told["problems"][0]["kind"] == "Altered"


def test_the_signer_stays_the_same_and_can_be_compared(desk: Path) -> None:
    first = json.loads(created(desk, "--json").stdout)
    again = json.loads(created(desk, "--replace", "--json").stdout)
    assert first["manifest"]["signer_sha256"] == again["manifest"]["signer_sha256"]
    public = subprocess.run(
        ["openssl", "pkey", "-in", desk / "data/signer.key", "-pubout"], capture_output=True, check=True
    ).stdout
    (desk / "sender.pem").write_bytes(public)
    assert panah("verify", "b.zip", "--signer", "sender.pem", cwd=desk).returncode == 0
    subprocess.run(["openssl", "genpkey", "-algorithm", "ed25519", "-out", desk / "other.key"], check=True)
    (desk / "other.key").chmod(0o600)
    assert created(desk, "--replace", "--signer", "other.key").returncode == 0
    done = panah("verify", "b.zip", "--signer", "sender.pem", cwd=desk)
    assert done.returncode == 1
    assert "another key than the one you gave" in one_line(done)


def test_an_earlier_checkpoint_is_compared(desk: Path) -> None:
    created(desk)
    subprocess.run([sys.executable, "-m", "zipfile", "-e", "b.zip", "out"], cwd=desk, check=True)
    done = panah("verify", "b.zip", "--checkpoint", "out/checkpoint", cwd=desk)
    assert done.returncode == 0
    assert "continues the earlier checkpoint of 6 lines" in done.stdout
    created(desk, "--replace")
    done = panah("verify", "b.zip", "--checkpoint", "out/checkpoint", cwd=desk)
    assert done.returncode == 1
    assert "custody.jsonl: lines 1 to 6 are not those that were signed" in one_line(done)


@pytest.mark.parametrize(("at", "place"), [(0.5, "contents.tar.age"), (0.999, "byte")])
def test_a_changed_byte_is_told_with_its_place(desk: Path, at: float, place: str) -> None:
    created(desk)
    data = bytearray((desk / "b.zip").read_bytes())
    data[int(len(data) * at)] ^= 1
    (desk / "b.zip").write_bytes(data)
    done = panah("verify", "b.zip", cwd=desk)
    assert done.returncode == 1
    assert place in one_line(done)


def test_all_that_is_wrong_in_a_folder_is_told(desk: Path) -> None:
    created(desk)
    subprocess.run([sys.executable, "-m", "zipfile", "-e", "b.zip", "out"], cwd=desk, check=True)
    assert panah("verify", "out", cwd=desk).returncode == 0
    (desk / "out/VERIFY.txt").write_text("trust me")
    (desk / "out/verify.sh").unlink()
    done = panah("verify", "out", cwd=desk)
    assert done.returncode == 1
    assert [line.split(": ")[1] for line in done.stderr.splitlines()] == ["out, VERIFY.txt", "out, verify.sh"]


def test_the_wrong_key_is_exit_1_and_no_key_file_too(desk: Path) -> None:
    created(desk)
    (desk / "wrong.txt").write_text(str(pyrage.x25519.Identity.generate()))
    done = panah("verify", "b.zip", "--identity", "wrong.txt", cwd=desk)
    assert done.returncode == 1
    assert "no key of ours opens it" in one_line(done)
    (desk / "wrong.txt").write_text("AGE-SECRET-KEY-1OOPS")
    done = panah("verify", "b.zip", "--identity", "wrong.txt", cwd=desk)
    assert done.returncode == 1
    assert "OOPS" not in one_line(done)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("verify", "missing.zip"), "missing.zip: no such file"),
        (("verify", "letter.txt"), "letter.txt: this is no bundle"),
        (("verify", "empty.bin"), "empty.bin: this is no bundle"),
        (("verify", "b.zip", "--identity", "missing.txt"), "missing.txt: no such file"),
        (("verify",), "missing argument"),
        (("create", "missing.txt", "--to", TO, "--out", "c.zip"), "missing.txt: no such file"),
        (("create", "data", "--to", TO, "--out", "c.zip"), "data: this is a folder"),
        (("create", "letter.txt", "--to", "age1oops", "--out", "c.zip"), "recipient 1 is not an age recipient"),
        (("create", "letter.txt", "--out", "c.zip"), "missing option '--to'"),
        (("create", "--to", TO, "--out", "c.zip"), "missing argument"),
        (("create", "letter.txt", "--to", TO, "--out", "none/c.zip"), "no such folder"),
        (("create", "letter.txt", "--to", TO, "--out", "b.zip"), "this file exists"),
        (("create", "letter.txt", "--to", TO, "--out", "data"), "cannot go there"),
        (
            ("create", "letter.txt", "--to", TO, "--out", "letter.txt", "--replace"),
            "cannot go there",
        ),
        (
            ("create", "letter.txt", "--to", TO, "--out", "c.zip", "--signer", "letter.txt"),
            "key",
        ),
        (("unseal",), "no such command"),
    ],
)
def test_bad_input_is_one_line_and_exit_2_and_leaves_nothing(desk: Path, arguments: tuple[str, ...], said: str) -> None:
    created(desk)
    before = {path: path.stat().st_mtime_ns for path in desk.rglob("*")}
    done = panah(*arguments, cwd=desk)
    assert done.returncode == 2, done.stderr
    assert said in one_line(done)
    assert CANARY not in done.stderr
    assert {path: path.stat().st_mtime_ns for path in desk.rglob("*")} == before


def test_a_full_disk_leaves_nothing(desk: Path) -> None:
    """A limit on the size of files stands for the disk: the kernel refuses to write further."""
    (desk / "large.bin").write_bytes(os.urandom(3_000_000))

    def small() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (1_000_000, 1_000_000))

    done = panah("create", "large.bin", "--to", TO, "--out", "b.zip", cwd=desk, preexec_fn=small)
    assert done.returncode == 2
    assert "b.zip: cannot write: file too large" in one_line(done)
    assert sorted(path.name for path in desk.iterdir()) == ["data", "empty.bin", "key.txt", "large.bin", "letter.txt"]


def test_ctrl_c_leaves_nothing(desk: Path) -> None:
    with (desk / "large.bin").open("wb") as stream:
        stream.truncate(1 << 30)
    arguments = ["create", "large.bin", "--to", TO, "--out", "b.zip", "--data", "data"]
    process = subprocess.Popen([*PANAH, "bundle", *arguments], cwd=desk, stderr=subprocess.PIPE, text=True)
    for _ in range(1000):
        if list(desk.glob(".b.zip.part-*")):
            break
        time.sleep(0.02)
    process.send_signal(signal.SIGINT)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 2
    assert "nothing half-written was kept" in said
    assert not [path for path in desk.iterdir() if "zip" in path.name]


@pytest.mark.parametrize("option", ["--out", "--data"])
def test_a_folder_that_cannot_be_written_to_is_one_line(desk: Path, option: str) -> None:
    """Not even root can make a file in ``/proc``."""
    places = {"--out": "b.zip", "--data": "data"} | {option: "/proc/b.zip"}
    arguments = [word for pair in places.items() for word in pair]
    done = panah("create", "letter.txt", "--to", TO, *arguments, cwd=desk)
    assert done.returncode == 2
    assert "/proc/b.zip" in one_line(done)
    assert not (desk / "b.zip").exists()


def test_the_contents_open_with_age_alone(desk: Path) -> None:
    if shutil.which("age") is None:
        pytest.skip("the age program is not installed (apt install age)")
    created(desk)
    subprocess.run([sys.executable, "-m", "zipfile", "-e", "b.zip", "out"], cwd=desk, check=True)
    done = subprocess.run(
        "age -d -i key.txt out/contents.tar.age | tar xf - -O items/0001.txt", shell=True, cwd=desk, capture_output=True
    )
    assert done.stdout.decode() == CANARY


def test_the_help_names_both_commands() -> None:
    done = subprocess.run([*PANAH, "bundle", "--help"], capture_output=True, text=True)
    assert done.returncode == 0
    assert "create" in done.stdout
    assert "verify" in done.stdout
