"""A spreadsheet is a zip of XML, and both can be a trap: looked at before anything in it is read."""

from __future__ import annotations

import zipfile
from typing import Final

from panah.errors import BadTable

MAX_MEMBERS: Final = 2_000
MAX_UNPACKED_BYTES: Final = 384 * 1024 * 1024
MAX_MEMBER_RATIO: Final = 300
"""Times a member may grow when unpacked; sheets of real lists grow 10 to 40 times."""
RATIO_MATTERS_FROM_BYTES: Final = 4 * 1024 * 1024
PROLOGUE_BYTES: Final = 8 * 1024


def refuse_traps(members: list[zipfile.ZipInfo], name: str) -> None:
    """Refuse what unpacks to more than any list holds."""
    unpacked = sum(member.file_size for member in members)
    bombs = any(
        member.file_size > RATIO_MATTERS_FROM_BYTES
        and member.file_size > MAX_MEMBER_RATIO * max(1, member.compress_size)
        for member in members
    )
    if len(members) > MAX_MEMBERS or unpacked > MAX_UNPACKED_BYTES or bombs:
        raise BadTable(
            f"unpacks to {unpacked:,} bytes in {len(members):,} parts, more than a list has",
            where=name,
            hint="check who sent it; save the list as CSV",
        )


def refuse_document_type(archive: zipfile.ZipFile, member: zipfile.ZipInfo, name: str) -> None:
    """Refuse XML with entities."""
    with archive.open(member) as stream:
        prologue = stream.read(PROLOGUE_BYTES).replace(b"\0", b"")  # without the zeros, UTF-16 reads the same
    if b"<!DOCTYPE" in prologue or b"<!ENTITY" in prologue:
        raise BadTable("its XML declares a document type", where=name, hint="no spreadsheet does; check who sent it")
