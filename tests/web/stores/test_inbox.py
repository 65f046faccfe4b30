"""What members do with reports, by the whole cast: take, promise, answer, merge, keep in a case, close, erase."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from intake_reports import TOLD, opened_for, reported, thread_opened_for, whole

from panah.errors import NoGrant, NotOpened, Refused
from panah.model.base import new_id
from panah.web.cases.actions import create_case, grant
from panah.web.cases.models import CaseKeyWrap
from panah.web.cases.opening import open_case
from panah.web.evidence.models import EvidenceItem
from panah.web.intake import inbox, mailbox, queries
from panah.web.intake.consent import consents_of
from panah.web.intake.models import Message, Report, Telling, Thread
from panah.web.intake.records import Told


@pytest.fixture
def report(cast: Any, data_folder: Path) -> Report:
    return reported(file=b"a photograph")[0]


def counts(player: Any) -> dict[str, int]:
    return {name: n for name, n in queries.counts_of(player.member).items() if n}


def test_views_of_the_inbox(cast: Any, report: Report) -> None:
    worker = cast.case_worker
    assert counts(worker) == {"new": 1, "urgent": 1, "open": 1, "all": 1, "unread": 1}
    inbox.assign(worker.member, [report], worker.member)
    inbox.promise(worker.member, report, date(2026, 12, 1))
    inbox.mark_seen(worker.member, report)
    assert counts(worker) == {"mine": 1, "urgent": 1, "due": 1, "open": 1, "all": 1}
    assert counts(cast.colleague)["unread"] == 1, "each member has an own mark"
    inbox.close(worker.member, [report], "answered")
    assert counts(worker) == {"done": 1, "all": 1}


def test_nobody_without_a_grant_does_anything(cast: Any, story: Any) -> None:
    from panah.web.intake.actions import receive_report

    row, _writer = receive_report(story.member, told=TOLD, writer=story.opened)
    for player in (cast.colleague, cast.stranger, cast.administrator):
        assert counts(player) == {}
        for act in (
            lambda who: inbox.assign(who, [row], who),
            lambda who: inbox.promise(who, row, date(2026, 12, 1)),
            lambda who: inbox.close(who, [row], "answered"),
            lambda who: inbox.reopen(who, row),
            lambda who: inbox.merge(who, row, row),
            lambda who: inbox.mark_all_seen(who, [row]),
        ):
            with pytest.raises(NoGrant):
                act(player.member)
    with pytest.raises(NoGrant):
        inbox.assign(story.member, [row], cast.stranger.member)
    assert Report.objects.get(pk=row.pk).status == "new"


def test_an_answer_is_for_the_reporter_and_keeps_the_promise(cast: Any, data_folder: Path) -> None:
    row, receipt = reported()
    worker = cast.case_worker
    inbox.promise(worker.member, row, date(2026, 12, 1))
    row.refresh_from_db()
    inbox.answer(worker.member, thread_opened_for(worker, row), row, "We believe you.")
    kept = Report.objects.get()
    assert (kept.status, kept.promised_on, kept.awaiting) == ("taken", None, False)
    token, _found = mailbox.come_back(whole(receipt))
    entries = mailbox.visit(token).entries()
    assert [entry.text for entry in entries] == ["", "We believe you."]
    with pytest.raises(Refused):
        inbox.answer(worker.member, thread_opened_for(worker, row), row, "  ")


def test_what_came_without_a_code_cannot_be_answered(cast: Any, story: Any) -> None:
    from panah.web.intake.actions import receive_report

    row, _writer = receive_report(story.member, text="a document", writer=story.opened)
    with pytest.raises(Refused):
        inbox.answer(story.member, story.opened, row, "hello")


def test_a_repeat_points_at_the_first_and_keeps_its_thread(cast: Any, data_folder: Path) -> None:
    first, second, third = (reported()[0] for _ in range(3))
    worker = cast.case_worker.member
    inbox.merge(worker, third, second)
    inbox.merge(worker, second, first)
    assert set(Report.objects.filter(merged_into=first)) == {second, third}, "a chain becomes a star"
    for wrong in (first, second):
        with pytest.raises(Refused):
            inbox.merge(worker, first, wrong)
    assert Report.objects.get(pk=second.pk).close_reason == "repeat"
    assert Thread.objects.count() == 3


def test_kept_in_a_case_it_leaves_intake_and_the_thread_stays(cast: Any, data_folder: Path) -> None:
    """The report goes to the working case's members only; they can answer; the code opens no working case."""
    row, receipt = reported(file=b"a photograph")
    worker, colleague = cast.case_worker, cast.colleague
    made = create_case(worker.member, worker.keys, "case")
    target = open_case(worker.member, worker.keys, made.case, "intake")
    intake_case = row.case
    inbox.keep_in_case(worker.member, worker.keys, opened_for(worker, row), row, target)
    moved = Report.objects.get()
    assert moved.case == target.case
    reopened = open_case(worker.member, worker.keys, target.case, "review")
    assert "My mother rang" in queries.report_in(reopened, moved).text
    assert queries.told_in(reopened, moved).said == "come home"
    item = EvidenceItem.objects.get()
    assert b"".join(queries.file_chunks(reopened, item)) == b"a photograph"
    # who takes in but is not in the case: no row, no bytes
    assert not queries.reports_of(colleague.member).exists()
    with pytest.raises(NoGrant):
        open_case(colleague.member, colleague.keys, target.case, "review")
    still = thread_opened_for(worker, moved)
    for moved_row in (moved, Telling.objects.get(), item):
        with pytest.raises(NoGrant):
            still.field(moved_row)
    assert Thread.objects.get().case == intake_case
    token, _found = mailbox.come_back(whole(receipt))
    box = mailbox.visit(token)
    assert box.case == intake_case
    with pytest.raises(NoGrant):
        box.require_here(moved)
    inbox.answer(worker.member, thread_opened_for(worker, moved), moved, "It is in good hands.")
    assert mailbox.visit(token).entries()[-1].text == "It is in good hands."
    with pytest.raises(Refused):
        inbox.keep_in_case(worker.member, worker.keys, opened_for(worker, moved), moved, target)


def test_members_of_the_working_case_can_answer(cast: Any, data_folder: Path) -> None:
    row, _receipt = reported()
    worker, stranger = cast.case_worker, cast.stranger
    CaseKeyWrap.objects.filter(member=stranger.member).delete()  # not among those who took it in
    made = create_case(worker.member, worker.keys, "case")
    target = open_case(worker.member, worker.keys, made.case, "intake")
    grant(worker.member, worker.keys, target, stranger.member)
    inbox.keep_in_case(worker.member, worker.keys, opened_for(worker, row), row, target)
    moved = Report.objects.get()
    inbox.answer(stranger.member, thread_opened_for(stranger, moved), moved, "Also from me.")
    assert Thread.objects.get().n_outgoing == 1


def test_erased_means_that_no_key_is_left(
    cast: Any, data_folder: Path, django_capture_on_commit_callbacks: Any
) -> None:
    row, receipt = reported(file=b"a photograph")
    worker = cast.case_worker
    saved = open_case(worker.member, worker.keys, row.case, "intake")
    opened = opened_for(worker, row)
    with django_capture_on_commit_callbacks(execute=True):
        inbox.erase(worker.member, opened, row)
    assert not CaseKeyWrap.objects.filter(case=row.case).exists()
    assert not list((data_folder / "evidence").iterdir())
    assert not queries.reports_of(worker.member).exists()
    with pytest.raises(NotOpened):
        mailbox.come_back(whole(receipt))
    for kept in (Report.objects.get(), Telling.objects.get(), Message.objects.get()):
        with pytest.raises(NotOpened):
            saved.field(kept)
    gone = Report.objects.get()
    assert (gone.status, gone.tactic, gone.urgent) == ("erased", "", False)


def test_what_lies_in_a_working_case_is_not_erased_by_the_way(cast: Any, data_folder: Path) -> None:
    row, _receipt = reported()
    worker = cast.case_worker
    target = open_case(worker.member, worker.keys, create_case(worker.member, worker.keys, "case").case, "intake")
    inbox.keep_in_case(worker.member, worker.keys, opened_for(worker, row), row, target)
    moved = Report.objects.get()
    with pytest.raises(Refused):
        inbox.erase(worker.member, target, moved)


def test_by_telephone_it_is_the_same_report_with_a_code(cast: Any, data_folder: Path) -> None:
    worker = cast.case_worker
    row, receipt = inbox.take_in_by_hand(worker.member, worker.keys, TOLD, language="ug", report_id=new_id())
    assert (row.urgent, Report.objects.get().assignee) == (True, worker.member)
    token, _found = mailbox.come_back(whole(receipt))
    assert consents_of(mailbox.visit(token).entries()) == {"keep"}
    opened = opened_for(worker, row)
    report = queries.report_in(opened, row)
    assert (report.entrance, report.language) == ("case_worker", "ug")


@pytest.mark.parametrize(
    ("told", "urgent"),
    [
        (Told(), False),
        (Told(danger="yes"), True),
        (Told(danger="no", detained="unknown"), False),
        (Told(detained="yes"), True),
        (Told(tactics=("covert_photography", "death_threat")), True),
        (Told(tactics=("impersonation",)), False),
    ],
)
def test_what_is_urgent(told: Told, urgent: bool) -> None:
    assert told.is_urgent is urgent


def test_erasure_is_declined_with_a_reason_that_the_person_reads(cast: Any, data_folder: Path) -> None:
    row, receipt = reported()
    worker = cast.case_worker
    token, _found = mailbox.come_back(whole(receipt))
    box = mailbox.visit(token)
    with pytest.raises(Refused):
        inbox.decline_erasure(worker.member, thread_opened_for(worker, row), row, "Nobody asked.")
    box.ask_erasure("please")
    with pytest.raises(Refused):
        inbox.decline_erasure(worker.member, thread_opened_for(worker, row), row, "  ")
    inbox.decline_erasure(worker.member, thread_opened_for(worker, row), row, "A court has asked us to keep it.")
    thread = Thread.objects.get()
    assert (thread.wants_erasure, Report.objects.get().awaiting) == (False, False)
    last = mailbox.visit(token).entries()[-1]
    assert (last.kind, last.incoming, last.text) == ("erasure", False, "A court has asked us to keep it.")
    mailbox.visit(token).ask_erasure()
    assert Thread.objects.get().wants_erasure, "they can ask again"


def test_erasure_asked_for_after_it_was_taken_up_is_done_by_two(cast: Any, data_folder: Path) -> None:
    """By the pages: the request is told, what goes is shown, a second member agrees, and then the code opens nothing."""
    from two_people import approve, let_in, second_member

    from panah.web.cases.models import DualRequest

    row, receipt = reported(file=b"a photograph")
    worker = cast.case_worker
    worker.client.post(f"/inbox/{row.pk}/act/", {"act": "keep", "case": ""})
    token, _found = mailbox.come_back(whole(receipt))
    mailbox.visit(token).ask_erasure("please")
    row.refresh_from_db()
    page = worker.client.get(f"/inbox/{row.pk}/").content.decode()
    assert "It was taken up: see what rests on it" in page
    assert "wants erasure" in worker.client.get("/inbox/?show=waiting").content.decode()
    address = f"/inbox/{row.pk}/delete/"
    assert f'href="{address}"' in page
    let_in(worker, row.case, second_member()[0])
    worker.client.post(address, {"act": "ask", "reason": "withdrawn"})
    approve(worker, DualRequest.objects.get(act="delete"))
    assert worker.client.post(address, {"reason": "withdrawn", "sure": "yes"}).status_code == 302
    assert Report.objects.get().status == "erased"
    assert not EvidenceItem.objects.filter(case=row.case).exists()
    assert mailbox.visit(token) is None
    with pytest.raises(NotOpened):
        mailbox.come_back(whole(receipt))
