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
from .zipped import refuse_document_type, refuse_traps

MAX_SCANNED_CELLS: Final = 20_000_000
"""With those that hold nothing: one value in the last column makes a row of 16,384."""
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
            refuse_traps(members, name)
            known = {member.filename for member in members}
            if "[Content_Types].xml" not in known or not any(path.startswith("xl/") for path in known):
                raise BadTable("an archive, not a workbook", where=name, hint="a table is a CSV, XLSX or ODS file")
            for member in members:
                if member.filename.endswith((".xml", ".rels")):
                    refuse_document_type(archive, member, name)
    except PanahError:
        raise
    except Exception as error:  # zipfile lets errors of zlib, bz2, lzma and struct through
        raise BadTable("a damaged or encrypted archive", where=name, hint=DAMAGED_HINT) from error


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
