"""The one data folder: where it is, that it can be written, and that only one process fills it at a time.

Invariant: nothing of Panah is written outside this folder, and a file that is not whole never carries its final name.
"""

from __future__ import annotations

import contextlib
import errno
import fcntl
import os
import threading
from collections.abc import Iterator
from pathlib import Path

from panah.errors import NotConfigured

SECRET_FILE_MODE = 0o600
PRIVATE_FOLDER_MODE = 0o700


def data_folder(chosen: str | os.PathLike[str] | None = None) -> Path:
    """The data folder: ``chosen``, else ``$PANAH_DATA``, else the user's data directory."""
    if chosen:
        return Path(chosen).expanduser().absolute()
    if from_environment := os.environ.get("PANAH_DATA"):
        return Path(from_environment).expanduser().absolute()
    import platformdirs

    return Path(platformdirs.user_data_dir("panah"))


def prepare(folder: Path) -> Path:
    """Make the folder, readable by its owner only.

    Raises:
        NotConfigured: It cannot be made, or cannot be written to.
    """
    try:
        folder.mkdir(mode=PRIVATE_FOLDER_MODE, parents=True, exist_ok=True)
        # several threads of a server may ask at once: none may take another's probe away
        probe = folder / f".write-probe-{os.getpid()}-{threading.get_ident()}"
        probe.touch(mode=SECRET_FILE_MODE)
        probe.unlink()
    except OSError as error:
        raise unwritable(error, folder) from error
    return folder


def unwritable(error: OSError, place: Path) -> NotConfigured:
    """Turn a failed write into one clear error: full disk, read-only folder, or another reason."""
    if error.errno == errno.ENOSPC:
        return NotConfigured("the disk is full", where=str(place), hint="free some space and run it again")
    if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
        return NotConfigured(
            "the folder cannot be written to", where=str(place), hint="choose another one with --data DIR"
        )
    reason = os.strerror(error.errno) if error.errno else "unknown reason"
    return NotConfigured(f"cannot write: {reason.lower()}", where=str(place), hint="choose another one with --data DIR")


@contextlib.contextmanager
def only_one(folder: Path, doing: str) -> Iterator[None]:
    """Hold the folder's lock while ``doing``; the kernel lets go of it even when we are killed.

    Raises:
        NotConfigured: Another process holds it.
    """
    descriptor = os.open(folder / ".lock", os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, SECRET_FILE_MODE)
    with os.fdopen(descriptor, "a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise NotConfigured(
                f"another {doing} is running in this folder",
                where=str(folder),
                hint="wait for it, or use --data DIR",
            ) from error
        yield


@contextlib.contextmanager
def whole_or_nothing(target: Path) -> Iterator[Path]:
    """Give a path to write to; it takes ``target``'s name only when the block ends without an error."""
    part = target.with_name(f".{target.name}.part-{os.getpid()}")
    try:
        yield part
        part.replace(target)
    except OSError as error:
        if error.filename in {None, str(part), str(target)} or error.errno == errno.ENOSPC:
            raise unwritable(error, target) from error
        raise
    finally:
        part.unlink(missing_ok=True)
