"""The data folder and the key files, before anything is started that would make what is missing."""

from __future__ import annotations

import os
import pwd
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from panah.errors import NotConfigured
from panah.vault.signer import Signer

from .checks import Check, bad, look, well

OTHERS: Final = 0o077
SECRET_KEY: Final = ("secret.key", 32)
SIGNER_KEY: Final = "signer.key"
DATABASE: Final = "panah.sqlite3"
RESTORE: Final = "restore it from a backup: panah restore"


def folder_and_keys(data: Path, *, has_address: bool) -> Iterator[Check]:
    """Whose the folder is, who can read it, and whether each key is there and whole.

    Args:
        data: The data folder.
        has_address: Whether ``DATABASE_URL`` is set, so that no SQLite file is expected.

    Raises:
        NotConfigured: There is no installation here.
    """
    if not data.is_dir() or not any(data.iterdir()):
        raise NotConfigured("there is no installation here", where=str(data), hint="name its data folder with --data")
    yield _owner(data)
    yield _readable(data)
    yield _secret_key(data / SECRET_KEY[0])
    yield _signer_key(data / SIGNER_KEY)
    if not has_address:
        yield _database(data / DATABASE)


def _owner(data: Path) -> Check:
    owner = data.stat().st_uid
    if owner == os.geteuid():
        return well("owner", _user(owner))
    return bad(
        "owner", f"the data folder belongs to {_user(owner)}, you are {_user(os.geteuid())}", "run it as its owner"
    )


def _readable(data: Path) -> Check:
    """Others can read nothing; the folder's own mode already keeps them out of what is below."""
    if (mode := _mode(data)) & OTHERS:
        return bad("readable", f"others can look into the data folder ({mode:04o})", f"chmod 700 {data}")
    loose, foreign = _loose(data)
    if foreign:
        return bad("readable", f"{foreign} files in the data folder belong to somebody else", "chown them to its owner")
    if loose:
        return look("readable", f"others could read {loose} files, were the folder open", f"chmod -R go= {data}")
    return well("readable", "by its owner only")


def _loose(data: Path) -> tuple[int, int]:
    loose, foreign, owner = 0, 0, data.stat().st_uid
    for folder, _folders, names in os.walk(data):
        for name in names:
            found = Path(folder, name).lstat()
            loose += bool(stat.S_ISREG(found.st_mode) and found.st_mode & OTHERS)
            foreign += found.st_uid != owner
    return loose, foreign


def _secret_key(path: Path) -> Check:
    name, (_file, n_bytes) = "secret_key_file", SECRET_KEY
    if not path.exists():
        return bad(name, f"{path.name} is missing: no second factor and no name of a member opens", RESTORE)
    if (mode := _mode(path)) & OTHERS:
        return bad(name, f"others can read {path.name} ({mode:04o})", f"chmod 600 {path}")
    if path.stat().st_size != n_bytes:
        return bad(name, f"{path.name} is not whole", RESTORE)
    return well(name, "there, whole, its owner's only")


def _signer_key(path: Path) -> Check:
    name = "signer_key"
    try:
        signer = Signer.load(path, "panah")
    except FileNotFoundError:
        return bad(name, f"{path.name} is missing: no checkpoint can be signed or checked", RESTORE)
    except NotConfigured as error:
        return bad(name, error.what, error.hint.replace("it", str(path), 1) if "chmod" in error.hint else RESTORE)
    return well(name, f"there; SHA-256 of its public half {signer.verifier.fingerprint[:16]}…")


def _database(path: Path) -> Check:
    if not path.exists():
        return bad("database_file", f"{path.name} is missing", f"{RESTORE}, or set DATABASE_URL")
    return well("database_file", f"{path.stat().st_size / 1_000_000:.1f} MB")


def _mode(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


def _user(number: int) -> str:
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"user {number}"
