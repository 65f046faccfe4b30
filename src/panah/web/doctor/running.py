"""What runs around the data: room on the disk, backups, work on a timer, accounts, swap."""

from __future__ import annotations

import fcntl
import os
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from django.conf import settings

from panah.backup.last import last_backup
from panah.web.accounts.models import Member, Role
from panah.web.base import chores
from panah.web.evidence.health import BACKUP_LIFE, LOW_DISK, n_with_second_factor

from .checks import Check, bad, look, well

FULL_DISK: Final = 0.02
RECIPIENTS: Final = "backup-recipients.txt"
SWAPS: Final = Path("/proc/swaps")


def disk() -> Iterator[Check]:
    """Free space and free file entries."""
    usage, entries = shutil.disk_usage(settings.PANAH_DATA), os.statvfs(settings.PANAH_DATA)
    free = min(usage.free / usage.total, entries.f_favail / entries.f_files if entries.f_files else 1.0)
    found = f"{usage.free / 1_000_000_000:.1f} GB free ({free:.0%})"
    if free < FULL_DISK:
        yield bad("disk", found, "free some space now: nothing can be taken in")
    elif free < LOW_DISK:
        yield look("disk", found, "free some space, or move the data folder to a larger disk")
    else:
        yield well("disk", found)


def backups(now: datetime | None = None) -> Iterator[Check]:
    """How old the last backup is, and whether somebody can restore it."""
    made = last_backup(settings.PANAH_DATA)
    age = (now or datetime.now(UTC)) - made if made else None
    if age is None:
        yield bad("backup", "none was made", "panah backup --make-key once, then panah backup FOLDER every night")
    elif age > BACKUP_LIFE:
        yield bad("backup", f"the last is {age.days} days old", "panah backup FOLDER; put it on a timer")
    else:
        yield well("backup", f"{age.days} days old")
    if not (settings.PANAH_DATA / RECIPIENTS).exists():
        yield look(
            "backup_key", "nobody is kept as recipient of backups", "panah backup --make-key, or give --to each time"
        )


def on_a_timer() -> Iterator[Check]:
    """Whether the server does its own work."""
    standing = chores.standing()
    served = is_served(settings.PANAH_DATA)
    failed = [(each.name, run.problem) for each, run, _late in standing if run and run.problem]
    late = [each.name for each, _run, is_late in standing if is_late]
    if failed:
        name, problem = failed[0]
        yield bad("timer", f"{name}: {problem}", f"mend it; {len(failed)} of {len(standing)} failed")
    elif late and not served:
        yield look("timer", "panah serve does not run, and its own work is late", "start it: panah serve")
    elif late:
        yield bad("timer", f"late: {', '.join(late)}", "restart panah serve; read what it says")
    else:
        yield well("timer", f"{len(standing)} chores in time")


def is_served(data: Path) -> bool:
    """Whether ``panah serve`` holds its lock on the folder."""
    path = data / ".serve.lock"
    if not path.exists():
        return False
    with path.open("rb") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return True
    return False


def accounts() -> Iterator[Check]:
    """Who could run this, who could agree to something as a second person, and who signs in with a password alone."""
    members = list(Member.objects.filter(is_active=True))
    if not any(each.has_role(Role.ADMINISTRATOR) for each in members):
        yield look("administrator", "nobody has this role", "give it to somebody on the page Members")
    lacking = len(members) - n_with_second_factor(members)
    if lacking:
        yield look("second_factor", f"{lacking} of {len(members)} members have none", "ask them to add one: Account")
    else:
        yield well("second_factor", f"all {len(members)} members have one")


def swap() -> Iterator[Check]:
    """Keys in memory must not reach a disk in clear."""
    try:
        rows = [line.split() for line in SWAPS.read_text(encoding="ascii").splitlines()[1:]]
    except (OSError, UnicodeDecodeError):
        yield look("swap", "cannot be told here", "turn it off, or encrypt it")
        return
    clear = [row[0] for row in rows if row and not row[0].startswith(("/dev/dm-", "/dev/mapper/", "/dev/zram"))]
    if clear:
        yield look("swap", f"memory can be written to {clear[0]} in clear", "swapoff -a, or encrypt it (cryptsetup)")
    else:
        yield well("swap", "off or encrypted")
