"""A case's key changes while others have it open: what they write is refused, never sealed under a key nobody has."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from stores_factories import tell

from panah.errors import NotOpened, Refused
from panah.vault.receipt import Receipt
from panah.web.cases.models import Case
from panah.web.cases.opening import OpenCase, open_case
from panah.web.cases.rotation import rotate
from panah.web.intake import mailbox
from panah.web.intake.inbox import take_in_by_hand
from panah.web.intake.models import Message
from panah.web.intake.records import Said, Told
from panah.web.register.models import Claim


@pytest.fixture
def told(cast: Any, data_folder: Path) -> Receipt:
    worker = cast.case_worker
    _report, receipt = take_in_by_hand(
        worker.member, worker.keys, Told(what="Invented words."), language="en", report_id="a" * 32
    )
    return receipt


def opened_by(player: Any, case: Any) -> OpenCase:
    return open_case(player.member, player.keys, case, "rotation")


def test_a_reporter_who_writes_in_that_moment_is_asked_again_and_nothing_is_lost(cast: Any, told: Receipt) -> None:
    token, _visit = mailbox.come_back("".join(told.groups))
    before = mailbox.visit(token)
    assert before
    worker = cast.case_worker
    rotate(worker.member, worker.keys, opened_by(worker, before.case))
    n_before = Message.objects.count()
    with pytest.raises(Refused, match="new key"):
        before.write("They rang again.", [])
    assert Message.objects.count() == n_before
    after = mailbox.visit(token)
    assert after
    after.write("They rang again.", [])
    opened = opened_by(worker, after.case)
    assert opened.record(Said, Message.objects.order_by("number").last()).text == "They rang again."


def test_without_the_check_the_words_would_be_lost(cast: Any, told: Receipt, monkeypatch: pytest.MonkeyPatch) -> None:
    from panah.web.base.models import RandomIdModel
    from panah.web.cases.models import SealedRow

    monkeypatch.setattr(SealedRow, "save", RandomIdModel.save)
    token, _visit = mailbox.come_back("".join(told.groups))
    before = mailbox.visit(token)
    assert before
    worker = cast.case_worker
    rotate(worker.member, worker.keys, opened_by(worker, before.case))
    before.write("They rang again.", [])
    opened = opened_by(worker, Case.objects.get(pk=before.case.pk))
    with pytest.raises(NotOpened):
        opened.record(Said, Message.objects.order_by("number").last())


def test_two_changes_at_once_leave_one_key_that_opens_everything(cast: Any, data_folder: Path) -> None:
    story = tell(cast.case_worker)
    story.claim()
    first = story.reopened()
    rotate(story.member, story.player.keys, first)
    with pytest.raises(Refused):
        rotate(story.member, story.player.keys, first)
    after = opened_by(cast.case_worker, Case.objects.get(pk=first.case.pk))
    assert after.key.version == 2
    assert all(after.field(row) for row in Claim.objects.filter(case=after.case))
