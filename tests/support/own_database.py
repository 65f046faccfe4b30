"""A PostgreSQL database for one test that starts an installation in processes of its own: made, named, dropped."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

SERVER = os.environ.get("PANAH_TEST_DATABASE_URL", "")


@contextmanager
def own_database(data: Path, server: str = SERVER) -> Iterator[str]:
    """The address for ``DATABASE_URL``: of a new database, or empty where the suite runs on SQLite.

    At the end it is asked whether the installation in ``data`` lived in it, and the database is dropped.
    """
    if not server:
        yield ""
        assert (data / "panah.sqlite3").is_file()
        return
    import psycopg

    name = f"panah_own_{os.urandom(6).hex()}"
    address = urlsplit(server)._replace(path=f"/{name}").geturl()
    with psycopg.connect(server, autocommit=True) as cluster:
        cluster.execute(f'CREATE DATABASE "{name}"')
        try:
            yield address
            assert not (data / "panah.sqlite3").exists(), "the installation lived on SQLite"
            with psycopg.connect(address) as lived_in:
                members = lived_in.execute("SELECT 1 FROM accounts_member").fetchall()
            assert members, "the installation did not live in its database"
        finally:
            cluster.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
