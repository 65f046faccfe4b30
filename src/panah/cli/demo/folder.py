"""The demo's folder: made beside the final one, moved in when it is whole, and never over somebody's real data.

Invariant: a folder without our mark that holds a database is not touched, whatever is asked.
"""

from __future__ import annotations

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from panah import home
from panah.errors import NotConfigured

MARK = ".panah-demo"
MAKING = ".making"
KEPT = frozenset({".lock", ".serve.lock", MAKING})
_MARK_TEXT = "This folder holds invented example data of `panah demo`, which replaces it at every run.\n"


def check_ours(folder: Path) -> None:
    """Refuse a folder that holds anything which no demo made.

    Raises:
        NotConfigured: It does.
    """
    if not folder.exists() or (folder / MARK).is_file():
        return
    if not folder.is_dir():
        raise NotConfigured("this is a file", where=str(folder), hint="choose a folder with --data DIR")
    if any(entry.name not in KEPT for entry in folder.iterdir()):
        raise NotConfigured(
            "the folder holds something that no demo made", where=str(folder), hint="choose another with --data DIR"
        )


@contextlib.contextmanager
def made_whole(folder: Path) -> Iterator[Path]:
    """Give an empty folder to work in; what it holds replaces the last demo only when the block ends well.

    Raises:
        NotConfigured: The folder cannot be written to, or another demo is running in it.
    """
    is_new = not folder.exists()
    home.prepare(folder)
    with _gone_if_empty(folder, is_new), home.only_one(folder, "demo"):
        making = folder / MAKING
        shutil.rmtree(making, ignore_errors=True)  # left by a demo that was killed
        try:
            home.prepare(making)
            yield making
            (making / MARK).write_text(_MARK_TEXT, encoding="utf-8")
            _move_in(making, folder)
        except OSError as error:
            raise home.unwritable(error, folder) from error
        finally:
            shutil.rmtree(making, ignore_errors=True)


@contextlib.contextmanager
def _gone_if_empty(folder: Path, is_new: bool) -> Iterator[None]:
    """Take a folder away again that this run made and put nothing into."""
    try:
        yield
    except BaseException:
        if is_new and {entry.name for entry in folder.iterdir()} <= KEPT:
            shutil.rmtree(folder, ignore_errors=True)
        raise


def _move_in(making: Path, folder: Path) -> None:
    for entry in folder.iterdir():
        if entry.name in KEPT:
            continue
        if entry.is_dir():
            shutil.rmtree(entry)
        else:
            entry.unlink()
    (making / MARK).replace(folder / MARK)  # first, so that a half-moved folder is known as ours
    for entry in list(making.iterdir()):
        entry.replace(folder / entry.name)
