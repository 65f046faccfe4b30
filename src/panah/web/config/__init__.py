"""Settings and start of the web application.

:func:`boot` makes Django ready in a plain Python process; ``panah serve`` and ``panah demo`` call it.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import resource
from pathlib import Path
from typing import Final

from panah.errors import MissingExtra, NotConfigured

DOORS: Final = ("desk", "front")
PRIVATE_UMASK: Final = 0o077


def boot(data_dir: str | os.PathLike[str], door: str = "desk", *, migrate: bool = False) -> None:
    """Make Django ready for one data folder, once per process.

    Args:
        data_dir: The data folder; made if it is missing.
        door: ``desk`` for members (all rooms) or ``front`` for the public (few rooms).
        migrate: Bring the database up to date first; other processes wait for it.

    Raises:
        MissingExtra: The web part is not installed.
        NotConfigured: A setting is wrong, or this process already serves another folder or door.
    """
    from panah import home

    if door not in DOORS:
        raise NotConfigured("not a door", where=door, hint=f"write {' or '.join(DOORS)}")
    try:
        import django
        from django.conf import settings
    except ImportError as error:
        raise MissingExtra("web", "the web application") from error
    folder = home.prepare(home.data_folder(data_dir))
    module = f"panah.web.config.{door}"
    if settings.configured:
        _check_same(settings, folder, module)
    else:
        keep_private()
        os.environ["PANAH_DATA"] = str(folder)
        os.environ["DJANGO_SETTINGS_MODULE"] = module
        django.setup()
    if migrate:
        bring_up_to_date(folder)


def keep_private() -> None:
    """Files for their owner only, and no core dump: it would hold open keys."""
    os.umask(PRIVATE_UMASK)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def bring_up_to_date(folder: Path) -> None:
    """Apply all migrations; one process at a time.

    Raises:
        NotConfigured: The database cannot be reached or written to, or was never verified.
    """
    from django.core.management import call_command
    from django.db import DatabaseError

    with (folder / ".migrate.lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        try:
            _check_verified()
            call_command("migrate", interactive=False, verbosity=0)
            _make_signer()
        except DatabaseError as error:
            raise NotConfigured(
                "the database cannot be used",
                where="DATABASE_URL or panah.sqlite3",
                hint="check that it can be written",
            ) from error


def _check_verified() -> None:
    from django.db import connection

    from panah.backup.landing import MARK

    if MARK in connection.introspection.table_names():
        raise NotConfigured(
            "a restore into this database did not end",
            where="DATABASE_URL",
            hint="run panah restore again, it begins anew",
        )


def _make_signer() -> None:
    """A new installation gets its signing key at its start; one that signed before never gets another."""
    from panah.errors import NotVerified
    from panah.web.evidence import custody

    with contextlib.suppress(NotVerified):  # told by the doctor and by every page that needs it
        custody.signer()


def _check_same(settings: object, folder: Path, module: str) -> None:
    same = getattr(settings, "PANAH_DATA", None) == folder and getattr(settings, "SETTINGS_MODULE", "") == module
    if not same:
        raise NotConfigured(
            "this process already serves another data folder or door",
            where=str(folder),
            hint="start a second process for it",
        )
