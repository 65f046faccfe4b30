"""Bech32, as age spells its identities: 32 secret bytes as ``AGE-SECRET-KEY-1…`` and back. An encoding, not a cipher.

Needed because recovery shares are made of the bytes (33 words a share), not of the 74 letters (59 words).

Source:
    BIP 173 (2017), Base32 address format, without its limit of 90 characters; age-encryption.org/v1, section X25519.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from panah.errors import NotOpened

LETTERS: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
AGE_IDENTITY: Final = "age-secret-key-"
IDENTITY_BYTES: Final = 32
CHECK_LETTERS: Final = 6
_GENERATOR: Final = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)


def identity_bytes(identity: str) -> bytes:
    """The 32 secret bytes of an age identity.

    Raises:
        NotOpened: It is none; the message does not repeat it.
    """
    failed = NotOpened("this is not an age identity", hint="give the line that begins with AGE-SECRET-KEY-1")
    prefix, _, data = identity.strip().lower().rpartition("1")
    values = [LETTERS.find(letter) for letter in data]
    if prefix != AGE_IDENTITY or -1 in values or _polymod([*_expanded(prefix), *values]) != 1:
        raise failed
    packed = _regroup(values[:-CHECK_LETTERS], 5, 8)
    if len(packed) != IDENTITY_BYTES + 1 or packed[-1]:  # 256 bits in groups of five leave four bits, which are zero
        raise failed
    return bytes(packed[:IDENTITY_BYTES])


def identity_text(secret: bytes) -> str:
    """The age identity of 32 secret bytes, in capitals as ``age-keygen`` writes it."""
    if len(secret) != IDENTITY_BYTES:
        raise ValueError("an age identity has 32 bytes")
    values = _regroup(secret, 8, 5)
    check = _polymod([*_expanded(AGE_IDENTITY), *values, *[0] * CHECK_LETTERS]) ^ 1
    values += [check >> 5 * (CHECK_LETTERS - 1 - place) & 31 for place in range(CHECK_LETTERS)]
    return f"{AGE_IDENTITY}1{''.join(LETTERS[value] for value in values)}".upper()


def _expanded(prefix: str) -> list[int]:
    return [ord(letter) >> 5 for letter in prefix] + [0] + [ord(letter) & 31 for letter in prefix]


def _polymod(values: Iterable[int]) -> int:
    check = 1
    for value in values:
        top, check = check >> 25, (check & 0x1FFFFFF) << 5 ^ value
        for place, factor in enumerate(_GENERATOR):
            check ^= factor if top >> place & 1 else 0
    return check


def _regroup(values: Iterable[int], from_bits: int, to_bits: int) -> list[int]:
    """Groups of other width, the last filled up with zero bits."""
    held = bits = 0
    groups: list[int] = []
    for value in values:
        held, bits = held << from_bits | value, bits + from_bits
        while bits >= to_bits:
            bits -= to_bits
            groups.append(held >> bits & (1 << to_bits) - 1)
    if bits:
        groups.append(held << to_bits - bits & (1 << to_bits) - 1)
    return groups
