"""What the evidence room does on a timer. None of it needs a key of a case."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from panah.web.base.chores import chore

from . import custody, fixity, stamping, sweeping
from .models import CustodyEntry

SLICE: Final = timedelta(seconds=30)
"""So long other work may wait for a look at files."""


@chore(timedelta(days=1))
def sign_checkpoint() -> None:
    """Sign the log as it is, when it grew."""
    if CustodyEntry.objects.exists():
        custody.checkpoint()


@chore(timedelta(hours=1))
def stamp_checkpoints() -> None:
    """Ask the authorities for what waits, and once a year anew."""
    problems = stamping.stamp()
    if problems:
        raise problems[0]


@chore(timedelta(minutes=1))
def check_fixity() -> None:
    """Look at some sealed files, so that each is seen once in ``PANAH_FIXITY_DAYS``."""
    fixity.check_due(SLICE)


@chore(timedelta(days=7))
def list_digests() -> None:
    """List all digests, and pin the list in the custody log."""
    fixity.write_list()


@chore(timedelta(days=1))
def sweep_files() -> None:
    """Set aside what a crash left."""
    sweeping.sweep()
