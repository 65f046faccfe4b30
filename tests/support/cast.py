"""Who tries every page: a reporter, a case worker, a colleague, a stranger, an administrator, nobody.

* ``reporter`` has no account and comes through the public door.
* ``case_worker`` has every role but administrator; tests grant cases to this one.
* ``colleague`` is a case worker too; tests grant single cases to show that grants work.
* ``stranger`` is a member of the same organisation to whom nothing is granted.
* ``administrator`` runs the installation and may read no case.
* ``nobody`` is a visitor of the desk who has not signed in.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from django.test import Client

from panah.vault.keys import MemberKeys
from panah.web.accounts import actions
from panah.web.accounts.middleware import SESSION_KEYS, remember_keys
from panah.web.accounts.models import Member, Organisation, Role
from panah.web.accounts.passwords import password_keys_of

PASSWORD = "four words are enough here"
EVERY_ROLE_BUT_ADMINISTRATOR = [role for role in Role.values if role != Role.ADMINISTRATOR]


@dataclass
class Player:
    """One of the cast: ``member`` and ``keys`` are None for those without an account; ``client`` browses for them."""

    name: str
    member: Member | None = None
    keys: MemberKeys | None = None
    client: Client = field(default_factory=lambda: Client(raise_request_exception=True))

    def __str__(self) -> str:
        return self.name


@dataclass
class Cast:
    """All of them, in one organisation; iterate for ``every page is tried by all``."""

    organisation: Organisation
    reporter: Player
    case_worker: Player
    colleague: Player
    stranger: Player
    administrator: Player
    nobody: Player

    def __iter__(self) -> Iterator[Player]:
        return iter([self.reporter, self.case_worker, self.colleague, self.stranger, self.administrator, self.nobody])

    @property
    def members(self) -> list[Player]:
        """Those with an account."""
        return [player for player in self if player.member is not None]


def make_cast() -> Cast:
    """Set up the organisation and everybody in it, signed in where they have an account."""
    first = actions.set_up(
        organisation="Example Association", name="Administrator", email="administrator@example.org", password=PASSWORD
    )
    actions.set_roles(first, first, [Role.ADMINISTRATOR])
    first.refresh_from_db()

    def member(name: str, roles: list[str]) -> Player:
        made = actions.add_member(
            first, name=name, email=f"{name.replace(' ', '.').lower()}@example.org", password=PASSWORD, roles=roles
        )
        return signed_in(made)

    return Cast(
        organisation=first.organisation,
        reporter=Player("reporter"),
        case_worker=member("Case Worker", EVERY_ROLE_BUT_ADMINISTRATOR),
        colleague=member("Colleague", EVERY_ROLE_BUT_ADMINISTRATOR),
        stranger=member("Stranger", EVERY_ROLE_BUT_ADMINISTRATOR),
        administrator=signed_in(first),
        nobody=Player("nobody"),
    )


def unlock(member: Member, password: str = PASSWORD) -> MemberKeys:
    """The member's keys, as a sign-in unlocks them."""
    derived = password_keys_of(member, password)
    assert derived is not None, "wrong password"
    return MemberKeys.unwrap(bytes(member.wrapped_keys), derived.wrapping_key, member.id)


def signed_in(member: Member, password: str = PASSWORD) -> Player:
    """A player whose browser holds a session with unlocked keys."""
    keys = unlock(member, password)
    player = Player(member.name, member, keys)
    player.client.force_login(member)
    session = player.client.session

    class Request:
        pass

    request = Request()
    request.session = session  # type: ignore[attr-defined]
    remember_keys(request, member, keys)  # type: ignore[arg-type]
    assert SESSION_KEYS in session
    session.save()
    return player
