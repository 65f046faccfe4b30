"""What is inside the sealed part: items, records as JSON, a readable index, and the sums of all of it.

::

    items/0001.eml …     the original bytes under plain names; their own names stand in items.json
    items.json           evidence records, commitments and the salts that open them
    commitments.txt      the same for a shell: commitment, salt, digest, path
    custody-details.json what the shown custody lines commit to: exact times and what was done
    withheld.json        in a redacted bundle: commitments of the originals that were left out, and nothing that opens them
    tombstones.json      what was deleted for good from these cases: its name in the custody log and the line that says so
    claims.json          with sources.json, incidents.json, responses.json: the records, one in a line
    schema/claim.json …  what the fields of these mean
    proofs/0001.tlog-proof …  that the item's first custody line is in the signed log, for other tools
    index.html index.pdf for people
    attached/…           reports made from it, if any
    SHA256SUMS           of all files above

With ``bagit`` the same stands under ``data/``, with the sums of a BagIt bag beside it (:mod:`.layout`).
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import rfc8785

from panah.errors import Altered
from panah.model.base import Record
from panah.model.bundle import BundleItem, CustodyDetail, Tombstone, Withheld
from panah.model.claim import Claim, Source
from panah.model.evidence import EvidenceItem
from panah.model.incident import Incident, Response
from panah.vault.commitment import commit_item

from .archive import CHUNK_BYTES, ArchiveWriter
from .layout import BAG_FILE, BAG_PREFIX, BAGIT_TXT, PAYLOAD_SUMS, TAG_FILES, TAG_SUMS, bag_info, sums_size

WITHHELD: Final = "withheld.json"
DETAILS: Final = "custody-details.json"
TOMBSTONES: Final = "tombstones.json"
_EXTENSION: Final = re.compile(r"[A-Za-z0-9]{1,8}")


@dataclass(frozen=True, slots=True)
class Item:
    """One original to put in: its record, the salt of its commitment, and where its bytes come from.

    ``chunks`` is called once and gives the bytes in order; they are checked against the record's digest.
    """

    evidence: EvidenceItem
    salt: str
    chunks: Callable[[], Iterable[bytes]]

    @classmethod
    def of_file(cls, path: Path, evidence: EvidenceItem, salt: str) -> Item:
        """An item whose bytes lie in a clear file."""
        return cls(evidence, salt, lambda: _file_chunks(path))

    @property
    def commitment(self) -> str:
        """What the custody log names it by."""
        return commit_item(self.evidence.sha256, self.salt)

    def numbered(self, number: int) -> BundleItem:
        """As it stands in ``items.json``. The path keeps a plain extension, so that a double click opens it."""
        extension = self.evidence.file_name.rpartition(".")[2] if "." in self.evidence.file_name else ""
        suffix = f".{extension.lower()}" if _EXTENSION.fullmatch(extension) else ""
        return BundleItem(
            path=f"items/{number:04d}{suffix}", evidence=self.evidence, commitment=self.commitment, salt=self.salt
        )


@dataclass(frozen=True, slots=True)
class Contents:
    """Everything that goes into the sealed part."""

    items: Sequence[Item]
    sources: Sequence[Source] = ()
    claims: Sequence[Claim] = ()
    incidents: Sequence[Incident] = ()
    responses: Sequence[Response] = ()
    attached: Mapping[str, bytes] = field(default_factory=dict)
    withheld: Sequence[Withheld] = ()
    tombstones: Sequence[Tombstone] = ()
    details: Sequence[CustodyDetail] = ()
    index_html: str = ""
    index_pdf: bytes = b""
    proofs: Sequence[bytes] = ()
    """One for each item, in their order; or none."""
    bagged_on: str = ""
    """The day (2026-05-01) of a BagIt bag; empty for the plain layout."""

    @property
    def numbered(self) -> tuple[BundleItem, ...]:
        """The items under their paths."""
        return tuple(item.numbered(number) for number, item in enumerate(self.items, start=1))

    @property
    def prefix(self) -> str:
        """The folder that everything stands in."""
        return BAG_PREFIX if self.bagged_on else ""

    def documents(self) -> dict[str, bytes]:
        """All files but the items, the sums and a bag's own."""
        listed = self.numbered
        return {
            "items.json": json_lines(listed),
            "commitments.txt": commitments_text(listed),
            **({DETAILS: json_lines(self.details)} if self.details else {}),
            **({WITHHELD: json_lines(self.withheld)} if self.withheld else {}),
            **({TOMBSTONES: json_lines(self.tombstones)} if self.tombstones else {}),
            "sources.json": json_lines(self.sources),
            "claims.json": json_lines(self.claims),
            "incidents.json": json_lines(self.incidents),
            "responses.json": json_lines(self.responses),
            **schema_documents(),
            **{f"proofs/{number:04d}.tlog-proof": proof for number, proof in enumerate(self.proofs, start=1)},
            "index.html": self.index_html.encode(),
            **({"index.pdf": self.index_pdf} if self.index_pdf else {}),
            **{f"attached/{name}": content for name, content in self.attached.items()},
        }

    def sizes_bytes(self) -> list[int]:
        """Sizes of all files, the sums included."""
        documents = self.documents()
        sizes = [item.evidence.size_bytes for item in self.items] + [len(content) for content in documents.values()]
        paths = [self.prefix + path for path in (*(item.path for item in self.numbered), *documents)]
        if self.bagged_on:
            info = self._bag_info(len(paths), sum(sizes))
            sizes += [len(BAGIT_TXT), len(info), sums_size(paths), sums_size(list(TAG_FILES))]
            paths += [*TAG_FILES, TAG_SUMS]
        return [*sizes, sums_size(paths)]

    def write(self, write: Callable[[bytes], object]) -> None:
        """Write the archive.

        Raises:
            Altered: An item's bytes are not those of its record.
        """
        archive, payload_bytes = ArchiveWriter(write), 0
        for item, listed in zip(self.items, self.numbered, strict=True):
            path = self.prefix + listed.path
            archive.stream(path, item.evidence.size_bytes, item.chunks())
            payload_bytes += item.evidence.size_bytes
            if archive.digests[path] != item.evidence.sha256:
                raise Altered("the bytes are not those that were recorded", where=f"evidence {item.evidence.id}")
        for path, content in self.documents().items():
            archive.add(self.prefix + path, content)
            payload_bytes += len(content)
        if self.bagged_on:
            self._write_bag(archive, payload_bytes)
        archive.add("SHA256SUMS", sums_text(archive.digests))
        archive.finish()

    def _write_bag(self, archive: ArchiveWriter, payload_bytes: int) -> None:
        payload = dict(archive.digests)
        archive.add(BAG_FILE, BAGIT_TXT)
        archive.add("bag-info.txt", self._bag_info(len(payload), payload_bytes))
        archive.add(PAYLOAD_SUMS, sums_text(payload))
        archive.add(TAG_SUMS, sums_text({name: archive.digests[name] for name in TAG_FILES}))

    def _bag_info(self, n_files: int, n_bytes: int) -> bytes:
        return bag_info(n_files, n_bytes, self.bagged_on)


@functools.cache
def schema_documents() -> Mapping[str, bytes]:
    """The JSON Schema of each record, so that a reader in twenty years knows what a field means."""
    records: tuple[type[Record], ...] = (BundleItem, CustodyDetail, Withheld, Source, Claim, Incident, Response)
    named = (re.sub(r"(?<=[a-z])(?=[A-Z])", "-", record.__name__).lower() for record in records)
    return {
        f"schema/{name}.json": rfc8785.dumps(record.model_json_schema()) + b"\n"
        for name, record in zip(named, records, strict=True)
    }


def json_lines(records: Sequence[Record]) -> bytes:
    """A JSON array with one record in RFC 8785 form on each line: readable by eye, by line, and by any parser."""
    lines = [rfc8785.dumps(record.model_dump(mode="json", exclude_none=True)) for record in records]
    return b"[\n" + b",\n".join(lines) + b"\n]\n" if lines else b"[]\n"


def commitments_text(items: Iterable[BundleItem]) -> bytes:
    """One line for each item: commitment, salt, digest, path."""
    lines = (f"{item.commitment} {item.salt} {item.evidence.sha256} {item.path}\n" for item in items)
    return "".join(lines).encode()


def sums_text(digests: Mapping[str, str]) -> bytes:
    """What ``sha256sum --check`` reads, in the order given."""
    return "".join(f"{digest}  {path}\n" for path, digest in digests.items()).encode()


def parse_sums(text: bytes, *, where: str) -> dict[str, str]:
    """Path to digest.

    Raises:
        Altered: A line is not in its one spelling, or a path stands twice.
    """
    digests: dict[str, str] = {}
    for number, line in enumerate(text.decode("utf-8", "replace").splitlines(), start=1):
        digest, gap, path = line.partition("  ")
        if not gap or not re.fullmatch(r"[0-9a-f]{64}", digest) or path in digests:
            raise Altered("not a line of sums", where=f"{where}, line {number}")
        digests[path] = digest
    if sums_text(digests) != text:
        raise Altered("not the sums as they were written", where=where)
    return digests


def _file_chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as stream:
        while chunk := stream.read(CHUNK_BYTES):
            yield chunk
