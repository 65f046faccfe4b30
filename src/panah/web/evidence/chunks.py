"""Chunks as a stream that is read once, so that what opens can seal again without a file between."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any


class Chunks(io.RawIOBase):
    """Chunks as a stream that is read once."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks, self._left = chunks, memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        if not self._left:
            self._left = memoryview(next(self._chunks, b""))
        part = self._left[: len(buffer)]
        buffer[: len(part)] = part
        self._left = self._left[len(part) :]
        return len(part)
