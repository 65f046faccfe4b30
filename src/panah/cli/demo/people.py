"""Who signs in to the demonstration; both members have the one password that is printed."""

from __future__ import annotations

from panah.vault.keys import MemberKeys
from panah.web.accounts import actions as accounts
from panah.web.accounts.models import Member
from panah.web.accounts.passwords import password_keys_of

ORGANISATION = "Scheldt Exile Association (fictional)"
EMAIL = "demo@example.org"
SECOND_EMAIL = "second@example.org"
PASSWORD = "four invented words suffice"  # noqa: S105 it opens invented data on loopback only, and is printed


def first_member() -> tuple[Member, MemberKeys]:
    """The organisation and its first member, who has every role."""
    member = accounts.set_up(organisation=ORGANISATION, name="Demo member", email=EMAIL, password=PASSWORD)
    return member, _keys_of(member)


def second_member(first: Member) -> tuple[Member, MemberKeys]:
    """The member who agrees when originals are to leave: nobody does that alone."""
    member = accounts.add_member(first, name="Second demo member", email=SECOND_EMAIL, password=PASSWORD)
    return member, _keys_of(member)


def _keys_of(member: Member) -> MemberKeys:
    derived = password_keys_of(member, PASSWORD)
    assert derived is not None, "the password was set a moment ago"
    return MemberKeys.unwrap(bytes(member.wrapped_keys), derived.wrapping_key, member.id)
