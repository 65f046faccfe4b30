"""Taking in a phone: counts first, then the choice, then that and nothing else; and one number in two cases."""

from __future__ import annotations

import re
import tempfile
from base64 import b64encode
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from intake_phones import CALLS, KNOWN, MESSAGES, choose, groups_on, send
from intake_reports import TOLD, reported

from panah.phone import apart
from panah.web.cases.actions import grant
from panah.web.cases.models import Case
from panah.web.cases.opening import open_case
from panah.web.evidence.models import EvidenceItem
from panah.web.evidence.queries import record_in
from panah.web.intake import numbers, phones, queries
from panah.web.intake.models import Flow, NumberMark, NumberQuestion, PendingFile, PhoneExtract, Report
from panah.web.intake.phone_entries import entries_of, patterns_of
from panah.web.intake.queries import file_chunks
from panah.web.intake.records import Told

pytestmark = pytest.mark.slow

SMALL_TALK = "see you on Sunday at the market"


def with_pictures() -> bytes:
    """A message with a picture from each of two numbers."""
    body = "".join(
        f"<mms date='1772485500000' msg_box='1' address='{number}' m_type='132'><parts>"
        f"<part seq='0' ct='image/png' name='{name}' cl='{name}' text='null' data='{b64encode(content).decode()}' />"
        f"</parts><addrs><addr address='{number}' type='137' charset='106' /></addrs></mms>"
        for number, name, content in (
            (KNOWN, "threat.png", b"a threat in a picture"),
            ("+447700900456", "wedding.png", b"a wedding"),
        )
    )
    return f"<?xml version='1.0' encoding='UTF-8'?><smses count='2'>{body}</smses>".encode()


def test_counts_first_and_nothing_kept_before_the_choice(cast: Any, data_folder: Path) -> None:
    worker = cast.case_worker
    assert send(worker, CALLS).headers["Location"] == "/phones/choose/"
    page = worker.client.get("/phones/choose/").content.decode()
    assert "Number withheld by the caller" in page
    assert KNOWN in page
    assert not EvidenceItem.objects.exists()
    assert not Report.objects.exists()
    assert not Case.objects.exists()
    assert PendingFile.objects.count() == 1
    worker.client.post("/phones/choose/", {"act": "drop"})
    assert not Flow.objects.exists()
    assert not list((data_folder / "evidence").iterdir())
    assert worker.client.get("/phones/choose/").headers["Location"] == "/phones/"


def test_only_what_was_chosen_is_kept(cast: Any, data_folder: Path) -> None:
    worker = cast.case_worker
    send(worker, MESSAGES)
    answer = choose(worker, [KNOWN])
    row = PhoneExtract.objects.get()
    assert answer.headers["Location"] == f"/timeline/{row.case_id}/"
    opened = open_case(worker.member, worker.keys, row.case, "review")
    extract = opened.record(phones.Extract, row)
    assert {event["counterpart"] for event in extract.events} == {KNOWN}
    assert extract.n_not_kept > 0
    assert not extract.original_kept
    item = EvidenceItem.objects.get()
    assert item.grade == "D", "an extract is our own text"
    content = b"".join(file_chunks(opened, item)).decode()
    assert SMALL_TALK not in content
    assert extract.original_sha256 in content
    assert record_in(opened, item).file_name == "calls.xml.extract.jsonl"
    assert not Flow.objects.exists()
    assert len(list((data_folder / "evidence").iterdir())) == 1, "the original is gone"
    assert Report.objects.get().case == row.case


def test_the_whole_original_only_when_the_person_agrees(cast: Any, data_folder: Path) -> None:
    worker = cast.case_worker
    send(worker, MESSAGES)
    choose(worker, [KNOWN], with_original="on")
    original = EvidenceItem.objects.get(kind="original")
    opened = open_case(worker.member, worker.keys, original.case, "review")
    assert b"".join(file_chunks(opened, original)) == MESSAGES
    assert original.derived.get().kind == "rows"
    assert not PendingFile.objects.exists()


def test_a_period_and_a_count_before_keeping(cast: Any, data_folder: Path) -> None:
    worker = cast.case_worker
    send(worker, CALLS)
    keys = list(groups_on(worker.client.get("/phones/choose/").content.decode()).values())
    page = worker.client.post("/phones/choose/", {"who": keys, "act": "count", "since": "2031-01-01"})
    assert "0 of" in page.content.decode()
    assert worker.client.post("/phones/choose/", {"who": keys, "act": "keep", "since": "2031-01-01"}).status_code == 400
    assert worker.client.post("/phones/choose/", {"act": "keep"}).status_code == 400
    assert worker.client.post("/phones/choose/", {"act": "keep", "since": "soon"}).status_code == 400
    assert not Case.objects.exists(), "no empty case is left behind"


@pytest.mark.parametrize(
    "content", [b"not an export", b"\x00" * 400, b"<smses><sms ", b"<!DOCTYPE x [<!ENTITY a 'b'>]><smses/>"]
)
def test_what_is_no_export_leaves_nothing(cast: Any, data_folder: Path, content: bytes) -> None:
    answer = send(cast.case_worker, content)
    assert answer.status_code in {302, 400}
    if answer.status_code == 302:
        cast.case_worker.client.post("/phones/choose/", {"act": "drop"})
    assert not Flow.objects.exists()
    assert not EvidenceItem.objects.exists()
    assert b"/proc/self" not in answer.content


def test_half_an_upload_is_not_read(cast: Any, data_folder: Path) -> None:
    form = {"file": SimpleUploadedFile("calls.xml", CALLS)}
    assert cast.case_worker.client.post("/phones/", form).status_code == 400
    assert not Flow.objects.exists()


def test_an_export_that_takes_too_much_is_one_error(
    cast: Any, data_folder: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """When it is sent, when it is chosen from, and within its attachments: told, and nothing is left of it."""
    worker, said = cast.case_worker, "takes too long or too much memory"
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    with monkeypatch.context() as limited:
        limited.setattr(apart, "patience_s", lambda _longest: 0.05)
        answer = send(worker, CALLS)
        assert answer.status_code == 400
        assert said in answer.content.decode()
        assert not Flow.objects.exists()
    send(worker, with_pictures())
    with monkeypatch.context() as limited:
        limited.setattr(apart, "MEMORY_BYTES", 8 << 20)
        answer = worker.client.get("/phones/choose/")
        assert answer.status_code == 400
        assert said in answer.content.decode()
    with monkeypatch.context() as limited:
        limited.setattr(apart, "ATTACHED_BYTES", 10)
        answer = choose(worker, [KNOWN])
        assert answer.status_code == 400
        assert said in answer.content.decode()
    assert not EvidenceItem.objects.exists()
    (waiting,) = PendingFile.objects.all()
    assert [path.stem for path in (data_folder / "evidence").iterdir()] == [waiting.blob_name], "it waits still"
    assert not list((tmp_path / "temporary").iterdir())
    assert choose(worker, [KNOWN]).status_code == 302, "the control: without the limit it is kept"


def test_another_members_export_is_not_there(cast: Any, data_folder: Path) -> None:
    send(cast.case_worker, CALLS)
    assert cast.colleague.client.get("/phones/choose/").headers["Location"] == "/phones/"
    assert cast.administrator.client.get("/phones/").status_code == 403


def test_six_hidden_calls_at_one_hour_are_one_pattern(cast: Any, data_folder: Path) -> None:
    worker = cast.case_worker
    send(worker, CALLS)
    choose(worker, ["Number withheld by the caller"])
    row = PhoneExtract.objects.get()
    opened = open_case(worker.member, worker.keys, row.case, "review")
    entries = entries_of(phones.extracts_in(opened))
    (pattern,) = patterns_of(entries)
    assert pattern.n == 6
    assert pattern.presentation == "restricted"
    page = worker.client.get(f"/timeline/{row.case_id}/").content.decode()
    assert f"6 calls between {pattern.hour}:00" in page
    assert page.count("comes again") == 6


def test_the_timeline_is_for_those_in_the_case(cast: Any, data_folder: Path) -> None:
    send(cast.case_worker, CALLS)
    choose(cast.case_worker, [KNOWN])
    case = PhoneExtract.objects.get().case
    answers = {str(player): player.client.get(f"/timeline/{case.pk}/").status_code for player in cast}
    assert answers["Case Worker"] == 200
    assert {answers["Stranger"], answers["Colleague"]} == {404}
    assert answers["Administrator"] == 403


def test_one_number_in_two_cases(cast: Any, data_folder: Path) -> None:
    """A link for who may read both; only "ask" for who may not; and the question reaches who holds the other."""
    worker, colleague, stranger = cast.case_worker, cast.colleague, cast.stranger
    send(worker, MESSAGES)
    choose(worker, [KNOWN])
    mine = PhoneExtract.objects.get().case
    send(colleague, MESSAGES)
    choose(colleague, [KNOWN])
    theirs = PhoneExtract.objects.exclude(case=mine).get().case
    page = worker.client.get(f"/timeline/{mine.pk}/").content.decode()
    assert "Also known elsewhere" in page
    assert theirs.pk[:8] not in page
    mark = re.search(r'name="mark" value="([0-9a-f]{64})"', page)[1]  # type: ignore[index]
    for outsider in (stranger, cast.administrator):
        outsider.client.post(f"/timeline/{mine.pk}/ask/", {"mark": mark})
    assert worker.client.post(f"/timeline/{mine.pk}/ask/", {"mark": "0" * 64}).status_code == 403
    assert not NumberQuestion.objects.exists()
    for _ in range(2):
        worker.client.post(f"/timeline/{mine.pk}/ask/", {"mark": mark})
    (question,) = NumberQuestion.objects.all()
    assert "Case Worker asks about a number" in colleague.client.get("/inbox/").content.decode()
    assert "asks about a number" not in stranger.client.get("/inbox/").content.decode()
    stranger.client.post(f"/phones/questions/{question.pk}/")
    assert NumberQuestion.objects.exists(), "only who was asked puts it aside"
    colleague.client.post(f"/phones/questions/{question.pk}/")
    assert not NumberQuestion.objects.exists()
    grant(
        colleague.member, colleague.keys, open_case(colleague.member, colleague.keys, theirs, "sharing"), worker.member
    )
    page = worker.client.get(f"/timeline/{mine.pk}/").content.decode()
    assert f'href="/timeline/{theirs.pk}/"' in page
    assert "Also known elsewhere" not in page


def test_a_number_that_was_told_is_compared_like_those_of_phones(
    cast: Any, data_folder: Path, django_capture_on_commit_callbacks: Any
) -> None:
    """Typed by a reporter without its country code; known from a phone in somebody else's case."""
    worker, colleague = cast.case_worker, cast.colleague
    send(colleague, MESSAGES)
    choose(colleague, [KNOWN])
    theirs = PhoneExtract.objects.get().case
    told = Told.from_dict(TOLD.model_dump() | {"number": "07700 900123", "my_country": "GB"})
    assert told.whole_number == KNOWN
    row, _receipt = reported(told)
    page = worker.client.get(f"/inbox/{row.pk}/").content.decode()
    assert "Also known elsewhere" in page
    assert theirs.pk[:8] not in page
    assert 'name="mark"' not in page, "asking is for who keeps it in a case"
    with django_capture_on_commit_callbacks(execute=True):
        worker.client.post(f"/inbox/{row.pk}/act/", {"act": "keep", "case": ""})
    row.refresh_from_db()
    for address in (f"/inbox/{row.pk}/", f"/timeline/{row.case_id}/"):
        page = worker.client.get(address).content.decode()
        mark = re.search(r'name="mark" value="([0-9a-f]{64})"', page)[1]  # type: ignore[index]
    assert worker.client.post(f"/timeline/{row.case_id}/ask/", {"mark": mark}).status_code == 302
    assert "Case Worker asks about a number" in colleague.client.get("/inbox/").content.decode()
    assert row.case_id[:8] not in colleague.client.get(f"/timeline/{theirs.pk}/").content.decode()
    grant(
        colleague.member, colleague.keys, open_case(colleague.member, colleague.keys, theirs, "sharing"), worker.member
    )
    page = worker.client.get(f"/inbox/{row.pk}/").content.decode()
    assert f'href="/timeline/{theirs.pk}/"' in page


def test_a_sealed_case_is_known_to_nobody_outside_it(cast: Any, data_folder: Path) -> None:
    worker, colleague = cast.case_worker, cast.colleague
    send(worker, MESSAGES)
    choose(worker, [KNOWN])
    mine = PhoneExtract.objects.get().case
    send(colleague, MESSAGES)
    choose(colleague, [KNOWN])
    Case.objects.exclude(pk=mine.pk).update(is_sealed=True)
    assert "Also known elsewhere" not in worker.client.get(f"/timeline/{mine.pk}/").content.decode()


def test_marks_cannot_be_tried_with_the_data_folder_alone(cast: Any, data_folder: Path, settings: Any) -> None:
    """The attack: everything on the disk, no password; each key of the installation is tried on the true number."""
    import hashlib
    import hmac

    from panah.web.base.deployment import deployment_key

    send(cast.case_worker, MESSAGES)
    choose(cast.case_worker, [KNOWN])
    marks = set(NumberMark.objects.values_list("mark", flat=True))
    assert marks
    message = f"panah/number/v1|{KNOWN}".encode()
    for key in (b"", deployment_key()._key, deployment_key().derive("lookup"), deployment_key().derive("seal")):
        assert hmac.new(key, message, "sha256").hexdigest() not in marks
    assert hashlib.sha256(message).hexdigest() not in marks
    assert deployment_key().index(KNOWN) not in marks


def test_who_came_later_compares_after_the_next_import(cast: Any, data_folder: Path) -> None:
    from panah.web.cases.models import CaseKeyWrap
    from panah.web.intake.models import NumberKey

    worker = cast.case_worker
    send(worker, MESSAGES)
    choose(worker, [KNOWN])
    case = PhoneExtract.objects.get().case
    CaseKeyWrap.objects.filter(case=NumberKey.objects.get().case, member=cast.stranger.member).delete()
    assert numbers.known(worker.member, worker.keys, case, [KNOWN]) == {}
    send(worker, CALLS)
    choose(worker, [KNOWN])
    assert CaseKeyWrap.objects.filter(case=NumberKey.objects.get().case, member=cast.stranger.member).exists()


def test_attachments_of_what_was_chosen_are_kept_and_no_others(cast: Any, data_folder: Path) -> None:
    worker = cast.case_worker
    send(worker, with_pictures())
    choose(worker, [KNOWN])
    row = PhoneExtract.objects.get()
    opened = open_case(worker.member, worker.keys, row.case, "review")
    kept = {
        record_in(opened, item).file_name: b"".join(file_chunks(opened, item)) for item in EvidenceItem.objects.all()
    }
    assert kept.pop("threat.png") == b"a threat in a picture"
    assert list(kept) == ["calls.xml.extract.jsonl"]
    report = queries.report_in(opened, Report.objects.get())
    assert len(report.evidence_ids) == 2


@pytest.mark.parametrize("more", [{}, {"with_original": "on"}])
def test_a_failure_in_the_middle_leaves_nothing(
    cast: Any, data_folder: Path, monkeypatch: pytest.MonkeyPatch, more: dict[str, str]
) -> None:
    worker = cast.case_worker
    send(worker, MESSAGES)
    monkeypatch.setattr(phones, "receive_report", lambda *_given, **_more: (_ for _ in ()).throw(RuntimeError("full")))
    worker.client.raise_request_exception = False
    assert choose(worker, [KNOWN], **more).status_code == 500
    assert not EvidenceItem.objects.exists()
    assert not PhoneExtract.objects.exists()
    (waiting,) = PendingFile.objects.all()
    assert [path.stem for path in (data_folder / "evidence").iterdir()] == [waiting.blob_name], "it waits still"
