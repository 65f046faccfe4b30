"""A public table: counts that may leave, the cells that may not, and the words that travel with both."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, Self

from panah.errors import BadTable
from panah.home import whole_or_nothing
from panah.tables import csv_text

from .lattice import Key, is_inner, order

PUBLIC_TABLE_FORMAT: Final = "panah.public-table/1"
TOTAL: Final = "total"
SUPPRESSED: Final = "suppressed"


@dataclass(frozen=True)
class PublicTable:
    """Counts of incidents under disclosure control.

    Attributes:
        by: The dimensions, see :data:`panah.release.DIMENSIONS`.
        cells: Count of each cell that is not zero, totals included (None in the key), in incidents; None where it is
            suppressed. A cell that is not there is zero.
        threshold: No count from 1 to ``threshold - 1`` is shown, and none can be computed.
        scope: What the table is restricted to, by dimension: ``{"status": "confirmed"}``.
        notes: The method and the answer of the accused side, in sentences that travel with the numbers.
        codebook_version: The codes' version.
        n_aggregates: Numbers given by sources that were not counted as incidents.
    """

    by: tuple[str, ...]
    cells: Mapping[Key, int | None] = field(repr=False)
    threshold: int
    scope: Mapping[str, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    codebook_version: str = ""
    n_aggregates: int = 0

    def __post_init__(self) -> None:
        cells = {key: self.cells[key] for key in sorted(self.cells, key=order)}
        object.__setattr__(self, "cells", MappingProxyType(cells))
        object.__setattr__(self, "scope", MappingProxyType(dict(sorted(self.scope.items()))))

    @property
    def total(self) -> int | None:
        """All incidents, or None when even that is suppressed."""
        return self.cells.get((None,) * len(self.by), 0)

    @property
    def n_suppressed(self) -> int:
        """Cells and totals not shown."""
        return sum(count is None for count in self.cells.values())

    @property
    def inner(self) -> tuple[Key, ...]:
        """Keys of the cells that are no totals."""
        return tuple(key for key in self.cells if is_inner(key))

    def margin(self, dimension: str) -> dict[str, int | None]:
        """The totals of one dimension by its values: a count in incidents, or None where it is suppressed.

        Raises:
            BadTable: The table is not broken down by it.
        """
        if dimension not in self.by:
            raise BadTable("not a dimension of this table", where=dimension, hint=f"one of {', '.join(self.by)}")
        at = self.by.index(dimension)
        found = {}
        for key, count in self.cells.items():
            value = key[at]
            if value is not None and all(part is None for i, part in enumerate(key) if i != at):
                found[value] = count
        return found

    @property
    def digest(self) -> str:
        """SHA-256 of the canonical JSON, hexadecimal."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()

    def as_dict(self) -> dict[str, Any]:
        """The JSON document; ``null`` is a suppressed count and, in a cell's place, a total."""
        return {
            "format": PUBLIC_TABLE_FORMAT,
            "by": list(self.by),
            "threshold": self.threshold,
            "scope": dict(self.scope),
            "codebook_version": self.codebook_version,
            "n_suppressed": self.n_suppressed,
            "n_aggregates": self.n_aggregates,
            "notes": list(self.notes),
            "cells": [[list(key), count] for key, count in self.cells.items()],
        }

    def to_json(self) -> str:
        """One line; :meth:`from_json` reads it back to an equal table."""
        return json.dumps(self.as_dict(), ensure_ascii=False, sort_keys=True)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """Read a table that :meth:`to_json` wrote.

        Raises:
            BadTable: It is not one.
        """
        try:
            value = json.loads(text)
            if value["format"] != PUBLIC_TABLE_FORMAT:
                raise ValueError
            by = tuple(_text(name) for name in value["by"])
            cells = {_key(key, len(by)): _count(count) for key, count in value["cells"]}
            return cls(
                by=by,
                cells=cells,
                threshold=int(value["threshold"]),
                scope={_text(name): _text(code) for name, code in value["scope"].items()},
                notes=tuple(_text(note) for note in value["notes"]),
                codebook_version=_text(value["codebook_version"]),
                n_aggregates=int(value["n_aggregates"]),
            )
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
            raise BadTable("not a public table", where="json", hint=f"the format is {PUBLIC_TABLE_FORMAT}") from None

    def rows(self) -> list[list[object]]:
        """Rows for a table file: the value of each dimension (``total`` for all of them) and the count."""
        return [
            [*(TOTAL if value is None else value for value in key), SUPPRESSED if count is None else count]
            for key, count in self.cells.items()
        ]

    def to_csv(self) -> str:
        """The table as CSV; the notes stand first, each a line that begins with ``#``."""
        told = "".join(f"# {' '.join(note.split())}\n" for note in self.notes)
        return told + csv_text([*self.by, "incidents"], self.rows())

    def write_csv(self, path: Path | str) -> None:
        """Write :meth:`to_csv`, whole or not at all.

        Raises:
            NotConfigured: The folder cannot be written to.
        """
        with whole_or_nothing(Path(path)) as part:
            part.write_text(self.to_csv(), encoding="utf-8", newline="")


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("not a text")
    return value


def _key(parts: Any, length: int) -> Key:
    key = tuple(None if part is None else _text(part) for part in parts)
    if len(key) != length:
        raise ValueError("a key of another length")
    return key


def _count(value: Any) -> int | None:
    if value is None or (isinstance(value, int) and not isinstance(value, bool) and value >= 0):
        return value
    raise ValueError("not a count")
