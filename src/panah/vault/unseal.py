"""Making sealed bytes readable. The only module that does, and only three may import it.

They are ``panah.web.cases.opening`` (which writes the access log first), ``panah.web.intake.mailbox`` (with the
reporter's own code) and ``panah.cli.restore``; a wall in ``pyproject.toml`` refuses every other import.
Everything here raises when it does not open; nothing is returned in doubt.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, SealedBox

from panah.errors import Altered, NotOpened, Unreadable

from .age_stream import CHUNK_BYTES, age_reader, parse_identities
from .blobs import BlobKey, SealedBlob
from .cases import CaseKey, sealed_key_prefix
from .envelope import KEY_BYTES, SEALED_BOX, close, open_closed
from .members import MemberKeys
from .padding import bucket, unpad
from .references import reference_key, reference_place
from .seal import envelope_of, field_head, field_place, key_version, revision_of
from .shares import join, sealed_share_prefix

PROGRESS_FIELDS = 1000


@dataclass(frozen=True, slots=True)
class FieldAt:
    """One sealed field and where it stands."""

    table: str
    row: str
    column: str
    sealed: bytes


def open_case_key(sealed: bytes, member: MemberKeys, *, case_id: str, version: int) -> CaseKey:
    """A case key that was sealed to this member.

    Raises:
        NotOpened: It was sealed to another member, for another case or version, or was changed.
    """
    if sealed[:1] != bytes([SEALED_BOX]):
        raise NotOpened("the case key is sealed in a way this version does not know", hint="upgrade panah")
    try:
        packed = SealedBox(PrivateKey(member.box_private)).decrypt(sealed[1:])
    except (CryptoError, ValueError, TypeError):
        raise NotOpened("no key of ours opens this case", hint="ask a member of the case for a grant") from None
    prefix = sealed_key_prefix(case_id, version)
    if not packed.startswith(prefix) or len(packed) != len(prefix) + KEY_BYTES:
        raise NotOpened("this key belongs to another case or version")
    return CaseKey(case_id, version, packed[len(prefix) :])


def open_field(case_key: CaseKey, *, table: str, row: str, column: str, sealed: bytes) -> bytes:
    """The plaintext of one field.

    Raises:
        NotOpened: Another case, table, row, column, version or revision, or changed bytes. The message names the
            column only.
    """
    version = key_version(sealed)
    if version != case_key.version:
        raise NotOpened(f"the field is sealed under version {version} of the case key, not {case_key.version}")
    bound_to = field_place(case_key, table=table, row=row, column=column, revision=revision_of(sealed))
    key = case_key.for_purpose(b"panah/field/v1")
    return unpad(open_closed(key, envelope_of(sealed), bound_to, what=f"the field {table}.{column}"))


def reseal_fields(
    old: CaseKey, new: CaseKey, fields: Iterable[FieldAt], *, advance: Callable[[int], object] = lambda _fields: None
) -> Iterator[bytes]:
    """The same fields sealed under the case's next key, in order; blob keys are fields too, files stay as they are.

    Args:
        old: The key they are sealed under.
        new: :meth:`CaseKey.next` of it.
        fields: Any number; nothing is kept of them.
        advance: Called with the number of fields done since the last call.

    Raises:
        ValueError: The keys are of different cases, or not in order.
        NotOpened: A field is under another key or was changed. Whoever writes the results does so in one transaction.
    """
    if new.case_id != old.case_id or new.version <= old.version:
        raise ValueError("a case key is followed by a later version of its own")
    old_key, new_key = old.for_purpose(b"panah/field/v1"), new.for_purpose(b"panah/field/v1")
    waiting = 0
    for field in fields:
        if (held := key_version(field.sealed)) != old.version:
            raise NotOpened(f"the field is sealed under version {held} of the case key, not {old.version}")
        revision = revision_of(field.sealed)
        before, after = (
            field_place(key, table=field.table, row=field.row, column=field.column, revision=revision)
            for key in (old, new)
        )
        what = f"the field {field.table}.{field.column}"
        padded = open_closed(old_key, envelope_of(field.sealed), before, what=what)  # its bucket stays the same
        yield field_head(new.version, revision) + close(new_key, padded, after)
        waiting += 1
        if waiting == PROGRESS_FIELDS:
            advance(waiting)
            waiting = 0
    advance(waiting)


def open_share(sealed: bytes, holder: MemberKeys, *, member_id: str) -> str:
    """A recovery share that another member entrusted to this one.

    Raises:
        NotOpened: It was sealed to another holder, is of another member, or was changed.
    """
    if sealed[:1] != bytes([SEALED_BOX]):
        raise NotOpened("the share is sealed in a way this version does not know", hint="upgrade panah")
    try:
        packed = SealedBox(PrivateKey(holder.box_private)).decrypt(sealed[1:])
    except (CryptoError, ValueError, TypeError):
        raise NotOpened("no key of ours opens this share", hint="it was given to another holder") from None
    prefix = sealed_share_prefix(member_id)
    if not packed.startswith(prefix):
        raise NotOpened("this share belongs to another member")
    return packed[len(prefix) :].decode()


def open_blob_key(case_key: CaseKey, blob_name: str, sealed: bytes) -> BlobKey:
    """The key of one file; raises as :func:`open_field` does."""
    identity = open_field(case_key, table="blob", row=blob_name, column="key", sealed=sealed).decode("ascii")
    (parsed,) = parse_identities(identity)
    return BlobKey(str(parsed.to_public()), identity)


def blob_chunks(folder: Path, blob: SealedBlob, blob_key: BlobKey) -> Iterator[bytes]:
    """The original bytes of one file, in chunks of at most 1 MiB.

    Whoever passes chunks on before the end must be able to take them back: an alteration in the middle is told
    when it is reached, a wrong digest at the end.

    Raises:
        Unreadable: The file is not there.
        NotOpened: It is another file's key.
        Altered: The stored bytes are not those that were sealed.
    """
    path = blob.path_in(folder)
    try:
        source = path.open("rb")
    except OSError as error:
        raise Unreadable("the sealed file is missing", where=blob.name, hint="restore it from a backup") from error
    with source, age_reader(source, parse_identities(blob_key.identity), where=blob.name) as plaintext:
        yield from _original(plaintext, blob)


def read_blob(folder: Path, blob: SealedBlob, blob_key: BlobKey) -> bytes:
    """All of a file at once, checked before it is returned; for files small enough. Raises as its stream does."""
    return b"".join(blob_chunks(folder, blob, blob_key))


def _original(plaintext: BinaryIO, blob: SealedBlob) -> Iterator[bytes]:
    digest, left = hashlib.sha256(), blob.size_bytes
    while left and (chunk := plaintext.read(min(CHUNK_BYTES, left))):
        digest.update(chunk)
        left -= len(chunk)
        yield chunk
    padding_bytes = 0
    while chunk := plaintext.read(CHUNK_BYTES):
        padding_bytes += len(chunk)
        if chunk.strip(b"\x00"):
            raise Altered("more bytes are in the sealed file than were sealed", where=blob.name)
    if left or padding_bytes != bucket(blob.size_bytes) - blob.size_bytes:
        raise Altered("the sealed file has another size than was sealed", where=blob.name)
    if digest.hexdigest() != blob.sha256:
        raise Altered("the sealed file's digest is another", where=blob.name, hint="restore it from a backup")


def open_reference(sealed: bytes, shares: Iterable[str], reference_id: str) -> bytes:
    """The content of a reference, by the opened shares of two of its holders.

    Raises:
        NotOpened: One share, shares of another reference, or changed bytes.
    """
    secret = join(list(shares))
    return unpad(open_closed(reference_key(secret), sealed, reference_place(reference_id), what="the reference"))
