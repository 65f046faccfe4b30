"""An encrypted iOS backup, opened in a process of its own.

``iphone-backup-decrypt`` writes the decrypted list of files to a temporary folder. The child therefore gets a private
folder in memory (``/dev/shm``) where the system has one, which its parent removes whatever happens; the databases
themselves are opened in the child's memory and only rows leave it, as lines of JSON over a pipe. The password comes on
standard input, never as an argument that other users could read.
"""

from __future__ import annotations

import base64
import contextlib
import hashlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import IO, Any, Final

from panah.errors import NotOpened, Unreadable

from . import ios_rows
from .members import media_type_of

_MEMORY: Final = Path("/dev/shm")  # noqa: S108  # in memory, and ours is a private folder in it
_WRONG: Final = "wrong password"


def rows(folder: Path, password: str, *, contents: bool) -> Iterator[tuple[str, dict[str, Any]]]:
    """Rows of the backup as ``(table, row)``: ``message``, ``call``, ``broken``.

    Args:
        folder: The backup.
        password: Opens it.
        contents: Whether attachments come with their bytes.

    Raises:
        NotOpened: The password is wrong.
        Unreadable: The backup is damaged.
    """
    where = _MEMORY if os.access(_MEMORY, os.W_OK) else None
    private = Path(tempfile.mkdtemp(prefix="panah-ios-", dir=where))
    command = [sys.executable, "-m", "panah.phone.ios_decrypt", str(folder.absolute()), "contents" if contents else ""]
    try:
        with subprocess.Popen(  # noqa: S603  # our own interpreter and module
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "TMPDIR": str(private), "PYTHONPATH": os.pathsep.join(sys.path)},
        ) as child:
            try:
                yield from _answers(child, folder, password)
            finally:
                child.kill()
    finally:
        shutil.rmtree(private, ignore_errors=True)


def _answers(child: subprocess.Popen[bytes], folder: Path, password: str) -> Iterator[tuple[str, dict[str, Any]]]:
    assert child.stdin is not None
    assert child.stdout is not None
    with contextlib.suppress(BrokenPipeError):
        child.stdin.write(password.encode())
        child.stdin.close()
    whole = False
    for line in child.stdout:
        kind, row = json.loads(line, object_hook=_from_json)
        if kind == "end":
            whole = True
        elif kind == "error" and row["what"] == _WRONG:
            raise NotOpened("the password does not open the backup", where=folder.name, hint="check the password")
        elif kind == "error":
            raise Unreadable(row["what"], where=folder.name, hint="make the backup again")
        else:
            yield kind, row
    if not whole:
        raise Unreadable("the process that opens the backup ended early", where=folder.name, hint="try it again")


def _to_json(value: Any) -> dict[str, str]:
    if isinstance(value, bytes):
        return {"$bytes": base64.b64encode(value).decode()}
    raise TypeError


def _from_json(found: dict[str, Any]) -> Any:
    return base64.b64decode(found["$bytes"]) if found.keys() == {"$bytes"} else found


def _child(folder: str, contents: bool, answer: IO[str]) -> None:
    """What the other process does."""

    def say(kind: str, row: dict[str, Any]) -> None:
        answer.write(json.dumps([kind, row], default=_to_json) + "\n")

    from iphone_backup_decrypt import EncryptedBackup

    backup = EncryptedBackup(backup_directory=folder, passphrase=sys.stdin.buffer.read())
    try:
        backup.test_decryption()
    except Exception as error:  # the library has no promise on what it raises
        wrong = "passphrase" in str(error).lower() or type(error).__name__ == "IncorrectPassphraseError"
        say("error", {"what": _WRONG if wrong else "the backup cannot be opened"})
        return
    for kind, (domain, path), read in (
        ("message", ios_rows.SMS, ios_rows.message_rows),
        ("call", ios_rows.CALLS, ios_rows.call_rows),
    ):
        try:
            data = backup.extract_file_as_bytes(relative_path=path, domain_like=domain)
            connection = sqlite3.connect(":memory:")
            connection.deserialize(data)
            for row in read(ios_rows.guarded(connection)):
                for one in row.get("attachments", ()):
                    _digested(backup, one, contents)
                say(kind, row)
        except FileNotFoundError:
            say("broken", {"file": path, "what": "not in the backup"})
        except Exception as error:  # a broken file must not lose the other one
            say("broken", {"file": path, "what": f"not readable: {type(error).__name__}"})
    say("end", {})


def _digested(backup: Any, one: dict[str, Any], contents: bool) -> None:
    try:
        path = ios_rows.backup_path(one.get("filename") or "")
        data = backup.extract_file_as_bytes(relative_path=path, domain_like=ios_rows.ATTACHMENTS_DOMAIN)
    except Exception:  # an attachment that was not backed up is only named
        return
    one["sha256"], one["size_bytes"] = hashlib.sha256(data).hexdigest(), len(data)
    one["media_type"] = media_type_of(data[:64])
    if contents:
        one["content"] = data


if __name__ == "__main__":
    # the library prints: what it says must not mix with the answers
    with os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8") as to_parent:
        os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
        _child(sys.argv[1], sys.argv[2] == "contents", to_parent)
