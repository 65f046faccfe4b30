"""``panah bundle``: make a sealed evidence bundle, or check one."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from panah.cli.output import check_readable, emit, existing_file, json_option, note, progress, read_bytes, tell_errors
from panah.errors import NotConfigured, PanahError

if TYPE_CHECKING:
    from panah.bundle import Item
    from panah.model.bundle import Manifest, Verification
    from panah.vault.signer import Signer

SIGNER_FILE = "signer.key"
SIGNER_NAME = "panah"
KEY_FILE_BYTES = 100_000
CHUNK_BYTES = 1 << 20


@click.group("bundle")
def command() -> None:
    """Create or verify a sealed evidence bundle.

    A bundle is one zip file. Its clear part proves that nothing was altered and names nobody; its sealed part opens
    only with the age key of a recipient. VERIFY.txt inside tells how to check it without Panah.
    """


@command.command("create")
@click.argument("files", nargs=-1, required=True, type=existing_file())
@click.option("--to", "recipients", multiple=True, required=True, help="An age recipient (age1…); may be repeated.")
@click.option("--out", "target", type=existing_file(), required=True, help="The bundle to write, a .zip file.")
@click.option("--title", default="Evidence bundle", help="Stands over the readable page inside.")
@click.option(
    "--grade", type=click.Choice("ABCDE"), default="E", help="How hard the files would be to forge; A is best."
)
@click.option("--signer", "signer_file", type=existing_file(), help="The signing key; else the one in the data folder.")
@click.option("--data", type=existing_file(), help="The data folder; PANAH_DATA, else your user data directory.")
@click.option("--replace", is_flag=True, help="Replace an existing bundle.")
@json_option
def create_command(
    files: tuple[Path, ...],
    recipients: tuple[str, ...],
    target: Path,
    title: str,
    grade: str,
    signer_file: Path | None,
    data: Path | None,
    replace: bool,
    as_json: bool,
) -> None:
    """Seal FILES for the recipients, unchanged, with a custody log and signatures."""
    from panah.bundle import create
    from panah.model.base import new_id
    from panah.vault.age_stream import parse_recipients

    parse_recipients(recipients)
    for file in files:
        check_readable(file)
    _check_target(target, files, replace)
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
            advance=advance,
        )
    _tell_created(manifest, target, items, as_json)


@command.command("verify")
@click.argument("path", metavar="FILE", type=existing_file())
@click.option("--identity", type=existing_file(), help="An age key file: check the sealed contents too.")
@click.option("--signer", "signer_file", type=existing_file(), help="The sender's signer.pem, got by another way.")
@click.option("--checkpoint", type=existing_file(), help="An earlier checkpoint that this log must continue.")
@json_option
def verify_command(
    path: Path, identity: Path | None, signer_file: Path | None, checkpoint: Path | None, as_json: bool
) -> int:
    """Check FILE, a bundle or the folder it was unpacked to. Writes nothing and unpacks nothing."""
    from panah.bundle import examine

    if not path.is_dir():
        check_readable(path)
    given = [read_bytes(file, at_most=KEY_FILE_BYTES) if file else None for file in (identity, signer_file, checkpoint)]
    total = 0 if path.is_dir() else path.stat().st_size
    with progress("checking", total=total, quiet=as_json) as advance:
        verification, problems = examine(
            path,
            identities=None if given[0] is None else given[0].decode("utf-8", "replace"),
            signer_pem=given[1],
            earlier=given[2],
            advance=advance,
        )
    if verification is None:
        if as_json:
            emit({"verified": False, "problems": [_problem(problem) for problem in problems]})
        tell_errors(problems, "bundle")
        return max((problem.exit_code for problem in problems), default=1)
    _tell_verified(verification, as_json)
    return 0


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


def _check_target(target: Path, files: Sequence[Path], replace: bool) -> None:
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


def _tell_verified(verification: Verification, as_json: bool) -> None:
    if as_json:
        emit({"verified": True, **verification.model_dump(mode="json")})
        return
    manifest = verification.manifest
    click.echo(f"verified: {verification.n_files} files, {manifest.custody_lines} custody lines, 2 signatures")
    if verification.opened:
        click.echo(
            f"opened: {verification.n_inner_files} files, {len(verification.items)} originals in the custody log"
        )
    else:
        click.echo("the contents were not opened; --identity KEYFILE checks them too")
    if verification.earlier_lines is not None:
        click.echo(f"the log continues the earlier checkpoint of {verification.earlier_lines} lines")
    click.echo(f"signed by the key {manifest.signer_sha256}")
    if not verification.signer_compared:
        note("compare this key with one you got from the sender by another way, or give it with --signer")


def _problem(problem: PanahError) -> dict[str, Any]:
    return {"kind": type(problem).__name__, "what": problem.what, "where": problem.where, "hint": problem.hint}
