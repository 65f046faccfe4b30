"""Time stamps over checkpoints: an authority that knows nothing of us signs when the log had this root.

``timestamps/authorities.json`` in the data folder names whom to ask; without it nobody is asked and nothing is sent.
What cannot be reached waits and is asked again. Each reply has a line in the custody log, so that the next checkpoint
covers it: that is how a stamp outlives the authority's certificate.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.conf import settings

from panah.errors import PanahError
from panah.vault import custody as lines
from panah.vault.timestamps import Ask, Stamp, StampFolder, ask_over_http, read_authorities

from . import custody
from .models import Checkpoint, CustodyEntry

FOLDER: Final = "timestamps"
AUTHORITIES: Final = "authorities.json"


@dataclass(frozen=True, slots=True)
class Standing:
    """How the stamps are. Checks every reply against its text at its own time."""

    authorities: int
    pending: int
    newest: Stamp | None
    problems: tuple[PanahError, ...]
    due: bool
    """Whether the newest stamp is a year old or its certificate ends soon."""


def stamp_folder() -> StampFolder:
    """The folder of this installation, with its authorities.

    Raises:
        NotConfigured: ``authorities.json`` cannot be read.
    """
    folder = settings.PANAH_DATA / FOLDER
    return StampFolder(folder, read_authorities(folder / AUTHORITIES))


def standing(now: datetime | None = None) -> Standing:
    """What the health page and the doctor tell; raises as :func:`stamp_folder`."""
    folder = stamp_folder()
    sound, problems = folder.check()
    newest = max(sound, key=lambda stamp: stamp.at, default=None)
    return Standing(len(folder.authorities), len(folder.pending()), newest, tuple(problems), folder.due(now=now))


def stamp(ask: Ask | None = None, *, now: datetime | None = None) -> list[PanahError]:
    """Have the newest checkpoint stamped when there is something new to cover, ask again for what waits.

    Args:
        ask: The way to the authorities; over the network, through ``PANAH_TIMESTAMP_PROXY`` if it is set.

    Returns:
        Why some could not be had yet.

    Raises:
        NotConfigured: ``authorities.json`` cannot be read.
        CustodyBroken: The log is not sound, and is not stamped.
    """
    folder = stamp_folder()
    if not folder.authorities:
        return []
    if folder.due(now=now):
        _renew(folder)
    elif (newest := Checkpoint.objects.order_by("-size").first()) and _tells_something_new(folder, newest):
        folder.want(newest.body.encode())
    outcomes = folder.work(ask or ask_over_http(settings.PANAH_TIMESTAMP_PROXY))
    _tell_the_log(folder)
    return [outcome.problem for outcome in outcomes if outcome.problem]


def _renew(folder: StampFolder) -> None:
    """A fresh checkpoint covers the older stamps through their lines; a log that did not grow gets a line."""
    newest = custody.checkpoint()
    if _name(newest.body) in folder.texts():
        custody.record_own("silence")
        newest = custody.checkpoint()
    folder.want(newest.body.encode())


def _tells_something_new(folder: StampFolder, newest: Checkpoint) -> bool:
    """Whether more than our own lines about stamps came since a checkpoint was last sent."""
    known = set(folder.texts())
    sent = (kept.size for kept in Checkpoint.objects.order_by("-size") if _name(kept.body) in known)
    since = CustodyEntry.objects.filter(seq__gt=next(sent, 0), seq__lte=newest.size)
    return since.exclude(line__contains='"act":"timestamped"').exists()


def _tell_the_log(folder: StampFolder) -> None:
    """One line for each reply that has none: also for one that came just before a crash."""
    found = CustodyEntry.objects.filter(line__contains='"act":"timestamped"').values_list("line", flat=True)
    told = {lines.read_line(line.encode()).detail for line in found}
    for name in folder.texts():
        for kept in folder.stamps_of((folder.folder / f"{name}.text").read_bytes()):
            if kept.sha256 not in told:
                custody.record_own("timestamped", detail=kept.sha256)


def _name(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()
