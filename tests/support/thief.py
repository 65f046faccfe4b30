"""A thief with a copy of everything that lies on the disk, who tries all that the application itself can do.

No password, no code, no cookie: every string of bytes in the loot is tried as every kind of key that there is, and what
opens is used to open more, until nothing new opens.
"""

from __future__ import annotations

import base64
import contextlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from django.db import connection

from panah.errors import PanahError
from panah.vault import unseal
from panah.vault.age_stream import parse_identities
from panah.vault.keys import CaseKey, MemberKeys, open_session
from panah.web.base.deployment import DeploymentKey

Row = dict[str, Any]


@dataclass
class Loot:
    """A copy: rows of every table, files, and what the thief was given on top."""

    tables: dict[str, list[Row]]
    files: dict[str, bytes]
    given: list[bytes] = field(default_factory=list)
    opened: list[bytes] = field(default_factory=list)
    """Every plaintext that came out."""

    def candidates(self) -> set[bytes]:
        """Everything that could be a key of 32 bytes: as it lies there, in hexadecimal, in base64, and derived."""
        found: set[bytes] = set(self.given)
        for content in self.files.values():
            if len(content) < 200:
                found |= set(_readings(content.strip())) | {content}
        for rows in self.tables.values():
            for row in rows:
                for value in row.values():
                    if isinstance(value, bytes | str) and 16 <= len(value) <= 200:
                        found |= set(_readings(value if isinstance(value, bytes) else value.encode()))
        keys = {each for each in found if len(each) == 32}
        for purpose in ("seal", "lookup", "django-secret", "receipt-salt"):
            keys |= {DeploymentKey(each).derive(purpose) for each in list(found) if len(each) == 32}
        return keys


def take(folder: Path) -> Loot:
    """Copy the database and the folder."""
    tables: dict[str, list[Row]] = {}
    with connection.cursor() as cursor:
        for name in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{name}"')
            columns = [each[0] for each in cursor.description]
            tables[name] = [
                {
                    key: bytes(value) if isinstance(value, memoryview) else value
                    for key, value in zip(columns, row, strict=True)
                }
                for row in cursor.fetchall()
            ]
    files = {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}
    return Loot(tables, files)


def try_everything(loot: Loot, folder: Path) -> None:
    """Open what can be opened, again and again with what came out, until nothing new does."""
    members: list[MemberKeys] = []
    case_keys: dict[tuple[str, int], CaseKey] = {}
    keys = loot.candidates()
    before = -1
    while before != len(loot.opened):
        before = len(loot.opened)
        members += [each for each in _members(loot, keys) if each not in members]
        for member in members:
            _open_wraps(loot, member, case_keys)
        # a key of 32 bytes that lies somewhere could be any case's
        guessed = [CaseKey(row["case_id"], row["key_version"], key) for row in _sealed_rows(loot) for key in _few(keys)]
        for case_key in [*case_keys.values(), *guessed]:
            _open_rows(loot, case_key)
        _open_blobs(loot, folder)
        loot.opened = list(dict.fromkeys(loot.opened))


def _few(keys: set[bytes]) -> list[bytes]:
    return sorted(keys)[:40]


def _readings(value: bytes) -> Iterator[bytes]:
    yield value
    for size in (0, 1):
        if len(value) >= 32 + size:
            yield value[size : 32 + size]
            yield value[-32:]
    with contextlib.suppress(ValueError):
        yield bytes.fromhex(value.decode("ascii", "ignore"))
    with contextlib.suppress(ValueError):
        yield base64.urlsafe_b64decode(value + b"=" * (-len(value) % 4))


def _members(loot: Loot, keys: set[bytes]) -> Iterator[MemberKeys]:
    for key in keys:
        for row in loot.tables.get("accounts_sessionrow", []):
            with contextlib.suppress(PanahError, ValueError, KeyError):
                payload = json.loads(open_session(key, row["sealed"]))
                loot.opened.append(json.dumps(payload).encode())
                yield MemberKeys.from_bytes(base64.b64decode(payload["_member_keys"][1]))
        for table in ("accounts_member", "intake_thread"):
            for row in loot.tables.get(table, []):
                for column in ("wrapped_keys", "recovery"):
                    with contextlib.suppress(PanahError, ValueError):
                        yield MemberKeys.unwrap(row.get(column) or b"", key, row["id"])
        for row in loot.tables.get("intake_flow", []):
            with contextlib.suppress(PanahError, ValueError, KeyError):
                loot.opened.append(open_session(key, row["sealed"]))


def _open_wraps(loot: Loot, member: MemberKeys, found: dict[tuple[str, int], CaseKey]) -> None:
    wraps = [(row["case_id"], row["version"], row["sealed_key"]) for row in loot.tables["cases_casekeywrap"]]
    threads = {row["id"]: row for row in loot.tables.get("intake_thread", [])}
    for row in loot.tables.get("intake_threadkey", []):
        thread = threads[row["thread_id"]]
        wraps.append((thread["case_id"], thread["key_version"], row["sealed_key"]))
    for case_id, version, sealed in wraps:
        if (case_id, version) not in found:
            with contextlib.suppress(PanahError):
                found[case_id, version] = unseal.open_case_key(sealed, member, case_id=case_id, version=version)


def _sealed_rows(loot: Loot) -> Iterator[Row]:
    for table, rows in loot.tables.items():
        for row in rows:
            if {"case_id", "key_version", "sealed"} <= set(row):
                yield {**row, "table": table}


def _open_rows(loot: Loot, key: CaseKey) -> None:
    for row in _sealed_rows(loot):
        if (row["case_id"], row["key_version"]) == (key.case_id, key.version):
            with contextlib.suppress(PanahError):
                loot.opened.append(
                    unseal.open_field(key, table=row["table"], row=row["id"], column="sealed", sealed=row["sealed"])
                )


def _open_blobs(loot: Loot, folder: Path) -> None:
    import pyrage

    texts = [content.decode("utf-8", "ignore") for content in [*loot.opened, *loot.files.values()]]
    identities = {word for text in texts for word in _identities(text)}
    for name, content in loot.files.items():
        if name.endswith(".age"):
            for identity in identities:
                with contextlib.suppress(PanahError, pyrage.DecryptError, ValueError):
                    loot.opened.append(pyrage.decrypt(content, list(parse_identities(identity))))


def _identities(text: str) -> Iterator[str]:
    start = text.find("AGE-SECRET-KEY-1")
    while start >= 0:
        yield text[start : start + 74]
        start = text.find("AGE-SECRET-KEY-1", start + 1)
