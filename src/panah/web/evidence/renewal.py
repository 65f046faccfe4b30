"""New keys for files: after a member left, what they saved of an old key must not open the file as it lies here now.

A change of the case key seals each file's key anew, and the bytes stay sealed under the key they had. Whoever copied the
database before and the files after would still open those. So the bytes are sealed anew too, file by file, as they
stream: salt and commitment stay, the custody log goes on naming the item as before.

Invariant: at each moment the row names a whole file under the key that the row holds. The new file is whole before the
row changes; the old one is unlinked after the change is committed.
"""

from __future__ import annotations

from django.db import transaction

from panah.errors import Altered
from panah.vault.blobs import BlobKey, SealedBlob, seal_stream
from panah.web.accounts.models import Member
from panah.web.cases.actions import require_member
from panah.web.cases.opening import OpenCase

from . import custody, reading_room
from .chunks import Chunks
from .models import EvidenceItem
from .queries import stored_in
from .records import evidence_folder


def renew_file(actor: Member, opened: OpenCase, item: EvidenceItem) -> None:
    """Seal a file's bytes under a new key.

    Raises:
        NoGrant: The actor is not in the case, or the item lies in another.
        Unreadable: The file is not there.
        Altered: The stored bytes are not those that were sealed; the file stays as it is.
    """
    require_member(actor, opened.case)
    opened.require_here(item)
    folder, key, stored = evidence_folder(), BlobKey.generate(), stored_in(opened, item)
    if reading_room.is_inside(stored.key):
        EvidenceItem.objects.filter(pk=item.pk).update(blob_version=reading_room.NO_KEY_HERE)
        return
    old = stored.blob.path_in(folder)
    blob = seal_stream(Chunks(opened.blob(folder, stored.blob, stored.key)), folder, key)
    renewed = stored.model_copy(
        update={
            "blob_name": blob.name,
            "stored_bytes": blob.stored_bytes,
            "recipient": key.recipient,
            "identity": key.identity,
        }
    )
    try:
        if blob.sha256 != stored.item.sha256:
            raise Altered("the bytes changed while they were sealed anew", where="evidence")
        with transaction.atomic(durable=True):
            opened.seal(item, renewed)
            item.blob_name, item.blob_version = blob.name, opened.key.version
            item.save(update_fields=["sealed", "key_version", "blob_name", "blob_version"])
            custody.record(
                actor, opened, "sealed", item.commitment, {"stored_bytes": blob.stored_bytes, "renewed": True}
            )
    except BaseException:
        blob.path_in(folder).unlink(missing_ok=True)
        raise
    old.unlink(missing_ok=True)


def into_the_room(opened: OpenCase, blob: SealedBlob, key: BlobKey) -> tuple[SealedBlob, BlobKey]:
    """A file that a member had read first, sealed anew to the reading room, if there is one; before its row is written.

    Returns:
        Where it lies now and its key; as they were, where there is no room or it is inside.

    Raises:
        Altered: The stored bytes are not those that were sealed.
    """
    if not reading_room.recipients() or reading_room.is_inside(key):
        return blob, key
    folder = evidence_folder()
    room, also_to = reading_room.key_for_original()
    sealed = seal_stream(Chunks(opened.blob(folder, blob, key)), folder, room, also_to=also_to)
    transaction.on_commit(lambda: blob.path_in(folder).unlink(missing_ok=True))
    return sealed, room
