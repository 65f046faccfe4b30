"""Reports: sealed as they come in, by somebody without an account too."""

from __future__ import annotations

import io
from typing import Any

import pytest

from panah.errors import NoGrant, Refused
from panah.web.accounts.models import Member
from panah.web.cases.opening import open_case
from panah.web.cases.queries import holders_of
from panah.web.evidence import custody
from panah.web.evidence.actions import seal_file
from panah.web.intake import actions, queries
from panah.web.intake.models import Report

WORDS = "They rang again. The number was withheld."


def test_a_report_without_an_account_reaches_those_who_take_in(cast: Any, data_folder: Any) -> None:
    row, writer = actions.receive_report(None, text=WORDS, language="ug")
    item = seal_file(None, writer, io.BytesIO(b"a screenshot"), "shot.png", "E")
    for player in (cast.case_worker, cast.colleague):  # both have the role of intake
        opened = open_case(player.member, player.keys, row.case, "intake")
        report = queries.report_in(opened, row)
        assert (report.text, report.language, report.entrance) == (WORDS, "ug", "public_form")
        assert item.case == row.case
    assert row not in queries.reports_of(cast.administrator.member)
    assert not any(holder.verified for holder in holders_of(cast.case_worker.member, row.case)), "nobody could sign"
    assert '"actor":"reporter"' in custody.all_lines()[0].decode()


def test_what_was_handed_over_cannot_open_again(cast: Any, data_folder: Any) -> None:
    """The writer of the public door seals; it has no way to open."""
    _row, writer = actions.receive_report(None, text=WORDS)
    assert not hasattr(writer, "field")
    assert not hasattr(writer, "record")


def test_nobody_to_take_it_in_is_told_not_swallowed(cast: Any, data_folder: Any) -> None:
    Member.objects.update(roles=["analyst"])
    with pytest.raises(Refused):
        actions.receive_report(None, text=WORDS)
    assert not Report.objects.exists()


def test_a_report_into_a_case_needs_its_grant(cast: Any, story: Any) -> None:
    row, _writer = actions.receive_report(cast.case_worker.member, text=WORDS, writer=story.opened)
    assert row.case == story.opened.case
    with pytest.raises(NoGrant):
        actions.receive_report(cast.stranger.member, text=WORDS, writer=story.opened)
    with pytest.raises(Refused):
        actions.receive_report(None, text=WORDS, writer=story.opened)


def test_how_far_a_report_is_can_change_its_words_cannot(cast: Any, story: Any) -> None:
    worker = cast.case_worker.member
    row, _writer = actions.receive_report(worker, text=WORDS, writer=story.opened)
    sealed = Report.objects.get(pk=row.pk).sealed
    actions.set_status(worker, story.opened, row, "taken")
    kept = Report.objects.get(pk=row.pk)
    assert (kept.status, kept.sealed) == ("taken", sealed)
    with pytest.raises(ValueError, match="lost"):
        actions.set_status(worker, story.opened, row, "lost")


def test_a_received_week_is_a_monday(cast: Any, data_folder: Any) -> None:
    row, _writer = actions.receive_report(None, text=WORDS)
    assert Report.objects.get(pk=row.pk).received_week.weekday() == 0
