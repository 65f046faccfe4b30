"""What stands in a bundle, and what a verification found. Format ``panah-bundle/1``; every later version reads it."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AwareDatetime, Field

from .base import Digest, Id, Record
from .evidence import EvidenceItem, Grade

InnerPath = Annotated[str, Field(pattern=r"^[a-z]+/[A-Za-z0-9][A-Za-z0-9._-]{0,120}$")]
"""A path inside the sealed contents: one folder of ours and one harmless name, never the file's own name."""


class BundleItem(Record):
    """One original file in the sealed contents, with what opens its commitment."""

    path: InnerPath
    evidence: EvidenceItem
    commitment: Digest
    salt: Digest


class CustodyDetail(Record):
    """What a line of the custody log commits to: the exact time and what was done, as canonical JSON, and the salt."""

    seq: int = Field(ge=1)
    salt: Digest
    text: str


class Withheld(Record):
    """An original that a redacted bundle leaves out: what is given later can be shown to be the one that was held then."""

    evidence_id: Id
    commitment: Digest
    grade: Grade


class Tombstone(Record):
    """Something of these cases that was deleted for good: nothing of it is left but its lines in the custody log."""

    name: Digest
    """As the log names it; what opened it is destroyed."""
    line: int = Field(ge=1)
    """The line ``deleted``."""
    what: Annotated[str, Field(pattern=r"^[a-z]{1,40}$")]
    """What it was: ``evidenceitem``, ``claim``, ``incident``, …"""


class Manifest(Record):
    """What the clear part says: sizes, digests, counts; no file name and no person."""

    format: Literal["panah-bundle/1"] = "panah-bundle/1"
    id: Id
    created_at: AwareDatetime
    """Rounded down to the hour."""
    contents_sha256: Digest
    contents_bytes: int = Field(ge=0)
    commitments: tuple[Digest, ...]
    custody_lines: int = Field(ge=0)
    custody_origin: str
    custody_root: Digest
    signer_sha256: Digest
    """SHA-256 of the signer's public key in DER form: compare it with one you got by another way."""


class StampFound(Record):
    """A timestamp that was checked at the time it states."""

    file: str
    of: str
    """The file that was stamped."""
    at: AwareDatetime
    authority: str
    root: str
    root_sha256: Digest
    root_given: bool
    """Whether the root is one the reader trusts; else it came with the bundle, and whose it is is open."""
    ended: bool
    """Whether the authority's certificate has ended since: it held at ``at``."""
    revocation_known: bool
    """Whether revocation lists were at hand and name no certificate of it."""


class Verification(Record):
    """What was checked in a bundle and found sound."""

    manifest: Manifest
    n_files: int
    """Clear files whose digests agree."""
    signer_compared: bool
    """Whether the signer's key was compared with one that did not come with the bundle."""
    earlier_lines: int | None = None
    """Size of an earlier checkpoint that this log was found to continue."""
    opened: bool
    """Whether the sealed contents were opened and checked."""
    items: tuple[BundleItem, ...] = ()
    n_inner_files: int = 0
    n_details: int = 0
    """Details of custody lines, each the one that its line commits to."""
    n_withheld: int = 0
    """Originals that a redacted bundle leaves out; each has its line in the custody log."""
    n_tombstones: int = 0
    """Deleted things of these cases that the contents list; each has its line ``deleted`` in the custody log."""
    stamps: tuple[StampFound, ...] = ()
