"""Writes to members: who acts comes first, one transaction each. A password is stretched before it, never within."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import transaction

from panah.errors import BadRow, NoGrant, NotOpened, Refused
from panah.vault import shares
from panah.vault.keys import MemberKeys, MemberPublic

from .models import Member, Organisation, RecoveryShare, Role, SessionRow, email_index
from .passwords import NewPassword, password_keys_of

MINIMUM_CHARACTERS = 12
LEFT_CHARACTERS = 8
"""What must be left of a password without the words that anybody would try here."""
FIRST_PASSWORD_LIFE = timedelta(days=7)
"""So long a password that an administrator chose lets in, and only to choose another."""
OWN_WORDS = ("panah", "penah", "پاناھ", "پناه", "password")


def set_up(*, organisation: str, name: str, email: str, password: str, language: str = "en") -> Member:
    """Make the organisation and its first member, who has every role.

    Raises:
        Refused: There is an organisation already.
        BadRow: The password is too short.
    """
    _check_not_set_up()
    made = Organisation(name=organisation.strip(), language=language)
    member = _new_member(made, name, email, password, list(Role.values))
    with transaction.atomic():
        _check_not_set_up()
        made.save(force_insert=True)
        member.save(force_insert=True)
    return member


def add_member(
    actor: Member,
    *,
    name: str,
    email: str,
    password: str,
    roles: Sequence[str] = (Role.CASE_WORKER,),
    second_account_of: Member | None = None,
    first_until: datetime | None = None,
) -> Member:
    """Make a member; no case is granted by it.

    Args:
        actor: An administrator.
        name: What other members see.
        email: The address for signing in.
        password: The first one; the member changes it.
        roles: Values of ``Role``.
        second_account_of: The same person's other account; the two never count as two people.
        first_until: See :func:`first_password_ends`; none when the member typed the password themselves.

    Raises:
        NoGrant: The actor is no administrator.
        BadRow: The address is taken, a role is unknown, or the password is too short.
    """
    _check_administrator(actor)
    unknown = set(roles) - set(Role.values)
    if unknown:
        raise BadRow("unknown role", where="roles", hint=f"one of {', '.join(Role.values)}")
    _check_free(email)
    first = second_account_of and (second_account_of.second_account_of or second_account_of)
    member = _new_member(actor.organisation, name, email, password, list(roles), made_by=actor, second_account_of=first)
    member.first_until = first_until
    with transaction.atomic():
        _check_free(email)
        member.save(force_insert=True)
    return member


def set_roles(actor: Member, member: Member, roles: Sequence[str]) -> None:
    """Change a member's roles; what they may read stays as granted.

    Raises:
        NoGrant: The actor is no administrator.
        Refused: Nobody would be left to administer, or administrators give themselves a role that opens something.
    """
    _check_administrator(actor)
    if actor.pk == member.pk and set(roles) - set(actor.roles):
        raise Refused("nobody gives a role to themselves", where="roles", hint="ask another administrator")
    with transaction.atomic():
        if Role.ADMINISTRATOR not in roles:
            _check_another_administrator(member)
        member.roles = [role for role in Role.values if role in set(roles)]
        member.save(update_fields=["roles"])


def close_account(actor: Member, member: Member) -> None:
    """Let a member in no more and end their sessions at once.

    Raises:
        NoGrant: The actor is no administrator.
        Refused: Nobody would be left to administer.
    """
    _check_administrator(actor)
    with transaction.atomic():
        _check_another_administrator(member)
        member.is_active = False
        member.save(update_fields=["is_active"])
        sign_out_everywhere(member)


def change_password(member: Member, old: str, new: str) -> MemberKeys:
    """Wrap the member's private keys under a new password; returns them unlocked.

    Every session ends, since ``password`` is part of what a session is checked against.

    Raises:
        NotOpened: The old password does not match.
        BadRow: The new one is too short.
    """
    check_new_password(new, *_words_about(member))
    old_keys = password_keys_of(member, old)
    if old_keys is None:
        raise NotOpened("the password does not match", where="old password")
    unlocked = MemberKeys.unwrap(bytes(member.wrapped_keys), old_keys.wrapping_key, member.id)
    set_password(member, unlocked, NewPassword.stretch(new))
    return unlocked


def set_up_recovery(member: Member, keys: MemberKeys, holders: Sequence[Member]) -> list[str]:
    """Split a new recovery key into three shares: one for each chosen colleague, the rest for paper.

    Two of the three give the member's keys back. An earlier set of shares is good for nothing from now on.

    Args:
        member: Whose keys.
        keys: Their unlocked keys.
        holders: At most three other active members; no administrator has a share unless chosen here.

    Returns:
        The shares that nobody holds, to be shown once and written down.

    Raises:
        Refused: The member themselves, somebody twice, a closed account, or more than three.
    """
    people = {each.pk for each in holders}
    if len(people) != len(holders) or member.pk in people or len(holders) > shares.HOLDERS:
        raise Refused("not three different people", where="recovery", hint="choose at most three colleagues")
    if any(not each.is_active or member.is_same_person(each) for each in holders):
        raise Refused("this account cannot hold a share", where="recovery", hint="choose an active colleague")
    sealed, words = shares.wrap_for_recovery(keys, member.pk)
    with transaction.atomic():
        RecoveryShare.objects.filter(member=member).delete()
        for holder, share in zip(holders, words, strict=False):
            public = MemberPublic(bytes(holder.box_public), bytes(holder.sign_public))
            kept = RecoveryShare(member=member, holder=holder, sealed_share=shares.seal_share(share, public, member.pk))
            kept.save(force_insert=True)
        member.recovery = sealed
        member.save(update_fields=["recovery"])
    return words[len(holders) :]


def recovered_keys(member: Member, typed: Sequence[str]) -> MemberKeys:
    """The member's keys out of two shares; nothing is written.

    Raises:
        BadIdentifier, NotOpened: The shares do not give the member's keys.
    """
    if member.recovery is None:
        raise NotOpened("these shares do not belong together", hint="give shares of one splitting")
    keys = shares.recover(bytes(member.recovery), typed, member.pk)
    if keys.public.box_public != bytes(member.box_public):
        raise NotOpened("these shares are of keys that were replaced", where="recovery")
    return keys


def prepare_password(member: Member, password: str) -> NewPassword:
    """A new password for the member, stretched; before any transaction, since it waits for a free place.

    Raises:
        BadRow: The password is too short or too common.
    """
    check_new_password(password, *_words_about(member))
    return NewPassword.stretch(password)


@transaction.atomic
def set_password(member: Member, keys: MemberKeys, new: NewPassword) -> None:
    """Wrap a member's keys under a new password; whoever calls this has asked whether it is allowed."""
    _lock_under(member, keys, new)
    member.first_until = None
    member.save(update_fields=["password", "salt", "cost", "wrapped_keys", "first_until"])
    sign_out_everywhere(member)


@transaction.atomic
def replace_keys(member: Member, first: NewPassword) -> None:
    """Give a member a new pair of keys and a first password: nothing that was sealed to the old ones opens any more."""
    keys = MemberKeys.generate()
    member.box_public, member.sign_public = keys.public.box_public, keys.public.sign_public
    member.recovery = None
    _lock_under(member, keys, first)
    member.first_until = first_password_ends()
    member.save()
    RecoveryShare.objects.filter(member=member).delete()
    RecoveryShare.objects.filter(holder=member).delete()
    sign_out_everywhere(member)


def first_password_ends() -> datetime:
    """Until when a first password that is told to a member today lets them in."""
    return datetime.now(UTC) + FIRST_PASSWORD_LIFE


def choose_language(member: Member, language: str) -> None:
    """Remember the language of a member's pages."""
    member.language = language
    member.save(update_fields=["language"])


def sign_out_everywhere(member: Member) -> int:
    """End all sessions of a member; returns how many there were."""
    ended, _per_model = SessionRow.objects.filter(member=member).delete()
    return ended


def sign_out_elsewhere(member: Member, *, keep: str, only: str | None = None) -> int:
    """End the member's other sessions, or one of them; returns how many ended.

    Args:
        member: Whose sessions.
        keep: The row id of the session that asks; it goes on.
        only: The row id of the one to end; all others when not given.
    """
    found = SessionRow.objects.filter(member=member).exclude(pk=keep)
    ended, _per_model = (found.filter(pk=only) if only else found).delete()
    return ended


def _words_about(member: Member) -> tuple[str, ...]:
    return member.organisation.name, member.name, member.email


def check_new_password(password: str, *about: str) -> None:
    """Refuse a password that is short or among the ones tried first.

    Args:
        password: What was chosen.
        about: Names and addresses of whose it is: their words count for nothing.

    Raises:
        BadRow: It is too short or too common.
    """
    from django.contrib.auth.password_validation import CommonPasswordValidator
    from django.core.exceptions import ValidationError

    if len(password) < MINIMUM_CHARACTERS:
        raise BadRow("too short", where="password", hint=f"use {MINIMUM_CHARACTERS} characters or more")
    try:
        CommonPasswordValidator().validate(password)
    except ValidationError:
        raise BadRow("too common", where="password", hint="four or five words are easy to keep") from None
    left = password.casefold()
    for word in (*OWN_WORDS, *(each for text in about for each in re.findall(r"\w{3,}", text.casefold()))):
        left = left.replace(word, "")
    if len(left.strip()) < LEFT_CHARACTERS:
        raise BadRow("too easy to guess here", where="password", hint="leave out names and addresses")


def _new_member(
    organisation: Organisation, name: str, email: str, password: str, roles: list[Any], **made: Member | None
) -> Member:
    check_new_password(password, organisation.name, name, email)
    keys = MemberKeys.generate()
    member = Member(
        organisation=organisation,
        name=name.strip(),
        email=email.strip(),
        email_index=email_index(email),
        roles=[str(role) for role in roles],
        box_public=keys.public.box_public,
        sign_public=keys.public.sign_public,
        **made,
    )
    _lock_under(member, keys, NewPassword.stretch(password))
    return member


def _check_not_set_up() -> None:
    if Organisation.objects.exists():
        raise Refused("this installation is set up already", hint="sign in instead")


def _check_free(email: str) -> None:
    if Member.objects.filter(email_index=email_index(email)).exists():
        raise BadRow("the address is taken", where="email")


def _lock_under(member: Member, keys: MemberKeys, new: NewPassword) -> None:
    member.salt, member.cost = new.salt, dataclasses.asdict(new.cost)
    member.password = new.keys.login_verifier
    member.wrapped_keys = keys.wrap(new.keys.wrapping_key, member.id)


def _check_administrator(actor: Member) -> None:
    if not (actor.is_active and actor.has_role(Role.ADMINISTRATOR)):
        raise NoGrant("only an administrator may do this")


def _check_another_administrator(member: Member) -> None:
    others = Member.objects.filter(is_active=True).exclude(pk=member.pk)
    if not any(other.has_role(Role.ADMINISTRATOR) for other in others):
        raise Refused("nobody would be left to administer", hint="make another member administrator first")
