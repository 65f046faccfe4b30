"""The clock: everything that is signed says when."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Final

from panah.errors import PanahError
from panah.vault import custody as lines
from panah.web.evidence import stamping
from panah.web.evidence.models import Checkpoint, CustodyEntry

from .checks import Check, bad, look, well

PATIENCE: Final = timedelta(minutes=5)
UNSYNCHRONISED: Final = 0x40


class _Timex(ctypes.Structure):
    """The head of the kernel's ``struct timex``, and room for the rest of it."""

    _fields_ = (
        ("modes", ctypes.c_uint),
        ("offset", ctypes.c_long),
        ("freq", ctypes.c_long),
        ("maxerror", ctypes.c_long),
        ("esterror", ctypes.c_long),
        ("status", ctypes.c_int),
        ("rest", ctypes.c_byte * 512),
    )


def checks(now: datetime | None = None) -> Iterator[Check]:
    """Whether now is after everything that was already signed, and whether something keeps the clock right."""
    moment = now or datetime.now(UTC)
    latest, what = max(_signed(), default=(moment, ""))
    if latest > moment + PATIENCE:
        found = f"it is {moment:%Y-%m-%d %H:%M} UTC here, and {what} is of {latest:%Y-%m-%d %H:%M}"
        yield bad("clock", found, "set the clock before anything more is signed: timedatectl set-ntp true")
    else:
        yield well("clock", f"{moment:%Y-%m-%d %H:%M} UTC, after all that was signed")
    yield _kept_right()


def _signed() -> Iterator[tuple[datetime, str]]:
    if newest := Checkpoint.objects.order_by("-hour").first():
        yield newest.hour, "a checkpoint"
    if last := CustodyEntry.objects.order_by("-seq").first():
        yield datetime.fromisoformat(lines.read_line(last.line.encode()).at), "the last custody line"
    try:
        newest_stamp = stamping.standing().newest
    except PanahError:
        return
    if newest_stamp:
        yield newest_stamp.at, "a time stamp"


def _kept_right() -> Check:
    synchronised = ntp_state()
    if synchronised is None:
        return look("clock_source", "cannot be told here", "see that the machine's clock is kept by NTP")
    if not synchronised:
        return look("clock_source", "nothing keeps the clock right", "timedatectl set-ntp true, or install chrony")
    return well("clock_source", "kept right by NTP")


def ntp_state() -> bool | None:
    """Whether the kernel says that its clock is synchronised, whichever program does it; None when it does not say."""
    asked = _Timex()  # modes is 0: a question, nothing is set
    try:
        answer = ctypes.CDLL(None, use_errno=True).adjtimex(ctypes.byref(asked))
    except (OSError, AttributeError):
        return None
    return None if answer < 0 else not asked.status & UNSYNCHRONISED
