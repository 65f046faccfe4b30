"""Counts and sizes for whoever runs the installation; nothing here needs a case's key or says whose anything is."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from django.conf import settings
from django.db import connection
from django.db.models import Sum

from panah.backup.last import last_backup
from panah.errors import PanahError
from panah.vault.blobs import SUFFIX
from panah.vault.custody import read_line
from panah.web.accounts.models import Member, Role
from panah.web.base import chores
from panah.web.cases.models import Case

from . import custody, fixity, stamping
from .models import Checkpoint, CustodyEntry, EvidenceItem
from .records import evidence_folder
from .revisions import verify_revisions
from .sweeping import unclaimed_files

CHECKPOINT_LIFE: Final = timedelta(days=1)
BACKUP_LIFE: Final = timedelta(days=7)
FIXITY_LATE: Final = 2
"""Files that were not looked at for so many times their own time."""
LOW_DISK: Final = 0.1
LARGEST_LOG_CHECKED: Final = 200_000
"""Lines that the page checks itself; a longer log is checked by ``panah doctor``."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: what, what was found, and whether it is well (None: it could not be told)."""

    name: str
    value: str
    is_well: bool | None


def findings() -> Iterator[Finding]:
    """Everything the health page shows; names are codes that the page translates."""
    yield from _accounts()
    yield from _stores()
    yield from _log()
    yield from _stamps()
    yield from _on_a_timer()
    yield from _settings()


def _accounts() -> Iterator[Finding]:
    members = list(Member.objects.filter(is_active=True))
    administrators = [each for each in members if each.has_role(Role.ADMINISTRATOR)]
    workers = [each for each in members if each.has_role(Role.INTAKE, Role.CASE_WORKER)]
    with_factor = n_with_second_factor(members)
    yield Finding("members", str(len(members)), len(members) >= 2)
    yield Finding("administrators", str(len(administrators)), bool(administrators))
    yield Finding("case_workers", str(len(workers)), len(workers) >= 2)
    yield Finding("second_factor", f"{with_factor} / {len(members)}", with_factor == len(members))


def n_with_second_factor(members: list[Member]) -> int:
    """How many of these members have a second factor that is not a list of codes."""
    from allauth.mfa.models import Authenticator

    strong = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    return Authenticator.objects.filter(user__in=members, type__in=strong).values("user").distinct().count()


def _stores() -> Iterator[Finding]:
    disk = shutil.disk_usage(settings.PANAH_DATA)
    size = EvidenceItem.objects.aggregate(n=Sum("rounded_size_bytes"))["n"] or 0
    looked, missing, unclaimed = fixity.standing(), missing_files(), unclaimed_files()
    yield Finding("database", connection.vendor, True)
    yield Finding("cases", str(Case.objects.count()), True)
    yield Finding("files", str(looked.n_files), True)
    yield Finding("files_mb", str(round(size / 1_000_000)), True)
    yield Finding("missing_files", str(len(missing)), not missing)
    yield Finding("altered_files", str(len(looked.altered)), not looked.altered)
    yield Finding("files_looked_at", _looked_at(looked), _is_looked_at(looked))
    yield Finding("unclaimed_files", str(len(unclaimed)), not unclaimed)
    yield Finding("disk_free", f"{disk.free / disk.total:.0%}", disk.free / disk.total > LOW_DISK)


def _looked_at(looked: fixity.Standing) -> str:
    seen = f"{looked.n_files - looked.unrecorded} / {looked.n_files}"
    return f"{seen}, {looked.oldest.date().isoformat()}" if looked.oldest else seen


def _is_looked_at(looked: fixity.Standing) -> bool:
    late = timedelta(days=FIXITY_LATE * settings.PANAH_FIXITY_DAYS)
    return looked.oldest is None or datetime.now(UTC) - looked.oldest < late


def missing_files() -> set[str]:
    """Names of files that a row tells of and that are not there."""
    there = {path.stem for path in evidence_folder().glob(f"*{SUFFIX}")}
    return set(EvidenceItem.objects.values_list("blob_name", flat=True)) - there


def _log() -> Iterator[Finding]:
    n_lines = CustodyEntry.objects.count()
    yield Finding("custody_lines", str(n_lines), True)
    try:
        unsigned, stale = unsigned_lines()
        yield Finding("unsigned_lines", str(unsigned), not stale)
    except PanahError:
        yield Finding("unsigned_lines", "", False)
    sound: bool | None = None
    if n_lines <= LARGEST_LOG_CHECKED:
        try:
            custody.verify_custody()
            verify_revisions()
            sound = True
        except PanahError:
            sound = False
    yield Finding("custody_sound", "", sound)


def unsigned_lines() -> tuple[int, bool]:
    """How many lines no checkpoint signs yet, and whether they wait for too long."""
    newest = Checkpoint.objects.order_by("-size").first()
    unsigned = CustodyEntry.objects.filter(seq__gt=newest.size if newest else 0).order_by("seq")
    first = unsigned.first()
    if first is None:
        return 0, False
    since = datetime.fromisoformat(read_line(first.line.encode()).at)
    return unsigned.count(), datetime.now(UTC) - since > CHECKPOINT_LIFE


def _stamps() -> Iterator[Finding]:
    try:
        stamps = stamping.standing()
    except PanahError:
        yield Finding("stamps", "", False)
        return
    newest = stamps.newest.at.date().isoformat() if stamps.newest else ""
    yield Finding("stamps", newest, not (stamps.problems or stamps.due) if stamps.authorities else None)
    yield Finding("stamps_pending", str(stamps.pending), not stamps.pending)


def _on_a_timer() -> Iterator[Finding]:
    standing = chores.standing()
    late = [each.name for each, _run, is_late in standing if is_late]
    failed = [each.name for each, run, _is_late in standing if run and run.problem]
    yield Finding("chores", ", ".join(sorted({*late, *failed})), not (late or failed))
    made = last_backup(settings.PANAH_DATA)
    well = made is not None and datetime.now(UTC) - made < BACKUP_LIFE
    yield Finding("last_backup", made.date().isoformat() if made else "", well)


def _settings() -> Iterator[Finding]:
    from panah.web.base.database_settings import problems

    yield Finding("https", "", settings.HTTPS)
    found = problems()
    yield Finding("database_log", ", ".join(found), not found)
