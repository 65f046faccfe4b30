"""What a restored database must prove: the chain of custody, and each checkpoint that was ever signed over it.

The tables are read by their names, without Django: a restore must work on a machine that has nothing else.
"""

from __future__ import annotations

import contextlib
import sqlite3
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from panah.errors import Altered, CustodyBroken
from panah.vault.checkpoint import Checkpoint, check_log
from panah.vault.signer import Verifier


class Cursor(Protocol):
    """As much of a database connection as is needed here."""

    def execute(self, query: str, /) -> Any: ...


@dataclass(frozen=True, slots=True)
class Found:
    """How long the log is, and how much of it the newest checkpoint covers."""

    lines: int
    checkpoint_lines: int


class Rows:
    """The custody tables of one database."""

    def __init__(self, connection: Cursor) -> None:
        self._connection = connection

    def lines(self) -> Iterator[bytes]:
        """Every line with its newline, oldest first."""
        for (line,) in self._connection.execute("SELECT line FROM evidence_custodyentry ORDER BY seq"):
            yield (line if isinstance(line, bytes) else line.encode()).removesuffix(b"\n") + b"\n"

    def checkpoints(self) -> list[tuple[bytes, bytes]]:
        """Text and signature of each, smallest first."""
        found = self._connection.execute("SELECT body, signature FROM evidence_checkpoint ORDER BY size")
        return [(body.encode(), bytes(signature)) for body, signature in found.fetchall()]

    def origin(self) -> str:
        """The log's name in its checkpoints."""
        checkpoints = self.checkpoints()
        return checkpoints[-1][0].decode().partition("\n")[0] if checkpoints else ""

    def blob_names(self) -> list[str]:
        """The sealed files that rows tell of."""
        return [name for (name,) in self._connection.execute("SELECT blob_name FROM evidence_evidenceitem").fetchall()]


@contextlib.contextmanager
def rows_of(path: Path, address: str = "") -> Iterator[Rows]:
    """The rows of an SQLite file, or of PostgreSQL at an address.

    Raises:
        Altered: The file is not sound, or is no database of Panah.
    """
    if address:
        import psycopg

        from .databases import plain_address

        with psycopg.connect(plain_address(address)) as connected:
            yield Rows(connected)
        return
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True)
    try:
        if connection.execute("PRAGMA integrity_check").fetchall() != [("ok",)]:
            raise Altered("the database is not sound", where=path.name, hint="try another backup")
        if connection.execute("PRAGMA foreign_key_check").fetchone() is not None:
            raise Altered("a row points at one that is missing", where=path.name, hint="try another backup")
        yield Rows(connection)
    except sqlite3.DatabaseError as error:
        raise Altered("this is no database of Panah", where=path.name, hint="try another backup") from error
    finally:
        connection.close()


def check_restored(rows: Rows, verifier: Verifier, earlier: Checkpoint | None, *, where: str) -> Found:
    """Check the log in one pass against every checkpoint in the database, and one that was kept elsewhere.

    Raises:
        CustodyBroken: A line, or what a checkpoint saw, was changed or is missing.
        NotVerified: A checkpoint does not carry the installation's signature.
    """
    signed: list[Checkpoint] = []
    for body, signature in rows.checkpoints():
        verifier.verify(body, signature, where=f"{where}, checkpoint")
        signed.append(Checkpoint.from_text(body))
    newest = max((checkpoint.size for checkpoint in signed), default=0)
    try:
        head = check_log(rows.lines(), [*signed, *([earlier] if earlier else [])], where=f"{where}, custody log")
    except CustodyBroken as error:
        hint = "the backup is older than the checkpoint, was cut or was changed"
        raise CustodyBroken(error.what, where=error.where, hint=hint) from error
    return Found(head.size, newest)
