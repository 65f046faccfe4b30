"""All checks in their order."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from panah.web.config import DOORS, boot

from .before import folder_and_keys
from .checks import Check, State, bad, guarded

STOPPERS: Final = frozenset({"owner", "secret_key_file", "signer_key", "database_file"})
"""What must be well before Django is started on the folder: it would make a new key in the place of a missing one."""
GROUND: Final = frozenset({"integrity", "migrations"})
"""What must be well before tables are read."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What to look at besides the folder."""

    urls: tuple[str, ...] = ()
    """Addresses of running doors; none asks the doors as their settings make them."""
    checkpoint: bytes | None = None
    """A checkpoint's note that was kept elsewhere."""
    quick: bool = False
    """Believe the timer about the files' digests."""
    advance: Callable[[int], object] = field(default=lambda _files: None)


def examine(data: Path, asked: Asked) -> Iterator[Check]:
    """Look at an installation.

    Raises:
        NotConfigured: There is none here.
    """
    first = list(folder_and_keys(data, has_address=bool(os.environ.get("DATABASE_URL", "").strip())))
    yield from first
    if any(check.state is State.BAD and check.name in STOPPERS for check in first):
        yield bad("rest", "not looked at", "mend the folder and its keys first, then ask again")
        return
    started = list(guarded("settings", lambda: _started(data)))
    yield from started
    if started:
        yield bad("rest", "not looked at", "mend the settings first, then ask again")
        return
    yield from _settings_and_doors(data, asked)
    ground = list(_ground())
    yield from ground
    if any(check.state is State.BAD and check.name in GROUND for check in ground):
        yield bad("rest", "not looked at", "mend the database first, then ask again")
        return
    yield from _stores(asked)


def _started(data: Path) -> Iterator[Check]:
    """Make Django ready; only what stops it is a finding."""
    boot(data, "desk")
    yield from ()


def _settings_and_doors(data: Path, asked: Asked) -> Iterator[Check]:
    from . import configured, headers

    yield from guarded("settings", configured.checks)
    for url in asked.urls:
        yield from guarded(f"headers_at {url}", lambda url=url: headers.of_address(url))
    if not asked.urls:
        yield from guarded("headers", lambda: headers.of_doors(DOORS, str(data)))


def _ground() -> Iterator[Check]:
    from . import stored

    yield from guarded("integrity", stored.integrity)
    yield from guarded("migrations", stored.migrations)
    yield from guarded("triggers", stored.triggers)
    yield from guarded("database_settings", stored.server_settings)


def _stores(asked: Asked) -> Iterator[Check]:
    from . import clock, kept, running

    yield from guarded("clock", clock.checks)
    yield from guarded("custody", lambda: kept.custody_log(asked.checkpoint))
    yield from guarded("stamps", kept.stamps)
    yield from guarded("fixity", lambda: kept.files(quick=asked.quick, advance=asked.advance))
    yield from guarded("disk", running.disk)
    yield from guarded("backup", running.backups)
    yield from guarded("timer", running.on_a_timer)
    yield from guarded("accounts", running.accounts)
    yield from guarded("swap", running.swap)
