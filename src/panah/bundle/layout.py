"""Names inside the sealed part: plain, or as a BagIt bag for archives that keep bags.

A bag has everything under ``data/`` and its own sums beside ours; ours stay, since the signature of the bundle and
VERIFY.txt know them.

Source:
    RFC 8493 (2018), The BagIt File Packaging Format (V1.0).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

BAG_PREFIX: Final = "data/"
BAG_FILE: Final = "bagit.txt"
BAGIT_TXT: Final = b"BagIt-Version: 1.0\nTag-File-Character-Encoding: UTF-8\n"
PAYLOAD_SUMS: Final = "manifest-sha256.txt"
TAG_SUMS: Final = "tagmanifest-sha256.txt"
TAG_FILES: Final = (BAG_FILE, "bag-info.txt", PAYLOAD_SUMS)
SAFE_PATH: Final = re.compile(
    r"(?:data/)?(?:(?:items|attached|proofs|schema)/)?[A-Za-z0-9][A-Za-z0-9._-]{0,80}", flags=re.ASCII
)


def bag_info(n_files: int, n_bytes: int, bagged_on: str) -> bytes:
    """``bag-info.txt``: what RFC 8493 reserves, and nothing of what is in it."""
    lines = {"Bagging-Date": bagged_on, "Payload-Oxum": f"{n_bytes}.{n_files}", "Bag-Software-Agent": "panah-bundle/1"}
    return "".join(f"{name}: {value}\n" for name, value in lines.items()).encode()


def sums_size(paths: Mapping[str, object] | list[str]) -> int:
    """How long a file of sums over these paths is."""
    return sum(64 + 2 + len(path) + 1 for path in paths)
