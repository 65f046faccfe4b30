"""``panah restore``: put a backup back, after everything in it was verified."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from panah.cli.output import check_readable, emit, existing_file, json_option, note, progress, read_bytes
from panah.errors import NotConfigured

if TYPE_CHECKING:
    from panah.backup import Restored

KEY_FILE_BYTES = 100_000


@click.command()
@click.argument("main", type=existing_file())
@click.argument("keys", type=existing_file(), required=False)
@click.option("--into", type=existing_file(), required=True, help="The data folder to make; new or empty.")
@click.option("--identity", type=existing_file(), help="The age key file of the backups.")
@click.option("--share", "shares", type=existing_file(), multiple=True, help="A file with one share; give two.")
@click.option("--signer", "signer_file", type=existing_file(), help="The installation's signer.pem, got elsewhere.")
@click.option("--checkpoint", type=existing_file(), help="A checkpoint kept elsewhere that the log must continue.")
@json_option
def command(
    main: Path,
    keys: Path | None,
    into: Path,
    identity: Path | None,
    shares: tuple[Path, ...],
    signer_file: Path | None,
    checkpoint: Path | None,
    as_json: bool,
) -> int:
    """Restore the main set MAIN and the key set KEYS into a new data folder.

    The folder gets its name only after the sums, the signature, the whole custody log and every checkpoint in it were
    verified. For PostgreSQL set DATABASE_URL to an empty database. Leaves with 1 if anything is not what was backed up.
    """
    from panah.backup import restore

    for path in (main, *([keys] if keys else [])):
        check_readable(path)
    total = main.stat().st_size + (keys.stat().st_size if keys else 0)
    with progress("restoring", total=total, quiet=as_json) as advance:
        restored = restore(
            main,
            keys,
            into,
            identities=_identity(identity, shares),
            address=os.environ.get("DATABASE_URL", "").strip(),
            signer_pem=read_bytes(signer_file, at_most=KEY_FILE_BYTES) if signer_file else None,
            checkpoint=read_bytes(checkpoint, at_most=KEY_FILE_BYTES) if checkpoint else None,
            advance=advance,
        )
    _tell(restored, into, as_json)
    return 1 if restored.missing else 0


def _identity(identity: Path | None, shares: tuple[Path, ...]) -> str:
    if identity is not None:
        return read_bytes(identity, at_most=KEY_FILE_BYTES).decode("utf-8", "replace")
    if not shares:
        raise NotConfigured(
            "nothing to open it with", where="--identity", hint="give the key file, or two --share FILE"
        )
    from panah.vault.shares import join_identity

    return join_identity([read_bytes(path, at_most=KEY_FILE_BYTES).decode("utf-8", "replace") for path in shares])


def _tell(restored: Restored, into: Path, as_json: bool) -> None:
    if as_json:
        emit({"into": str(into), **asdict(restored)})
        return
    click.echo(f"{into}: {restored.n_files} files, {restored.custody_lines} custody lines, made {restored.made_at}")
    click.echo(f"verified: sums, signature, custody log, checkpoints up to line {restored.checkpoint_lines}")
    click.echo(f"signed by the key {restored.signer_sha256}")
    if restored.missing:
        note(f"{len(restored.missing)} sealed files that rows tell of are not in this backup")
    if not restored.keys:
        note("without the key set no case opens")
    if not restored.compared:
        note("give a checkpoint that was kept elsewhere with --checkpoint: it alone shows a log rewritten to its end")
