"""A list file -> records that can be compared, with every row told that could not be read."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from panah import codes, dates, names, places, tables
from panah.errors import BadRow, BadTable, PanahError, UnknownCode
from panah.model.linkage import ListRecord, RecordList

from .roles import COUNTRY_ROLES, DETAIL_ROLES, NAME_KIND, PSEUDONYM, RECORD_ID, guess_roles, is_pseudonym

_SEVERAL_NAMES: Final = re.compile(r"\s*[;|\n]\s*|\s+/\s+")
_SLASHED_DAY: Final = re.compile(r"\s*(\d{1,2})([-/.]) ?(\d{1,2})\2 ?\d{4}")


def read_list(
    path: str | os.PathLike[str], *, name: str | None = None, roles: Mapping[str, str] | None = None
) -> RecordList:
    """Read one documentation list from CSV, XLSX or ODS.

    Args:
        path: The file; its content decides what it is.
        name: What to call the list; its file name without the ending when not given.
        roles: Column -> role where the guess from the header is wrong (see :data:`panah.link.ROLES`); ``""`` leaves a
            column out.

    Returns:
        Its records in the order of the file. A row with a cell that cannot be read (a date that is none, an unknown
        tactic or country, no id) is left out as a whole and stands in ``problems``.

    Raises:
        BadTable: No table, no record in it, two rows with one id, a column with a role and no value, or no column that
            can be compared.
    """
    table = tables.read_table(Path(path))
    list_name = name or Path(path).stem
    found = guess_roles(table.header, roles, where=table.name)
    _check_columns(table, found)
    reader = _Reader(table, found)
    records: list[ListRecord] = []
    problems: list[BadRow] = list(table.problems)
    for row in table.rows:
        try:
            records.append(reader.record(row))
        except BadRow as problem:
            problems.append(problem)
    if not records:
        raise BadTable(
            f"no row can be read, {len(problems):,} have a problem" if problems else "no row below the header",
            where=table.name,
            hint=f"the first: {problems[0]}" if problems else "check that it is the right file",
        )
    _check_ids(table.name, records)
    return RecordList(list_name, tuple(records), found, tuple(sorted(problems, key=_row_of)), os.fspath(path))


def _check_columns(table: tables.Table, roles: Mapping[str, str]) -> None:
    compared = [column for column, role in roles.items() if role not in {"", RECORD_ID, NAME_KIND, PSEUDONYM}]
    if not compared:
        raise BadTable(
            "no column whose meaning is known",
            where=table.name,
            hint="say it as in: --role COLUMN=name (or date, host_country, tactic, …)",
        )
    if not table.rows:
        return
    for column, role in roles.items():
        if role not in {"", PSEUDONYM, NAME_KIND} and not any(row.cells[column].strip() for row in table.rows):
            raise BadTable(
                f"column {column} ({role}) has no value in any row",
                where=table.name,
                hint=f"fill it, or leave it out with --role '{column}=ignore'",
            )


def _check_ids(file_name: str, records: Sequence[ListRecord]) -> None:
    first: dict[str, int] = {}
    for record in records:
        row = first.setdefault(record.record_id, record.row)
        if row != record.row:
            raise BadTable(
                f"rows {row} and {record.row} have the same id",
                where=file_name,
                hint="every record needs an id of its own; or say --role COLUMN=ignore",
            )


def _row_of(problem: BadRow) -> int:
    match = re.search(r"row (\d+)", problem.where)
    return int(match[1]) if match else 0


@dataclass(frozen=True, slots=True)
class _Column:
    header: str
    read: Callable[[str], str | None]


class _Reader:
    """Turns rows of one table into records."""

    def __init__(self, table: tables.Table, roles: Mapping[str, str]) -> None:
        self._table = table
        self._header = {role: column for column, role in roles.items() if role}
        self._day_first = _day_first(table, self._header.get("date"))

    def record(self, row: tables.Row) -> ListRecord:
        """One row's record.

        Raises:
            BadRow: With the place of the cell, never its value.
        """
        record_id = self._cell(row, RECORD_ID) if RECORD_ID in self._header else str(row.number)
        if not record_id:
            raise BadRow("no id", where=self._place(row, RECORD_ID), hint="every record needs an id")
        country = {role: self._read(row, role, _country) for role in COUNTRY_ROLES}
        return ListRecord(
            record_id=record_id,
            row=row.number,
            names=self._names(row),
            date=self._read(row, "date", lambda text: dates.from_cell(text, day_first=self._day_first)),
            host_country=country["host_country"],
            host_place=self._cell(row, "host_place") or None,
            act_country=country["act_country"],
            origin_state=country["origin_state"],
            tactic=self._read(row, "tactic", read_tactic),
            details={role: text for role in DETAIL_ROLES if (text := self._cell(row, role))},
        )

    def _names(self, row: tables.Row) -> tuple[str, ...]:
        """Every form of the name; none when the row says that it is made up: a typed pseudonym never matches."""
        if is_pseudonym(self._cell(row, NAME_KIND)):
            return ()
        forms = [form for form in _SEVERAL_NAMES.split(self._cell(row, "name")) if form]
        in_parts = " ".join(part for role in ("given_name", "family_name") if (part := self._cell(row, role)))
        return tuple(dict.fromkeys([in_parts, *forms] if in_parts else forms))

    def _cell(self, row: tables.Row, role: str) -> str:
        column = self._header.get(role)
        return row.cells[column].strip() if column else ""

    def _read(self, row: tables.Row, role: str, read: Callable[[str], str]) -> str | None:
        text = self._cell(row, role)
        if not text:
            return None
        try:
            return read(text)
        except PanahError as error:
            raise BadRow(error.what, where=self._place(row, role), hint=error.hint, value=text) from error

    def _place(self, row: tables.Row, role: str) -> str:
        return self._table.place(row, self._header.get(role, role))


def _day_first(table: tables.Table, column: str | None) -> bool | None:
    """How this column writes ``05/06/2019``, proved by a part above 12 somewhere in it; None when nothing proves it."""
    if column is None:
        return None
    proofs: set[bool] = set()
    for row in table.rows:
        if match := _SLASHED_DAY.match(row.cells[column]):
            first, second = int(match[1]), int(match[3])
            if first > 12 >= second:
                proofs.add(True)
            elif second > 12 >= first:
                proofs.add(False)
    return proofs.pop() if len(proofs) == 1 else None


@lru_cache(maxsize=4096)
def _country(text: str) -> str:
    code = places.find_country(text)
    if code is None:
        raise UnknownCode("no country of that name", hint="write its two-letter code, as in BE")
    return code


@lru_cache(maxsize=4096)
def read_tactic(text: str) -> str:
    """A tactic's code from a cell: the code itself, or its label in the codebook.

    Raises:
        UnknownCode: Neither.
    """
    wanted = _plain(text)
    found = _tactics().get(wanted)
    if found is None:
        raise UnknownCode("not a tactic of the codebook", hint=_nearest(wanted))
    return found


@lru_cache(maxsize=1)
def _tactics() -> Mapping[str, str]:
    rows = codes.thesaurus("tactic")
    return {_plain(code): code for code in rows} | {_plain(row["label"]): code for code, row in rows.items()}


def _plain(text: str) -> str:
    return " ".join(names.tokens(text.replace("_", " ")))


def _nearest(wanted: str) -> str:
    import difflib

    near = difflib.get_close_matches(wanted, list(_tactics()), n=1, cutoff=0.5)
    return f"did you mean {_tactics()[near[0]]}?" if near else "see docs/how-to/add-a-tactic.md for the codes"
