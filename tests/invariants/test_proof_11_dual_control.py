"""Proof 11: what two must agree on is done by no single session: not without an answer, not by an answer of one's own, of
one's other account, or of one's own key under another name, and not twice by one answer.

A table of every kind of act; a new one without an attack here fails. The control of each: with a second person it is done.
Attacks on the approval itself (forged, expired, moved to another act) are in ``tests/web/stores/test_dual_control.py``.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from cast import PASSWORD, Player, signed_in
from stores_factories import TEXT, tell
from two_people import let_in

from panah.errors import PanahError, Refused
from panah.web.accounts import actions as accounts
from panah.web.cases import dual_control, recovery, references
from panah.web.cases.actions import grant, set_sealed
from panah.web.cases.models import CaseLog, DualRequest
from panah.web.evidence import deletion
from panah.web.evidence.models import EvidenceItem
from panah.web.outflow.actions import ask_for_original, export_original

SUSPICION = "somebody invented, a canary"


@dataclass
class Act:
    """Asking for something, and doing it; ``asker`` is who tries it alone."""

    asker: Player
    ask: Callable[[], DualRequest]
    do: Callable[[], object]
    agree: Callable[[Player, DualRequest], None] = field(
        default=lambda player, row: dual_control.answer(player.member, player.keys, row, approve=True)
    )


def export(cast: Any, story: Any) -> Act:
    def do() -> None:
        assert export_original(story.member, story.reopened("outflow"), story.item) == TEXT.encode()

    return Act(story.player, lambda: ask_for_original(story.member, story.player.keys, story.item), do)


def enter(cast: Any, story: Any) -> Act:
    set_sealed(story.member, story.opened.case, sealed=True)
    subject = cast.stranger.member
    return Act(
        story.player,
        lambda: dual_control.ask(story.member, story.player.keys, "grant", cases=[story.opened.case], subject=subject),
        lambda: grant(story.member, story.player.keys, story.reopened("sharing"), subject),
    )


def reference(cast: Any, story: Any) -> Act:
    row = references.keep(story.member, story.opened, "other", SUSPICION)

    def do() -> None:
        assert references.open_together(story.member, story.player.keys, story.reopened(), row) == SUSPICION
        row.refresh_from_db()

    return Act(
        story.player,
        lambda: references.ask(story.member, story.player.keys, row),
        do,
        lambda player, asked: references.agree(player.member, player.keys, asked, row),
    )


def recover(cast: Any, story: Any) -> Act:
    lost = cast.stranger.member
    accounts.set_up_recovery(lost, cast.stranger.keys, [story.member, cast.colleague.member])
    return Act(
        story.player,
        lambda: recovery.ask(story.member, story.player.keys, lost),
        lambda: recovery.reveal(story.member, story.player.keys, lost),
    )


def delete(cast: Any, story: Any) -> Act:
    reason = next(iter(CaseLog.DELETION_REASONS))

    def going() -> Any:
        return deletion.going_with(story.reopened(), EvidenceItem.objects.get(pk=story.item.pk))

    def do() -> None:
        rows = [EvidenceItem.objects.get(pk=story.item.pk)]
        story.opened = deletion.delete(story.member, story.player.keys, story.reopened(), rows, reason)

    return Act(
        story.player,
        lambda: deletion.ask_to_delete(story.member, story.player.keys, story.reopened(), going(), reason),
        do,
    )


ACTS: dict[str, Callable[[Any, Any], Act]] = {
    "export": export,
    "grant": enter,
    "reference": reference,
    "recovery": recover,
    "delete": delete,
}
REPEATED_BY_READING = {"recovery"}
"""A share may be read again until the recovery is done, which spends the approval: see test_recovery."""


@pytest.fixture
def story(cast: Any, data_folder: Path) -> Any:
    told = tell(cast.case_worker)
    let_in(told.player, told.opened.case, cast.colleague.member)
    return told


def test_every_kind_of_act_is_attacked() -> None:
    assert set(ACTS) == set(DualRequest.Act.values)


@pytest.mark.parametrize("kind", ACTS)
def test_one_session_alone_does_none_of_them(cast: Any, story: Any, kind: str) -> None:
    act = ACTS[kind](cast, story)
    with pytest.raises(PanahError):
        act.do()
    row = act.ask()
    with pytest.raises(PanahError):
        act.do()
    with pytest.raises(Refused):
        act.agree(act.asker, row)
    other = signed_in(
        accounts.add_member(
            cast.administrator.member,
            name="Other account",
            email="other@example.org",
            password=PASSWORD,
            second_account_of=act.asker.member,
        )
    )
    if kind != "grant":
        let_in(story.player, story.opened.case, other.member)
    with pytest.raises(PanahError):
        act.agree(other, row)
    # the own key under a colleague's name: the database says that a colleague signed
    under_another_name = Player("forged", cast.colleague.member, act.asker.keys)
    with contextlib.suppress(PanahError):
        act.agree(under_another_name, row)
    with pytest.raises(PanahError):
        act.do()


@pytest.mark.parametrize("kind", ACTS)
def test_two_people_do_it_and_one_answer_serves_once(cast: Any, story: Any, kind: str) -> None:
    """The control, and the replay."""
    act = ACTS[kind](cast, story)
    row = act.ask()
    act.agree(cast.colleague, row)
    act.do()
    row.refresh_from_db()
    if kind in REPEATED_BY_READING:
        return
    assert row.used_hour is not None
    with pytest.raises(PanahError):
        act.agree(cast.colleague, row)
    with pytest.raises((PanahError, EvidenceItem.DoesNotExist)):  # refused, or there is nothing left to do it to
        act.do()
