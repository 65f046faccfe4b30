"""Making bytes unreadable: fields of a row, and files. Nothing in this module opens anything.

A sealed field, format 1: ``key version (4, big-endian) ‖ envelope`` of the Padmé-padded plaintext, bound to case,
table, row, column and key version. Invariant: a ciphertext moved to another row, column, table, case or version
does not open (GlobaLeaks' fields, which are not bound, do).

A field that takes the place of an older one, format 2: ``key version ‖ 03 ‖ revision (4, big-endian) ‖ envelope``,
bound to the revision too, so that an older value cannot pass for a newer one. Which revision is the newest is kept by
whoever keeps the rows (``web/cases/revisions.py``): here, only that a revision cannot be changed without the key.

Files are in :mod:`.blobs`; their names are given here too, so that one import seals.
"""

from __future__ import annotations

import hmac
from typing import Final

from panah.errors import NotOpened

from .blobs import BlobKey, SealedBlob, SealingWriter, seal_stream
from .cases import CaseKey
from .envelope import OVERHEAD_BYTES, close, place
from .padding import pad

__all__ = [
    "BlobKey",
    "SealedBlob",
    "SealingWriter",
    "envelope_of",
    "field_place",
    "key_version",
    "revision_of",
    "seal_blob_key",
    "seal_field",
    "seal_stream",
    "within_case_digest",
]

VERSION_BYTES: Final = 4
REVISION_BYTES: Final = 4
REVISED: Final = 0x03


def seal_field(case_key: CaseKey, *, table: str, row: str, column: str, plaintext: bytes, revision: int = 1) -> bytes:
    """Seal one field.

    Args:
        case_key: The case's newest key.
        table: The table's name, which must not change while rows live.
        row: The row's random id.
        column: The column's name.
        plaintext: Any bytes, text as UTF-8.
        revision: 1 for the first value of this field, one more for each that takes its place.

    Returns:
        Ciphertext whose size tells the Padmé bucket of the plaintext only.
    """
    bound_to = field_place(case_key, table=table, row=row, column=column, revision=revision)
    sealed = close(case_key.for_purpose(b"panah/field/v1"), pad(plaintext), bound_to)
    return field_head(case_key.version, revision) + sealed


def seal_blob_key(case_key: CaseKey, blob_name: str, blob_key: BlobKey) -> bytes:
    """The key of one file, sealed under the case key and bound to the file's name."""
    return seal_field(case_key, table="blob", row=blob_name, column="key", plaintext=blob_key.identity.encode())


def field_place(case_key: CaseKey, *, table: str, row: str, column: str, revision: int = 1) -> bytes:
    """What a field is bound to."""
    if revision == 1:
        return place("panah/field/v1", case_key.case_id, table, row, column, case_key.version)
    return place("panah/field/v2", case_key.case_id, table, row, column, case_key.version, revision)


def field_head(version: int, revision: int) -> bytes:
    """What stands before the envelope: the key's version and, after the first value, the revision."""
    head = version.to_bytes(VERSION_BYTES, "big")
    return head if revision == 1 else head + bytes([REVISED]) + revision.to_bytes(REVISION_BYTES, "big")


def key_version(sealed: bytes) -> int:
    """Which version of the case key opens a sealed field.

    Raises:
        NotOpened: These bytes are too short for a sealed field.
    """
    if len(sealed) < VERSION_BYTES + OVERHEAD_BYTES:
        raise NotOpened("the sealed field is cut short", hint="restore it from a backup")
    return int.from_bytes(sealed[:VERSION_BYTES], "big")


def revision_of(sealed: bytes) -> int:
    """Which value of its field this is, as its head says; opening it proves that the head is true.

    Raises:
        NotOpened: These bytes are too short for a sealed field, or their head is none that is written.
    """
    key_version(sealed)
    if sealed[VERSION_BYTES] != REVISED:
        return 1
    revision = int.from_bytes(sealed[VERSION_BYTES + 1 : VERSION_BYTES + 1 + REVISION_BYTES], "big")
    if revision < 2:
        raise NotOpened("the head of the sealed field is none that is written", hint="restore it from a backup")
    return revision


def envelope_of(sealed: bytes) -> bytes:
    """What follows the head."""
    return sealed[VERSION_BYTES:] if revision_of(sealed) == 1 else sealed[VERSION_BYTES + 1 + REVISION_BYTES :]


def within_case_digest(case_key: CaseKey, sha256: str) -> str:
    """A file's digest keyed to one case: equal files meet inside the case and nowhere else."""
    return hmac.new(case_key.for_purpose(b"panah/same/v1"), bytes.fromhex(sha256), "sha256").hexdigest()
