"""Reading the sealed part of a bundle with the recipient's own identity. Nothing is written anywhere, and no path in
it is ever used as a path.

These are not the vault's sealed bytes: they were sealed to whoever holds the identity, who hands it in.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, Final, TypeVar, cast

from panah.errors import Altered, BadRow
from panah.model.base import Record
from panah.model.bundle import BundleItem, CustodyDetail, Tombstone, Withheld
from panah.vault.age_stream import age_reader
from panah.vault.commitment import check_item

from .archive import read_archive
from .contents import DETAILS, TOMBSTONES, WITHHELD, commitments_text, json_lines, parse_sums
from .layout import BAG_FILE, BAG_PREFIX, PAYLOAD_SUMS, TAG_FILES, TAG_SUMS

_Value = TypeVar("_Value")
_Record = TypeVar("_Record", bound=Record)

KEPT: Final = ("SHA256SUMS", "items.json", "commitments.txt", WITHHELD, DETAILS, TOMBSTONES, PAYLOAD_SUMS, TAG_SUMS)
LARGEST_KEPT_BYTES: Final = 64 << 20


@dataclass(frozen=True, slots=True)
class SealedPart:
    """What was found inside: the items, each of which opens its commitment; and the proofs by their path."""

    items: tuple[BundleItem, ...]
    n_files: int
    proofs: Mapping[str, bytes]
    withheld: tuple[Withheld, ...]
    tombstones: tuple[Tombstone, ...]
    details: tuple[CustodyDetail, ...]


def check_contents(
    ciphertext: Iterator[bytes], identities: list[Any], *, where: str, advance: Callable[[int], object]
) -> SealedPart:
    """Check everything inside.

    Args:
        ciphertext: Chunks of ``contents.tar.age``.
        identities: From :func:`panah.vault.age_stream.parse_identities`.
        where: The place, for messages.
        advance: Called with the number of bytes done since the last call.

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
                if _is_kept(path):
                    text += _limited(chunk, text, f"{where}, {path}")
            digests[path], sizes[path], kept[path] = digest.hexdigest(), size, bytes(text)
    _check_sums(digests, kept, where)
    count = len(digests)
    if BAG_FILE in digests:
        _check_bag(digests, kept, where)
        digests, sizes, kept = _payload(digests), _payload(sizes), _payload(kept)
    _require(("items.json", "commitments.txt"), digests, where)
    items = _records(BundleItem, kept["items.json"], f"{where}, items.json")
    _check_items(items, digests, sizes, kept["commitments.txt"], where)
    proofs = {path: text for path, text in kept.items() if path.startswith("proofs/")}
    withheld = _records(Withheld, kept[WITHHELD], f"{where}, {WITHHELD}") if WITHHELD in digests else ()
    stones = _records(Tombstone, kept[TOMBSTONES], f"{where}, {TOMBSTONES}") if TOMBSTONES in digests else ()
    details = _records(CustodyDetail, kept[DETAILS], f"{where}, {DETAILS}") if DETAILS in digests else ()
    return SealedPart(items, count, proofs, withheld, stones, details)


def _is_kept(path: str) -> bool:
    return path in KEPT or path.removeprefix(BAG_PREFIX) in KEPT or path.removeprefix(BAG_PREFIX).startswith("proofs/")


def _payload(paths: Mapping[str, _Value]) -> dict[str, _Value]:
    """What stands in a bag, by its name in there."""
    return {path.removeprefix(BAG_PREFIX): value for path, value in paths.items() if path.startswith(BAG_PREFIX)}


def _check_bag(digests: Mapping[str, str], kept: Mapping[str, bytes], where: str) -> None:
    """The bag's own two lists say of each file what ours says."""
    _require((PAYLOAD_SUMS, TAG_SUMS), digests, where)
    payload = {path: digest for path, digest in digests.items() if path.startswith(BAG_PREFIX)}
    tags = {path: digests.get(path, "") for path in TAG_FILES}
    for name, expected in ((PAYLOAD_SUMS, payload), (TAG_SUMS, tags)):
        if parse_sums(kept[name], where=f"{where}, {name}") != expected:
            raise Altered("the bag's sums are not those of its files", where=f"{where}, {name}")


def _require(names: Iterable[str], digests: Mapping[str, str], where: str) -> None:
    for name in names:
        if name not in digests:
            raise Altered("this file is missing", where=f"{where}, {name}")


def _check_sums(digests: dict[str, str], kept: dict[str, bytes], where: str) -> None:
    _require(("SHA256SUMS",), digests, where)
    expected = parse_sums(kept["SHA256SUMS"], where=f"{where}, SHA256SUMS")
    for path in sorted((expected.keys() | digests.keys()) - {"SHA256SUMS"}):
        if expected.get(path) != digests.get(path):
            raise Altered("the file differs from SHA256SUMS", where=f"{where}, {path}")


def _records(kind: type[_Record], text: bytes, where: str) -> tuple[_Record, ...]:
    try:
        rows = json.loads(text)
        found = tuple(kind.from_json(json.dumps(row)) for row in rows)
    except (ValueError, TypeError, RecursionError, BadRow):
        raise Altered("this is no list of items", where=where, hint="upgrade panah") from None
    if json_lines(found) != text:
        raise Altered("this is no list of items in its one spelling", where=where)
    return found


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
