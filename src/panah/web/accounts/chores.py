"""What the accounts do on a timer."""

from __future__ import annotations

from datetime import timedelta

from panah.web.base.chores import chore

from . import sign_ins
from .sessions import SessionStore


@chore(timedelta(minutes=15))
def end_sessions() -> None:
    """Delete the rows of sessions whose time is over: they hold a member's keys, sealed under the cookie."""
    SessionStore.clear_expired()


@chore(timedelta(days=1))
def forget_sign_ins() -> None:
    """Delete what is known of sign-ins of more than four weeks ago."""
    sign_ins.forget_old()
