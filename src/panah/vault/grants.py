"""Signed grants: who let whom into which case. Shown to all members of the case, so that a server cannot add one.

Format 1: the signature covers ``panah/grant/v1`` and a newline, then the grant in RFC 8785 form. The grant names
the public key it was sealed to and the digest of the sealed key, so neither can be exchanged afterwards.
"""

from __future__ import annotations

import hashlib
from dataclasses import asdict, dataclass
from datetime import datetime

import rfc8785

from .members import MemberKeys, MemberPublic

PURPOSE = b"panah/grant/v1\n"


@dataclass(frozen=True, slots=True)
class Grant:
    """One member's way into one version of one case; digests and keys in hexadecimal."""

    case_id: str
    version: int
    member_id: str
    box_public: str
    sealed_key_sha256: str
    granted_by: str
    granted_at: str
    """RFC 3339, UTC."""

    @classmethod
    def of(
        cls,
        sealed_key: bytes,
        *,
        case_id: str,
        version: int,
        member_id: str,
        box_public: bytes,
        granted_by: str,
        granted_at: datetime,
    ) -> Grant:
        """The grant that belongs to a case key sealed to ``box_public``."""
        digest = hashlib.sha256(sealed_key).hexdigest()
        moment = granted_at.strftime("%Y-%m-%dT%H:%M:%SZ")
        return cls(case_id, version, member_id, box_public.hex(), digest, granted_by, moment)

    def to_bytes(self) -> bytes:
        """What is signed."""
        return PURPOSE + rfc8785.dumps(asdict(self))


def sign_grant(grant: Grant, granter: MemberKeys) -> bytes:
    """The granting member's signature, 64 bytes."""
    return granter.sign(grant.to_bytes())


def verify_grant(grant: Grant, signature: bytes, granter: MemberPublic) -> None:
    """Check who signed a grant.

    Raises:
        NotVerified: The granter did not sign this grant.
    """
    granter.verify(grant.to_bytes(), signature)
