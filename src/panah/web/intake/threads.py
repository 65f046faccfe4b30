"""Starting and continuing the conversation with a reporter. Writing needs the thread's case key and opens nothing.

Invariant: an entry of a thread never changes; what is said later is another entry.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from panah.model.evidence import hour_of
from panah.vault.keys import MemberKeys
from panah.vault.receipt import Receipt
from panah.web.accounts.models import Member
from panah.web.cases.actions import require_member
from panah.web.cases.sealing import CaseWriter
from panah.web.evidence import custody
from panah.web.evidence.actions import keep_sealed

from . import flows, receipts
from .actions import keep_report, new_intake_case
from .models import Message, PendingFile, Report, Thread, ThreadKey, now
from .proof import make_proof
from .records import Draft, Said, Sent


def hand_in(token: str) -> Draft | None:
    """Make the report of a flow, once: sent again it gives what the first time gave.

    Returns:
        The draft with the code and the proof to show; None when there is no such flow.

    Raises:
        Refused: Nobody here takes in reports; the draft stays.
    """
    waiting = flows.read(Draft, token)
    if waiting is None or waiting.sent:
        return waiting
    # stretched before the transaction: a lock is not held for as long as Argon2id takes
    receipt = Receipt(waiting.kept_digits) if waiting.kept_digits else Receipt.generate()
    stretched = receipts.stretch(receipt)
    with transaction.atomic():
        draft = flows.read(Draft, token, lock=True)
        if draft is None or draft.sent:
            return draft
        report = _make_report(draft, receipt, stretched)
        sent = Sent(report_id=report.pk, digits=receipt.digits, proof=make_proof(report.pk, hour_of(now())))
        # nothing that was told stays in the flow
        done = Draft(language=draft.language, sent=sent)
        flows.write(token, done)
        if draft.kept_digits:
            flows.forget_kept(draft.kept_digits)
    return done


def _make_report(draft: Draft, receipt: Receipt, stretched: receipts.ReceiptKeys) -> Report:
    writer = new_intake_case(None)
    items = tuple(_keep(writer, each) for each in draft.files)
    PendingFile.objects.filter(blob_name__in=[each.blob_name for each in draft.files]).delete()
    report = keep_report(None, writer, language=draft.language, told=draft.told, evidence_ids=items)
    thread = start_thread(report, writer, receipt, stretched)
    say(None, writer, thread, Said(at=now(), incoming=True, kind="consents", consents=draft.told.consents))
    return report


def _keep(writer: CaseWriter, file: flows.SealedFile) -> str:
    blob, key = flows.opened_file(file)
    return keep_sealed(None, writer, blob, key, file.name, "E", media_type=file.media_type).pk


def start_thread(
    report: Report, writer: CaseWriter, receipt: Receipt, stretched: receipts.ReceiptKeys | None = None
) -> Thread:
    """Give a report its thread: a key pair for the reporter under the code, and the case's key sealed to it.

    Args:
        writer: The report's case; it must hold nothing that the reporter may not read.
    """
    stretched = stretched or receipts.stretch(receipt)
    pair, thread = MemberKeys.generate(), Thread(report=report, case=writer.case, lookup=stretched.index)
    thread.box_public = pair.public.box_public
    thread.wrapped_keys = pair.wrap(stretched.wrapping_key, thread.pk)
    thread.key_version = writer.key.version
    thread.save(force_insert=True)
    _seal_key(thread, writer)
    return thread


def renew_key(writer: CaseWriter) -> None:
    """The key of a case changed: seal the new one to the reporter, if the case is a thread's."""
    for thread in Thread.objects.filter(case=writer.case).exclude(box_public=b""):  # empty: its report was deleted
        thread.key_version = writer.key.version
        thread.save(update_fields=["key_version"])
        _seal_key(thread, writer)


def _seal_key(thread: Thread, writer: CaseWriter) -> None:
    sealed = writer.key.seal_to(bytes(thread.box_public))
    ThreadKey.objects.update_or_create(thread=thread, defaults={"sealed_key": sealed})


@transaction.atomic
def say(actor: Member | None, writer: CaseWriter, thread: Thread, said: Said) -> Message:
    """Add an entry to a thread.

    Args:
        actor: The member who writes; None for the reporter.
        writer: The thread's case.

    Raises:
        NoGrant: The actor is not in the case.
    """
    if actor is not None:
        require_member(actor, writer.case)
    fresh = Thread.objects.select_for_update().get(pk=thread.pk)
    row = Message(thread=thread, number=fresh.n_incoming + fresh.n_outgoing + 1)
    writer.seal(row, said)
    row.save(force_insert=True)
    counter = "n_incoming" if said.incoming else "n_outgoing"
    Thread.objects.filter(pk=thread.pk).update(**{counter: F(counter) + 1})
    # a note says nothing to anybody: whose turn it is stays as it was
    if row.number > 1 and said.kind != "agreed":
        # who was told that it is done and writes again is not left lying
        again = {"status": Report.Status.TAKEN} if said.incoming and fresh.report.status == Report.Status.DONE else {}
        Report.objects.filter(pk=thread.report_id).update(awaiting=said.incoming, **again)
    act = {"consents": "consent-given", "agreed": "consent-given", "erasure": "annotated"}.get(
        said.kind, "received" if said.incoming else "annotated"
    )
    custody.record(actor, writer, act, custody.row_name(row), {"kind": said.kind})
    return row
