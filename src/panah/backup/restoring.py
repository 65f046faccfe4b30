"""Restoring: into a new place, checked to the last line of the custody log before it takes the place's name.

Invariant: nothing is where a running Panah would find it until everything was verified: the sums and their signature,
the chain of custody, every checkpoint in the database, and the one that the caller kept elsewhere.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import shutil
import tarfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any, Final

from panah.errors import Altered, NotConfigured, NotVerified, Unreadable
from panah.home import PRIVATE_FOLDER_MODE, SECRET_FILE_MODE, unwritable
from panah.vault.age_stream import age_reader, parse_identities
from panah.vault.checkpoint import Checkpoint, read_note
from panah.vault.signer import Signer, Verifier

from .checking import check_restored, rows_of
from .databases import FILE_NAME, restore_postgresql, restore_sqlite
from .kept import SAFE_NAME
from .landing import landing
from .making import FORMAT, SIGNER_FILE

CHUNK_BYTES: Final = 1 << 20
LARGEST_TEXT_BYTES: Final = 64 << 20
MOST_FILES: Final = 10_000_000
_TEXTS: Final = ("backup.json", "SHA256SUMS", "SHA256SUMS.sig", "signer.pem")

Advance = Callable[[int], object]


@dataclass(frozen=True, slots=True)
class Restored:
    """What is there again."""

    made_at: str
    n_files: int
    custody_lines: int
    checkpoint_lines: int
    """Lines that the newest checkpoint covers."""
    compared: bool
    """Whether a checkpoint kept elsewhere was compared."""
    keys: bool
    """Whether the case keys are there; without them no case opens."""
    signer_sha256: str
    missing: tuple[str, ...] = ()
    """Random names of sealed files that rows tell of and that the backup does not have."""


def restore(
    main: Path,
    keys: Path | None,
    into: Path,
    *,
    identities: str,
    address: str = "",
    signer_pem: bytes | None = None,
    checkpoint: bytes | None = None,
    advance: Advance = lambda _bytes: None,
) -> Restored:
    """Put a backup back.

    Args:
        main: The main set.
        keys: The key set; None for a look at what is there, in which no case opens.
        into: The data folder to make; it must not exist, or be empty.
        identities: The text of an age identity file.
        address: ``DATABASE_URL`` of an empty PostgreSQL database, when the backup is of one.
        signer_pem: The installation's public key, got elsewhere: anybody who knows the recipient can make a backup.
        checkpoint: A checkpoint or its note, kept elsewhere; the restored log must continue it.
        advance: Called with the number of bytes done since the last call.

    Raises:
        NotOpened: The identity does not open it.
        Altered, NotVerified, CustodyBroken: It is not what was backed up; nothing stays.
        Unreadable, NotConfigured: It is no backup; the place is taken; nothing stays.
    """
    if into.exists() and (not into.is_dir() or any(into.iterdir())):
        raise NotConfigured("something is there already", where=str(into), hint="name a new folder with --into")
    opened = parse_identities(identities, where="the identity file")
    _clean(into)
    work = into.with_name(f".{into.name}.restoring-{os.getpid()}")
    try:
        work.mkdir(mode=PRIVATE_FOLDER_MODE, parents=True)
    except OSError as error:
        raise unwritable(error, work) from error
    try:
        with landing(address) if address else contextlib.nullcontext(lambda: None) as verified:
            first = _Reader(main, "main", work, opened, address, advance)
            first.read()
            second = None if keys is None else _Reader(keys, "keys", work, opened, address, advance)
            if second is not None:
                second.read()
                _check_pair(first, second)
            _check_signer(first, work, signer_pem)
            restored = _checked(first, second is not None, work, address, checkpoint)
            verified()
        if into.exists():
            into.rmdir()
        work.rename(into)
    except BaseException:
        shutil.rmtree(work, ignore_errors=True)
        raise
    return restored


def _clean(into: Path) -> None:
    """Remove what an earlier restore to this place left that was killed."""
    for path in into.parent.glob(f".{into.name}.restoring-*"):
        number = path.name.rpartition("-")[2]
        if number.isdigit() and not Path("/proc", number).exists():
            shutil.rmtree(path, ignore_errors=True)


@dataclass
class _Reader:
    """One set on its way back."""

    path: Path
    kind: str
    work: Path
    identities: list[Any]
    address: str
    advance: Advance
    head: dict[str, str] = field(default_factory=dict)
    digests: dict[str, str] = field(default_factory=dict)
    texts: dict[str, bytes] = field(default_factory=dict)
    n_files: int = 0

    def read(self) -> None:
        """Write what is in it into the work folder and the database, then check the sums and their signature."""
        try:
            source = self.path.open("rb")
        except OSError as error:
            raise Unreadable("cannot be read", where=str(self.path), hint="check the path") from error
        with source, age_reader(source, self.identities, where=self.path.name) as clear:
            try:
                with tarfile.open(fileobj=clear, mode="r|") as tar:
                    self._members(tar)
                while clear.read(CHUNK_BYTES):
                    """To the end, where age says whether it was cut short."""
            except tarfile.TarError as error:
                raise Unreadable(
                    "this is no backup", where=self.path.name, hint="give a file panah backup made"
                ) from error
        self._check_sums()

    def _members(self, tar: tarfile.TarFile) -> None:
        members = self._harmless(tar)
        name, stream = next(members, ("", None))
        if name != "backup.json" or stream is None:
            raise Unreadable("this is no backup", where=self.path.name, hint="give a file panah backup made")
        self.head = self._head(self._text(name, stream))
        pending = next(members, None)
        pending = self._database(pending, members)
        while pending is not None:
            name, stream = pending
            if name.startswith("files/"):
                self._file(name, stream)
            elif name in _TEXTS:
                self._text(name, stream)
            else:
                raise Altered("a file that cannot stand in a backup", where=f"{self.path.name}, {name!r}")
            pending = next(members, None)

    def _harmless(self, tar: tarfile.TarFile) -> Iterator[tuple[str, IO[bytes]]]:
        """Plain files under plain names, each once; no name is used as a path before this."""
        for member in tar:
            parts = member.name.split("/")
            stream = tar.extractfile(member) if member.isreg() else None
            if stream is None or len(parts) > 8 or not all(SAFE_NAME.fullmatch(part) for part in parts):
                raise Altered("a file that cannot stand in a backup", where=f"{self.path.name}, {member.name[:200]!r}")
            if member.name in self.digests or len(self.digests) > MOST_FILES:
                raise Altered("a file stands twice, or there are too many", where=self.path.name)
            yield member.name, stream

    def _head(self, text: bytes) -> dict[str, str]:
        try:
            head = json.loads(text)
            right = head["format"] == FORMAT and head["kind"] == self.kind
        except (ValueError, TypeError, KeyError):
            right = False
        if not right:
            raise Unreadable(
                f"this is no {self.kind} set", where=self.path.name, hint="a backup is a main and a key set"
            )
        if (head["engine"] == "postgresql") != bool(self.address):
            raise NotConfigured(
                f"this backup is of {head['engine']}", where="DATABASE_URL", hint="set it for PostgreSQL only"
            )
        return {key: str(value) for key, value in head.items()}

    def _database(
        self, pending: tuple[str, IO[bytes]] | None, members: Iterator[tuple[str, IO[bytes]]]
    ) -> tuple[str, IO[bytes]] | None:
        """Stream all pieces into the database; the member after them."""
        after: list[tuple[str, IO[bytes]] | None] = [pending]

        def pieces() -> Iterator[bytes]:
            while after[0] is not None and after[0][0].startswith("database/"):
                name, stream = after[0]
                yield from self._chunks(name, stream)
                after[0] = next(members, None)

        if self.address:
            restore_postgresql(self.address, pieces(), data_only=self.kind == "keys")
        else:
            restore_sqlite(self.work / FILE_NAME, pieces())
        for _rest in pieces():
            """What the database did not want to read is hashed all the same."""
        return after[0]

    def _file(self, name: str, stream: IO[bytes]) -> None:
        target = self.work / name.removeprefix("files/")
        target.parent.mkdir(mode=PRIVATE_FOLDER_MODE, parents=True, exist_ok=True)
        try:
            descriptor = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, SECRET_FILE_MODE)
            with os.fdopen(descriptor, "wb") as out:
                for chunk in self._chunks(name, stream):
                    out.write(chunk)
                out.flush()
                os.fsync(out.fileno())
        except FileExistsError:
            raise Altered("a file that cannot stand in a backup", where=f"{self.path.name}, {name!r}") from None
        except OSError as error:
            raise unwritable(error, self.work) from error
        self.n_files += 1

    def _text(self, name: str, stream: IO[bytes]) -> bytes:
        text = b"".join(self._chunks(name, stream, at_most=LARGEST_TEXT_BYTES))
        self.texts[name] = text
        return text

    def _chunks(self, name: str, stream: IO[bytes], *, at_most: int | None = None) -> Iterator[bytes]:
        digest, size = hashlib.sha256(), 0
        while chunk := stream.read(CHUNK_BYTES):
            digest.update(chunk)
            size += len(chunk)
            if at_most is not None and size > at_most:
                raise Altered("this file is larger than it can be", where=f"{self.path.name}, {name}")
            self.advance(len(chunk))
            yield chunk
        self.digests[name] = digest.hexdigest()

    def _check_sums(self) -> None:
        missing = [name for name in _TEXTS if name not in self.texts]
        if missing:
            raise Altered("the backup is cut short", where=f"{self.path.name}, {missing[0]}")
        verifier = Verifier.from_pem(self.texts["signer.pem"])
        verifier.verify(self.texts["SHA256SUMS"], self.texts["SHA256SUMS.sig"], where=f"{self.path.name}, SHA256SUMS")
        listed: dict[str, str] = {}
        for line in self.texts["SHA256SUMS"].decode("utf-8", "replace").splitlines():
            digest, _, name = line.partition("  ")
            listed[name] = digest
        read = {name: digest for name, digest in self.digests.items() if name not in _TEXTS[1:]}
        for name in sorted(listed.keys() | read.keys()):
            if listed.get(name) != read.get(name):
                raise Altered("the file differs from SHA256SUMS", where=f"{self.path.name}, {name}")

    @property
    def verifier(self) -> Verifier:
        """Who signed it."""
        return Verifier.from_pem(self.texts["signer.pem"])


def _check_pair(main: _Reader, keys: _Reader) -> None:
    if main.verifier.public != keys.verifier.public or main.head["engine"] != keys.head["engine"]:
        raise NotVerified(
            "the two sets are of different installations", where=keys.path.name, hint="give the right one"
        )


def _check_signer(main: _Reader, work: Path, signer_pem: bytes | None) -> None:
    """The backup, the key file in it, and the key that the caller got elsewhere are one."""
    enclosed = Signer.load(work / SIGNER_FILE, "panah") if (work / SIGNER_FILE).exists() else None
    if enclosed is None or enclosed.verifier.public != main.verifier.public:
        raise NotVerified("the backup was not signed by its installation's key", where=main.path.name)
    if signer_pem is not None and Verifier.from_pem(signer_pem).public != main.verifier.public:
        raise NotVerified("signed by another key than the one you gave", where=main.path.name, hint="check --signer")


def _checked(main: _Reader, keys: bool, work: Path, address: str, kept: bytes | None) -> Restored:
    verifier = main.verifier
    with rows_of(work / FILE_NAME, address) as rows:
        earlier = None if kept is None else _kept(kept, rows.origin(), verifier)
        found = check_restored(rows, verifier, earlier, where=main.path.name)
        named = rows.blob_names()
    missing = tuple(sorted(name for name in named if not (work / "evidence" / f"{name}.age").exists()))
    return Restored(
        made_at=main.head["made_at"],
        n_files=main.n_files,
        custody_lines=found.lines,
        checkpoint_lines=found.checkpoint_lines,
        compared=kept is not None,
        keys=keys,
        signer_sha256=verifier.fingerprint,
        missing=missing,
    )


def _kept(text: bytes, origin: str, verifier: Verifier) -> Checkpoint:
    with contextlib.suppress(NotVerified):
        return Checkpoint.from_text(text)
    return read_note(text, Verifier(origin, verifier.public))
