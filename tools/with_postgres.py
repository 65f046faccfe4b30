"""Run a command with a throw-away PostgreSQL: ``python tools/with_postgres.py -- pytest tests/web``.

The cluster lives in a temp folder, listens on a socket in it and nowhere else, and is removed afterwards. The command
finds its address in PANAH_TEST_DATABASE_URL. As root it is started by the user ``postgres``, since the server refuses
root. Without PostgreSQL on this machine it says so in one line and ends with 0: CI installs it, see .ci/run.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

USER = "postgres"
START_WITHIN_S = 30
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "64MB",
    "max_connections": "40",
    # the server writes a log into its folder, as a real one does: the invariants look into it
    "logging_collector": "on",
    "log_directory": "log",
    # what docs/security-checklist.md asks of a real server, see web/base/database_settings.py
    "log_statement": "none",
    "log_min_error_statement": "panic",
    "log_parameter_max_length": "0",
    "log_parameter_max_length_on_error": "0",
}
"""PANAH_PG_LOG_EVERYTHING=1 overrides the last four: the control run, in which the log must tell."""
LOG_EVERYTHING = {
    "log_statement": "all",
    "log_min_error_statement": "error",
    "log_parameter_max_length": "-1",
    "log_parameter_max_length_on_error": "-1",
}


def programs() -> Path | None:
    """The newest installation's folder of programs."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3]))
    return found[-1].parent if found else None


def as_server_user(command: list[str]) -> list[str]:
    """The command, run by ``postgres`` when we are root."""
    return ["runuser", "-u", USER, "--", *command] if os.geteuid() == 0 else command


@contextlib.contextmanager
def cluster(bin_folder: Path) -> Iterator[str]:
    """A running server; gives its address."""
    folder = Path(tempfile.mkdtemp(prefix="panah-pg-"))
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, USER, USER)
        data = folder / "data"
        run([str(bin_folder / "initdb"), "-D", str(data), "-U", USER, "-A", "trust", "-E", "UTF8", "--no-sync"])
        chosen = SETTINGS | (LOG_EVERYTHING if os.environ.get("PANAH_PG_LOG_EVERYTHING") == "1" else {})
        options = [word for name, value in chosen.items() for word in ("-c", f"{name}={value}")]
        command = as_server_user([str(bin_folder / "postgres"), "-D", str(data), "-k", str(folder), *options])
        server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd=folder)
        try:
            wait_for(bin_folder, folder, server)
            yield f"postgres://{USER}@{quote(str(folder), safe='')}/{USER}"
        finally:
            stop(server, data)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run(command: list[str]) -> None:
    """Run one program of the server; its output is shown only when it fails."""
    done = subprocess.run(as_server_user(command), capture_output=True, text=True, cwd="/", check=False)
    if done.returncode:
        sys.exit(f"with_postgres: {Path(command[0]).name} failed: {done.stderr.strip().splitlines()[-1:]}")


def wait_for(bin_folder: Path, folder: Path, server: subprocess.Popen[bytes]) -> None:
    """Wait until the server takes connections."""
    until = time.monotonic() + START_WITHIN_S
    while time.monotonic() < until and server.poll() is None:
        ready = subprocess.run([str(bin_folder / "pg_isready"), "-q", "-h", str(folder)], check=False)
        if ready.returncode == 0:
            return
        time.sleep(0.1)
    sys.exit("with_postgres: the server did not start")


def stop(server: subprocess.Popen[bytes], data: Path) -> None:
    """Fast shutdown; the postmaster's own process id is in its folder (``runuser`` stands between us and it)."""
    with contextlib.suppress(OSError, ValueError):
        os.kill(int((data / "postmaster.pid").read_text().split()[0]), signal.SIGINT)
    try:
        server.wait(15)
    except subprocess.TimeoutExpired:
        server.kill()
        server.wait()


def main(arguments: list[str]) -> int:
    """Run the words after ``--``; returns the command's exit code."""
    command = arguments[1:] if arguments[:1] == ["--"] else arguments
    if not command:
        sys.exit("usage: python tools/with_postgres.py -- COMMAND …")
    bin_folder = programs()
    if bin_folder is None:
        print("with_postgres: PostgreSQL is not installed (apt-get install postgresql): skipped", file=sys.stderr)
        return 0
    with cluster(bin_folder) as address:
        environment = {**os.environ, "PANAH_TEST_DATABASE_URL": address}
        return subprocess.run(command, env=environment, check=False).returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
