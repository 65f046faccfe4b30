"""Padmé padding: a sealed thing's size tells its bucket, at most 12 % above the truth, and no more.

Format: the bytes, ``80``, then zeros up to the bucket (ISO/IEC 7816-4), so that it needs no length field.

Source:
    Nikitin et al. (2019), Reducing Metadata Leakage from Encrypted Files and Communication with PURBs,
    PoPETs 2019(4), 6-33, section 4.
"""

from __future__ import annotations

from typing import Final

from panah.errors import NotOpened

SMALLEST_BYTES: Final = 32
"""Short answers (yes, no, a year, a first name) all look alike."""
MARK: Final = b"\x80"


def bucket(size_bytes: int) -> int:
    """The smallest Padmé size that is not below ``size_bytes``, at least 32."""
    if size_bytes <= SMALLEST_BYTES:
        return SMALLEST_BYTES
    exponent = size_bytes.bit_length() - 1
    free_bits = exponent - exponent.bit_length()
    mask = (1 << free_bits) - 1
    return (size_bytes + mask) & ~mask


def pad(plaintext: bytes) -> bytes:
    """Fill up to the bucket."""
    marked = plaintext + MARK
    return marked.ljust(bucket(len(marked)), b"\x00")


def unpad(padded: bytes) -> bytes:
    """Take off what :func:`pad` added.

    Raises:
        NotOpened: There is no mark: these bytes were not padded by us.
    """
    marked = padded.rstrip(b"\x00")
    if not marked.endswith(MARK):
        raise NotOpened("the sealed bytes have no end mark")
    return marked[:-1]
