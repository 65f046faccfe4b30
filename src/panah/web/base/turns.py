"""Places that few may hold at a time, over all processes of one data folder: for work that takes much memory.

The places are locks on files, which the kernel gives back even when their holder is killed. Whoever waits stands at one
more lock, the turnstile, so that only the next in line looks for a free place and nobody is overtaken for long.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from panah.home import SECRET_FILE_MODE

LOOK_EVERY_S: Final = 0.01


@contextlib.contextmanager
def turn(folder: Path, name: str, places: int) -> Iterator[None]:
    """Hold one of ``places`` places while the block runs, waiting for it in a queue.

    Args:
        folder: The data folder; the lock files lie in it and stay empty.
        name: What the places are for.
        places: How many there are; the same number everywhere.
    """
    with _opened(folder / f".{name}-queue") as turnstile, contextlib.ExitStack() as held:
        fcntl.flock(turnstile, fcntl.LOCK_EX)
        files = [held.enter_context(_opened(folder / f".{name}-{number}")) for number in range(places)]
        while not any(_taken(file) for file in files):
            time.sleep(LOOK_EVERY_S)
        fcntl.flock(turnstile, fcntl.LOCK_UN)
        yield


def _taken(file: int) -> bool:
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextlib.contextmanager
def _opened(path: Path) -> Iterator[int]:
    """Opened anew by each caller: threads of one process wait for each other too."""
    file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, SECRET_FILE_MODE)
    try:
        yield file
    finally:
        os.close(file)
