"""One door's server process: ``python -m panah.web.config.door_process DOOR HOST PORT``.

It ends when it is told to (SIGTERM), and also when the process that started it is gone: that one holds the other end
of our standard input. Its worker, which answers the requests, ends with both of them.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from typing import Final

from panah.web.config import keep_private

THREADS: Final = 4
BACKLOG: Final = 256
STOP_WITHIN_S: Final = 10


def run(door: str, host: str, port: int) -> None:
    """Serve until stopped. The access log stays off: who read what is in the cases' own log, sealed."""
    from granian import Granian
    from granian.constants import Interfaces
    from granian.log import LogLevels

    _watch_parent(os.dup(sys.stdin.fileno()))
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
        workers_kill_timeout=STOP_WITHIN_S,
    ).serve()


def _watch_parent(pipe: int) -> None:
    """End when the other end of the pipe is gone. Granian's worker is a fork of this process and watches it too: when
    this process alone is killed nobody else would tell the worker, and it would go on answering, orphaned, for ever."""
    threading.Thread(target=_end_with_parent, args=(pipe,), daemon=True).start()
    os.register_at_fork(
        after_in_child=lambda: threading.Thread(target=_end_with_parent, args=(pipe,), daemon=True).start()
    )


def _end_with_parent(pipe: int) -> None:
    while os.read(pipe, 1):
        pass
    os.kill(os.getpid(), signal.SIGTERM)
    time.sleep(STOP_WITHIN_S)
    os._exit(1)


if __name__ == "__main__":
    keep_private()
    run(sys.argv[1], sys.argv[2], int(sys.argv[3]))
