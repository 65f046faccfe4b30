"""``panah backup``: a sealed copy of a running installation."""

from __future__ import annotations

import os
from pathlib import Path

import click

from panah import home
from panah.cli.output import emit, existing_file, json_option, note, progress
from panah.errors import NotConfigured

RECIPIENTS_FILE = "backup-recipients.txt"


@click.command()
@click.argument("folder", type=existing_file(), required=False)
@click.option("--data", type=existing_file(), help="The data folder; PANAH_DATA, else your user data directory.")
@click.option(
    "--to", "recipients", multiple=True, help="An age recipient (age1…) that can restore it; may be repeated."
)
@click.option(
    "--keep-keys-days",
    type=click.IntRange(1, 3650),
    default=30,
    show_default=True,
    help="Delete older key sets in FOLDER.",
)
@click.option(
    "--make-key", is_flag=True, help="Make the key of the backups: show its three shares, keep its recipient."
)
@json_option
def command(
    folder: Path | None,
    data: Path | None,
    recipients: tuple[str, ...],
    keep_keys_days: int,
    make_key: bool,
    as_json: bool,
) -> None:
    """Write a backup into FOLDER: a main set, and a key set that lives for a short time.

    Both are sealed as they are written. Without the key set nothing in the main set opens a case, so that what was
    deleted stays deleted once the key sets of its time are gone. `panah restore` puts both back.
    """
    place = home.data_folder(data)
    if make_key:
        _make_key(home.prepare(place), as_json)
        return
    if folder is None:
        raise NotConfigured("there is no folder to write to", where="FOLDER", hint="panah backup /mnt/backups")
    from panah.backup import expire_key_sets, make_backup

    with progress("copying", quiet=as_json) as advance:
        made = make_backup(
            place,
            folder,
            recipients=recipients or _kept_recipients(place),
            address=os.environ.get("DATABASE_URL", "").strip(),
            advance=advance,
        )
    expired = expire_key_sets(folder, days=keep_keys_days)
    if as_json:
        emit(
            {
                "main": str(made.main),
                "main_sha256": made.main_sha256,
                "keys": str(made.keys),
                "keys_sha256": made.keys_sha256,
                "n_files": made.n_files,
                "expired": [str(path) for path in expired],
            }
        )
        return
    click.echo(f"{made.main}: the database and {made.n_files} files")
    click.echo(f"{made.keys}: the case keys")
    if expired:
        click.echo(f"{len(expired)} key sets older than {keep_keys_days} days deleted")
    note("keep the two apart, and a checkpoint with neither; try panah restore once a month")


def _make_key(data: Path, as_json: bool) -> None:
    """Three shares on standard output, once; on the disk only the recipient, which opens nothing."""
    from panah.vault.blobs import BlobKey
    from panah.vault.shares import split_identity

    path = data / RECIPIENTS_FILE
    if path.exists():
        raise NotConfigured("there is a key already", where=str(path), hint="move this file away to make another")
    key = BlobKey.generate()
    shares = split_identity(key.identity)
    with home.whole_or_nothing(path) as part:
        part.touch(mode=home.SECRET_FILE_MODE)
        part.write_text(f"{key.recipient}\n", encoding="ascii")
    if as_json:
        emit({"recipient": key.recipient, "shares": shares})
        return
    for number, share in enumerate(shares, start=1):
        click.echo(f"share {number} of 3; any two restore a backup\n\n    {share}\n")
    click.echo(f"recipient  {key.recipient}")
    note("give each share to another person, on paper; they are shown this once and kept nowhere")


def _kept_recipients(data: Path) -> tuple[str, ...]:
    path = data / RECIPIENTS_FILE
    try:
        return tuple(path.read_text(encoding="ascii").split())
    except (FileNotFoundError, UnicodeDecodeError):
        raise NotConfigured(
            "nobody is named who can restore it", where="--to", hint="give --to age1…, or run panah backup --make-key"
        ) from None
