"""What members do with reports: take, promise, answer, merge a repeat, keep in a case, close, erase.

The first argument says who acts; each function is one transaction with a line in the custody log. Assigning, promising
and closing need a grant to the report's case, and open nothing.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from django.db import transaction

from panah.errors import Refused
from panah.model.evidence import Report as ReportRecord
from panah.vault.keys import MemberKeys
from panah.vault.receipt import Receipt
from panah.web.accounts.models import Member
from panah.web.base.one_writer import one_at_a_time
from panah.web.cases import revisions
from panah.web.cases.actions import grant, require_member
from panah.web.cases.models import Case
from panah.web.cases.opening import OpenCase
from panah.web.cases.queries import holders_of
from panah.web.cases.rotation import rotate
from panah.web.evidence import custody
from panah.web.evidence.models import EvidenceItem
from panah.web.evidence.records import StoredItem

from . import forgetting, threads
from .actions import keep_report, new_intake_case
from .agreeing import check_may_keep
from .models import Message, ReadMark, Report, Telling, Thread, now
from .numbers import mark_numbers
from .reach import lies_alone
from .receipts import Code
from .records import Said, Told


@transaction.atomic
def assign(actor: Member, reports: Iterable[Report], member: Member | None) -> int:
    """Say whose reports they are, or nobody's; returns how many changed.

    Raises:
        NoGrant: The actor or the member is not in the case of one of them; nothing is changed then.
    """
    rows = list(reports)
    for row in rows:
        require_member(actor, row.case)
        if member is not None:
            require_member(member, row.case)
    for row in rows:
        status = Report.Status.TAKEN if member and row.status == Report.Status.NEW else row.status
        Report.objects.filter(pk=row.pk).update(assignee=member, status=status)
        _log(actor, row)
    return len(rows)


@transaction.atomic
def promise(actor: Member, report: Report, day: date | None) -> None:
    """Say by when an answer is promised; None takes the promise back."""
    require_member(actor, report.case)
    Report.objects.filter(pk=report.pk).update(promised_on=day)
    _log(actor, report)


@transaction.atomic
def close(actor: Member, reports: Iterable[Report], reason: str) -> int:
    """End reports for a reason; who writes again opens theirs again."""
    rows = list(reports)
    for row in rows:
        require_member(actor, row.case)
        Report.objects.filter(pk=row.pk).update(
            status=Report.Status.DONE,
            close_reason=Report.CloseReason(reason),
            awaiting=False,
            promised_on=None,
        )
        _log(actor, row)
    return len(rows)


@transaction.atomic
def reopen(actor: Member, report: Report) -> None:
    """Take a report up again."""
    require_member(actor, report.case)
    Report.objects.filter(pk=report.pk).update(status=Report.Status.TAKEN, close_reason="")
    _log(actor, report)


@transaction.atomic
def answer(actor: Member, opened: OpenCase, report: Report, text: str) -> Message:
    """Write to the reporter; keeps a promised answer.

    Args:
        opened: The thread's own case.

    Raises:
        Refused: There is no thread, or nothing is said.
    """
    thread = thread_of(report)
    if thread is None:
        raise Refused("nobody can be answered here", where="report", hint="it came without a code")
    if not text.strip():
        raise Refused("the answer is empty", where="answer", hint="write something")
    said = Said(at=now(), incoming=False, text=text.strip(), author=actor.pk)
    row = threads.say(actor, opened, thread, said)
    Report.objects.filter(pk=report.pk).update(promised_on=None)
    if report.status == Report.Status.NEW:
        Report.objects.filter(pk=report.pk).update(status=Report.Status.TAKEN)
    return row


@transaction.atomic
def decline_erasure(actor: Member, opened: OpenCase, report: Report, reason: str) -> Message:
    """Tell the reporter why not everything is erased; the request is answered, and can be made again.

    Args:
        opened: The thread's own case.

    Raises:
        Refused: Nobody asked for it, or no reason is given.
    """
    thread = thread_of(report)
    if thread is None or not thread.wants_erasure:
        raise Refused("nobody asked for that", where="report", hint="load the page again")
    if not reason.strip():
        raise Refused("a refusal needs its reason", where="reason", hint="say why, in words for the person")
    said = Said(at=now(), incoming=False, kind="erasure", text=reason.strip(), author=actor.pk)
    row = threads.say(actor, opened, thread, said)
    Thread.objects.filter(pk=thread.pk).update(wants_erasure=False)
    return row


@transaction.atomic
def merge(actor: Member, report: Report, into: Report) -> None:
    """Say that a report tells again what another one told. Both stay as they came in, each with its own thread.

    Raises:
        Refused: They are one and the same, or the other is a repeat itself.
    """
    require_member(actor, report.case)
    require_member(actor, into.case)
    if report.pk == into.pk or Report.objects.filter(pk=into.pk, merged_into__isnull=False).exists():
        raise Refused("this is no first report", where="report", hint="name the report that came first")
    Report.objects.filter(pk=report.pk).update(
        merged_into=into, status=Report.Status.DONE, close_reason=Report.CloseReason.REPEAT, awaiting=False
    )
    Report.objects.filter(merged_into=report).update(merged_into=into)
    _log(actor, report)


@transaction.atomic
def keep_in_case(actor: Member, keys: MemberKeys, opened: OpenCase, report: Report, target: OpenCase) -> None:
    """Seal a report with its answers and files anew into a working case; its thread follows that case.

    The members of the working case can then read and answer the thread, now and later; members of intake who are not
    in it read neither the report nor the thread, whose key changes.

    Raises:
        NoGrant: The actor is not in both cases.
        NoConsent: Whoever told it did not agree that it is kept, or asked to have it erased.
        Refused: It lies in a working case already.
    """
    one_at_a_time()  # nobody enters or leaves the working case, and no answer changes, while its thread is handed over
    require_member(actor, opened.case)
    require_member(actor, target.case)
    if report.case_id != opened.case.pk or opened.case.pk == target.case.pk or not lies_alone(report):
        raise Refused("the report lies in another case", where="report", hint="load the page again")
    record = opened.record(ReportRecord, report)
    check_may_keep(opened, report, record.entrance)
    for telling in Telling.objects.filter(report=report):
        told = opened.record(Told, telling)
        _move(telling, told, target)
        _mark(actor, keys, target, told.whole_number)
    for item in EvidenceItem.objects.filter(case=opened.case, pk__in=record.evidence_ids):
        _move(item, opened.record(StoredItem, item), target)
        # who took it in may have seen the file's own key: it counts as old until it is renewed
        EvidenceItem.objects.filter(pk=item.pk).update(blob_version=0)
    _move(report, record, target)
    Report.objects.filter(pk=report.pk).update(status=Report.Status.TAKEN)
    if thread_of(report) is not None:
        _follow(actor, keys, opened, target)
    custody.record(actor, target, "received", custody.row_name(report), {"from": "intake"})


def _mark(actor: Member, keys: MemberKeys, target: OpenCase, number: str) -> None:
    """A number that was told is compared with other cases', as those of phones are; its key is opened by itself."""
    if number:
        transaction.on_commit(lambda: mark_numbers(actor, keys, target, [number]))


def _follow(actor: Member, keys: MemberKeys, opened: OpenCase, target: OpenCase) -> None:
    """Have a thread's case held by exactly those who hold the working case, under a key that the others never had."""
    team = [each.member for each in holders_of(actor, target.case) if each.member.is_active]
    there = [each.member for each in holders_of(actor, opened.case)]
    for member in team:
        if member not in there:
            grant(actor, keys, opened, member)
    Case.objects.filter(pk=opened.case.pk).update(follows=target.case)
    rotate(actor, keys, opened, without=[member for member in there if member not in team])


def _move(row: object, record: object, target: OpenCase) -> None:
    revisions.note_moved(row)
    row.case_id = None
    target.seal(row, record)
    row.save(update_fields=["case", "key_version", "sealed"])


@transaction.atomic
def erase(actor: Member, opened: OpenCase, report: Report) -> None:
    """Erase what a reporter told, wrote and sent, by destroying every copy of the key that opens it.

    Rows and custody lines stay as stones with nothing below them: without its key a sealed field is random bytes.

    Raises:
        Refused: It was kept in a working case, where claims may rest on it.
    """
    require_member(actor, opened.case)
    thread = thread_of(report)
    if thread is None or report.case_id != opened.case.pk or thread.case_id != opened.case.pk:
        raise Refused(
            "what was kept in a working case is not erased from here",
            where="report",
            hint="delete it for good on its own page; two members agree on that",
        )
    Report.objects.filter(pk=report.pk).update(**forgetting.ERASED)
    custody.record(actor, None, "deleted", custody.row_name(report))
    forgetting.end_thread(thread)
    forgetting.destroy_case(actor, opened.case)


def take_in_by_hand(
    actor: Member, keys: MemberKeys, told: Told, *, language: str, report_id: str, entrance: str = "case_worker"
) -> tuple[Report, Receipt]:
    """Keep what a person told a case worker, with a code that the case worker reads out.

    Args:
        report_id: Chosen by the form, so that sending it twice makes one report.
    """
    code = Code.make()
    with transaction.atomic():
        writer = new_intake_case(actor, keys)
        report = keep_report(actor, writer, language=language, told=told, entrance=entrance, report_id=report_id)
        thread = threads.start_thread(report, writer, code)
        threads.say(actor, writer, thread, Said(at=now(), incoming=True, kind="consents", consents=told.consents))
        Report.objects.filter(pk=report.pk).update(assignee=actor, status=Report.Status.TAKEN)
    return report, code.receipt


def mark_seen(actor: Member, report: Report) -> None:
    """The member has this report and its thread before the eyes."""
    thread = thread_of(report)
    seen = 1 + (thread.n_incoming if thread else 0)
    ReadMark.objects.update_or_create(member=actor, report=report, defaults={"n_seen": seen})


def mark_all_seen(actor: Member, reports: Iterable[Report]) -> int:
    """Put unread reports aside without opening them; returns how many."""
    rows = list(reports)
    for row in rows:
        require_member(actor, row.case)
        mark_seen(actor, row)
    return len(rows)


def thread_of(report: Report) -> Thread | None:
    """The conversation that belongs to a report."""
    return Thread.objects.select_related("case").filter(report=report).first()


def _log(actor: Member, report: Report) -> None:
    custody.record(actor, None, "annotated", custody.row_name(report))
