"""Uploads: what was sent comes out, nothing readable reaches the disk, too much is refused."""

from __future__ import annotations

import io
import os
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory
from hypothesis import given
from hypothesis import settings as limits
from hypothesis import strategies as st

from panah.web.base.uploads import BLOCK_BYTES, MEMORY_BYTES, SealedSpool

CANARY = b"CANARY-NAME-7700900123-"


def filled(folder: Path, content: bytes, step: int = 64_000) -> SealedSpool:
    spool = SealedSpool(folder)
    for start in range(0, len(content), step):
        spool.write(content[start : start + step])
    spool.seek(0)
    return spool


def read_fully(spool: SealedSpool, length: int) -> bytes:
    """A raw file may give less than asked; ask until it gives nothing."""
    parts: list[bytes] = []
    while length and (part := spool.read(length)):
        parts.append(part)
        length -= len(part)
    return b"".join(parts)


@limits(max_examples=25, deadline=None)
@given(
    size=st.integers(0, MEMORY_BYTES + 3 * BLOCK_BYTES),
    step=st.integers(1000, 200_000),
    cuts=st.lists(st.tuples(st.floats(0, 1), st.integers(0, 200_000)), max_size=5),
)
def test_what_was_written_is_read_anywhere(
    tmp_path_factory: pytest.TempPathFactory, size: int, step: int, cuts: list[tuple[float, int]]
) -> None:
    content = os.urandom(997) * (size // 997 + 1)
    content = content[:size]
    spool = filled(tmp_path_factory.mktemp("spool"), content, step)
    assert spool.size == size
    assert io.BufferedReader(spool).read() == content
    spool = filled(tmp_path_factory.mktemp("spool"), content, step)
    for where, length in cuts:
        at = int(where * size)
        spool.seek(at)
        assert read_fully(spool, length) == content[at : at + length]


def test_a_small_file_never_touches_the_disk(tmp_path: Path) -> None:
    spool = filled(tmp_path, b"x" * (MEMORY_BYTES - 1))
    assert not spool.on_disk
    assert not list(tmp_path.iterdir())


def test_a_large_file_is_sealed_on_the_disk_and_has_no_name(tmp_path: Path) -> None:
    content = CANARY * (3 * MEMORY_BYTES // len(CANARY))
    spool = filled(tmp_path, content)
    assert spool.on_disk
    assert not list(tmp_path.iterdir()), "a killed process leaves nothing behind"
    assert spool._file is not None
    os.lseek(spool._file.fileno(), 0, os.SEEK_SET)
    on_disk = os.read(spool._file.fileno(), 4 * MEMORY_BYTES)
    assert len(on_disk) > 2 * MEMORY_BYTES
    assert CANARY not in on_disk
    assert io.BufferedReader(spool).read() == content


def test_two_spools_of_the_same_bytes_look_different(tmp_path: Path) -> None:
    stored = []
    for _ in range(2):
        spool = filled(tmp_path, bytes(2 * MEMORY_BYTES))
        assert spool._file is not None
        os.lseek(spool._file.fileno(), 0, os.SEEK_SET)
        stored.append(os.read(spool._file.fileno(), BLOCK_BYTES))
    assert stored[0] != stored[1]


def request_with(content: bytes) -> Any:
    return RequestFactory().post("/", {"file": SimpleUploadedFile("chat.txt", content, "text/plain")})


@pytest.mark.parametrize("size", [0, 10, MEMORY_BYTES, 3 * MEMORY_BYTES + 7])
def test_django_receives_through_the_spool(data_folder: Path, size: int) -> None:
    content = (CANARY * (size // len(CANARY) + 1))[:size]
    request = request_with(content)
    if size == 0:
        assert request.FILES["file"].size == 0
        return
    received = request.FILES["file"]
    assert received.size == size
    assert b"".join(received.chunks()) == content
    received.seek(0)
    assert received.read() == content
    spool_folder = data_folder / "spool"
    assert not spool_folder.exists() or not list(spool_folder.iterdir())


def test_no_other_handler_stands_behind_it() -> None:
    assert settings.FILE_UPLOAD_HANDLERS == ["panah.web.base.uploads.SealingUploadHandler"]


def test_too_much_is_refused(data_folder: Path, settings: Any) -> None:
    settings.PANAH_UPLOAD_BYTES = 100_000
    with pytest.raises(RequestDataTooBig):
        _ = request_with(b"x" * 200_000).FILES
