"""Sealed files that no row tells of: what a crash leaves between writing a file and the row that names it.

Invariant: nothing that a row names is ever removed, and nothing is removed at once. A file without a row is first set
aside, and is put back when a row names it after all: who starts Panah on the wrong database by mistake loses nothing.
"""

from __future__ import annotations

import contextlib
import os
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from django.apps import apps

from panah.home import PRIVATE_FOLDER_MODE
from panah.vault.blobs import SUFFIX

from .records import evidence_folder

UNCLAIMED_AFTER: Final = timedelta(days=1)
"""A file is written before its row, and an upload may take long."""
KEPT_ASIDE: Final = timedelta(days=30)
ASIDE: Final = ".unclaimed"


@dataclass(frozen=True, slots=True)
class Swept:
    """How many files went where."""

    aside: int = 0
    back: int = 0
    removed: int = 0


def claimed() -> set[str]:
    """Names of all sealed files that any row tells of, of items and of drafts alike."""
    named: set[str] = set()
    for model in apps.get_models():
        if any(field.name == "blob_name" for field in model._meta.concrete_fields):
            named |= set(model._default_manager.values_list("blob_name", flat=True))
    return named


def unclaimed_files(now: datetime | None = None) -> set[str]:
    """Names of files that no row tells of, a day after they were written."""
    old = ((now or datetime.now(UTC)) - UNCLAIMED_AFTER).timestamp()
    found = {path.stem for path in evidence_folder().glob(f"*{SUFFIX}") if _written(path) < old}
    return found - claimed() if found else found  # rows are read after the files: a row is written after its file


def set_aside() -> list[Path]:
    """Files that wait for their removal."""
    return sorted((evidence_folder() / ASIDE).glob(f"*{SUFFIX}"))


def sweep(now: datetime | None = None) -> Swept:
    """Set aside what no row tells of, put back what one does, remove what was set aside a month ago and torn parts."""
    moment, folder = now or datetime.now(UTC), evidence_folder()
    back = _put_back(folder)
    removed = _remove(folder, moment)
    names = unclaimed_files(moment)
    if names:
        (folder / ASIDE).mkdir(mode=PRIVATE_FOLDER_MODE, exist_ok=True)
    for name in names:
        target = folder / ASIDE / f"{name}{SUFFIX}"
        with contextlib.suppress(FileNotFoundError):
            (folder / target.name).rename(target)
            os.utime(target, (moment.timestamp(), moment.timestamp()))  # its month begins now
    return Swept(aside=len(names), back=back, removed=removed)


def _put_back(folder: Path) -> int:
    aside = set_aside()
    named = claimed() if aside else set()
    wanted = [path for path in aside if path.stem in named and not (folder / path.name).exists()]
    for path in wanted:
        path.rename(folder / path.name)
    return len(wanted)


def _remove(folder: Path, moment: datetime) -> int:
    before = (moment - KEPT_ASIDE).timestamp()
    torn = (moment - UNCLAIMED_AFTER).timestamp()
    gone = [path for path in set_aside() if _written(path) < before]
    gone += [
        path for path in folder.glob(f".*{SUFFIX}.part-*") if _written(path) < torn
    ]  # of a process that was killed
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)


def _written(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return float("inf")
