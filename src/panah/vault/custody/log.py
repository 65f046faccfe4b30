"""A custody log in a file: appended under a lock, on the disk before it is acknowledged.

Invariant: what :meth:`CustodyLog.append` returned survives a power cut. A line that a crash tore is never silently
dropped or completed: every use refuses the log until :meth:`CustodyLog.repair` has cut it off, and said so in the log.
"""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Final

from panah.errors import CustodyBroken
from panah.home import SECRET_FILE_MODE, unwritable

from .lines import EMPTY, Head, entry_line, line_digest, verify

LONGEST_LINE_BYTES: Final = 4096


class CustodyLog:
    """An append-only file of custody lines, readable by its owner only; made by the first append."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def append(
        self,
        *,
        actor: str,
        act: str,
        item: str | None = None,
        detail: str | None = None,
        at: datetime | None = None,
    ) -> bytes:
        """Add one act and return its line; arguments and errors as :func:`.lines.entry_line`.

        Raises:
            CustodyBroken: The last line is torn.
            NotConfigured: The disk is full or the file cannot be written; the log is as it was.
        """
        with self._locked() as descriptor:
            line = entry_line(self._last_line(descriptor), actor=actor, act=act, item=item, detail=detail, at=at)
            self._write(descriptor, line)
        return line

    def lines(self) -> list[bytes]:
        """All lines with their newlines; none if there is no log yet."""
        try:
            with self.path.open("rb") as stream:
                return stream.readlines()
        except FileNotFoundError:
            return []

    def verify(self) -> Head:
        """Check all of it, line by line in constant memory; raises as :func:`custody.verify` does."""
        try:
            with self.path.open("rb") as stream:
                return verify(stream, where=self.path.name)
        except FileNotFoundError:
            return EMPTY

    def repair(self) -> bytes | None:
        """Cut off a torn last line and say so in the log; None if nothing is torn.

        Returns:
            The line that tells of the repair; its detail is the SHA-256 of what was cut off.
        """
        with self._locked() as descriptor:
            size = os.fstat(descriptor).st_size
            tail = os.pread(descriptor, LONGEST_LINE_BYTES, max(0, size - LONGEST_LINE_BYTES))
            torn = tail[tail.rfind(b"\n") + 1 :]
            if not torn:
                return None
            if len(torn) == LONGEST_LINE_BYTES:
                raise CustodyBroken("the end is no custody log at all", where=self.path.name)
            os.ftruncate(descriptor, size - len(torn))
            line = entry_line(self._last_line(descriptor), actor="system", act="repaired", detail=line_digest(torn))
            self._write(descriptor, line)
        return line

    @contextlib.contextmanager
    def _locked(self) -> Iterator[int]:
        try:
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, SECRET_FILE_MODE)
        except OSError as error:
            raise unwritable(error, self.path) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield descriptor
        finally:
            os.close(descriptor)

    def _last_line(self, descriptor: int) -> bytes | None:
        size = os.fstat(descriptor).st_size
        if not size:
            return None
        tail = os.pread(descriptor, LONGEST_LINE_BYTES, max(0, size - LONGEST_LINE_BYTES))
        if not tail.endswith(b"\n"):
            raise CustodyBroken(
                "the last line is torn", where=self.path.name, hint="repair the log; the cut is then written in it"
            )
        return tail[tail.rfind(b"\n", 0, -1) + 1 :]

    def _write(self, descriptor: int, line: bytes) -> None:
        before = os.fstat(descriptor).st_size
        try:
            left = memoryview(line)
            while left:
                left = left[os.write(descriptor, left) :]
            os.fsync(descriptor)
            if not before:
                _sync(self.path.parent)
        except BaseException as error:
            os.ftruncate(descriptor, before)
            if isinstance(error, OSError):
                raise unwritable(error, self.path) from error
            raise


def _sync(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
