"""Whether the sealed files still are what they were: taken again on a timer, without any key.

The digest of a sealed file is recorded within minutes after it was written, from what lies there, and then compared
until the file is gone. It tells of a disk that forgets and of a file that somebody changed or took. Who can change the
database too could change the digest with it: therefore all digests are listed in ``evidence.sha256`` once a week, the
custody log has that list's digest in a line, and a checkpoint signs the line. ``sha256sum -c evidence.sha256`` in the
data folder checks the same without us.

Whether the original inside is what came in, age and the sealed digest say when it is opened.
"""

from __future__ import annotations

import hashlib
import os
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from django.conf import settings
from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from panah.errors import Altered, CustodyBroken
from panah.home import SECRET_FILE_MODE, whole_or_nothing
from panah.model.evidence import hour_of
from panah.vault import custody as lines
from panah.vault.blobs import SUFFIX

from . import custody
from .models import CustodyEntry, EvidenceItem, Fixity
from .records import FOLDER, evidence_folder

LIST_NAME: Final = "evidence.sha256"
AGAIN_AFTER: Final = timedelta(hours=1)
"""What was not well is looked at again after so long: somebody may have put it back."""
READ_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Standing:
    """How the sealed files are, by the last look at each."""

    n_files: int
    unrecorded: int
    altered: tuple[str, ...]
    missing: tuple[str, ...]
    oldest: datetime | None
    """The hour of the oldest look."""


def standing() -> Standing:
    """What was found so far; opens no file."""
    named = set(EvidenceItem.objects.values_list("blob_name", flat=True))
    rows = [row for row in Fixity.objects.all() if row.blob in named]
    of = {state: tuple(sorted(row.blob for row in rows if row.state == state)) for state in Fixity.State}
    return Standing(
        n_files=len(named),
        unrecorded=len(named) - len(rows),
        altered=of[Fixity.State.ALTERED],
        missing=of[Fixity.State.MISSING],
        oldest=min((row.checked_hour for row in rows), default=None),
    )


def check_due(within: timedelta, *, now: datetime | None = None) -> int:
    """Look at the files whose time has come, those without a digest first, the longest unseen next.

    Args:
        within: Stop after so long; the next call goes on.

    Returns:
        How many were looked at.
    """
    until = time.monotonic() + within.total_seconds()
    n_done = 0
    for name in due(now or datetime.now(UTC)):
        if n_done and time.monotonic() > until:
            break
        look_at(name)
        n_done += 1
    _forget()
    return n_done


def check_all(advance: Callable[[int], object] = lambda _files: None) -> Standing:
    """Look at every file now; ``advance`` is called after each."""
    for name in sorted(EvidenceItem.objects.values_list("blob_name", flat=True)):
        look_at(name)
        advance(1)
    _forget()
    return standing()


def due(now: datetime) -> list[str]:
    """Names of files to look at; asked of the database each minute, so it counts there."""
    every, named = timedelta(days=settings.PANAH_FIXITY_DAYS), EvidenceItem.objects.filter(blob_name=OuterRef("blob"))
    seen = Fixity.objects.filter(blob=OuterRef("blob_name"))
    unseen = EvidenceItem.objects.filter(~Exists(seen)).order_by("blob_name").values_list("blob_name", flat=True)
    not_well = ~Q(state=Fixity.State.SOUND) & Q(checked_hour__lte=now - AGAIN_AFTER)
    in_turn = Q(checked_hour__lte=now - every) | Q(checked_hour__gt=now) | not_well
    old = Fixity.objects.filter(in_turn).filter(Exists(named)).order_by("checked_hour", "blob")
    return [*unseen, *old.values_list("blob", flat=True)]


def look_at(name: str) -> str:
    """Take the digest of one file, compare or record it, and say in the custody log when it is not what it was."""
    digest = digest_of(evidence_folder() / f"{name}{SUFFIX}")
    with transaction.atomic():
        item = EvidenceItem.objects.filter(blob_name=name).first()
        if item is None:  # sealed anew or deleted since it was listed
            return Fixity.State.SOUND
        row = Fixity.objects.select_for_update().filter(pk=name).first() or Fixity(blob=name)
        before = row.state
        if digest is None:
            row.state = Fixity.State.MISSING
        elif row.sha256 in {"", digest}:
            row.state, row.sha256 = Fixity.State.SOUND, digest
        else:
            row.state = Fixity.State.ALTERED
        row.checked_hour = hour_of(datetime.now(UTC))
        row.save()
        if row.state != before:
            act = "fixity-ok" if row.state == Fixity.State.SOUND else "fixity-failed"
            custody.record_own(act, item=item.commitment)
        return row.state


def digest_of(path: Path) -> str | None:
    """SHA-256 of a file as it lies there, in constant memory; None when it is not there or cannot be read."""
    digest = hashlib.sha256()
    try:
        with path.open("rb") as stream:
            while chunk := stream.read(READ_BYTES):
                digest.update(chunk)
            os.posix_fadvise(stream.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)  # leave the cache to the members
    except OSError:
        return None
    return digest.hexdigest()


def write_list() -> str:
    """Write the digests of all sound files as ``sha256sum`` reads them, and their digest into the custody log.

    Returns:
        The list's SHA-256; empty when there is nothing to list.

    Raises:
        Altered, CustodyBroken: As :func:`check_list`; what contradicts the last list is not listed anew.
    """
    if (settings.PANAH_DATA / LIST_NAME).exists():
        check_list()
    rows = Fixity.objects.filter(state=Fixity.State.SOUND).order_by("blob").values_list("blob", "sha256")
    text = list_text(rows)
    if not text:
        return ""
    with whole_or_nothing(settings.PANAH_DATA / LIST_NAME) as part:
        part.touch(mode=SECRET_FILE_MODE)
        part.write_bytes(text)
    digest = hashlib.sha256(text).hexdigest()
    custody.record_own("fixity-ok", detail=digest)
    return digest


def list_text(rows: Iterable[tuple[str, str]]) -> bytes:
    """Lines of ``sha256sum`` for names below the data folder."""
    return "".join(f"{digest}  {FOLDER}/{name}{SUFFIX}\n" for name, digest in rows).encode()


def check_list() -> int | None:
    """Check that the list is the one in the custody log, and that the database holds no other digests.

    Returns:
        How many files are listed; None when there is no list yet and the log knows of none.

    Raises:
        Altered: The database holds another digest than the list.
        CustodyBroken: The list is not the newest one that the log knows.
    """
    found = CustodyEntry.objects.filter(line__contains='"act":"fixity-ok"').exclude(line__contains='"detail":null')
    newest = found.order_by("-seq").first()
    path = settings.PANAH_DATA / LIST_NAME
    text = path.read_bytes() if path.exists() else None
    if newest is None and text is None:
        return None
    if newest is None or text is None or _digest(text) != lines.read_line(newest.line.encode()).detail:
        raise CustodyBroken(
            "the list of digests is not the one in the custody log", where=LIST_NAME, hint="restore it from a backup"
        )
    listed = {line[66:]: line[:64] for line in text.decode().splitlines()}
    for row in Fixity.objects.exclude(sha256=""):
        if listed.get(f"{FOLDER}/{row.blob}{SUFFIX}", row.sha256) != row.sha256:
            raise Altered(
                "the database holds another digest than the list", where=row.blob, hint="trust the list: see docs"
            )
    return len(listed)


def _digest(text: bytes) -> str:
    return hashlib.sha256(text).hexdigest()


def _forget() -> None:
    """Files that were sealed anew or deleted need no digest any more."""
    named = EvidenceItem.objects.filter(blob_name=OuterRef("blob"))
    Fixity.objects.filter(~Exists(named)).delete()
