"""What the accounts do on a timer."""

from __future__ import annotations

from datetime import timedelta

from panah.web.base.chores import chore

from .sessions import SessionStore


@chore(timedelta(minutes=15))
def end_sessions() -> None:
    """Delete the rows of sessions whose time is over: they hold a member's keys, sealed under the cookie."""
    SessionStore.clear_expired()
