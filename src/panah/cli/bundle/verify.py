"""``panah bundle verify``: what was checked, or which file, line or signature fails."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from panah.cli.output import check_readable, emit, existing_file, json_option, note, progress, read_bytes, tell_errors

if TYPE_CHECKING:
    from panah.errors import PanahError
    from panah.model.bundle import StampFound, Verification

KEY_FILE_BYTES = 100_000
ROOTS_BYTES = 4 << 20
"""A file of every root that a system trusts has half a megabyte."""


@click.command("verify")
@click.argument("path", metavar="FILE", type=existing_file())
@click.option("--identity", type=existing_file(), help="An age key file: check the sealed contents too.")
@click.option("--signer", "signer_file", type=existing_file(), help="The sender's signer.pem, got by another way.")
@click.option("--checkpoint", type=existing_file(), help="An earlier checkpoint that this log must continue.")
@click.option(
    "--tsa-roots", type=existing_file(), help="Root certificates (PEM) of timestamp authorities that you trust."
)
@json_option
def verify_command(
    path: Path,
    identity: Path | None,
    signer_file: Path | None,
    checkpoint: Path | None,
    tsa_roots: Path | None,
    as_json: bool,
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
            tsa_roots_pem=_roots(tsa_roots),
            advance=advance,
        )
    if verification is None:
        if as_json:
            emit({"verified": False, "problems": [_problem(problem) for problem in problems]})
        tell_errors(problems, "bundle")
        return max((problem.exit_code for problem in problems), default=1)
    _tell(verification, as_json)
    return 0


def _roots(path: Path | None) -> bytes | None:
    """The file's certificates; one without any would trust nobody and look like an answer."""
    if path is None:
        return None
    from panah.vault.timestamps.reply import read_certificates

    pem = read_bytes(path, at_most=ROOTS_BYTES)
    read_certificates(pem, where=str(path))
    return pem


def _tell(verification: Verification, as_json: bool) -> None:
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
    if verification.n_withheld:
        click.echo(f"redacted: {verification.n_withheld} originals were left out; each is in the custody log")
    if verification.n_tombstones:
        click.echo(f"deleted for good: {verification.n_tombstones} things of these cases; the custody log says so")
    if verification.earlier_lines is not None:
        click.echo(f"the log continues the earlier checkpoint of {verification.earlier_lines} lines")
    for stamp in verification.stamps:
        _tell_stamp(stamp)
    click.echo(f"signed by the key {manifest.signer_sha256}")
    if not verification.signer_compared:
        note("compare this key with one you got from the sender by another way, or give it with --signer")
    if any(not stamp.root_given for stamp in verification.stamps):
        note("whose timestamps these are rests on roots that came with the bundle; give yours with --tsa-roots")


def _tell_stamp(stamp: StampFound) -> None:
    click.echo(f"{stamp.of} existed at {stamp.at:%Y-%m-%d %H:%M:%S} UTC, says {stamp.authority} ({stamp.file})")
    if stamp.ended:
        note(f"{stamp.file}: the authority's certificate has ended since; it held when it signed")
    if not stamp.revocation_known:
        note(f"{stamp.file}: no revocation list of that time is at hand")


def _problem(problem: PanahError) -> dict[str, Any]:
    return {"kind": type(problem).__name__, "what": problem.what, "where": problem.where, "hint": problem.hint}
