"""A code for somebody who reported without one: it opens their own thread and nothing of the working case."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import pytest
from intake_reports import opened_for, reported, thread_opened_for, whole

from panah.errors import NoConsent, NoGrant, Refused
from panah.web.cases.actions import create_case
from panah.web.cases.opening import open_case
from panah.web.evidence.actions import seal_file
from panah.web.evidence.models import EvidenceItem
from panah.web.intake import inbox, mail_in, mailbox, reach
from panah.web.intake.actions import receive_report
from panah.web.intake.mail_origin import Origin, Verdict
from panah.web.intake.models import Report, Thread
from panah.web.outflow.reporters import check_original, reporters_in

MAIL = b"From: Invented <someone@example.org>\r\nSubject: Help\r\n\r\nThey rang my mother.\r\n"


@pytest.fixture
def mailed(cast: Any, data_folder: Path) -> Report:
    mail_in.take_in(MAIL, Origin(Verdict.UNSIGNED))
    return Report.objects.get()


def kept(player: Any) -> Report:
    """A letter in a working case whose writer has no code; of before keeping needed a yes."""
    made = create_case(player.member, player.keys, "case")
    target = open_case(player.member, player.keys, made.case, "intake")
    item = seal_file(player.member, target, io.BytesIO(MAIL), "message.eml", "E")
    row, _writer = receive_report(
        player.member, text="They rang my mother.", entrance="email", writer=target, evidence_ids=(item.pk,)
    )
    return row


@pytest.mark.parametrize("in_a_case", [False, True])
def test_with_a_code_it_is_a_report_like_any_other(cast: Any, mailed: Report, in_a_case: bool) -> None:
    worker, outside = cast.case_worker, cast.colleague
    row = kept(worker) if in_a_case else mailed
    receipt = reach.give_code(worker.member, worker.keys, opened_for(worker, row), row)
    inbox.answer(worker.member, thread_opened_for(worker, row), row, "We read it.")
    token, _found = mailbox.come_back(whole(receipt))
    box = mailbox.visit(token)
    assert [said.text for said in box.entries()] == ["", "We read it."]
    assert (box.case.pk == row.case_id) is not in_a_case, "the code never opens a working case"
    if in_a_case:
        with pytest.raises(NoGrant):
            box.require_here(row)
        with pytest.raises(NoGrant):
            thread_opened_for(outside, row)
    # nothing is allowed until they say so, and then exactly that
    outflow = open_case(worker.member, worker.keys, row.case, "outflow")
    item = EvidenceItem.objects.get(grade="E", case=row.case)
    with pytest.raises(NoConsent):
        check_original(outflow, item)
    box.agree(("share_police",))
    (reporter,) = reporters_in(outflow).all
    assert (reporter.allows("share_police"), reporter.allows("share_press")) == (True, False)
    check_original(outflow, item)


def test_a_code_is_given_once_and_by_who_holds_the_case(cast: Any, data_folder: Path) -> None:
    worker = cast.case_worker
    row = kept(worker)
    opened = opened_for(worker, row)
    with pytest.raises(NoGrant):
        reach.give_code(cast.colleague.member, cast.colleague.keys, opened, row)
    other, _receipt = reported()
    for report in (other, row):
        if report is row:
            reach.give_code(worker.member, worker.keys, opened, row)
        with pytest.raises(Refused):
            reach.give_code(worker.member, worker.keys, opened, report)
    assert Thread.objects.filter(report=row).count() == 1


def test_what_came_by_mail_is_taken_up_and_a_working_case_is_not(cast: Any, mailed: Report) -> None:
    """By the page: a code is shown once, with it they agree, the message is kept in a case, and the case cannot be emptied into another."""
    worker = cast.case_worker
    page = worker.client.get(f"/inbox/{mailed.pk}/").content.decode()
    assert "It is not answered by e-mail from here" in page
    assert "origin not proven" in page
    row = mailed
    made = worker.client.post(f"/inbox/{row.pk}/act/", {"act": "code"})
    assert made.headers["Location"] == f"/inbox/telephone/{row.pk}/"
    shown = worker.client.get(made.headers["Location"]).content.decode()
    code = "".join(re.findall(r"<span>(\d{4})</span>", shown))
    worker.client.post(made.headers["Location"])
    assert worker.client.get(made.headers["Location"]).status_code == 404
    token, _found = mailbox.come_back(code)
    mailbox.visit(token).agree(("keep",))
    worker.client.post(f"/inbox/{mailed.pk}/act/", {"act": "keep", "case": ""})
    row = Report.objects.get()
    assert row.case_id != mailed.case_id
    assert worker.client.post(f"/inbox/{row.pk}/act/", {"act": "keep", "case": ""}).status_code == 403
    assert "Seal and send" in worker.client.get(f"/inbox/{row.pk}/").content.decode()
    assert worker.client.post(f"/inbox/{row.pk}/act/", {"act": "code"}).status_code == 403


def test_a_case_made_for_one_report_takes_in_nothing_else(cast: Any, mailed: Report) -> None:
    """A code may one day open it: a phone of somebody else must not lie there."""
    page = cast.case_worker.client.get(f"/inbox/{mailed.pk}/").content.decode()
    assert f'<option value="{mailed.case_id}"' not in page
