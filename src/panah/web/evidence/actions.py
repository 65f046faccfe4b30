"""Taking evidence in: hashed and sealed while it streams, never a clear byte on a disk."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import BinaryIO

from django.db import transaction

from panah.errors import Refused
from panah.model.base import new_id
from panah.model.evidence import EvidenceItem as ItemRecord
from panah.model.evidence import Grade
from panah.vault.blobs import BlobKey, SealedBlob, seal_stream
from panah.vault.padding import bucket
from panah.web.accounts.models import Member
from panah.web.cases.actions import require_member
from panah.web.cases.sealing import CaseWriter

from . import custody, reading_room
from .models import EvidenceItem
from .records import StoredItem, evidence_folder


def seal_file(
    actor: Member | None,
    writer: CaseWriter,
    stream: BinaryIO,
    name: str,
    grade: str,
    *,
    media_type: str = "application/octet-stream",
    at_most: int | None = None,
) -> EvidenceItem:
    """Seal the original bytes of a file into a case.

    Args:
        actor: Who brings it; None at the public door, for the case that was made in the same request.
        writer: The case.
        stream: The bytes; read once, in chunks.
        name: The file's own name; sealed, and never used as a path.
        grade: ``A`` to ``E``.
        at_most: Refuse more bytes than this.

    Raises:
        NoGrant: The actor is not in the case.
        Unreadable: More than ``at_most`` bytes came.
        NotConfigured: The disk is full; nothing is left behind.
    """
    if actor is not None:
        require_member(actor, writer.case)
    return _keep(actor, writer, stream, name=name, grade=Grade(grade), media_type=media_type, at_most=at_most)


def keep_sealed(
    actor: Member | None,
    writer: CaseWriter,
    blob: SealedBlob,
    key: BlobKey,
    name: str,
    grade: str,
    *,
    media_type: str = "application/octet-stream",
) -> EvidenceItem:
    """Take into a case a file that was sealed before the case was there (a draft's, which had none yet).

    Raises:
        NoGrant: The actor is not in the case.
    """
    if actor is not None:
        require_member(actor, writer.case)
    record = _record(blob, name=name, grade=Grade(grade), media_type=media_type)
    return _write(actor, writer, StoredItem.of(record, blob, key), blob, EvidenceItem.Kind.ORIGINAL, None)


def keep_view(
    actor: Member,
    writer: CaseWriter,
    original: EvidenceItem,
    kind: str,
    content: bytes,
    *,
    name: str = "",
    media_type: str = "",
) -> EvidenceItem:
    """Seal what was made of an item, beside it: the text in which character spans count, rows as read, a working copy.

    Raises:
        NoGrant: The actor is not in the case, or the item lies in another.
        Refused: A view of a view.
    """
    require_member(actor, writer.case)
    writer.require_here(original)
    if original.derived_from_id:
        raise Refused("a view is made of an original", where="evidence", hint="name the original")
    media = media_type or {"text": "text/plain", "rows": "application/json"}[EvidenceItem.Kind(kind)]
    return _keep(
        actor,
        writer,
        io.BytesIO(content),
        name=name,
        grade=Grade(original.grade),
        media_type=media,
        kind=kind,
        derived_from=original,
    )


def _keep(
    actor: Member | None,
    writer: CaseWriter,
    stream: BinaryIO,
    *,
    name: str,
    grade: Grade,
    media_type: str,
    kind: str = EvidenceItem.Kind.ORIGINAL,
    derived_from: EvidenceItem | None = None,
    at_most: int | None = None,
) -> EvidenceItem:
    folder = evidence_folder()
    key, also_to = (BlobKey.generate(), ()) if derived_from else reading_room.key_for_original()
    blob = seal_stream(stream, folder, key, also_to=also_to, at_most=at_most)
    record = _record(blob, name=name, grade=grade, media_type=media_type, derived_from=derived_from)
    try:
        return _write(actor, writer, StoredItem.of(record, blob, key), blob, kind, derived_from)
    except BaseException:
        blob.path_in(folder).unlink(missing_ok=True)  # no row tells of it, so no byte of it stays
        raise


def _record(
    blob: SealedBlob, *, name: str, grade: Grade, media_type: str, derived_from: EvidenceItem | None = None
) -> ItemRecord:
    return ItemRecord(
        id=new_id(),
        sha256=blob.sha256,
        size_bytes=blob.size_bytes,
        media_type=media_type,
        grade=grade,
        received_at=datetime.now(UTC),
        file_name=name,
        derived_from=derived_from.pk if derived_from else None,
    )


@transaction.atomic
def _write(
    actor: Member | None,
    writer: CaseWriter,
    stored: StoredItem,
    blob: SealedBlob,
    kind: str,
    derived_from: EvidenceItem | None,
) -> EvidenceItem:
    row = EvidenceItem(
        id=stored.item.id,
        kind=kind,
        derived_from=derived_from,
        grade=stored.item.grade.value,
        rounded_size_bytes=bucket(blob.size_bytes),
        blob_name=blob.name,
        commitment=blob.commitment,
        blob_version=reading_room.NO_KEY_HERE if reading_room.is_inside(stored.key) else writer.key.version,
    )
    writer.seal(row, stored)
    row.save(force_insert=True)
    detail = {"sha256": blob.sha256, "size_bytes": blob.size_bytes}
    custody.record(actor, writer, "derived" if derived_from else "received", blob.commitment, detail)
    if derived_from is None:
        custody.record(actor, writer, "sealed", blob.commitment, {"stored_bytes": blob.stored_bytes})
    return row
