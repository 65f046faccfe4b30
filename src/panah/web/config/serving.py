"""Starts both doors and the thread that does long work; stops them together.

Each door is its own process with its own addresses, sessions and templates: what breaks into the public one finds no
session of a member in its memory.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Final

from panah.errors import NotConfigured
from panah.web.config import boot

START_WITHIN_S: Final = 60.0
STOP_WITHIN_S: Final = 12.0
LOOK_EVERY_S: Final = 0.1


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the doors are, and the set-up link at the first run."""

    desk: str
    front: str
    set_up: str | None = None


def serve(
    data_dir: str | os.PathLike[str],
    desk_port: int = 8000,
    front_port: int = 8001,
    *,
    host: str = "127.0.0.1",
    on_ready: Callable[[Addresses], None] | None = None,
) -> int:
    """Serve one data folder until SIGINT or SIGTERM.

    Args:
        data_dir: The data folder; its database is brought up to date first.
        desk_port: Where members sign in.
        front_port: Where everybody reads; another port.
        host: The address to listen on; the default is reached from this machine only.
        on_ready: Called once, when both doors answer.

    Returns:
        0 when it was asked to stop.

    Raises:
        NotConfigured: A port is taken, a setting is wrong, the folder is served already, or a door does not start.
    """
    if desk_port == front_port:
        raise NotConfigured("both doors have the same port", where=str(desk_port), hint="choose another --public-port")
    for port in (desk_port, front_port):
        check_free(host, port)
    boot(data_dir, "desk", migrate=True)
    from django.conf import settings

    with _served_once(settings.PANAH_DATA), _asked_to_stop() as asked, contextlib.ExitStack() as running:
        doors = [
            running.enter_context(_door(door, host, port))
            for door, port in (("desk", desk_port), ("front", front_port))
        ]
        running.enter_context(_long_work())
        running.enter_context(_mail_in())
        running.enter_context(_canaries())
        for port, process in zip((desk_port, front_port), doors, strict=True):
            if not _answers(host, port, process, asked):
                return 0
        if on_ready:
            on_ready(_addresses(host, desk_port, front_port))
        _watch(doors, asked)
    return 0


def check_free(host: str, port: int) -> None:
    """Refuse a port that cannot be listened on.

    Raises:
        NotConfigured: It is taken, not ours to use, or the address is not of this machine.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except (OSError, OverflowError) as error:
            taken = isinstance(error, OSError) and error.errno == errno.EADDRINUSE
            raise NotConfigured(
                "the port is taken" if taken else "the port cannot be listened on",
                where=f"{host}:{port}",
                hint="choose others with --port and --public-port",
            ) from error


def _addresses(host: str, desk_port: int, front_port: int) -> Addresses:
    from panah.web.accounts.first_run import new_token

    # passkeys are bound to a name, never to a number: on this machine, say the name
    shown = "localhost" if host in {"127.0.0.1", "::1", "0.0.0.0"} else host  # noqa: S104 - compared, not bound
    desk, token = f"http://{shown}:{desk_port}/", new_token()
    return Addresses(desk, f"http://{shown}:{front_port}/", f"{desk}setup/{token}/" if token else None)


@contextlib.contextmanager
def _served_once(folder: Path) -> Iterator[None]:
    with (folder / ".serve.lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise NotConfigured(
                "this folder is served already", where=str(folder), hint="stop the other one, or use --data DIR"
            ) from error
        yield


@contextlib.contextmanager
def _asked_to_stop() -> Iterator[threading.Event]:
    """An event that SIGINT and SIGTERM set; a second Ctrl-C has its usual effect."""
    asked = threading.Event()

    def stop(number: int, _frame: FrameType | None) -> None:
        asked.set()
        signal.signal(number, before[number])

    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    for number in before:
        signal.signal(number, stop)
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def _door(door: str, host: str, port: int) -> Iterator[subprocess.Popen[bytes]]:
    environment = {**os.environ, "DJANGO_SETTINGS_MODULE": f"panah.web.config.{door}"}
    command = [sys.executable, "-m", "panah.web.config.door_process", door, host, str(port)]
    # its own session: Ctrl-C reaches us only, and we stop the doors in order
    process = subprocess.Popen(command, stdin=subprocess.PIPE, env=environment, start_new_session=True)  # noqa: S603
    try:
        yield process
    finally:
        process.terminate()
        try:
            process.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        if process.stdin:
            process.stdin.close()


@contextlib.contextmanager
def _long_work() -> Iterator[None]:
    from panah.web.base.jobs import consumer

    worker = consumer()
    worker.start()
    try:
        yield
    finally:
        worker.stop(graceful=False)


def _mail_in() -> contextlib.AbstractContextManager[None]:
    """The mailbox, when one is configured."""
    from django.conf import settings

    from panah.web.intake.mail_in import MailSettings, watched

    return watched(MailSettings(**settings.PANAH_MAIL) if settings.PANAH_MAIL else None)


def _canaries() -> contextlib.AbstractContextManager[None]:
    """The job that tells of canary records that were opened."""
    from panah.web.intake.canaries import watched

    return watched()


def _answers(host: str, port: int, process: subprocess.Popen[bytes], asked: threading.Event) -> bool:
    """Wait until the door answers; False when we were asked to stop meanwhile."""
    until = time.monotonic() + START_WITHIN_S
    while time.monotonic() < until:
        if asked.is_set():
            return False
        if process.poll() is not None:
            break
        connection = http.client.HTTPConnection("127.0.0.1" if host == "0.0.0.0" else host, port, timeout=5)  # noqa: S104
        try:
            connection.request("GET", "/preferences/theme/", headers={"Host": "localhost"})
            connection.getresponse()
        except (OSError, http.client.HTTPException):
            asked.wait(LOOK_EVERY_S)
        else:
            return True
        finally:
            connection.close()
    raise NotConfigured("the door did not start", where=f"{host}:{port}", hint="read the lines above")


def _watch(doors: list[subprocess.Popen[bytes]], asked: threading.Event) -> None:
    while not asked.wait(1.0):
        if any(process.poll() is not None for process in doors):
            raise NotConfigured(
                "a door ended unasked", where="panah serve", hint="start it again; read the lines above"
            )
