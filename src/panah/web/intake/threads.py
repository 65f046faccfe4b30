"""Starting and continuing the conversation with a reporter. Writing needs the thread's case key and opens nothing.

Invariant: an entry of a thread never changes; what is said later is another entry.
"""

from __future__ import annotations

from django.db import transaction
from django.db.models import F

from panah.model.evidence import hour_of
from panah.vault.keys import MemberKeys
from panah.web.accounts.models import Member
from panah.web.cases.actions import require_member
from panah.web.cases.sealing import CaseWriter
from panah.web.evidence import custody
from panah.web.evidence.actions import keep_sealed

from . import flows
from .actions import keep_report, new_intake_case
from .models import Message, PendingFile, Report, Thread, ThreadKey, now
from .proof import make_proof
from .receipts import Code
from .records import Draft, Said, Sent


def hand_in(token: str, code: Code | None = None) -> Draft | None:
    """Make the report of a flow, once: sent again it gives what the first time gave.

    Args:
        token: The flow's.
        code: The code of a report that has none yet, for a caller inside a transaction; made here otherwise.

    Returns:
        The draft with the code and the proof to show; None when there is no such flow.

    Raises:
        Refused: Nobody here takes in reports; the draft stays.
    """
    waiting = flows.read(Draft, token)
    if waiting is None or waiting.sent:
        return waiting
    code = code or Code.make(waiting.kept_digits)
    with transaction.atomic():
        draft = flows.read(Draft, token, lock=True)
        if draft is None or draft.sent:
            return draft
        if draft.kept_digits in {"", code.receipt.digits}:
            return _made_of(token, draft, code)
    return hand_in(token)  # in this very moment it was kept under a code, which is the report's code then


def _made_of(token: str, draft: Draft, code: Code) -> Draft:
    report = _make_report(draft, code)
    sent = Sent(report_id=report.pk, digits=code.receipt.digits, proof=make_proof(report.pk, hour_of(now())))
    # nothing that was told stays in the flow
    done = Draft(language=draft.language, sent=sent)
    flows.write(token, done)
    if draft.kept_digits:
        flows.forget_kept(code.keys.wrapping_key)
    return done


def _make_report(draft: Draft, code: Code) -> Report:
    writer = new_intake_case(None)
    items = tuple(_keep(writer, each) for each in draft.files)
    PendingFile.objects.filter(blob_name__in=[each.blob_name for each in draft.files]).delete()
    report = keep_report(None, writer, language=draft.language, told=draft.told, evidence_ids=items)
    thread = start_thread(report, writer, code)
    say(None, writer, thread, Said(at=now(), incoming=True, kind="consents", consents=draft.told.consents))
    return report


def _keep(writer: CaseWriter, file: flows.SealedFile) -> str:
    blob, key = flows.opened_file(file)
    return keep_sealed(None, writer, blob, key, file.name, "E", media_type=file.media_type).pk


def start_thread(report: Report, writer: CaseWriter, code: Code) -> Thread:
    """Give a report its thread: a key pair for the reporter under the code, and the case's key sealed to it.

    Args:
        writer: The report's case; it must hold nothing that the reporter may not read.
        code: Made before this transaction.
    """
    pair, thread = MemberKeys.generate(), Thread(report=report, case=writer.case, lookup=code.keys.index)
    thread.box_public = pair.public.box_public
    thread.wrapped_keys = pair.wrap(code.keys.wrapping_key, thread.pk)
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
