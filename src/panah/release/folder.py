"""A published release: a folder that needs no database, no account and no Panah to be read. Format ``panah-release/1``.

::

    2026-11-24-3f9a/  manifest.json    what it is, when, and the digest of every file
                      table-1.csv …    the tables, notes first
                      table-1.json …   the same for machines, and for the next release to be compared with
                      map.<lang>.svg   timeline.<lang>.svg

The public door reads such folders and nothing else. Promise: every later version reads this format.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final

from panah.errors import Altered, NotConfigured, PanahError, Unreadable
from panah.home import unwritable

from .coded import coded
from .figures import timeline_svg, world_map_svg
from .suppression import DEFAULT_THRESHOLD, public_table
from .table import PublicTable

RELEASE_FORMAT: Final = "panah-release/1"
MANIFEST: Final = "manifest.json"
DEFAULT_TABLES: Final = (("host_country", "tactic"), ("year",))
MAX_FILE_BYTES: Final = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Release:
    """One published release as read from its folder."""

    folder: Path
    id: str
    title: str
    published_on: date
    tables: tuple[PublicTable, ...]
    files: Mapping[str, str]
    """File name -> SHA-256, hexadecimal."""

    def table_with(self, dimension: str) -> PublicTable | None:
        """The first table that is broken down by it."""
        return next((table for table in self.tables if dimension in table.by), None)

    def file(self, name: str) -> bytes:
        """The bytes of one of its files.

        Raises:
            Unreadable: No file of that name stands in the manifest.
            Altered: It is not what was published.
        """
        if name not in self.files:
            raise Unreadable("no such file in this release", where=self.id)
        return _checked(self.folder / name, self.files[name])


def release_tables(
    incidents: Iterable[Any],
    tables: Sequence[Sequence[str]] = DEFAULT_TABLES,
    *,
    threshold: int = DEFAULT_THRESHOLD,
    earlier: Sequence[PublicTable] = (),
    **more: Any,
) -> tuple[PublicTable, ...]:
    """Several tables of one release: each is checked against all earlier releases and those that stand before it.

    Args:
        incidents: As for :func:`public_table`.
        tables: The dimensions of each table.
        threshold: The smallest count that is shown.
        earlier: Every table that was published before.
        more: ``scope``, ``answers``, ``language`` of :func:`public_table`.

    Raises:
        BadTable, SmallCell: See :func:`public_table`.
    """
    records = [coded(one) for one in incidents]
    made: list[PublicTable] = []
    for by in tables:
        made.append(public_table(records, by, threshold=threshold, earlier=[*earlier, *made], **more))
    return tuple(made)


def write_release(
    target: Path,
    tables: Sequence[PublicTable],
    *,
    published_on: date,
    title: str = "",
    languages: Sequence[str] = ("en",),
) -> Release:
    """Write a release folder, whole or not at all.

    Args:
        target: The folder; its name becomes the release's id. It must not be there yet.
        tables: From :func:`release_tables`.
        published_on: The day; the same content gives the same bytes.
        title: Shown above it.
        languages: In which the figures are drawn.

    Raises:
        NotConfigured: The folder is there already, or cannot be written.
    """
    if target.exists() and (not target.is_dir() or any(target.iterdir())):
        raise NotConfigured("the folder is there already and not empty", where=str(target), hint="name another one")
    files = _files(tables, languages)
    digests = {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())}
    manifest = {
        "format": RELEASE_FORMAT,
        "title": title,
        "published_on": published_on.isoformat(),
        "tables": [f"table-{number}.json" for number in range(1, len(tables) + 1)],
        "files": digests,
    }
    files[MANIFEST] = json.dumps(manifest, ensure_ascii=False, indent=2, sort_keys=True).encode() + b"\n"
    part = target.with_name(f".{target.name}.part")
    try:
        shutil.rmtree(part, ignore_errors=True)
        part.mkdir(parents=True)
        for name, content in files.items():
            (part / name).write_bytes(content)
        part.replace(target)
    except OSError as error:
        raise unwritable(error, target) from error
    finally:
        shutil.rmtree(part, ignore_errors=True)
    return read_release(target)


def _files(tables: Sequence[PublicTable], languages: Sequence[str]) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    for number, table in enumerate(tables, start=1):
        files[f"table-{number}.csv"] = table.to_csv().encode()
        files[f"table-{number}.json"] = table.to_json().encode() + b"\n"
    countries = next((table for table in tables if "host_country" in table.by), None)
    periods = next((table for table in tables if {"year", "month"} & {*table.by}), None)
    for language in languages:
        if countries:
            drawn = world_map_svg(countries.margin("host_country"), language=language)
            files[f"map.{language}.svg"] = drawn.encode()
        if periods:
            dimension = "year" if "year" in periods.by else "month"
            drawn = timeline_svg(periods.margin(dimension), language=language)
            files[f"timeline.{language}.svg"] = drawn.encode()
    return files


def read_release(folder: Path) -> Release:
    """Read a release folder and check every file against its manifest.

    Raises:
        Unreadable: There is no release in it.
        Altered: A file is not what was published.
    """
    where = folder.name
    try:
        told = json.loads(_bytes(folder / MANIFEST))
        if told["format"] != RELEASE_FORMAT:
            raise ValueError
        files = {str(name): str(digest) for name, digest in told["files"].items()}
        if any("/" in name or name.startswith(".") for name in files):
            raise ValueError
        tables = tuple(PublicTable.from_json(_checked(folder / name, files[name])) for name in told["tables"])
        for name, digest in files.items():
            _checked(folder / name, digest)
        day = date.fromisoformat(told["published_on"])
        return Release(folder, folder.name, str(told["title"]), day, tables, files)
    except (ValueError, KeyError, TypeError, AttributeError, OSError, RecursionError):
        raise Unreadable("not a release folder", where=where, hint=f"the format is {RELEASE_FORMAT}") from None


def releases_in(folder: Path) -> list[Release]:
    """The sound releases in a folder of releases, newest first; what is no release, or was altered, is left out."""
    found = []
    for each in sorted(folder.iterdir()) if folder.is_dir() else ():
        if each.is_dir() and not each.name.startswith("."):
            try:
                found.append(read_release(each))
            except PanahError:
                continue
    return sorted(found, key=lambda release: (release.published_on, release.id), reverse=True)


def _checked(path: Path, digest: str) -> bytes:
    content = _bytes(path)
    if hashlib.sha256(content).hexdigest() != digest:
        raise Altered("not the file that was published", where=f"{path.parent.name}/{path.name}")
    return content


def _bytes(path: Path) -> bytes:
    if path.stat().st_size > MAX_FILE_BYTES:
        raise ValueError("too large for a release")
    return path.read_bytes()
