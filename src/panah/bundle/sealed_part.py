"""Reading the sealed part of a bundle with the recipient's own identity. Nothing is written anywhere, and no path in
it is ever used as a path.

These are not the vault's sealed bytes: they were sealed to whoever holds the identity, who hands it in.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Iterator
from typing import Any, BinaryIO, Final, cast

from panah.errors import Altered, BadRow
from panah.model.bundle import BundleItem
from panah.vault.age_stream import age_reader
from panah.vault.commitment import check_item

from .archive import read_archive
from .contents import commitments_text, json_lines, parse_sums

KEPT: Final = ("SHA256SUMS", "items.json", "commitments.txt")
LARGEST_KEPT_BYTES: Final = 64 << 20


def check_contents(
    ciphertext: Iterator[bytes], identities: list[Any], *, where: str, advance: Callable[[int], object]
) -> tuple[tuple[BundleItem, ...], int]:
    """Check everything inside.

    Args:
        ciphertext: Chunks of ``contents.tar.age``.
        identities: From :func:`panah.vault.age_stream.parse_identities`.
        where: The place, for messages.
        advance: Called with the number of bytes done since the last call.

    Returns:
        The items, each of which opens its commitment, and the number of files.

    Raises:
        NotOpened: None of the identities opens it.
        Altered: A file differs from the sums, is missing or was added; or an item is not what was committed to.
    """
    digests: dict[str, str] = {}
    sizes: dict[str, int] = {}
    kept: dict[str, bytes] = {}
    source = cast(BinaryIO, io.BufferedReader(_Chunks(ciphertext)))
    with age_reader(source, identities, where=where) as archive:
        for path, size, chunks in read_archive(archive, where=where):
            digest, text = hashlib.sha256(), bytearray()
            for chunk in chunks:
                digest.update(chunk)
                advance(len(chunk))
                if path in KEPT:
                    text += _limited(chunk, text, f"{where}, {path}")
            digests[path], sizes[path], kept[path] = digest.hexdigest(), size, bytes(text)
    _check_sums(digests, kept, where)
    items = _items(kept["items.json"], where)
    _check_items(items, digests, sizes, kept["commitments.txt"], where)
    return items, len(digests)


def _check_sums(digests: dict[str, str], kept: dict[str, bytes], where: str) -> None:
    missing = [name for name in KEPT if name not in digests]
    if missing:
        raise Altered("this file is missing", where=f"{where}, {missing[0]}")
    expected = parse_sums(kept["SHA256SUMS"], where=f"{where}, SHA256SUMS")
    for path in sorted((expected.keys() | digests.keys()) - {"SHA256SUMS"}):
        if expected.get(path) != digests.get(path):
            raise Altered("the file differs from SHA256SUMS", where=f"{where}, {path}")


def _items(text: bytes, where: str) -> tuple[BundleItem, ...]:
    place = f"{where}, items.json"
    try:
        rows = json.loads(text)
        items = tuple(BundleItem.from_json(json.dumps(row)) for row in rows)
    except (ValueError, TypeError, RecursionError, BadRow):
        raise Altered("this is no list of items", where=place, hint="upgrade panah") from None
    if json_lines(items) != text:
        raise Altered("this is no list of items in its one spelling", where=place)
    return items


def _check_items(
    items: tuple[BundleItem, ...], digests: dict[str, str], sizes: dict[str, int], commitments: bytes, where: str
) -> None:
    for item in items:
        place = f"{where}, {item.path}"
        if (digests.get(item.path), sizes.get(item.path)) != (item.evidence.sha256, item.evidence.size_bytes):
            raise Altered("the file is not the one that was recorded", where=place)
        check_item(item.commitment, item.evidence.sha256, item.salt, where=place)
    originals = {path for path in digests if path.startswith("items/")}
    if {item.path for item in items} != originals or len(items) != len(originals):
        raise Altered("an original is not in the list of items", where=f"{where}, items.json")
    if commitments_text(items) != commitments:
        raise Altered("the commitments are not those of the items", where=f"{where}, commitments.txt")


def _limited(chunk: bytes, so_far: bytearray, where: str) -> bytes:
    if len(so_far) + len(chunk) > LARGEST_KEPT_BYTES:
        raise Altered("this file is larger than it can be", where=where)
    return chunk


class _Chunks(io.RawIOBase):
    """Chunks as a file to read from."""

    def __init__(self, chunks: Iterator[bytes]) -> None:
        self._chunks = chunks
        self._left = memoryview(b"")

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        while not self._left:
            chunk = next(self._chunks, None)
            if chunk is None:
                return 0
            self._left = memoryview(chunk)
        count = min(len(buffer), len(self._left))
        buffer[:count] = self._left[:count]
        self._left = self._left[count:]
        return count
