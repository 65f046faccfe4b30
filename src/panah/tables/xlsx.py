"""XLSX workbooks by openpyxl, after a look at the archive: a spreadsheet is a zip of XML, and both can be a trap."""

from __future__ import annotations

import io
import itertools
import warnings
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any, Final

from panah.errors import BadTable, PanahError

from .table import RawRow, Table, assemble

MAX_MEMBERS: Final = 2_000
MAX_UNPACKED_BYTES: Final = 384 * 1024 * 1024
MAX_MEMBER_RATIO: Final = 300
"""Times a member may grow when unpacked; sheets of real lists grow 10 to 40 times."""
RATIO_MATTERS_FROM_BYTES: Final = 4 * 1024 * 1024
MAX_SCANNED_CELLS: Final = 20_000_000
"""With those that hold nothing: one value in the last column makes a row of 16,384."""
PROLOGUE_BYTES: Final = 8 * 1024
DAMAGED_HINT: Final = "open it in a spreadsheet program and save it again as .xlsx"


def read_xlsx(data: bytes, name: str, sheet: str | None = None) -> Table:
    """Read one sheet of a workbook; formulas give the values that were stored with them.

    Raises:
        BadTable: Not a workbook, a trap (huge when unpacked, a document type declaration), damaged, or no such sheet.
    """
    _look_inside(data, name)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # openpyxl tells of styling that it does not know
            return _read(data, name, sheet)
    except PanahError:
        raise
    except (
        Exception
    ) as error:  # openpyxl lets KeyError, TypeError, ValueError and parser errors of three libraries through
        raise BadTable("a damaged workbook", where=name, hint=DAMAGED_HINT) from error


def _look_inside(data: bytes, name: str) -> None:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            _refuse_traps(members, name)
            known = {member.filename for member in members}
            if "[Content_Types].xml" not in known or not any(path.startswith("xl/") for path in known):
                raise BadTable("an archive, not a workbook", where=name, hint="a table is a CSV or XLSX file")
            for member in members:
                if member.filename.endswith((".xml", ".rels")):
                    _refuse_document_type(archive, member, name)
    except PanahError:
        raise
    except Exception as error:  # zipfile lets errors of zlib, bz2, lzma and struct through
        raise BadTable("a damaged or encrypted archive", where=name, hint=DAMAGED_HINT) from error


def _refuse_traps(members: list[zipfile.ZipInfo], name: str) -> None:
    unpacked = sum(member.file_size for member in members)
    bombs = any(
        member.file_size > RATIO_MATTERS_FROM_BYTES
        and member.file_size > MAX_MEMBER_RATIO * max(1, member.compress_size)
        for member in members
    )
    if len(members) > MAX_MEMBERS or unpacked > MAX_UNPACKED_BYTES or bombs:
        raise BadTable(
            f"unpacks to {unpacked:,} bytes in {len(members):,} parts, more than a list has",
            where=name,
            hint="check who sent it; save the list as CSV",
        )


def _refuse_document_type(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> None:
    with archive.open(member) as stream:
        prologue = stream.read(PROLOGUE_BYTES).replace(b"\0", b"")  # without the zeros, UTF-16 reads the same
    if b"<!DOCTYPE" in prologue or b"<!ENTITY" in prologue:
        raise BadTable("its XML declares a document type", where=name, hint="no spreadsheet does; check who sent it")


def _read(data: bytes, name: str, sheet: str | None) -> Table:
    import openpyxl

    values = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
    formulas = openpyxl.load_workbook(io.BytesIO(data), read_only=True) if _has_formulas(data) else None
    visible = [found for found in values.worksheets if found.sheet_state == "visible"]
    chosen = _chosen(visible, name, sheet)
    twin = None if formulas is None else formulas[chosen.title]
    header, rows, problems = assemble(name, _rows(chosen, twin, name), short_rows=True)
    others = tuple(found.title for found in visible if found is not chosen and not _is_empty(found))
    return Table(name, "xlsx", "utf-8", header, rows, problems, sheet=chosen.title, other_sheets=others)


def _has_formulas(data: bytes) -> bool:
    """Whether any sheet has a formula; only then is the workbook read a second time."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        for member in archive.namelist():
            if member.startswith("xl/worksheets/") and member.endswith(".xml"):
                with archive.open(member) as stream:
                    tail = b""
                    while chunk := stream.read(1 << 20):
                        if b"<f>" in tail + chunk or b"<f " in tail + chunk:
                            return True
                        tail = chunk[-3:]
    return False


def _chosen(visible: list[Any], name: str, sheet: str | None) -> Any:
    if sheet is not None:
        for found in visible:
            if found.title == sheet:
                return found
        raise BadTable("no sheet of that name", where=name, hint="name one of its visible sheets")
    for found in visible:
        if not _is_empty(found):
            return found
    raise BadTable("the workbook is empty", where=name, hint="the first row must hold the column names")


def _is_empty(sheet: Any) -> bool:
    first_rows = itertools.islice(_cells(sheet), 100)
    return not any(cell.value not in (None, "") for row in first_rows for cell in row)


def _rows(sheet: Any, twin: Any, name: str) -> Iterator[RawRow]:
    pairs = ((row, row) for row in _cells(sheet)) if twin is None else zip(_cells(sheet), _cells(twin), strict=True)
    n_scanned = 0
    for number, (row, written) in enumerate(pairs, start=1):
        n_scanned += len(row)
        if n_scanned > MAX_SCANNED_CELLS:
            raise BadTable(
                f"more than {MAX_SCANNED_CELLS:,} cells, most of them empty", where=name, hint="save the list as CSV"
            )
        if row:
            yield _row(number, row, written)


def _cells(sheet: Any) -> Iterator[tuple[Any, ...]]:
    """All rows from the first; a row that the file leaves out is an empty tuple."""
    sheet.reset_dimensions()  # the size that a sheet states of itself may lie in both directions
    rows: Iterator[tuple[Any, ...]] = sheet.iter_rows()
    return rows


def _row(number: int, row: tuple[Any, ...], written: tuple[Any, ...]) -> RawRow:
    for column, (cell, source) in enumerate(zip(row, written, strict=True), start=1):
        if cell.data_type == "e":
            return RawRow(number, (), f"the cell in column {column} shows an error", "correct it in the spreadsheet")
        if cell.value is None and source.data_type == "f":
            return RawRow(
                number, (), f"the formula in column {column} has no stored value", "open and save it in a spreadsheet"
            )
    return RawRow(number, tuple(_text(cell.value) for cell in row))


def _text(value: object) -> str:
    """A cell's value as text, the same for each file that shows the same thing."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep="T", timespec="seconds")
    if isinstance(value, (date, time)):
        return value.isoformat()
    if isinstance(value, timedelta):
        return str(value)
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    return str(value).strip()
