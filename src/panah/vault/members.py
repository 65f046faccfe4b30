"""A member's own keys: X25519 opens case keys sealed to the member, Ed25519 signs grants and approvals.

Format 1: ``01 ‖ X25519 private key (32) ‖ Ed25519 seed (32)``; wrapped as :mod:`.envelope`, bound to
``member:<id>|priv|v1``. Invariant: unwrapped private keys are never written anywhere but into a session row
that is sealed under a token which only the member's browser holds.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from typing import Final

from nacl.bindings import crypto_scalarmult_base
from nacl.exceptions import BadSignatureError
from nacl.public import PrivateKey
from nacl.signing import SigningKey, VerifyKey

from panah.errors import NotOpened, NotVerified

from .envelope import KEY_BYTES, close, open_closed, place

FORMAT: Final = b"\x01"
FINGERPRINT_GROUPS: Final = 6
GROUP_DIGITS: Final = 5
FINGERPRINT_WORDS: Final = 10
WORD_BITS: Final = 10


@dataclass(frozen=True, slots=True)
class MemberPublic:
    """What everybody may know of a member's keys; 32 bytes each."""

    box_public: bytes
    sign_public: bytes

    @property
    def fingerprint(self) -> str:
        """Six groups of five digits (99 bits) to compare by voice before the first grant; needs no alphabet."""
        digest = hashlib.sha256(b"panah/fingerprint/v1\n" + self.box_public + self.sign_public).digest()
        digits = FINGERPRINT_GROUPS * GROUP_DIGITS
        number = f"{int.from_bytes(digest, 'big') % 10**digits:0{digits}d}"
        return " ".join(number[at : at + GROUP_DIGITS] for at in range(0, digits, GROUP_DIGITS))

    @property
    def fingerprint_words(self) -> str:
        """The same comparison in ten words (100 bits) of the SLIP-39 list, in which no two words sound or begin alike."""
        from shamir_mnemonic.wordlist import WORDLIST

        digest = hashlib.sha256(b"panah/fingerprint/v1\n" + self.box_public + self.sign_public).digest()
        number = int.from_bytes(digest, "big")
        places = (number >> WORD_BITS * place & (1 << WORD_BITS) - 1 for place in range(FINGERPRINT_WORDS))
        return " ".join(WORDLIST[place] for place in places)

    def verify(self, message: bytes, signature: bytes) -> None:
        """Check a signature of this member.

        Raises:
            NotVerified: It is not this member's signature of these bytes.
        """
        try:
            VerifyKey(self.sign_public).verify(message, signature)
        except (BadSignatureError, ValueError):
            raise NotVerified("the signature is not this member's", hint="ask who signed it") from None


@dataclass(frozen=True, slots=True)
class MemberKeys:
    """A member's private keys, unlocked."""

    box_private: bytes = field(repr=False)
    sign_seed: bytes = field(repr=False)

    @classmethod
    def generate(cls) -> MemberKeys:
        """New keys, from the system's random source."""
        return cls(bytes(PrivateKey.generate()), bytes(SigningKey.generate()))

    @property
    def public(self) -> MemberPublic:
        """The public halves."""
        return MemberPublic(crypto_scalarmult_base(self.box_private), bytes(SigningKey(self.sign_seed).verify_key))

    def sign(self, message: bytes) -> bytes:
        """An Ed25519 signature, 64 bytes. The message must open with the name of what it is."""
        return SigningKey(self.sign_seed).sign(message).signature

    def to_bytes(self) -> bytes:
        """65 bytes, for a sealed session row only; :meth:`from_bytes` reads them back."""
        return FORMAT + self.box_private + self.sign_seed

    @classmethod
    def from_bytes(cls, packed: bytes) -> MemberKeys:
        """Read :meth:`to_bytes`.

        Raises:
            NotOpened: They are not keys of this format.
        """
        if len(packed) != 1 + 2 * KEY_BYTES or packed[:1] != FORMAT:
            raise NotOpened("the member's keys have an unknown format", hint="upgrade panah")
        return cls(packed[1 : 1 + KEY_BYTES], packed[1 + KEY_BYTES :])

    def wrap(self, wrapping_key: bytes, member_id: str) -> bytes:
        """The keys sealed under a wrapping key, bound to the member, for the database."""
        return close(wrapping_key, self.to_bytes(), _bound_to(member_id))

    @classmethod
    def unwrap(cls, blob: bytes, wrapping_key: bytes, member_id: str) -> MemberKeys:
        """The keys out of :meth:`wrap`.

        Raises:
            NotOpened: Wrong password, another member's row, or changed bytes.
        """
        return cls.from_bytes(open_closed(wrapping_key, blob, _bound_to(member_id), what="the member's keys"))


def _bound_to(member_id: str) -> bytes:
    return place("member", member_id, "priv", "v1")
