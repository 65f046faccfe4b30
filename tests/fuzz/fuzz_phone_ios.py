"""Fuzz target: databases of an iOS backup and typedstreams from hostile bytes."""

import hashlib
import plistlib
import sqlite3
import tempfile
from contextlib import closing
from pathlib import Path

from panah.errors import PanahError
from panah.phone import read_export
from panah.phone.ios_backup import attributed_text
from panah.phone.ios_rows import CALLS, SMS


def _database(script: str) -> bytes:
    with closing(sqlite3.connect(":memory:")) as connection:
        connection.executescript(script)
        return connection.serialize()


SEEDS = (
    (
        b"\x04\x0bstreamtyped\x81\xe8\x03\x84\x01@\x84\x84\x84\x12NSAttributedString\x00\x84\x84\x08NSObject\x00\x85\x92"
        b"\x84\x84\x84\x08NSString\x01\x94\x84\x01+\x04text\x86"
    ),
    _database(
        "CREATE TABLE handle(ROWID integer primary key, id text);"
        "CREATE TABLE message(ROWID integer primary key, guid text, text text, handle_id integer, date integer,"
        " is_from_me integer, service text, attributedBody blob);"
        "INSERT INTO handle VALUES (1, '+447700900123');"
        "INSERT INTO message VALUES (1, 'G', 'hello', 1, 768247200000000000, 0, 'SMS', NULL);"
    ),
    _database(
        "CREATE TABLE ZCALLRECORD(Z_PK integer primary key, ZDATE float, ZDURATION float, ZADDRESS blob,"
        " ZORIGINATED integer, ZANSWERED integer, ZCALLTYPE integer);"
        "INSERT INTO ZCALLRECORD VALUES (1, 768246800.25, 4.5, x'2b3434', 0, 1, 1);"
    ),
    _database("CREATE VIEW message AS WITH RECURSIVE a(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM a) SELECT x FROM a;"),
)


def fuzz_one(data: bytes) -> None:
    attributed_text(data)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        (root / "Manifest.db").write_bytes(b"SQLite format 3\0")
        (root / "Manifest.plist").write_bytes(plistlib.dumps({"IsEncrypted": False}))
        for domain, path in (SMS, CALLS):
            name = hashlib.sha1(f"{domain}-{path}".encode(), usedforsecurity=False).hexdigest()
            (root / name[:2]).mkdir()
            (root / name[:2] / name).write_bytes(data)
        before = sorted(root.rglob("*"))
        for path in (root, root / name[:2] / name):  # the backup, and one database of it alone
            try:
                export = read_export(path)
            except PanahError as error:
                assert "\n" not in str(error)  # noqa: PT017 a target is no test
            else:
                export.as_dict()
        assert sorted(root.rglob("*")) == before
