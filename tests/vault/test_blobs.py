"""Evidence files: streamed in constant memory, whole or nothing, never clear on the disk."""

from __future__ import annotations

import errno
import hashlib
import io
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from panah.errors import Altered, NotConfigured, NotOpened, Unreadable
from panah.vault import age_stream, blobs, padding, unseal
from panah.vault.seal import BlobKey, SealingWriter, seal_stream

CANARY = b"canary-4d1f9c-renagul-calls-at-night"


def seal_bytes(folder: Path, content: bytes) -> tuple[BlobKey, blobs.SealedBlob]:
    key = BlobKey.generate()
    return key, seal_stream(io.BytesIO(content), folder, key)


@pytest.mark.parametrize("size", [0, 1, 31, 32, 33, 65_535, 65_536, 65_537, 1_048_576, 3_000_001])
def test_a_file_comes_back_and_is_described(tmp_path: Path, size: int) -> None:
    content = os.urandom(size)
    key, blob = seal_bytes(tmp_path, content)
    assert unseal.read_blob(tmp_path, blob, key) == content
    assert blob.sha256 == hashlib.sha256(content).hexdigest()
    assert blob.size_bytes == size
    assert blob.stored_bytes == blob.path_in(tmp_path).stat().st_size
    assert [path.name for path in tmp_path.iterdir()] == [f"{blob.name}.age"]
    assert blob.path_in(tmp_path).stat().st_mode & 0o777 == 0o600


@given(chunks=st.lists(st.binary(max_size=3000), max_size=8))
@settings(max_examples=20, deadline=None)
def test_any_chunks_of_an_upload_come_back_joined(
    tmp_path_factory: pytest.TempPathFactory, chunks: list[bytes]
) -> None:
    folder, key = tmp_path_factory.mktemp("blobs"), BlobKey.generate()
    with SealingWriter(folder, key) as writer:
        for chunk in chunks:
            assert writer.write(chunk) == len(chunk)
    assert unseal.read_blob(folder, writer.blob, key) == b"".join(chunks)


def test_the_name_is_random_and_the_content_is_not_on_the_disk(tmp_path: Path) -> None:
    _, first = seal_bytes(tmp_path, CANARY * 50)
    _, second = seal_bytes(tmp_path, CANARY * 50)
    assert first.name != second.name
    assert first.commitment != second.commitment
    for path in tmp_path.iterdir():
        stored = path.read_bytes()
        assert CANARY not in stored
        assert first.sha256.encode() not in stored


def test_the_stored_size_tells_only_the_bucket(tmp_path: Path) -> None:
    """age adds a stanza of random length, so sizes differ a little whatever the content."""
    sizes = [seal_bytes(tmp_path, b"x" * size)[1].stored_bytes for size in (1_000_001, 1_015_808)]
    assert all(padding.bucket(1_000_001) < size < padding.bucket(1_000_001) + 2000 for size in sizes)


def test_the_records_repr_shows_no_digest_size_or_salt(tmp_path: Path) -> None:
    _, blob = seal_bytes(tmp_path, b"12345")
    assert blob.sha256 not in repr(blob)
    assert blob.salt not in repr(blob)
    assert "size_bytes" not in repr(blob)


def test_another_key_does_not_open_it(tmp_path: Path) -> None:
    _, blob = seal_bytes(tmp_path, b"x")
    with pytest.raises(NotOpened):
        unseal.read_blob(tmp_path, blob, BlobKey.generate())


def test_a_missing_file_is_said_to_be_missing(tmp_path: Path) -> None:
    key, blob = seal_bytes(tmp_path, b"x")
    blob.path_in(tmp_path).unlink()
    with pytest.raises(Unreadable, match="missing"):
        unseal.read_blob(tmp_path, blob, key)


def test_every_change_to_the_stored_file_is_noticed(tmp_path: Path) -> None:
    key, blob = seal_bytes(tmp_path, b"hello")
    path = blob.path_in(tmp_path)
    stored = path.read_bytes()
    # the version line's own flip is told as another format, hence both errors
    for at in range(len(stored)):
        changed = bytearray(stored)
        changed[at] ^= 0x10
        path.write_bytes(changed)
        with pytest.raises((Altered, NotOpened)):
            unseal.read_blob(tmp_path, blob, key)
    for cut in (0, 1, 20, len(stored) // 2, len(stored) - 1):
        path.write_bytes(stored[:cut])
        with pytest.raises((Altered, NotOpened)):
            unseal.read_blob(tmp_path, blob, key)
    path.write_bytes(stored + b"x")
    with pytest.raises(Altered):
        unseal.read_blob(tmp_path, blob, key)


def test_a_file_put_in_the_place_of_another_is_noticed(tmp_path: Path) -> None:
    """Sealed to the same key, with another content, another size, or bytes in the padding."""
    import pyrage

    key, blob = seal_bytes(tmp_path, b"hello")
    recipient = pyrage.x25519.Recipient.from_str(key.recipient)
    for inside in (b"jello".ljust(32, b"\0"), b"hello", b"hello".ljust(64, b"\0"), b"hello\0x".ljust(32, b"\0"), b"he"):
        blob.path_in(tmp_path).write_bytes(pyrage.encrypt(inside, [recipient]))
        with pytest.raises(Altered):
            unseal.read_blob(tmp_path, blob, key)


def test_a_reading_room_can_open_it_with_age_alone(tmp_path: Path) -> None:
    if shutil.which("age") is None:
        pytest.skip("the age program is not installed (apt install age)")
    room, key = BlobKey.generate(), BlobKey.generate()
    blob = seal_stream(io.BytesIO(CANARY), tmp_path, key, also_to=(room.recipient,))
    (tmp_path / "room.txt").write_text(room.identity + "\n")
    opened = subprocess.run(
        ["age", "-d", "-i", tmp_path / "room.txt", blob.path_in(tmp_path)], capture_output=True, check=True
    ).stdout
    assert opened[: blob.size_bytes] == CANARY
    assert not opened[blob.size_bytes :].strip(b"\0")


def test_a_bad_recipient_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(NotConfigured, match="recipient 2"):
        seal_stream(io.BytesIO(b"x"), tmp_path, BlobKey.generate(), also_to=("age1nonsense",))
    assert not list(tmp_path.iterdir())


def test_too_much_is_refused_and_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(Unreadable, match="1,000"):
        seal_stream(io.BytesIO(b"x" * 1001), tmp_path, BlobKey.generate(), at_most=1000)
    assert not list(tmp_path.iterdir())
    assert seal_stream(io.BytesIO(b"x" * 1000), tmp_path, BlobKey.generate(), at_most=1000).size_bytes == 1000


@pytest.mark.parametrize("problem", [KeyboardInterrupt(), ValueError("the view failed")])
def test_an_upload_that_is_broken_off_leaves_nothing(tmp_path: Path, problem: BaseException) -> None:
    writer = SealingWriter(tmp_path, BlobKey.generate())

    def upload() -> None:
        with writer:
            writer.write(CANARY * 100_000)
            raise problem

    with pytest.raises(type(problem)):
        upload()
    assert not list(tmp_path.iterdir())
    with pytest.raises(ValueError, match="not sealed"):
        _ = writer.blob


def test_a_full_disk_is_said_plainly_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    real_fdopen = os.fdopen

    class Full:
        def __init__(self, stream: object) -> None:
            self.stream, self.left = stream, 100_000

        def write(self, data: bytes) -> int:
            self.left -= len(data)
            if self.left < 0:
                raise OSError(errno.ENOSPC, "No space left on device")
            return self.stream.write(data)  # type: ignore[attr-defined, no-any-return]

        def __enter__(self) -> Full:
            return self

        def __exit__(self, *_: object) -> None:
            self.stream.close()  # type: ignore[attr-defined]

    monkeypatch.setattr(
        blobs.os,
        "fdopen",
        lambda fd, mode, *a, **k: Full(real_fdopen(fd, mode)) if "w" in mode else real_fdopen(fd, mode, *a, **k),
    )
    with pytest.raises(NotConfigured, match="disk is full"):
        seal_stream(io.BytesIO(CANARY * 300_000), tmp_path, BlobKey.generate())
    monkeypatch.undo()
    assert not list(tmp_path.iterdir())


def test_a_missing_folder_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(NotConfigured):
        seal_stream(io.BytesIO(b"x"), tmp_path / "none", BlobKey.generate())


def test_descriptors_and_threads_are_given_back(tmp_path: Path) -> None:
    import threading

    seal_bytes(tmp_path, b"warm")
    before, threads = len(os.listdir("/proc/self/fd")), threading.active_count()  # noqa: PTH208
    for _ in range(5):
        key, blob = seal_bytes(tmp_path, b"x" * 100_000)
        unseal.read_blob(tmp_path, blob, key)
        next(iter(unseal.blob_chunks(tmp_path, blob, key)))  # left before the end
        with pytest.raises(NotOpened):
            unseal.read_blob(tmp_path, blob, BlobKey.generate())
    assert len(os.listdir("/proc/self/fd")) == before  # noqa: PTH208
    assert threading.active_count() == threads


SEAL_MUCH = """
import os, resource, sys
from pathlib import Path
from panah.vault.seal import BlobKey, SealingWriter
chunk = {canary!r}.ljust(1 << 20, b"-")
with SealingWriter(Path(sys.argv[1]), BlobKey.generate()) as writer:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print("started", flush=True)
    for _ in range(int(sys.argv[2])):
        writer.write(chunk)
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before, writer.blob.size_bytes)
"""


def test_200_mb_are_sealed_in_constant_memory(tmp_path: Path) -> None:
    script = SEAL_MUCH.format(canary=CANARY)
    done = subprocess.run([sys.executable, "-c", script, tmp_path, "200"], capture_output=True, text=True, check=True)
    grown_kib, size = map(int, done.stdout.split()[1:])
    assert size == 200 << 20
    assert grown_kib < 16 * 1024


def test_kill_9_while_sealing_leaves_nothing_readable_and_no_finished_name(tmp_path: Path) -> None:
    script = SEAL_MUCH.format(canary=CANARY)
    for wait_s in (0.0, 0.05, 0.2):
        process = subprocess.Popen(
            [sys.executable, "-c", script, tmp_path, "100000"],
            stdout=subprocess.PIPE,
            env=os.environ | {"TMPDIR": str(tmp_path)},
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(wait_s)
        process.send_signal(signal.SIGKILL)
        process.wait()
        process.stdout.close()
    left = list(tmp_path.iterdir())
    assert left, "the test kills too early to prove anything"
    for path in left:
        assert path.suffix != ".age"
        assert path.name.startswith(".")
        assert CANARY not in path.read_bytes()


@given(junk=st.binary(max_size=400))
@settings(max_examples=40, deadline=None)
def test_hostile_age_files_are_refused(junk: bytes) -> None:
    identities = age_stream.parse_identities(BlobKey.generate().identity)
    with pytest.raises((Altered, NotOpened)), age_stream.age_reader(io.BytesIO(junk), identities) as plaintext:
        plaintext.read()


@pytest.mark.parametrize("text", ["", "# only a comment\n", "AGE-SECRET-KEY-1NONSENSE", "age1public"])
def test_a_file_without_an_identity_is_refused_without_showing_it(text: str) -> None:
    with pytest.raises(NotOpened) as caught:
        age_stream.parse_identities(text, where="key.txt")
    assert "NONSENSE" not in str(caught.value)
    assert "key.txt" in str(caught.value)
