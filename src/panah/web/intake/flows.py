"""Pages that belong together, before there is a case: a report on its way, a reporter who came back.

Invariant: what is in a flow lies sealed under a token that only the browser holds, or under the reporter's code; the
row's id is a digest of that. When the flow ends or its time is over, the row and every file that was sent for it go.
"""

from __future__ import annotations

import base64
import binascii
from datetime import datetime, timedelta
from typing import BinaryIO, Final, TypeVar

from django.conf import settings
from django.db import transaction

from panah.errors import BadRow, NotOpened
from panah.model.base import Record
from panah.vault.blobs import BlobKey, SealedBlob, seal_stream
from panah.vault.keys import new_session_token, open_session, seal_session, session_row_id
from panah.vault.receipt import Receipt
from panah.web.evidence import reading_room
from panah.web.evidence.records import evidence_folder

from . import receipts
from .models import Flow, PendingFile, now
from .records import Draft, SealedFile

R = TypeVar("R", bound=Record)
TOKEN_BYTES: Final = 32
IDLE: Final = timedelta(hours=2)
KEPT: Final = timedelta(days=14)
MOST_FILES: Final = 20


def new_token() -> str:
    """What the browser's cookie holds."""
    return base64.urlsafe_b64encode(new_session_token()).rstrip(b"=").decode()


def read(kind: type[R], token: str, *, lock: bool = False) -> R | None:
    """What a flow holds; None when there is none, its time is over, or the token is another's."""
    key = _key(token)
    return _read(kind, key, lock=lock) if key else None


def write(token: str, record: Record, *, code_key: bytes | None = None) -> None:
    """Keep a flow's pages; a draft that has a code is kept under it too.

    Args:
        token: The flow's.
        record: What is kept.
        code_key: What the code of a draft is stretched to, for a caller inside a transaction.
    """
    key = _key(token)
    if key is None:
        raise NotOpened("this flow has no token", where="flow")
    _write(key, record, now() + IDLE)
    if isinstance(record, Draft) and record.kept_digits:
        # the copy under the code knows no code: whoever opens it typed it
        copy = record.model_copy(update={"kept_digits": ""})
        _write(code_key or _code_key(record.kept_digits), copy, now() + KEPT)


def end(token: str, *, with_files: bool = True) -> None:
    """Forget a flow; a draft that is kept under a code stays there, with its files."""
    key = _key(token)
    if key is None:
        return
    row = Flow.objects.filter(pk=session_row_id(key)).first()
    if row is not None:
        if with_files:
            _delete_files(list(row.files.values_list("blob_name", flat=True)))
        row.delete()


def keep_under_code(token: str, draft: Draft) -> Draft:
    """Keep a draft under a new code too, so that it outlives the browser; the code is that of the report later."""
    code = receipts.Code.make()
    kept, code_key = draft.model_copy(update={"kept_digits": code.receipt.digits}), code.keys.wrapping_key
    with transaction.atomic():
        write(token, kept, code_key=code_key)
        row = Flow.objects.get(pk=session_row_id(code_key))
        names = [each.blob_name for each in kept.files]
        PendingFile.objects.filter(blob_name__in=names).update(flow=row, until=row.until)
    return kept


def take_up(key: bytes, digits: str) -> Draft | None:
    """The draft kept under a stretched code."""
    found = _read(Draft, key)
    return found.model_copy(update={"kept_digits": digits}) if found else None


def forget_kept(code_key: bytes) -> None:
    """The draft became a report: its copy under the stretched code goes."""
    Flow.objects.filter(pk=session_row_id(code_key)).delete()


def add_file(
    token: str,
    draft: Draft,
    stream: BinaryIO,
    name: str,
    media_type: str,
    *,
    at_most: int | None = None,
    for_good: bool = True,
) -> Draft:
    """Seal a file while it streams in, before there is a case for it.

    Args:
        for_good: It will be kept as it is, so where there is a reading room it is sealed to that. False for a file that
            a member has read first.

    Raises:
        Unreadable: It is larger than allowed.
        NotConfigured: The disk is full; nothing is left behind.
    """
    code_key = _code_key(draft.kept_digits) if draft.kept_digits else None
    key, also_to = reading_room.key_for_original() if for_good else (BlobKey.generate(), ())
    blob = seal_stream(stream, evidence_folder(), key, also_to=also_to, at_most=at_most or settings.PANAH_UPLOAD_BYTES)
    try:
        with transaction.atomic():
            row = Flow.objects.get(pk=session_row_id(code_key or _key(token) or b""))
            PendingFile.objects.create(blob_name=blob.name, flow=row, until=row.until)
            kept = draft.model_copy(update={"files": (*draft.files, sealed_file(blob, key, name, media_type))})
            write(token, kept, code_key=code_key)
    except BaseException:
        blob.path_in(evidence_folder()).unlink(missing_ok=True)
        raise
    return kept


def remove_file(token: str, draft: Draft, blob_name: str) -> Draft:
    """Take a file out again: its bytes and its key are gone."""
    kept = draft.model_copy(update={"files": tuple(each for each in draft.files if each.blob_name != blob_name)})
    if len(kept.files) < len(draft.files):
        write(token, kept)
        _delete_files([blob_name])
    return kept


def sealed_file(blob: SealedBlob, key: BlobKey, name: str, media_type: str) -> SealedFile:
    """What a flow remembers of a file."""
    return SealedFile(
        name=name[:200],
        media_type=media_type[:100],
        size_bytes=blob.size_bytes,
        sha256=blob.sha256,
        salt=blob.salt,
        blob_name=blob.name,
        stored_bytes=blob.stored_bytes,
        commitment=blob.commitment,
        recipient=key.recipient,
        identity=key.identity,
    )


def opened_file(file: SealedFile) -> tuple[SealedBlob, BlobKey]:
    """The blob and its key, as the evidence room knows them."""
    blob = SealedBlob(
        name=file.blob_name,
        stored_bytes=file.stored_bytes,
        commitment=file.commitment,
        sha256=file.sha256,
        size_bytes=file.size_bytes,
        salt=file.salt,
    )
    return blob, BlobKey(file.recipient, file.identity)


def clear_expired(at: datetime | None = None) -> int:
    """Delete flows and files whose time is over; returns how many files went."""
    over = at or now()
    names = list(PendingFile.objects.filter(until__lt=over).values_list("blob_name", flat=True))
    names += list(PendingFile.objects.filter(flow=None).values_list("blob_name", flat=True))
    _delete_files(names)
    Flow.objects.filter(until__lt=over).delete()
    return len(names)


def _delete_files(names: list[str]) -> None:
    if not names:
        return
    folder = evidence_folder()
    for name in names:
        (folder / f"{name}.age").unlink(missing_ok=True)
    PendingFile.objects.filter(blob_name__in=names).delete()


def _read(kind: type[R], key: bytes, *, lock: bool = False) -> R | None:
    rows = Flow.objects.select_for_update() if lock else Flow.objects
    row = rows.filter(pk=session_row_id(key), until__gt=now()).first()
    if row is None:
        return None
    try:
        return kind.from_json(open_session(key, bytes(row.sealed)))
    except (NotOpened, BadRow):  # another flow's kind: a reporter who came back is not a draft
        return None


def _write(key: bytes, record: Record, until: datetime) -> None:
    row = {"sealed": seal_session(key, record.to_json().encode()), "until": until}
    if not Flow.objects.filter(pk=session_row_id(key)).update(**row):
        Flow.objects.create(id=session_row_id(key), **row)
    PendingFile.objects.filter(flow_id=session_row_id(key)).update(until=until)


def _code_key(digits: str) -> bytes:
    return receipts.stretch(Receipt(digits)).wrapping_key


def _key(token: str) -> bytes | None:
    try:
        key = base64.urlsafe_b64decode((token or "") + "=")
    except (binascii.Error, ValueError):
        return None
    return key if len(key) == TOKEN_BYTES else None
