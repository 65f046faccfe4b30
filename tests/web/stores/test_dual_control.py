"""Two people for what nobody does alone: the attacks of one session, one key, one person with two accounts, a replay."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from cast import PASSWORD, signed_in
from stores_factories import TEXT
from two_people import approve, bundle_by_two, let_in, second_member

from panah.errors import NoGrant, NotVerified, Refused
from panah.vault import custody as lines
from panah.web.accounts import actions as accounts
from panah.web.cases import dual_control
from panah.web.cases.actions import grant, set_sealed
from panah.web.cases.models import CaseKeyWrap, CaseLog, DualRequest
from panah.web.evidence import custody
from panah.web.evidence.models import EvidenceItem
from panah.web.outflow.actions import ask_for_bundle, ask_for_original, export_original, make_bundle
from panah.web.outflow.models import Outflow

RECIPIENT = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"


def ask_original(story: Any) -> DualRequest:
    return ask_for_original(story.member, story.player.keys, story.item)


def export(story: Any) -> bytes:
    return export_original(story.member, story.reopened("outflow"), story.item)


def test_one_session_exports_nothing(story: Any, tmp_path: Path) -> None:
    row = story.answered_incident()
    with pytest.raises(Refused, match="second member"):
        make_bundle(
            story.member,
            story.player.keys,
            [row],
            recipients=[RECIPIENT],
            purpose="share_police",
            target=tmp_path / "b.zip",
        )
    with pytest.raises(Refused, match="second member"):
        export(story)
    ask_original(story)
    with pytest.raises(Refused, match="second member"):
        export(story)
    assert not (tmp_path / "b.zip").exists()
    assert not Outflow.objects.exists()


def test_two_people_export_once(story: Any) -> None:
    """The control of all attacks here: with a second member it works, and a replay does not."""
    approve(story.player, ask_original(story))
    assert export(story) == TEXT.encode()
    with pytest.raises(Refused, match="second member"):
        export(story)


def test_nobody_answers_themselves(story: Any) -> None:
    asked = ask_original(story)
    with pytest.raises(Refused, match="own"):
        dual_control.answer(story.member, story.player.keys, asked, approve=True)
    assert dual_control.waiting_for(story.member) == []


def test_a_second_account_of_the_person_is_no_second_person(cast: Any, story: Any) -> None:
    """The administrator said that both accounts are one person's."""
    made = accounts.add_member(
        cast.administrator.member,
        name="Case Worker's other account",
        email="other@example.org",
        password=PASSWORD,
        second_account_of=story.member,
    )
    other = signed_in(made)
    let_in(story.player, story.opened.case, other.member)
    asked = ask_original(story)
    with pytest.raises(Refused, match="own"):
        dual_control.answer(other.member, other.keys, asked, approve=True)


def test_an_account_that_the_asker_made_approves_nothing(cast: Any, story: Any) -> None:
    """An administrator who also works on cases makes a puppet."""
    accounts.set_roles(cast.administrator.member, story.member, [*story.member.roles, "administrator"])
    puppet = signed_in(accounts.add_member(story.member, name="P", email="p@example.org", password=PASSWORD))
    let_in(story.player, story.opened.case, puppet.member)
    asked = ask_original(story)
    with pytest.raises(Refused, match="made"):
        dual_control.answer(puppet.member, puppet.keys, asked, approve=True)


def test_who_does_not_hold_the_case_answers_nothing(cast: Any, story: Any) -> None:
    asked = ask_original(story)
    for player in (cast.stranger, cast.administrator):
        with pytest.raises(Refused):
            dual_control.answer(player.member, player.keys, asked, approve=True)
        assert dual_control.waiting_for(player.member) == []


def test_an_approval_written_into_the_database_is_none(cast: Any, story: Any) -> None:
    """The administrator sets the flag, with a signature made by himself or taken from another answer."""
    approved = approve(story.player, ask_original(story))
    approved.refresh_from_db()
    second, _keys = second_member()
    for signature in (b"", bytes(64), bytes(approved.answer_signature)):
        asked = ask_original(story)
        DualRequest.objects.filter(pk=asked.pk).update(answered_by=second, approved=True, answer_signature=signature)
        DualRequest.objects.filter(pk=approved.pk).update(used_hour=asked.hour)
        with pytest.raises(NotVerified):
            export(story)
        asked.delete()


def test_an_approval_for_something_else_is_none(story: Any, tmp_path: Path) -> None:
    """Approved for one receiver and purpose, made for another."""
    row, other = story.answered_incident(), story.answered_incident(date="2024-05")
    asked = ask_for_bundle(story.member, story.player.keys, [row], recipients=[RECIPIENT], purpose="share_police")
    approve(story.player, asked)
    for rows, purpose in (([other], "share_police"), ([row, other], "share_police"), ([row], "share_lawyer")):
        with pytest.raises(Refused, match="second member"):
            make_bundle(
                story.member,
                story.player.keys,
                rows,
                recipients=[RECIPIENT],
                purpose=purpose,
                target=tmp_path / "b.zip",
            )
    DualRequest.objects.filter(pk=asked.pk).update(what="0" * 64)
    with pytest.raises(NotVerified):
        dual_control.check(DualRequest.objects.get(pk=asked.pk))


def test_it_runs_out(story: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    approve(story.player, ask_original(story))
    late = ask_original(story)
    real = dual_control._now()
    monkeypatch.setattr(dual_control, "_now", lambda: real + timedelta(hours=25))
    with pytest.raises(Refused, match="second member"):
        export(story)
    member, keys = second_member()
    with pytest.raises(Refused, match="run out"):
        dual_control.answer(member, keys, late, approve=True)


def test_a_declined_request_stays_declined(story: Any) -> None:
    asked = ask_original(story)
    member, keys = second_member()
    let_in(story.player, story.opened.case, member)
    dual_control.answer(member, keys, asked, approve=False)
    with pytest.raises(Refused, match="answered"):
        dual_control.answer(member, keys, asked, approve=True)
    with pytest.raises(Refused, match="second member"):
        export(story)


def test_both_stand_in_the_custody_log_and_in_the_case_log(story: Any) -> None:
    asked = approve(story.player, ask_original(story))
    export(story)
    held = custody.all_lines()
    lines.verify(held)
    of_request = [entry for entry in map(lines.read_line, held) if entry.item == custody.row_name(asked)]
    second, _keys = second_member()
    assert [(entry.act, entry.actor) for entry in of_request] == [
        ("requested", story.member.pk),
        ("approved", second.pk),
    ]
    acts = list(CaseLog.objects.filter(case=story.opened.case).values_list("act", "member_id"))
    assert ("asked", story.member.pk) in acts
    assert ("approved", second.pk) in acts
    from panah.web.evidence.models import CustodyDetail
    from panah.web.evidence.records import StoredDetail

    details = [
        json.loads(story.opened.record(StoredDetail, row).text)
        for row in CustodyDetail.objects.filter(entry__line__contains='"act":"exported"')
    ]
    assert [detail["approved_by"] for detail in details] == [second.pk]


def test_a_sealed_case_is_entered_by_two(cast: Any, story: Any) -> None:
    member, keys = second_member()
    let_in(story.player, story.opened.case, member)
    set_sealed(story.member, story.opened.case, sealed=True)
    stranger = cast.stranger.member
    with pytest.raises(Refused, match="second member"):
        grant(story.member, story.player.keys, story.opened, stranger)
    asked = dual_control.ask(story.member, story.player.keys, "grant", cases=[story.opened.case], subject=stranger)
    with pytest.raises(Refused):  # whom it concerns does not decide on it
        dual_control.answer(stranger, cast.stranger.keys, asked, approve=True)
    dual_control.answer(member, keys, asked, approve=True)
    with pytest.raises(Refused, match="second member"):  # approved for one person, not for another
        grant(story.member, story.player.keys, story.opened, cast.reporter.member or member)
    grant(story.member, story.player.keys, story.opened, stranger)
    assert CaseKeyWrap.objects.filter(case=story.opened.case, member=stranger).exists()


def test_a_seal_is_not_taken_off_by_one(story: Any) -> None:
    member, keys = second_member()
    let_in(story.player, story.opened.case, member)
    set_sealed(story.member, story.opened.case, sealed=True)
    with pytest.raises(Refused, match="second member"):
        set_sealed(story.member, story.opened.case, sealed=False)
    asked = dual_control.ask(
        story.member, story.player.keys, "grant", cases=[story.opened.case], details={"unseal": True}
    )
    dual_control.answer(member, keys, asked, approve=True)
    set_sealed(story.member, story.opened.case, sealed=False)
    story.opened.case.refresh_from_db()
    assert not story.opened.case.is_sealed


def test_only_a_holder_asks(cast: Any, story: Any) -> None:
    with pytest.raises(NoGrant):
        ask_for_original(cast.stranger.member, cast.stranger.keys, EvidenceItem.objects.get(pk=story.item.pk))


def test_a_bundle_by_two_is_made(story: Any, tmp_path: Path) -> None:
    made = bundle_by_two(
        story.player,
        [story.answered_incident()],
        recipients=[RECIPIENT],
        purpose="share_police",
        target=tmp_path / "b.zip",
    )
    assert made.kind == "bundle"
    assert DualRequest.objects.get(act="export").used_hour is not None
