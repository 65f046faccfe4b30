"""Clerical decisions: the review file, filled in by a person, read back as labels."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final

from panah import names, tables
from panah.errors import BadRow, BadTable
from panah.model.linkage import Decision, RecordList

WORDS: Final[Mapping[str, bool | None]] = {
    "same": True, "yes": True, "y": True, "1": True, "true": True, "match": True,
    "different": False, "no": False, "n": False, "0": False, "false": False, "non match": False, "other": False,
    "": None, "unsure": None, "unknown": None, "doubtful": None,
}  # fmt: skip
COLUMNS: Final = ("list_a", "id_a", "list_b", "id_b", "decision")

RecordKey = tuple[str, str]
"""List and record id."""
Decisions = Mapping[tuple[int, int], bool]
"""Positions of two records -> whether they are one."""


def read_decisions(path: str | os.PathLike[str]) -> tuple[Decision, ...]:
    """Read decisions from a CSV, XLSX or Parquet file with the columns list_a, id_a, list_b, id_b, decision.

    A decision is ``same`` or ``different`` (or yes and no); an empty cell and ``unsure`` decide nothing.

    Raises:
        BadTable: A column is missing.
        BadRow: A decision is no such word; the place is named.
    """
    decisions = []
    for place, cells in _rows(Path(path)):
        word = " ".join(names.tokens(cells["decision"]))
        if word not in WORDS:
            raise BadRow("neither same nor different", where=place, hint="write same, different, or leave it empty")
        answer = WORDS[word]
        if answer is not None:
            decisions.append(Decision(cells["list_a"], cells["id_a"], cells["list_b"], cells["id_b"], answer))
    return tuple(decisions)


def _rows(path: Path) -> Iterator[tuple[str, Mapping[str, str]]]:
    if path.suffix.lower() == ".parquet":
        import pyarrow.parquet as parquet
        from pyarrow.lib import ArrowException

        try:
            table = parquet.read_table(path)
        except ArrowException as error:
            raise BadTable("not a Parquet file", where=path.name, hint="check that it is the right file") from error
        _check(path.name, table.column_names)
        for number, row in enumerate(table.select(list(COLUMNS)).to_pylist(), start=1):
            yield f"{path.name}, row {number}, column decision", {key: str(row[key] or "") for key in COLUMNS}
        return
    read = tables.read_table(path)
    _check(read.name, read.header)
    for line in read.rows:
        yield read.place(line, "decision"), {column: line.cells[column].strip() for column in COLUMNS}


def _check(name: str, header: Sequence[str]) -> None:
    for column in COLUMNS:
        if column not in header:
            raise BadTable(f"no column {column}", where=name, hint="fill in the file that --review wrote")


def placed(decisions: Sequence[Decision], lists: Sequence[RecordList], *, within: bool) -> dict[tuple[int, int], bool]:
    """Decisions by the positions of the records.

    Raises:
        BadTable: A list or record is unknown, two answers contradict each other, or two records of one list are said to
            be the same without ``within``.
    """
    place = _Places(lists)
    found: dict[tuple[int, int], bool] = {}
    for number, decision in enumerate(decisions, start=1):
        where = f"decision {number}"
        left, right = place.pair((decision.list_a, decision.id_a), (decision.list_b, decision.id_b), where)
        if decision.same and not within and decision.list_a == decision.list_b:
            raise BadTable("two records of one list are the same", where=where, hint="look inside lists with --within")
        if found.setdefault((left, right), decision.same) != decision.same:
            raise BadTable("two answers to one pair", where=where, hint="keep one of them")
    _check_consistent(found, len(place))
    return found


def positions(pairs: Sequence[tuple[RecordKey, RecordKey]], lists: Sequence[RecordList]) -> set[tuple[int, int]]:
    """Positions of pairs of records.

    Raises:
        BadTable: A list or record is unknown.
    """
    place = _Places(lists) if pairs else None
    return {place.pair(one, other, f"{one[0]}:{one[1]}") for one, other in pairs} if place else set()


class _Places:
    """Where each record stands among those of all lists."""

    def __init__(self, lists: Sequence[RecordList]) -> None:
        self._names = {one.name for one in lists}
        self._position: dict[RecordKey, int] = {}
        for one in lists:
            for record in one.records:
                self._position[one.name, record.record_id] = len(self._position)

    def __len__(self) -> int:
        return len(self._position)

    def pair(self, one: RecordKey, other: RecordKey, where: str) -> tuple[int, int]:
        for list_name, record_id in (one, other):
            if (list_name, record_id) not in self._position:
                known = list_name in self._names
                what = f"no record {record_id} in list {list_name}" if known else f"no list {list_name}"
                raise BadTable(what, where=where, hint="lists and ids must be those of the files given here")
        left, right = sorted((self._position[one], self._position[other]))
        if left == right:
            raise BadTable("a record with itself", where=where, hint="name two records")
        return left, right


def _check_consistent(found: Mapping[tuple[int, int], bool], n_records: int) -> None:
    from .clusters import root

    parent = list(range(n_records))
    for (left, right), same in found.items():
        if same:
            parent[root(parent, right)] = root(parent, left)
    for (left, right), same in found.items():
        if not same and root(parent, left) == root(parent, right):
            raise BadTable(
                "two records are told apart that other answers make one",
                where="decisions",
                hint="look again at the pairs of these records",
            )
