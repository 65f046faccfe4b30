"""A real ``panah serve`` with browsers without a script: to be killed, filled and measured from outside."""

from __future__ import annotations

import contextlib
import http.client
import os
import re
import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlencode

from browser_site import EMAIL, PANAH, PASSWORD, clean_environment, fill, free_port
from own_database import own_database

ARGON2_MIB = 64
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="(\w+)"')
START_WITHIN_S = 90
Parts = dict[str, tuple[str, bytes, str]]
"""Field -> file name, bytes and media type."""


class Lost(OSError):
    """No answer came: the server is gone, or going."""


class Visitor:
    """One browser without a script: keeps its cookies; each question has a connection of its own."""

    def __init__(self, port: int, *, timeout_s: float = 120) -> None:
        self.port, self.timeout_s, self.cookies = port, timeout_s, {}

    def ask(self, method: str, path: str, body: bytes = b"", kind: str = "") -> tuple[int, str, bytes]:
        """Status, where it sends to, and the page.

        Raises:
            Lost: The whole answer did not come.
        """
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=self.timeout_s)
        headers = {"Host": "localhost", "Cookie": "; ".join(f"{k}={v}" for k, v in self.cookies.items())}
        if kind:
            headers["Content-Type"] = kind
        try:
            connection.request(method, path, body=body or None, headers=headers)
            answer = connection.getresponse()
            page = answer.read()
        except (OSError, http.client.HTTPException) as error:
            raise Lost(str(error)) from error
        finally:
            connection.close()
        for name, value in answer.getheaders():
            if name.lower() == "set-cookie":
                key, _, rest = value.partition("=")
                self.cookies[key] = rest.partition(";")[0]
        return answer.status, answer.headers.get("Location", ""), page

    def post(
        self, path: str, form: dict[str, str], parts: Parts | None = None, *, page: str = ""
    ) -> tuple[int, str, bytes]:
        """Send a form with the token of the page that it stands on (another one if ``page`` names it)."""
        shown = self.ask("GET", page or path)[2].decode()
        found = TOKEN.search(shown)
        if found is None:
            raise Lost("no form on the page")
        form = {"csrfmiddlewaretoken": found[1], **form}
        if parts is None:
            return self.ask("POST", path, urlencode(form).encode(), "application/x-www-form-urlencoded")
        return self.ask("POST", path, *multipart(form, parts))

    def sign_in(self, email: str = EMAIL, password: str = PASSWORD) -> bool:
        """Whether the door opened."""
        status, to, _page = self.post("/sign-in/", {"login": email, "password": password})
        return (status, to) == (302, "/")


def multipart(form: dict[str, str], parts: Parts) -> tuple[bytes, str]:
    """The body of a form with files, files first, and its media type."""
    edge = b"panah-test-boundary-7f3a"
    body = b"".join(
        b'--%s\r\nContent-Disposition: form-data; name="%s"; filename="%s"\r\nContent-Type: %s\r\n\r\n%s\r\n'
        % (edge, name.encode(), file_name.encode(), media.encode(), content)
        for name, (file_name, content, media) in parts.items()
    )
    fields = b"".join(
        b'--%s\r\nContent-Disposition: form-data; name="%s"\r\n\r\n%s\r\n' % (edge, name.encode(), value.encode())
        for name, value in form.items()
    )
    # the field "whole" has to come last: it says that nothing broke off
    return body + fields + b"--%s--\r\n" % edge, f"multipart/form-data; boundary={edge.decode()}"


@dataclass
class Server:
    """``panah serve`` on one folder; started and killed as often as wanted."""

    data: Path
    environment: dict[str, str] = field(default_factory=dict)
    desk: int = 0
    front: int = 0
    process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        """Start, and wait until both doors answer."""
        self.desk, self.front = free_port(), free_port()
        words = ["serve", "--data", self.data, "--port", self.desk, "--public-port", self.front]
        told = self.data.with_name(f"{self.data.name}.stderr")
        with told.open("wb") as out:
            self.process = subprocess.Popen(
                [str(PANAH), *map(str, words)], stderr=out, env=clean_environment() | self.environment
            )
        until = time.monotonic() + START_WITHIN_S
        while b"stop with Ctrl-C" not in told.read_bytes():
            if self.process.poll() is not None or time.monotonic() > until:
                raise AssertionError(f"panah serve did not start: {told.read_text()[-2000:]}")
            time.sleep(0.05)

    def family(self) -> list[int]:
        """The process and all below it."""
        assert self.process is not None
        parents = dict(_parents())
        found = [self.process.pid]
        for each in found:
            found += [number for number, parent in parents.items() if parent == each]
        return found

    def kill(self, also: Iterable[int] = ()) -> None:
        """SIGKILL to every process at once, doors and workers included; nothing can be tidied up.

        Args:
            also: Who was of the family before one of them was killed: its children are nobody's now.
        """
        family = list({*self.family(), *also})
        for number in family:
            with contextlib.suppress(ProcessLookupError):
                os.kill(number, signal.SIGKILL)
        assert self.process is not None
        self.process.wait()
        until = time.monotonic() + 20
        while any(_alive(number) for number in family) and time.monotonic() < until:
            time.sleep(0.01)

    def stop(self) -> None:
        """As an administrator would."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()
            self.process.wait(30)

    def cpu_s(self) -> float:
        """Processor time of all processes so far."""
        ticks = [_stat(number) for number in self.family()]
        return sum(int(fields[11]) + int(fields[12]) for fields in ticks if fields) / os.sysconf("SC_CLK_TCK")

    def memory_mib(self) -> float:
        """Resident memory of all processes now."""
        pages = [_stat(number) for number in self.family()]
        return sum(int(fields[21]) for fields in pages if fields) * os.sysconf("SC_PAGE_SIZE") / (1 << 20)


@contextlib.contextmanager
def serving(folder: Path, **environment: str) -> Iterator[Server]:
    """A filled folder, served until the block ends, on whichever database the suite runs."""
    with own_database(folder / "data") as address:
        fill(folder / "data", address)
        server = Server(folder / "data", {**environment, "DATABASE_URL": address})
        server.start()
        try:
            yield server
        finally:
            server.stop()


class Watched:
    """The highest memory of a server while the block runs, looked at every few milliseconds."""

    def __init__(self, server: Server) -> None:
        self.server, self.peak_mib = server, 0.0
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self) -> Watched:
        self._thread.start()
        return self

    def __exit__(self, *_error: object) -> None:
        self._ended.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._ended.wait(0.004):
            self.peak_mib = max(self.peak_mib, self.server.memory_mib())


def at_once(*works: Callable[[], object]) -> list[object]:
    """Run each in a thread of its own; their results, in their order. What one raises is raised here."""
    results: list[object] = [None] * len(works)
    raised: list[BaseException] = []

    def run(number: int) -> None:
        try:
            results[number] = works[number]()
        except BaseException as error:
            raised.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(len(works))]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if raised:
        raise raised[0]
    return results


def signed_in(server: Server) -> bool:
    """One member, by a new browser."""
    return Visitor(server.desk).sign_in()


def try_code(server: Server) -> int:
    """A reporter's code that is well formed and opens nothing; the status of the answer."""
    from panah.vault.receipt import Receipt

    return Visitor(server.front).post("/report/back/", {"code": "".join(Receipt.generate().groups)})[0]


def _parents() -> list[tuple[int, int]]:
    numbers = [int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit()]
    return [(number, int(fields[1])) for number in numbers if (fields := _stat(number))]


def _stat(number: int) -> list[str]:
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return []


def _alive(number: int) -> bool:
    fields = _stat(number)
    return bool(fields) and fields[0] != "Z"
