"""Invariant 1 over HTTP: a canary in every entrance of both doors, and then every byte that the machine kept is read.

On SQLite: the data folder with its journal, the temp folder, a backup, the environment, mail, all that the processes said. On PostgreSQL
(``tools/with_postgres.py``): the server's own folder too, with its write-ahead log and its log file. The control run
puts the defaults back that Panah replaces; it must find them, or the scanner is blind.
"""

from __future__ import annotations

import base64
import contextlib
import json
import os
import subprocess
import sys
import urllib.parse
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from canary_scanner import where_found

SCRIPT = Path(__file__).parents[1] / "support" / "entrances_at_rest.py"
POSTGRESQL = os.environ.get("PANAH_TEST_DATABASE_URL", "")


def spellings(word: str) -> Iterator[bytes]:
    raw = word.encode()
    quoted = "".join(f"%{byte:02x}" for byte in raw).encode()
    clears = (raw, raw.upper(), raw.swapcase(), raw[::-1], word.encode("utf-16-le"), word.encode("utf-16-be"))
    for clear in (*clears, word.encode("utf-32-le"), quoted, quoted.upper()):
        yield clear
        yield clear.hex().encode()
    for offset in range(3):
        yield base64.b64encode(b"\x00" * offset + raw)[4:-4]
    yield zlib.compress(raw)[2:-4]
    if word.isdigit() and len(word) % 4 == 0:  # a code as it is written down
        groups = [word[at : at + 4] for at in range(0, len(word), 4)]
        yield from (" ".join(groups).encode(), "-".join(groups).encode())


def server_folder() -> Path:
    """The throw-away server's folder, out of its address."""
    return Path(urllib.parse.unquote(urllib.parse.urlsplit(POSTGRESQL).netloc.rpartition("@")[2]))


def run_sql(statement: str, database: str = "postgres") -> None:
    import psycopg

    with psycopg.connect(host=str(server_folder()), user="postgres", dbname=database, autocommit=True) as connection:
        connection.execute(statement)


def lived(folder: Path, *options: str) -> tuple[dict[str, str], dict[str, bytes]]:
    """The canaries, and everything that was kept: file -> bytes, and what the process said."""
    for name in ("data", "tmp"):
        (folder / name).mkdir()
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PANAH_", "DJANGO_"))}
    database = f"canary_{folder.name[-12:].replace('-', '_')}".lower()
    address = ""
    if POSTGRESQL:
        run_sql(f'CREATE DATABASE "{database}"')
        address = f"{POSTGRESQL.rpartition('/')[0]}/{database}"
    environment |= {"DATABASE_URL": address, "TMPDIR": str(folder / "tmp"), "PANAH_LOG_LEVEL": "INFO"}
    planted, said = {}, b""
    for door in ((), ("--front",)):
        done = subprocess.run(
            [sys.executable, str(SCRIPT), str(folder / "data"), *door, *options],
            env=environment,
            cwd=folder,
            capture_output=True,
            timeout=200,
        )
        assert done.returncode == 0, done.stderr.decode()[-4000:]
        planted |= {
            f"{place}{' (front)' * bool(door and place == 'error path')}": word
            for place, word in json.loads(done.stdout.decode()).items()
        }
        said += done.stderr
    roots = [folder]
    if POSTGRESQL:
        run_sql("CHECKPOINT")
        roots.append(server_folder())
    kept = {}
    # another worker's database may be dropped meanwhile: os.walk passes over a folder that is gone
    walked = (Path(folder) / name for root in roots for folder, _, names in os.walk(root) for name in names)
    for path in (path for path in walked if path.is_file()):
        with contextlib.suppress(FileNotFoundError):  # the server recycles its write-ahead log
            kept[str(path)] = path.read_bytes() + b"\n" + path.name.encode()
    if POSTGRESQL:
        run_sql(f'DROP DATABASE "{database}"')
    return planted, {**kept, "what the process said": said}


def found_in(planted: dict[str, str], kept: dict[str, bytes]) -> dict[str, set[str]]:
    return where_found({place: spellings(word) for place, word in planted.items()}, kept)


@pytest.mark.slow
def test_no_canary_of_any_entrance_is_kept_anywhere(tmp_path: Path) -> None:
    planted, kept = lived(tmp_path)
    assert found_in(planted, kept) == {}
    assert len(planted) >= 48
    names = {Path(name).name for name in kept}
    assert {"environ", "environ-front"} <= names
    assert any("backup" in Path(name).parts and name.endswith(".age") for name in kept)
    assert not any("mail" in Path(name).parts for name in kept), "nothing was mailed"
    assert any("pg_wal" in name for name in kept) if POSTGRESQL else any(name.endswith("-wal") for name in kept)
    assert b"RuntimeError" in kept["what the process said"], "the error was told, without what was sent"


@pytest.mark.slow
def test_with_the_defaults_back_they_are_found(tmp_path: Path) -> None:
    """The control: clear spool files, readable sessions, reports with local variables, rows without sealing."""
    planted, kept = lived(tmp_path, "--clear")
    found = found_in(planted, kept)
    assert {"small file", "large file", "session", "error path", "evidence", "evidence name"} <= set(found)
    assert any("tmp" in Path(name).parts for name in found["large file"]), "Django's own handler leaves it there"
    assert "what the process said" in found["error path"]
    assert any("mail" in Path(name).parts for name in found["error path"]), "an error is mailed with all there is"
    assert {"exif", "front file name", "front large file", "question what", "front message"} <= set(found)
    database = "data" if POSTGRESQL else "panah.sqlite3"
    assert any(database in name for name in found["session"])
