"""Writing CSV that a spreadsheet shows and does not run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from panah.home import whole_or_nothing

RISKY_STARTS: Final = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""A spreadsheet takes a cell that begins so for a formula. The full-width forms count as well in East Asian versions.
Source: OWASP, CSV Injection."""


def csv_text(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table as CSV: commas, lines ended by a line feed, an apostrophe before text that looks like a formula.

    Args:
        header: Column names.
        rows: Cells in the header's order; None is an empty cell, numbers stay numbers.

    Raises:
        ValueError: A row has more or fewer cells than the header.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow([_guarded(name) for name in header])
    for row in rows:
        if len(row) != len(header):
            raise ValueError(f"a row of {len(row)} cells under a header of {len(header)}")
        writer.writerow([_guarded(cell) for cell in row])
    return out.getvalue()


def _guarded(cell: object) -> object:
    if isinstance(cell, str) and cell.lstrip(" \n").startswith(RISKY_STARTS):
        return "'" + cell
    return cell


def write_csv(path: Path | str, header: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Write :func:`csv_text` to a file, whole or not at all.

    Raises:
        NotConfigured: The folder cannot be written to, or the disk is full.
        ValueError: See :func:`csv_text`.
    """
    text = csv_text(header, rows)
    with whole_or_nothing(Path(path)) as part:
        part.write_text(text, encoding="utf-8", newline="")
