"""The second member of the tests: lets the colleague into the cases and has them say yes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from cast import Player, unlock

from panah.vault.keys import MemberKeys
from panah.web.accounts.models import Member
from panah.web.cases import dual_control
from panah.web.cases.actions import grant
from panah.web.cases.models import CaseKeyWrap, DualRequest
from panah.web.cases.opening import open_case
from panah.web.outflow.actions import ask_for_bundle, make_bundle


def second_member() -> tuple[Member, MemberKeys]:
    """The colleague of the cast, with unlocked keys."""
    member = Member.objects.by_email("colleague@example.org")
    assert member is not None
    return member, unlock(member)


def let_in(player: Player, case: Any, member: Member) -> None:
    """Grant a case of the player's, unless it is granted already."""
    if not CaseKeyWrap.objects.filter(case=case, member=member, version=case.key_version).exists():
        grant(player.member, player.keys, open_case(player.member, player.keys, case, "sharing"), member)


def approve(player: Player, row: DualRequest) -> DualRequest:
    """The colleague agrees to what the player asked for."""
    member, keys = second_member()
    for case in row.cases.all():
        let_in(player, case, member)
    dual_control.answer(member, keys, row, approve=True)
    return row


def bundle_by_two(player: Player, rows: Sequence[Any], *, recipients: Sequence[str], purpose: str, target: Any) -> Any:
    """Ask, have it approved, make it."""
    asked = ask_for_bundle(player.member, player.keys, rows, recipients=recipients, purpose=purpose)
    approve(player, asked)
    return make_bundle(player.member, player.keys, rows, recipients=recipients, purpose=purpose, target=target)
