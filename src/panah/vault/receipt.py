"""The reporter's receipt: 24 random digits and a check group, which find and open the reporter's own thread.

Format 1: six groups of four digits (79.7 bits), then four digits that check them; they are shown once and stored
nowhere. Digits need no alphabet, can be read over a telephone and look like an account number. At 0.2 s a guess
half the space costs 3 × 10^15 core-years. The check group is the number modulo the prime 9973, so that every wrong
digit and every exchange of neighbours is told before a guess is spent; it says nothing that the digits do not.

Invariant: the server keeps the index only, which is a hash of one half of the stretched code.
"""

from __future__ import annotations

import hashlib
import secrets
import unicodedata
from dataclasses import dataclass, field
from typing import Final

from panah.errors import BadIdentifier

from .envelope import subkey
from .passwords import SALT_BYTES, STRONG, Argon2Cost, stretch

DIGITS: Final = 24
GROUP: Final = 4
CHECK_PRIME: Final = 9973
LONGEST_TYPED: Final = 200
_SEPARATORS: Final = frozenset(" -–.,/\u00a0\u2009\u202f\u200e\u200f\u200b\t\r\n")


@dataclass(frozen=True, slots=True)
class Receipt:
    """The 24 digits. Never log, store or send one."""

    digits: str = field(repr=False)

    @classmethod
    def generate(cls) -> Receipt:
        """A new one, from the system's random source."""
        return cls(f"{secrets.randbelow(10**DIGITS):0{DIGITS}d}")

    @classmethod
    def parse(cls, typed: str) -> Receipt:
        """Read what somebody typed: digits of any script, with or without blanks and dashes.

        Raises:
            BadIdentifier: A digit is missing, too much or wrong; the message does not repeat the code.
        """
        digits = ""
        for character in typed[:LONGEST_TYPED]:
            value = unicodedata.decimal(character, None)
            if value is None and character not in _SEPARATORS:
                raise BadIdentifier("the code has digits only", hint="type the seven groups of four digits")
            digits += "" if value is None else str(value)
        if len(digits) != DIGITS + GROUP or len(typed) > LONGEST_TYPED:
            raise BadIdentifier("the code has 28 digits", hint="type the seven groups of four digits")
        receipt = cls(digits[:DIGITS])
        if receipt.check_group != digits[DIGITS:]:
            raise BadIdentifier("a digit of the code is wrong", hint="compare it with what you wrote down")
        return receipt

    @property
    def check_group(self) -> str:
        """Four digits that are shown after the code."""
        return f"{int(self.digits) % CHECK_PRIME:0{GROUP}d}"

    @property
    def groups(self) -> tuple[str, ...]:
        """Seven groups of four digits, as shown to the reporter."""
        whole = self.digits + self.check_group
        return tuple(whole[at : at + GROUP] for at in range(0, len(whole), GROUP))


@dataclass(frozen=True, slots=True)
class ReceiptKeys:
    """What a receipt gives: the index of the thread's row, and the key that wraps the reporter's key pair."""

    index: str
    """64 hexadecimal digits; the row's name in the database."""
    wrapping_key: bytes = field(repr=False)

    @classmethod
    def derive(cls, receipt: Receipt, deployment_salt: bytes, cost: Argon2Cost = STRONG) -> ReceiptKeys:
        """One Argon2id run under the deployment's own salt, so that no row has to be found first."""
        if len(deployment_salt) < SALT_BYTES:
            raise ValueError(f"the salt must have {SALT_BYTES} bytes or more")
        stretched = stretch(receipt.digits, deployment_salt, cost)
        lookup = subkey(stretched, b"panah/lookup/v1")
        return cls(hashlib.sha256(lookup).hexdigest(), subkey(stretched, b"panah/thread/v1"))
