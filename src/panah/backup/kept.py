"""What is copied, and into which set; a table of ``kept.csv``."""

from __future__ import annotations

import csv
import functools
import re
from collections.abc import Iterator
from importlib import resources
from pathlib import Path
from typing import Final

SAFE_NAME: Final = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,120}", flags=re.ASCII)
"""One component of a path in a backup: nothing hidden, nothing that climbs."""


@functools.cache
def names(kind: str) -> tuple[str, ...]:
    """The rows of one kind: ``file``, ``keys`` (tables of the key set) or ``empty`` (tables whose rows stay here)."""
    text = (resources.files(__package__) / "kept.csv").read_text(encoding="utf-8")
    return tuple(row["name"] for row in csv.DictReader(text.splitlines()) if row["kind"] == kind)


def files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Name below the data folder and path of every file that is copied, in order; links and unfinished files are not."""
    for name in names("file"):
        top = folder / name
        found = sorted(top.rglob("*")) if top.is_dir() else [top]
        for path in found:
            relative = path.relative_to(folder)
            if all(SAFE_NAME.fullmatch(part) for part in relative.parts) and path.is_file() and not path.is_symlink():
                yield relative.as_posix(), path
