"""A small installation for the tests of backups: the tables that a restore reads by name, files, and a custody log.

The real tables, written by Django, are backed up in tests/web/test_backup.py.
"""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pyrage
from vault_cast import log_of

from panah.vault.checkpoint import Checkpoint
from panah.vault.signer import Signer

identity = pyrage.x25519.Identity.generate()
RECIPIENT, IDENTITY = str(identity.to_public()), str(identity)
CANARY = "canary Renagul +44 7700 900123"
ORIGIN = "panah/custody"
TABLES = """
CREATE TABLE "accounts_member" ("id" text PRIMARY KEY, "name" text, "private" blob);
CREATE TABLE "accounts_sessionrow" ("id" text PRIMARY KEY, "sealed" blob);
CREATE TABLE "cases_casekeywrap" ("id" integer PRIMARY KEY AUTOINCREMENT, "member_id" text REFERENCES "accounts_member",
    "sealed_key" blob, "note" text);
CREATE TABLE "evidence_evidenceitem" ("id" text PRIMARY KEY, "blob_name" text UNIQUE, "sealed" blob, "size" integer,
    "odd" real);
CREATE TABLE "evidence_custodyentry" ("seq" integer PRIMARY KEY, "line" text NOT NULL);
CREATE TABLE "evidence_checkpoint" ("size" integer PRIMARY KEY, "body" text, "signature" blob);
CREATE INDEX "by size" ON "evidence_evidenceitem" ("size");
CREATE TRIGGER "only grows" BEFORE DELETE ON "evidence_custodyentry" BEGIN
    SELECT RAISE(ABORT, 'only grows');
END;
"""
ODD_TEXTS = ("", "it's; a 'quote'\n; and lines;\n", "a\x00b", "ئۇيغۇرچە 中文 \U0001f600", "\\n -- /* ;")


def installation(folder: Path, *, lines: int = 20, signed: tuple[int, ...] = (5, 13)) -> Path:
    """A data folder with everything that is copied, and some things that are not."""
    folder.mkdir(mode=0o700)
    signer = Signer.load_or_create(folder / "signer.key", ORIGIN)
    database = sqlite3.connect(folder / "panah.sqlite3")
    database.execute("PRAGMA journal_mode=WAL")
    database.executescript(TABLES)
    for number, text in enumerate(ODD_TEXTS):
        database.execute("INSERT INTO accounts_member VALUES(?, ?, ?)", (str(number), text, os.urandom(65)))
        database.execute(
            "INSERT INTO cases_casekeywrap(member_id, sealed_key, note) VALUES(?, ?, ?)",
            (str(number), b"WRAPPED CASE KEY" + bytes([number]), text),
        )
    database.execute("INSERT INTO accounts_sessionrow VALUES('s', ?)", (b"OPEN SESSION",))
    log = log_of(lines)
    for seq, line in enumerate(log, start=1):
        database.execute("INSERT INTO evidence_custodyentry VALUES(?, ?)", (seq, line.decode().rstrip("\n")))
    for size in signed:
        checkpoint = Checkpoint.of(ORIGIN, log[:size])
        row = (size, checkpoint.to_text().decode(), checkpoint.sign(signer))
        database.execute("INSERT INTO evidence_checkpoint VALUES(?, ?, ?)", row)
    (folder / "evidence").mkdir()
    for number in range(3):
        name = f"{number:032x}"
        (folder / "evidence" / f"{name}.age").write_bytes(os.urandom(1000 * (number + 1)))
        values = (name, name, b"\x00\xff", number, number / 3)
        database.execute("INSERT INTO evidence_evidenceitem VALUES(?, ?, ?, ?, ?)", values)
    database.commit()
    database.close()
    (folder / "secret.key").write_bytes(os.urandom(32))
    (folder / "releases" / "2026-1").mkdir(parents=True)
    (folder / "releases" / "2026-1" / "table.csv").write_text("a,b\n")
    (folder / "spool").mkdir()
    (folder / "spool" / "x").write_text(CANARY)  # never copied
    (folder / "evidence" / ".part").write_text(CANARY)
    (folder / "evidence" / "link.age").symlink_to("/etc/passwd")
    return folder


def rows(path: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every table's rows."""
    database = sqlite3.connect(path)
    names = [name for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type='table' ORDER BY name")]
    found = {name: database.execute(f'SELECT * FROM "{name}" ORDER BY 1').fetchall() for name in names}
    database.close()
    return found
