"""Real servers on prepared data folders, for tests with a real browser (and to look at the pages by hand).

``python tests/support/browser_site.py DATA`` fills a folder with an organisation and two members.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

PANAH = Path(sys.executable).with_name("panah")
EMAIL = "ada@example.org"
PASSWORD = "four words are enough here"


@dataclass(frozen=True)
class Site:
    """A running ``panah serve``: addresses without a slash at the end, and who can sign in."""

    desk: str
    front: str
    data: Path
    email: str = EMAIL
    password: str = PASSWORD
    set_up: str = ""


def clean_environment(address: str = "") -> dict[str, str]:
    """Without what tests or the developer set for Panah and Django; with the address of the database, if there is one."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PANAH", "DJANGO", "DATABASE"))}
    return kept | ({"DATABASE_URL": address} if address else {})


def free_port() -> int:
    """A port that nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served(data: Path, email: str = EMAIL, password: str = PASSWORD, address: str = "") -> Iterator[Site]:
    """``panah serve`` on a folder, stopped at the end; on SQLite, or on the PostgreSQL database at the address."""
    desk, front = free_port(), free_port()
    command = [str(PANAH), "serve", "--data", str(data), "--port", str(desk), "--public-port", str(front)]
    process = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=clean_environment(address))
    assert process.stderr is not None
    told = ""
    try:
        while "stop with Ctrl-C" not in told:
            line = process.stderr.readline()
            assert line, f"panah serve ended: {told}"
            told += line
        link = re.search(r"http://localhost:\d+/setup/\S+", told)
        yield Site(
            f"http://localhost:{desk}", f"http://localhost:{front}", data, email, password, link[0] if link else ""
        )
    finally:
        process.terminate()
        process.wait(20)


def fill(data: Path, address: str = "") -> None:
    """Make an organisation with an administrator and a colleague, in a process of its own."""
    subprocess.run([sys.executable, __file__, str(data)], check=True, env=clean_environment(address), timeout=120)


def main(data: Path) -> None:
    """What :func:`fill` runs."""
    from panah.web.config import boot

    boot(data, "desk", migrate=True)
    from panah.web.accounts import actions

    first = actions.set_up(organisation="Example Association", name="Ada Example", email=EMAIL, password=PASSWORD)
    actions.add_member(first, name="ئايگۈل مىسال", email="aygul@example.org", password=PASSWORD)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
