"""The way in: how large, what it is by its content, and which reader it goes to."""

from __future__ import annotations

import io
import os
import zipfile
from pathlib import Path
from typing import Final

from panah.errors import BadTable

from .table import MAX_BYTES, Table

ZIP_MAGIC: Final = b"PK\x03\x04"
EMPTY_ZIP_MAGIC: Final = b"PK\x05\x06"
OLE_MAGIC: Final = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""Of an old .xls, and of an .xlsx with a password."""
OTHER_FILES: Final = {
    b"%PDF-": "a PDF document",
    b"\x1f\x8b": "a compressed file",
    b"SQLite format 3\0": "a database file",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"{\\rtf": "a text document",
    b"PAR1": "a Parquet file",
}
MARKUP: Final = (b"<!doctype", b"<html", b"<?xml", b"<table", b"<smses", b"<calls")


def read_table(path: Path | str, *, sheet: str | None = None, encoding: str | None = None) -> Table:
    """Read a CSV, XLSX or ODS file whole.

    Args:
        path: The file; its content decides what it is.
        sheet: Name of the sheet of a workbook; default the first visible one that holds anything.
        encoding: Of delimited text, where the guess (``Table.encoding_guessed``) was wrong.

    Returns:
        Rows with their numbers in the file (the header is row 1), and in ``problems`` every row that was left out.

    Raises:
        BadTable: It cannot be opened, is no table, has no sound header, or is larger than what is read here.
    """
    path = Path(path)
    try:
        with path.open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            if size > MAX_BYTES:
                raise _too_large(path.name, size)
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        reason = (os.strerror(error.errno) if error.errno else "cannot be read").lower()
        raise BadTable(reason, where=str(path), hint="check the path and its permissions") from error
    return parse_table(data, name=path.name, sheet=sheet, encoding=encoding)


def parse_table(data: bytes, *, name: str = "", sheet: str | None = None, encoding: str | None = None) -> Table:
    """Read a table from bytes, so that opened evidence need not touch the disk; as :func:`read_table`.

    Args:
        data: The file's bytes.
        name: What to call it in errors.
        sheet, encoding: As in :func:`read_table`.

    Raises:
        BadTable: See :func:`read_table`.
    """
    if len(data) > MAX_BYTES:
        raise _too_large(name, len(data))
    if not data.strip():
        raise BadTable("the file is empty", where=name, hint="check that it is the right file")
    if data.startswith(ZIP_MAGIC):
        return _read_zipped(data, name, sheet)
    _refuse_other_files(data, name)
    from .delimited import read_delimited

    return read_delimited(data, name, encoding)


def _read_zipped(data: bytes, name: str, sheet: str | None) -> Table:
    from .ods import is_ods, read_ods
    from .xlsx import read_xlsx

    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            open_document = is_ods(archive)
    except Exception:  # a damaged zip is told by the reader of workbooks
        open_document = False
    return read_ods(data, name, sheet) if open_document else read_xlsx(data, name, sheet)


def _too_large(name: str, size: int) -> BadTable:
    return BadTable(
        f"the file has {size:,} bytes, more than the {MAX_BYTES:,} read here",
        where=name,
        hint="split it, or check that it is the right file",
    )


def _refuse_other_files(data: bytes, name: str) -> None:
    if data.startswith(OLE_MAGIC):
        raise BadTable("an old or password-protected workbook", where=name, hint="save it as .xlsx without a password")
    for magic, what in {**OTHER_FILES, EMPTY_ZIP_MAGIC: "an empty archive"}.items():
        if data.startswith(magic):
            raise BadTable(f"{what}, not a table", where=name, hint="a table is a CSV, XLSX or ODS file")
    if data[:256].lstrip(b"\xef\xbb\xbf \t\r\n").lower().startswith(MARKUP):
        raise BadTable("a web page or XML, not a table", where=name, hint="open it and save it as CSV, XLSX or ODS")
