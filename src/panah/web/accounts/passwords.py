"""Where a password meets Argon2id: once per sign-in, at most two at a time over all processes of the server."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Final

from django.conf import settings

from panah.errors import NotOpened
from panah.vault.keys import STRONG, Argon2Cost, PasswordKeys, new_salt
from panah.web.base.turns import turn

if TYPE_CHECKING:
    from .models import Member

PLACES: Final = "argon2"
AT_ONCE: Final = 2
"""Each run takes 64 MiB: a flood of sign-ins, or of reporters' codes, must not exhaust the memory."""


def current_cost() -> Argon2Cost:
    """What a new password costs now; a stored one keeps the cost it was made with."""
    return dataclasses.replace(STRONG, **settings.PANAH_ARGON2_COST)


def derive(password: str, salt: bytes, cost: Argon2Cost) -> PasswordKeys:
    """Login key and wrapping key, waiting for a free place."""
    with turn(settings.PANAH_DATA, PLACES, AT_ONCE):
        return PasswordKeys.derive(password, salt, cost)


def password_keys_of(member: Member, password: str) -> PasswordKeys | None:
    """The keys this password gives for the member, or none when it is another password."""
    keys = derive(password, bytes(member.salt), Argon2Cost(**member.cost))
    try:
        keys.check_login(member.password)
    except NotOpened:
        return None
    return keys


def spend_as_much(password: str) -> None:
    """Take the time of a sign-in for an address nobody has, so that the answer's delay tells nothing."""
    derive(password, new_salt(), current_cost())
