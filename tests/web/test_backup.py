"""The drill: a real installation is backed up, lost, restored and used again, by processes, on whichever database the suite
runs. What is cut, flipped, foreign or too old is refused in one line and leaves nothing; so do a kill and a full disk."""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pyrage
import pytest
from ops_installation import clean_environment, installation
from real_process import PANAH

from panah.backup.landing import MARK

pytestmark = pytest.mark.slow
SERVER = os.environ.get("PANAH_TEST_DATABASE_URL", "")
identity = pyrage.x25519.Identity.generate()
RECIPIENT = str(identity.to_public())


def new_database(name: str) -> str:
    """The address of an empty PostgreSQL database; empty where the suite runs on SQLite."""
    if not SERVER:
        return ""
    import psycopg

    with psycopg.connect(SERVER, autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {name}")
        server.execute(f"CREATE DATABASE {name}")
    return urlsplit(SERVER)._replace(path=f"/{name}").geturl()


def tables(address: str) -> set[str]:
    import psycopg

    with psycopg.connect(address) as connection:
        found = connection.execute("SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace")
        functions = connection.execute("SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace")
        return {name for (name,) in [*found.fetchall(), *functions.fetchall()]}


@dataclass
class Made:
    """An installation, its backups, and what was kept elsewhere."""

    data: Path
    address: str
    main: Path
    keys: Path
    note: Path
    identity: Path
    items: list[str]
    later_note: Path
    """Of a checkpoint that was signed after the backup."""
    signer: Path


def panah(address: str, *words: object) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [PANAH, *map(str, words)],
        capture_output=True,
        text=True,
        check=False,
        env=clean_environment(address),
        timeout=200,
    )


def back_up(data: Path, address: str, target: Path) -> tuple[Path, Path]:
    target.mkdir(exist_ok=True)
    done = panah(address, "backup", target, "--data", data, "--to", RECIPIENT, "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    return Path(told["main"]), Path(told["keys"])


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("drill")
    address = new_database("panah_drill")
    data = folder / "panah"
    told = installation("make", data, address=address)
    main, keys = back_up(data, address, folder / "backups")
    for name, text in (("note", told["note"]), ("identity", str(identity))):
        (folder / name).write_text(text)
    subprocess.run(
        ["openssl", "pkey", "-in", data / "signer.key", "-pubout", "-out", folder / "signer.pem"], check=True
    )
    installation("use", data, address=address)  # life goes on, and signs another checkpoint
    (folder / "later").write_bytes(newest_note(data, address))
    return Made(
        data,
        address,
        main,
        keys,
        folder / "note",
        folder / "identity",
        told["items"],
        folder / "later",
        folder / "signer.pem",
    )


def newest_note(data: Path, address: str) -> bytes:
    question = "SELECT note FROM evidence_checkpoint ORDER BY size DESC LIMIT 1"
    if address:
        import psycopg

        with psycopg.connect(address) as connection:
            return str(connection.execute(question).fetchone()[0]).encode()  # type: ignore[index]
    import sqlite3

    connection = sqlite3.connect(data / "panah.sqlite3")
    with contextlib.closing(connection):
        return str(connection.execute(question).fetchone()[0]).encode()


def restoring(
    made: Made, into: Path, *more: object, address: str = "", main: Any = None, keys: Any = None
) -> list[str]:
    words = ["restore", main or made.main, keys or made.keys, "--into", into, "--identity", made.identity, *more]
    return [str(word) for word in words]


def test_lost_restored_and_used_again(made: Made, tmp_path: Path) -> None:
    """Two members sign in and open what was theirs; keys of an older version are changed; the log verifies."""
    address = new_database("panah_again")
    done = panah(
        address, *restoring(made, tmp_path / "new", "--checkpoint", made.note, "--signer", made.signer, "--json")
    )
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["keys"], told["compared"], told["missing"]) == (True, True, [])
    used = installation("use", tmp_path / "new", address=address)
    assert used["items"] == made.items
    assert len(used["by_colleague"]) == 1
    assert used["versions"] == [1, 2]
    assert (used["old_file_keys"], used["old_file_keys_left"]) == (1, 0)
    assert used["custody_lines"] > told["custody_lines"]
    found = panah(address, "doctor", "--data", tmp_path / "new", "--json", "--checkpoint", made.note, "--quick")
    states = {check["name"]: check["state"] for check in json.loads(found.stdout)["checks"]}
    wanted = ("readable", "triggers", "migrations", "custody", "checkpoint", "missing_files", "signer_key")
    assert {name: states[name] for name in wanted} == dict.fromkeys(wanted, "well")


def test_without_the_key_set_nobody_opens_anything(made: Made, tmp_path: Path) -> None:
    address = new_database("panah_again")
    words = ["restore", made.main, "--into", tmp_path / "new", "--identity", made.identity]
    assert panah(address, *words).returncode == 0
    used = installation("use", tmp_path / "new", address=address)
    assert used["items"] == used["by_colleague"] == []
    assert used["custody_lines"] > 10


def test_standard_tools_open_and_verify_it(made: Made, tmp_path: Path) -> None:
    """The commands of docs/how-to/back-up.md, "Without Panah"."""
    script = """
        age -d -i "$IDENTITY" "$MAIN" | tar x && sha256sum --quiet -c SHA256SUMS
        openssl pkeyutl -verify -pubin -inkey signer.pem -rawin -in SHA256SUMS -sigfile SHA256SUMS.sig
        cmp signer.pem "$SIGNER"
        test -s database/000001 -a -s files/secret.key
    """
    environment = os.environ | {"IDENTITY": str(made.identity), "MAIN": str(made.main), "SIGNER": str(made.signer)}
    done = subprocess.run(["bash", "-euo", "pipefail", "-c", script], cwd=tmp_path, env=environment, check=False)
    assert done.returncode == 0


def cut(content: bytes) -> bytes:
    return content[: len(content) * 2 // 3]


def flipped(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


SPOILT: dict[str, Callable[[bytes], bytes]] = {"cut": cut, "flipped": flipped, "empty": lambda _content: b""}


def refused(made: Made, tmp_path: Path, words: list[str], address: str) -> str:
    """The one line; and that nothing is there, hidden or not."""
    before = sorted(tmp_path.iterdir())
    done = panah(address, *words)
    assert done.returncode in {1, 2}, done.stdout
    assert done.stdout == ""
    assert len(done.stderr.splitlines()) == 1, done.stderr
    assert sorted(tmp_path.iterdir()) == before
    if address:
        assert tables(address) == set()
    return done.stderr


@pytest.mark.parametrize("which", ["main", "keys"])
@pytest.mark.parametrize("harm", SPOILT)
def test_a_spoilt_set_is_refused(made: Made, tmp_path: Path, which: str, harm: str) -> None:
    spoilt = tmp_path / "spoilt"
    spoilt.write_bytes(SPOILT[harm](getattr(made, which).read_bytes()))
    refused(made, tmp_path, restoring(made, tmp_path / "new", **{which: spoilt}), new_database("panah_refused"))


def test_a_backup_older_than_a_checkpoint_that_was_kept_is_refused(made: Made, tmp_path: Path) -> None:
    words = restoring(made, tmp_path / "new", "--checkpoint", made.later_note)
    told = refused(made, tmp_path, words, new_database("panah_refused"))
    assert "lines that were signed are missing" in told


def test_a_foreign_backup_is_refused(made: Made, tmp_path: Path) -> None:
    """Whoever knows the recipient can make a backup: the signer that was kept elsewhere tells, and so does the checkpoint."""
    stranger = tmp_path / "stranger"
    their_address = new_database("panah_stranger")
    installation("make", stranger, address=their_address)
    main, keys = back_up(stranger, their_address, tmp_path / "theirs")
    address = new_database("panah_refused")
    for more in (["--signer", made.signer], ["--checkpoint", made.note]):
        refused(made, tmp_path, restoring(made, tmp_path / "new", *more, main=main, keys=keys), address)
    told = refused(made, tmp_path, restoring(made, tmp_path / "new", keys=keys), address)
    assert "different installations" in told or "does not fit" in told  # rows that point at no member of this one


def test_the_wrong_key_and_the_wrong_order_are_refused(made: Made, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.write_text(str(pyrage.x25519.Identity.generate()))
    address = new_database("panah_refused")
    words = ["restore", made.main, made.keys, "--into", tmp_path / "new", "--identity", other]
    assert "no key of ours opens it" in refused(made, tmp_path, [str(word) for word in words], address)
    refused(made, tmp_path, restoring(made, tmp_path / "new", main=made.keys, keys=made.main), address)


def test_a_database_that_holds_something_is_not_touched(made: Made, tmp_path: Path) -> None:
    if not SERVER:
        pytest.skip("SQLite is a file in the new folder")
    before = tables(made.address)
    done = panah(made.address, *restoring(made, tmp_path / "new"))
    assert done.returncode == 2
    assert "holds something already" in done.stderr
    assert tables(made.address) == before


# --- killed, and out of room ------------------------------------------------------------------------------------------
LARGE_BYTES = 200_000_000


@pytest.fixture(scope="module")
def large(made: Made, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, Path]]:
    """The installation with a file so large that there is time to kill, and its backup."""
    path = made.data / "evidence" / f"{'e' * 32}.age"
    with path.open("wb") as stream:
        for _each in range(LARGE_BYTES // 10_000_000):
            stream.write(os.urandom(10_000_000))
    try:
        yield back_up(made.data, made.address, tmp_path_factory.mktemp("large"))
    finally:
        path.unlink()


def killed_when(command: list[str], address: str, is_time: Callable[[], bool]) -> None:
    process = subprocess.Popen([PANAH, *command], env=clean_environment(address), stderr=subprocess.DEVNULL)
    until = time.monotonic() + 120
    while not is_time():
        assert process.poll() is None, "it was too fast to be killed"
        assert time.monotonic() < until
        time.sleep(0.002)
    process.send_signal(signal.SIGKILL)
    process.wait()


def test_a_backup_that_is_killed_leaves_none(made: Made, large: Any, tmp_path: Path) -> None:
    words = ["backup", str(tmp_path), "--data", str(made.data), "--to", RECIPIENT]

    def half_done() -> bool:
        return any(path.stat().st_size > LARGE_BYTES // 10 for path in tmp_path.glob(".*main.age.part-*"))

    killed_when(words, made.address, half_done)
    left = sorted(path.name for path in tmp_path.iterdir())
    assert left
    assert all(name.startswith(".panah-") for name in left), "neither set has its name"
    for path in tmp_path.iterdir():
        assert path.read_bytes().startswith(b"age-encryption.org/v1\n"), "what is left is sealed"
        os.utime(path, (1, 1))
    back_up(made.data, made.address, tmp_path)
    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".age", ".age"], (
        "the next one took away what was left"
    )


def test_a_restore_that_is_killed_leaves_none_and_can_be_begun_anew(made: Made, large: Any, tmp_path: Path) -> None:
    address, (main, keys) = new_database("panah_killed"), large
    words = restoring(made, tmp_path / "new", main=main, keys=keys)

    def half_done() -> bool:
        return any(path.stat().st_size > LARGE_BYTES // 10 for path in tmp_path.glob(".new.restoring-*/evidence/e*"))

    killed_when(words, address, half_done)
    assert not (tmp_path / "new").exists()
    if address:
        assert MARK in tables(address)
        start = f"from panah.web.config import boot; boot({str(tmp_path / 'other')!r}, migrate=True)"
        done = subprocess.run(
            [sys.executable, "-c", start], env=clean_environment(address), capture_output=True, text=True, check=False
        )
        assert "a restore into this database did not end" in done.stderr, "nothing starts on what was not verified"
    done = panah(address, *words)
    assert done.returncode == 0, done.stderr
    assert [path.name for path in tmp_path.iterdir() if path.name.startswith(".new")] == []
    assert not address or MARK not in tables(address)
    digest = hashlib.sha256((made.data / "evidence" / f"{'e' * 32}.age").read_bytes()).hexdigest()
    restored = tmp_path / "new" / "evidence" / f"{'e' * 32}.age"
    assert hashlib.sha256(restored.read_bytes()).hexdigest() == digest


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 700 KB."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=700k", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(mount, capture_output=True, check=False).returncode:
        pytest.skip("needs root to mount a small disk")
    try:
        yield place
    finally:
        subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_is_one_line_and_leaves_nothing(made: Made, large: Any, small_disk: Path) -> None:
    for words in (
        ["backup", str(small_disk), "--data", str(made.data), "--to", RECIPIENT],
        restoring(made, small_disk / "new", main=large[0], keys=large[1]),
    ):
        address = made.address if words[0] == "backup" else new_database("panah_full")
        done = panah(address, *words)
        assert done.returncode == 2
        assert "the disk is full; free some space" in done.stderr, done.stderr
        assert len(done.stderr.splitlines()) == 1
        assert list(small_disk.iterdir()) == []
        assert words[0] == "backup" or not address or tables(address) == set()


def test_no_clear_byte_is_written_on_the_way(made: Made, large: Any, tmp_path: Path) -> None:
    """The whole time, the temp folder stays empty and the target holds nothing but age files."""
    temp, target = tmp_path / "temp", tmp_path / "target"
    temp.mkdir()
    target.mkdir()
    command = [PANAH, "backup", target, "--data", made.data, "--to", RECIPIENT]
    environment = clean_environment(made.address) | {"TMPDIR": str(temp)}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    heads: set[bytes] = set()
    while process.poll() is None:
        assert list(temp.iterdir()) == []
        for path in target.iterdir():
            with contextlib.suppress(FileNotFoundError), path.open("rb") as stream:
                heads.add(stream.read(21))
        time.sleep(0.01)
    assert process.returncode == 0
    assert heads <= {b"", b"age-encryption.org/v1"}
    assert b"age-encryption.org/v1" in heads
