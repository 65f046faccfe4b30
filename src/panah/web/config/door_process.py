"""One door's server process: ``python -m panah.web.config.door_process DOOR HOST PORT``.

It ends when it is told to (SIGTERM), and also when the process that started it is gone: that one holds the other end
of our standard input.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
from typing import Final

from panah.web.config import keep_private

THREADS: Final = 4
BACKLOG: Final = 256


def run(door: str, host: str, port: int) -> None:
    """Serve until stopped. The access log stays off: who read what is in the cases' own log, sealed."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    threading.Thread(target=_end_with_parent, daemon=True).start()
    Granian(
        f"panah.web.config.{door}_wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=THREADS,
        backlog=BACKLOG,
        websockets=False,
        log_level=LogLevels.error,
        log_access=False,
        workers_kill_timeout=10,
    ).serve()


def _end_with_parent() -> None:
    while os.read(sys.stdin.fileno(), 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)


if __name__ == "__main__":
    keep_private()
    run(sys.argv[1], sys.argv[2], int(sys.argv[3]))
