"""Commitments, format 1: a digest that stands in a clear log and says nothing without its salt.

A bare SHA-256 would let anybody who holds a known leaflet or video ask whether it is in the files. The salt is
deleted with the item, and then the commitment says nothing to anyone.

The input is text, so that a shell can check it::

    printf 'panah/item/v1\\n%s\\n%s\\n' "$salt" "$sha256" | sha256sum
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
from typing import Final

from panah.errors import Altered

SALT_BYTES: Final = 32
_HEX_64: Final = re.compile(r"[0-9a-f]{64}")


def new_commitment_salt() -> str:
    """32 random bytes in hexadecimal."""
    return os.urandom(SALT_BYTES).hex()


def commit_item(sha256: str, salt: str) -> str:
    """The commitment to a file: its digest and a salt, each 64 hexadecimal digits, give 64 others."""
    return _commit("panah/item/v1", sha256, salt)


def commit_detail(detail: bytes, salt: str) -> str:
    """The commitment to the details of an act, which are kept sealed elsewhere and may be shown later."""
    return _commit("panah/detail/v1", hashlib.sha256(detail).hexdigest(), salt)


def check_item(commitment: str, sha256: str, salt: str, *, where: str = "") -> None:
    """Check that a commitment is to this file.

    Raises:
        Altered: It is to other bytes.
    """
    if not hmac.compare_digest(commit_item(sha256, salt), commitment):
        raise Altered("the commitment is to other bytes", where=where, hint="ask the sender for it again")


def _commit(kind: str, sha256: str, salt: str) -> str:
    if not (_HEX_64.fullmatch(sha256) and _HEX_64.fullmatch(salt)):
        raise ValueError("a digest and a salt have 64 hexadecimal digits each")
    return hashlib.sha256(f"{kind}\n{salt}\n{sha256}\n".encode()).hexdigest()
