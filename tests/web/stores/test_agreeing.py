"""Keeping needs the person's yes: no report goes into a working case on any way without it, and a note can be taken back."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from intake_reports import TOLD, opened_for, reported, thread_opened_for, whole
from pydantic import ValidationError

from panah.errors import NoConsent, NoGrant, Refused
from panah.model.base import new_id
from panah.model.person import Consent, Purpose
from panah.vault.receipt import Receipt
from panah.web.cases.actions import create_case
from panah.web.cases.opening import open_case
from panah.web.evidence import custody
from panah.web.intake import agreeing, inbox, mail_in, mailbox, reach
from panah.web.intake.consent import consents_of, taken_back
from panah.web.intake.mail_origin import Origin, Verdict
from panah.web.intake.models import Report, Thread
from panah.web.intake.records import Said, Told

SILENT = Told.from_dict(TOLD.model_dump() | {"consents": ("count",)})
MAIL = b"From: Invented <someone@example.org>\r\nSubject: Help\r\n\r\nThey rang my mother.\r\n"
NOON = datetime(2026, 6, 3, 12, tzinfo=UTC)


def today() -> date:
    return datetime.now(UTC).date()


def goes_in(player: Any, row: Report) -> bool:
    """Whether a working case takes it in."""
    target = open_case(player.member, player.keys, create_case(player.member, player.keys, "case").case, "intake")
    inbox.keep_in_case(player.member, player.keys, opened_for(player, row), row, target)
    return Report.objects.get(pk=row.pk).case_id == target.case.pk


def refused(player: Any, row: Report) -> bool:
    """Whether neither the store nor the page takes it into a case; nothing of it moves then."""
    before = Report.objects.get(pk=row.pk)
    with pytest.raises(NoConsent):
        goes_in(player, row)
    answer = player.client.post(f"/inbox/{row.pk}/act/", {"act": "keep", "case": ""})
    after = Report.objects.get(pk=row.pk)
    still = (after.case_id, after.key_version, bytes(after.sealed)) == (
        before.case_id,
        before.key_version,
        bytes(before.sealed),
    )
    return answer.status_code == 403 and still


def note(player: Any, row: Report, **more: Any) -> None:
    given = {"asked_on": today(), "how": "telephone", "asked_by": "Case Worker", **more}
    agreeing.note_agreement(player.member, thread_opened_for(player, row), row, **given)


def box_of(receipt: Receipt) -> mailbox.Mailbox:
    token, _found = mailbox.come_back(whole(receipt))
    box = mailbox.visit(token)
    assert box is not None
    return box


@pytest.fixture
def worker(cast: Any, data_folder: Path) -> Any:
    return cast.case_worker


def test_with_the_tick_it_is_kept(worker: Any) -> None:
    """The control of all refusals below."""
    row, _receipt = reported(TOLD)
    assert goes_in(worker, row)


def test_without_the_tick_it_is_refused_until_they_tick_it(worker: Any) -> None:
    row, receipt = reported(SILENT)
    assert refused(worker, row)
    page = worker.client.get(f"/inbox/{row.pk}/").content.decode()
    assert "Without their yes it goes into no case" in page
    assert 'value="keep" disabled' in page
    box_of(receipt).agree((Purpose.KEEP,))
    assert 'value="keep" disabled' not in worker.client.get(f"/inbox/{row.pk}/").content.decode()
    assert goes_in(worker, row)


def test_a_yes_that_was_taken_back_is_none(worker: Any) -> None:
    row, receipt = reported(TOLD)
    box_of(receipt).agree(())
    assert refused(worker, row)


def test_who_asked_for_erasure_is_answered_first(worker: Any) -> None:
    row, receipt = reported(TOLD)
    box_of(receipt).ask_erasure()
    assert refused(worker, row)
    with pytest.raises(NoConsent):
        note(worker, row)
    inbox.decline_erasure(worker.member, thread_opened_for(worker, row), row, "A court asked us to keep it.")
    assert goes_in(worker, row)


def test_a_letter_by_mail_waits_until_somebody_was_asked(worker: Any) -> None:
    """No code, no thread, nobody was asked; and a code alone is no yes."""
    mail_in.take_in(MAIL, Origin(Verdict.UNSIGNED))
    row = Report.objects.get()
    assert refused(worker, row)
    assert "make a code and tell it to them first" in worker.client.get(f"/inbox/{row.pk}/").content.decode()
    receipt = reach.give_code(worker.member, worker.keys, opened_for(worker, row), row)
    assert refused(worker, row)
    box_of(receipt).agree((Purpose.KEEP,))
    assert goes_in(worker, row)


def test_by_telephone_no_is_no(worker: Any) -> None:
    row, _receipt = inbox.take_in_by_hand(worker.member, worker.keys, SILENT, language="ug", report_id=new_id())
    assert refused(worker, row)


@pytest.mark.parametrize(("entrance", "is_free"), [("document", True), ("phone_export", False)])
def test_an_article_has_nobody_to_ask_and_a_phone_has(worker: Any, entrance: str, is_free: bool) -> None:
    from panah.web.intake.actions import receive_report

    row, _writer = receive_report(None, text="An article.", entrance=entrance)
    assert goes_in(worker, row) if is_free else refused(worker, row)


def test_what_they_said_elsewhere_is_noted_on_the_page(worker: Any) -> None:
    """How, when and by whom; in the log; without changing whose turn it is; and the person reads it with the code."""
    row, receipt = reported(SILENT)
    box_of(receipt).write("Please ring me.", [])
    day = today() - timedelta(days=1)
    form = {"act": "agreed", "how": "telephone", "asked_by": "Invented Worker", "asked_on": day.isoformat()}
    assert worker.client.post(f"/inbox/{row.pk}/act/", form).status_code == 302
    assert Report.objects.get().awaiting, "a note is no answer"
    last = box_of(receipt).entries()[-1]
    assert last.agreement is not None
    assert (last.agreement.purpose, last.agreement.how, last.agreement.asked_on) == ("keep", "telephone", day)
    assert (last.agreement.asked_by, last.author) == ("Invented Worker", worker.member.pk)
    assert "consent-given" in custody.all_lines()[-1].decode()
    assert consents_of(box_of(receipt).entries()) == {"keep", "count"}, "it adds, and allows nothing else"
    page = worker.client.get(f"/inbox/{row.pk}/").content.decode()
    assert "the person agreed that it is kept." in page
    assert "Invented Worker" in page
    assert worker.client.post(f"/inbox/{row.pk}/act/", form).status_code == 403, "sent twice it is noted once"
    assert goes_in(worker, row)


def test_a_note_is_taken_back_with_the_code_and_not_noted_over(worker: Any) -> None:
    row, receipt = reported(SILENT)
    note(worker, row)
    box_of(receipt).agree((Purpose.COUNT,))
    assert refused(worker, row)
    for day in (today(), today() - timedelta(days=3)):
        with pytest.raises(NoConsent):
            note(worker, row, asked_on=day)
    assert refused(worker, row)


@pytest.mark.parametrize(
    "more",
    [{"how": ""}, {"how": "dream"}, {"asked_by": " "}, {"asked_on": datetime.now(UTC).date() + timedelta(days=2)}],
    ids=str,
)
def test_a_note_says_how_when_and_by_whom(worker: Any, more: dict[str, Any]) -> None:
    row, _receipt = reported(SILENT)
    with pytest.raises(Refused):
        note(worker, row, **more)
    form = {"act": "agreed", "how": "telephone", "asked_by": "Worker", "asked_on": today().isoformat(), **more}
    assert worker.client.post(f"/inbox/{row.pk}/act/", form).status_code == 403
    assert refused(worker, row)


def test_only_who_holds_the_case_notes(cast: Any, worker: Any) -> None:
    row, _receipt = reported(SILENT)
    opened = thread_opened_for(worker, row)
    given: dict[str, Any] = {"asked_on": today(), "how": "telephone", "asked_by": "X"}
    with pytest.raises(NoGrant):
        agreeing.note_agreement(cast.administrator.member, opened, row, **given)
    other, _receipt = reported(SILENT)
    with pytest.raises(Refused):
        agreeing.note_agreement(worker.member, opened, other, **given)
    assert Thread.objects.filter(n_outgoing__gt=0).count() == 0


def answered(day: int, *purposes: str) -> Said:
    return Said(at=NOON + timedelta(days=day), incoming=True, kind="consents", consents=tuple(map(Purpose, purposes)))


def noted(day: int, asked: int) -> Said:
    consent = Consent(
        id=new_id(), person_id=new_id(), purpose=Purpose.KEEP, given=True,
        asked_on=(NOON + timedelta(days=asked)).date(), how="in_person",
    )  # fmt: skip
    return Said(at=NOON + timedelta(days=day), incoming=False, kind="agreed", agreement=consent)


@pytest.mark.parametrize(
    ("entries", "is_kept"),
    [
        ([answered(0)], False),
        ([answered(0), noted(0, 0)], True),
        ([answered(0, "keep"), answered(2), noted(3, 2)], False),  # said on the day of the no
        ([answered(0, "keep"), answered(2), noted(3, 1)], False),  # said before it
        ([answered(0, "keep"), answered(2), noted(3, 3)], True),
        ([answered(0), answered(2, "count"), noted(2, 1)], False),  # they answered, and left it out
        ([answered(0), noted(1, 1), answered(1, "count")], False),  # taken back the same day
        ([answered(0), noted(1, 4)], False),  # a day that has not come
        ([noted(1, 1), answered(2, "keep", "count")], True),
    ],
    ids=range(9),
)
def test_which_answer_holds(entries: list[Said], is_kept: bool) -> None:
    assert ("keep" in consents_of(entries)) is is_kept


def test_a_note_that_was_taken_back_is_told() -> None:
    entries = [answered(0), noted(1, 1), answered(2)]
    assert taken_back(entries) == [(entries[2].at, frozenset({"keep"}))]
    assert taken_back([*entries, noted(4, 4)]) == []


def test_an_older_entry_reads_as_before() -> None:
    """Entries sealed by the version before have no such field."""
    kept = {key: value for key, value in answered(0, "keep").model_dump(mode="json").items() if key != "agreement"}
    assert consents_of([Said.from_dict(kept)]) == {"keep"}
    with pytest.raises(ValidationError):
        Said(at=NOON, incoming=True, kind="other")  # type: ignore[arg-type]
