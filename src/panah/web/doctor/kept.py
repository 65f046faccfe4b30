"""The custody log, the time stamps, and the sealed files: all that can be checked without a case's key."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from panah.errors import NotVerified, PanahError
from panah.web.evidence import custody, fixity, stamping, sweeping
from panah.web.evidence.health import missing_files, unsigned_lines
from panah.web.evidence.models import Checkpoint, CustodyEntry

from .checks import Check, bad, look, well

FROM_BACKUP: Final = "stop the server, keep the disk as it is, panah restore --checkpoint with one kept elsewhere"


def custody_log(checkpoint: bytes | None) -> Iterator[Check]:
    """The whole log against every checkpoint in the database, and one that was kept elsewhere."""
    try:
        head = custody.verify_custody()
    except NotVerified as error:
        yield bad("custody", f"{error.where}: {error.what}", FROM_BACKUP)
        return
    newest = Checkpoint.objects.order_by("-size").first()
    if newest is None and CustodyEntry.objects.exists():
        yield look("custody", f"{head.size} lines follow one another; none is signed", "panah serve signs one a day")
    else:
        yield well("custody", f"{head.size} lines verify, checkpoints up to line {newest.size if newest else 0}")
    unsigned, stale = unsigned_lines()
    if stale:
        yield look("unsigned", f"{unsigned} lines wait for a checkpoint since over a day", "does panah serve run?")
    yield from _compared(checkpoint)


def _compared(checkpoint: bytes | None) -> Iterator[Check]:
    if checkpoint is None:
        do = "keep one away from this machine, and give it with --checkpoint: it alone shows a log written anew"
        yield look("checkpoint", "none that was kept elsewhere was compared", do)
        return
    try:
        custody.check_note(checkpoint)
    except NotVerified as error:
        yield bad("checkpoint", f"the log is not the one this checkpoint saw: {error.what}", FROM_BACKUP)
    else:
        yield well("checkpoint", "the log continues the one that was kept elsewhere")


def stamps() -> Iterator[Check]:
    """Time stamps: sound, none waiting for long, none that ends."""
    found = stamping.standing()
    if not found.authorities:
        yield look(
            "stamps",
            "no authority is configured",
            "name two in timestamps/authorities.json: docs/how-to/time-stamps.md",
        )
        return
    if found.problems:
        yield bad("stamps", f"{len(found.problems)} do not verify: {found.problems[0]}", "restore them from a backup")
    elif found.newest is None:
        yield look("stamps", "there is none yet", "panah serve asks every hour")
    elif found.due:
        yield look(
            "stamps", f"the newest, of {found.newest.at:%Y-%m-%d}, ends soon", "panah serve renews it within an hour"
        )
    else:
        yield well("stamps", f"the newest is of {found.newest.at:%Y-%m-%d}, by {found.authorities} authorities at most")
    if found.pending:
        yield look("stamps_pending", f"{found.pending} are waited for", "can the authorities be reached from here?")


def files(*, quick: bool, advance: Callable[[int], object]) -> Iterator[Check]:
    """Every sealed file: there, and with the digest it had; taken anew unless ``quick``."""
    found = fixity.standing() if quick else fixity.check_all(advance)
    missing = len(missing_files())
    if missing:
        do = "restore them from a backup; their items open nothing until then"
        yield bad("missing_files", f"{missing} of {found.n_files} sealed files are not there", do)
    else:
        yield well("missing_files", f"all {found.n_files} sealed files are there")
    if found.altered:
        do = "restore from a backup: " + ", ".join(f"evidence/{name}.age" for name in found.altered[:3])
        yield bad("fixity", f"{len(found.altered)} sealed files are not what they were", do)
    elif quick:
        seen = f"{found.n_files - found.unrecorded} of {found.n_files} seen on the timer"
        yield well("fixity", seen + (f", each since {found.oldest:%Y-%m-%d}" if found.oldest else ""))
    else:
        yield well("fixity", f"the digests of {found.n_files} files were taken just now")
    yield from _listed()
    yield from _orphans()


def _listed() -> Iterator[Check]:
    try:
        n_listed = fixity.check_list()
    except PanahError as error:
        yield bad(
            "digest_list", f"{error.where}: {error.what}", "restore evidence.sha256 and the database from a backup"
        )
        return
    if n_listed is None:
        yield look("digest_list", "none was written yet", "panah serve writes one a week")
    else:
        yield well("digest_list", f"{n_listed} digests, as the custody log has them")


def _orphans() -> Iterator[Check]:
    orphans, aside = len(sweeping.unclaimed_files()), len(sweeping.set_aside())
    if orphans or aside:
        found = f"{orphans} sealed files that no row tells of, {aside} set aside"
        yield look("orphans", found, "was the database exchanged? else panah serve removes them after a month")
    else:
        yield well("orphans", "no file without a row")
