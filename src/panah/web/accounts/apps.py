"""Registers this room with Django."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AccountsConfig(AppConfig):
    """Label ``accounts``; its tables begin with it."""

    name = "panah.web.accounts"
    label = "accounts"
    verbose_name = _("Members")

    def ready(self) -> None:
        from django.contrib.auth.signals import user_logged_in

        user_logged_in.connect(_start_session_clock, dispatch_uid="panah.accounts.session_clock")


def _start_session_clock(sender: Any, request: Any, **_other: Any) -> None:
    """The absolute limit of a session counts from the sign-in."""
    from .sign_ins import note_done

    restart = getattr(request.session, "restart_clock", None)
    if restart:
        restart()
        note_done(request)
