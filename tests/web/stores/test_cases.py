"""Cases: keys, grants, the log before the plaintext, and what a revocation ends."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import DatabaseError, transaction
from stores_factories import ALLEGATION, tell

from panah.errors import NoGrant, NotOpened, Refused
from panah.model.claim import Claim as ClaimRecord
from panah.vault.seal import seal_field
from panah.web.cases import actions, log, opening, queries, rotation
from panah.web.cases.models import Case, CaseKeyWrap, CaseLog
from panah.web.cases.opening import open_case
from panah.web.register.models import Claim, Source


def test_a_new_case_is_its_makers_only(cast: Any, story: Any) -> None:
    assert list(queries.cases_of(cast.case_worker.member)) == [story.opened.case]
    for player in (cast.colleague, cast.stranger, cast.administrator):
        assert not queries.cases_of(player.member).exists()
        assert queries.case_of(player.member, story.opened.case.pk) is None
        with pytest.raises(NoGrant):
            open_case(player.member, player.keys, story.opened.case, "review")


def test_opening_is_in_the_log_with_its_reason(cast: Any, story: Any) -> None:
    story.reopened("coding")
    newest = queries.log_of(cast.case_worker.member, story.opened.case).last()
    assert (newest.act, newest.reason, newest.member) == ("opened", "coding", cast.case_worker.member)


def test_a_refused_opening_writes_no_entry_and_gives_nothing(cast: Any, story: Any) -> None:
    before = CaseLog.objects.count()
    with pytest.raises(NoGrant):
        open_case(cast.stranger.member, cast.stranger.keys, story.opened.case, "review")
    assert CaseLog.objects.count() == before


def test_no_log_no_plaintext(cast: Any, story: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    opened_keys = []
    monkeypatch.setattr(opening, "_key", lambda *args: opened_keys.append(args))

    def full(*_args: Any, **_more: Any) -> None:
        raise DatabaseError("disk full")

    monkeypatch.setattr(CaseLog.objects, "create", full)
    with pytest.raises(DatabaseError):
        open_case(cast.case_worker.member, cast.case_worker.keys, story.opened.case, "review")
    assert opened_keys == []


def test_a_witness_that_fails_stops_the_opening(cast: Any, story: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_entry: CaseLog) -> None:
        raise DatabaseError("custody log cannot be written")

    monkeypatch.setattr(log, "_witnesses", [broken])
    before = CaseLog.objects.count()
    with pytest.raises(DatabaseError):
        open_case(cast.case_worker.member, cast.case_worker.keys, story.opened.case, "review")
    assert CaseLog.objects.count() == before


def test_an_unknown_reason_opens_nothing(cast: Any, story: Any) -> None:
    with pytest.raises(ValueError, match="curiosity"):
        open_case(cast.case_worker.member, cast.case_worker.keys, story.opened.case, "curiosity")


def test_opening_inside_a_transaction_is_refused(cast: Any, story: Any) -> None:
    # the test case itself is a transaction, which Django's durable check forgives; a nested one it does not
    with pytest.raises(RuntimeError, match="durable"), transaction.atomic():
        open_case(cast.case_worker.member, cast.case_worker.keys, story.opened.case, "review")


def test_a_grant_lets_one_member_in_and_is_signed(cast: Any, story: Any) -> None:
    worker, colleague = cast.case_worker, cast.colleague
    claim = story.claim()
    actions.grant(worker.member, worker.keys, story.opened, colleague.member)
    theirs = open_case(colleague.member, colleague.keys, story.opened.case, "review")
    assert theirs.record(ClaimRecord, Claim.objects.get(pk=claim.id)).text == ALLEGATION
    holders = queries.holders_of(colleague.member, story.opened.case)
    assert [holder.member for holder in holders] == [worker.member, colleague.member]
    assert all(holder.verified for holder in holders)
    assert holders[1].fingerprint == colleague.keys.public.fingerprint


def test_a_grant_that_the_server_slipped_in_does_not_verify(cast: Any, story: Any) -> None:
    """A server that knows a case key could seal it to anybody; the missing signature shows it."""
    stranger = cast.stranger
    CaseKeyWrap.objects.create(
        case=story.opened.case,
        member=stranger.member,
        version=1,
        sealed_key=story.opened.key.seal_to(bytes(stranger.member.box_public)),
        granted_by=cast.case_worker.member,
        signature=bytes(64),
    )
    by_member = {holder.member: holder for holder in queries.holders_of(cast.case_worker.member, story.opened.case)}
    assert by_member[cast.case_worker.member].verified
    assert not by_member[stranger.member].verified


def test_who_is_not_in_the_case_grants_nothing(cast: Any, story: Any) -> None:
    stranger = cast.stranger
    with pytest.raises(NoGrant):
        actions.grant(stranger.member, stranger.keys, story.opened, stranger.member)


def test_an_administrator_can_be_given_no_case(cast: Any, story: Any) -> None:
    worker = cast.case_worker
    with pytest.raises(NoGrant):
        actions.grant(worker.member, worker.keys, story.opened, cast.administrator.member)
    with pytest.raises(NoGrant):
        actions.create_case(cast.administrator.member, cast.administrator.keys, Case.Kind.CASE)
    assert not CaseKeyWrap.objects.filter(member=cast.administrator.member).exists()


def test_a_closed_account_opens_nothing(cast: Any, story: Any) -> None:
    cast.case_worker.member.is_active = False
    with pytest.raises(NoGrant):
        open_case(cast.case_worker.member, cast.case_worker.keys, story.opened.case, "review")


def test_revocation_changes_the_key_and_seals_everything_again(cast: Any, story: Any) -> None:
    worker, colleague = cast.case_worker, cast.colleague
    claim = story.claim()
    actions.grant(worker.member, worker.keys, story.opened, colleague.member)
    case = story.opened.case
    theirs = open_case(colleague.member, colleague.keys, case, "review")
    renewed = rotation.revoke(worker.member, worker.keys, story.opened, colleague.member)
    case.refresh_from_db()
    row = Claim.objects.get(pk=claim.id)
    assert (case.key_version, row.key_version) == (2, 2)
    assert renewed.record(ClaimRecord, row).text == ALLEGATION
    with pytest.raises(NoGrant):
        open_case(colleague.member, colleague.keys, case, "review")
    with pytest.raises(NotOpened):
        theirs.record(ClaimRecord, row)
    assert not CaseKeyWrap.objects.filter(case=case, member=colleague.member).exists()
    assert open_case(worker.member, worker.keys, case, "review").record(ClaimRecord, row).text == ALLEGATION


def test_rotation_leaves_no_row_under_the_old_key(cast: Any, story: Any) -> None:
    story.answered_incident()
    renewed = rotation.rotate(cast.case_worker.member, cast.case_worker.keys, story.opened)
    n_rows = 0
    for model in rotation.sealed_models():
        for row in model.objects.filter(case=renewed.case):
            n_rows += 1
            assert row.key_version == 2
            renewed.field(row)
            with pytest.raises(NotOpened):
                story.opened.field(row)
    assert n_rows >= 8


def test_a_row_that_does_not_open_stops_the_rotation_whole(cast: Any, story: Any) -> None:
    claim = story.claim()
    row = Claim.objects.get(pk=claim.id)
    Claim.objects.filter(pk=row.pk).update(sealed=row.sealed[:-1] + bytes([row.sealed[-1] ^ 1]))
    with pytest.raises(NotOpened):
        rotation.rotate(cast.case_worker.member, cast.case_worker.keys, story.opened)
    assert Case.objects.get(pk=story.opened.case.pk).key_version == 1
    assert open_case(cast.case_worker.member, cast.case_worker.keys, story.opened.case, "review").key.version == 1


def test_the_last_member_cannot_be_taken_out(cast: Any, story: Any) -> None:
    worker = cast.case_worker
    with pytest.raises(Refused):
        rotation.revoke(worker.member, worker.keys, story.opened, worker.member)


def test_ciphertext_moved_to_another_row_does_not_open(cast: Any, story: Any) -> None:
    first, second = story.claim(), story.claim()
    rows = {row.pk: row for row in Claim.objects.all()}
    Claim.objects.filter(pk=second.id).update(sealed=rows[first.id].sealed)
    with pytest.raises(NotOpened):
        story.opened.record(ClaimRecord, Claim.objects.get(pk=second.id))


def test_ciphertext_moved_to_another_table_does_not_open(cast: Any, story: Any) -> None:
    claim = Claim.objects.get(pk=story.claim().id)
    impostor = Source(id=claim.pk, case=claim.case, key_version=1, sealed=claim.sealed)
    with pytest.raises(NotOpened):
        story.opened.field(impostor)


def test_a_key_in_hand_opens_no_neighbour(cast: Any, story: Any) -> None:
    other = tell(cast.case_worker)
    row = Claim.objects.get(pk=other.claim().id)
    with pytest.raises(NoGrant):
        story.opened.field(row)


def test_a_replayed_older_value_of_another_version_does_not_open(cast: Any, story: Any) -> None:
    claim = story.claim()
    old = Claim.objects.get(pk=claim.id).sealed
    renewed = rotation.rotate(cast.case_worker.member, cast.case_worker.keys, story.opened)
    Claim.objects.filter(pk=claim.id).update(sealed=old)
    with pytest.raises(NotOpened):
        renewed.field(Claim.objects.get(pk=claim.id))


def test_closing_and_opening_a_case_again_is_logged(cast: Any, story: Any) -> None:
    actions.set_status(cast.case_worker.member, story.opened.case, "closed")
    assert Case.objects.get(pk=story.opened.case.pk).status == "closed"
    with pytest.raises(NoGrant):
        actions.set_status(cast.stranger.member, story.opened.case, "open")
    actions.set_status(cast.case_worker.member, story.opened.case, "open")
    acts = list(queries.log_of(cast.case_worker.member, story.opened.case).values_list("act", flat=True))
    assert acts[-2:] == ["closed", "reopened"]


def test_the_log_of_a_case_is_its_members_only(cast: Any, story: Any) -> None:
    for player in (cast.stranger, cast.administrator):
        with pytest.raises(NoGrant):
            queries.log_of(player.member, story.opened.case)
        with pytest.raises(NoGrant):
            queries.holders_of(player.member, story.opened.case)


def test_the_sealed_field_refuses_clear_bytes(cast: Any, story: Any) -> None:
    from django.core.exceptions import ValidationError

    row = Claim.objects.get(pk=story.claim().id)
    for clear in (b"the withheld number was +44 7700 900123, and she knew the voice at once", "text", b""):
        row.sealed = clear
        with pytest.raises(ValidationError), transaction.atomic():
            row.save()
    row.sealed = seal_field(story.opened.key, table="register_claim", row=row.pk, column="sealed", plaintext=b"x")
    row.save()


def test_no_key_stands_in_a_repr(cast: Any, story: Any) -> None:
    assert story.opened.key.key.hex() not in repr(story.opened)
    assert repr(story.opened.key.key) not in repr(story.opened)
