"""A reporter takes a consent back with the code, and nothing more leaves: not after the report was taken up, not from an
approval given before, not in a count. The case worker sees what had left.

The attack: everything is ready to go and was approved while the consent still stood; then it is taken back at the
public door, where no key of the working case is.
"""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pyrage
import pytest
from intake_reports import TOLD, opened_for, reported, thread_opened_for, whole
from stores_factories import Story
from two_people import approve

from panah.errors import NoConsent
from panah.model.base import new_id
from panah.model.claim import Source
from panah.model.person import Purpose
from panah.web.cases.actions import create_case
from panah.web.cases.opening import open_case
from panah.web.evidence.actions import seal_file
from panah.web.evidence.models import EvidenceItem
from panah.web.intake import inbox, mailbox
from panah.web.intake.actions import receive_report
from panah.web.intake.records import Told
from panah.web.outflow import actions
from panah.web.outflow.asking import ask, ask_to_count
from panah.web.outflow.consents import consent_table
from panah.web.outflow.models import Outflow
from panah.web.register import actions as register

AGREED = Told.from_dict(TOLD.model_dump() | {"consents": ("keep", "count", "share_police")})


class Kept:
    """A report with a file, taken up into a working case; an incident was coded from that file and confirmed."""

    def __init__(self, player: Any, told: Told = AGREED) -> None:
        self.player = player
        self.row, self.receipt = reported(told, file=b"a letter to the embassy")
        made = create_case(player.member, player.keys, "case")
        target = open_case(player.member, player.keys, made.case, "intake")
        inbox.keep_in_case(player.member, player.keys, opened_for(player, self.row), self.row, target)
        self.row.refresh_from_db()
        self.opened = open_case(player.member, player.keys, made.case, "coding")
        source = Source(id=new_id(), name="the reporter", kind="person")
        register.add_source(player.member, self.opened, source)
        self.item = EvidenceItem.objects.get(case=self.opened.case)
        self.story = Story(player, self.opened, self.item, source)
        self.incident = self.story.answered_incident()

    def agree(self, *purposes: str) -> None:
        """At the public door, with the code."""
        token, _found = mailbox.come_back(whole(self.receipt))
        box = mailbox.visit(token)
        assert box is not None
        box.agree(tuple(Purpose(each) for each in purposes))

    def ask(self, purpose: str = "share_police") -> Any:
        return ask(self.player.member, self.player.keys, [self.incident], purpose)

    def table(self, *purposes: str) -> Any:
        return consent_table(self.player.member, self.player.keys, [self.incident], purposes)


@pytest.fixture
def kept(cast: Any, data_folder: Path) -> Kept:
    return Kept(cast.case_worker)


def test_what_was_allowed_may_leave_and_nothing_else(kept: Kept) -> None:
    """The control: without it the refusals below would prove nothing."""
    assert kept.ask().incidents
    for purpose in ("share_press", "publish", "share_un"):
        with pytest.raises(NoConsent):
            kept.ask(purpose)
    table = kept.table("share_police", "share_press")
    assert table.may_leave == (True, False)
    assert [row.standing for row in table.rows] == ["reporter"]


def test_taken_back_at_the_public_door_it_holds_at_once(kept: Kept) -> None:
    kept.agree("keep", "count")
    with pytest.raises(NoConsent):
        kept.ask()
    assert kept.table("share_police").may_leave == (False,)
    kept.agree("keep", "share_police")
    assert kept.ask().incidents, "given again the same day it holds again: the newest answer counts"
    with pytest.raises(NoConsent, match="may be counted"):
        ask_to_count(kept.player.member, kept.player.keys, [kept.incident])


def test_an_approval_given_before_lets_nothing_out_afterwards(kept: Kept, tmp_path: Path) -> None:
    identity = pyrage.x25519.Identity.generate()
    given = {"recipients": [str(identity.to_public())], "purpose": "share_police"}
    member, keys = kept.player.member, kept.player.keys
    asked = actions.ask_for_bundle(member, keys, [kept.incident], **given)
    approve(kept.player, asked)
    original = actions.ask_for_original(member, keys, kept.item)
    approve(kept.player, original)
    kept.agree("keep")
    target = tmp_path / "bundle.zip"
    with pytest.raises(NoConsent):
        actions.make_bundle(member, keys, [kept.incident], target=target, **given)
    with pytest.raises(NoConsent):
        actions.export_original(member, open_case(member, keys, kept.opened.case, "outflow"), kept.item)
    assert not target.exists()
    assert not Outflow.objects.exists()
    kept.agree("keep", "share_police")
    actions.make_bundle(member, keys, [kept.incident], target=target, **given)
    assert actions.export_original(member, open_case(member, keys, kept.opened.case, "outflow"), kept.item)


def test_the_case_worker_sees_what_was_taken_back_and_what_had_left(kept: Kept, tmp_path: Path, cast: Any) -> None:
    identity = pyrage.x25519.Identity.generate()
    given = {"recipients": [str(identity.to_public())], "purpose": "share_police"}
    member, keys = kept.player.member, kept.player.keys
    approve(kept.player, actions.ask_for_bundle(member, keys, [kept.incident], **given))
    actions.make_bundle(member, keys, [kept.incident], target=tmp_path / "bundle.zip", **given)
    before = kept.player.client.get(f"/inbox/{kept.row.pk}/").content.decode()
    assert "evidence bundle · the police" in before
    assert "not allowed now" not in before
    kept.agree("keep", "count")
    page = kept.player.client.get(f"/inbox/{kept.row.pk}/").content.decode()
    assert "Taken back on" in page
    assert "Give it to the police of the country where I live" in page
    assert "not allowed now" in page
    assert "waits for us" in kept.player.client.get("/inbox/?show=waiting").content.decode()


def test_what_came_later_by_the_thread_or_a_phone_is_the_reporters_too(kept: Kept) -> None:
    """An original that no report brought, and a phone's, may be theirs: without their yes nothing of it leaves."""
    kept.agree("keep")
    member, opened = kept.player.member, kept.opened
    for entrance in ("", "phone_export"):
        item = seal_file(member, opened, io.BytesIO(b"calls"), "calls.xml", "D")
        if entrance:
            receive_report(member, kept.player.keys, entrance=entrance, writer=opened, evidence_ids=(item.pk,))
        incident = Story(kept.player, opened, item, kept.story.source).answered_incident()
        with pytest.raises(NoConsent):
            ask(member, kept.player.keys, [incident], "share_police")
    article = seal_file(member, opened, io.BytesIO(b"article"), "article.txt", "D")
    receive_report(member, kept.player.keys, entrance="document", writer=opened, evidence_ids=(article.pk,))
    printed = Story(kept.player, opened, article, kept.story.source).answered_incident()
    assert ask(member, kept.player.keys, [printed], "share_police").incidents, "what is printed needs nobody's code"


def test_who_wrote_without_a_code_was_never_asked(cast: Any, data_folder: Path) -> None:
    player = cast.case_worker
    made = create_case(player.member, player.keys, "case")
    opened = open_case(player.member, player.keys, made.case, "intake")
    item = seal_file(player.member, opened, io.BytesIO(b"mail"), "message.eml", "E")
    receive_report(player.member, player.keys, entrance="email", writer=opened, evidence_ids=(item.pk,))
    source = Source(id=new_id(), name="the writer", kind="person")
    register.add_source(player.member, opened, source)
    incident = Story(player, opened, item, source).answered_incident()
    with pytest.raises(NoConsent):
        ask(player.member, player.keys, [incident], "count")


def test_a_thread_that_is_not_open_here_lets_nothing_out(kept: Kept) -> None:
    """A case opened for another reason has no thread in hand: it cannot be passed off as one without a reporter."""
    from panah.web.outflow.reporters import check_original, reporters_in

    plain = open_case(kept.player.member, kept.player.keys, kept.opened.case, "review")
    for attempt in (lambda: reporters_in(plain), lambda: check_original(plain, kept.item)):
        with pytest.raises(NoConsent):
            attempt()
    assert thread_opened_for(kept.player, kept.row).case != kept.opened.case
