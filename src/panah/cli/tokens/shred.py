"""``panah tokens shred``: destroy what could undo the tokens, and sign that it was done."""

from __future__ import annotations

import os
from pathlib import Path

import click

from panah.cli.output import emit, existing_file, json_option
from panah.errors import NotConfigured


@click.command("shred")
@click.argument("files", nargs=-1, type=existing_file())
@click.option("--agreement", "agreement_file", type=existing_file(), help="The agreed file.")
@click.option("--party", help="Who deletes, as in the agreement.")
@click.option("--signer", "signer_file", type=existing_file(), help="Ed25519 key in PEM; made there if there is none.")
@click.option("--out", type=existing_file(), metavar="FILE", help="The deletion record, .json.")
@click.option("--verify", type=existing_file(), metavar="FILE", help="Check a deletion record instead.")
@click.option("--fingerprint", help="With --verify: SHA-256 of the signer's key, told by another way.")
@click.option("--yes", is_flag=True, help="Do not ask.")
@json_option
def shred_command(
    files: tuple[Path, ...],
    agreement_file: Path | None,
    party: str | None,
    signer_file: Path | None,
    out: Path | None,
    verify: Path | None,
    fingerprint: str | None,
    yes: bool,
    as_json: bool,
) -> None:
    """Write over and remove FILES (the key, the rows, the tokens), and sign a deletion record for the other parties."""
    from panah.tokens import read_agreement, shred, verify_deletion
    from panah.tokens.shredding import write_deletion
    from panah.vault.signer import Signer

    if verify:
        record = verify_deletion(verify, fingerprint=fingerprint)
        if as_json:
            emit(record)
        else:
            click.echo(f"{record['party']} deleted {len(record['files'])} files of run {record['run']}")
        return
    if not files or not agreement_file or not party or not signer_file or not out:
        raise NotConfigured(
            "something is missing",
            where="panah tokens shred",
            hint="FILES --agreement --party --signer --out are needed",
        )
    agreement = read_agreement(agreement_file)
    if {out.resolve(), signer_file.resolve()} & {path.resolve() for path in files}:
        raise NotConfigured("this file would be shredded", where="--out, --signer", hint="name another one")
    if out.exists() or not os.access(out.absolute().parent, os.W_OK):  # said before anything is destroyed
        raise NotConfigured("this file exists, or its folder cannot be written", where="--out", hint="name another one")
    if not yes:
        click.confirm(f"write over and remove {len(files)} files?", abort=True, err=True)
    signer = Signer.load_or_create(signer_file, party)
    deletion = shred(files, agreement, party=party, signer=signer)
    write_deletion(deletion, out)
    if as_json:
        emit({**deletion.record, "signer_fingerprint": deletion.signer.fingerprint, "written": str(out)})
        return
    click.echo(f"removed {len(files)} files; wrote {out}, {out.name}.sig and {out.name}.pem: send them to the others")
    click.echo(f"signed by {deletion.signer.fingerprint}: tell them by another way")
