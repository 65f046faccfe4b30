"""Long work, and chores on a timer, done one after the other by a thread of ``panah serve``.

Invariant: a job's arguments are row ids and coded settings only. The queue is a file, and a queue is read by nobody
who opens cases; what a job needs to know it reads from the stores.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from typing import Any, Final

from django.conf import settings
from django.db import connections
from django.utils.module_loading import autodiscover_modules
from huey import SqliteHuey
from huey.consumer import Consumer

from . import chores

ID_CHARACTERS: Final = frozenset("0123456789abcdef")
LOOK_EVERY_S: Final = 60


@lru_cache(maxsize=1)
def queue() -> SqliteHuey:
    """The queue of this data folder; results are not kept."""
    return SqliteHuey(
        "panah",
        filename=str(settings.PANAH_JOBS_FILE),
        results=False,
        immediate=getattr(settings, "PANAH_JOBS_AT_ONCE", False),
        immediate_use_memory=True,
        utc=True,
    )


def job(work: Callable[..., None]) -> Callable[..., None]:
    """Make a function a job: calling it puts it into the queue.

    Its arguments are checked when it is called: row ids (hexadecimal), whole numbers or booleans.
    """
    registered: list[Any] = []

    def enqueue(*arguments: Any) -> None:
        for argument in arguments:
            check_argument(argument)
        if not registered:
            registered.append(queue().task(name=f"{work.__module__}.{work.__qualname__}")(work))
        registered[0](*arguments)

    enqueue.run = work  # type: ignore[attr-defined]
    enqueue.__doc__, enqueue.__name__ = work.__doc__, work.__name__
    _jobs.append((work, registered))
    return enqueue


_jobs: list[tuple[Callable[..., None], list[Any]]] = []


def register_all() -> None:
    """Tell the queue about every job of every room: the consumer must know them before it takes one."""
    autodiscover_modules("jobs")
    for work, registered in _jobs:
        if not registered:
            registered.append(queue().task(name=f"{work.__module__}.{work.__qualname__}")(work))


def consumer() -> Consumer:
    """The thread that takes jobs, and each minute the chores that are due; the caller starts and stops it."""
    register_all()
    # a look that waited behind long work is dropped: the next one sees the same
    queue().periodic_task(lambda _moment: True, name="chores", expires=LOOK_EVERY_S)(_look)
    return _QuietConsumer(queue(), workers=1, periodic=True, worker_type="thread", check_worker_health=False)


def _look() -> None:
    try:
        chores.do_due()
    finally:
        connections.close_all()


class _QuietConsumer(Consumer):
    """Leaves the signals to whoever runs it."""

    def _set_signal_handlers(self) -> None:
        """Not ours."""


def check_argument(argument: Any) -> None:
    """Refuse an argument that could carry content.

    Raises:
        TypeError: It is neither a row id, a whole number nor a boolean.
    """
    if isinstance(argument, int):
        return
    if isinstance(argument, str) and len(argument) == 32 and set(argument) <= ID_CHARACTERS:
        return
    raise TypeError("a job takes row ids, whole numbers and booleans only")
