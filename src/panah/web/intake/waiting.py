"""A file that a member sent and has not decided on: sealed, its key in the member's session alone, two hours at most."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from typing import BinaryIO

from panah.errors import PanahError
from panah.model.base import Record

from . import flows
from .mailbox import pending_chunks
from .records import Draft, SealedFile


def seal(stream: BinaryIO, name: str, at_most: int) -> tuple[str, SealedFile]:
    """Seal a file while it streams in; returns the token for the member's session, and the file.

    Raises:
        Unreadable: It is larger than allowed.
        NotConfigured: The disk is full; nothing is left behind.
    """
    token = flows.new_token()
    draft = Draft()
    flows.write(token, draft)
    media = "application/octet-stream"
    try:
        kept = flows.add_file(token, draft, stream, name, media, at_most=at_most, for_good=False)
    except PanahError:
        flows.end(token)
        raise
    return token, kept.files[0]


def write(token: str, record: Record) -> None:
    """What is known of the file, in place of what was."""
    flows.write(token, record)


@contextlib.contextmanager
def in_memory(file: SealedFile) -> Iterator[str]:
    """The file as a path that lies in memory only: readers take paths, and a disk would keep it (decision 135)."""
    with memory_file(file) as descriptor:
        yield f"/proc/self/fd/{descriptor}"


@contextlib.contextmanager
def memory_file(file: SealedFile) -> Iterator[int]:
    """As :func:`in_memory`, as an open file that can be given to one other process."""
    descriptor = os.memfd_create("waiting", os.MFD_CLOEXEC)
    try:
        for chunk in pending_chunks(file):
            view = memoryview(chunk)
            while view:
                view = view[os.write(descriptor, view) :]
        yield descriptor
    finally:
        os.close(descriptor)
