"""Checks a sign-in with one Argon2id run and unlocks the member's keys with the same run."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.backends import BaseBackend
from django.http import HttpRequest

from panah.vault.keys import MemberKeys

from . import sign_ins
from .middleware import remember_keys
from .models import Member
from .passwords import password_keys_of, spend_as_much


class MemberBackend(BaseBackend):
    """E-mail address and password; the unlocked keys wait in the sealed session until the second factor is done."""

    def authenticate(
        self, request: HttpRequest | None, email: str | None = None, password: str | None = None, **_other: Any
    ) -> Member | None:
        """The member, or none: unknown address, wrong password, a closed account and a first password that ran out look the same."""
        if not email or not password:
            return None
        member = Member.objects.by_email(email)
        if member is None or not member.is_active:
            spend_as_much(password)
            sign_ins.note_refused(None)
            return None
        keys = password_keys_of(member, password)
        if keys is None or member.first_has_run_out:
            sign_ins.note_refused(member)
            return None
        if request is not None:
            unlocked = MemberKeys.unwrap(bytes(member.wrapped_keys), keys.wrapping_key, member.id)
            remember_keys(request, member, unlocked)
            if not getattr(getattr(request, "user", None), "is_authenticated", False):  # else it was asked once more
                sign_ins.note_begun(request, member)
        return member

    def get_user(self, user_id: str) -> Member | None:
        """The active member with this id."""
        return Member.objects.filter(pk=user_id, is_active=True).select_related("organisation").first()
