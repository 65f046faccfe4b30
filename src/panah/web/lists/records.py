"""What is sealed in the tables of lists: the list itself, its rows, and what linking gave."""

from __future__ import annotations

import json
from dataclasses import asdict
from typing import Any

from panah.model.base import Id, Record
from panah.model.incident import DocumentationList
from panah.model.linkage import ListRecord


class StoredList(Record):
    """A list with what is needed to read its records again and to say where they stand."""

    about: DocumentationList
    roles: dict[str, str]
    source_id: Id
    """The source of every claim that is made from a record: the list itself."""
    evidence_id: Id | None = None
    """The newest file that it was imported from."""


def pack_record(record: ListRecord) -> bytes:
    """A list record as canonical JSON, so that equal records are equal bytes."""
    values = {name: value for name, value in asdict(record).items() if value not in (None, (), {})}
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def unpack_record(packed: bytes) -> ListRecord:
    """Read :func:`pack_record`."""
    values: dict[str, Any] = json.loads(packed)
    values["names"] = tuple(values.get("names", ()))
    return ListRecord(**values)
