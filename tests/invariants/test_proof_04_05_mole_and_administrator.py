"""Proofs 4 and 5: one account's whole session against every address of somebody else's case; the administrator's alike.

Equal bodies and headers for a foreign thing and a missing one are tried for every page in ``tests/web/test_rules.py``.
Here: the time it takes, and the bytes themselves, with every key that the account has or can come by.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import thief
from cast import EVERY_ROLE_BUT_ADMINISTRATOR, PASSWORD, Player, signed_in, unlock
from lived_pages import addresses, things
from stores_at_rest import Canaries, live
from stores_factories import tell
from timing import TELLS_NOTHING, advantage
from two_people import let_in

from panah.errors import NoGrant, NotOpened, PanahError, Refused
from panah.model.base import new_id
from panah.vault import unseal
from panah.web.accounts import actions as accounts
from panah.web.accounts.models import Member, Role
from panah.web.cases import dual_control, recovery
from panah.web.cases.actions import grant
from panah.web.cases.models import CaseKeyWrap
from panah.web.cases.opening import open_case
from panah.web.config import rules

INSTALLATIONS_OWN = {"organisation", "member", "second member", "saved view"}


@dataclass
class Day:
    """Somebody else's working day, and two who came to the organisation afterwards and were granted nothing."""

    canary: Canaries
    mole: Player
    administrator: Player

    def words(self) -> set[str]:
        return {word for place, word in self.canary.planted.items() if place not in INSTALLATIONS_OWN}


@pytest.fixture
def day(db: Any, data_folder: Path) -> Day:
    canary = Canaries()
    live(data_folder, canary)
    first = Member.objects.by_email("a@example.org")
    assert first is not None

    def joins(name: str, roles: list[str]) -> Player:
        made = accounts.add_member(first, name=name, email=f"{name}@example.org", password=PASSWORD, roles=roles)
        return signed_in(made)

    return Day(canary, joins("mole", EVERY_ROLE_BUT_ADMINISTRATOR), joins("administrator", [Role.ADMINISTRATOR]))


@pytest.mark.slow
def test_4_no_page_shows_a_word_to_the_mole_or_the_administrator(day: Day) -> None:
    words, n_refused, pages = day.words(), 0, addresses()
    for player in (day.mole, day.administrator):
        player.client.raise_request_exception = False
        for name, address in pages:
            opens = rules.DESK[name].opens
            for method in ("get", "post"):
                answer = getattr(player.client, method)(address)
                body = b"".join(answer.streaming_content) if answer.streaming else answer.content
                shown = {word for word in words if word.encode() in body}
                assert not shown, f"{name} shows {player} a word"
                if opens:
                    assert answer.status_code in {403, 404, 405}, (name, str(player), answer.status_code)
                    n_refused += 1
    assert n_refused > 200


@pytest.mark.slow
def test_4_a_foreign_thing_and_a_missing_one_take_the_same_time(day: Day) -> None:
    client = day.mole.client
    client.raise_request_exception = False
    ids = things()
    for name in (
        "desk:incident",
        "desk:evidence",
        "desk:original",
        "desk:told",
        "desk:document",
        "desk:timeline",
        "desk:case_access",
        "desk:documentation_list",
    ):
        kind = rules.DESK[name].opens
        (address,) = [address for found, address in addresses() if found == name][:1]
        missing = address.replace(ids[kind][0], new_id())
        assert missing != address
        assert client.get(address).status_code == client.get(missing).status_code == 404
        found = advantage(lambda at=address: client.get(at), lambda at=missing: client.get(at), 60)
        assert found < 2 * TELLS_NOTHING, f"{name}: {found:.2f} from 0.5"


@pytest.mark.slow
def test_4_the_measure_tells_a_granted_page_from_a_missing_one(cast: Any, data_folder: Path) -> None:
    """The control."""
    story = tell(cast.stranger)
    row = story.answered_incident()
    client = cast.stranger.client
    granted, missing = f"/incidents/{row.pk}/", f"/incidents/{new_id()}/"
    assert client.get(granted).status_code == 200
    assert advantage(lambda: client.get(granted), lambda: client.get(missing), 40) > 2 * TELLS_NOTHING


@pytest.mark.slow
def test_4_5_the_keys_of_mole_and_administrator_open_no_byte(day: Day, data_folder: Path) -> None:
    """Not the pages: the whole database and folder in hand, and the own password on top."""
    from panah.web.accounts.passwords import password_keys_of

    for player in (day.mole, day.administrator):
        derived = password_keys_of(player.member, PASSWORD)
        assert derived is not None
        loot = thief.take(data_folder)
        loot.given.append(derived.wrapping_key)
        thief.try_everything(loot, data_folder)
        found = {word for word in day.words() if any(word.encode() in each for each in loot.opened)}
        assert found == set(), str(player)


def test_5_a_reset_by_the_administrator_gives_no_old_content(cast: Any, data_folder: Path) -> None:
    story = tell(cast.case_worker)
    let_in(story.player, story.opened.case, cast.colleague.member)
    admin, member, old = cast.administrator, story.member, story.player.keys
    with pytest.raises(Refused, match="second member"):
        recovery.reset(admin.member, member, "four other words are new")
    asked = dual_control.ask(admin.member, admin.keys, "recovery", subject=member, details=recovery.RESET)
    dual_control.answer(cast.colleague.member, cast.colleague.keys, asked, approve=True)
    wraps = list(CaseKeyWrap.objects.filter(member=member))
    assert wraps
    recovery.reset(admin.member, member, "four other words are new")
    member.refresh_from_db()
    new = unlock(member, "four other words are new")
    with pytest.raises(NoGrant):
        open_case(member, new, story.opened.case, "review")
    for wrap in wraps:
        with pytest.raises(NotOpened):
            unseal.open_case_key(bytes(wrap.sealed_key), new, case_id=wrap.case_id, version=wrap.version)
        assert unseal.open_case_key(bytes(wrap.sealed_key), old, case_id=wrap.case_id, version=wrap.version)


def test_5_the_administrator_cannot_add_himself(cast: Any, data_folder: Path) -> None:
    """By the page, by the action, by a role given to himself, and by a row."""
    story = tell(cast.case_worker)
    admin = cast.administrator
    page = f"/cases/{story.opened.case.pk}/access/"
    assert admin.client.post(page, {"act": "grant", "member": admin.member.pk}).status_code == 403
    for attempt in (
        lambda: accounts.set_roles(admin.member, admin.member, [Role.ADMINISTRATOR, Role.CASE_WORKER]),
        lambda: grant(admin.member, admin.keys, story.opened, admin.member),
        lambda: open_case(admin.member, admin.keys, story.opened.case, "review"),
    ):
        with pytest.raises(PanahError):
            attempt()
    # he writes himself a role and a wrap: what he lacks is the key to put into it
    Member.objects.filter(pk=admin.member.pk).update(roles=list(Role.values))
    admin.member.refresh_from_db()
    stolen = CaseKeyWrap.objects.get(member=story.member)
    CaseKeyWrap.objects.create(case=stolen.case, member=admin.member, version=1, sealed_key=stolen.sealed_key)
    with pytest.raises(NotOpened):
        open_case(admin.member, admin.keys, story.opened.case, "review")
    assert open_case(story.member, story.player.keys, story.opened.case, "review"), "the control: the member opens it"
