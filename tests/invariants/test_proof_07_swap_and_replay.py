"""Proof 7: ciphertext moved between rows, columns, tables, cases, users and versions opens nowhere, and an older value
put back over a newer one is told.

The attack: somebody who can write to the database, and has every copy of it that there ever was, but no key. A whole
working day is lived first, so that every table with sealed rows has some.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from cast import unlock
from stores_at_rest import PASSWORD, Canaries, live
from stores_factories import tell
from triggers import triggers_off
from two_people import let_in

from panah.errors import Altered, CustodyBroken, NotOpened, PanahError
from panah.vault import seal, unseal
from panah.vault.keys import CaseKey, MemberKeys
from panah.web.accounts.models import Member
from panah.web.cases import revisions
from panah.web.cases.models import Case, CaseKeyWrap, RowRevision, SealedRow
from panah.web.cases.opening import OpenCase, open_case
from panah.web.cases.rotation import revoke, rotate, sealed_models
from panah.web.evidence import custody
from panah.web.evidence.models import CustodyDetail, CustodyEntry
from panah.web.evidence.revisions import verify_revisions
from panah.web.register.keeping import replace
from panah.web.register.models import Claim

NOT_LIVED = {"cases_sealedreference"}
"""Tables that the working day leaves empty; their rows are attacked in test_2_sealed_references."""


@pytest.fixture
def opened_rows(db: Any, data_folder: Path) -> Iterator[Any]:
    """Every sealed row of a working day, each with the opened case it lies in."""
    live(data_folder, Canaries())
    member = Member.objects.by_email("a@example.org")
    assert member is not None
    keys = unlock(member, PASSWORD)
    cases = {
        wrap.case_id: open_case(member, keys, wrap.case, "review") for wrap in CaseKeyWrap.objects.filter(member=member)
    }
    rows = [(row, cases[row.case_id]) for model in sealed_models() for row in model.objects.filter(case_id__in=cases)]
    missing = {model._meta.db_table for model in sealed_models()} - {row._meta.db_table for row, _opened in rows}
    assert missing <= NOT_LIVED, "a new table with sealed rows: let stores_at_rest.live write one"
    return rows


def opens(opened: OpenCase, at: SealedRow, sealed: bytes, **other: Any) -> bytes:
    place = {"table": at._meta.db_table, "row": at.pk, "column": "sealed", **other}
    return unseal.open_field(opened.key, sealed=sealed, **place)


@pytest.mark.slow
def test_no_sealed_value_opens_anywhere_but_in_its_place(opened_rows: Any) -> None:
    tables = {row._meta.db_table for row, _opened in opened_rows}
    keys = {opened.case.pk: opened.key for _row, opened in opened_rows}
    n_moves = 0
    for row, opened in opened_rows:
        sealed = bytes(row.sealed)
        assert opens(opened, row, sealed) == opened.field(row), "the control: in its place it opens"
        moves: list[dict[str, Any]] = [{"table": table} for table in tables - {row._meta.db_table}]
        moves += [{"column": "other"}, {"row": opened.case.pk}]
        moves += [{"row": other.pk} for other, _same in opened_rows if type(other) is type(row) and other.pk != row.pk][
            :3
        ]
        for move in moves:
            n_moves += 1
            with pytest.raises(NotOpened):
                opens(opened, row, sealed, **move)
        for case_id, key in keys.items():
            if case_id != row.case_id:
                n_moves += 1
                with pytest.raises(NotOpened):
                    unseal.open_field(
                        CaseKey(case_id, row.key_version, key.key),
                        table=row._meta.db_table,
                        row=row.pk,
                        column="sealed",
                        sealed=sealed,
                    )
    assert n_moves > 1000


@pytest.mark.slow
def test_no_relabelled_version_or_revision_opens(opened_rows: Any) -> None:
    """The head in front of a value is clear: whoever writes another one there gains nothing."""
    for row, opened in opened_rows:
        sealed, key = bytes(row.sealed), opened.key
        envelope, revision = seal.envelope_of(sealed), seal.revision_of(sealed)
        later = CaseKey(key.case_id, key.version + 1, key.key)
        for other in {revision + 1, revision + 7, 1, 2} - {revision}:
            with pytest.raises(NotOpened):
                opens(opened, row, seal.field_head(key.version, other) + envelope)
        with pytest.raises(NotOpened):
            unseal.open_field(
                later,
                table=row._meta.db_table,
                row=row.pk,
                column="sealed",
                sealed=seal.field_head(later.version, revision) + envelope,
            )


@pytest.mark.slow
def test_an_older_value_put_back_is_told_in_every_table(opened_rows: Any) -> None:
    for row, opened in opened_rows:
        before, clear = bytes(row.sealed), opened.field(row)
        opened.seal(row, clear + b" ")
        row.save(update_fields=["sealed"])
        again = reopened(opened)
        assert again.field(fresh(row)) == clear + b" ", "the control: the newer value is read"
        type(row).objects.filter(pk=row.pk).update(sealed=before)
        assert opens(again, row, before) == clear, "the control: nothing but the ledger knows that it is older"
        with pytest.raises(Altered):
            again.field(fresh(row))
        type(row).objects.filter(pk=row.pk).update(sealed=row.sealed)
    verify_revisions()


def reopened(opened: OpenCase) -> OpenCase:
    return OpenCase(case=opened.case, key=opened.key, member=opened.member, newest=revisions.newest_of(opened.case))


def fresh(row: SealedRow) -> SealedRow:
    return type(row).objects.get(pk=row.pk)


# --- one story: what the ledger itself withstands -------------------------------------------------------------------


@pytest.fixture
def story(cast: Any, data_folder: Path) -> Any:
    return tell(cast.case_worker)


def put_back(story: Any) -> Claim:
    """A claim was corrected, and the first wording is put back."""
    from panah.model.claim import Claim as ClaimRecord

    said = story.claim()
    row = Claim.objects.get(pk=said.id)
    before = bytes(row.sealed)
    corrected = ClaimRecord.model_validate(
        said.model_dump() | {"modality": "alleged"} if "modality" in said.model_dump() else said.model_dump()
    )
    replace(story.member, story.opened, row, corrected)
    Claim.objects.filter(pk=row.pk).update(sealed=before)
    return Claim.objects.get(pk=row.pk)


def test_a_corrected_claim_does_not_go_back(story: Any) -> None:
    row = put_back(story)
    with pytest.raises(Altered, match="older value"):
        story.reopened().field(row)
    with pytest.raises(Altered):
        rotate(story.member, story.player.keys, story.opened)
    assert Case.objects.get(pk=story.opened.case.pk).key_version == 1, "a rotation would have made it new again"


def test_a_value_written_beside_this_request_is_no_replay(story: Any) -> None:
    """The other side: a row held in memory while somebody else corrects it is not told as an attack."""
    said = story.claim()
    held = Claim.objects.get(pk=said.id)
    replace(story.member, story.opened, Claim.objects.get(pk=said.id), said)
    assert story.reopened().field(held)


def test_dropping_the_ledgers_entry_is_told_by_the_custody_log(story: Any) -> None:
    from django.db import DatabaseError, transaction

    row = put_back(story)
    held = custody.checkpoint().note.encode()
    for attempt in (RowRevision.objects.all().delete, lambda: RowRevision.objects.update(revision=1)):
        with pytest.raises(DatabaseError, match="only grows"), transaction.atomic():
            attempt()
    triggers_off("cases_rowrevision", "evidence_custodyentry")
    RowRevision.objects.all().delete()
    assert story.reopened().field(row), "the control: without its entry the older value passes the opening"
    with pytest.raises(CustodyBroken, match="ledger"):
        verify_revisions()
    lines = CustodyEntry.objects.filter(line__contains='"act":"replaced"')
    CustodyDetail.objects.filter(entry__in=lines).delete()
    RowRevision.objects.all().delete()
    lines.delete()
    verify_revisions()
    with pytest.raises(CustodyBroken):
        custody.check_note(held)


def test_an_entry_added_to_the_ledger_brings_no_older_value_back(story: Any) -> None:
    row = put_back(story)
    RowRevision.objects.create(case=row.case, name=revisions.row_name(row), revision=1)
    with pytest.raises(Altered):
        story.reopened().field(row)
    with pytest.raises(CustodyBroken, match="custody log"):
        verify_revisions()


def test_a_deleted_row_does_not_come_back(story: Any) -> None:
    row = Claim.objects.get(pk=story.claim().id)
    kept = Claim.objects.filter(pk=row.pk).values().get()
    row.delete()
    rotate(story.member, story.player.keys, story.opened)  # what every deletion ends with, see evidence.deletion
    Claim.objects.bulk_create([Claim(**kept)])  # by whoever writes to the database, past our own check
    story.opened.case.refresh_from_db()
    with pytest.raises(NotOpened):
        story.reopened().field(Claim.objects.get(pk=kept["id"]))


def test_a_whole_case_put_back_does_not_let_a_removed_member_in(cast: Any, story: Any) -> None:
    """Case, wraps and rows of the day before, all sound among themselves: only the ledger has gone on."""
    story.claim()
    case, colleague = story.opened.case, cast.colleague
    let_in(story.player, case, colleague.member)
    rows = {model: list(model.objects.filter(case=case).values()) for model in (Claim, CaseKeyWrap)}
    revoke(story.member, story.player.keys, story.reopened(), colleague.member)
    Claim.objects.filter(case=case).update(key_version=1)
    for kept in rows[Claim]:
        Claim.objects.filter(pk=kept["id"]).update(sealed=kept["sealed"])
    CaseKeyWrap.objects.filter(case=case).delete()
    CaseKeyWrap.objects.bulk_create(CaseKeyWrap(**kept) for kept in rows[CaseKeyWrap])
    Case.objects.filter(pk=case.pk).update(key_version=1)
    put = Case.objects.get(pk=case.pk)
    for player in (colleague, story.player):
        with pytest.raises(Altered, match="older than its ledger"):
            open_case(player.member, player.keys, put, "review")
    triggers_off("cases_rowrevision", "evidence_custodyentry")
    RowRevision.objects.all().delete()
    assert open_case(colleague.member, colleague.keys, put, "review"), "the control: what stopped it is the ledger"


# --- between users --------------------------------------------------------------------------------------------------


def test_nothing_sealed_to_one_person_opens_for_another(cast: Any, story: Any, data_folder: Path) -> None:
    from panah.web.accounts.actions import set_up_recovery
    from panah.web.accounts.models import RecoveryShare
    from panah.web.cases import references
    from panah.web.cases.models import ReferenceShare

    worker, colleague, stranger = cast.case_worker, cast.colleague, cast.stranger
    let_in(story.player, story.opened.case, colleague.member)
    reference = references.keep(story.member, story.opened, "other", "somebody")
    set_up_recovery(worker.member, worker.keys, [colleague.member])
    share = RecoveryShare.objects.get()
    assert unseal.open_share(bytes(share.sealed_share), colleague.keys, member_id=worker.member.pk)
    for member_id, keys in ((worker.member.pk, stranger.keys), (stranger.member.pk, colleague.keys)):
        with pytest.raises(NotOpened):
            unseal.open_share(bytes(share.sealed_share), keys, member_id=member_id)
    for held in ReferenceShare.objects.all():
        with pytest.raises(NotOpened):
            unseal.open_share(bytes(held.sealed_share), stranger.keys, member_id=reference.pk)
    with pytest.raises(NotOpened):
        MemberKeys.unwrap(bytes(worker.member.wrapped_keys), bytes(32), stranger.member.pk)
    for wrap in CaseKeyWrap.objects.filter(member=worker.member):
        for place in ({"case_id": "0" * 32, "version": wrap.version}, {"case_id": wrap.case_id, "version": 9}):
            with pytest.raises(NotOpened):
                unseal.open_case_key(bytes(wrap.sealed_key), worker.keys, **place)


def test_names_of_members_are_not_exchanged(cast: Any) -> None:
    """A mole who writes to the database takes a trusted colleague's name, so that cases are granted to him."""
    mole, trusted = cast.stranger.member, cast.colleague.member
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT name FROM accounts_member WHERE id = %s", [trusted.pk])
        (name,) = cursor.fetchone()
        cursor.execute("UPDATE accounts_member SET name = %s WHERE id = %s", [name, mole.pk])
    with pytest.raises(PanahError):
        str(Member.objects.get(pk=mole.pk))
