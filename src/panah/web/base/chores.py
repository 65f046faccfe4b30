"""Small work on a timer, done by the thread of ``panah serve`` that does the long work, one after the other.

A room's chores stand in its ``chores.py``, which is found by its name. Invariant: a chore needs no key and no person;
when it was done, and what went wrong, stands in its row, where the health page and the doctor read it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from django.utils.module_loading import autodiscover_modules

from panah.errors import PanahError, Refused

from .database_settings import truncate_journal
from .models import ChoreRun

_log = logging.getLogger(__name__)
AGAIN_AFTER: Final = timedelta(minutes=10)
"""A chore that failed is tried again after so long, or in its own time if that is shorter."""
LATE_AFTER: Final = 3
"""A chore is late when it was not done for so many times its own time, and at least an hour."""


@dataclass(frozen=True, slots=True)
class Chore:
    """What is done, and how often."""

    name: str
    every: timedelta
    work: Callable[[], object]

    def is_due(self, run: ChoreRun | None, now: datetime) -> bool:
        """Whether its time has come; a clock that was set back makes it due."""
        if run is None or run.tried_at > now:
            return True
        return now - run.tried_at >= (min(self.every, AGAIN_AFTER) if run.problem else self.every)

    def is_late(self, run: ChoreRun | None, now: datetime) -> bool:
        """Whether it was not done for much too long."""
        if run is None or run.done_at is None:
            return True
        return now - run.done_at > max(LATE_AFTER * self.every, timedelta(hours=1))


_chores: dict[str, Chore] = {}


def chore(every: timedelta) -> Callable[[Callable[[], object]], Callable[[], object]]:
    """Make a function a chore, under its own name. It raises when it could not do its work."""

    def register(work: Callable[[], object]) -> Callable[[], object]:
        _chores[work.__name__] = Chore(work.__name__, every, work)
        return work

    return register


def all_chores() -> list[Chore]:
    """Every chore of every room of this door."""
    autodiscover_modules("chores")
    return list(_chores.values())


def do_due(now: datetime | None = None) -> list[str]:
    """Do what is due, and return its names. What fails is told in its row and tried again; it stops no other."""
    moment = now or datetime.now(UTC)
    runs = ChoreRun.objects.in_bulk()
    due = [each for each in all_chores() if each.is_due(runs.get(each.name), moment)]
    for each in due:
        problem = _problem_of(each)
        values: dict[str, object] = {"tried_at": moment, "problem": problem}
        if not problem:
            values["done_at"] = moment
        ChoreRun.objects.update_or_create(name=each.name, defaults=values)
    return [each.name for each in due]


def _problem_of(each: Chore) -> str:
    """What went wrong, in our own words only: another error's text could quote a row."""
    try:
        each.work()
    except PanahError as error:
        _log.warning("%s: %s", each.name, error)
        return str(error)
    except Exception as error:
        _log.exception("%s was not done", each.name)
        return type(error).__name__
    return ""


def standing(now: datetime | None = None) -> list[tuple[Chore, ChoreRun | None, bool]]:
    """Every chore, how it went last, and whether it is late."""
    moment, runs = now or datetime.now(UTC), ChoreRun.objects.in_bulk()
    return [(each, runs.get(each.name), each.is_late(runs.get(each.name), moment)) for each in all_chores()]


@chore(timedelta(minutes=15))
def empty_journal() -> None:
    """SQLite: what was deleted leaves the journal too."""
    if not truncate_journal():
        raise Refused("the journal was in use", where="database", hint="it is tried again in ten minutes")
