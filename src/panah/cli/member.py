"""Signing in at a terminal: the password and second factor of a member, for commands that open cases.

Nothing is kept: the keys live as long as the command. What a member may do is asked by the same functions that the
pages ask; this file only finds out who it is.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from panah.errors import MissingExtra, NotConfigured, NotOpened, Refused

if TYPE_CHECKING:
    from panah.vault.keys import MemberKeys
    from panah.web.accounts.models import Member

LONGEST_PASSWORD_BYTES = 4096


def sign_in(data: Path | None, email: str, password_fd: int | None, *, page: str) -> tuple[Member, MemberKeys]:
    """The member and their unlocked keys.

    Args:
        data: The data folder, as given.
        email: The address that the member signs in with.
        password_fd: Where the password comes from, then on a line of its own the code of the second factor, if there
            is one; else both are asked on the terminal and not shown.
        page: The page that does the same; who may not ask for it may not use the command.

    Raises:
        NotConfigured: There is no installation in the folder, or the password cannot be read.
        NotOpened: No active account has this address with this password and this code; which of them is not said.
        Refused: The page is not for this member's roles, the second factor needs a browser, or the password is a first
            one.
    """
    _boot(data)
    from panah.vault.keys import MemberKeys
    from panah.web.accounts import second_factor, sign_ins
    from panah.web.accounts.models import Member
    from panah.web.accounts.passwords import password_keys_of, spend_as_much
    from panah.web.base.rules import may_ask

    given = _given(password_fd)
    password = given[0] if given else _ask("Password")
    member = Member.objects.by_email(email)
    if member is None or not member.is_active:
        spend_as_much(password)
        sign_ins.note_refused(None)
        raise _unknown()
    keys = password_keys_of(member, password)
    if keys is None or not second_factor.agrees(
        member, lambda: given[1] if len(given) > 1 else _ask("Code of the second factor")
    ):
        sign_ins.note_refused(member)
        raise _unknown()
    if member.first_until is not None:
        raise Refused(
            "an administrator chose this password", where="sign-in", hint="choose your own on the pages first"
        )
    if not may_ask(member, page):
        raise Refused("this is not for your role", where=email, hint="ask a member who works on cases")
    return member, MemberKeys.unwrap(bytes(member.wrapped_keys), keys.wrapping_key, member.id)


def _boot(data: Path | None) -> None:
    from panah import home

    folder = home.data_folder(data)
    if not (folder / "secret.key").is_file():
        raise NotConfigured("there is no installation in this folder", where=str(folder), hint="give it with --data")
    try:
        from panah.web.config import boot
    except ImportError as error:
        raise MissingExtra("web", "panah bundle create CASE") from error
    boot(folder, "desk", migrate=True)


def _given(descriptor: int | None) -> list[str]:
    if descriptor is None:
        return []
    try:
        with os.fdopen(descriptor, "rb") as stream:
            lines = stream.read(LONGEST_PASSWORD_BYTES).decode().splitlines()
    except (OSError, UnicodeDecodeError):
        lines = []
    if not lines:
        raise NotConfigured("no password can be read there", where=f"--password-fd {descriptor}")
    return lines


def _ask(what: str) -> str:
    answer: str = click.prompt(what, hide_input=True, err=True)
    return answer


def _unknown() -> NotOpened:
    return NotOpened("no account opens with this", where="sign-in", hint="check the address, the password and the code")
