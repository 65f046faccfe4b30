"""Invariant 2: a member reads the cases granted to them and nothing else; the administrator reads none; every read of a
case is in its log.

The attack: every function that gives something to a member is called by everybody who was not let in, and then the
keys of a mole are tried on every byte that the database and the evidence folder hold.
"""

from __future__ import annotations

import inspect
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from intake_phones import KNOWN, MESSAGES, choose, send
from intake_reports import opened_for, reported, thread_opened_for, whole
from stores_factories import tell

from panah.errors import NoGrant, NotOpened, Refused
from panah.model.base import new_id
from panah.vault import unseal
from panah.vault.keys import CaseKey
from panah.web.cases import opening, rotation
from panah.web.cases import queries as cases
from panah.web.cases.actions import create_case, grant
from panah.web.cases.models import Case, CaseKeyWrap, CaseLog
from panah.web.cases.opening import open_case
from panah.web.cases.rotation import sealed_models
from panah.web.evidence import queries as evidence
from panah.web.evidence.models import CustodyEntry, Tombstone
from panah.web.evidence.records import evidence_folder
from panah.web.intake import inbox, mailbox
from panah.web.intake import queries as intake
from panah.web.intake.actions import receive_report
from panah.web.intake.models import PhoneExtract
from panah.web.lists import queries as lists
from panah.web.outflow import queries as outflow
from panah.web.register import naming
from panah.web.register import queries as register
from panah.web.register.documents import take_in_document
from panah.web.register.models import Claim, Naming, NobodyElse, Person


@pytest.fixture
def story(cast: Any, data_folder: Path) -> Any:
    told = tell(cast.case_worker)
    told.row = told.answered_incident()  # type: ignore[attr-defined]
    told.consent(told.name(told.row, "Renagul Invented"), "count")
    told.nobody_else(told.row)
    told.report, _writer = receive_report(told.member, text="It rang again.", writer=told.opened)  # type: ignore[attr-defined]
    letter = io.BytesIO(b"A man telephoned Ana Invented in Vienna on 3 May 2024 and threatened her brother.")
    told.document = take_in_document(told.member, told.opened, letter, "letter.txt")  # type: ignore[attr-defined]
    line = CustodyEntry.objects.order_by("-seq").first()
    Tombstone.objects.create(entry=line, case=told.opened.case, table="register_claim", row=new_id())
    return told


ROWS: list[tuple[str, Callable[[Any], Any]]] = [
    ("cases", cases.cases_of),
    ("items", evidence.originals_of),
    ("reports", intake.reports_of),
    ("inbox", intake.inbox_of),
    ("saved views", intake.filters_of),
    ("incidents", register.incidents_of),
    ("proposals", register.proposals_of),
    ("claims", register.claims_without_incident),
    ("documents waiting", register.documents_waiting_for),
    ("cases with documents", register.document_cases_of),
    ("lists", lists.lists_of),
    ("linkage runs", lists.linkage_runs_of),
    ("outflows", outflow.outflows_of),
    ("cases due for a key", cases.due_for_a_new_key),
    ("files with an old key", evidence.files_with_an_old_key),
    ("tombstones", evidence.tombstones_of),
]


def outsiders(cast: Any) -> list[Any]:
    return [cast.colleague, cast.stranger, cast.administrator]


@pytest.mark.parametrize(("what", "rows_of"), ROWS, ids=[what for what, _rows in ROWS])
def test_rows_are_given_to_the_granted_only(cast: Any, story: Any, what: str, rows_of: Any) -> None:
    for player in outsiders(cast):
        assert list(rows_of(player.member)) == [], f"{player} sees {what}"
        assert register.n_waiting(player.member) == 0


def test_every_query_that_takes_a_member_is_attacked_here() -> None:
    """A new ``…_of(member)`` must be added to the list above, or to the single-row attacks below."""
    single = {"case_of", "log_of", "holders_of", "item_of", "incident_of", "memberships_of", "record_of"}
    single |= {"claim_of", "document_of", "report_of", "counts_of", "left_of"}
    counting = {"estimates_of", "counted_by"}  # coded fields only, see test_register and test_lists
    attacked = {rows.__name__ for _what, rows in ROWS} | single | counting
    for room in (cases, evidence, intake, register, lists, outflow):
        for name, function in inspect.getmembers(room, inspect.isfunction):
            if (
                function.__module__ == room.__name__
                and next(iter(inspect.signature(function).parameters), "") == "member"
            ):
                known = name in attacked or name in {
                    "counts",
                    "counts_by_month",
                    "counts_by_country",
                    "choices",
                    "n_waiting",
                }
                assert known, f"{room.__name__}.{name} is attacked by no test"


def test_single_rows_are_absent_alike_when_forbidden_and_when_missing(cast: Any, story: Any) -> None:
    for player in outsiders(cast):
        for one_of, row_id in (
            (cases.case_of, story.opened.case.pk),
            (evidence.item_of, story.item.pk),
            (register.incident_of, story.row.pk),
            (register.document_of, story.document.item_id),
            (register.claim_of, Claim.objects.filter(case=story.opened.case).first().pk),
            (lists.record_of, story.row.pk),
            (intake.report_of, story.report.pk),
        ):
            assert one_of(player.member, row_id) is one_of(player.member, new_id()) is None
        assert not outflow.left_of(player.member, story.opened.case).exists()
        for guarded in (cases.log_of, cases.holders_of):
            with pytest.raises(NoGrant):
                guarded(player.member, story.opened.case)


def test_a_moles_keys_open_no_byte_of_another_case(cast: Any, story: Any) -> None:
    """Not only the pages refuse: the bytes do."""
    mole = cast.stranger
    for wrap in CaseKeyWrap.objects.all():
        with pytest.raises(NotOpened):
            unseal.open_case_key(bytes(wrap.sealed_key), mole.keys, case_id=wrap.case_id, version=wrap.version)
    own = tell(mole)
    n_tried, tried = 0, set()
    for model in sealed_models():
        for row in model.objects.filter(case=story.opened.case):
            n_tried += 1
            tried.add(model._meta.db_table)
            for case_id in (own.opened.case.pk, story.opened.case.pk):
                key = CaseKey(case_id, row.key_version, own.opened.key.key)
                with pytest.raises(NotOpened):
                    unseal.open_field(
                        key, table=row._meta.db_table, row=row.pk, column="sealed", sealed=bytes(row.sealed)
                    )
    assert n_tried >= 8
    assert {"register_person", "register_consent", "register_naming", "register_nobodyelse"} <= tried


def test_who_is_in_an_incident_is_named_and_told_by_its_members_only(cast: Any, story: Any) -> None:
    """The attack: names are asked for and planted over the page, and by an opened case of one's own."""
    address = f"/incidents/{story.row.pk}/people/"
    assert "Renagul" in story.player.client.get(address).content.decode(), "the control: a member of the case reads it"
    claim_id = Claim.objects.filter(incident=story.row).first().pk
    before = Naming.objects.count(), NobodyElse.objects.count()
    acts = [
        {"act": "add", "once": new_id(), "claim": claim_id, "role": "witness", "forms_of_name": "Planted Invented"},
        {"act": "take_off", "naming": Naming.objects.get().pk, "reason": "so that nobody is asked"},
        {"act": "nobody_else"},
    ]
    for player in outsiders(cast):
        assert player.client.get(address).status_code in {403, 404}
        for given in acts:
            answer = player.client.post(address, given)
            assert answer.status_code in {403, 404}
            assert b"Renagul" not in answer.content
    own = tell(cast.stranger)
    mole, theirs = cast.stranger.member, own.incident()
    (own_claim,) = theirs.claims.all()
    person_id = Person.objects.get(case=story.opened.case).pk
    for attempt in (
        lambda: naming.name_new(mole, own.opened, story.row, claim_id, "witness"),
        lambda: naming.name_new(mole, own.opened, theirs, claim_id, "witness"),
        lambda: naming.take_off(mole, own.opened, Naming.objects.get(case=story.opened.case), "so"),
        lambda: naming.answer_nobody_else(mole, own.opened, story.row),
        lambda: naming.name_known(
            mole, own.opened, theirs, own_claim.pk, "witness", person_id=person_id, recognised_by="number"
        ),
    ):
        with pytest.raises((NoGrant, Refused)):
            attempt()
    mine = own.opened.case
    assert (Naming.objects.exclude(case=mine).count(), NobodyElse.objects.exclude(case=mine).count()) == before


def test_a_wrap_copied_to_another_member_opens_nothing(cast: Any, story: Any) -> None:
    """The administrator has the database in hand and gives himself a row."""
    wrap = CaseKeyWrap.objects.get(member=story.member, case=story.opened.case)
    admin = cast.administrator
    CaseKeyWrap.objects.create(
        case=wrap.case, member=admin.member, version=wrap.version, sealed_key=wrap.sealed_key, signature=wrap.signature
    )
    with pytest.raises(NotOpened):
        open_case(admin.member, admin.keys, wrap.case, "review")


def test_a_wrap_moved_to_another_case_opens_nothing(cast: Any, story: Any) -> None:
    other = tell(cast.colleague)
    mine = CaseKeyWrap.objects.get(member=story.member, case=story.opened.case)
    CaseKeyWrap.objects.create(case=other.opened.case, member=story.member, version=1, sealed_key=mine.sealed_key)
    with pytest.raises(NotOpened):
        open_case(story.member, story.player.keys, other.opened.case, "review")


def test_the_administrator_holds_no_key_at_all(cast: Any, story: Any) -> None:
    assert not CaseKeyWrap.objects.filter(member=cast.administrator.member).exists()


def test_every_opening_is_in_the_log_before_the_key_is_there(
    cast: Any, story: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []
    real = opening._key

    def watched(wrap: Any, keys: Any) -> Any:
        seen.append(CaseLog.objects.filter(case=wrap.case, act="opened").count())
        return real(wrap, keys)

    before = CaseLog.objects.filter(case=story.opened.case, act="opened").count()
    monkeypatch.setattr(opening, "_key", watched)
    for number in range(1, 4):
        story.reopened()
        assert seen[-1] == before + number


def test_there_is_no_other_door(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing of the web but the opening (and the reporter's mailbox) names the module that opens."""
    web = Path(opening.__file__).parents[1]
    users = {path.relative_to(web).as_posix() for path in web.rglob("*.py") if "vault.unseal" in path.read_text()}
    users |= {
        path.relative_to(web).as_posix()
        for path in web.rglob("*.py")
        if "from panah.vault import" in path.read_text() and "unseal" in path.read_text()
    }
    assert users <= {"cases/opening.py", "intake/mailbox.py"}


def test_a_report_that_was_taken_up_leaves_intake_with_its_thread(cast: Any, data_folder: Path) -> None:
    """The attack: somebody of intake who is not in the working case keeps every key that was ever theirs, and tries it."""
    row, receipt = reported(file=b"a photograph")
    worker, outside, later = cast.case_worker, cast.colleague, cast.stranger
    thread_case = row.case
    saved = open_case(outside.member, outside.keys, thread_case, "intake")
    assert "My mother rang" in intake.report_in(saved, row).text, "the control: before, they could read it"
    made = create_case(worker.member, worker.keys, "case")
    target = open_case(worker.member, worker.keys, made.case, "intake")
    inbox.keep_in_case(worker.member, worker.keys, opened_for(worker, row), row, target)
    row.refresh_from_db()
    inbox.answer(worker.member, thread_opened_for(worker, row), row, "Only for you.")
    token, _found = mailbox.come_back(whole(receipt))
    box = mailbox.visit(token)
    box.write("And this.", [(io.BytesIO(b"a voice"), "voice.ogg", "audio/ogg")])
    voice = next(item for said in box.entries() for item in said.evidence_ids)
    n_tried = 0
    for model in sealed_models():
        for sealed in model.objects.filter(case__in=(thread_case.pk, target.case.pk)):
            n_tried += 1
            for case_id in (thread_case.pk, target.case.pk):
                for version in (saved.key.version, sealed.key_version):
                    with pytest.raises(NotOpened):
                        unseal.open_field(
                            CaseKey(case_id, version, saved.key.key),
                            table=sealed._meta.db_table,
                            row=sealed.pk,
                            column="sealed",
                            sealed=bytes(sealed.sealed),
                        )
    assert n_tried >= 8
    for member in (outside, later, cast.administrator):
        assert not cases.cases_of(member.member).filter(pk__in=(thread_case.pk, target.case.pk)).exists()
        assert intake.report_of(member.member, row.pk) is None
        assert evidence.item_of(member.member, voice) is None
    for address in (f"/inbox/{row.pk}/", f"/evidence/{voice}/", f"/cases/{thread_case.pk}/log/"):
        assert worker.client.get(address).status_code == 200
        assert outside.client.get(address).status_code == 404
    # who is let into the working case reads the thread too; who leaves it does not; and nobody enters by the thread
    grant(worker.member, worker.keys, open_case(worker.member, worker.keys, target.case, "sharing"), later.member)
    heard = [said.text for said in intake.entries_in(thread_opened_for(later, row), row.thread)]
    assert heard[1:] == ["Only for you.", "And this."]
    again = open_case(worker.member, worker.keys, Case.objects.get(pk=target.case.pk), "sharing")
    kept = thread_opened_for(later, row)
    rotation.revoke(worker.member, worker.keys, again, later.member)
    with pytest.raises(NoGrant):
        thread_opened_for(later, row)
    inbox.answer(worker.member, thread_opened_for(worker, row), row, "After the leaving.")
    with pytest.raises(NotOpened):
        intake.entries_in(kept, row.thread)
    for change in (grant, rotation.revoke):
        with pytest.raises(Refused):
            change(worker.member, worker.keys, thread_opened_for(worker, row), outside.member)
    assert mailbox.visit(token).entries()[-1].text == "After the leaving.", "the reporter is not shut out"


def test_a_case_is_not_shared_without_its_threads(cast: Any, data_folder: Path) -> None:
    """A grant by a key in hand that knows nothing of the threads would leave the two teams unlike: it is refused."""
    row, _receipt = reported()
    worker = cast.case_worker
    made = create_case(worker.member, worker.keys, "case")
    target = open_case(worker.member, worker.keys, made.case, "intake")
    inbox.keep_in_case(worker.member, worker.keys, opened_for(worker, row), row, target)
    for change in (grant, rotation.revoke):
        with pytest.raises(Refused):
            change(worker.member, worker.keys, target, cast.stranger.member)


def test_ticked_entries_of_a_phone_open_nothing_of_another_case(cast: Any, data_folder: Path) -> None:
    """The attack: the keys of another case's entries were seen over a shoulder, and are sent to that case, to one's own
    and to one that is not there; and one's own entries are sent to the other case."""
    send(cast.case_worker, MESSAGES)
    choose(cast.case_worker, [KNOWN])
    theirs = PhoneExtract.objects.get()
    send(cast.stranger, MESSAGES)
    choose(cast.stranger, [KNOWN])
    own = PhoneExtract.objects.exclude(pk=theirs.pk).get()
    coded = {"tactic": "death_threat", "acts": "one", "connection": "victim", "channel": "unknown", "target": "unknown"}
    coded |= {"actor": "unknown"}

    def answer(case_id: str, *rows: PhoneExtract, **more: str) -> Any:
        entries = [f"{row.pk}-0" for row in rows]
        return cast.stranger.client.post(f"/timeline/{case_id}/state/", {"entry": entries, **more})

    assert b"your mother lives" in answer(own.case_id, own).content, "the control"
    for more in ({}, {"act": "zone"}, {"act": "state", **coded}, {"act": "confirm", **coded}, {"all": "1"}):
        refused = [answer(case_id, theirs, own, **more) for case_id in (theirs.case_id, new_id())]
        assert [each.status_code for each in refused] == [404, 404]
        assert b"mother" not in refused[0].content
        if "all" not in more:
            assert answer(own.case_id, own, theirs, **more).status_code == 404
    assert not Claim.objects.exists()
    assert answer(own.case_id, own, act="state", **coded).status_code == 302
    assert {each.case_id for each in Claim.objects.all()} == {own.case_id}


def test_evidence_lies_under_names_that_say_nothing(story: Any) -> None:
    for path in evidence_folder().iterdir():
        assert len(path.stem) == 32
        assert set(path.stem) <= set("0123456789abcdef")


def test_links_between_tables_point_down_only() -> None:
    floors = ["base", "accounts", "cases", "evidence", "intake", "register", "lists", "outflow"]
    for room in floors:
        for model in apps.get_app_config(room).get_models(include_auto_created=True):
            for field in model._meta.get_fields():
                if field.is_relation and getattr(field, "remote_field", None) and field.concrete:
                    target = field.related_model._meta.app_label
                    assert floors.index(target) <= floors.index(room), f"{model.__name__}.{field.name} points up"
