"""Case keys: one per case and version, sealed to each member who was granted the case.

Format 1 of a sealed case key: ``02 ‖ libsodium sealed box of (case:<id>|v<n>| ‖ key (32))``. The prefix stands
inside the box because a sealed box takes no associated data: a key moved to another case's row is refused.
Opening one is in :mod:`.unseal`.
"""

from __future__ import annotations

import os
from dataclasses import dataclass, field

from nacl.public import PublicKey, SealedBox

from .envelope import KEY_BYTES, SEALED_BOX, subkey


@dataclass(frozen=True, slots=True)
class CaseKey:
    """The key of one version of one case. ``version`` starts at 1 and grows when a member leaves."""

    case_id: str
    version: int
    key: bytes = field(repr=False)

    def __post_init__(self) -> None:
        if len(self.key) != KEY_BYTES or not 1 <= self.version < 2**32 or "|" in self.case_id:
            raise ValueError("a case key has 32 bytes, a version from 1, and a case id without a bar")

    @classmethod
    def generate(cls, case_id: str, version: int = 1) -> CaseKey:
        """A new random key."""
        return cls(case_id, version, os.urandom(KEY_BYTES))

    def next(self) -> CaseKey:
        """A new random key, one version on; fields and blob keys have then to be sealed again."""
        return CaseKey.generate(self.case_id, self.version + 1)

    def seal_to(self, box_public: bytes) -> bytes:
        """This key for one member (X25519 public key, 32 bytes). Anonymous: a signed grant says who sealed it."""
        packed = sealed_key_prefix(self.case_id, self.version) + self.key
        return bytes([SEALED_BOX]) + SealedBox(PublicKey(box_public)).encrypt(packed)

    def for_purpose(self, purpose: bytes) -> bytes:
        """A separate key for one purpose (at most 16 bytes of name), so that no key does two things."""
        return subkey(self.key, purpose)


def sealed_key_prefix(case_id: str, version: int) -> bytes:
    """What stands before the key inside its sealed box."""
    return f"case:{case_id}|v{version}|".encode()
