"""Deleting for good: two people, all that rests on it, a new key, and a stone in a log that still verifies."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import pytest
from intake_reports import opened_for, reported, thread_opened_for, whole
from stores_factories import DENIAL
from two_people import approve, let_in, second_member

from panah.errors import NoGrant, NotOpened, Refused
from panah.model.base import new_id
from panah.model.claim import Claim
from panah.model.claim import Source as SourceRecord
from panah.vault import custody as lines
from panah.vault import unseal
from panah.web.accounts.actions import close_account
from panah.web.cases.actions import create_case
from panah.web.cases.models import CaseKeyWrap, CaseLog
from panah.web.cases.opening import open_case
from panah.web.evidence import custody
from panah.web.evidence.actions import keep_view, seal_file
from panah.web.evidence.deletion import ask_to_delete, delete, going_with, item_name
from panah.web.evidence.models import CustodyDetail, CustodyEntry, EvidenceItem, Tombstone
from panah.web.evidence.queries import custody_of, files_with_an_old_key, stored_in, tombstones_of
from panah.web.evidence.records import StoredItem, evidence_folder
from panah.web.intake import inbox, mailbox
from panah.web.intake.models import Message, Report, Telling, Thread
from panah.web.intake.queries import report_in
from panah.web.register import actions as register
from panah.web.register.documents import take_in_document
from panah.web.register.models import Claim as ClaimRow
from panah.web.register.models import Consent, Decision, DocumentReview, Incident, Naming, NobodyElse, Person, Source
from panah.web.register.reading import incident_view

REASON = CaseLog.Reason.WITHDRAWN


def deleted(story: Any, *rows: Any, capture: Any = None) -> Any:
    """Both agree, and it is done; the files go at the commit."""
    let_in(story.player, story.opened.case, second_member()[0])
    approve(story.player, ask_to_delete(story.member, story.player.keys, story.opened, going(story, *rows), REASON))
    if capture is None:
        story.opened = delete(story.member, story.player.keys, story.opened, rows, REASON)
    else:
        with capture(execute=True):
            story.opened = delete(story.member, story.player.keys, story.opened, rows, REASON)
    return story.opened


def going(story: Any, *rows: Any) -> Any:
    return going_with(story.opened, *rows)


def test_the_file_its_key_and_its_digest_are_gone_and_a_stone_stays(
    story: Any, django_capture_on_commit_callbacks: Any
) -> None:
    saved = stored_in(story.opened, story.item)
    name, path = story.item.commitment, evidence_folder() / f"{story.item.blob_name}.age"
    note = custody.checkpoint().note.encode()
    assert path.exists()
    opened = deleted(story, story.item, capture=django_capture_on_commit_callbacks)
    assert not path.exists()
    assert not EvidenceItem.objects.filter(pk=story.item.pk).exists()
    # the log: nothing of it changed, it names the deletion, and an earlier checkpoint still fits
    custody.check_note(note)
    custody.verify_custody()
    acts = [entry.act for entry in map(lines.read_line, custody.all_lines()) if entry.item == name]
    assert acts == ["received", "sealed", "deleted"]
    (stone,) = tombstones_of(story.member, opened.case).filter(row=story.item.pk)
    assert lines.read_line(stone.entry.line.encode()).act == "deleted"
    # and no detail of it is left that would open the commitment
    texts = [opened.field(each).decode() for each in CustodyDetail.objects.filter(case=opened.case)]
    assert not any(saved.item.sha256 in text or saved.salt in text for text in texts)
    kept = CustodyDetail.objects.get(entry=stone.entry)
    detail = json.loads(json.loads(opened.field(kept))["text"])
    assert (detail["reason"], detail["approved_by"]) == ("withdrawn", second_member()[0].pk)


def test_an_old_copy_and_todays_key_open_nothing_of_it(story: Any) -> None:
    row = EvidenceItem.objects.get(pk=story.item.pk)
    old_wrap = bytes(CaseKeyWrap.objects.get(case=row.case, member=story.member).sealed_key)
    # the control: before, what a member holds opens it
    assert story.opened.record(StoredItem, row).item.file_name == "told.txt"
    opened = deleted(story, story.item)
    wrap = CaseKeyWrap.objects.get(case=row.case, member=story.member)
    assert bytes(wrap.sealed_key) != old_wrap
    key = unseal.open_case_key(bytes(wrap.sealed_key), story.player.keys, case_id=row.case_id, version=wrap.version)
    for tried in (key, type(key)(key.case_id, row.key_version, key.key)):
        with pytest.raises(NotOpened):
            unseal.open_field(tried, table=row._meta.db_table, row=row.pk, column="sealed", sealed=bytes(row.sealed))
    assert opened.key.version == 2


def test_what_rests_on_it_goes_with_it_and_nothing_else(story: Any) -> None:
    keep_view(story.member, story.opened, story.item, "text", b"a view")
    person = story.person()
    story.consent(person, "share_police")
    claim = story.claim(person_id=person.id)
    gone = story.incident(claim)
    witness = story.name(gone, "Witness Invented", "witness")
    story.consent(witness, "share_police")
    story.denial(claim)
    # another file of the case, with an incident of its own
    other = seal_file(
        story.member, story.opened, io.BytesIO(DENIAL.encode()), "other.txt", "D", media_type="text/plain"
    )
    source = SourceRecord(id=new_id(), name="Somebody Else", kind="person", connection="victim")
    register.add_source(story.member, story.opened, source)
    place = story.place(DENIAL).model_copy(update={"evidence_id": other.pk, "start": 0, "end": 9})
    kept_claim = Claim(id=new_id(), source_id=source.id, text="The embas", stance="asserts", locator=place)
    register.state_claim(story.member, story.opened, kept_claim)
    kept = story.incident(kept_claim)
    counted = going(story, story.item).counted()
    assert counted == {
        "evidence_evidenceitem": 2,
        "register_claim": 2,
        "register_incident": 1,
        "register_decision": 1,
        "register_source": 1,
        "register_person": 2,
        "register_naming": 1,
        "register_nobodyelse": 2,
        "register_consent": 2,
    }
    opened = deleted(story, story.item)
    case = opened.case
    assert not Incident.objects.filter(pk=gone.pk).exists()
    assert list(Incident.objects.filter(case=case)) == [kept]
    assert [row.pk for row in ClaimRow.objects.filter(case=case)] == [kept_claim.id]
    assert [row.pk for row in Source.objects.filter(case=case)] == [source.id]
    for of_nobody_left in (Person, Naming, Consent):
        assert not of_nobody_left.objects.filter(case=case).exists()
    assert NobodyElse.objects.filter(case=case).count() == 1, "of the incident that stays"
    assert Decision.objects.filter(case=case).count() == 1
    kept.refresh_from_db()
    assert incident_view(opened, kept).claims[0].excerpt.words == "The embas"
    assert Tombstone.objects.filter(case=case).count() == sum(counted.values())


def test_an_incident_that_something_else_asserts_stays(story: Any) -> None:
    first, second = story.claim(), story.claim()
    row = story.incident(first, second)
    opened = deleted(story, ClaimRow.objects.get(pk=first.id))
    row.refresh_from_db()
    assert [each.claim.id for each in incident_view(opened, row).claims] == [second.id]
    story.opened = opened
    deleted(story, ClaimRow.objects.get(pk=second.id))
    assert not Incident.objects.filter(pk=row.pk).exists()


def test_an_incident_goes_with_all_that_is_said_of_it(story: Any) -> None:
    row = story.answered_incident()
    deleted(story, row)
    assert not ClaimRow.objects.filter(case=story.opened.case).exists()
    assert EvidenceItem.objects.filter(pk=story.item.pk).exists(), "the file is evidence of other things too"


def test_a_document_goes_with_its_reading_and_its_copy_stops_quoting_it(cast: Any, story: Any) -> None:
    from panah.web.register.documents import known_in, review_in

    letter = b"A man telephoned Ana Invented in Vienna on 3 May 2024 and threatened her brother. She called the police."
    first = take_in_document(story.member, story.opened, io.BytesIO(letter), "letter.txt")
    changed = letter.replace(b"brother", b"sister")
    second = take_in_document(story.member, story.opened, io.BytesIO(changed), "copy.txt", known=known_in(story.opened))
    assert review_in(story.opened, second).seen_before.sentences, "the control: the copy quotes it"
    opened = deleted(story, first.item)
    assert list(DocumentReview.objects.filter(case=opened.case)) == [second]
    left = review_in(opened, DocumentReview.objects.get(pk=second.pk))
    assert left.seen_before.sentences == ()
    assert b"brother" not in left.to_json().encode()


def test_nobody_deletes_alone_where_there_is_a_second_person(story: Any) -> None:
    with pytest.raises(Refused, match="second member"):
        delete(story.member, story.player.keys, story.opened, [story.item], REASON)
    let_in(story.player, story.opened.case, second_member()[0])
    request = ask_to_delete(story.member, story.player.keys, story.opened, going(story, story.item), REASON)
    from panah.web.cases import dual_control

    with pytest.raises(Refused):
        dual_control.answer(story.member, story.player.keys, request, approve=True)
    with pytest.raises(Refused, match="second member"):
        delete(story.member, story.player.keys, story.opened, [story.item], REASON)
    assert EvidenceItem.objects.filter(pk=story.item.pk).exists()
    assert story.opened.case.key_version == 1


def test_an_approval_is_for_exactly_what_goes_and_why_and_once(story: Any) -> None:
    let_in(story.player, story.opened.case, second_member()[0])
    approve(
        story.player, ask_to_delete(story.member, story.player.keys, story.opened, going(story, story.item), REASON)
    )
    with pytest.raises(Refused):
        delete(story.member, story.player.keys, story.opened, [story.item], CaseLog.Reason.MISTAKE)
    story.claim()  # stated after the second member said yes
    with pytest.raises(Refused):
        delete(story.member, story.player.keys, story.opened, [story.item], REASON)
    other = seal_file(story.member, story.opened, io.BytesIO(b"x"), "other.txt", "D")
    with pytest.raises(Refused):
        delete(story.member, story.player.keys, story.opened, [other], REASON)
    assert EvidenceItem.objects.count() == 2


def test_who_is_not_in_the_case_deletes_nothing(cast: Any, story: Any) -> None:
    for player in (cast.colleague, cast.stranger, cast.administrator):
        with pytest.raises(NoGrant):
            delete(player.member, player.keys, story.opened, [story.item], REASON)
        assert list(tombstones_of(player.member)) == []
    own = create_case(cast.stranger.member, cast.stranger.keys, "case")
    opened = open_case(cast.stranger.member, cast.stranger.keys, own.case, "review")
    with pytest.raises(NoGrant, match="another case"):
        delete(cast.stranger.member, cast.stranger.keys, opened, [story.item], REASON)


def test_one_person_alone_in_the_installation_may(cast: Any, story: Any) -> None:
    for player in (cast.colleague, cast.stranger):
        close_account(cast.administrator.member, player.member)
    opened = delete(story.member, story.player.keys, story.opened, [story.item], REASON)
    assert not EvidenceItem.objects.exists()
    assert CaseLog.objects.get(case=opened.case, act="deleted").reason == "withdrawn"


def test_no_other_reason_is_taken(story: Any) -> None:
    with pytest.raises(Refused, match="reason"):
        delete(story.member, story.player.keys, story.opened, [story.item], CaseLog.Reason.TEAM)


def test_the_other_files_need_no_new_key_of_their_own(story: Any) -> None:
    seal_file(story.member, story.opened, io.BytesIO(b"x"), "other.txt", "D")
    deleted(story, story.item)
    assert not files_with_an_old_key(story.member).exists()


def test_a_failure_takes_everything_back(story: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from panah.web.evidence import deletion

    def fails(*_args: Any, **_more: Any) -> None:
        raise RuntimeError("no room")

    monkeypatch.setattr(deletion, "rotate", fails)
    with pytest.raises(RuntimeError):
        deleted(story, story.item)
    assert EvidenceItem.objects.filter(pk=story.item.pk).exists()
    assert (evidence_folder() / f"{story.item.blob_name}.age").exists()
    assert not Tombstone.objects.exists()
    assert not CustodyEntry.objects.filter(line__contains='"act":"deleted"').exists()
    assert len(custody_of(story.opened, story.item)) == 2


def test_a_list_keeps_its_file(cast: Any, data_folder: Path) -> None:
    from panah.web.lists.actions import import_file

    path = data_folder / "list.csv"
    path.write_text("name,date,country\nAna Invented,2024-03-01,BE\n")
    worker = cast.case_worker
    case = create_case(worker.member, worker.keys, "list").case
    opened = open_case(worker.member, worker.keys, case, "review")
    import_file(worker.member, opened, path, name="One")
    item = EvidenceItem.objects.filter(case=case, derived_from=None).get()
    with pytest.raises(Refused, match="list"):
        going_with(opened, item)


def test_a_report_leaves_an_emptied_row_and_no_thread(cast: Any, data_folder: Path) -> None:
    worker = cast.case_worker
    report, code = reported(file=b"a photograph")
    opened = opened_for(worker, report)
    told = going_with(opened, report)
    assert {"intake_report": 1, "intake_telling": 1, "evidence_evidenceitem": 1}.items() <= told.counted().items()
    approve(worker, ask_to_delete(worker.member, worker.keys, opened, told, REASON))
    after = delete(worker.member, worker.keys, opened, [report], REASON)
    row = Report.objects.get(pk=report.pk)
    assert (row.status, row.tactic, row.urgent) == ("erased", "", False)
    assert report_in(after, row).text == ""
    assert not Telling.objects.filter(report=row).exists()
    assert not EvidenceItem.objects.exists()
    assert not Message.objects.exists()
    with pytest.raises(NotOpened):
        mailbox.come_back(whole(code))
    custody.verify_custody()


def test_a_report_in_a_working_case_takes_its_thread_along(cast: Any, data_folder: Path) -> None:
    worker = cast.case_worker
    report, code = reported(file=b"a photograph")
    target = open_case(worker.member, worker.keys, create_case(worker.member, worker.keys, "case").case, "intake")
    inbox.keep_in_case(worker.member, worker.keys, opened_for(worker, report), report, target)
    report.refresh_from_db()
    thread = Thread.objects.get(report=report)
    assert thread.case_id != report.case_id
    assert thread_opened_for(worker, report)
    let_in(worker, target.case, second_member()[0])
    opened = open_case(worker.member, worker.keys, target.case, "intake")
    approve(worker, ask_to_delete(worker.member, worker.keys, opened, going_with(opened, report), REASON))
    after = delete(worker.member, worker.keys, opened, [report], REASON)
    with pytest.raises(NoGrant):
        open_case(worker.member, worker.keys, thread.case, "intake")
    with pytest.raises(NotOpened):
        mailbox.come_back(whole(code))
    assert report_in(after, Report.objects.get(pk=report.pk)).text == ""
    assert open_case(worker.member, worker.keys, after.case, "sharing").followers == ()
    assert item_name(report) in {lines.read_line(each).item for each in custody.all_lines()}


def test_a_bundle_of_the_case_tells_that_something_was_deleted(story: Any, tmp_path: Path) -> None:
    import pyrage
    from two_people import bundle_by_two

    from panah.bundle import verify

    gone = seal_file(story.member, story.opened, io.BytesIO(b"gone"), "gone.txt", "D")
    row = story.answered_incident()
    deleted(story, gone)
    row.refresh_from_db()
    key = pyrage.x25519.Identity.generate()
    target = tmp_path / "b.zip"
    bundle_by_two(story.player, [row], recipients=[str(key.to_public())], purpose="share_police", target=target)
    found = verify(target, identities=str(key))
    assert found.n_tombstones == 1
    assert len(found.items) == 1


def test_every_table_of_sealed_case_keys_is_in_the_short_lived_set_of_backups(db: Any) -> None:
    """Else an old main set opens with what somebody still holds: a member's keys, or a reporter's code."""
    from django.apps import apps

    from panah.backup.kept import names
    from panah.web.cases import holders

    assert set(holders.tables()) == set(names("keys"))
    with_keys = {
        model._meta.db_table
        for model in apps.get_models()
        if any(field.name == "sealed_key" for field in model._meta.concrete_fields)
    }
    assert with_keys == set(names("keys"))
