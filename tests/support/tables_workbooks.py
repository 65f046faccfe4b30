"""Workbooks for the tests of tables: sound ones by openpyxl, and traps by hand."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable, Sequence

import openpyxl

CONTENT_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
    '<Override PartName="/xl/workbook.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml"/></Types>'
)


def workbook(*sheets: tuple[str, Iterable[Sequence[object]]], hidden: Sequence[str] = ()) -> bytes:
    """A workbook of these sheets."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
        if title in hidden:
            sheet.sheet_state = "hidden"
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def archive(parts: dict[str, bytes | str]) -> bytes:
    """A zip of these parts."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, body in parts.items():
            packed.writestr(name, body)
    return out.getvalue()


def with_part(data: bytes, name: str, body: bytes) -> bytes:
    """The workbook with one part replaced or added."""
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        parts = {member: packed.read(member) for member in packed.namelist()}
    return archive({**parts, name: body})
