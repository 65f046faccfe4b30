"""Destroying key and row files, and a signed record that it was done.

A file is written over and removed. On solid-state disks, copying file systems and backups older copies of a block may
stay: whoever must be sure keeps both files on an encrypted disk of their own and destroys its key.

The record is canonical JSON (RFC 8785) with an Ed25519 signature over its bytes; ``openssl pkeyutl -verify`` checks it.
"""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import rfc8785

from panah.errors import NotConfigured, NotVerified
from panah.home import unwritable, whole_or_nothing
from panah.vault.signer import Signer, Verifier

from .agreement import Agreement

FORMAT: Final = "panah-tokens-deletion/1"
CHUNK_BYTES: Final = 1024 * 1024
MAX_RECORD: Final = 100_000


@dataclass(frozen=True, slots=True)
class Deletion:
    """The record, its signature, and who signed."""

    record: Mapping[str, Any]
    body: bytes
    signature: bytes
    signer: Verifier


def shred(files: Sequence[Path], agreement: Agreement, *, party: str, signer: Signer) -> Deletion:
    """Write over and remove files, and sign that it was done.

    Args:
        files: The key file, the row file, and whatever else was kept of the run.
        party: Who deletes; one of the agreement's, or its linkage unit or estimator.

    Raises:
        NotConfigured: A file is missing or no plain file (nothing is removed then), or the party is unknown.
    """
    known = {*agreement.parties, agreement.linkage_unit, agreement.estimator} - {""}
    if party not in known:
        raise NotConfigured(f"no party {party} in the agreement", where="--party", hint=", ".join(sorted(known)))
    for path in files:
        if path.is_symlink() or not path.is_file():
            raise NotConfigured("no such plain file", where=str(path), hint="nothing was removed; check the paths")
    sizes = [path.stat().st_size for path in files]
    for path in files:
        _write_over(path)
    record: dict[str, Any] = {
        "format": FORMAT,
        "project": agreement.project,
        "run": agreement.run,
        "agreement": agreement.digest,
        "party": party,
        "agreed_day": agreement.delete_on.isoformat(),
        "deleted_at": datetime.now(UTC).replace(microsecond=0).isoformat(),
        "files": [{"name": path.name, "bytes": size} for path, size in zip(files, sizes, strict=True)],
    }
    body = rfc8785.dumps(record)
    return Deletion(record, body, signer.sign(body), signer.verifier)


def _write_over(path: Path) -> None:
    try:
        left = path.stat().st_size
        with path.open("r+b") as stream:
            while left > 0:
                left -= stream.write(secrets.token_bytes(min(left, CHUNK_BYTES)))
            stream.flush()
            os.fsync(stream.fileno())
        path.unlink()
    except OSError as error:
        raise unwritable(error, path) from error


def write_deletion(deletion: Deletion, path: Path) -> None:
    """``deletion.json``, with ``.sig`` and ``.pem`` beside it."""
    key, signature = path.with_name(f"{path.name}.pem"), path.with_name(f"{path.name}.sig")
    with whole_or_nothing(path) as one, whole_or_nothing(signature) as two, whole_or_nothing(key) as three:
        three.write_bytes(deletion.signer.to_pem())
        two.write_bytes(deletion.signature)
        one.write_bytes(deletion.body)


def verify_deletion(path: Path, *, fingerprint: str | None = None) -> dict[str, Any]:
    """Check a deletion record against the signature and key beside it.

    Args:
        fingerprint: SHA-256 of the signer's public key, told by another way; without it the record only proves that
            it was not changed since it was signed by somebody.

    Raises:
        NotVerified: A file is missing, the signature does not fit, or another key signed.
    """
    try:
        body = path.read_bytes()[:MAX_RECORD]
        signature = path.with_name(f"{path.name}.sig").read_bytes()[:1000]
        verifier = Verifier.from_pem(path.with_name(f"{path.name}.pem").read_bytes()[:10_000], name="deletion")
    except OSError as error:
        raise NotVerified(
            "record, signature or key is missing", where=str(path), hint="keep the three files together"
        ) from error
    if fingerprint and verifier.fingerprint != fingerprint:
        raise NotVerified("signed with another key", where=str(path), hint="compare the fingerprints")
    verifier.verify(body, signature, where=str(path))
    try:
        record = json.loads(body)
    except ValueError:
        record = {}
    if not isinstance(record, dict) or record.get("format") != FORMAT:
        raise NotVerified("this is no deletion record", where=str(path), hint="panah tokens shred writes one")
    return record
