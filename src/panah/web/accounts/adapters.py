"""What we change in django-allauth: no sign-up, no mail, sealed seeds, and names that tell a phone nothing."""

from __future__ import annotations

import base64
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core import context
from allauth.mfa.adapter import DefaultMFAAdapter
from django.http import HttpRequest

from panah.web.base.deployment import deployment_key

SEED_PLACE = "mfa_authenticator.data"


class AccountAdapter(DefaultAccountAdapter):
    """Members are made by the set-up page and by an administrator, never by themselves."""

    def is_open_for_signup(self, _request: HttpRequest) -> bool:
        return False

    def reauthenticate(self, user: Any, password: str) -> bool:
        """Whether it is this member's password; asked before a change of the second factor."""
        found = self.authenticate(context.request, email=user.email, password=password)
        return found is not None and found.pk == user.pk

    def send_mail(self, *_args: Any, **_kwargs: Any) -> None:
        """No mail: it would tell the mail server who works here, and when."""

    def send_notification_mail(self, *_args: Any, **_kwargs: Any) -> None:
        """No mail, see above."""

    def add_message(self, *_args: Any, **_kwargs: Any) -> None:
        """Our pages say what happened; allauth's messages name the member."""


class SecondFactorAdapter(DefaultMFAAdapter):
    """Seeds are sealed under the installation's key, so that a copied database makes no valid code."""

    def encrypt(self, text: str) -> str:
        return base64.b64encode(deployment_key().seal(text.encode(), SEED_PLACE)).decode()

    def decrypt(self, encrypted_text: str) -> str:
        return deployment_key().open(base64.b64decode(encrypted_text), SEED_PLACE).decode()

    def get_totp_label(self, user: Any) -> str:
        """What the authenticator app shows: a watched phone must not name the member."""
        return f"panah-{user.pk[:6]}"

    def get_totp_issuer(self) -> str:
        return "Panah"

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        return {"id": context.request.get_host().partition(":")[0], "name": "Panah"}

    def get_public_key_credential_user_entity(self, user: Any) -> dict[str, Any]:
        label = self.get_totp_label(user)
        return {"id": user.pk.encode(), "display_name": label, "name": label}

    def send_notification_mail(self, *_args: Any, **_kwargs: Any) -> None:
        """No mail, as above."""
