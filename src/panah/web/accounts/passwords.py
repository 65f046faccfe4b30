"""Where a password meets Argon2id: once per sign-in, at most two at a time over all processes of the server.

Invariant: nobody waits for a place while holding the database's write lock.
"""

from __future__ import annotations

import contextlib
import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from django.conf import settings
from django.db import connection

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


@contextlib.contextmanager
def free_place() -> Iterator[None]:
    """Hold one of the places for Argon2id, waiting for it in the queue of the whole server.

    Raises:
        RuntimeError: The caller is inside a transaction: then all who want to write would wait in this queue too.
    """
    if any(not block._from_testcase for block in connection.atomic_blocks):  # as Django asks it for durable ones
        raise RuntimeError("Argon2id is waited for before a transaction, not within")
    with turn(settings.PANAH_DATA, PLACES, AT_ONCE):
        yield


def derive(password: str, salt: bytes, cost: Argon2Cost) -> PasswordKeys:
    """Login key and wrapping key, waiting for a free place."""
    with free_place():
        return PasswordKeys.derive(password, salt, cost)


@dataclass(frozen=True, slots=True)
class NewPassword:
    """A password that was stretched for the first time, with its own salt; made before a transaction."""

    keys: PasswordKeys = field(repr=False)
    salt: bytes
    cost: Argon2Cost

    @classmethod
    def stretch(cls, password: str) -> NewPassword:
        """Under a new salt, at what a password costs now."""
        salt, cost = new_salt(), current_cost()
        return cls(derive(password, salt, cost), salt, cost)


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
