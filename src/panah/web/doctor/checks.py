"""One thing looked at."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum

from django.db import Error as DatabaseError

from panah.errors import PanahError


class State(StrEnum):
    """``look`` is advice, or what could not be told; ``bad`` breaks a promise."""

    WELL = "well"
    LOOK = "look"
    BAD = "bad"


@dataclass(frozen=True, slots=True)
class Check:
    """What was looked at, how it is, what was found, and what to do about it."""

    name: str
    state: State
    found: str
    do: str = ""


def well(name: str, found: str) -> Check:
    """All is as it should be."""
    return Check(name, State.WELL, found)


def look(name: str, found: str, do: str) -> Check:
    """Somebody should look at this."""
    return Check(name, State.LOOK, found, do)


def bad(name: str, found: str, do: str) -> Check:
    """A promise is broken until somebody does something."""
    return Check(name, State.BAD, found, do)


def guarded(name: str, checks: Callable[[], Iterator[Check]]) -> Iterator[Check]:
    """The checks of one subject; what stops them is a finding too. An error of a library is told by its name only."""
    try:
        yield from checks()
    except PanahError as error:
        found = f"{error.where}: {error.what}" if error.where else error.what
        yield bad(name, found, error.hint or "see docs/how-to/keep-it-running.md")
    except (DatabaseError, OSError) as error:
        yield bad(name, f"cannot be looked at ({type(error).__name__})", "read the lines above; restore if it persists")
