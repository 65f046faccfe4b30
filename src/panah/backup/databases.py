"""Both databases as a stream of bytes from one moment, and back. No clear file, nothing held but a few rows.

Invariant: both sets come from one snapshot, so that the case keys fit the rows.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Protocol
from urllib.parse import urlsplit

from panah.errors import MissingExtra, NotConfigured, Unreadable
from panah.home import SECRET_FILE_MODE, unwritable

from .kept import names

FILE_NAME: Final = "panah.sqlite3"
CHUNK_BYTES: Final = 1 << 20
BLOB_NAMES: Final = "SELECT blob_name FROM evidence_evidenceitem"
if TYPE_CHECKING:
    import psycopg

_VARIABLES: Final = {
    "host": "PGHOST",
    "hostaddr": "PGHOSTADDR",
    "port": "PGPORT",
    "user": "PGUSER",
    "password": "PGPASSWORD",
    "dbname": "PGDATABASE",
    "options": "PGOPTIONS",
    "connect_timeout": "PGCONNECT_TIMEOUT",
    "sslmode": "PGSSLMODE",
    "sslrootcert": "PGSSLROOTCERT",
    "sslcert": "PGSSLCERT",
    "sslkey": "PGSSLKEY",
}
"""Of an address to libpq's variables: the way to the server must be as protected for a dump as for the pages."""
_REFUSED: Final = frozenset({sqlite3.SQLITE_ATTACH, sqlite3.SQLITE_DETACH, sqlite3.SQLITE_PRAGMA})


class Database(Protocol):
    """What the sets need of a database."""

    engine: str

    def main(self) -> Iterator[bytes]:
        """Everything but the rows of the key set."""
        ...

    def keys(self) -> Iterator[bytes]:
        """The rows of the key set."""
        ...

    def blob_names(self) -> set[str]:
        """The sealed files that rows tell of, at the same moment."""
        ...


@contextlib.contextmanager
def snapshot(folder: Path, address: str = "") -> Iterator[Database]:
    """The database of a data folder as it is now, whatever is written meanwhile.

    Args:
        folder: The data folder.
        address: ``DATABASE_URL``; empty for the SQLite file in the folder.

    Raises:
        NotConfigured: There is none, or its programs are missing.
    """
    if address and not address.startswith("sqlite"):
        with _postgresql(address) as found:
            yield found
        return
    path = Path(urlsplit(address).path) if address else folder / FILE_NAME
    if not path.is_file():
        raise NotConfigured("there is no database here", where=str(path), hint="name the data folder with --data")
    connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro", uri=True, isolation_level=None, timeout=30)
    try:
        connection.execute("BEGIN")
        connection.execute("SELECT count(*) FROM sqlite_master").fetchone()  # the first read takes the snapshot
        yield _Sqlite(connection)
    except sqlite3.DatabaseError as error:
        raise Unreadable("the database cannot be read", where=str(path), hint="panah doctor says more") from error
    finally:
        connection.close()


class _Sqlite:
    engine = "sqlite"

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def main(self) -> Iterator[bytes]:
        """Tables, rows, then what watches over rows: an append-only trigger would refuse nothing, but order is order."""
        left_out = {*names("keys"), *names("empty")}
        listed = self._connection.execute(
            "SELECT type, name, sql FROM sqlite_master WHERE sql NOT NULL AND name NOT LIKE 'sqlite_%' ORDER BY rowid"
        ).fetchall()
        tables = [(name, sql) for kind, name, sql in listed if kind == "table"]
        for _name, sql in tables:
            yield f"{sql};\n".encode()
        for name, _sql in tables:
            if name not in left_out:
                yield from self._rows(name)
        for kind, _name, sql in listed:
            if kind != "table":
                yield f"{sql};\n".encode()
        yield from self._counters()

    def keys(self) -> Iterator[bytes]:
        known = {name for (name,) in self._connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
        for name in names("keys"):
            if name in known:
                yield from self._rows(name)

    def blob_names(self) -> set[str]:
        return {name for (name,) in self._connection.execute(BLOB_NAMES)}

    def _rows(self, table: str) -> Iterator[bytes]:
        quoted = table.replace('"', '""')
        columns = [row[1] for row in self._connection.execute(f'PRAGMA table_info("{quoted}")')]
        # quote() ends a text at a zero byte; such a text goes as bytes
        parts = " || ',' || ".join(
            "CASE WHEN typeof({0}) = 'text' AND instr({0}, char(0)) "
            "THEN 'CAST(' || quote(CAST({0} AS BLOB)) || ' AS TEXT)' ELSE quote({0}) END".format(
                '"' + column.replace('"', '""') + '"'
            )
            for column in columns
        )
        for (values,) in self._connection.execute(f'SELECT {parts} FROM "{quoted}"'):  # noqa: S608  # names of tables
            yield f'INSERT INTO "{quoted}" VALUES({values});\n'.encode()

    def _counters(self) -> Iterator[bytes]:
        """Where automatic numbers stand: a number given away once is not given again."""
        with contextlib.suppress(sqlite3.OperationalError):  # no table has any
            for name, number in self._connection.execute("SELECT name, seq FROM sqlite_sequence").fetchall():
                quoted = name.replace("'", "''")
                yield f"DELETE FROM sqlite_sequence WHERE name = '{quoted}';\n".encode()  # noqa: S608
                yield f"INSERT INTO sqlite_sequence VALUES('{quoted}',{int(number)});\n".encode()


def restore_sqlite(path: Path, chunks: Iterable[bytes]) -> None:
    """Run a script of :class:`_Sqlite` statement by statement into a file, which is made if there is none.

    Raises:
        Unreadable: A statement does not run, or does what a copy of rows does not: other files, settings.
        NotConfigured: The disk is full.
    """
    os.close(os.open(path, os.O_RDWR | os.O_CREAT, SECRET_FILE_MODE))
    connection = sqlite3.connect(path, isolation_level=None)
    try:
        connection.execute("PRAGMA foreign_keys=OFF")
        connection.execute("PRAGMA secure_delete=ON")
        connection.set_authorizer(lambda act, *_more: sqlite3.SQLITE_DENY if act in _REFUSED else sqlite3.SQLITE_OK)
        connection.execute("BEGIN")
        for statement in _statements(chunks):
            connection.execute(statement)
        connection.execute("COMMIT")
    except (sqlite3.Error, sqlite3.Warning, UnicodeDecodeError) as error:
        if getattr(error, "sqlite_errorcode", None) in {sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR_WRITE}:
            raise unwritable(OSError(errno.ENOSPC, "no space"), path.parent) from error
        raise Unreadable(
            "the database in this backup cannot be written", where="database", hint="try another backup"
        ) from (error)
    finally:
        connection.close()


def _statements(chunks: Iterable[bytes]) -> Iterator[str]:
    waiting = b""
    held: list[str] = []
    for chunk in chunks:
        *lines, waiting = (waiting + chunk).split(b"\n")
        for line in lines:
            held.append(line.decode())
            if line.endswith(b";") and sqlite3.complete_statement(statement := "\n".join(held)):
                yield statement
                held = []
    if waiting or held:
        raise Unreadable("the database in this backup is cut short", where="database", hint="try another backup")


class _Postgresql:
    engine = "postgresql"

    def __init__(self, address: str, moment: str, connection: psycopg.Connection[Any]) -> None:
        self._address, self._moment, self._connection = address, moment, connection

    def main(self) -> Iterator[bytes]:
        left_out = (*names("keys"), *names("empty"))
        return self._dump(*(f"--exclude-table-data={name}" for name in left_out))

    def keys(self) -> Iterator[bytes]:
        return self._dump("--data-only", *(f"--table={name}" for name in names("keys")))

    def blob_names(self) -> set[str]:
        return {name for (name,) in self._connection.execute(BLOB_NAMES).fetchall()}

    def _dump(self, *chosen: str) -> Iterator[bytes]:
        command = ["pg_dump", "--format=custom", "--compress=0", "--no-owner", "--no-privileges"]
        yield from _output([*command, f"--snapshot={self._moment}", *chosen], _environment(self._address))


@contextlib.contextmanager
def _postgresql(address: str) -> Iterator[Database]:
    if shutil.which("pg_dump") is None:
        raise NotConfigured("pg_dump is not installed", where="PATH", hint="apt install postgresql-client")
    try:
        import psycopg
    except ImportError as error:
        raise MissingExtra("web", "a backup of PostgreSQL") from error
    try:
        connection = psycopg.connect(plain_address(address), autocommit=False)
    except psycopg.Error as error:
        raise NotConfigured("the database cannot be reached", where="DATABASE_URL", hint="check it") from error
    with connection:
        connection.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        row = connection.execute("SELECT pg_export_snapshot()").fetchone()
        assert row is not None, "the function returns one row"
        yield _Postgresql(address, row[0], connection)


def restore_postgresql(address: str, chunks: Iterable[bytes], *, data_only: bool = False) -> None:
    """Feed a dump to ``pg_restore``; one transaction, so that all of it is there or nothing.

    Raises:
        Unreadable: It does not run: the keys are of another installation, the server is full or too old.
        NotConfigured: ``pg_restore`` is not installed.
    """
    if shutil.which("pg_restore") is None:
        raise NotConfigured("pg_restore is not installed", where="PATH", hint="apt install postgresql-client")
    environment = _environment(address)
    command = ["pg_restore", "--exit-on-error", "--single-transaction", "--no-owner", "--no-privileges"]
    command += ["--data-only"] if data_only else []
    with subprocess.Popen(  # noqa: S603  # a program and options of ours
        [*command, f"--dbname={environment['PGDATABASE']}"],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    ) as process:
        assert process.stdin is not None, "it was asked for"
        with contextlib.suppress(BrokenPipeError):  # its exit code says the same
            for chunk in chunks:
                process.stdin.write(chunk)
            process.stdin.close()
    if process.returncode and data_only:
        raise Unreadable("the key set does not fit the main set", where="database", hint="give both of one backup")
    if process.returncode:
        raise Unreadable(
            "the database in this backup cannot be written", where="DATABASE_URL", hint="is there room on the server"
        )


def _output(command: list[str], environment: dict[str, str]) -> Iterator[bytes]:
    with subprocess.Popen(  # noqa: S603  # a program and options of ours
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    ) as process:
        assert process.stdout is not None, "it was asked for"
        try:
            while chunk := process.stdout.read(CHUNK_BYTES):
                yield chunk
        finally:
            process.stdout.close()
    if process.returncode:
        raise Unreadable("the database cannot be read", where=command[0], hint="check DATABASE_URL and versions")


def _environment(address: str) -> dict[str, str]:
    """The address as libpq's variables: an argument would show the password to everybody on the machine."""
    try:
        import psycopg.conninfo
    except ImportError as error:
        raise MissingExtra("web", "a backup of PostgreSQL") from error
    told = psycopg.conninfo.conninfo_to_dict(plain_address(address))
    chosen = {_VARIABLES[key]: str(value) for key, value in told.items() if key in _VARIABLES and value}
    return {**os.environ, "PGDATABASE": "panah", **chosen}


def plain_address(address: str) -> str:
    """Django's spellings of the scheme are more than libpq's."""
    scheme, _, rest = address.partition("://")
    return f"postgresql://{rest}" if scheme.startswith(("postgres", "psql", "pgsql")) else address
