"""Zips as hostile as they come: looked at before anything in them is read, and never unpacked to disk.

Refused are names that lead out of the folder, entries that overlap (one kernel of data counted a thousand times), and
more unpacked bytes than a phone holds. A member is read as a stream and digested in pieces.
"""

from __future__ import annotations

import zipfile
import zlib
from pathlib import Path, PurePosixPath
from typing import BinaryIO, Final

from panah.errors import NotOpened, Unreadable

MAGIC: Final = (b"PK\x03\x04", b"PK\x05\x06")
MAX_UNPACKED_BYTES: Final = 128 << 30
MAX_RATIO: Final = 250
"""Times the whole zip may grow; chats grow 3 to 20 times, and deflate cannot do more than 1,032."""
RATIO_MATTERS_FROM_BYTES: Final = 256 << 20
BROKEN: Final = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


def members(path: Path, *, at_most: int) -> tuple[str, ...]:
    """Names of the files in the zip, in its order.

    Raises:
        Unreadable: Damaged, or a trap.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [one for one in archive.infolist() if not one.is_dir()]
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, zlib.error) as error:
        raise Unreadable("a damaged zip", where=path.name, hint="export it again") from error
    if len(entries) > at_most:
        raise Unreadable(f"a zip with {len(entries):,} files", where=path.name, hint="export one chat at a time")
    _refuse_traps(path, entries)
    return tuple(one.filename for one in entries)


def _refuse_traps(path: Path, entries: list[zipfile.ZipInfo]) -> None:
    hint = "no app makes such a zip; check who sent it"
    for one in entries:
        inside = PurePosixPath(one.filename.replace("\\", "/"))
        if inside.is_absolute() or ".." in inside.parts or ":" in inside.parts[0]:
            raise Unreadable("a zip with a name that leads out of its folder", where=path.name, hint=hint)
    end = 0
    for one in sorted(entries, key=lambda entry: entry.header_offset):
        if one.header_offset < end:
            raise Unreadable("a zip whose entries overlap", where=path.name, hint=hint)
        end = one.header_offset + 30 + one.compress_size
    unpacked = sum(one.file_size for one in entries)
    packed = max(1, path.stat().st_size)
    if unpacked > MAX_UNPACKED_BYTES or (unpacked > RATIO_MATTERS_FROM_BYTES and unpacked > MAX_RATIO * packed):
        raise Unreadable(f"a zip that unpacks to {unpacked:,} bytes", where=path.name, hint=hint)


def open_member(path: Path, member: str, password: str | None) -> BinaryIO:
    """One member as a stream.

    Raises:
        NotOpened: It is encrypted and the password is missing or wrong.
        Unreadable: It is damaged.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entry = archive.getinfo(member)
            if entry.flag_bits & 1:
                return _open_encrypted(path, entry, password)
            return archive.open(entry)  # type: ignore[return-value]  # ZipExtFile reads as a BinaryIO does
    except (*BROKEN, KeyError, OSError, ValueError) as error:
        raise Unreadable("a damaged file in the zip", where=path.name, hint="export it again") from error


def _open_encrypted(path: Path, entry: zipfile.ZipInfo, password: str | None) -> BinaryIO:
    import pyzipper  # knows the AES encryption of WinZip, which the standard library does not

    if password is None:
        raise NotOpened("the zip is encrypted", where=path.name, hint="give its password with --password-file")
    try:
        with pyzipper.AESZipFile(path) as archive:
            stream: BinaryIO = archive.open(entry.filename, pwd=password.encode())
            return stream
    except RuntimeError as error:
        raise NotOpened("the password does not open the zip", where=path.name, hint="check the password") from error


def size_of(path: Path, member: str) -> int:
    """Bytes of a member when unpacked, as the zip says."""
    with zipfile.ZipFile(path) as archive:
        return archive.getinfo(member).file_size
