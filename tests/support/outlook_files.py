"""Writes small Outlook ``.msg`` files: a compound file (MS-CFB, version 3) with the streams of a message (MS-OXMSG)."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

SECTOR, MINI, CUTOFF = 512, 64, 4096
END, FREE, FAT_SECTOR, NONE = 0xFFFFFFFE, 0xFFFFFFFF, 0xFFFFFFFD, 0xFFFFFFFF
Storage = Mapping[str, Any]
"""Names to bytes (a stream) or to another storage."""


@dataclass
class _Entry:
    name: str
    kind: int
    data: bytes = b""
    start: int = 0
    child: int = NONE
    right: int = NONE


@dataclass
class _Disk:
    """Sectors and the chain each of them is in."""

    sectors: list[bytes] = field(default_factory=list)
    chain: list[int] = field(default_factory=list)

    def put(self, data: bytes, size: int) -> int:
        start = len(self.sectors)
        pieces = [data[at : at + size].ljust(size, b"\0") for at in range(0, len(data), size)]
        self.sectors += pieces
        self.chain += [*range(start + 1, start + len(pieces)), END]
        return start if pieces else END


def compound_file(root: Storage) -> bytes:
    """The file with these storages and streams."""
    entries = [_Entry("Root Entry", 5)]
    _collect(root, 0, entries)
    disk, minis = _Disk(), _Disk()
    for entry in entries:
        if entry.kind == 2:
            entry.start = (disk if len(entry.data) >= CUTOFF else minis).put(
                entry.data, SECTOR if len(entry.data) >= CUTOFF else MINI
            )
    entries[0].data = b"".join(minis.sectors)
    entries[0].start = disk.put(entries[0].data, SECTOR)
    mini_fat = disk.put(_fat(minis.chain), SECTOR) if minis.chain else END
    n_mini_fat = -(-4 * len(minis.chain) // SECTOR)
    directory = disk.put(b"".join(_directory_entry(entry) for entry in entries), SECTOR)
    n_fat = 1
    while n_fat * SECTOR // 4 < len(disk.sectors) + n_fat:
        n_fat += 1
    first_fat = len(disk.sectors)
    fat = _fat([*disk.chain, *[FAT_SECTOR] * n_fat])
    header = struct.pack(
        "<8s16sHHHHH6sIIIIIIIIII", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", b"", 0x3E, 3, 0xFFFE, 9, 6, b"", 0, n_fat,
        directory, 0, CUTOFF, mini_fat, n_mini_fat, END, 0, first_fat,
    )  # fmt: skip
    header += b"".join(struct.pack("<I", first_fat + n if n < n_fat else FREE) for n in range(1, 109))
    return header + b"".join(disk.sectors) + fat


def _collect(storage: Storage, parent: int, entries: list[_Entry]) -> None:
    before = NONE
    for name, inside in storage.items():
        index = len(entries)
        entries.append(_Entry(name, 2, inside) if isinstance(inside, bytes) else _Entry(name, 1))
        if before == NONE:
            entries[parent].child = index
        else:
            entries[before].right = index
        before = index
        if not isinstance(inside, bytes):
            _collect(inside, index, entries)


def _directory_entry(entry: _Entry) -> bytes:
    name = entry.name.encode("utf-16-le") + b"\0\0"
    return struct.pack(
        "<64sHBBIII16sIQQIQ", name, len(name), entry.kind, 1, NONE, entry.right, entry.child, b"", 0, 0, 0,
        entry.start, len(entry.data),
    )  # fmt: skip


def _fat(chain: Sequence[int]) -> bytes:
    data = b"".join(struct.pack("<I", one) for one in chain)
    return data + struct.pack("<I", FREE) * (-len(data) % SECTOR // 4)


def filetime(moment: datetime) -> int:
    """Tenths of a microsecond since 1601."""
    return int((moment - datetime(1601, 1, 1, tzinfo=UTC)).total_seconds() * 1_000_000) * 10


def storage(
    strings: Mapping[int, str],
    fixed: Mapping[tuple[int, int], int] | None = None,
    binary: Mapping[int, bytes] | None = None,
    *,
    head: int = 8,
    codepage: int | None = None,
) -> dict[str, Any]:
    """The streams of one message, recipient or attachment.

    Args:
        strings: Property ids to texts; as UTF-16, or in ``codepage``.
        fixed: Property ids and types to numbers that stand in the property stream itself.
        binary: Property ids to bytes.
        head: Bytes before the properties: 32 of a message, 24 of one inside another, 8 elsewhere.
        codepage: Of an old file.
    """
    kind = "001E" if codepage else "001F"
    encoding = f"cp{codepage}" if codepage else "utf-16-le"
    found: dict[str, Any] = {f"__substg1.0_{key:04X}{kind}": text.encode(encoding) for key, text in strings.items()}
    found |= {f"__substg1.0_{key:04X}0102": data for key, data in (binary or {}).items()}
    rows = b"".join(struct.pack("<HHIQ", kind, key, 6, value) for (key, kind), value in (fixed or {}).items())
    if codepage:
        rows += struct.pack("<HHIQ", 3, 0x3FFD, 6, codepage)
    found["__properties_version1.0"] = bytes(head) + rows
    return found


def message(
    *,
    subject: str = "",
    text: str = "",
    sender: str = "",
    name: str = "",
    at: datetime | None = None,
    to: Sequence[str] = (),
    attachments: Sequence[tuple[str, bytes]] = (),
    headers: str = "",
    html: bytes = b"",
    inside: Sequence[Storage] = (),
    head: int = 32,
    codepage: int | None = None,
) -> dict[str, Any]:
    """The storage of a message."""
    strings = {0x001A: "IPM.Note", 0x0037: subject, 0x1000: text, 0x0C1A: name, 0x0C1F: sender, 0x007D: headers}
    fixed = {(0x0039, 0x40): filetime(at)} if at else {}
    found = storage(
        {key: value for key, value in strings.items() if value}, fixed, {0x1013: html} if html else {}, head=head,
        codepage=codepage,
    )  # fmt: skip
    for number, address in enumerate(to):
        found[f"__recip_version1.0_#{number:08X}"] = storage({0x3003: address}, {(0x0C15, 3): 1})
    for number, (file_name, data) in enumerate(attachments):
        found[f"__attach_version1.0_#{number:08X}"] = storage({0x3707: file_name}, {(0x3705, 3): 1}, {0x3701: data})
    for number, other in enumerate(inside, len(attachments)):
        held = storage({0x3001: "forwarded"}, {(0x3705, 3): 5})
        found[f"__attach_version1.0_#{number:08X}"] = held | {"__substg1.0_3701000D": other}
    return found
