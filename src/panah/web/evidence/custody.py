"""The custody log of this installation: lines made by ``panah.vault.custody``, kept in a table that only grows.

Invariant: a line is written in the transaction of the act it tells of, and lines are written one after another: the
log has one end, so two writers cannot fork it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import rfc8785
from django.conf import settings
from django.db import transaction

from panah.errors import CustodyBroken, NotVerified
from panah.vault import custody as lines
from panah.vault.checkpoint import Checkpoint as SignedSize
from panah.vault.checkpoint import check_log, read_note, write_note
from panah.vault.commitment import commit_detail, new_commitment_salt
from panah.vault.signer import Signer
from panah.vault.tree import GrowingTree, leaf_hash
from panah.web.base.one_writer import one_at_a_time
from panah.web.cases import dual_control, log, revisions
from panah.web.cases.models import CaseLog
from panah.web.cases.revisions import row_name

from .models import Checkpoint, CustodyDetail, CustodyEntry, TreeState
from .records import StoredDetail

if TYPE_CHECKING:
    from panah.web.accounts.models import Member
    from panah.web.cases.models import DualRequest, RowRevision
    from panah.web.cases.sealing import CaseWriter

SIGNER_FILE = "signer.key"
ORIGIN = "panah/custody"
_ACT_OF_CASE = {
    CaseLog.Act.OPENED: "viewed",
    CaseLog.Act.GRANTED: "key-granted",
    CaseLog.Act.REVOKED: "key-revoked",
}
_ACT_OF_REQUEST = {
    CaseLog.Act.ASKED: "requested",
    CaseLog.Act.APPROVED: "approved",
    CaseLog.Act.DECLINED: "refused",
}


@transaction.atomic
def record(
    actor: Member | None, writer: CaseWriter | None, act: str, item: str | None, detail: Mapping[str, Any] | None = None
) -> CustodyEntry:
    """Write one line, and seal its detail under the case key; part of the act it tells of.

    Args:
        actor: Who acts; None is whoever came through the public door.
        writer: The case that the detail is sealed in; None writes no detail.
        act: A code of ``vault/custody/acts.csv``.
        item: A commitment or :func:`row_name`.
        detail: What was done; the exact time is added.
    """
    text = _detail_text(detail) if writer is not None else None
    salt = new_commitment_salt()
    committed = commit_detail(text, salt) if text is not None else None
    entry = _append(actor.pk if actor else "reporter", act, item, committed)
    if writer is not None and text is not None:
        kept = CustodyDetail(entry=entry)
        writer.seal(kept, StoredDetail(salt=salt, text=text.decode()))
        kept.save(force_insert=True)
    return entry


@transaction.atomic
def record_own(act: str, *, item: str | None = None, detail: str | None = None) -> CustodyEntry:
    """Write one line of what the software did by itself; ``detail`` is a digest of something that lies in the open."""
    return _append("system", act, item, detail)


def _detail_text(detail: Mapping[str, Any] | None) -> bytes:
    return rfc8785.dumps({**(detail or {}), "at": datetime.now(UTC).isoformat(timespec="seconds")})


def _append(actor: str, act: str, item: str | None, detail: str | None) -> CustodyEntry:
    one_at_a_time()
    last = CustodyEntry.objects.order_by("-seq").first()
    line = lines.entry_line(last.line.encode() if last else None, actor=actor, act=act, item=item, detail=detail)
    return CustodyEntry.objects.create(seq=last.seq + 1 if last else 1, line=line.decode())


def witness_case(entry: CaseLog) -> None:
    """Repeat an opening, grant or revocation of a case in the custody log, where checkpoints cover it."""
    if act := _ACT_OF_CASE.get(CaseLog.Act(entry.act)):
        _append(entry.member_id or "reporter", act, row_name(entry.case), None)


def witness_request(row: DualRequest, act: str, actor: Member) -> None:
    """Repeat a request of dual control and its answer: both members stand in the log, on lines of the same item."""
    _append(actor.pk, _ACT_OF_REQUEST[CaseLog.Act(act)], row_name(row), None)


def witness_revision(entry: RowRevision, actor: Member | None) -> None:
    """Repeat in the custody log that a row has a newer value: who drops it from the ledger is told by this line."""
    _append(actor.pk if actor else "reporter", "replaced", entry.name, None)


def follow_cases() -> None:
    """Called once, when this room is loaded."""
    log.add_witness(witness_case)
    dual_control.add_witness(witness_request)
    revisions.add_witness(witness_revision)


def all_lines() -> list[bytes]:
    """Every line with its newline, oldest first."""
    return [line.encode() for line in CustodyEntry.objects.order_by("seq").values_list("line", flat=True)]


def signer() -> Signer:
    """The key that signs checkpoints: a file in the data folder, never in the database. Made before the first one.

    Raises:
        NotVerified: It is gone, and there are checkpoints that only it could have signed.
    """
    path = settings.PANAH_DATA / SIGNER_FILE
    if not path.exists() and Checkpoint.objects.exists():
        raise NotVerified("the signing key is gone", where=SIGNER_FILE, hint="restore it from a backup")
    return Signer.load_or_create(path, ORIGIN)


@transaction.atomic
def checkpoint() -> Checkpoint:
    """Sign size and root of the log as it is now; an unchanged log keeps its checkpoint.

    Only the lines after the last checkpoint are read: the tree goes on from there, so that the new root can only
    continue the one signed before. :func:`verify_custody` reads all of it.

    Raises:
        CustodyBroken: A new line does not follow; a broken log is not signed.
        NotVerified: The last checkpoint does not carry our signature.
    """
    one_at_a_time()
    head, tree = _last_state()
    size = CustodyEntry.objects.order_by("-seq").values_list("seq", flat=True).first() or 0
    if size < head.size:
        raise CustodyBroken(f"{head.size - size} lines that were signed are missing", where="custody log")
    if known := Checkpoint.objects.filter(size=size).first():
        return known

    def grown() -> Iterator[bytes]:
        for line in _lines_after(head.size):
            tree.add(leaf_hash(line))
            yield line

    head = lines.verify(grown(), after=head)
    key, signed = signer(), SignedSize(ORIGIN, head.size, tree.root)
    TreeState.objects.create(
        size=head.size, complete=" ".join(each.hex() for each in tree.complete), digest=head.digest
    )
    return Checkpoint.objects.create(
        size=signed.size,
        body=signed.to_text().decode(),
        signature=signed.sign(key),
        note=write_note(signed, [key]).decode(),
    )


def _lines_after(size: int) -> Iterator[bytes]:
    found = CustodyEntry.objects.filter(seq__gt=size).order_by("seq").values_list("line", flat=True)
    return (line.encode() for line in found.iterator(chunk_size=2000))


def _last_state() -> tuple[lines.Head, GrowingTree]:
    """The end and the tree of the newest checkpoint whose state was kept and gives the root that we signed."""
    state = TreeState.objects.order_by("-size").first()
    kept = Checkpoint.objects.filter(size=state.size).first() if state else None
    if state is None or kept is None:
        verify_custody()  # checkpoints of an earlier version have no state: read all of it, once
        return lines.EMPTY, GrowingTree()
    body = kept.body.encode()
    signer().verifier.verify(body, bytes(kept.signature), where=f"checkpoint {kept.size}")
    tree = GrowingTree(state.size, [bytes.fromhex(each) for each in state.complete.split()])
    last = CustodyEntry.objects.filter(seq=state.size).values_list("line", flat=True).first() or ""
    if tree.root != SignedSize.from_text(body).root or lines.line_digest(last.encode()) != state.digest:
        raise CustodyBroken("what was signed is not what is kept", where=f"custody log, line {state.size}")
    return lines.Head(state.size, state.digest), tree


def verify_custody() -> lines.Head:
    """Check the whole log against itself and against every checkpoint we signed.

    Raises:
        CustodyBroken: A line, or what an earlier checkpoint saw, was changed or is missing.
        NotVerified: A stored checkpoint does not carry our signature.
    """
    verifier, signed = signer().verifier, []
    for kept in Checkpoint.objects.order_by("size"):  # before the lines: those signed meanwhile are among them
        body = kept.body.encode()
        verifier.verify(body, bytes(kept.signature), where=f"checkpoint {kept.size}")
        signed.append(SignedSize.from_text(body))
    return check_log(_lines_after(0), signed)


def check_note(note: bytes) -> lines.Head:
    """Check the log against a checkpoint that somebody else kept.

    Raises:
        NotVerified: We did not sign that checkpoint.
        CustodyBroken: The log is not the one it saw.
    """
    return read_note(note, signer().verifier).check_log(_lines_after(0))


def check_detail(entry: CustodyEntry, stored: StoredDetail) -> None:
    """Check that an opened detail is the one its line commits to.

    Raises:
        CustodyBroken: It is another.
    """
    if lines.read_line(entry.line.encode()).detail != commit_detail(stored.text.encode(), stored.salt):
        raise CustodyBroken("the detail is not what the line commits to", where=f"custody log, line {entry.seq}")
