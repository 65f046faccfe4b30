"""Asking a member's second factor where there is no browser."""

from __future__ import annotations

from collections.abc import Callable

from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP

from panah.errors import Refused

from .models import Member


def agrees(member: Member, ask_code: Callable[[], str]) -> bool:
    """Whether the member's second factor says yes; also when there is none. A code serves once.

    Raises:
        Refused: There is one, and it works in a browser only.
    """
    kinds = {each.type: each for each in Authenticator.objects.filter(user=member)}
    if Authenticator.Type.TOTP in kinds:
        return TOTP(kinds[Authenticator.Type.TOTP]).validate_code(ask_code().strip())
    if Authenticator.Type.WEBAUTHN in kinds:
        raise Refused("this second factor works in a browser only", where="sign-in", hint="use the page instead")
    return True
