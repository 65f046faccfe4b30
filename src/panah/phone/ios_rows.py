"""Rows of ``sms.db`` and ``CallHistory.storedata`` as they stand, for a plain backup and inside of the decrypting process.

Tables after abrignoni/iLEAPP ``scripts/artifacts/callHistory.py`` and mvt-project/mvt. Sent messages have a ``handle_id``
of 0: joined with ``handle`` in the plain way they are lost, so the join is outer.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any, Final

from panah.errors import Unreadable

SMS: Final = ("HomeDomain", "Library/SMS/sms.db")
CALLS: Final = ("HomeDomain", "Library/CallHistoryDB/CallHistory.storedata")
ATTACHMENTS_DOMAIN: Final = "MediaDomain"
_MAX_CELL: Final = 16 << 20

Row = dict[str, Any]


def open_database(path: Path) -> sqlite3.Connection:
    """A database that is only read, and whose own code (views, triggers) is not run.

    Raises:
        Unreadable: It is no database.
    """
    try:
        found = sqlite3.connect(f"{path.absolute().as_uri()}?mode=ro&immutable=1", uri=True)
        return guarded(found)
    except sqlite3.Error as error:
        raise Unreadable("not a readable database", where=path.name, hint="make the backup again") from error


def guarded(connection: sqlite3.Connection) -> sqlite3.Connection:
    """Settings for a database that somebody else made."""
    connection.row_factory = sqlite3.Row
    connection.text_factory = lambda data: data.decode("utf-8", "replace")
    connection.execute("PRAGMA trusted_schema=OFF")
    connection.execute("PRAGMA query_only=ON")
    connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _MAX_CELL)
    return connection


def tables(connection: sqlite3.Connection) -> set[str]:
    """Ordinary tables only: a view of the same name could run for ever."""
    rows = connection.execute("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
    return {row["name"] for row in rows if "VIRTUAL" not in (row["sql"] or "").upper()[:20]}


def message_rows(connection: sqlite3.Connection) -> Iterator[Row]:
    """Each message with its handle, its chat and its attachments, by row id.

    Raises:
        Unreadable: There is no table of messages.
        sqlite3.DatabaseError: The database is broken from here on.
    """
    known = tables(connection)
    if "message" not in known:
        raise Unreadable("a database without messages", where="sms.db", hint="make the backup again")
    joined = "m.*"
    if "handle" in known:
        joined += ', (SELECT h.id FROM handle h WHERE h.ROWID = m.handle_id) AS "handle.id"'
    if {"chat", "chat_message_join"} <= known:
        chat = "SELECT c.{} FROM chat c JOIN chat_message_join j ON j.chat_id = c.ROWID WHERE j.message_id = m.ROWID LIMIT 1"
        for column in ("guid", "chat_identifier", "display_name"):
            if column in _columns(connection, "chat"):
                joined += f', ({chat.format(column)}) AS "chat.{column}"'
    with_files = {"attachment", "message_attachment_join"} <= known
    query = f'SELECT m.ROWID AS "ROWID", {joined} FROM message m ORDER BY m.ROWID'  # noqa: S608  # our own words only
    for found in connection.execute(query):
        row = dict(found)
        row["attachments"] = _attachments(connection, row["ROWID"]) if with_files else []
        yield row


def _columns(connection: sqlite3.Connection, table: str) -> set[str]:
    return {row["name"] for row in connection.execute(f"PRAGMA table_info({table})")}


def _attachments(connection: sqlite3.Connection, message: int) -> list[Row]:
    with closing(connection.cursor()) as cursor:
        rows = cursor.execute(
            "SELECT a.* FROM attachment a JOIN message_attachment_join j ON j.attachment_id = a.ROWID"
            " WHERE j.message_id = ? ORDER BY a.ROWID LIMIT 1000",
            (message,),
        )
        return [{key: row[key] for key in row.keys()} for row in rows]  # noqa: SIM118  # a Row is no mapping


def call_rows(connection: sqlite3.Connection) -> Iterator[Row]:
    """Each call, by row id; raises as :func:`message_rows`."""
    if "ZCALLRECORD" not in tables(connection):
        raise Unreadable("a database without calls", where="CallHistory.storedata", hint="make the backup again")
    for found in connection.execute("SELECT * FROM ZCALLRECORD ORDER BY Z_PK"):
        yield dict(found)


def backup_path(filename: str) -> str:
    """The path inside ``MediaDomain`` of an attachment that a message names."""
    for start in ("~/", "/var/mobile/", "/private/var/mobile/"):
        if filename.startswith(start):
            return filename.removeprefix(start)
    return filename.lstrip("/")
