"""A lost password: two of three shares and two people; one share, one person, or the administrator alone get nothing."""

from __future__ import annotations

from typing import Any

import pytest
from cast import PASSWORD, signed_in, unlock
from django.test import Client
from two_people import let_in

from panah.errors import NotOpened, Refused
from panah.vault import unseal
from panah.web.accounts import actions as accounts
from panah.web.accounts.models import RecoveryShare
from panah.web.cases import dual_control, recovery
from panah.web.cases.models import CaseKeyWrap, DualRequest
from panah.web.cases.opening import open_case
from panah.web.cases.queries import cases_of

NEW = "another four invented words"
EMAIL = "case.worker@example.org"


@pytest.fixture
def paper(cast: Any, story: Any) -> list[str]:
    """Two shares with people, one on paper."""
    holders = [cast.colleague.member, cast.stranger.member]
    return accounts.set_up_recovery(story.member, story.player.keys, holders)


def agreed(cast: Any) -> None:
    asked = recovery.ask(cast.colleague.member, cast.colleague.keys, cast.case_worker.member)
    dual_control.answer(cast.stranger.member, cast.stranger.keys, asked, approve=True)


def reveal(player: Any, cast: Any) -> str:
    return recovery.reveal(player.member, player.keys, cast.case_worker.member)


def test_two_people_give_the_keys_back_with_all_cases(cast: Any, story: Any, paper: list[str]) -> None:
    agreed(cast)
    words = [reveal(cast.colleague, cast), reveal(cast.stranger, cast)]
    recovery.recover(EMAIL, words, NEW)
    story.member.refresh_from_db()
    again = signed_in(story.member, NEW)
    assert open_case(again.member, again.keys, story.opened.case, "review").key == story.opened.key
    with pytest.raises(AssertionError, match="wrong password"):
        unlock(story.member, PASSWORD)
    assert story.player.client.get("/account/").status_code == 302, "earlier sessions ended"
    with pytest.raises(NotOpened):  # once
        recovery.recover(EMAIL, words, NEW)


def test_a_person_and_a_paper_do_as_well(cast: Any, paper: list[str]) -> None:
    assert len(paper) == 1
    agreed(cast)
    recovery.recover(EMAIL, [reveal(cast.colleague, cast), paper[0]], NEW)


def test_nobody_sees_a_share_before_two_agreed(cast: Any, paper: list[str]) -> None:
    with pytest.raises(Refused, match="second member"):
        reveal(cast.colleague, cast)
    asked = recovery.ask(cast.colleague.member, cast.colleague.keys, cast.case_worker.member)
    with pytest.raises(Refused, match="own"):
        dual_control.answer(cast.colleague.member, cast.colleague.keys, asked, approve=True)
    with pytest.raises(Refused, match="own"):  # whose keys they are does not decide either
        dual_control.answer(cast.case_worker.member, cast.case_worker.keys, asked, approve=True)
    with pytest.raises(Refused, match="second member"):
        reveal(cast.colleague, cast)


def test_shares_without_an_agreement_are_not_taken(cast: Any, paper: list[str]) -> None:
    """Somebody stole two sheets of paper."""
    two = accounts.set_up_recovery(cast.case_worker.member, cast.case_worker.keys, [cast.colleague.member])
    with pytest.raises(NotOpened):
        recovery.recover(EMAIL, two, NEW)
    agreed(cast)
    recovery.recover(EMAIL, two, NEW)


@pytest.mark.parametrize("attack", ["one share twice", "one share", "of another member", "an earlier splitting"])
def test_other_shares_open_nothing(cast: Any, paper: list[str], attack: str) -> None:
    agreed(cast)
    other = accounts.set_up_recovery(cast.colleague.member, cast.colleague.keys, [])
    if attack == "an earlier splitting":
        words = [reveal(cast.colleague, cast), paper[0]]
        accounts.set_up_recovery(cast.case_worker.member, cast.case_worker.keys, [])
    else:
        words = {"one share twice": [paper[0], paper[0]], "one share": paper, "of another member": other[:2]}[attack]
    with pytest.raises(NotOpened):
        recovery.recover(EMAIL, words, NEW)
    cast.case_worker.member.refresh_from_db()
    unlock(cast.case_worker.member, PASSWORD)


def test_the_administrator_holds_nothing(cast: Any, paper: list[str]) -> None:
    admin = cast.administrator
    for act in (recovery.ask, recovery.reveal):
        with pytest.raises(Refused):
            act(admin.member, admin.keys, cast.case_worker.member)
    for share in RecoveryShare.objects.all():
        with pytest.raises(NotOpened):
            unseal.open_share(bytes(share.sealed_share), admin.keys, member_id=share.member_id)


def test_a_reset_gives_new_keys_and_no_content(cast: Any, story: Any, paper: list[str]) -> None:
    admin, second = cast.administrator, cast.colleague
    let_in(story.player, story.opened.case, second.member)
    with pytest.raises(Refused, match="second member"):
        recovery.reset(admin.member, story.member, NEW)
    asked = dual_control.ask(admin.member, admin.keys, "recovery", subject=story.member, details=recovery.RESET)
    with pytest.raises(Refused):
        dual_control.answer(admin.member, admin.keys, asked, approve=True)
    dual_control.answer(second.member, second.keys, asked, approve=True)
    sealed = [bytes(wrap.sealed_key) for wrap in CaseKeyWrap.objects.filter(member=story.member)]
    recovery.reset(admin.member, story.member, NEW)
    story.member.refresh_from_db()
    again = signed_in(story.member, NEW)
    assert list(cases_of(again.member)) == []
    for each in sealed:  # not only the rows are gone: the bytes, in a copy from before, do not open
        with pytest.raises(NotOpened):
            unseal.open_case_key(each, again.keys, case_id=story.opened.case.pk, version=1)
    assert not RecoveryShare.objects.filter(member=story.member).exists()
    assert open_case(second.member, second.keys, story.opened.case, "review").key == story.opened.key


def test_the_pages_from_setting_up_to_coming_back(cast: Any, story: Any) -> None:
    worker, colleague, stranger = story.player.client, cast.colleague.client, cast.stranger.client
    given = {"holder": [cast.colleague.member.pk, cast.stranger.member.pk]}
    asked = worker.post("/account/recovery/", given)
    assert asked.headers["Location"].startswith("/account/confirm/"), "a browser left open gives no share away"
    assert not RecoveryShare.objects.exists()
    assert worker.post("/account/confirm/", {"password": PASSWORD}).status_code == 302
    shown = worker.post("/account/recovery/", given).content.decode()
    paper = shown.split('class="fingerprint" lang="en" dir="ltr">')[1].split("<")[0]
    assert len(paper.split()) == 33
    assert paper not in worker.get("/account/recovery/").content.decode()
    share = f"/together/shares/{story.member.pk}/"
    assert colleague.post(share, {"act": "show"}).status_code == 403
    assert colleague.post(share, {"act": "ask"}).status_code == 302
    row = DualRequest.objects.get()
    assert stranger.post(f"/together/{row.pk}/", {"answer": "approve"}).status_code == 302
    words = colleague.post(share, {"act": "show"}).content.decode()
    first = words.split('fingerprint" lang="en" dir="ltr">')[1].split("<")[0]
    form = {"email": EMAIL, "first": first, "second": paper, "password": NEW}
    visitor = Client()
    refused = visitor.post("/recover/", {**form, "second": first})
    unknown = visitor.post("/recover/", {**form, "email": "nobody@example.org"})
    assert refused.status_code == unknown.status_code == 400
    assert b"these shares open nothing" in refused.content
    assert b"these shares open nothing" in unknown.content
    assert visitor.post("/recover/", form).status_code == 200
    story.member.refresh_from_db()
    unlock(story.member, NEW)


def test_after_a_recovery_the_second_factor_is_asked_for_as_before(cast: Any, paper: list[str]) -> None:
    from allauth.mfa.totp.internal import auth as totp

    totp.TOTP.activate(cast.case_worker.member, totp.generate_totp_secret())
    agreed(cast)
    recovery.recover(EMAIL, [reveal(cast.colleague, cast), paper[0]], NEW)
    client = Client()
    answer = client.post("/sign-in/", {"login": EMAIL, "password": NEW})
    assert answer.headers["Location"] == "/account/second-factor/authenticate/"
    assert client.get("/account/").status_code == 302
