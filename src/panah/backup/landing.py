"""A PostgreSQL database on which a restore lands: empty before, marked while it fills, empty again if anything fails.

A data folder takes its name only when all was verified; a database has its name from the start. Invariant: what is not
verified carries the table ``panah_unverified``, also after the restore was killed; Panah does not start on it, and the
next restore empties it.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any, Final

from panah.errors import MissingExtra, NotConfigured

from .databases import plain_address

if TYPE_CHECKING:
    import psycopg

MARK: Final = "panah_unverified"
_RELATIONS: Final = {"r": "TABLE", "p": "TABLE", "v": "VIEW", "m": "MATERIALIZED VIEW", "S": "SEQUENCE"}


@contextlib.contextmanager
def landing(address: str) -> Iterator[Callable[[], None]]:
    """Hold the database while it fills; gives the function that says that all was verified.

    Raises:
        NotConfigured: It cannot be reached, or holds something already.
    """
    try:
        import psycopg
    except ImportError as error:
        raise MissingExtra("web", "a restore into PostgreSQL") from error
    try:
        connection = psycopg.connect(plain_address(address), autocommit=True)
    except psycopg.Error as error:
        raise NotConfigured("the database cannot be reached", where="DATABASE_URL", hint="check it") from error
    with connection:
        _mark(connection)
        try:
            yield lambda: _unmark(connection)
        except BaseException:
            _empty(connection)
            raise


def _mark(connection: psycopg.Connection[Any]) -> None:
    found = [name for _kind, name in _relations(connection)]
    if MARK in found:  # an earlier restore was killed: all of this is its
        _empty(connection)
    elif found:
        raise NotConfigured(
            "the database holds something already", where="DATABASE_URL", hint="createdb a new one and name it"
        )
    connection.execute(f"CREATE TABLE {MARK} ()")


def _unmark(connection: psycopg.Connection[Any]) -> None:
    connection.execute(f"DROP TABLE {MARK}")


def _empty(connection: psycopg.Connection[Any]) -> None:
    """Drop what a restore makes, the mark last: a clean-up that is killed is taken up by the next restore."""
    for kind, name in _relations(connection):
        if kind != "S" and name != MARK:
            _drop(connection, _RELATIONS[kind], name)
    for kind, name in _relations(connection):  # what is left: a table takes its own sequences along
        if kind == "S":
            _drop(connection, _RELATIONS[kind], name)
    functions = connection.execute(
        "SELECT proname FROM pg_proc WHERE pronamespace = 'public'::regnamespace AND prorettype = 'trigger'::regtype"
    )
    for (name,) in functions.fetchall():
        _drop(connection, "FUNCTION", name)
    _drop(connection, "TABLE", MARK)


def _drop(connection: psycopg.Connection[Any], kind: str, name: str) -> None:
    from psycopg import sql

    connection.execute(sql.SQL("DROP {} IF EXISTS {} CASCADE").format(sql.SQL(kind), sql.Identifier(name)))


def _relations(connection: psycopg.Connection[Any]) -> list[tuple[str, str]]:
    found = connection.execute(
        "SELECT relkind::text, relname FROM pg_class WHERE relnamespace = 'public'::regnamespace "
        "AND relkind IN ('r', 'p', 'v', 'm', 'S')"
    )
    return [(kind, name) for kind, name in found.fetchall()]
