"""A zip in one spelling: same members, same bytes; no times, no comments, no extra fields."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from typing import Final

NO_TIME: Final = (1980, 1, 1, 0, 0, 0)


def pack(members: Mapping[str, bytes]) -> bytes:
    """These members in this order; ``mimetype`` is stored, as OpenDocument wants it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name, content in members.items():
            entry = zipfile.ZipInfo(name, NO_TIME)
            entry.create_system = 0
            entry.external_attr = 0
            entry.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            packed.writestr(entry, content, compresslevel=6)
    return out.getvalue()
