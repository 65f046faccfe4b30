"""The reporter's own door: the code opens the thread that it was given for, and no other case.

Invariant: whatever was typed, the answer and the time are those of one Argon2id run; a code that opens nothing is
counted. This is one of the three modules that may import ``panah.vault.unseal``. Its openings are not written into
the case's log: the log says which member read what, and when a reporter came back is nobody's business (decision 132).
"""

from __future__ import annotations

import base64
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import BinaryIO

from django.conf import settings
from django.db import transaction

from panah.errors import NotOpened
from panah.vault import unseal
from panah.vault.keys import MemberKeys
from panah.vault.receipt import Receipt
from panah.web.cases import revisions
from panah.web.cases.sealing import SEALED_COLUMN, CaseWriter
from panah.web.evidence.actions import seal_file
from panah.web.evidence.records import evidence_folder

from . import flows, receipts, threads
from .models import Message, Thread, ThreadKey, now
from .records import Draft, Said, SealedFile, Visit


@dataclass(frozen=True, slots=True)
class Mailbox(CaseWriter):
    """A reporter's opened thread, for one request."""

    thread: Thread
    keys: MemberKeys = field(repr=False)
    newest: Mapping[str, int] = field(default_factory=dict, repr=False)

    def entries(self) -> list[Said]:
        """What was said, oldest first."""
        return [self._open(row) for row in Message.objects.filter(thread=self.thread)]

    def _open(self, row: Message) -> Said:
        self.require_here(row)
        revisions.check_row(row, self.newest)
        clear = unseal.open_field(
            self.key, table=row._meta.db_table, row=row.pk, column=SEALED_COLUMN, sealed=bytes(row.sealed)
        )
        return Said.from_json(clear)

    def mark_fetched(self) -> None:
        """Our answers have been shown."""
        Thread.objects.filter(pk=self.thread.pk).update(n_fetched=self.thread.n_outgoing)

    def write(self, text: str, files: list[tuple[BinaryIO, str, str]]) -> None:
        """A message, with files (stream, name, media type) that are sealed while they stream in."""
        kept = [
            (seal_file(None, self, stream, name, "E", media_type=media, at_most=settings.PANAH_UPLOAD_BYTES).pk, name)
            for stream, name, media in files
        ]
        ids, names = tuple(item for item, _name in kept), tuple(name for _item, name in kept)
        self._say(Said(at=now(), incoming=True, text=text, evidence_ids=ids, file_names=names))

    def agree(self, purposes: tuple[str, ...]) -> None:
        """What may be done from now on; whatever is not named is no."""
        self._say(Said(at=now(), incoming=True, kind="consents", consents=purposes))

    def ask_erasure(self, text: str = "") -> None:
        """Ask to erase everything."""
        with transaction.atomic():  # a request that stands in the row and not in the thread would never be answered
            self._say(Said(at=now(), incoming=True, kind="erasure", text=text))
            Thread.objects.filter(pk=self.thread.pk).update(wants_erasure=True)

    def _say(self, said: Said) -> None:
        threads.say(None, self, self.thread, said)


def come_back(typed: str) -> tuple[str, Visit | Draft]:
    """Open what a code was given for: a thread, or a draft that was kept.

    Returns:
        The token of a new flow, and what it holds.

    Raises:
        BadIdentifier: A digit is missing or wrong, as the check group tells; nothing was tried.
        NotOpened: The code opens nothing; the same answer for every such code.
        Refused: Too many codes were tried lately.
    """
    receipt = Receipt.parse(typed)
    receipts.check_rate()
    stretched = receipts.stretch(receipt)
    thread = Thread.objects.filter(lookup=stretched.index).first()
    found: Visit | Draft | None = None
    if thread is not None:
        found = _visit_of(thread, MemberKeys.unwrap(bytes(thread.wrapped_keys), stretched.wrapping_key, thread.pk))
    else:
        found = flows.take_up(stretched.wrapping_key, receipt.digits)
    if found is None:
        receipts.count_wrong()
        raise NotOpened("this code opens nothing here", where="code", hint="compare it with what you wrote down")
    token = flows.new_token()
    flows.write(token, found)
    return token, found


def visit(token: str) -> Mailbox | None:
    """The mailbox of a reporter who came back in this flow; None when its time is over."""
    held = flows.read(Visit, token) if token else None
    thread = Thread.objects.select_related("case").filter(pk=held.thread_id).first() if held else None
    if held is None or thread is None:
        return None
    return open_mailbox(thread, MemberKeys.from_bytes(base64.b64decode(held.keys)))


def open_mailbox(thread: Thread, keys: MemberKeys) -> Mailbox | None:
    """The thread with its key; None when it was erased meanwhile."""
    held = ThreadKey.objects.filter(thread=thread).first()
    if held is None:
        return None
    try:
        key = unseal.open_case_key(bytes(held.sealed_key), keys, case_id=thread.case_id, version=thread.key_version)
    except NotOpened:
        return None
    return Mailbox(case=thread.case, key=key, thread=thread, keys=keys, newest=revisions.newest_of(thread.case))


def pending_chunks(file: SealedFile) -> Iterator[bytes]:
    """The bytes of a file that belongs to a flow and to no case yet, with the key that the flow's token opened.

    Raises:
        Unreadable: It is gone: the flow's time is over.
        Altered: The stored bytes are not those that were sealed.
    """
    blob, key = flows.opened_file(file)
    yield from unseal.blob_chunks(evidence_folder(), blob, key)


def _visit_of(thread: Thread, keys: MemberKeys) -> Visit:
    return Visit(thread_id=thread.pk, keys=base64.b64encode(keys.to_bytes()).decode())
