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

from panah.errors import PanahError
from panah.vault.blobs import SUFFIX
from panah.web.accounts.models import Member, Role
from panah.web.cases.models import Case

from . import custody
from .models import Checkpoint, CustodyEntry, EvidenceItem
from .records import evidence_folder

CHECKPOINT_LIFE: Final = timedelta(days=1)
UNCLAIMED_AFTER: Final = timedelta(days=1)
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
    yield from _settings()


def _accounts() -> Iterator[Finding]:
    members = list(Member.objects.filter(is_active=True))
    administrators = [each for each in members if each.has_role(Role.ADMINISTRATOR)]
    workers = [each for each in members if each.has_role(Role.INTAKE, Role.CASE_WORKER)]
    with_factor = _n_with_second_factor(members)
    yield Finding("members", str(len(members)), len(members) >= 2)
    yield Finding("administrators", str(len(administrators)), bool(administrators))
    yield Finding("case_workers", str(len(workers)), len(workers) >= 2)
    yield Finding("second_factor", f"{with_factor} / {len(members)}", with_factor == len(members))


def _n_with_second_factor(members: list[Member]) -> int:
    from allauth.mfa.models import Authenticator

    strong = (Authenticator.Type.TOTP, Authenticator.Type.WEBAUTHN)
    return Authenticator.objects.filter(user__in=members, type__in=strong).values("user").distinct().count()


def _stores() -> Iterator[Finding]:
    disk = shutil.disk_usage(settings.PANAH_DATA)
    size = EvidenceItem.objects.aggregate(n=Sum("rounded_size_bytes"))["n"] or 0
    yield Finding("database", connection.vendor, True)
    yield Finding("cases", str(Case.objects.count()), True)
    yield Finding("files", str(EvidenceItem.objects.count()), True)
    yield Finding("files_mb", str(round(size / 1_000_000)), True)
    yield Finding("missing_files", str(len(missing_files())), not missing_files())
    yield Finding("unclaimed_files", str(len(unclaimed_files())), not unclaimed_files())
    yield Finding("disk_free", f"{disk.free / disk.total:.0%}", disk.free / disk.total > LOW_DISK)


def missing_files() -> set[str]:
    """Names of files that a row tells of and that are not there."""
    return set(EvidenceItem.objects.values_list("blob_name", flat=True)) - {path.stem for path in _files()}


def unclaimed_files() -> set[str]:
    """Names of files that no row tells of, a day after they were written: left by a crash, safe to remove."""
    from django.apps import apps

    named: set[str] = set()
    for model in apps.get_models():
        if any(field.name == "blob_name" for field in model._meta.concrete_fields):
            named |= set(model._default_manager.values_list("blob_name", flat=True))
    old = (datetime.now(UTC) - UNCLAIMED_AFTER).timestamp()
    return {path.stem for path in _files() if path.stem not in named and path.stat().st_mtime < old}


def _files() -> list:
    return [path for path in evidence_folder().iterdir() if path.suffix == SUFFIX]


def _log() -> Iterator[Finding]:
    n_lines = CustodyEntry.objects.count()
    newest = Checkpoint.objects.order_by("-size").first()
    unsigned = n_lines - (newest.size if newest else 0)
    stale = unsigned > 0 and (newest is None or datetime.now(UTC) - newest.hour > CHECKPOINT_LIFE)
    yield Finding("custody_lines", str(n_lines), True)
    yield Finding("unsigned_lines", str(unsigned), not stale)
    sound: bool | None = None
    if n_lines <= LARGEST_LOG_CHECKED:
        try:
            custody.verify_custody()
            sound = True
        except PanahError:
            sound = False
    yield Finding("custody_sound", "", sound)


def _settings() -> Iterator[Finding]:
    from panah.web.base.database_settings import problems

    yield Finding("https", "", settings.HTTPS)
    found = problems()
    yield Finding("database_log", ", ".join(found), not found)
