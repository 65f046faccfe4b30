"""What is sealed in the evidence tables, and where the bytes lie."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.conf import settings

from panah import home
from panah.model.base import Digest, Record
from panah.model.evidence import EvidenceItem as ItemRecord
from panah.vault.blobs import BlobKey, SealedBlob

FOLDER = "evidence"


def evidence_folder() -> Path:
    """The folder of sealed files in the data folder, made when it is missing."""
    return home.prepare(settings.PANAH_DATA / FOLDER)


class StoredItem(Record):
    """An evidence item with what opens its bytes: the salt of its commitment and the identity made for it alone."""

    item: ItemRecord
    salt: Digest
    blob_name: str
    stored_bytes: int
    commitment: Digest
    recipient: str
    identity: str

    @classmethod
    def of(cls, item: ItemRecord, blob: SealedBlob, key: BlobKey) -> StoredItem:
        """Everything that is known of a file just sealed."""
        return cls(
            item=item,
            salt=blob.salt,
            blob_name=blob.name,
            stored_bytes=blob.stored_bytes,
            commitment=blob.commitment,
            recipient=key.recipient,
            identity=key.identity,
        )

    @property
    def key(self) -> BlobKey:
        """The key of the bytes."""
        return BlobKey(self.recipient, self.identity)

    @property
    def blob(self) -> SealedBlob:
        """Where the bytes lie and what they must be."""
        return SealedBlob(
            name=self.blob_name,
            stored_bytes=self.stored_bytes,
            commitment=self.commitment,
            sha256=self.item.sha256,
            size_bytes=self.item.size_bytes,
            salt=self.salt,
        )

    def __repr__(self) -> str:
        return f"StoredItem({self.item.id})"


class StoredDetail(Record):
    """The opened detail of a custody line and the salt of its commitment; ``text`` is the committed JSON."""

    salt: Digest
    text: str

    def values(self) -> dict[str, Any]:
        """The detail as values."""
        import json

        found: dict[str, Any] = json.loads(self.text)
        return found
