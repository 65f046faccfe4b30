"""Making a backup: both sets from one moment, streamed through tar into age; what lies on a disk is sealed already."""

from __future__ import annotations

import contextlib
import hashlib
import io
import json
import os
import re
import tarfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import BinaryIO, Final

from panah.errors import NotConfigured, Unreadable
from panah.home import SECRET_FILE_MODE, whole_or_nothing
from panah.vault.age_stream import AgeWriter, parse_recipients
from panah.vault.blobs import SUFFIX
from panah.vault.signer import Signer

from .databases import snapshot
from .kept import files
from .last import note_backup

FORMAT: Final = "panah-backup/1"
PART_BYTES: Final = 8 << 20
READ_BYTES: Final = 1 << 20
SIGNER_FILE: Final = "signer.key"
SIGNER_NAME: Final = "panah/backup"
SET_NAME: Final = re.compile(r"panah-(\d{8}T\d{6}Z)\.(main|keys)\.age")
_STAMP: Final = "%Y%m%dT%H%M%SZ"

Advance = Callable[[int], object]


@dataclass(frozen=True, slots=True)
class MadeBackup:
    """Two files and their digests."""

    main: Path
    keys: Path
    main_sha256: str
    keys_sha256: str
    n_files: int


def make_backup(
    data: Path,
    target: Path,
    *,
    recipients: Sequence[str],
    address: str = "",
    now: datetime | None = None,
    advance: Advance = lambda _bytes: None,
) -> MadeBackup:
    """Copy an installation while it runs.

    Args:
        data: The data folder.
        target: The folder that the two files go to; it must exist.
        recipients: ``age1…`` strings that can restore it.
        address: ``DATABASE_URL``; empty for SQLite in the data folder.
        now: The moment that names the files.
        advance: Called with the number of bytes done since the last call.

    Raises:
        NotConfigured: No recipient, no database, no signing key, no room; nothing half-written stays.
        Unreadable: The database cannot be read, or a file went while others were read.
    """
    parse_recipients(recipients)
    if not target.is_dir():
        raise NotConfigured("there is no such folder", where=str(target), hint="make it first")
    moment = (now or datetime.now(UTC)).astimezone(UTC)
    base = f"panah-{moment.strftime(_STAMP)}"
    main, keys = target / f"{base}.main.age", target / f"{base}.keys.age"
    if main.exists() or keys.exists():
        raise NotConfigured("a backup of this second is there already", where=str(main), hint="run it again")
    signer = _signer(data)
    _clean(target, moment)
    with contextlib.ExitStack() as stack:
        database = stack.enter_context(snapshot(data, address))
        listed = list(files(data))  # after the snapshot: a file is written before the row that tells of it
        keys_part = stack.enter_context(whole_or_nothing(keys))  # both take their names together, at the end
        main_part = stack.enter_context(whole_or_nothing(main))
        key_set = _Set("keys", database.engine, moment, recipients, signer, advance)
        keys_sha256 = key_set.write(keys_part, database.keys(), [])
        main_set = _Set("main", database.engine, moment, recipients, signer, advance)
        main_sha256 = main_set.write(main_part, database.main(), listed)
        _check_whole(database.blob_names(), {name for name, _path in listed}, main_set.names)
    note_backup(data, moment)
    return MadeBackup(main, keys, main_sha256, keys_sha256, len(main_set.names))


def expire_key_sets(target: Path, *, days: int, now: datetime | None = None) -> list[Path]:
    """Delete the key sets that are older than this, and return them; the newest one always stays."""
    before = (now or datetime.now(UTC)) - timedelta(days=days)
    found = sorted(
        (datetime.strptime(name[1], _STAMP).replace(tzinfo=UTC), path)
        for path in target.iterdir()
        if (name := SET_NAME.fullmatch(path.name)) and name[2] == "keys" and path.is_file()
    )
    expired = [path for moment, path in found[:-1] if moment < before]
    for path in expired:
        path.unlink()
    return expired


def _signer(data: Path) -> Signer:
    """The installation's own key: a new one in its place would sign a backup that no restore believes."""
    try:
        return Signer.load(data / SIGNER_FILE, SIGNER_NAME)
    except FileNotFoundError:
        raise NotConfigured(
            "the key that signs is not there", where=str(data / SIGNER_FILE), hint="panah doctor says what to do"
        ) from None


def _check_whole(told: set[str], listed: set[str], copied: set[str]) -> None:
    """A file that a row of our moment tells of, and that was there then, is in the backup.

    It is not when it was sealed anew or deleted while others were read: the copied rows would name a file that is
    nowhere. A file that was missing from the start is the doctor's to tell; the restore tells it too.
    """
    wanted = {f"evidence/{name}{SUFFIX}" for name in told} & listed
    if gone := wanted - copied:
        raise Unreadable(
            f"{len(gone)} files were sealed anew or deleted while others were read",
            where="evidence",
            hint="run it again",
        )


def _clean(target: Path, moment: datetime) -> None:
    """Remove what an earlier backup left that was killed: sealed, unfinished, and a day old."""
    before = (moment - timedelta(days=1)).timestamp()
    for path in target.glob(".panah-*.age.part-*"):
        if path.stat().st_mtime < before:
            path.unlink(missing_ok=True)


@dataclass
class _Set:
    """One ``tar | age`` file on its way."""

    kind: str
    engine: str
    moment: datetime
    recipients: Sequence[str]
    signer: Signer
    advance: Advance

    def __post_init__(self) -> None:
        self.names: set[str] = set()
        self._sums: list[str] = []

    def write(self, part: Path, database: Iterator[bytes], listed: Iterable[tuple[str, Path]]) -> str:
        """Write it, and return its SHA-256; whoever asked gives it its name."""
        digest = hashlib.sha256()
        descriptor = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, SECRET_FILE_MODE)
        with os.fdopen(descriptor, "wb") as out:
            age = AgeWriter(_Counted(out, digest, self.advance), self.recipients)
            try:
                with tarfile.open(fileobj=_Into(age), mode="w|", format=tarfile.GNU_FORMAT) as tar:  # type: ignore[call-overload]
                    self._fill(tar, database, listed)
                age.finish()
            finally:
                age.abort()
            out.flush()
            os.fsync(out.fileno())
        return digest.hexdigest()

    def _fill(self, tar: tarfile.TarFile, database: Iterator[bytes], listed: Iterable[tuple[str, Path]]) -> None:
        head = {"format": FORMAT, "kind": self.kind, "engine": self.engine, "made_at": self.moment.isoformat()}
        self._add(tar, "backup.json", json.dumps(head, sort_keys=True).encode() + b"\n")
        for number, piece in enumerate(_pieces(database), start=1):
            self._add(tar, f"database/{number:06d}", piece)
        for name, path in listed:
            self._add_file(tar, name, path)
        sums = "".join(self._sums).encode()
        self._add(tar, "SHA256SUMS", sums)
        self._add(tar, "SHA256SUMS.sig", self.signer.sign(sums))
        self._add(tar, "signer.pem", self.signer.verifier.to_pem())

    def _add(self, tar: tarfile.TarFile, name: str, content: bytes) -> None:
        tar.addfile(_entry(name, len(content)), io.BytesIO(content))
        self._sums.append(f"{hashlib.sha256(content).hexdigest()}  {name}\n")

    def _add_file(self, tar: tarfile.TarFile, name: str, path: Path) -> None:
        """A file deleted since it was listed is left out; one that shrank meanwhile stops the backup."""
        try:
            stream = path.open("rb")
        except FileNotFoundError:
            return
        with stream:
            hashing = _Hashing(stream)
            try:
                tar.addfile(_entry(f"files/{name}", os.fstat(stream.fileno()).st_size), hashing)
            except OSError as error:
                if error.errno is None:  # tarfile's own: fewer bytes came than were announced
                    raise Unreadable("the file changed while it was read", where=name, hint="run it again") from error
                raise
        self._sums.append(f"{hashing.digest.hexdigest()}  files/{name}\n")
        self.names.add(name)


class _Hashing:
    """A file that is hashed as it is read."""

    def __init__(self, stream: BinaryIO) -> None:
        self._stream, self.digest = stream, hashlib.sha256()

    def read(self, size: int = -1) -> bytes:
        data = self._stream.read(size)
        self.digest.update(data)
        return data


class _Counted:
    """Where the ciphertext goes: the file, its digest, the progress."""

    def __init__(self, out: BinaryIO, digest: hashlib._Hash, advance: Advance) -> None:
        self._out, self._digest, self._advance = out, digest, advance

    def write(self, data: bytes) -> None:
        self._out.write(data)
        self._digest.update(data)
        self._advance(len(data))


class _Into:
    """tarfile's end of an age file."""

    def __init__(self, age: AgeWriter) -> None:
        self._age = age

    def write(self, data: bytes) -> int:
        return self._age.write(data)


def _entry(name: str, size: int) -> tarfile.TarInfo:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, SECRET_FILE_MODE
    return entry


def _pieces(chunks: Iterator[bytes]) -> Iterator[bytes]:
    """Pieces of one size: tar wants to know a size before the bytes."""
    waiting = bytearray()
    for chunk in chunks:
        waiting += chunk
        while len(waiting) >= PART_BYTES:
            yield bytes(waiting[:PART_BYTES])
            del waiting[:PART_BYTES]
    if waiting:
        yield bytes(waiting)
