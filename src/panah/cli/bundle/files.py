"""A bundle out of files that no case knows: sealed unchanged, with a custody log of their own."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from panah.cli.output import check_readable, emit, note, progress
from panah.errors import NotConfigured

if TYPE_CHECKING:
    from panah.bundle import Item
    from panah.model.bundle import Manifest
    from panah.vault.signer import Signer

SIGNER_FILE = "signer.key"
SIGNER_NAME = "panah"
KEY_FILE_BYTES = 100_000
CHUNK_BYTES = 1 << 20


def seal_files(
    files: Sequence[Path],
    recipients: Sequence[str],
    target: Path,
    *,
    title: str,
    grade: str,
    signer_file: Path | None,
    data: Path | None,
    replace: bool,
    bagit: bool,
    as_json: bool,
) -> None:
    """Seal files for the recipients, unchanged, with a custody log and signatures."""
    from panah.bundle import create
    from panah.model.base import new_id
    from panah.vault.age_stream import parse_recipients

    parse_recipients(recipients)
    for file in files:
        check_readable(file)
    check_target(target, files, replace=replace)
    size_bytes = sum(file.stat().st_size for file in files)
    with progress("sealing", total=2 * size_bytes, quiet=as_json) as advance:
        items = [_take_in(file, grade, advance) for file in files]
        manifest = create(
            target,
            items,
            recipients=recipients,
            signer=_signer(signer_file, data),
            custody_lines=_log(items, actor=new_id()),
            title=title,
            bagit=bagit,
            advance=advance,
        )
    _tell_created(manifest, target, items, as_json)


def _take_in(file: Path, grade: str, advance: Callable[[int], None]) -> Item:
    """Hash a file where it lies; sealing checks that it is still the same."""
    from panah.bundle import Item
    from panah.model.base import new_id
    from panah.model.evidence import EvidenceItem, Grade
    from panah.vault.commitment import new_commitment_salt

    digest, size = hashlib.sha256(), 0
    with file.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            digest.update(chunk)
            size += len(chunk)
            advance(len(chunk))
    evidence = EvidenceItem(
        id=new_id(),
        sha256=digest.hexdigest(),
        size_bytes=size,
        grade=Grade(grade),
        received_at=datetime.now(UTC),
        file_name=file.name,
    )
    return Item.of_file(file, evidence, new_commitment_salt())


def _log(items: Sequence[Item], actor: str) -> list[bytes]:
    """A log of its own for files that no case knows: received, hashed, exported."""
    from panah.vault import custody

    lines: list[bytes] = []
    for act in ("received", "hashed", "exported"):
        for item in items:
            previous = lines[-1] if lines else None
            lines.append(custody.entry_line(previous, actor=actor, act=act, item=item.commitment))
    return lines


def _signer(signer_file: Path | None, data: Path | None) -> Signer:
    from panah.home import data_folder, prepare
    from panah.vault.signer import Signer

    if signer_file is None:
        return Signer.load_or_create(prepare(data_folder(data)) / SIGNER_FILE, SIGNER_NAME)
    check_readable(signer_file, at_most=KEY_FILE_BYTES)
    return Signer.load(signer_file, SIGNER_NAME)


def check_target(target: Path, files: Sequence[Path], *, replace: bool) -> None:
    """Refuse a place that a bundle cannot go to, before any work is done."""
    if not target.absolute().parent.is_dir():
        raise NotConfigured("there is no such folder", where=str(target.parent), hint="make it first")
    if target.is_dir() or (target.exists() and any(target.samefile(file) for file in files)):
        raise NotConfigured("the bundle cannot go there", where=str(target), hint="name a new .zip file with --out")
    if target.exists() and not replace:
        raise NotConfigured("this file exists", where=str(target), hint="name another one, or add --replace")


def _tell_created(manifest: Manifest, target: Path, items: Sequence[Item], as_json: bool) -> None:
    digest = hashlib.sha256()
    with target.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            digest.update(chunk)
    if as_json:
        emit(
            {
                "bundle": str(target),
                "sha256": digest.hexdigest(),
                "size_bytes": target.stat().st_size,
                "manifest": manifest.model_dump(mode="json"),
            }
        )
        return
    click.echo(f"{target}: {len(items)} originals sealed, {manifest.custody_lines} custody lines")
    click.echo(f"SHA-256 of the bundle  {digest.hexdigest()}")
    click.echo(f"signed by the key      {manifest.signer_sha256}")
    note("tell the recipient the signing key by another way, so that the signature proves who made it")
